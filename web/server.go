// Package web serves the pages of regwatch: those behind the links in mails, feeds,
// and what monitors ask.
//
// Start with [Server.Handler], and serve it with [Serve]. No GET changes anything,
// since programs that check mails follow every link in them. A page needs no login:
// a signed link says what it may do, and a token that regwatch did not sign leads
// to a page that says so. Pages run no script and load nothing.
//
// What a press of a button means for events and notices is decided elsewhere; the
// package calls it through [Store] and [Events].
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

	"regwatch/internal/signedlink"
	"regwatch/models"
)

// A Store keeps deliveries and who has left which subscription.
type Store interface {
	// Delivery returns a delivery with its notice; found is false if there is none.
	Delivery(ctx context.Context, id string) (d models.Delivery, found bool, err error)
	OptOuts(ctx context.Context) ([]models.OptOut, error)
	OptOut(ctx context.Context, outs []models.OptOut, by string) (left int, err error)
	OptIn(ctx context.Context, outs []models.OptOut, by string, now time.Time) (back int, err error)
	RequestOptOut(ctx context.Context, ask models.OptOut, by string, notices []models.Notice) error
}

// Events are where people act on events, each call one transaction.
type Events interface {
	// EventStatus returns what people have done about an event.
	EventStatus(ctx context.Context, eventID string) (models.Status, error)
	// ActOnce does something in a person's name. To do or undo it again changes nothing.
	ActOnce(ctx context.Context, action models.Action, eventID, by string) error
}

// A Server answers over HTTP. All fields but Log are required.
type Server struct {
	Store   Store
	Events  Events
	Monitor *Monitor
	Links   func(context.Context) (signedlink.Links, error)
	Routing func() models.Routing
	// Subscriptions returns what an address, channel:address, is subscribed to by the
	// configuration, whether or not it has unsubscribed.
	Subscriptions func(destination string) []string
	// Verify notes that a destination was confirmed, and by whom. Of one that does not
	// wait it changes nothing.
	Verify func(ctx context.Context, destination, by string) error
	// Told returns the alerts and updates that were told by a route and those below
	// it, the newest first.
	Told func(ctx context.Context, route string, limit int) ([]models.Notice, error)
	Now  func() time.Time
	Log  *slog.Logger // nil logs nothing
}

// The limits of a request. A form of ours has a few hundred bytes.
const (
	mostForm   = 64 << 10
	mostHeader = 16 << 10
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
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.say(w, r, http.StatusNotFound, english.Nothing)
	})
	return guarded(s.caught(mux))
}

// caught answers a request at which the program fails, and logs where it did. What
// serves would log it among what others send, which is not kept.
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

// guarded bounds requests, and tells browsers to keep pages to themselves: no
// script, no frame around them, no copy, and no address of theirs to the next site.
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
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		next.ServeHTTP(w, r)
	})
}

// fail answers a request that could not be served. The log has the reason without
// the address, whose token would let its reader act.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, more ...any) {
	if !errors.Is(err, context.Canceled) && s.Log != nil {
		page, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		s.Log.With(more...).ErrorContext(r.Context(), "page failed", "page", page, "error", err)
	}
	s.say(w, r, http.StatusInternalServerError, english.Failed)
}

// Serve answers on a listener until the context ends, and then finishes what is
// under way within grace.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, grace time.Duration) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    mostHeader,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // what others send; our own faults are caught
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
