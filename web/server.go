// Package web serves the pages of regwatch: those behind the links in mails, feeds,
// what monitors ask for, and the console.
//
// Start with [New], and serve the handler with [Serve]. No GET changes anything, since
// programs that check mails follow every link in them. A page behind a link needs no login: a
// signed link says what it may do, and a token that regwatch did not sign leads to a page
// that says so. These pages run no script and load nothing. Package console has the pages
// that people open themselves.
//
// Package app decides what a button means and does it.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/build"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/web/api"
	"regwatch/web/console"
	"regwatch/web/login"
	"regwatch/web/mcp"
)

// An App does what readers ask for with the pages. [app.Engine] is one.
type App interface {
	mails
	events
	// Feed returns the feed of a route. The error is app.ErrLinkForged if the token is not
	// one of the route.
	Feed(ctx context.Context, route, token string) (app.Feed, error)
	// Calendar returns the key dates of the route's events, with the same token.
	Calendar(ctx context.Context, route, token string) (app.Calendar, error)
}

// mails are what the pages do with the mail that a link belongs to.
type mails interface {
	// OpenLink returns the mail of a link. The error is app.ErrLinkForged or
	// app.ErrLinkExpired if the link does not work.
	OpenLink(ctx context.Context, purpose signedlink.Purpose, token string) (app.Mail, error)
	MailSubscriptions(ctx context.Context, m app.Mail) ([]app.MailSubscription, error)
	ChangeMailSubscriptions(ctx context.Context, m app.Mail, action app.MailAction, name string) (app.MailOutcome, error)
	// VerifyAddress stores that a destination was confirmed, and by whom.
	VerifyAddress(ctx context.Context, destination, by string) error
}

// events are what the pages do with the event that a mail is about.
type events interface {
	MailEvent(ctx context.Context, m app.Mail) (app.MailEvent, error)
	// ActOnce does something in a person's name. To do or undo it again changes nothing.
	ActOnce(ctx context.Context, action models.Action, eventID, by string) error
}

// A Server answers over HTTP. App and Monitor are required.
type Server struct {
	App     App
	Monitor *Monitor
	Log     *slog.Logger // nil logs nothing
	Console http.Handler // answers what is no link of a mail; nil: nothing else is served
}

// Options say how pages are served.
type Options struct {
	Log       *slog.Logger // nil logs nothing
	LocalUser string       // the user of the operating system, who needs no login on this machine
}

// Pages are all pages of an engine: those behind links, and the console with its login.
type Pages struct {
	http.Handler
	console *console.Console
}

// Stop ends what keeps a server from stopping: connections that wait for news, and work that a
// page started.
func (p *Pages) Stop() { p.console.Stop() }

// New returns the pages of an engine. They observe every scan and every delivery from here on,
// so call New before either begins.
func New(e *app.Engine, o Options) (*Pages, error) {
	monitor := NewMonitor(build.Version(), e, e.Now)
	e.Observe(monitor.Observer())
	c, err := console.New(e, console.Options{Log: o.Log})
	if err != nil {
		return nil, err
	}
	entrance := login.New(login.Options{App: e, Web: e.Config().Web, LocalUser: o.LocalUser, Log: o.Log})
	rates := api.NewRates(e.Now)
	mux := http.NewServeMux()
	mux.Handle("/login", entrance.Handler())
	mux.Handle("/login/", entrance.Handler())
	mux.Handle("/logout", entrance.Handler())
	mux.Handle(api.Prefix+"/", api.New(e, api.Options{Rates: rates, Log: o.Log})) // which asks for a token itself
	mux.Handle(mcp.Path, mcp.Handler(e.App, rates.Wait, o.Log))                   // so does this
	mux.Handle("/", entrance.Require(c))
	return &Pages{(&Server{App: e, Monitor: monitor, Log: o.Log, Console: mux}).Handler(), c}, nil
}

// The limits of a request. A form of ours has a few hundred bytes.
const (
	maxForm   = 64 << 10
	maxHeader = 16 << 10
)

// Handler returns the pages.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.Monitor.Handler())
	mux.HandleFunc("GET /u/{token}", s.showSubscriptions)
	mux.HandleFunc("POST /u/{token}", s.changeSubscriptions)
	mux.HandleFunc("GET /"+string(signedlink.Verify)+"/{token}", s.showVerify)
	mux.HandleFunc("POST /"+string(signedlink.Verify)+"/{token}", s.verify)
	for _, page := range eventPages() {
		mux.HandleFunc("GET /"+string(page.purpose)+"/{token}", s.showEvent(page))
		mux.HandleFunc("POST /"+string(page.purpose)+"/{token}", s.changeEvent(page))
	}
	mux.HandleFunc("GET /feeds/{rest...}", s.feed)
	const others = "/"
	mux.HandleFunc(others, func(w http.ResponseWriter, r *http.Request) {
		s.showNotice(w, r, http.StatusNotFound, english.Nothing)
	})
	links := guarded(s.caught(mux))
	if s.Console == nil {
		return links
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == others {
			s.Console.ServeHTTP(w, r)
			return
		}
		links.ServeHTTP(w, r)
	})
}

// caught answers a request at which the program fails, and logs where it did. The HTTP
// server would log it among what others send, which is discarded.
func (s *Server) caught(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if fault := recover(); fault != nil {
				s.fail(w, r, fmt.Errorf("panic: %v", fault), "stack", string(debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// guarded limits requests, and makes browsers keep pages to themselves: no script, no
// frame around them, no copy, and no address of theirs for the next site.
func guarded(next http.Handler) http.Handler {
	policy := "default-src 'none'; style-src '" + styleHash() + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// answerError answers a request that failed. A link that does not work, or a form that asks
// for something unknown, gets a page that says so. Every other error is logged.
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, err error) {
	_, wrong := errors.AsType[*app.InputError](err)
	switch {
	case errors.Is(err, app.ErrLinkExpired):
		s.showNotice(w, r, http.StatusGone, english.Expired)
	case errors.Is(err, app.ErrLinkForged):
		s.showNotice(w, r, http.StatusNotFound, english.Forged)
	case errors.Is(err, app.ErrEventGone):
		s.showNotice(w, r, http.StatusGone, english.Gone)
	case wrong:
		s.showNotice(w, r, http.StatusBadRequest, english.Failed)
	default:
		s.fail(w, r, err)
	}
}

// fail answers a request that could not be served. The log has the reason without
// the address, whose token would let its reader act.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, more ...any) {
	if !errors.Is(err, context.Canceled) && s.Log != nil {
		page, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		s.Log.With(more...).ErrorContext(r.Context(), "page failed", "page", page, "error", err)
	}
	s.showNotice(w, r, http.StatusInternalServerError, english.Failed)
}

// Serve answers on a listener until the context ends, and then finishes the requests in
// progress within grace. Each of stopping is called when it begins to stop.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, grace time.Duration, stopping ...func()) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // what others send; our own faults are caught
	}
	for _, f := range stopping {
		server.RegisterOnShutdown(f)
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err := server.Shutdown(limited)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		stopped <- err
	})
	err := server.Serve(listener)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
