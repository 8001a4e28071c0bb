package sources

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// Only an unbroken chain of permanent redirects says where an address has moved.
func TestMovedTo(t *testing.T) {
	mux := http.NewServeMux()
	redirect := func(path, to string, status int) { mux.Handle(path, http.RedirectHandler(to, status)) }
	redirect("/301", "/feed", http.StatusMovedPermanently)
	redirect("/308", "/feed", http.StatusPermanentRedirect)
	redirect("/302", "/feed", http.StatusFound)
	redirect("/307", "/feed", http.StatusTemporaryRedirect)
	redirect("/twice", "/301", http.StatusPermanentRedirect)
	redirect("/then-for-now", "/302", http.StatusMovedPermanently)
	redirect("/for-now-then", "/301", http.StatusFound)
	mux.HandleFunc("/feed", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, smallFeed) })
	server := serveAt(t, "127.0.0.1", mux)
	client := NewClient(ClientOptions{})
	defer client.Close()
	for path, want := range map[string]string{
		"/feed": "", "/301": "/feed", "/308": "/feed", "/302": "", "/307": "", "/twice": "/feed", "/then-for-now": "/302", "/for-now-then": "",
	} {
		if want != "" {
			want = server.URL + want
		}
		batch, err := Open(loopback(server.URL+path), client).Fetch(t.Context(), models.Cursor{})
		if err != nil || batch.MovedTo != want || batch.Address != server.URL+path || len(batch.Articles) != 1 {
			t.Errorf("%s: moved to %q, asked %q, %v; want moved to %q", path, batch.MovedTo, batch.Address, err, want)
		}
	}
}

// A new address is used as long as it responds.
func TestFetchUsesNewAddress(t *testing.T) {
	var broken bool
	var asked []string
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+" "+r.Header.Get("If-None-Match"))
		switch {
		case r.URL.Path == "/new" && broken:
			http.NotFound(w, r)
		default:
			_, _ = io.WriteString(w, smallFeed)
		}
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	r := Open(loopback(server.URL+"/old"), client)
	cursor := models.Cursor{URL: server.URL + "/old", At: server.URL + "/new", ETag: `"v1"`}
	fetch := func(want, address string) {
		t.Helper()
		asked = nil
		batch, err := r.Fetch(t.Context(), cursor)
		if got := strings.Join(asked, ", "); err != nil || got != want || batch.Address != server.URL+address {
			t.Errorf("fetched %q, result from %s, %v; want %q and %s", got, batch.Address, err, want, address)
		}
	}
	fetch(`/new "v1"`, "/new")
	broken = true
	fetch(`/new "v1", /old `, "/old")
	cursor.URL = "http://127.0.0.1/the-url-was-changed"
	fetch(`/old `, "/old")
}

// A response with the same bytes is not modified, whatever its validators; with other
// settings it is read again.
func TestIdenticalBodyIsNotModified(t *testing.T) {
	feed := smallFeed
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+time.Now().String()+`"`)
		_, _ = io.WriteString(w, feed)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(server.URL)
	first, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err != nil || first.NotModified || first.Cursor.BodyHash == "" {
		t.Fatalf("first: %+v, %v", first, err)
	}
	again, err := Open(src, client).Fetch(t.Context(), first.Cursor)
	if err != nil || !again.NotModified || again.Cursor.ETag == first.Cursor.ETag {
		t.Errorf("the same bytes: %+v, %v; want not modified, and the new validator", again, err)
	}
	if whole, err := Open(src, client).Fetch(t.Context(), first.Cursor.Unconditional()); err != nil || whole.NotModified {
		t.Errorf("the same bytes, unconditionally: %+v, %v; want them read", whole, err)
	}
	src.Zone = "Asia/Hong_Kong"
	if other, err := Open(src, client).Fetch(t.Context(), first.Cursor); err != nil || other.NotModified {
		t.Errorf("the same bytes in another zone: %+v, %v; want them read", other, err)
	}
	feed = strings.Replace(feed, "One", "Two", 1)
	src.Zone = ""
	if changed, err := Open(src, client).Fetch(t.Context(), first.Cursor); err != nil || changed.NotModified {
		t.Errorf("other bytes: %+v, %v; want them read", changed, err)
	}
}

func TestUnexpectedNotModified(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }))
	client := NewClient(ClientOptions{})
	defer client.Close()
	_, err := Open(loopback(server.URL), client).Fetch(t.Context(), models.Cursor{URL: server.URL})
	if err == nil || !strings.Contains(err.Error(), "an unexpected 304 Not Modified") {
		t.Errorf("Fetch = %v", err)
	}
}

// Retry-After starts a cooldown whatever the status.
func TestRetryAfterOnSuccess(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusNotModified, http.StatusForbidden, http.StatusNotFound} {
		server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(status)
			if status != http.StatusNotModified {
				_, _ = io.WriteString(w, smallFeed)
			}
		}))
		client := NewClient(ClientOptions{})
		defer client.Close()
		r := Open(loopback(server.URL), client)
		batch, err := r.Fetch(t.Context(), models.Cursor{URL: server.URL, ETag: `"v1"`})
		wait := batch.Wait
		if e, ok := errors.AsType[*fetch.Error](err); ok {
			wait = e.Wait
		}
		if wait != time.Hour || (err == nil) != (status < 400) {
			t.Errorf("%d: wait %s, %v; want an hour", status, wait, err)
		}
		_, err = r.Fetch(t.Context(), models.Cursor{})
		if e, ok := errors.AsType[*fetch.Error](err); !ok || !e.Skipped() || e.Wait != time.Hour {
			t.Errorf("%d, then: %v; want a cooldown", status, err)
		}
	}
}

func TestCooldownSurvivesRestart(t *testing.T) {
	client := NewClient(ClientOptions{})
	defer client.Close()
	client.SetCooldown("http://127.0.0.1:9/feed", time.Minute)
	_, err := Open(loopback("http://127.0.0.1:9/other"), client).Fetch(t.Context(), models.Cursor{})
	if e, ok := errors.AsType[*fetch.Error](err); !ok || !e.Skipped() || e.Wait != time.Minute {
		t.Errorf("Fetch = %v; want a cooldown", err)
	}
}
