// Package login says who asks for a page of the console, and lets people log in and out.
//
// Start with [New]. Serve [Login.Handler] at the addresses below /login and /logout, and put
// [Login.Require] around the pages of the console; their requests then carry the actor
// ([app.WithActor]), whom package app asks for a role before it changes something.
//
// Who may enter is what web.login in regwatch.yaml says: users with a name and a password, people
// of an OpenID Connect provider, or those whom a proxy names. Without it the pages are only for who
// works on this machine, and the actor is the user of its operating system, with the role admin.
//
// It promises: the session gets a new token with each login; the database has the hash of the
// token only; a session ends 12 hours after the last request, 7 days after the login, and at once
// when the user is removed or gets another password; a role counts from the next request. Failed
// logins are slowed down by name and by address, in memory only. What a role allows is decided by
// package app.
package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"regwatch/app"
	"regwatch/models"
)

// An App knows the users and keeps the sessions. [app.App] is one.
type App interface {
	users
	sessions
	Now() time.Time
}

type users interface {
	// CheckPassword returns the user with a name and a password, or app.ErrWrongPassword.
	CheckPassword(ctx context.Context, name, password string) (models.User, error)
	RecordLogin(ctx context.Context, u models.User) (models.User, error)
	// SessionUser returns the user of a session that began at a time, if it has not ended.
	SessionUser(ctx context.Context, name string, began time.Time) (models.User, bool, error)
}

type sessions interface {
	Session(ctx context.Context, token string) ([]byte, bool, error)
	SaveSession(ctx context.Context, token string, data []byte, expires time.Time) error
	EndSession(ctx context.Context, token string) error
}

// Options say who may enter. App is required.
type Options struct {
	App       App
	Web       app.WebSettings // of regwatch.yaml
	LocalUser string          // the user of the operating system, for the audit
	Log       *slog.Logger    // nil logs nothing
	Client    *http.Client    // asks the identity provider; nil is one with a timeout
}

// A Login lets people log in. Its methods may be called at the same time.
type Login struct {
	o        Options
	sessions *scs.SessionManager
	limits   *limits
	provider *provider // nil without OpenID Connect
	known    *recently // users of the proxy whose login is recorded
	public   *url.URL  // nil if regwatch has no public address
	origins  *http.CrossOriginProtection
	warned   sync.Once // that the console is not served
}

// How long sessions last, and how often the login of a user of a proxy is recorded. An identity
// provider is asked again each day, because it does not say when a user loses a group.
const (
	idleTime     = 12 * time.Hour
	sessionTime  = 7 * 24 * time.Hour
	providerTime = 24 * time.Hour
)

// New returns a Login.
func New(o Options) *Login {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l := &Login{o: o, limits: newLimits(o.App.Now), known: &recently{now: o.App.Now}, origins: http.NewCrossOriginProtection()}
	if u, err := url.Parse(o.Web.Public); err == nil && o.Web.Public != "" {
		l.public = u
		_ = l.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host) // which is valid as the configuration is
	}
	l.sessions = scs.New()
	l.sessions.Store.(*memstore.MemStore).StopCleanup()
	l.sessions.Store = sessionStore{o.App}
	l.sessions.Codec = codec{}
	l.sessions.IdleTimeout, l.sessions.Lifetime = idleTime, sessionTime
	c := &l.sessions.Cookie
	c.Name, c.Secure, c.HttpOnly, c.SameSite, c.Path = l.cookieName("regwatch"), l.isSecure(), true, http.SameSiteLaxMode, "/"
	l.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { l.fail(w, r, err) }
	if o.Web.Login.OIDC.Issuer != "" {
		l.provider = newProvider(o, l.cookieName("regwatch-oidc"))
	}
	return l
}

func (l *Login) isSecure() bool { return l.public != nil && l.public.Scheme == "https" }

// cookieName returns a name which makes browsers refuse a cookie that another host has set, if
// they can: that needs https.
func (l *Login) cookieName(name string) string {
	if l.isSecure() {
		return "__Host-" + name
	}
	return name
}

// Actor returns who asks for a page. ok is false if nobody has logged in. It works behind
// [Login.Require] and [Login.Load].
func (l *Login) Actor(r *http.Request) (actor app.Actor, ok bool) { return app.ActorOf(r.Context()) }

// Load finds out who asks, and passes every request on. A page that needs an actor is behind
// [Login.Require] instead.
func (l *Login) Load(next http.Handler) http.Handler {
	return l.origins.Handler(l.hosts(l.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, ok, err := l.actor(r)
		if err != nil {
			l.fail(w, r, err)
			return
		}
		if ok {
			r = r.WithContext(app.WithActor(r.Context(), actor))
		}
		next.ServeHTTP(w, r)
	}))))
}

// Require finds out who asks, and passes the request on if it is somebody who may enter. Others
// are sent to the page for logging in, or told why nobody can. It refuses requests that change
// something and come from another site, and Host headers that are not ours.
func (l *Login) Require(next http.Handler) http.Handler {
	return l.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, ok := l.Actor(r)
		switch {
		case !ok:
			l.turnAway(w, r)
		case r.Method == http.MethodPost && r.URL.Path == PasswordPath && l.slowDown(w, r, actor.Name, page{}):
		default:
			next.ServeHTTP(w, r)
		}
	}))
}

// PasswordPath is where the console takes another password. It asks for the current one, which
// nobody may guess there either.
const PasswordPath = "/settings/password"

// slowDown answers with a page if a name or an address has failed too often, and reports whether
// it did.
func (l *Login) slowDown(w http.ResponseWriter, r *http.Request, name string, again page) bool {
	wait, ok := l.limits.allow(name, client(r))
	if ok {
		return false
	}
	seconds := int(wait/time.Second) + 1
	l.o.Log.WarnContext(r.Context(), "login slowed down", "address", client(r), "seconds", seconds)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	again.Problem = fmt.Sprintf(wordsFor(r).TooMany, seconds)
	l.show(w, r, http.StatusTooManyRequests, again)
	return true
}

// turnAway answers a request of nobody.
func (l *Login) turnAway(w http.ResponseWriter, r *http.Request) {
	if problem, served := l.o.Web.ConsoleProblem(); !served {
		l.warned.Do(func() {
			l.o.Log.WarnContext(r.Context(), "the console is not served", "problem", problem.String())
		})
		l.notice(w, r, http.StatusForbidden, func(t words) notice { return t.NotServed })
		return
	}
	if !l.o.Web.Login.Users && l.provider == nil {
		l.notice(w, r, http.StatusForbidden, func(t words) notice { return t.NotKnown })
		return
	}
	if r.Header.Get("Accept") == "text/event-stream" {
		w.WriteHeader(http.StatusNoContent) // by which an EventSource stops asking (HTML, 9.2.3)
		return
	}
	to := relative(r.URL.Path, "login")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	if r.Header.Get("HX-Request") != "" { // a part of a page cannot be replaced by the login
		w.Header().Set("HX-Refresh", "true")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	redirect(w, to)
}

// actor finds out who asks. ok is false if it is nobody who may enter.
func (l *Login) actor(r *http.Request) (actor app.Actor, ok bool, err error) {
	switch login := l.o.Web.Login; {
	case login.Proxy.Header != "":
		return l.proxyActor(r)
	case login.IsSet():
		return l.sessionActor(r)
	}
	return app.Actor{Name: l.o.LocalUser, Role: app.RoleAdmin}, l.isLocal(r), nil
}

// isLocal reports whether a request comes from a browser on this machine, and nobody else can send
// any: a proxy on this machine would, for people elsewhere.
func (l *Login) isLocal(r *http.Request) bool {
	if l.o.Web.NeedsLogin() || !isLoopback(hostOf(r.Host)) {
		return false
	}
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	addr, ok := remote(r)
	return ok && addr.IsLoopback()
}

func (l *Login) sessionActor(r *http.Request) (actor app.Actor, ok bool, err error) {
	ctx := r.Context()
	name := l.sessions.GetString(ctx, app.SessionName)
	began, err := time.Parse(time.RFC3339Nano, l.sessions.GetString(ctx, app.SessionBegan))
	if name == "" || err != nil {
		return app.Actor{}, false, nil
	}
	u, ok, err := l.o.App.SessionUser(ctx, name, began)
	if err != nil || !ok || !l.accepts(u.Login) {
		return app.Actor{}, false, err
	}
	if u.Login == models.LoginOIDC && l.o.App.Now().Sub(began) > providerTime {
		return app.Actor{}, false, nil
	}
	return app.Actor{Name: u.Name, Role: u.Role}, true, nil
}

// accepts reports whether people still log in that way.
func (l *Login) accepts(kind models.LoginKind) bool {
	return kind == models.LoginPassword && l.o.Web.Login.Users || kind == models.LoginOIDC && l.provider != nil
}

func (l *Login) proxyActor(r *http.Request) (actor app.Actor, ok bool, err error) {
	proxy := l.o.Web.Login.Proxy
	names := r.Header.Values(proxy.Header)
	addr, known := remote(r)
	if !known || !contains(proxy.From, addr) || len(names) != 1 || strings.TrimSpace(names[0]) == "" {
		return app.Actor{}, false, nil
	}
	name := strings.TrimSpace(names[0])
	role := proxy.Roles.Of(name)
	if role == "" {
		return app.Actor{}, false, nil
	}
	if !l.known.has(name + " " + string(role)) {
		_, err := l.o.App.RecordLogin(r.Context(), models.User{Name: name, Role: role, Login: models.LoginProxy})
		if _, wrong := errors.AsType[*app.InputError](err); wrong || app.IsUserTaken(err) || app.IsUserDisabled(err) {
			l.o.Log.WarnContext(r.Context(), "login refused", "why", err)
			return app.Actor{}, false, nil // the audit could not tell the name from others, or an admin refuses it
		}
		if err != nil {
			return app.Actor{}, false, err
		}
		l.known.add(name + " " + string(role))
	}
	// A user who was disabled after the login is refused from the next request on.
	user, ok, err := l.o.App.SessionUser(r.Context(), name, l.o.App.Now())
	if err != nil || !ok {
		return app.Actor{}, false, err
	}
	return app.Actor{Name: user.Name, Role: role}, true, nil
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// maxAgent is how much is kept of what a browser says it is, in bytes.
const maxAgent = 200

// begin logs a user in: with a new token, so that nobody can have fixed it before.
func (l *Login) begin(r *http.Request, u models.User) error {
	ctx := r.Context()
	if err := l.sessions.RenewToken(ctx); err != nil {
		return err
	}
	l.sessions.Put(ctx, app.SessionName, u.Name)
	l.sessions.Put(ctx, app.SessionBegan, l.o.App.Now().UTC().Format(time.RFC3339Nano))
	l.sessions.Put(ctx, app.SessionAgent, strings.ToValidUTF8(r.UserAgent()[:min(len(r.UserAgent()), maxAgent)], ""))
	return nil
}

// hosts refuses a request that another site's name has led here: a page elsewhere could otherwise
// read the console through a name that it makes point to this machine. An address in figures cannot
// be made so.
func (l *Login) hosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r.Host)
		_, err := netip.ParseAddr(host)
		if err != nil && !isLoopback(host) && (l.public == nil || !strings.EqualFold(host, l.public.Hostname())) {
			l.notice(w, r, http.StatusMisdirectedRequest, func(t words) notice { return t.WrongHost })
			return
		}
		next.ServeHTTP(w, r)
	})
}

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// remote returns the address from which a request came.
func remote(r *http.Request) (netip.Addr, bool) {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	return ap.Addr().Unmap().WithZone(""), err == nil
}

// client returns the address to which failed logins are counted. A proxy on this machine names
// that of the browser last.
func client(r *http.Request) string {
	addr, ok := remote(r)
	if !ok {
		return ""
	}
	if passed := r.Header.Values("X-Forwarded-For"); addr.IsLoopback() && len(passed) > 0 {
		last := passed[len(passed)-1]
		if i := strings.LastIndexByte(last, ','); i >= 0 {
			last = last[i+1:]
		}
		if named, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
			addr = named.Unmap().WithZone("")
		}
	}
	if addr.Is6() {
		network, _ := addr.Prefix(64) // one subscriber has all of these
		return network.String()
	}
	return addr.String()
}

// relative returns an address of ours as seen from a page, so that it stays below the path of a
// proxy.
func relative(from, to string) string {
	up := strings.Repeat("../", max(0, strings.Count(from, "/")-1))
	return up + to
}

// redirect sends a browser to a relative address, which http.Redirect would make absolute.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}
