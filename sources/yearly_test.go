package sources

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// A list whose address changes each year, before and after New Year.
func TestYear(t *testing.T) {
	page := func(ids ...string) string {
		text := "<html><body><ul>"
		for _, id := range ids {
			text += fmt.Sprintf(`<li><a href="/%s">Notice %s</a></li>`, id, id)
		}
		return text + "</ul>"
	}
	pages := make(map[string]string)
	moved := false
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := pages[r.URL.Path]
		switch {
		case moved && strings.HasPrefix(r.URL.Path, "/20"):
			http.Redirect(w, r, "/new"+r.URL.Path, http.StatusMovedPermanently)
		case !ok:
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") == `"v1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"v1"`)
			_, _ = w.Write([]byte(text))
		}
	}))
	var now time.Time
	client := NewClient(ClientOptions{Options: fetch.Options{Now: func() time.Time { return now }}})
	defer client.Close()
	src := loopback(server.URL + "/{year}/index.html")
	src.Kind, src.Zone = KindListing, "Asia/Shanghai"
	src.Listing = models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}}

	both := map[string]string{"/2026/index.html": page("d2", "d1"), "/2027/index.html": page("j1")}
	tests := []struct {
		name  string
		now   string
		pages map[string]string
		moved bool
		want  string // titles, or the end of the error
	}{
		{"within a year", "2026-08-20T00:00:00Z", both, false, "d2 d1"},
		{"the year in the source's zone", "2026-12-31T16:00:00Z", both, false, "j1 d2 d1"},
		{"the old list, before the new list exists", "2027-01-01T08:00:00Z", map[string]string{"/2026/index.html": page("d3", "d2")}, false, "d3 d2"},
		{"an empty new list", "2027-01-01T08:00:00Z", map[string]string{"/2026/index.html": page("d3"), "/2027/index.html": page()}, false, "d3"},
		{"an article in both lists", "2027-02-01T00:00:00Z", map[string]string{"/2026/index.html": page("x", "d1"), "/2027/index.html": page("j1", "x")}, false, "j1 x d1"},
		{"a deleted old list", "2027-02-01T00:00:00Z", map[string]string{"/2027/index.html": page("j1")}, false, "j1"},
		{"after March", "2027-04-01T00:00:00Z", both, false, "j1"},
		{"no list after March", "2028-04-01T00:00:00Z", both, false, "returned 404 Not Found"},
		{"no list at all", "2028-01-01T00:00:00Z", nil, false, "returned 404 Not Found"},
		{"moved permanently, within one year", "2026-08-20T00:00:00Z", map[string]string{"/new/2026/index.html": page("d1")}, true, "d1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			if now, err = time.Parse(time.RFC3339, tt.now); err != nil {
				t.Fatal(err)
			}
			pages, moved = tt.pages, tt.moved
			batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Fetch = %q; want %q", err, tt.want)
				}
				return
			}
			var got []string
			for _, a := range batch.Articles {
				got = append(got, strings.TrimPrefix(a.Title, "Notice "))
				if a.Source.URL != src.URL {
					t.Errorf("the source of %s is at %s; want the configured address", a.Title, a.Source.URL)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("articles mismatch (-want +got):\n%s\n%q", diff, batch.Warnings)
			}
			if batch.Cursor.URL != src.URL || batch.Address != src.URL || batch.MovedTo != "" {
				t.Errorf("cursor at %q, fetched %q, moved to %q; want both at %q and no move", batch.Cursor.URL, batch.Address, batch.MovedTo, src.URL)
			}
		})
	}

	// The cursor makes the next request conditional, except around New Year.
	pages, moved, now = both, false, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	known, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]bool{now: true, now.AddDate(0, 1, 0): false} {
		now = at
		again, err := Open(src, client).Fetch(t.Context(), known.Cursor)
		if err != nil || again.NotModified != want {
			t.Errorf("on %s not modified: %t, %v; want %t", at.Format(time.DateOnly), again.NotModified, err, want)
		}
	}

	if _, err := Open(src, NewClient(ClientOptions{})).Fetch(t.Context(), models.Cursor{}); err == nil || !strings.Contains(err.Error(), "the current year is unknown") {
		t.Errorf("without a clock: %v; want an error about the year", err)
	}
}
