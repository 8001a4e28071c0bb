package login_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/oidcfake"
)

const clientSecret = "the secret that the provider gave"

// newProvider starts a provider, which must meet only requests that the specifications allow.
func newProvider(t *testing.T) *oidcfake.Provider {
	t.Helper()
	p, err := oidcfake.New(oidcfake.Options{ClientID: "regwatch", ClientSecret: clientSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Close()
		for _, fault := range p.Faults() {
			t.Error(fault)
		}
	})
	return p
}

// mei is what a provider says about a user in groups.
func mei(groups ...string) map[string]any {
	return map[string]any{"email": "mei@example.com", "email_verified": true, "groups": groups}
}

// openOIDC serves a console whose users log in at a provider.
func openOIDC(t *testing.T, more string) (*site, *oidcfake.Provider) {
	t.Helper()
	t.Setenv("REGWATCH_TEST_OIDC", clientSecret)
	p := newProvider(t)
	s := open(t, fmt.Sprintf("{listen: '127.0.0.1:1', public: PUBLIC, login: {%s oidc: {issuer: '%s', client_id: regwatch, client_secret: 'env:REGWATCH_TEST_OIDC', "+
		"roles: {admin: [regwatch-admins], editor: [legal, zoe@example.com], reader: [staff]}, domains: [example.com]}}}", more, p.Address))
	p.Register(s.address + "/login/callback")
	p.Answers(oidcfake.Answer{Claims: mei("staff", "regwatch-admins")})
	return s, p
}

// ask begins a login, and returns the address to which the provider sends the browser back.
func (s *site) ask(next string) string {
	s.t.Helper()
	to := s.get("/login/oidc?next=" + url.QueryEscape(next))
	if to.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("/login/oidc: %d\n%s", to.StatusCode, to.text)
	}
	response, err := s.client.Get(to.Header.Get("Location"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimPrefix(response.Header.Get("Location"), s.address)
}

func TestUserLogsInAtAProvider(t *testing.T) {
	s, p := openOIDC(t, "")
	s.get("/login?next=/inbox").expect(t, "the login", http.StatusOK, `href="login/oidc?next=%2Finbox"`)
	back := s.ask("/inbox?days=7")
	s.get(back).expect(t, "the way back", http.StatusSeeOther, "../inbox?days=7")
	s.get("/inbox").expect(t, "after the login", http.StatusOK, "mei@example.com admin true")
	s.get(back).expect(t, "the same answer again", http.StatusBadRequest, "The login has expired")

	legal := mei()
	legal["groups"] = "legal" // one value is a text at some providers
	p.Answers(oidcfake.Answer{Claims: legal})
	s.get(s.ask("/")).expect(t, "a second login", http.StatusSeeOther, "../")
	s.get("/").expect(t, "with another role", http.StatusOK, "mei@example.com editor")
	users, err := s.app.Users(t.Context())
	if err != nil || len(users) != 1 || users[0].Login != "oidc" || users[0].Role != app.RoleEditor || users[0].LastLoginAt == nil {
		t.Errorf("Users = %+v, %v", users, err)
	}
	s.do(s.client, http.MethodPost, "/login", url.Values{"name": {"mei@example.com"}, "password": {""}}).expect(t, "a password where there is none", http.StatusSeeOther, "login")
}

func TestProviderLetsOnlyTheRightPeopleIn(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s, p := openOIDC(t, "users: true,")
	s.addUser("kim@example.com", app.RoleReader)
	for _, tt := range []struct {
		name string
		edit func(map[string]any)
		code int
		want string
	}{
		{"a verified address with a role", func(c map[string]any) { c["email"], c["groups"] = "zoe@example.com", nil }, http.StatusSeeOther, "../"},
		{"an address that is not verified", func(c map[string]any) { c["email_verified"] = false }, http.StatusForbidden, "The login was refused"},
		{"another domain", func(c map[string]any) { c["email"] = "mei@evil.example.com" }, http.StatusForbidden, "The login was refused"},
		{"no address", func(c map[string]any) { delete(c, "email") }, http.StatusForbidden, "The login was refused"},
		{"no role", func(c map[string]any) { c["groups"] = []string{"interns"} }, http.StatusForbidden, "You have no role"},
		{"the name of a user with a password", func(c map[string]any) { c["email"] = "Kim@example.com" }, http.StatusForbidden, "This name belongs to somebody else"},
		{"another account with a known name", func(c map[string]any) { c["email"], c["groups"], c["sub"] = "zoe@example.com", nil, "other" }, http.StatusForbidden, "This name belongs to somebody else"},
		{"another nonce", func(c map[string]any) { c["nonce"] = "of another login" }, http.StatusForbidden, "The login was refused"},
		{"another audience", func(c map[string]any) { c["aud"] = "another client" }, http.StatusForbidden, "The login was refused"},
		{"another issuer", func(c map[string]any) { c["iss"] = "https://evil.example.com" }, http.StatusForbidden, "The login was refused"},
		{"an expired token", func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }, http.StatusForbidden, "The login was refused"},
		{"another key", nil, http.StatusForbidden, "The login was refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.client = browser(t)
			answer := oidcfake.Answer{Claims: mei("staff", "regwatch-admins"), Edit: tt.edit}
			if tt.edit == nil {
				answer.Signer = stranger
			}
			p.Answers(answer)
			s.get(s.ask("/")).expect(t, tt.name, tt.code, tt.want)
			want := http.StatusSeeOther // to the login
			if tt.code == http.StatusSeeOther {
				want = http.StatusOK
			}
			s.get("/").expect(t, "a page after that", want, "")
		})
	}
}

// Providers need not put the claims of a scope into the ID token (OpenID Connect Core, 5.4).
func TestUserInfoCompletesTheIDToken(t *testing.T) {
	s, p := openOIDC(t, "")
	for _, tt := range []struct {
		name        string
		token, info map[string]any
		code        int
	}{
		{"everything is there", nil, mei("legal"), http.StatusSeeOther},
		{"the groups are there", map[string]any{"email": "mei@example.com", "email_verified": true}, map[string]any{"groups": "legal"}, http.StatusSeeOther},
		{"the address is verified there", map[string]any{"email": "mei@example.com"}, mei("legal"), http.StatusSeeOther},
		{"another address is verified there", map[string]any{"email": "eve@example.com"}, mei("legal"), http.StatusForbidden},
		{"the ID token says that the address is not verified", map[string]any{"email": "mei@example.com", "email_verified": false}, mei("legal"), http.StatusForbidden},
		{"nothing is there", nil, map[string]any{}, http.StatusForbidden},
		{"the ID token verifies no address", map[string]any{"email_verified": true}, map[string]any{"email": "mei@example.com", "groups": "legal"}, http.StatusForbidden},
		{"the ID token has a list as its address", map[string]any{"email": []any{"mei@example.com"}}, map[string]any{"email": []any{"mei@example.com"}, "email_verified": true, "groups": "legal"}, http.StatusForbidden},
		{"it names another user", nil, map[string]any{"sub": "2", "email": "mei@example.com", "email_verified": true, "groups": "legal"}, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.client = browser(t)
			p.Answers(oidcfake.Answer{Claims: tt.token, UserInfo: tt.info})
			s.get(s.ask("/")).expect(t, tt.name, tt.code, "")
			if tt.code == http.StatusSeeOther {
				s.get("/").expect(t, "after the login", http.StatusOK, "mei@example.com editor true")
			}
		})
	}
}

func TestAnswerOfAProviderNeedsTheBrowserThatAsked(t *testing.T) {
	s, _ := openOIDC(t, "")
	back := s.ask("/")
	s.do(browser(t), http.MethodGet, back, nil).expect(t, "another browser", http.StatusBadRequest, "The login has expired")
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("state", q.Get("state")[1:])
	s.get("/login/callback?"+q.Encode()).expect(t, "another state", http.StatusBadRequest, "The login has expired")
	s.get(back).expect(t, "after that", http.StatusBadRequest, "The login has expired")

	late := s.ask("/")
	s.now = s.now.Add(11 * time.Minute)
	s.get(late).expect(t, "after 11 minutes", http.StatusBadRequest, "The login has expired")

	refused := s.ask("/")
	u, err = url.Parse(refused)
	if err != nil {
		t.Fatal(err)
	}
	s.get("/login/callback?"+url.Values{"error": {"access_denied"}, "state": u.Query()["state"]}.Encode()).expect(t, "a refusal", http.StatusForbidden, "The login was refused")
	s.get("/").expect(t, "a page after all that", http.StatusSeeOther, "login")
}

func TestProviderRefusesAWrongSecret(t *testing.T) {
	s, _ := openOIDC(t, "")
	back := s.ask("/")
	t.Setenv("REGWATCH_TEST_OIDC", "another secret")
	s.get(back).expect(t, "a wrong client secret", http.StatusForbidden, "The login was refused")
}

func TestProviderThatDoesNotAnswerStopsNothingElse(t *testing.T) {
	t.Setenv("REGWATCH_TEST_OIDC", clientSecret)
	s := open(t, "{listen: '127.0.0.1:1', public: PUBLIC, login: {users: true, oidc: {issuer: 'http://127.0.0.1:1', client_id: regwatch, client_secret: 'env:REGWATCH_TEST_OIDC', roles: {reader: [staff]}}}}")
	s.addUser("mei", app.RoleEditor)
	s.get("/login/oidc").expect(t, "the provider", http.StatusInternalServerError, "Something went wrong")
	s.logIn("mei", password, "/").expect(t, "a login by password", http.StatusSeeOther, "./")
}

func TestProviderIsAskedAgainEachDay(t *testing.T) {
	s, p := openOIDC(t, "")
	start := s.now
	s.now = start.Add(-20 * time.Hour) // sessions expire by the real clock, which the test cannot move
	s.get(s.ask("/")).expect(t, "the login", http.StatusSeeOther, "../")
	s.now = start.Add(3 * time.Hour)
	s.get("/").expect(t, "within the day", http.StatusOK, "mei@example.com admin")
	s.now = start.Add(5 * time.Hour)
	s.get("/").expect(t, "after a day", http.StatusSeeOther, "login")
	p.Answers(oidcfake.Answer{Claims: mei("legal")})
	s.now = start
	s.get(s.ask("/")).expect(t, "the next login", http.StatusSeeOther, "../")
	s.get("/").expect(t, "with another role", http.StatusOK, "mei@example.com editor")
}
