package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A robotsServer has a robots.txt and feeds, and counts requests by path.
type robotsServer struct {
	mu       sync.Mutex
	status   int
	robots   string
	requests map[string]int
	url      string
}

func newRobotsServer(t *testing.T, robots string) *robotsServer {
	p := &robotsServer{status: http.StatusOK, robots: robots, requests: make(map[string]int)}
	p.url = serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.requests[r.URL.Path]++
		switch {
		case r.URL.Path != "/robots.txt":
			_, _ = io.WriteString(w, smallFeed)
		case p.status >= 300 && p.status < 400:
			http.Redirect(w, r, p.robots, p.status)
		default:
			w.WriteHeader(p.status)
			_, _ = io.WriteString(w, p.robots)
		}
	})).URL
	return p
}

func (p *robotsServer) set(status int, robots string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.robots = status, robots
}

func (p *robotsServer) source(path string) models.Source {
	src := loopback(p.url + path)
	src.IgnoreRobots = false
	return src
}

// expireRobots makes the cached robots.txt files of a client stale.
func expireRobots(c *Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, entry := range c.robotsCache {
		old := *entry
		old.stale = true
		c.robotsCache[key] = &old
	}
}

func TestRobotsDisallow(t *testing.T) {
	server := newRobotsServer(t, "# welcome\nUser-agent: *\nDisallow: /private/\nDisallow: /*?draft=\n")
	client := New(Options{})
	defer client.Close()
	for path, want := range map[string]string{
		"/feed":          "",
		"/feed?page=2":   "",
		"/private/feed":  `/private/feed was not fetched: line 3 of ` + server.url + `/robots.txt disallows it ("Disallow: /private/")`,
		"/feed?draft=no": `/feed was not fetched: line 4 of ` + server.url + `/robots.txt disallows it`,
	} {
		_, err := getFor(t, client, server.source(path))
		e, _ := errors.AsType[*Error](err)
		if want == "" && err != nil || want != "" && (e == nil || e.Reason != Disallowed || !strings.Contains(e.Text, want)) {
			t.Errorf("get(%s) = %v, want %q", path, err, want)
		}
	}
	// The robots.txt of another server applies to the page of an article there.
	feed := newRobotsServer(t, "")
	_, err := getPage(t, client, feed.source("/feed"), server.url+"/private/page")
	if err == nil || !strings.Contains(err.Error(), "line 3 of "+server.url+"/robots.txt disallows it") {
		t.Errorf("get of a disallowed page: %v", err)
	}
	allowed := server.source("/private/allowed")
	allowed.IgnoreRobots = true
	if _, err := getFor(t, client, allowed); err != nil {
		t.Errorf("a source with permission: %v", err)
	}
	want := map[string]int{"/robots.txt": 1, "/feed": 2, "/private/allowed": 1}
	if diff := cmp.Diff(want, server.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// A redirect does not bypass a robots.txt, of the same server or another.
func TestRobotsDisallowAfterRedirect(t *testing.T) {
	server := newRobotsServer(t, "User-agent: regwatch\nDisallow: /")
	from := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		http.Redirect(w, r, server.url+"/feed", http.StatusFound)
	}))
	client := New(Options{})
	defer client.Close()
	src := loopback(from.URL)
	src.IgnoreRobots = false
	_, err := getFor(t, client, src)
	if err == nil || !strings.Contains(err.Error(), "line 2 of "+server.url) || server.requests["/feed"] > 0 {
		t.Errorf("get = %v, requests %v; want it disallowed", err, server.requests)
	}
}

func TestMissingRobots(t *testing.T) {
	long := "User-agent: *\nDisallow: /a\n" + strings.Repeat("# padding\n", 60_000) + "Disallow: /b\n"
	elsewhere := newRobotsServer(t, "User-agent: *\nDisallow: /a")
	for _, tt := range []struct {
		name   string
		status int
		robots string
		a, b   string // errors of /a and /b; empty means they are read
	}{
		{"none", 404, "", "", ""},
		{"for members", 403, "User-agent: *\nDisallow: /", "", ""},
		{"a server error", 500, "", "its robots.txt cannot be read", "its robots.txt cannot be read"},
		{"too many requests", 429, "", "its robots.txt cannot be read", "its robots.txt cannot be read"},
		{"empty", 200, "", "", ""},
		{"longer than the limit", 200, long, "line 2 of", ""},
		{"a bomb", 200, string(compress(t, io.LimitReader(zeroReader{}, 8<<20), "gzip")), "", ""},
		{"redirected", 301, elsewhere.url + "/robots.txt", "line 2 of", ""},
		{"redirected in a loop", 301, "/robots.txt", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := newRobotsServer(t, tt.robots)
			server.set(tt.status, tt.robots)
			client := New(Options{})
			defer client.Close()
			for path, want := range map[string]string{"/a": tt.a, "/b": tt.b} {
				_, err := getFor(t, client, server.source(path))
				if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("get(%s) = %v, want %q", path, err, want)
				}
			}
		})
	}
}

// If a robots.txt cannot be read, its last rules stay in force; if it never could be,
// everything is disallowed for a month.
func TestRobotsErrorsKeepLastRules(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	server := newRobotsServer(t, "User-agent: *\nDisallow: /a")
	client := New(Options{Now: func() time.Time { return now }})
	defer client.Close()
	ask := func(path string) error {
		_, err := getFor(t, client, server.source(path))
		return err
	}
	if a, b := ask("/a"), ask("/b"); a == nil || b != nil {
		t.Fatalf("/a: %v, /b: %v; want /a disallowed", a, b)
	}
	server.set(503, "")
	expireRobots(client)
	if a, b := ask("/a"), ask("/b"); a == nil || b != nil {
		t.Errorf("while it cannot be read, /a: %v, /b: %v; want no change", a, b)
	}
	server.set(200, "User-agent: *\nDisallow: /b")
	expireRobots(client)
	if a, b := ask("/a"), ask("/b"); a != nil || b == nil {
		t.Errorf("after it has changed, /a: %v, /b: %v; want /b disallowed", a, b)
	}

	fresh := newRobotsServer(t, "")
	fresh.set(500, "")
	server = fresh
	for day := range 32 {
		err := ask("/feed")
		if forgiven := day >= 30; (err == nil) != forgiven {
			t.Errorf("day %d: %v; want it read: %t", day, err, forgiven)
		}
		now = now.Add(24 * time.Hour)
		expireRobots(client)
	}
}

func TestRobotsAreFetchedOnce(t *testing.T) {
	server := newRobotsServer(t, "User-agent: *\nDisallow: /never")
	client := New(Options{})
	defer client.Close()
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			if _, err := getFor(t, client, server.source(fmt.Sprint("/feed", n))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := server.requests["/robots.txt"]; n != 1 {
		t.Errorf("robots.txt was asked for %d times, want once", n)
	}
}

func TestCrawlDelayIsObeyed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := New(Options{})
		for _, tt := range []struct {
			delay, want time.Duration
		}{{0, DefaultPause}, {10 * time.Second, 10 * time.Second}, {time.Hour, maxCrawlDelay}} {
			u, _ := url.Parse(fmt.Sprintf("https://a%d.example/", tt.delay))
			client.robotsCache[origin(u)] = &robotsEntry{robots: robots{generalDelay: tt.delay}}
			_, release, err := client.acquire(t.Context(), u, nil)
			if err != nil {
				t.Fatal(err)
			}
			release(0)
			from := time.Now()
			if _, release, err = client.acquire(t.Context(), u, nil); err != nil {
				t.Fatal(err)
			}
			release(0)
			if waited := time.Since(from); waited != tt.want {
				t.Errorf("Crawl-delay %s: waited %s, want %s", tt.delay, waited, tt.want)
			}
			time.Sleep(time.Hour)
		}
	})
}

// The permission of one publisher does not cover others.
func TestIgnoreRobotsAppliesToOwnSiteOnly(t *testing.T) {
	src := models.Source{
		URL: "https://www.authority.gov.hk/feed", IgnoreRobots: true,
		Fallback: []models.Source{{URL: "https://api.archive.example/list"}},
	}
	for address, want := range map[string]bool{
		"https://www.authority.gov.hk/page":  true,
		"https://media.authority.gov.hk/pdf": true, // gov.hk is a public suffix
		"https://other.gov.hk/page":          false,
		"https://archive.example/page":       true,
		"https://press.example/page":         false,
		"http://127.0.0.1/page":              false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := ignoresRobots(src, u); got != want {
			t.Errorf("permission for %s: %v; want %v", address, got, want)
		}
	}
	src.IgnoreRobots = false
	if u, _ := url.Parse(src.URL); ignoresRobots(src, u) {
		t.Error("a source without robots: ignore has permission")
	}
}
