package console

import (
	"errors"
	"net/http"
	"regexp"
	"testing"

	"regwatch/app"
)

// A user creates a token, reads it once, and revokes it, without a script.
func TestTokensAreCreatedAndRevokedWithoutScripts(t *testing.T) {
	d := newUsersDesk(t)
	d.actor = app.Actor{Name: "mei", Role: app.RoleAdmin}
	d.get(t, "/tokens").wants(t, "There are no tokens.", `name="scope" value="read" checked`)
	created := d.post(t, "/tokens", "label", "dashboard", "scope", "read", "scope", "events", "length", "30d")
	secret := regexp.MustCompile(`rw_[a-z2-7]{52}`).FindString(created.Body)
	if secret == "" {
		t.Fatalf("the page does not show the token: %s", created.Body)
	}
	created.wants(t, "The token dashboard", "It is shown this once.", "<code>read events</code>")
	if use, err := d.engine.UseToken(t.Context(), secret); err != nil || use.Actor != d.actor {
		t.Errorf("UseToken = %+v, %v; want the actor mei", use, err)
	}
	all, err := d.engine.Tokens(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("Tokens = %+v, %v", all, err)
	}
	d.get(t, "/tokens").lacks(t, secret)

	// Others neither see nor revoke it, unless they are admins.
	d.actor = app.Actor{Name: "kim", Role: app.RoleReader}
	d.get(t, "/tokens").lacks(t, "dashboard</th>")
	if got := d.post(t, "/tokens", "revoke", all[0].ID); got.Code != http.StatusNotFound {
		t.Errorf("revoking the token of somebody else = %d, want 404", got.Code)
	}
	d.actor = app.Actor{Name: "mei", Role: app.RoleAdmin}
	d.post(t, "/tokens", "revoke", all[0].ID)
	if _, err := d.engine.UseToken(t.Context(), secret); !errors.Is(err, app.ErrTokenRevoked) {
		t.Errorf("UseToken = %v, want that it was revoked", err)
	}
	d.get(t, "/tokens").wants(t, "Revoked")

	// A mistake keeps what was typed, and the machine's own user is told what to do.
	wrong := d.post(t, "/tokens", "label", "x y", "length", "30d")
	wrong.wants(t, "a token needs a scope", `value="x y"`)
	d.actor = app.Actor{Name: "local", Role: app.RoleAdmin}
	d.get(t, "/tokens").wants(t, "regwatch user add NAME")
}
