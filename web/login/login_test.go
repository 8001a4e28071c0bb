package login_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/web/login"
)

const password = "correct horse battery staple"

// A site is a console with a login, and a browser that visits it.
type site struct {
	t       *testing.T
	app     *app.App
	address string // http://127.0.0.1:PORT
	client  *http.Client
	now     time.Time
}

// open serves a console whose web.login is as YAML says. PUBLIC in it stands for its address.
func open(t *testing.T, web string, edit ...func(*login.Options)) *site {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"regwatch.yaml":  "recipients: {team: {send: [terminal]}}\nroutes: {default: {to: [team]}}\nweb: " + strings.ReplaceAll(web, "PUBLIC", address) + "\n",
		"sources/a.yaml": "sources: [{id: a, name: A, url: \"https://a.example/feed\", role: press}]\n",
		"rules/x.yaml":   "id: x\ntitle: X\nwhy: Because.\nstatus: active\nseverity: high\nterms: {ref: [REF]}\nwhen: {terms: ref, in: title}\nexamples: {match: [REF-1], ignore: [nothing]}\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, app: a, address: address, now: time.Now()}
	a.SetClock(func() time.Time { return s.now })
	o := login.Options{App: a, Web: a.Config().Web, LocalUser: "local"}
	for _, e := range edit {
		e(&o)
	}
	l := login.New(o)
	mux := http.NewServeMux()
	mux.Handle("/login", l.Handler())
	mux.Handle("/login/", l.Handler())
	mux.Handle("/logout", l.Handler())
	mux.Handle("/", l.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, ok := l.Actor(r)
		fmt.Fprintf(w, "%s %s %v", actor.Name, actor.Role, ok)
	})))
	server.Config.Handler = mux
	server.Start()
	s.client = browser(t)
	t.Cleanup(func() {
		server.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// browser keeps cookies and follows no redirect.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *site) addUser(name string, role app.Role) {
	s.t.Helper()
	if _, err := s.app.AddUser(s.t.Context(), name, role, password, "local"); err != nil {
		s.t.Fatal(err)
	}
}

// An answer is a response with its body.
type answer struct {
	*http.Response
	text string
}

func (s *site) do(client *http.Client, method, path string, form url.Values, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	response, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		s.t.Fatal(err)
	}
	return answer{response, string(body)}
}

func (s *site) get(path string, headers ...string) answer {
	s.t.Helper()
	return s.do(s.client, http.MethodGet, path, nil, headers...)
}

func (s *site) logIn(name, password, next string) answer {
	s.t.Helper()
	return s.do(s.client, http.MethodPost, "/login", url.Values{"name": {name}, "password": {password}, "next": {next}})
}

// expect checks the status of an answer and, if it is not empty, a part of the text or of the
// address to which it leads.
func (a answer) expect(t *testing.T, what string, code int, part string) {
	t.Helper()
	if a.StatusCode != code || !strings.Contains(a.text+a.Header.Get("Location"), part) {
		t.Errorf("%s: %d %s\n%s\nwant %d and %q", what, a.StatusCode, a.Header.Get("Location"), a.text, code, part)
	}
}

const withUsers = "{listen: '127.0.0.1:1', login: {users: true}}"

func TestUserLogsInWithNameAndPassword(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleEditor)
	s.get("/inbox?days=7").expect(t, "a page without a login", http.StatusSeeOther, "login?next=%2Finbox%3Fdays%3D7")
	s.get("/events/1").expect(t, "a page further below", http.StatusSeeOther, "../login?")
	s.get("/login?next=/inbox").expect(t, "the login", http.StatusOK, `<input type="hidden" name="next" value="/inbox">`)
	s.logIn("mei", "wrong password", "/inbox").expect(t, "a wrong password", http.StatusUnauthorized, "Wrong name or password.")
	s.logIn("nobody", password, "/inbox").expect(t, "an unknown name", http.StatusUnauthorized, "Wrong name or password.")
	s.get("/inbox").expect(t, "after these", http.StatusSeeOther, "login")

	in := s.logIn("MEI", password, "/inbox?days=7")
	in.expect(t, "the right password", http.StatusSeeOther, "./inbox?days=7")
	c := in.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure || c.Name != "regwatch" {
		t.Errorf("the cookie is %s", c.String())
	}
	s.get("/inbox").expect(t, "after the login", http.StatusOK, "mei editor true")
	s.get("/login").expect(t, "the login after the login", http.StatusSeeOther, "./")

	s.do(s.client, http.MethodPost, "/logout", url.Values{}).expect(t, "logout", http.StatusOK, "Logged out")
	s.get("/inbox").expect(t, "after the logout", http.StatusSeeOther, "login")
	s.get("/inbox", "Cookie", c.Name+"="+c.Value).expect(t, "with the cookie of before", http.StatusSeeOther, "login")
}

func TestCookieIsForHTTPSOnlyIfThePublicAddressIs(t *testing.T) {
	s := open(t, "{listen: '127.0.0.1:1', public: 'https://regwatch.example.com', login: {users: true}}")
	s.addUser("mei", app.RoleAdmin)
	c := s.logIn("mei", password, "/").Cookies()[0]
	if c.Name != "__Host-regwatch" || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %s; want __Host-regwatch, Secure", c.String())
	}
	s.get("/", "Host", "regwatch.example.com", "Cookie", c.Name+"="+c.Value).expect(t, "under its name", http.StatusOK, "mei admin")
}

// Somebody who gives a victim a cookie must not be logged in when the victim logs in.
func TestLoginChangesTheToken(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleEditor)
	fixed := "fixed-by-somebody-else-0123456789"
	form := url.Values{"name": {"mei"}, "password": {password}, "next": {"/"}}
	in := s.do(s.client, http.MethodPost, "/login", form, "Cookie", "regwatch="+fixed)
	in.expect(t, "login", http.StatusSeeOther, "./")
	first := in.Cookies()[0].Value
	if first == fixed {
		t.Fatal("the token of before is used on")
	}
	other := browser(t)
	s.do(other, http.MethodGet, "/", nil, "Cookie", "regwatch="+fixed).expect(t, "the fixed token", http.StatusSeeOther, "login")
	again := s.do(other, http.MethodPost, "/login", form, "Cookie", "regwatch="+first)
	again.expect(t, "a second login in the same session", http.StatusSeeOther, "./")
	if second := again.Cookies()[0].Value; second == first {
		t.Error("the second login has the token of the first")
	}
	s.do(browser(t), http.MethodGet, "/", nil, "Cookie", "regwatch="+first).expect(t, "the first token", http.StatusSeeOther, "login")
}

func TestSessionExpiresWhenItIsIdle(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleEditor)
	s.logIn("mei", password, "/").expect(t, "login", http.StatusSeeOther, "./")
	s.now = s.now.Add(11 * time.Hour)
	s.get("/").expect(t, "after 11 hours", http.StatusOK, "mei editor")
	s.now = s.now.Add(2 * time.Hour)
	s.get("/").expect(t, "13 hours after the browser stored it", http.StatusSeeOther, "login")
}

func TestForgedCookieIsNobody(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleAdmin)
	c := s.logIn("mei", password, "/").Cookies()[0]
	for _, value := range []string{"", "x", c.Value + "x", c.Value[1:], strings.ToUpper(c.Value), "mei"} {
		s.do(browser(t), http.MethodGet, "/", nil, "Cookie", "regwatch="+value).expect(t, "cookie "+value, http.StatusSeeOther, "login")
	}
}

func TestRoleAndRemovalCountAtOnce(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleAdmin)
	s.addUser("kim", app.RoleEditor)
	s.logIn("kim", password, "/").expect(t, "login", http.StatusSeeOther, "./")
	if _, err := s.app.SetUserRole(t.Context(), "kim", app.RoleReader, "mei"); err != nil {
		t.Fatal(err)
	}
	s.get("/").expect(t, "with another role", http.StatusOK, "kim reader")
	s.now = s.now.Add(time.Second)
	if _, err := s.app.SetPassword(t.Context(), "kim", password+"!", "mei"); err != nil {
		t.Fatal(err)
	}
	s.get("/").expect(t, "with another password", http.StatusSeeOther, "login")
	s.now = s.now.Add(time.Second)
	s.logIn("kim", password+"!", "/").expect(t, "login with it", http.StatusSeeOther, "./")
	s.get("/").expect(t, "after that", http.StatusOK, "kim reader")
	if _, err := s.app.RemoveUser(t.Context(), "kim", "mei"); err != nil {
		t.Fatal(err)
	}
	s.get("/").expect(t, "removed", http.StatusSeeOther, "login")
	s.now = s.now.Add(time.Second)
	s.addUser("kim", app.RoleAdmin)
	s.get("/").expect(t, "another user of that name", http.StatusSeeOther, "login")
}

func TestFailedLoginsAreSlowedDown(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleEditor)
	for range 5 {
		s.logIn("mei", "wrong", "/").expect(t, "a wrong password", http.StatusUnauthorized, "Wrong")
	}
	slow := s.logIn("Mei ", password, "/")
	slow.expect(t, "the sixth try", http.StatusTooManyRequests, "Too many attempts. Try again in ")
	if slow.Header.Get("Retry-After") == "" {
		t.Error("the answer has no Retry-After")
	}
	s.logIn("kim", "wrong", "/").expect(t, "another name", http.StatusUnauthorized, "Wrong")
	s.now = s.now.Add(31 * time.Second)
	s.logIn("mei", password, "/").expect(t, "later", http.StatusSeeOther, "./")
}

func TestGuessingTheCurrentPasswordIsSlowedDown(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleEditor)
	s.logIn("mei", password, "/").expect(t, "the login", http.StatusSeeOther, "./")
	guess := func() answer {
		return s.do(s.client, http.MethodPost, login.PasswordPath, url.Values{"old": {"guess"}}, "Sec-Fetch-Site", "same-origin")
	}
	for range 5 {
		guess().expect(t, "a guess", http.StatusOK, "mei")
	}
	guess().expect(t, "the sixth", http.StatusTooManyRequests, "Too many attempts. Try again in ")
	s.do(s.client, http.MethodPost, "/act", url.Values{}, "Sec-Fetch-Site", "same-origin").expect(t, "other work", http.StatusOK, "mei")
}

func TestLoopbackNeedsNoLogin(t *testing.T) {
	s := open(t, "{listen: '127.0.0.1:1'}")
	s.get("/").expect(t, "on this machine", http.StatusOK, "local admin true")
	s.get("/", "Host", "localhost:8480").expect(t, "localhost", http.StatusOK, "local admin")
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"} {
		s.get("/", header, "198.51.100.7").expect(t, "through a proxy with "+header, http.StatusForbidden, "You cannot enter here")
	}
	s.get("/", "Host", "evil.example.com").expect(t, "under another name", http.StatusMisdirectedRequest, "Unknown address")
	s.do(s.client, http.MethodPost, "/", url.Values{}, "Sec-Fetch-Site", "cross-site").expect(t, "from another site", http.StatusForbidden, "")
	s.do(s.client, http.MethodPost, "/", url.Values{}, "Origin", "https://evil.example.com").expect(t, "from another origin", http.StatusForbidden, "")
	s.do(s.client, http.MethodPost, "/", url.Values{}, "Sec-Fetch-Site", "same-origin").expect(t, "from its own page", http.StatusOK, "local admin")
	s.get("/login").expect(t, "the login", http.StatusSeeOther, "./")
}

func TestConsoleIsNotServedToOthersWithoutLogin(t *testing.T) {
	for name, web := range map[string]string{
		"every address":    "{listen: ':1'}",
		"another address":  "{listen: '192.0.2.1:1'}",
		"a proxy in front": "{listen: '127.0.0.1:1', public: 'https://regwatch.example.com'}",
		"a name":           "{listen: 'example.com:1'}",
	} {
		s := open(t, web)
		s.get("/").expect(t, name, http.StatusForbidden, "The console is not available here")
		s.get("/login").expect(t, name+", login", http.StatusForbidden, "The console is not available here")
	}
}

func TestProxyNamesTheUser(t *testing.T) {
	const proxy = "{listen: '127.0.0.1:1', public: 'https://regwatch.example.com', login: {proxy: {header: X-Remote-User, from: [%s], roles: {admin: [mei], editor: [kim, zoe], reader: ['*']}}}}"
	s := open(t, fmt.Sprintf(proxy, "127.0.0.0/8"))
	s.get("/", "X-Remote-User", "mei").expect(t, "an admin", http.StatusOK, "mei admin")
	s.get("/", "X-Remote-User", "kim").expect(t, "an editor", http.StatusOK, "kim editor")
	s.get("/", "X-Remote-User", "rob@example.com").expect(t, "anybody", http.StatusOK, "rob@example.com reader")
	s.get("/").expect(t, "nobody", http.StatusForbidden, "You cannot enter here")
	s.get("/", "X-Remote-User", "mei", "X-Remote-User", "kim").expect(t, "two names", http.StatusForbidden, "You cannot enter here")
	s.get("/", "X-Remote-User", "mei chan").expect(t, "a name that is none", http.StatusForbidden, "You cannot enter here")
	users, err := s.app.Users(t.Context())
	if err != nil || len(users) != 3 || users[0].Login != "proxy" || users[0].LastLoginAt == nil {
		t.Errorf("Users = %+v, %v; want the three", users, err)
	}
	s.addUser("zoe", app.RoleReader)
	s.get("/", "X-Remote-User", "zoe").expect(t, "the name of a user with a password", http.StatusForbidden, "You cannot enter here")

	elsewhere := open(t, fmt.Sprintf(proxy, "192.0.2.7"))
	elsewhere.get("/", "X-Remote-User", "mei").expect(t, "the header from another address", http.StatusForbidden, "You cannot enter here")
}

func TestLoginSpeaksTheLanguageOfTheBrowser(t *testing.T) {
	s := open(t, withUsers)
	for languages, want := range map[string]string{
		"": `<html lang="en">`, "de-DE": `<html lang="en">`, "zh-HK, en;q=0.5": `<html lang="zh-Hant">`, "zh-TW": `<html lang="zh-Hant">`,
		"zh-CN": `<html lang="zh-Hans">`, "zh": `<html lang="zh-Hans">`,
	} {
		s.get("/login", "Accept-Language", languages).expect(t, "language "+languages, http.StatusOK, want)
	}
}

func TestPagesRunNothingAndLoadOnlyTheirStyle(t *testing.T) {
	s := open(t, withUsers)
	page := s.get("/login?next=" + url.QueryEscape(`/"><script>alert(1)</script>`))
	policy := page.Header.Get("Content-Security-Policy")
	for _, bad := range []string{"unsafe", "script-src", "http:", "https:"} {
		if strings.Contains(policy, bad) {
			t.Errorf("the policy has %s: %s", bad, policy)
		}
	}
	for _, bad := range []string{"<script", "style=", "onclick", "javascript:", "http://", "https://"} {
		if strings.Contains(page.text, bad) {
			t.Errorf("the page has %s:\n%s", bad, page.text)
		}
	}
	_, after, _ := strings.Cut(page.text, `rel="stylesheet" href="`)
	href, _, _ := strings.Cut(after, `"`)
	style := s.get("/" + href)
	style.expect(t, "the style "+href, http.StatusOK, ".login-card")
	if got := style.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/css") {
		t.Errorf("the style is %s", got)
	}
	want := map[string]string{"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
	for name := range want {
		if got := page.Header.Get(name); got != want[name] {
			t.Errorf("%s is %q, want %q", name, got, want[name])
		}
	}
	s.do(s.client, http.MethodPost, "/login", url.Values{"name": {strings.Repeat("x", 20_000)}}).expect(t, "a form that is too large", http.StatusBadRequest, "Something went wrong")
}

// A page whose session ended would otherwise ask for news again and again, and log an error each time.
func TestNewsOfAnEndedSessionEnd(t *testing.T) {
	s := open(t, withUsers)
	a := s.get("/live", "Accept", "text/event-stream")
	if a.StatusCode != http.StatusNoContent || a.Header.Get("Location") != "" {
		t.Errorf("%d %v; want 204 and no redirect", a.StatusCode, a.Header)
	}
}

func TestPartOfAPageReloadsTheWholeOne(t *testing.T) {
	s := open(t, withUsers)
	a := s.get("/inbox", "HX-Request", "true")
	if a.StatusCode != http.StatusUnauthorized || a.Header.Get("HX-Refresh") != "true" {
		t.Errorf("%d %v; want 401 and HX-Refresh", a.StatusCode, a.Header)
	}
}

func TestDisabledUserCannotEnter(t *testing.T) {
	s := open(t, withUsers)
	s.addUser("mei", app.RoleAdmin)
	s.addUser("kim", app.RoleEditor)
	s.logIn("kim", password, "/").expect(t, "login", http.StatusSeeOther, "./")
	s.now = s.now.Add(time.Second)
	if _, err := s.app.SetUserDisabled(t.Context(), "kim", true, "mei"); err != nil {
		t.Fatal(err)
	}
	s.get("/").expect(t, "disabled", http.StatusSeeOther, "login")
	s.logIn("kim", password, "/").expect(t, "another login", http.StatusForbidden, "switched your user off")
	s.logIn("kim", "wrong", "/").expect(t, "with a wrong password", http.StatusUnauthorized, "Wrong name or password")
	s.now = s.now.Add(time.Second)
	if _, err := s.app.SetUserDisabled(t.Context(), "kim", false, "mei"); err != nil {
		t.Fatal(err)
	}
	s.logIn("kim", password, "/").expect(t, "enabled again", http.StatusSeeOther, "./")
	s.get("/").expect(t, "after that", http.StatusOK, "kim editor")
}

func TestUserWhomAProxyNamesStaysOutAfterTheRemoval(t *testing.T) {
	s := open(t, "{listen: '127.0.0.1:1', public: 'https://regwatch.example.com', login: {proxy: {header: X-Remote-User, from: [127.0.0.0/8], roles: {reader: ['*']}}}}")
	s.get("/", "X-Remote-User", "rob").expect(t, "before", http.StatusOK, "rob reader")
	s.now = s.now.Add(time.Second)
	if _, err := s.app.RemoveUser(t.Context(), "rob", "local"); err != nil {
		t.Fatal(err)
	}
	s.get("/", "X-Remote-User", "rob").expect(t, "the next request", http.StatusForbidden, "You cannot enter here")
	s.now = s.now.Add(13 * time.Hour) // the login was recorded long ago
	s.get("/", "X-Remote-User", "rob").expect(t, "hours later", http.StatusForbidden, "You cannot enter here")
	if _, err := s.app.SetUserDisabled(t.Context(), "rob", false, "local"); err != nil {
		t.Fatal(err)
	}
	s.get("/", "X-Remote-User", "rob").expect(t, "enabled again", http.StatusOK, "rob reader")
}
