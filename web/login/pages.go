package login

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"regwatch/app"
)

//go:embed templates/login.html
var pageTemplate string

//go:embed templates/login.css
var style []byte

// styleName has the hash of the style, so that browsers keep it until it changes.
var styleName = func() string {
	sum := sha256.Sum256(style)
	return "login-" + hex.EncodeToString(sum[:6]) + ".css"
}()

// pages is parsed when the first page is shown; a test shows that it can be.
var pages = template.Must(template.New("login").Parse(pageTemplate))

// A page is what the template shows. Every text of it is escaped.
type page struct {
	words
	Style    string
	Form     bool // name and password
	Provider string
	Next     string
	Name     string
	Problem  string // why the login failed
	Notice   notice
	Back     string // the address of the console, if the page leads there
}

// maxForm is the size of a form in bytes: a name, a password and an address.
const maxForm = 16 << 10

// Handler returns the pages at /login, /login/… and /logout. It needs no [Login.Require] around
// it.
func (l *Login) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", l.showLogin)
	mux.HandleFunc("POST /login", l.logIn)
	mux.HandleFunc("POST /logout", l.logOut)
	mux.HandleFunc("GET /login/oidc", l.askProvider)
	mux.HandleFunc("GET /login/callback", l.callback)
	pages := guarded(l.Load(mux))
	all := http.NewServeMux()
	all.HandleFunc("GET /login/"+styleName, showStyle)
	all.Handle("/", pages)
	return all
}

func showStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(style)
}

// guarded limits requests, and makes browsers keep the pages to themselves.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

func (l *Login) showLogin(w http.ResponseWriter, r *http.Request) {
	next := safeNext(r.URL.Query().Get("next"))
	if _, ok := l.Actor(r); ok {
		redirect(w, "."+next)
		return
	}
	if !l.o.Web.Login.Users && l.provider == nil {
		l.turnAway(w, r)
		return
	}
	l.show(w, r, http.StatusOK, page{Next: next})
}

func (l *Login) logIn(w http.ResponseWriter, r *http.Request) {
	if !l.o.Web.Login.Users {
		l.turnAway(w, r)
		return
	}
	if err := r.ParseForm(); err != nil {
		l.notice(w, r, http.StatusBadRequest, func(t words) notice { return t.Failed })
		return
	}
	name, password, next := strings.TrimSpace(r.PostForm.Get("name")), r.PostForm.Get("password"), safeNext(r.PostForm.Get("next"))
	again := page{Next: next, Name: name}
	t := wordsFor(r)
	if l.slowDown(w, r, name, again) {
		return
	}
	u, err := l.o.App.CheckPassword(r.Context(), name, password)
	if errors.Is(err, app.ErrWrongPassword) {
		// The name may be a password that was typed into the wrong field, so the log has none.
		l.o.Log.WarnContext(r.Context(), "login refused", "address", client(r))
		again.Problem = t.Wrong
		l.show(w, r, http.StatusUnauthorized, again)
		return
	}
	if err == nil {
		u, err = l.o.App.RecordLogin(r.Context(), u)
	}
	if app.IsUserDisabled(err) {
		l.o.Log.WarnContext(r.Context(), "login refused", "why", err, "address", client(r))
		l.notice(w, r, http.StatusForbidden, func(t words) notice { return t.Disabled })
		return
	}
	if err == nil {
		err = l.begin(r, u)
	}
	if err != nil {
		l.fail(w, r, err)
		return
	}
	l.limits.succeeded(name)
	redirect(w, "."+next)
}

func (l *Login) logOut(w http.ResponseWriter, r *http.Request) {
	if err := l.sessions.Destroy(r.Context()); err != nil {
		l.fail(w, r, err)
		return
	}
	if !l.o.Web.Login.Users && l.provider == nil { // there is no session to end
		redirect(w, "./")
		return
	}
	l.notice(w, r, http.StatusOK, func(t words) notice { return t.LoggedOut })
}

// safeNext returns the address of a page of ours, so that a link to the login leads nowhere else.
func safeNext(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//"),
		strings.ContainsFunc(next, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }),
		u.Path == "/login", u.Path == "/logout", strings.HasPrefix(u.Path, "/login/"):
		return "/"
	}
	return next
}

// notice shows a page that says one thing.
func (l *Login) notice(w http.ResponseWriter, r *http.Request, code int, of func(words) notice) {
	p := page{Notice: of(wordsFor(r))}
	if code == http.StatusOK {
		p.Back = relative(r.URL.Path, "login")
	}
	l.show(w, r, code, p)
}

// fail answers a request that could not be served, and logs why.
func (l *Login) fail(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, context.Canceled) {
		l.o.Log.ErrorContext(r.Context(), "login failed", "error", err)
	}
	l.notice(w, r, http.StatusInternalServerError, func(t words) notice { return t.Failed })
}

func (l *Login) show(w http.ResponseWriter, r *http.Request, code int, p page) {
	p.words, p.Style = wordsFor(r), relative(r.URL.Path, "login/"+styleName)
	if p.Notice.Title == "" {
		p.Form = l.o.Web.Login.Users
		if l.provider != nil {
			p.Provider = "login/oidc?" + url.Values{"next": {p.Next}}.Encode()
		}
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		l.o.Log.ErrorContext(r.Context(), "page failed", "error", err)
		http.Error(w, english.Failed.Text, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Lang)
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes())
}
