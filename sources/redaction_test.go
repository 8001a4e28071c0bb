package sources

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"regwatch/internal/redact"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

const (
	urlSecret     = "Qu3ryS3cret/+"
	headerSecret  = "h3ader-s3cret"
	programSecret = "xoxb-1234-not-of-a-source"
)

// leaks returns the secrets that a text contains, in any form.
func leaks(text string) string {
	for _, s := range []string{urlSecret, headerSecret, programSecret} {
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			if strings.Contains(text, form) {
				return form
			}
		}
	}
	return ""
}

// An echo is a server that repeats what it receives wherever people may see it, and
// counts the requests with both secrets.
type echo struct {
	mu    sync.Mutex
	asked map[string]int
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, header := r.URL.Query().Get("api_key"), r.Header.Get("X-Feed-Pass")
	if token == urlSecret && header == headerSecret {
		e.mu.Lock()
		e.asked[r.URL.Path]++
		e.mu.Unlock()
	}
	said := fmt.Sprintf("%s %s %s %s %s", token, url.QueryEscape(token), base64.StdEncoding.EncodeToString([]byte(token)), header, programSecret)
	again := "?api_key=" + url.QueryEscape(token)
	switch r.URL.Path {
	case "/robots.txt":
		fmt.Fprintf(w, "User-agent: *\nDisallow: /forbidden # %s\n", said)
	case "/title":
		fmt.Fprintf(w, "<html><head><title>%s</title></head><body>no feed</body></html>", html.EscapeString(said))
	case "/circle":
		http.Redirect(w, r, "/circle"+again, http.StatusFound)
	case "/many":
		http.Redirect(w, r, "/many"+again+"&x="+r.URL.Query().Get("x")+"1", http.StatusFound)
	case "/scheme":
		w.Header().Set("Location", "ftp://me:"+url.QueryEscape(token)+"@ftp.example/"+again)
		w.WriteHeader(http.StatusFound)
	case "/nowhere":
		w.Header().Set("Location", "http://%zz"+again)
		w.WriteHeader(http.StatusFound)
	case "/private":
		http.Redirect(w, r, "http://127.0.0.2/path"+again, http.StatusFound)
	case "/packed":
		w.Header().Set("Content-Encoding", token)
		_, _ = io.WriteString(w, "x")
	case "/type":
		w.Header().Set("Content-Type", "x/"+header)
		_, _ = io.WriteString(w, said)
	case "/moved":
		http.Redirect(w, r, "/feed"+again, http.StatusMovedPermanently)
	case "/feed":
		_, _ = io.WriteString(w, smallFeed)
	default:
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, said)
	}
}

func TestErrorsOmitSecrets(t *testing.T) {
	server := &echo{asked: make(map[string]int)}
	s := serveAt(t, "127.0.0.1", server)
	client := NewClient(ClientOptions{Options: fetch.Options{
		Secret:  func(string) (string, error) { return headerSecret, nil },
		Secrets: redact.New(programSecret),
	}})
	defer client.Close()
	source := func(path string) models.Source {
		src := loopback(s.URL + path + "?api_key=" + url.QueryEscape(urlSecret) + "&lang=en")
		src.Headers = map[string]string{"X-Feed-Pass": "env:PASS"}
		return src
	}
	for _, path := range []string{"/title", "/circle", "/many", "/scheme", "/nowhere", "/private", "/packed", "/type", "/refused", "/forbidden"} {
		for _, kind := range []string{KindFeed, KindAPI, KindPage, KindSitemap} {
			src := source(path)
			src.Kind, src.API = kind, models.API{Articles: ".x", Title: ".t"}
			batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
			text := fmt.Sprint(err, batch.Warnings)
			if leak := leaks(text); leak != "" {
				t.Errorf("%s as %s leaks %q: %s", path, kind, leak, text)
			}
			if err == nil && kind == KindFeed {
				t.Errorf("%s has no error", path)
			}
			src.Fallback = []models.Source{source("/feed")}
			src.Fallback[0].Kind = KindFeed
			batch, err = Open(src, client).Fetch(t.Context(), models.Cursor{})
			if leak := leaks(fmt.Sprint(err, batch.Warnings)); leak != "" {
				t.Errorf("%s as %s with a fallback leaks %q: %v %s", path, kind, leak, err, batch.Warnings)
			}
		}
		if path != "/forbidden" && server.asked[path] == 0 {
			t.Errorf("%s never got its secrets", path)
		}
	}
	// The stored address keeps its secrets.
	src := source("/moved")
	batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if want := s.URL + "/feed?api_key=" + url.QueryEscape(urlSecret); err != nil || batch.MovedTo != want || batch.Address != src.URL || batch.Cursor.URL != src.URL {
		t.Errorf("moved to %q, asked %q, %v; want moved to %q", batch.MovedTo, batch.Address, err, want)
	}
}

// The link of a monitored page, and of anchors in a list, is the address of the
// source. Readers see it without its secret; requests use it with the secret.
func TestOwnLinksOmitSecrets(t *testing.T) {
	var asked []string
	page := guidance("One.", "Two.")
	s := serveAt(t, "127.0.0.1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			asked = append(asked, r.URL.String())
		}
		_, _ = io.WriteString(w, page)
	}))
	client := NewClient(ClientOptions{})
	defer client.Close()
	src := monitoredPage(models.PageMonitor{})
	src.URL, src.AllowHosts = s.URL+"/rules?token=abc123&lang=en", []string{"127.0.0.1"}
	batch, err := Open(src, client).Fetch(t.Context(), models.Cursor{})
	if err != nil || len(batch.Articles) != 1 {
		t.Fatalf("%d articles, %v", len(batch.Articles), err)
	}
	a := batch.Articles[0]
	if want := s.URL + "/rules?lang=en"; a.Link != want || a.LinkKey != weblink.Key(want) {
		t.Errorf("link %q (%q), want %q", a.Link, a.LinkKey, want)
	}
	if a.Identity != models.IdentityOf("page", weblink.Key(src.URL)) {
		t.Error("the identity of the page has changed")
	}

	list := loopback(s.URL + "/list?token=abc123")
	list.Kind, list.Listing = KindListing, models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}}
	page = `<html><body><ul><li><a href="#n1">First notice</a></li><li><a href="/other?token=abc123">Other</a></li></ul></body></html>`
	batch, err = Open(list, client).Fetch(t.Context(), models.Cursor{})
	if err != nil || len(batch.Articles) != 2 || batch.Articles[0].Link != s.URL+"/list#n1" {
		t.Fatalf("%+v, %v; want a link to %s", batch.Articles, err, s.URL+"/list#n1")
	}
	asked = nil
	_, _ = Open(list, client).Complete(t.Context(), batch.Articles[0])
	if len(asked) != 1 || asked[0] != "/list?token=abc123" {
		t.Errorf("fetched %q, want the list with its token", asked)
	}
}

// A title that is derived from a link omits the link's secrets.
func TestLinkTitleOmitsSecrets(t *testing.T) {
	feed := rssOf("<link>https://a.example/?id=7&amp;token=abc123</link>")
	batch, err := Open(models.Source{ID: "s", Kind: KindFeed, URL: "https://b.example/feed"}, nil).Read(t.Context(), []byte(feed), http.Header{})
	if err != nil || len(batch.Articles) != 1 || batch.Articles[0].Title != "https://a.example/?id=7&token=[secret]" {
		t.Errorf("%+v, %v", batch.Articles, err)
	}
}

func TestURLProblemsOmitSecrets(t *testing.T) {
	for _, lines := range []string{
		"url: 'ftp://me:S3CR@a.example/?token=S3CR'",
		"url: 'https://me:S3CR@a.example/'",
		"url: '//a.example/?api_key=S3CR'",
		"url: 'https://a.example/?token=S3CR'\n    kind: listing\n    listing: {articles: li, title: a, paging: {address: '?token=S3CR', pages: 2}}",
		"url: 'https://a.example/?token=S3CR'\n    kind: api\n    api: {articles: .x, title: .t, id: .i, detail: {address: 'ftp://a.example/{id}?token=S3CR', body: .b}}",
		"url: 'https://a.example/?token=S3CR'\n    fallback: [{kind: feed, url: 'https://a.example/?token=S3CR'}]",
	} {
		_, problems := Parse("s.yaml", []byte("sources:\n  - id: x\n    name: X\n    role: press\n    "+lines+"\n"))
		if len(problems) == 0 || strings.Contains(problems.Error(), "S3CR") {
			t.Errorf("%s:\n%v", lines, problems)
		}
	}
}
