package sources

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"regwatch/internal/golden"
	"regwatch/internal/pdftext"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// shippedSources returns the sources of the starter folder.
func shippedSources(t *testing.T) []models.Source {
	t.Helper()
	list, problems := Load(os.DirFS("../configs/sources"))
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	return list
}

// A sample is testdata/shipped/ID.txtar: responses in the format of a publisher's
// interface, written for this test, and what the shipped settings read from them.
//
// A section "GET address" or "POST address" is a response: header lines, an empty line
// and the body. "post" is the JSON that must be sent, "ask" a header that must be
// sent, "encode" the encoding on the wire, "status" the status. The section "want" has
// the articles, one a line: instant, language, link, title. "want text" has sentences
// that the text of the first article must contain, "want fallback" the articles if the
// first response fails.
type sample struct {
	responses []recordedResponse
	want      map[string][]string // by name of the section
}

type recordedResponse struct {
	method, address string
	header          map[string]string
	body            string
	requested       bool
}

func readSample(t *testing.T, id string) *sample {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "shipped", id+".txtar"))
	if err != nil {
		t.Fatalf("the shipped source %s has no sample: %v", id, err)
	}
	s := &sample{want: make(map[string][]string)}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "want") {
			s.want[f.Name] = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			continue
		}
		method, address, _ := strings.Cut(f.Name, " ")
		head, body, _ := strings.Cut(string(f.Data), "\n\n")
		a := recordedResponse{method: method, address: address, header: make(map[string]string), body: body}
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			a.header[name] = value
		}
		s.responses = append(s.responses, a)
	}
	return s
}

// client returns a client for which this sample answers for every host. It speaks HTTP
// with a loopback server, whatever the scheme of the address.
func (s *sample) client(t *testing.T, down string) *Client {
	t.Helper()
	dial := func(scheme string) func(context.Context, string, string) (net.Conn, error) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(t, w, r, scheme, down) }))
		t.Cleanup(server.Close)
		return func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
		}
	}
	c := NewClient(ClientOptions{
		Options: fetch.Options{
			Pause:     time.Nanosecond,
			Now:       func() time.Time { return time.Date(2026, 8, 20, 2, 0, 0, 0, time.UTC) },
			Transport: &http.Transport{DialContext: dial("http"), DialTLSContext: dial("https"), DisableCompression: true},
		},
		PDF: func(_ context.Context, file []byte) (pdftext.Document, error) {
			_, text, _ := bytes.Cut(file, []byte("\n"))
			return pdftext.Document{Text: string(text)}, nil
		},
	})
	t.Cleanup(c.Close)
	return c
}

func (s *sample) serve(t *testing.T, w http.ResponseWriter, r *http.Request, scheme, down string) {
	address := scheme + "://" + r.Host + r.URL.RequestURI()
	posted, _ := io.ReadAll(r.Body)
	switch {
	case r.URL.Path == "/robots.txt":
		http.NotFound(w, r)
		return
	case r.Method+" "+address == down:
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	for i := range s.responses {
		a := &s.responses[i]
		if a.method != r.Method || a.address != address || !sameJSON(a.header["post"], string(posted)) {
			continue
		}
		a.requested = true
		if name, value, ok := strings.Cut(a.header["ask"], "="); ok && r.Header.Get(name) != value {
			t.Errorf("%s %s got %s: %q; want %q", r.Method, address, name, r.Header.Get(name), value)
		}
		var enc encoding.Encoding = encoding.Nop
		if a.header["encode"] == "gbk" {
			enc = simplifiedchinese.GBK
		}
		for name, value := range a.header {
			if !slices.Contains([]string{"post", "ask", "encode", "status"}, name) {
				w.Header().Set(name, value)
			}
		}
		if a.header["status"] == "404" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, encoded(enc, a.body))
		return
	}
	t.Errorf("unexpected request %s %s with %s", r.Method, address, posted)
	http.NotFound(w, r)
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return cmp.Equal(x, y)
}

// describeArticles lists articles in the form of the section "want".
func describeArticles(articles []models.Article) []string {
	var lines []string
	for _, a := range articles {
		at, link := "-", "-"
		if !a.PublishedAt.IsZero() {
			at = a.PublishedAt.UTC().Format(time.RFC3339)
		}
		if a.Link != "" {
			link = a.Link
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", at, a.Language, link, a.Title)))
	}
	return lines
}

// Every shipped source is read with its shipped settings over real HTTP.
func TestShippedSources(t *testing.T) {
	list := shippedSources(t)
	for _, src := range list {
		t.Run(src.ID, func(t *testing.T) {
			t.Parallel()
			s := readSample(t, src.ID)
			client := s.client(t, "")
			r := Open(src, client)
			batch, err := r.Fetch(t.Context(), models.Cursor{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.want["want"], describeArticles(batch.Articles)); diff != "" {
				t.Errorf("articles mismatch (-want +got):\n%s\nwarnings: %q", diff, batch.Warnings)
			}
			if batch.Partial || batch.Cursor.URL != src.URL {
				t.Errorf("partial: %t, cursor at %q; want a complete batch and a cursor at %q", batch.Partial, batch.Cursor.URL, src.URL)
			}
			s.checkComplete(t, r, src, batch.Articles)
			s.checkFallback(t, src)
			for _, a := range s.responses {
				if !a.requested {
					t.Errorf("the sample has %s %s, which was never requested", a.method, a.address)
				}
			}
		})
	}
	files, _ := filepath.Glob("testdata/shipped/*.txtar")
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if !slices.ContainsFunc(list, func(s models.Source) bool { return s.ID == id }) {
			t.Errorf("%s belongs to no shipped source", file)
		}
	}
}

// checkComplete reads the text of the first article if the sample has it.
func (s *sample) checkComplete(t *testing.T, r *Reader, src models.Source, articles []models.Article) {
	t.Helper()
	sentences, known := s.want["want text"]
	if !known {
		if src.API.Detail != (models.Detail{}) {
			t.Errorf("the source has a detail setting, but the sample has no \"want text\"")
		}
		return
	}
	a, err := r.Complete(t.Context(), articles[0])
	if err != nil || a.BodyState != models.BodyFull {
		t.Fatalf("the text of %s: %s, %v", a.Link, a.BodyState, err)
	}
	for _, sentence := range sentences {
		if !strings.Contains(a.Body, sentence) {
			t.Errorf("the text of %q is\n%s\nwant %q in it", a.Title, a.Body, sentence)
		}
	}
	if strings.Contains(a.Body, "<") || strings.Contains(a.Body, "{") {
		t.Errorf("the text of %q contains markup:\n%s", a.Title, a.Body)
	}
}

// checkFallback reads the source while its own address, that of the first response, is
// down.
func (s *sample) checkFallback(t *testing.T, src models.Source) {
	t.Helper()
	if len(src.Fallback) == 0 {
		return
	}
	batch, err := Open(src, s.client(t, s.responses[0].method+" "+s.responses[0].address)).Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatalf("with the source down: %v", err)
	}
	if diff := cmp.Diff(s.want["want fallback"], describeArticles(batch.Articles)); diff != "" {
		t.Errorf("articles of the fallback mismatch (-want +got):\n%s\nwarnings: %q", diff, batch.Warnings)
	}
}

// Shipped sources say what a new user needs to know.
func TestShippedSourcesAreDescribed(t *testing.T) {
	on := 0
	for _, s := range shippedSources(t) {
		if s.Verified == "" || s.Expect == 0 || s.Language == "" {
			t.Errorf("%s does not say when it was verified, how often it is expected to publish, or its language", s.ID)
		}
		if !s.Disabled {
			on++
		}
		if !s.Disabled && s.Terms != "" {
			t.Errorf("%s is enabled, but its terms must be read first", s.ID)
		}
	}
	if on < 40 {
		t.Errorf("%d sources are enabled; want at least 40", on)
	}
}

// TestManualListsShippedSources checks the table of docs/reference/shipped-sources.md, and rewrites it
// when golden files are rewritten.
func TestManualListsShippedSources(t *testing.T) {
	const file, begin, end = "../docs/reference/shipped-sources.md", "<!-- what ships: written by TestManualListsWhatShips -->\n", "<!-- end of what ships -->\n"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(src), begin)
	_, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no table between %q and %q", file, begin, end)
	}
	var b strings.Builder
	b.WriteString("| Source | Name | Read as | | Verified | Terms |\n|---|---|---|---|---|---|\n")
	for _, s := range shippedSources(t) {
		state, kind := "on", s.Kind
		if s.Disabled {
			state = "off"
		}
		for _, way := range s.Fallback {
			kind += ", fallback " + way.Kind
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", s.ID, s.Name, kind, state, s.Verified, s.Terms)
	}
	golden.Assert(t, file, []byte(before+begin+b.String()+end+after))
}

// An empty list of the SFC's interface counts as a failure: a year without a press
// release is a request that it did not understand.
func TestShippedSFCFallsBackToFeed(t *testing.T) {
	for _, src := range shippedSources(t) {
		if !strings.HasPrefix(src.ID, "sfc-") || len(src.Fallback) == 0 {
			continue
		}
		s := readSample(t, src.ID)
		for i := range s.responses {
			if s.responses[i].method == http.MethodPost {
				s.responses[i].body = `{"items":[],"total":0}`
			}
		}
		batch, err := Open(src, s.client(t, "")).Fetch(t.Context(), models.Cursor{})
		if err != nil {
			t.Fatalf("%s: %v", src.ID, err)
		}
		if diff := cmp.Diff(s.want["want fallback"], describeArticles(batch.Articles)); diff != "" {
			t.Errorf("articles of %s mismatch (-want +got):\n%s", src.ID, diff)
		}
	}
}
