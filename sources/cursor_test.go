package sources

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
)

func TestConditionalRequests(t *testing.T) {
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT")
		_, _ = io.WriteString(w, smallFeed)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	r := Open(loopback(server.URL), client)
	firstTime, err := r.Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	want := models.Cursor{URL: server.URL, ETag: `"v1"`, LastModified: "Mon, 02 Mar 2026 10:00:00 GMT", BodyHash: firstTime.Cursor.BodyHash}
	if firstTime.Cursor != want || len(firstTime.Articles) != 1 {
		t.Errorf("first fetch: cursor %+v and %d articles, want %+v and 1", firstTime.Cursor, len(firstTime.Articles), want)
	}
	again, err := r.Fetch(t.Context(), firstTime.Cursor)
	if err != nil || !again.NotModified || again.Cursor != want {
		t.Errorf("second fetch: %+v, %v; want not modified and an unchanged cursor", again, err)
	}
	elsewhere := want
	elsewhere.URL = "http://127.0.0.1/old"
	moved, err := r.Fetch(t.Context(), elsewhere)
	if err != nil || moved.NotModified || len(moved.Articles) != 1 {
		t.Errorf("fetch with another address's validators: %+v, %v; want the articles", moved, err)
	}
}

// A connection that ends early, with a correct or a wrong length, gives the complete
// articles and leaves the cursor unchanged.
func TestTruncatedConnection(t *testing.T) {
	whole := `<rss version="2.0"><channel><item><title>One</title><guid>1</guid></item><item><title>Two</title><guid>2</guid></item><item><title>Three</title><gu`
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"half"`)
		body := []byte(whole)
		if r.URL.Path == "/gzip" {
			body = gzipped(whole)
			body = body[:len(body)-9]
		}
		w.Header().Set("Content-Length", "10000")
		_, _ = w.Write(body)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	for _, path := range []string{"/plain", "/gzip"} {
		src := loopback(server.URL + path)
		before := models.Cursor{URL: src.URL, ETag: `"before"`}
		batch, err := Open(src, client).Fetch(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Articles) != 2 || batch.Items != 3 || batch.Cursor != before {
			t.Errorf("%s: %d articles of %d items, cursor %+v; want 2 of 3 and an unchanged cursor", path, len(batch.Articles), batch.Items, batch.Cursor)
		}
		if !strings.Contains(strings.Join(batch.Warnings, "; "), "the feed is truncated: regwatch read 2 complete articles") {
			t.Errorf("%s: warnings %q", path, batch.Warnings)
		}
	}
}

// A failing fallback is a failure even if the source itself is in a cooldown.
func TestFallbackFailsDuringCooldown(t *testing.T) {
	busy := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	gone := serveAt(t, "127.0.0.1", http.NotFoundHandler())
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := loopback(busy.URL + "/feed")
	other := src
	other.URL = gone.URL + "/feed"
	src.Fallback = []models.Source{other}
	for n := range 2 {
		_, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
		e, ok := err.(*fetch.Error)
		if !ok || e.Skipped() || e.Wait != 0 {
			t.Errorf("scan %d: unasked %v, wait %v: %v", n, ok && e.Skipped(), e.Wait, err)
		}
	}
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}
