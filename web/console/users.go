package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"regwatch/app"
)

// A usersPage lists who may use the console.
type usersPage struct {
	Rows     []userRow
	Roles    []option
	Password *newPassword // that was made for a user just now; it is shown once
	Problem  string       // why nobody was added
	Name     string       // of whom was to be added
	Off      bool         // users with passwords cannot log in, because web.login.users is off
	Last     string       // the only admin with a password, who stays
}

// A userRow is one user.
type userRow struct {
	Name, Login, By     string
	Role                app.Role
	Roles               []option
	Last, Added         moment
	Disabled            moment
	Self, LastAdmin     bool
	HasPassword, CanSet bool // the role is set here, and not by a provider or proxy
}

// A newPassword is what an admin passes on to a user.
type newPassword struct{ Name, Password string }

func (v *visit) roleOptions(set app.Role) []option {
	names := map[string]string{"reader": v.T("Reader: reads, and keeps filters"), "editor": v.T("Editor: also decides about events, rules and sources"), "admin": v.T("Admin: also decides about users")}
	var all []option
	for _, r := range app.Roles() {
		all = append(all, option{r, names[r], r == string(set)})
	}
	return all
}

// roleName is a role in a table.
func (w words) roleName(r app.Role) string {
	return map[app.Role]string{app.RoleReader: w.T("Reader"), app.RoleEditor: w.T("Editor"), app.RoleAdmin: w.T("Admin")}[r]
}

func (c *Console) showUsers(w http.ResponseWriter, v *visit) error {
	return c.showUsersWith(w, v, http.StatusOK, usersPage{})
}

func (c *Console) showUsersWith(w http.ResponseWriter, v *visit, code int, page usersPage) error {
	all, err := c.engine.Users(v.Context())
	if err != nil {
		return err
	}
	login := c.engine.Config().Web.Login
	page.Roles, page.Off = v.roleOptions(app.RoleReader), !login.Users
	isAdmin := func(u app.User) bool {
		return u.Role == app.RoleAdmin && u.Login == "password" && u.DisabledAt == nil
	}
	admins := 0
	for _, u := range all {
		if isAdmin(u) {
			admins++
		}
	}
	for _, u := range all {
		row := userRow{Name: u.Name, Role: u.Role, Roles: v.roleOptions(u.Role), By: u.CreatedBy, Added: v.when(u.CreatedAt), Self: u.Name == v.Name, HasPassword: u.Login == "password", LastAdmin: isAdmin(u) && admins == 1}
		row.CanSet = row.HasPassword && !row.LastAdmin
		row.Login = map[string]string{"password": v.T("Password"), "oidc": v.T("Identity provider"), "proxy": v.T("Proxy")}[u.Login]
		if u.LastLoginAt != nil {
			row.Last = v.when(*u.LastLoginAt)
		}
		if u.DisabledAt != nil {
			row.Disabled = v.when(*u.DisabledAt)
		}
		page.Rows = append(page.Rows, row)
	}
	c.show(w, v, code, "users", v.T("Users"), page)
	return nil
}

// changeUsers does what a form asks for with a user.
func (c *Console) changeUsers(w http.ResponseWriter, v *visit) error {
	ctx, form := v.Context(), v.PostForm
	name := strings.TrimSpace(form.Get("name"))
	var d done
	var err error
	switch form.Get("do") {
	case "add":
		made := &newPassword{name, app.NewPassword()}
		added, err := c.engine.AddUser(ctx, name, app.Role(form.Get("role")), made.Password, v.Name)
		input, wrong := errors.AsType[*app.InputError](err)
		switch {
		case wrong:
			return c.showUsersWith(w, v, http.StatusUnprocessableEntity, usersPage{Problem: v.text(input.Text()), Name: name})
		case app.IsUserTaken(err):
			return c.showUsersWith(w, v, http.StatusUnprocessableEntity, usersPage{Problem: v.T("There is a user %s already.", name), Name: name})
		case err != nil:
			return err
		}
		made.Name = added.Name
		return c.showUsersWith(w, v, http.StatusOK, usersPage{Password: made})
	case "password":
		made := &newPassword{name, app.NewPassword()}
		if _, err := c.engine.SetPassword(ctx, name, made.Password, v.Name); err != nil {
			return err
		}
		return c.showUsersWith(w, v, http.StatusOK, usersPage{Password: made})
	case "role":
		all, err := c.engine.Users(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(u app.User) bool { return u.Name == name })
		changed, err := c.engine.SetUserRole(ctx, name, app.Role(form.Get("role")), v.Name)
		if err != nil {
			return err
		}
		d.Text = v.T("%s is now %s.", changed.Name, v.roleName(changed.Role))
		if i >= 0 && all[i].Role != changed.Role {
			d.Undo = []undone{{Do: "user-role", Event: changed.Name, ID: string(all[i].Role)}}
		}
	case "disable":
		_, err = c.engine.SetUserDisabled(ctx, name, true, v.Name)
		d = done{Text: v.T("%s may no longer log in.", name), Undo: []undone{{Do: "enable-user", ID: name}}}
	case "enable":
		_, err = c.engine.SetUserDisabled(ctx, name, false, v.Name)
		d = done{Text: v.T("%s may log in again.", name), Undo: []undone{{Do: "disable-user", ID: name}}}
	case "end":
		_, err = c.engine.EndSessions(ctx, name, v.Name)
		d.Text = v.T("%s has to log in again.", name)
	case "remove":
		_, err = c.engine.RemoveUser(ctx, name, v.Name)
		d.Text = v.T("%s is removed. What %s did stays in the audit.", name, name)
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	c.say(w, v, d)
	http.Redirect(w, v.Request, "/users", http.StatusSeeOther)
	return nil
}

// forbidden says what role is needed, and who can help.
func (v *visit) forbidden(e *app.ForbiddenError) []string {
	needed := v.T("This needs the role %s.", v.roleName(e.Needed))
	if e.Actor.Role != "" {
		needed = v.T("This needs the role %s, and you are %s.", v.roleName(e.Needed), v.roleName(e.Actor.Role))
	}
	if len(e.Helpers) == 0 {
		return []string{needed, v.T("Ask an operator to run: regwatch user role %s %s", e.Actor.Name, e.Needed)}
	}
	return []string{needed, v.T("Ask %s.", strings.Join(e.Helpers, v.T(", ")))}
}

// A sessionRow is a browser in which the reader is logged in.
type sessionRow struct {
	ID, Browser string
	Began, Ends moment
}

func (c *Console) ownSessions(v *visit) ([]sessionRow, error) {
	if v.Name == "" {
		return nil, nil
	}
	all, err := c.engine.UserSessions(v.Context())
	var rows []sessionRow
	for _, s := range all {
		rows = append(rows, sessionRow{s.ID, v.browser(s.Agent), v.when(s.Began), v.when(s.Expires)})
	}
	return rows, err
}

// browser names a browser and its system, as far as it says so.
func (w words) browser(agent string) string {
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	name := first([2]string{"Edg/", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"}, [2]string{"Mac OS", "macOS"}, [2]string{"Linux", "Linux"})
	switch {
	case name == "":
		return w.T("A browser")
	case system == "":
		return name
	}
	return name + ", " + system
}

// changePassword gives the reader another password.
func (c *Console) changePassword(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	if form.Get("new") != form.Get("again") {
		return c.showSettingsWith(w, v, http.StatusUnprocessableEntity, v.T("The two new passwords differ. Nothing was changed."))
	}
	err := c.engine.ChangePassword(v.Context(), form.Get("old"), form.Get("new"))
	input, wrong := errors.AsType[*app.InputError](err)
	switch {
	case errors.Is(err, app.ErrWrongPassword):
		return c.showSettingsWith(w, v, http.StatusUnprocessableEntity, v.T("The current password is wrong. Nothing was changed."))
	case wrong && len([]rune(form.Get("new"))) < 12:
		return c.showSettingsWith(w, v, http.StatusUnprocessableEntity, v.T("The new password is too short. Use at least 12 characters, such as four words."))
	case wrong:
		return c.showSettingsWith(w, v, http.StatusUnprocessableEntity, v.text(input.Text()))
	case err != nil:
		return err
	}
	http.Redirect(w, v.Request, "/login", http.StatusSeeOther)
	return nil
}

// endSessions logs the reader out in one browser, or in all.
func (c *Console) endSessions(w http.ResponseWriter, v *visit) error {
	id := v.PostForm.Get("end")
	if id == "all" {
		if _, err := c.engine.EndSessions(v.Context(), v.Name, v.Name); err != nil {
			return err
		}
		http.Redirect(w, v.Request, "/login", http.StatusSeeOther)
		return nil
	}
	if err := c.engine.EndUserSession(v.Context(), id); err != nil {
		return err
	}
	c.say(w, v, done{Text: v.T("The session has ended.")})
	http.Redirect(w, v.Request, "/settings", http.StatusSeeOther)
	return nil
}
