package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// A feed without end: every page links to another one.
func TestHistoryEnds(t *testing.T) {
	asked := 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><atom:link rel="next" href="?p=%d"/><item><title>Notice %d</title><link>/%d</link></item></channel></rss>`, asked, asked, asked)
	}))
	defer site.Close()
	client := NewClient(ClientOptions{Options: fetch.Options{Product: "test"}})
	defer client.Close()
	r := Open(models.Source{ID: "s", Kind: KindFeed, URL: site.URL + "/feed", AllowHosts: []string{"127.0.0.1"}}, client)
	articles := 0
	pages, more, err := r.History(t.Context(), 4, func(b models.Batch) error {
		articles += len(b.Articles)
		return nil
	})
	if pages != 4 || !more || articles != 4 || err != nil {
		t.Errorf("History = %d pages with %d articles, %t, %v; want 4 with 4 and that there are more", pages, articles, more, err)
	}
	full := errors.New("disk full")
	if pages, _, err = r.History(t.Context(), 4, func(models.Batch) error { return full }); pages != 0 || !errors.Is(err, full) {
		t.Errorf("History = %d pages, %v; want the error of the visitor", pages, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err = r.History(ended, 4, func(models.Batch) error { return nil }); err == nil {
		t.Error("History read on after its context had ended")
	}
}

func TestOlderPage(t *testing.T) {
	tests := []struct{ name, feed, want string }{
		{"archive before page", `<feed><link rel="next" href="/p"/><link rel="prev-archive" href="/a"/><entry/></feed>`, "http://site.example/a"},
		{"with entities", `<feed><link rel='next' href='/p?a=1&amp;b=2'/><entry/></feed>`, "http://site.example/p?a=1&b=2"},
		{"of an entry", `<feed><title>T</title><entry><link rel="next" href="/p"/></entry></feed>`, ""},
		{"newer pages", `<feed><link rel="next-archive" href="/n"/><link rel="previous" href="/p"/><entry/></feed>`, ""},
		{"another host", `<feed><link rel="next" href="http://other.example/p"/></feed>`, ""},
		{"another scheme", `<feed><link rel="next" href="file:///etc/passwd"/></feed>`, ""},
		{"JSON", `{"next_url": "/2", "items": []}`, "http://site.example/2"},
		{"JSON with another type", `{"next_url": 2}`, ""},
		{"nothing", ``, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := &url.URL{Scheme: "http", Host: "site.example", Path: "/feed"}
			if got := olderPage(fetch.Response{URL: u, Body: []byte(tt.feed)}); got != tt.want {
				t.Errorf("olderPage = %q, want %q", got, tt.want)
			}
		})
	}
}
