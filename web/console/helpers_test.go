package console

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/samplesite"
)

const testSettings = `zone: Asia/Hong_Kong
recipients:
  compliance: {send: [terminal]}
routes:
  default: [compliance]
  hk-policy: [compliance]
`

// A desk is a folder whose sources were scanned once, with a console and a browser without
// scripts.
type desk struct {
	engine  *app.Engine
	console *Console
	server  *httptest.Server
	client  *http.Client
	actor   app.Actor        // who sends the requests
	site    *samplesite.Site // holds some articles back, until Publish
}

// newDesk scans the sample site: some events in three scripts, some of them official.
func newDesk(t *testing.T) *desk {
	t.Helper()
	return newDeskHolding(t, 0)
}

// newDeskHolding is a desk at which the site still holds back some articles.
func newDeskHolding(t *testing.T, hold int) *desk {
	t.Helper()
	site, err := samplesite.New(samplesite.Options{Now: time.Now, Hold: hold})
	if err != nil {
		t.Fatal(err)
	}
	pages := httptest.NewServer(site)
	t.Cleanup(pages.Close)
	dir := t.TempDir()
	if _, err := app.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	shipped, err := filepath.Glob(filepath.Join(dir, "sources", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range shipped {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"regwatch.yaml": testSettings, "sources/sample.yaml": string(site.SourcesYAML(pages.URL))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e, err := opened.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	d := &desk{engine: e, client: &http.Client{Jar: &cookies{}}, site: site, actor: app.Actor{Name: "mei", Role: app.RoleEditor}}
	d.console, err = New(e, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Scan(t.Context(), app.ScanOptions{}); err != nil {
		t.Fatal(err)
	}
	d.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.console.ServeHTTP(w, r.WithContext(app.WithActor(r.Context(), d.actor)))
	}))
	t.Cleanup(func() {
		d.console.Stop()
		d.server.Close()
	})
	return d
}

// cookies keep what the server sets, as a browser does for one site.
type cookies struct{ kept []*http.Cookie }

func (c *cookies) SetCookies(_ *url.URL, set []*http.Cookie) {
	for _, new := range set {
		var kept []*http.Cookie
		for _, old := range c.kept {
			if old.Name != new.Name {
				kept = append(kept, old)
			}
		}
		if new.MaxAge >= 0 {
			kept = append(kept, new)
		}
		c.kept = kept
	}
}

func (c *cookies) Cookies(*url.URL) []*http.Cookie { return c.kept }

// A reply is what a browser shows.
type reply struct {
	Code    int
	Body    string
	Header  http.Header
	Address string // after redirects
}

func (d *desk) do(t *testing.T, r *http.Request) reply {
	t.Helper()
	answer, err := d.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, string(body), answer.Header, answer.Request.URL.RequestURI()}
}

// get opens a page; headers are pairs of a name and a value.
func (d *desk) get(t *testing.T, address string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.server.URL+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return d.do(t, r)
}

// post sends a form as a browser does from a page of the console; fields are pairs.
func (d *desk) post(t *testing.T, address string, fields ...string) reply {
	t.Helper()
	return d.do(t, d.form(t, address, fields...))
}

func (d *desk) form(t *testing.T, address string, fields ...string) *http.Request {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.server.URL+address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// event returns the event whose title contains a text.
func (d *desk) event(t *testing.T, title string) app.Event {
	t.Helper()
	all, err := d.engine.Events(context.Background(), app.EventFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if strings.Contains(e.Title, title) {
			return e
		}
	}
	t.Fatalf("no event has %q in its title", title)
	return app.Event{}
}

// wants checks that a page has every text.
func (r reply) wants(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.Body, text) {
			t.Errorf("the page has no %q:\n%s", text, r.main())
		}
	}
}

// lacks checks that a page has none of the texts.
func (r reply) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.Body, text) {
			t.Errorf("the page has %q:\n%s", text, r.main())
		}
	}
}

// main is the beginning of the page without its frame.
func (r reply) main() string {
	_, after, found := strings.Cut(r.Body, "<main")
	if !found {
		after = r.Body
	}
	return after[:min(len(after), 3000)]
}

// serve serves a handler on the loopback, and returns where.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// as lets a console answer as if a person had logged in.
func as(c *Console, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.ServeHTTP(w, r.WithContext(app.WithActor(r.Context(), app.Actor{Name: name, Role: app.RoleEditor})))
	})
}

// httpRequest is a request as a browser sends it from a page of the console.
func httpRequest(method, address string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, "http://localhost"+address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// answer returns the page that a handler answers with, or nothing if it is none.
func answer(h http.Handler, r *http.Request) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if !strings.Contains(w.Header().Get("Content-Type"), "text/html") {
		return ""
	}
	return w.Body.String()
}
