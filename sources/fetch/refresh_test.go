package fetch

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestParseRefresh(t *testing.T) {
	for content, want := range map[string]string{
		"0;url=/there":                 "/there",
		"0; URL='https://b.example/1'": "https://b.example/1",
		`3 ; Url = "/a b"`:             "/a b",
		"0.5,url=/there":               "/there",
		"0 /there":                     "/there",
		"0; /there":                    "/there",
		"5;url='/unclosed":             "/unclosed",
		"0":                            "",
		"300":                          "",
		"300; url=/there":              "",
		"0;":                           "",
		"":                             "",
		" ":                            "",
		"url=/there":                   "",
		"99999999999999999999;url=/x":  "",
	} {
		if got := parseRefresh(content); got != want {
			t.Errorf("parseRefresh(%q) = %q, want %q", content, got, want)
		}
	}
}

// A page or header that leads elsewhere at once is followed, one time and by the rules of
// redirects.
func TestRefresh(t *testing.T) {
	prose := strings.Repeat("<p>The authority granted the licence to the bank on Monday.</p>", 20)
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, body)
		})
	}
	header := func(path, refresh string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Refresh", refresh)
			_, _ = io.WriteString(w, "<html>stub")
		})
	}
	page("/there", "<html>arrived")
	page("/meta", `<html><head><meta http-equiv="refresh" content="0; url=/there"></head></html>`)
	page("/alert", `<script>var n = {navigateTo: 1};</script><noscript><META http-equiv="refresh" content="0;URL=&#39;/there&#39;"></noscript>`)
	page("/base", `<html><head><base href="/deep/"><meta content="1;url=../there" http-equiv=Refresh></head></html>`)
	header("/header", "0; url=/there")
	page("/article", `<html><head><meta http-equiv="refresh" content="0; url=/there"></head><body>`+prose)
	page("/slow", `<html><head><meta http-equiv="refresh" content="300; url=/there"></head></html>`)
	page("/self", `<html><head><meta http-equiv="refresh" content="0; url=/self#top"></head></html>`)
	page("/comment", `<html><!-- <meta http-equiv="refresh" content="0; url=/there"> --><script>'<meta http-equiv="refresh" content="0; url=/there">'</script></html>`)
	page("/script", `<html><head><meta http-equiv="refresh" content="0; url=javascript:alert(1)"></head></html>`)
	page("/twice", `<html><head><meta http-equiv="refresh" content="0; url=/meta"></head></html>`)
	mux.Handle("/moved", http.RedirectHandler("/meta", http.StatusMovedPermanently))
	page("/private", `<html><head><meta http-equiv="refresh" content="0; url=http://127.0.0.2:9/"></head></html>`)
	page("/metadata", `<html><head><meta http-equiv="refresh" content="0; url=http://169.254.169.254/"></head></html>`)
	server := serveAt(t, "127.0.0.1", mux)
	client := New(Options{})
	defer client.Close()
	for path, want := range map[string]string{
		"/meta": "/there", "/alert": "/there", "/base": "/there", "/header": "/there", "/moved": "/there", "/twice": "/meta",
		"/article": "/article", "/slow": "/slow", "/self": "/self", "/comment": "/comment", "/script": "/script",
	} {
		resp, err := getFor(t, client, loopback(server.URL+path))
		if err != nil || resp.URL.Path != want {
			t.Errorf("%s: ended at %v, %v; want %s", path, resp.URL, err, want)
		}
		if path == "/moved" && resp.MovedTo != server.URL+"/meta" {
			t.Errorf("moved to %q; want the page of the permanent redirect only", resp.MovedTo)
		}
	}
	for _, path := range []string{"/private", "/metadata"} {
		_, err := getFor(t, client, loopback(server.URL+path))
		if e, ok := err.(*Error); !ok || e.Reason != PrivateAddress {
			t.Errorf("%s: %v; want it refused", path, err)
		}
	}
}

// A robots.txt applies to the page to which a refresh leads.
func TestRefreshObeysRobots(t *testing.T) {
	server := newRobotsServer(t, "User-agent: *\nDisallow: /feed")
	from := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, `<html><meta http-equiv="refresh" content="0;url=%s/feed">`, server.url)
	}))
	client := New(Options{})
	defer client.Close()
	src := loopback(from.URL)
	src.IgnoreRobots = false
	_, err := getFor(t, client, src)
	if e, ok := err.(*Error); !ok || e.Reason != Disallowed {
		t.Errorf("get = %v; want it disallowed", err)
	}
}

func FuzzParseRefresh(f *testing.F) {
	f.Add("0; url='/there'")
	f.Fuzz(func(t *testing.T, content string) {
		_ = refreshTarget(Response{URL: &url.URL{Scheme: "http", Host: "a.example"}, Header: http.Header{"Refresh": {content}}, Body: []byte(content)}, nil)
	})
}
