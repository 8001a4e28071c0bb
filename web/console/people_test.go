package console

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/oidcfake"
	"regwatch/web/login"
)

// serveLogin serves a console behind a login, at the address that server has.
func serveLogin(t *testing.T, server *httptest.Server, d recordsDesk) {
	t.Helper()
	entrance := login.New(login.Options{App: d.engine, Web: d.engine.Config().Web})
	mux := http.NewServeMux()
	mux.Handle("/login", entrance.Handler())
	mux.Handle("/login/", entrance.Handler())
	mux.Handle("/logout", entrance.Handler())
	mux.Handle("/", entrance.Require(d.Console))
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
}

// newPeopleDesk is a console with users who log in with testPassword.
func newPeopleDesk(t *testing.T, people map[string]app.Role) (d recordsDesk, address string) {
	t.Helper()
	d = newRecordsDeskWith(t, `{listen: "0.0.0.0:8480", login: {users: true}}`)
	for name, role := range people {
		if _, err := d.engine.AddUser(t.Context(), name, role, testPassword, "local"); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewUnstartedServer(nil)
	serveLogin(t, server, d)
	return d, server.URL
}

func TestPeopleLogInWithAPassword(t *testing.T) {
	needBrowser(t)
	_, address := newPeopleDesk(t, map[string]app.Role{"rita": app.RoleReader, "edith": app.RoleEditor})
	browse(t, address, "login", nil, testPassword)
}

func TestAnAdminManagesUsersInABrowser(t *testing.T) {
	needBrowser(t)
	_, address := newPeopleDesk(t, map[string]app.Role{"ada": app.RoleAdmin})
	browse(t, address, "users", nil, testPassword)
}

func TestThePageOfUsersIsAccessible(t *testing.T) {
	needBrowser(t)
	d := newUsersDesk(t)
	if _, err := d.engine.SetUserDisabled(t.Context(), "kim", true, "mei"); err != nil {
		t.Fatal(err)
	}
	browse(t, d.server.URL, "pages", nil, "/users", "/settings", "/tokens")
}

// The provider has another name than the console, so that for the browser its redirect comes from
// another site.
func TestPeopleLogInAtAProvider(t *testing.T) {
	needBrowser(t)
	const secret = "the secret that the provider gave"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := oidcfake.New(oidcfake.Options{ClientID: "regwatch", ClientSecret: secret, Host: "localhost", Asks: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	d := newRecordsDeskWith(t, `{listen: "0.0.0.0:8480", public: "`+address+`", login: {oidc: {issuer: "`+p.Address+
		`", client_id: regwatch, client_secret: "file:`+file+`", roles: {editor: [legal]}}}}`)
	serveLogin(t, server, d)
	p.Register(address + "/login/callback")

	zoe := map[string]any{"email": "zoe@example.com", "email_verified": true, "groups": "legal"}
	right := oidcfake.Answer{Claims: zoe}
	spoiled := func(edit func(map[string]any)) oidcfake.Answer {
		return oidcfake.Answer{Claims: zoe, Edit: edit}
	}
	disable := func(off bool) {
		if _, err := d.engine.SetUserDisabled(t.Context(), "zoe@example.com", off, "ada"); err != nil {
			t.Error(err)
		}
	}
	steps := []func(){
		func() { p.Answers(spoiled(func(c map[string]any) { c["nonce"] = "of another login" })) },
		func() { p.Answers(spoiled(func(c map[string]any) { c["aud"] = "another client" })) },
		func() {
			p.Answers(spoiled(func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }))
		},
		func() { p.Answers(spoiled(func(c map[string]any) { c["email_verified"], c["email"] = false, "zoe" })) },
		func() { p.Answers(oidcfake.Answer{Refuses: true}) },
		func() { p.Answers(oidcfake.Answer{Claims: zoe, State: "of another login"}) },
		func() { p.Answers(spoiled(func(c map[string]any) { c["groups"] = "interns" })) },
		func() { p.Answers(right) },
		func() { disable(true) },
		func() { disable(false) },
	}
	p.Answers(right)
	step := 0
	browse(t, address, "provider", func() { steps[step%len(steps)](); step++ }, p.Address)
	if step != 2*len(steps) {
		t.Errorf("the browser came to step %d of %d", step, 2*len(steps))
	}
	for _, fault := range p.Faults() {
		t.Error(fault)
	}
}

func TestAnotherEditorAcceptsAProposalInABrowser(t *testing.T) {
	needBrowser(t)
	d := newRulesDesk(t)
	d.scan()
	by := func(name string, role app.Role) string {
		return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			d.console.ServeHTTP(w, r.WithContext(app.WithActor(r.Context(), app.Actor{Name: name, Role: role})))
		}))
	}
	browse(t, by("mei", app.RoleEditor), "propose", nil, by("ana", app.RoleEditor), by("rita", app.RoleReader))
}
