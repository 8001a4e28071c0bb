package console

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regwatch/app"
	"regwatch/web/login"
)

const testPassword = "correct horse battery staple"

func newUsersDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	for name, role := range map[string]app.Role{"mei": app.RoleAdmin, "kim": app.RoleEditor} {
		if _, err := d.engine.AddUser(t.Context(), name, role, testPassword, "local"); err != nil {
			t.Fatal(err)
		}
	}
	d.actor = app.Actor{Name: "mei", Role: app.RoleAdmin}
	return d
}

func (d *desk) user(t *testing.T, name string) (found app.User) {
	t.Helper()
	all, err := d.engine.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range all {
		if u.Name == name {
			found = u
		}
	}
	return found
}

func TestAnAdminAddsAndChangesUsers(t *testing.T) {
	d := newUsersDesk(t)
	d.get(t, "/users").wants(t, "kim", "Last login", "never", "The last admin with a password stays.", "needs web.login.users", `value="disable"`)
	page := d.post(t, "/users", "do", "add", "name", "rita@example.com", "role", "reader")
	password := regexp.MustCompile(`class="once">([a-z0-9-]{23})<`).FindStringSubmatch(page.Body)
	if password == nil {
		t.Fatalf("no password is shown: %s", page.main())
	}
	if _, err := d.engine.CheckPassword(t.Context(), "rita@example.com", password[1]); err != nil {
		t.Errorf("the password that was shown: %v", err)
	}
	d.get(t, "/users").lacks(t, password[1])
	for name, want := range map[string]string{"kim": "There is a user kim already.", "nobody": "means something", "a b": "is not valid"} {
		if page := d.post(t, "/users", "do", "add", "name", name, "role", "reader"); page.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Body, want) {
			t.Errorf("add %q answers %d without %q", name, page.Code, want)
		}
	}

	d.get(t, "/users")
	page = d.post(t, "/users", "do", "role", "name", "kim", "role", "reader")
	page.wants(t, "kim is now Reader.", "Undo")
	d.undo(t, page)
	if u := d.user(t, "kim"); u.Role != app.RoleEditor {
		t.Errorf("after the undo kim is %s", u.Role)
	}
	page = d.post(t, "/users", "do", "disable", "name", "kim")
	page.wants(t, "kim may no longer log in.", "disabled since", "Let in again")
	d.undo(t, page)
	if u := d.user(t, "kim"); u.DisabledAt != nil {
		t.Error("after the undo kim is disabled")
	}
	d.post(t, "/users", "do", "end", "name", "kim").wants(t, "kim has to log in again.")
	page = d.post(t, "/users", "do", "password", "name", "kim")
	again := regexp.MustCompile(`class="once">([a-z0-9-]{23})<`).FindStringSubmatch(page.Body)
	if again == nil {
		t.Fatal("no new password is shown")
	}
	if _, err := d.engine.CheckPassword(t.Context(), "kim", again[1]); err != nil {
		t.Errorf("the new password of kim: %v", err)
	}
	d.post(t, "/users", "do", "remove", "name", "kim").wants(t, "kim is removed.")
	if u := d.user(t, "kim"); u.Name != "" {
		t.Errorf("kim is still there: %+v", u)
	}
	d.get(t, "/audit").wants(t, "User added", "Role changed", "User disabled", "User enabled", "Sessions ended", "User removed")
}

func TestTheLastAdminStays(t *testing.T) {
	d := newUsersDesk(t)
	for _, form := range [][]string{{"do", "role", "role", "reader"}, {"do", "disable"}, {"do", "remove"}} {
		if page := d.post(t, "/users", append(form, "name", "mei")...); page.Code < 400 {
			t.Errorf("%v of the last admin answers %d", form, page.Code)
		}
	}
	if u := d.user(t, "mei"); u.Role != app.RoleAdmin || u.DisabledAt != nil {
		t.Errorf("the last admin is %+v", u)
	}
}

func TestUsersAreOnlyForAdmins(t *testing.T) {
	d := newUsersDesk(t)
	d.get(t, "/inbox").wants(t, `href="/users"`)
	d.actor = app.Actor{Name: "kim", Role: app.RoleEditor}
	d.get(t, "/inbox").lacks(t, `href="/users"`)
	page := d.get(t, "/users")
	if page.Code != http.StatusForbidden {
		t.Errorf("status %d", page.Code)
	}
	page.wants(t, "This needs the role Admin, and you are Editor.", "Ask mei.")
	d.get(t, "/users", "Accept-Language", "zh-HK").wants(t, "此操作需要「管理員」角色", "請聯絡 mei。")
	for _, do := range []string{"add", "role", "disable", "remove", "end", "password"} {
		if page := d.post(t, "/users", "do", do, "name", "mei", "role", "admin"); page.Code != http.StatusForbidden {
			t.Errorf("%s by an editor answers %d", do, page.Code)
		}
	}
}

func TestAPersonChangesTheirOwnPassword(t *testing.T) {
	d := newUsersDesk(t)
	d.actor = app.Actor{Name: "kim", Role: app.RoleEditor}
	d.get(t, "/settings").wants(t, "My password", `autocomplete="current-password"`)
	const next = "another horse battery staple"
	for _, tt := range []struct{ old, new, again, want string }{
		{testPassword, next, next + "!", "The two new passwords differ"},
		{"wrong password", next, next, "The current password is wrong"},
		{testPassword, "short", "short", "too short"},
	} {
		page := d.post(t, login.PasswordPath, "old", tt.old, "new", tt.new, "again", tt.again)
		if page.Code != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(page.Body), tt.want) {
			t.Errorf("%+v answers %d:\n%s", tt, page.Code, page.main())
		}
		page.lacks(t, tt.old, next)
	}
	if page := d.post(t, "/settings/password", "old", testPassword, "new", next, "again", next); page.Address != "/login" {
		t.Errorf("after the change at %s", page.Address)
	}
	if _, err := d.engine.CheckPassword(t.Context(), "kim", next); err != nil {
		t.Error(err)
	}
	d.actor = app.Actor{Name: "local", Role: app.RoleAdmin} // no user, on this machine
	d.get(t, "/settings").lacks(t, "My password")
}

func TestProblemsAreExplainedInTheLanguageOfTheReader(t *testing.T) {
	d := newUsersDesk(t)
	chinese := []string{"Accept-Language", "zh-CN"}
	for address, want := range map[string]string{
		"/events/01J00000000000000000000000":   "没有编号为 01J00000000000000000000000 的事件",
		"/articles/01J00000000000000000000000": "没有编号为 01J00000000000000000000000 的文章",
		"/sent/gone":                           "没有编号为 gone 的消息",
	} {
		page := d.get(t, address, chinese...)
		page.wants(t, want)
		page.lacks(t, "regwatch events", "no article", "there is no")
	}
	page := d.do(t, func() *http.Request {
		r := d.form(t, "/users", "do", "disable", "name", "kim")
		r.Header.Set("Accept-Language", "zh-HK")
		return r
	}())
	page.wants(t, "kim 不可再登入")
	d.actor = app.Actor{Name: "local", Role: app.RoleAdmin}
	r := d.form(t, "/users", "do", "remove", "name", "mei")
	r.Header.Set("Accept-Language", "zh-HK")
	if page := d.do(t, r); page.Code != http.StatusConflict || !strings.Contains(page.Body, "請先將另一名用戶設為管理員。") {
		t.Errorf("removing the last admin answers %d: %s", page.Code, page.main())
	}
}
