package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"regwatch/app"
)

const deskSettings = `zone: Asia/Hong_Kong
channels:
  mail: {kind: email, host: 127.0.0.1, port: 1, tls: none, from: r@example.com}
recipients: {legal: {send: ["mail:legal@example.com"]}}
routes: {default: [legal]}
digests: {weekly: {to: ["mail:legal@example.com"], day: monday, at: "08:00"}}
`

const deskRule = `id: stablecoins
title: Stablecoins
why: It matters.
status: active
severity: high
terms: {coin: [stablecoin, 穩定幣]}
when: {terms: coin, in: [title, lead]}
mention: {terms: coin, in: body}
examples: {match: [A stablecoin is issued], ignore: [A bond is issued]}
`

const deskPassword = "correct horse battery staple"

// A desk is the API of a folder whose source was scanned once, with a user of each role. The mail server
// that it sends to does not answer, so that its deliveries stay due.
type desk struct {
	t       *testing.T
	dir     string
	engine  *app.Engine
	handler http.Handler
	offset  atomic.Int64 // of the clock
	frozen  atomic.Int64 // what the clock shows, in nanoseconds since 1970; 0: it runs
	token   string       // that requests are sent with; of an editor, with all scopes
	router  routers.Router
	mu      sync.Mutex
	covered map[string]bool // operations that have succeeded
}

// newDesk scans a feed with some items, which are RSS. Each %s in them is the address of the site.
func newDesk(t *testing.T, items ...string) *desk {
	t.Helper()
	if len(items) == 0 {
		day := time.Now().AddDate(0, 2, 0).Format("2 January 2006")
		items = []string{
			item("Stablecoin licence granted", "The stablecoin licence takes effect on "+day+"."),
			item("=HYPERLINK(&quot;https://evil.example&quot;) stablecoin consultation opens", "Comments on the stablecoin rules are due by the deadline of "+day+"."),
			item("Stablecoin reserve report from another country", "Banks report the reserves of a stablecoin."),
			item("Weather", "Rain."),
		}
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed.xml" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The site</title><link>http://%[1]s/</link>`, r.Host)
		for i, one := range items {
			fmt.Fprintf(w, "<item><link>http://%s/%d</link><guid>%d</guid><pubDate>%s</pubDate>%s</item>", r.Host, i, i, time.Now().Format(time.RFC1123Z), one)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(site.Close)
	d := &desk{t: t, dir: t.TempDir(), covered: map[string]bool{}}
	d.write("regwatch.yaml", deskSettings)
	d.write("rules/stablecoins.yaml", deskRule)
	d.write("sources/site.yaml", "sources:\n  - id: site\n    name: The site\n    url: "+site.URL+"/feed.xml\n    role: regulator\n    pages: never\n    jurisdictions: [Hong Kong]\n    allow_hosts: [\"127.0.0.1\"]\n")
	opened, err := app.Open(t.Context(), d.dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	opened.SetClock(func() time.Time {
		now := time.Now()
		if at := d.frozen.Load(); at != 0 {
			now = time.Unix(0, at)
		}
		return now.Add(time.Duration(d.offset.Load()))
	})
	if d.engine, err = opened.NewEngine(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.engine.Close() })
	if result, err := d.engine.Scan(t.Context(), app.ScanOptions{}); err != nil || result.Failed != nil {
		t.Fatal(err, result.Failed)
	}
	for _, role := range app.Roles() {
		if _, err := d.engine.AddUser(t.Context(), role, app.Role(role), deskPassword, "test"); err != nil {
			t.Fatal(err)
		}
	}
	d.handler = New(d.engine, Options{})
	d.token = d.newToken("editor", app.TokenScopes()...).Secret
	d.router = newRouter(t)
	return d
}

func item(title, text string) string {
	return "<title>" + title + "</title><description>" + text + "</description>"
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) newToken(user string, scopes ...string) app.CreatedToken {
	d.t.Helper()
	r := app.TokenRequest{Name: "test", User: user, By: "test"}
	for _, s := range scopes {
		r.Scopes = append(r.Scopes, app.TokenScope(s))
	}
	created, err := d.engine.CreateToken(context.Background(), r)
	if err != nil {
		d.t.Fatal(err)
	}
	return created
}

// newRouter finds the operation of a request in the document that the API serves.
func newRouter(t *testing.T) routers.Router {
	t.Helper()
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(documentJSON(operations()))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("the document is not OpenAPI 3.1: %v", err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// A reply is what the API answers.
type reply struct {
	t    *testing.T
	code int
	head http.Header
	body []byte
}

// send sends a request, and checks that the answer is what the document says. header are pairs.
func (d *desk) send(method, path string, body any, header ...string) reply {
	d.t.Helper()
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			d.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, "http://127.0.0.1"+Prefix+path, bytes.NewReader(text))
	if len(text) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if d.token != "" {
		r.Header.Set("Authorization", "Bearer "+d.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return d.do(r)
}

func (d *desk) do(r *http.Request) reply {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	got := reply{d.t, w.Code, w.Header(), w.Body.Bytes()}
	d.check(r, got)
	return got
}

// check fails the test if an answer is not what the document says.
func (d *desk) check(r *http.Request, got reply) {
	d.t.Helper()
	if r.URL.Path == Prefix+documentPath || r.URL.Path == Prefix+pagePath || r.Method == http.MethodHead {
		return // these are not in the document, or have no body
	}
	asked := &http.Request{Method: r.Method, URL: &url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}, Header: r.Header}
	route, params, err := d.router.FindRoute(asked)
	if err != nil {
		if got.code != http.StatusNotFound && got.code != http.StatusMethodNotAllowed {
			d.t.Errorf("%s %s answers %d and is not in the document: %v", r.Method, r.URL.Path, got.code, err)
		}
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, Route: route, PathParams: params},
		Status:                 got.code, Header: got.head,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(got.body)
	if err := openapi3filter.ValidateResponse(r.Context(), input); err != nil {
		d.t.Errorf("%s %s answers %d, which is not what the document says: %v\n%.2000s", r.Method, r.URL, got.code, err, got.body)
	}
	if got.code < 300 {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.covered[route.Operation.OperationID] = true
	}
}

// ok returns the answer of a request that succeeded.
func (r reply) ok() map[string]any {
	r.t.Helper()
	var value map[string]any
	if r.code >= 300 {
		r.t.Fatalf("the answer is %d: %s", r.code, r.body)
	}
	if err := json.Unmarshal(r.body, &value); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
	return value
}

// list returns the elements of a list.
func (r reply) list() []map[string]any {
	r.t.Helper()
	var all []map[string]any
	for _, v := range r.ok()["data"].([]any) {
		all = append(all, v.(map[string]any))
	}
	return all
}

// wants fails the test unless the answer is a problem of a kind.
func (r reply) wants(code problemCode) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil || r.code != code.kind().Status || p.Status != r.code || !strings.HasSuffix(p.Type, "#"+string(code)) || r.head.Get("Content-Type") != problemType {
		r.t.Errorf("the answer is %d %s, want the problem %s: %s", r.code, r.head.Get("Content-Type"), code, r.body)
	}
	return p
}

// event returns the ID of an event whose title begins so.
func (d *desk) event(title string) string {
	d.t.Helper()
	for _, e := range d.send("GET", "/events", nil).list() {
		if strings.HasPrefix(e["title"].(string), title) {
			return e["id"].(string)
		}
	}
	d.t.Fatalf("no event begins with %q", title)
	return ""
}

// drop drops a delivery, so that it can be retried.
func (d *desk) drop(id string) {
	d.t.Helper()
	if _, err := d.engine.DropDeliveries(context.Background(), app.DeliveryDecision{IDs: []string{id}, By: "test", Reason: "test"}); err != nil {
		d.t.Fatal(err)
	}
}

func sortedBy(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return texts
}

func fieldsOfResult(op operation) []field { return fieldsOf(reflect.TypeOf(op.Result)) }
