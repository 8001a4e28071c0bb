package samplesite

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mmcdole/gofeed"
)

func TestFaultyResponses(t *testing.T) {
	srv := httptest.NewServer(Faulty{})
	defer srv.Close()
	full := len(faultyFeed())
	tests := []struct {
		path   string
		status int
		size   int // of the body
		header string
		want   string
		parses bool
	}{
		{path: "none", status: 200, size: full, header: "Content-Type", want: "application/rss+xml; charset=utf-8", parses: true},
		{path: "404", status: 404, size: 14},
		{path: "500", status: 500, size: 26},
		{path: "429?after=30", status: 429, size: 22, header: "Retry-After", want: "30"},
		{path: "slow?for=1ms", status: 200, size: full, parses: true},
		{path: "stalled?for=1ms", status: 200, size: full, parses: true},
		{path: "html", status: 200, size: 106, header: "Content-Type", want: "text/html; charset=utf-8"},
		{path: "empty", status: 200, size: 0},
		{path: "truncated", status: 200, size: full / 2},
		{path: "redirect-loop", status: 302, header: "Location", want: "/fault/redirect-loop"},
		{path: "redirect?to=http://127.0.0.1:1/x", status: 302, header: "Location", want: "http://127.0.0.1:1/x"},
		{path: "200", status: 404, size: 19},
		{path: "unknown", status: 404, size: 19},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			res, body := get(t, srv.URL+"/fault/"+tt.path, nil)
			if res.StatusCode != tt.status || len(body) != tt.size {
				t.Errorf("status %d with %d bytes; want %d with %d", res.StatusCode, len(body), tt.status, tt.size)
			}
			if got := res.Header.Get(tt.header); tt.header != "" && got != tt.want {
				t.Errorf("%s: %q; want %q", tt.header, got, tt.want)
			}
			_, err := gofeed.NewParser().ParseString(string(body))
			if parses := err == nil; parses != tt.parses {
				t.Errorf("parses as a feed: %t (%v); want %t", parses, err, tt.parses)
			}
		})
	}
}

func TestFaultyClosesConnection(t *testing.T) {
	srv := httptest.NewServer(Faulty{})
	defer srv.Close()
	res, err := http.Get(srv.URL + "/fault/cut")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 {
		t.Errorf("cut: %d bytes and %v; want some bytes and unexpected EOF", len(body), err)
	}
	if res, err := http.Get(srv.URL + "/fault/closed"); err == nil {
		res.Body.Close()
		t.Errorf("closed: status %s; want no response", res.Status)
	}
}

func TestBombDecompressesToHugeSize(t *testing.T) {
	res := httptest.NewRecorder()
	Faulty{}.ServeHTTP(res, httptest.NewRequest(http.MethodGet, "/fault/bomb", nil))
	if packed := res.Body.Len(); packed > 1<<20 {
		t.Errorf("compressed to %d bytes; want less than 1 MB", packed)
	}
	srv := httptest.NewServer(Faulty{})
	defer srv.Close()
	unpacked, err := http.Get(srv.URL + "/fault/bomb") // net/http decompresses
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Body.Close()
	if n, err := io.Copy(io.Discard, unpacked.Body); n != HugeSize || err != nil {
		t.Errorf("decompressed to %d bytes, %v; want %d", n, err, HugeSize)
	}
}

// Parsing it would take seconds, so the test checks only its size and end.
func TestHugeIsCompleteFeed(t *testing.T) {
	srv := httptest.NewServer(Faulty{})
	defer srv.Close()
	_, body := get(t, srv.URL+"/fault/huge", nil)
	if len(body) != HugeSize || !bytes.HasPrefix(body, []byte("<?xml")) || !bytes.HasSuffix(body, []byte(faultyTail)) {
		t.Errorf("huge has %d bytes and ends in %q; want %d and the end of a feed", len(body), body[len(body)-20:], HugeSize)
	}
}

func TestSlowWaitsBeforeFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		res := httptest.NewRecorder()
		Faulty{}.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/fault/slow?for=10s", nil))
		if took := time.Since(began); took != 10*time.Second || !strings.Contains(res.Body.String(), "A quiet day") {
			t.Errorf("response after %v: %q; want the feed after 10s", took, res.Body)
		}
	})
}
