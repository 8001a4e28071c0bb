package login_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

const clientSecret = "the secret that the provider gave"

// A provider is an OpenID Connect provider on this machine. It is as strict as the specifications:
// what RFC 6749, RFC 7636 and OpenID Connect Core forbid is an error of the test or of the
// request.
type provider struct {
	t        *testing.T
	address  string
	redirect string // the registered one
	key      *rsa.PrivateKey
	claims   map[string]any           // of the next ID token, besides those that it must have
	edit     func(map[string]any)     // changes all claims of the next ID token; nil does not
	signer   *rsa.PrivateKey          // signs in place of key; nil is key
	codes    map[string]authorization // each works once
}

// An authorization is what the browser asked for.
type authorization struct{ challenge, nonce string }

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, codes: make(map[string]authorization)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.address = server.URL
	return p
}

func (p *provider) answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

func (p *provider) discovery(w http.ResponseWriter, _ *http.Request) {
	p.answer(w, http.StatusOK, map[string]any{
		"issuer": p.address, "authorization_endpoint": p.address + "/authorize", "token_endpoint": p.address + "/token", "jwks_uri": p.address + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "code_challenge_methods_supported": []string{"S256"},
	})
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
		"n": encode(p.key.N.Bytes()), "e": encode(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	switch {
	case q.Get("client_id") != "regwatch":
		p.t.Errorf("client_id is %q", q.Get("client_id"))
	case q.Get("redirect_uri") != p.redirect:
		p.t.Errorf("redirect_uri is %q, registered is %q", q.Get("redirect_uri"), p.redirect)
	case q.Get("response_type") != "code":
		p.t.Errorf("response_type is %q", q.Get("response_type"))
	case !strings.Contains(" "+q.Get("scope")+" ", " openid "):
		p.t.Errorf("scope is %q", q.Get("scope"))
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		p.t.Errorf("the challenge is %q by %q", q.Get("code_challenge"), q.Get("code_challenge_method"))
	case len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 || q.Get("state") == q.Get("nonce"):
		p.t.Errorf("state is %q and nonce %q", q.Get("state"), q.Get("nonce"))
	default:
		code := rand.Text()
		p.codes[code] = authorization{q.Get("code_challenge"), q.Get("nonce")}
		http.Redirect(w, r, p.redirect+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
		return
	}
	http.Error(w, "invalid_request", http.StatusBadRequest)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if err := r.ParseForm(); err != nil {
		p.t.Error(err)
	}
	if id == "" { // either way is allowed
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	secret, _ = url.QueryUnescape(secret)
	if id != "regwatch" || secret != clientSecret {
		p.answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	asked, known := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !known || r.PostForm.Get("grant_type") != "authorization_code" || r.PostForm.Get("redirect_uri") != p.redirect || encode(sum[:]) != asked.challenge {
		p.answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": p.address, "sub": "248289761001", "aud": "regwatch", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "nonce": asked.nonce}
	for name, value := range p.claims {
		claims[name] = value
	}
	if p.edit != nil {
		p.edit(claims)
	}
	p.answer(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 3600, "id_token": p.sign(claims)})
}

// sign returns the claims as a JWT (RFC 7519).
func (p *provider) sign(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	signed := encode([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(signed))
	key := p.key
	if p.signer != nil {
		key = p.signer
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return signed + "." + encode(signature)
}

// openOIDC serves a console whose users log in at a provider.
func openOIDC(t *testing.T, more string) (*site, *provider) {
	t.Helper()
	t.Setenv("REGWATCH_TEST_OIDC", clientSecret)
	p := newProvider(t)
	s := open(t, fmt.Sprintf("{listen: '127.0.0.1:1', public: PUBLIC, login: {%s oidc: {issuer: '%s', client_id: regwatch, client_secret: 'env:REGWATCH_TEST_OIDC', "+
		"roles: {admin: [regwatch-admins], editor: [legal, zoe@example.com], reader: [staff]}, domains: [example.com]}}}", more, p.address))
	p.redirect = s.address + "/login/callback"
	p.claims = map[string]any{"email": "mei@example.com", "email_verified": true, "groups": []string{"staff", "regwatch-admins"}}
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

	p.claims["groups"] = "legal" // one value is a text at some providers
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
		{"another key", func(map[string]any) { p.signer = stranger }, http.StatusForbidden, "The login was refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.client, p.signer, p.edit = browser(t), nil, tt.edit
			s.get(s.ask("/")).expect(t, tt.name, tt.code, tt.want)
			want := http.StatusSeeOther // to the login
			if tt.code == http.StatusSeeOther {
				want = http.StatusOK
			}
			s.get("/").expect(t, "a page after that", want, "")
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
	p.claims["groups"] = "legal"
	s.now = start
	s.get(s.ask("/")).expect(t, "the next login", http.StatusSeeOther, "../")
	s.get("/").expect(t, "with another role", http.StatusOK, "mei@example.com editor")
}
