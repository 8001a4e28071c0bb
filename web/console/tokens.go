package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/duration"
)

// A tokensPage lists the tokens with which programs use the API.
type tokensPage struct {
	Rows    []tokenRow
	Scopes  []option
	Lengths []option
	Created *app.CreatedToken // just now; it is shown once
	Problem string            // why none was created
	Label   string            // of the one that was to be created
	Own     bool              // the reader is a user, and can have tokens
	Users   bool              // the list has tokens of others
}

// A tokenRow is one token.
type tokenRow struct {
	ID, Name, User, Scopes, State string
	Works                         bool
	Created, Expires, Used        moment
}

func (w words) scopeName(s app.TokenScope) string {
	return map[app.TokenScope]string{
		app.ScopeRead: w.T("Read everything, try rules"), app.ScopeEvents: w.T("Decide about events, and mute"), app.ScopeRules: w.T("Save rules, and decide about exceptions"),
		app.ScopeSources: w.T("Pause and resume sources"), app.ScopeDeliveries: w.T("Send failed messages again"),
	}[s]
}

// tokenState is whether a token works, in a table.
func (w words) tokenState(state string) string {
	return map[string]string{"active": w.T("Works"), "expired": w.T("Expired"), "revoked": w.T("Revoked"), "disabled": w.T("Its user is disabled or removed")}[state]
}

func (c *Console) showTokens(w http.ResponseWriter, v *visit) error {
	return c.showTokensWith(w, v, http.StatusOK, tokensPage{})
}

func (c *Console) showTokensWith(w http.ResponseWriter, v *visit, code int, page tokensPage) error {
	all, err := c.engine.Tokens(v.Context())
	if err != nil {
		return err
	}
	self, own, err := c.engine.Self(v.Context())
	if err != nil {
		return err
	}
	page.Own = own
	chosen := v.PostForm["scope"]
	if len(chosen) == 0 {
		chosen = []string{string(app.ScopeRead)}
	}
	for _, s := range app.TokenScopes() {
		page.Scopes = append(page.Scopes, option{s, v.scopeName(app.TokenScope(s)), slices.Contains(chosen, s)})
	}
	for _, days := range []int{7, 30, 90, 365} {
		length := time.Duration(days) * 24 * time.Hour
		page.Lengths = append(page.Lengths, option{duration.String(length), v.T("%d day|%d days", days), length == app.DefaultTokenTime})
	}
	for _, t := range all {
		page.Users = page.Users || !own || t.User != self.Name
		row := tokenRow{ID: t.ID, Name: t.Name, User: t.User, State: v.tokenState(t.State), Works: t.State == "active", Created: v.when(t.CreatedAt), Expires: v.when(t.ExpiresAt)}
		var scopes []string
		for _, s := range t.Scopes {
			scopes = append(scopes, string(s))
		}
		row.Scopes = strings.Join(scopes, " ")
		if t.LastUsedAt != nil {
			row.Used = v.when(*t.LastUsedAt)
		}
		page.Rows = append(page.Rows, row)
	}
	c.show(w, v, code, "tokens", v.T("Tokens"), page)
	return nil
}

// changeTokens creates or revokes a token.
func (c *Console) changeTokens(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	if id := form.Get("revoke"); id != "" {
		revoked, err := c.engine.RevokeToken(v.Context(), id, v.Name)
		switch {
		case app.IsNotFound(err):
			return errNoPage
		case err != nil:
			return err
		}
		c.say(w, v, done{Text: v.T("The token %s no longer works.", revoked.Name)})
		http.Redirect(w, v.Request, "/tokens", http.StatusSeeOther)
		return nil
	}
	r := app.TokenRequest{Name: form.Get("label"), User: v.Name, By: v.Name}
	for _, s := range form["scope"] {
		r.Scopes = append(r.Scopes, app.TokenScope(s))
	}
	var err error
	if r.Length, err = duration.Parse(form.Get("length")); err != nil {
		return errNoPage
	}
	created, err := c.engine.CreateToken(v.Context(), r)
	if input, wrong := errors.AsType[*app.InputError](err); wrong {
		return c.showTokensWith(w, v, http.StatusUnprocessableEntity, tokensPage{Problem: v.text(input.Text()), Label: r.Name})
	}
	if err != nil {
		return err
	}
	return c.showTokensWith(w, v, http.StatusOK, tokensPage{Created: &created})
}
