package console

import (
	"bufio"
	"net/http"
	"testing"
	"time"
)

// Open pages are told of a change. The server can stop while pages are open.
func TestLiveTellsOpenPages(t *testing.T) {
	l := newLive(time.Now)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", l.serve)
	server := serve(t, mux)
	answer, err := http.Get(server + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		return ""
	}
	if got := next(); got != ": connected" {
		t.Fatalf("the page hears %q first", got)
	}
	l.changed()
	if got := next(); got != "event: changed" {
		t.Errorf("the page hears %q, want the change", got)
	}
	l.stop()
	l.stop() // a second time does nothing
	for next() != "" {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the connection ended with %v", err)
	}
}

func TestLiveRefusesTooManyPages(t *testing.T) {
	l := newLive(time.Now)
	for range maxOpen {
		l.open[make(chan struct{})] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", l.serve)
	answer, err := http.Get(serve(t, mux) + "/live")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the page beyond the limit gets %d", answer.StatusCode)
	}
}
