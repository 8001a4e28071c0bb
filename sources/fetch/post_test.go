package fetch

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// Redirects of a POST follow RFC 9110, section 15.4.
func TestPost(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		asked = append(asked, strings.TrimSpace(fmt.Sprintf("%s %s %s %s%s", r.Method, r.URL.Path, body, r.Header.Get("Content-Type"), r.Header.Get("If-None-Match"))))
		mu.Unlock()
		var status int
		if n, _ := fmt.Sscanf(r.URL.Path, "/%d", &status); n == 1 {
			http.Redirect(w, r, "/there", status)
			return
		}
		_, _ = io.WriteString(w, "{}")
	}))
	client := New(Options{})
	defer client.Close()
	for path, want := range map[string][]string{
		"/there": {"POST /there {} application/json"},
		"/301":   {"POST /301 {} application/json", `GET /there  "v1"`},
		"/302":   {"POST /302 {} application/json", `GET /there  "v1"`},
		"/303":   {"POST /303 {} application/json", `GET /there  "v1"`},
		"/307":   {"POST /307 {} application/json", "POST /there {} application/json"},
		"/308":   {"POST /308 {} application/json", "POST /there {} application/json"},
	} {
		asked = nil
		u, _ := url.Parse(server.URL + path)
		resp, err := client.Get(t.Context(), Request{
			URL: u, Source: loopback(server.URL), Cursor: models.Cursor{ETag: `"v1"`},
			Post: &Payload{ContentType: "application/json", Body: []byte("{}")},
		})
		if err != nil || string(resp.Body) != "{}" {
			t.Errorf("POST %s = %q, %v", path, resp.Body, err)
		}
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Errorf("requests of POST %s (-want +got):\n%s", path, diff)
		}
	}
}

// A POST body that was written for one host is not sent to another.
func TestPostIsNotSentToOtherHost(t *testing.T) {
	var told bool
	other := serveAt(t, "127.0.0.2", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told = true }))
	server := serveAt(t, "127.0.0.1", http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	client := New(Options{})
	defer client.Close()
	u, _ := url.Parse(server.URL)
	src := loopback(server.URL)
	src.AllowHosts = append(src.AllowHosts, "127.0.0.2")
	_, err := client.Get(t.Context(), Request{URL: u, Source: src, Post: &Payload{ContentType: "application/json", Body: []byte(`{"key":"k"}`)}})
	if err == nil || !strings.Contains(err.Error(), "redirects a POST to "+other.URL) || told {
		t.Errorf("POST redirected to another host: %v, that host got it: %t", err, told)
	}
}
