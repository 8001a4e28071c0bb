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
)

// shippedSources are the sources of the starter folder.
func shippedSources(t *testing.T) []models.Source {
	t.Helper()
	list, problems := Load(os.DirFS("../configs/sources"))
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	return list
}

// A sample is testdata/shipped/ID.txtar: answers in the shape of a publisher's
// interface, written for this test, and what the shipped settings read of them.
//
// A section "GET address" or "POST address" is an answer: header lines, an empty
// line and the body. "post" is the JSON that must be sent, "ask" a header that
// must be, "encode" how the body goes over the wire, "status" what it answers.
// The section "want" has the articles, one a line: instant, language, link,
// title. "want text" has sentences that the text of the first article must hold,
// "want fallback" the articles when the first answer fails.
type sample struct {
	answers []recorded
	want    map[string][]string // by the name of the section
}

type recorded struct {
	method, address string
	header          map[string]string
	body            string
	asked           bool
}

func readSample(t *testing.T, id string) *sample {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "shipped", id+".txtar"))
	if err != nil {
		t.Fatalf("the shipped source %s has no sample of its interface: %v", id, err)
	}
	s := &sample{want: make(map[string][]string)}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "want") {
			s.want[f.Name] = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			continue
		}
		method, address, _ := strings.Cut(f.Name, " ")
		head, body, _ := strings.Cut(string(f.Data), "\n\n")
		a := recorded{method: method, address: address, header: make(map[string]string), body: body}
		for line := range strings.Lines(head) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			a.header[name] = value
		}
		s.answers = append(s.answers, a)
	}
	return s
}

// client returns a client for which every host of the world is this sample. It
// speaks HTTP with a server on loopback, whatever the scheme of an address is.
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
		Pause: time.Nanosecond,
		Now:   func() time.Time { return time.Date(2026, 8, 20, 2, 0, 0, 0, time.UTC) },
		PDF: func(_ context.Context, file []byte) (pdftext.Document, error) {
			_, text, _ := bytes.Cut(file, []byte("\n"))
			return pdftext.Document{Text: string(text)}, nil
		},
	})
	c.transports["direct "] = &http.Transport{DialContext: dial("http"), DialTLSContext: dial("https"), DisableCompression: true}
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
	for i := range s.answers {
		a := &s.answers[i]
		if a.method != r.Method || a.address != address || !sameJSON(a.header["post"], string(posted)) {
			continue
		}
		a.asked = true
		if name, value, ok := strings.Cut(a.header["ask"], "="); ok && r.Header.Get(name) != value {
			t.Errorf("%s %s was asked with %s: %q; want %q", r.Method, address, name, r.Header.Get(name), value)
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
	t.Errorf("%s %s was asked, which the sample does not have; it sent %s", r.Method, address, posted)
	http.NotFound(w, r)
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return cmp.Equal(x, y)
}

// described lists articles as the "want" of a sample does.
func described(articles []models.Article) []string {
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

// Every source that ships is read with its shipped settings, over real HTTP.
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
			if diff := cmp.Diff(s.want["want"], described(batch.Articles)); diff != "" {
				t.Errorf("articles mismatch (-want +got):\n%s\nwarnings: %q", diff, batch.Warnings)
			}
			if batch.Partial || batch.Cursor.URL != src.URL {
				t.Errorf("partial: %t, cursor at %q; want the whole, and a cursor at %q", batch.Partial, batch.Cursor.URL, src.URL)
			}
			s.completes(t, r, src, batch.Articles)
			s.fallsBack(t, src)
			for _, a := range s.answers {
				if !a.asked {
					t.Errorf("the sample has %s %s, which was never asked", a.method, a.address)
				}
			}
		})
	}
	files, _ := filepath.Glob("testdata/shipped/*.txtar")
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if !slices.ContainsFunc(list, func(s models.Source) bool { return s.ID == id }) {
			t.Errorf("%s is a sample of no source that ships", file)
		}
	}
}

// completes reads the text behind the first article, where its shape is known.
func (s *sample) completes(t *testing.T, r *Reader, src models.Source, articles []models.Article) {
	t.Helper()
	sentences, known := s.want["want text"]
	if !known {
		if src.API.Detail != (models.Detail{}) {
			t.Errorf("the settings say where the text is; want a sample of it, and a section \"want text\"")
		}
		return
	}
	a, err := r.Complete(t.Context(), articles[0])
	if err != nil || a.BodyState != models.BodyFull {
		t.Fatalf("the text behind %s: %s, %v", a.Link, a.BodyState, err)
	}
	for _, sentence := range sentences {
		if !strings.Contains(a.Body, sentence) {
			t.Errorf("the text of %q is\n%s\nwant it to hold %q", a.Title, a.Body, sentence)
		}
	}
	if strings.Contains(a.Body, "<") || strings.Contains(a.Body, "{") {
		t.Errorf("the text of %q holds markup:\n%s", a.Title, a.Body)
	}
}

// fallsBack reads the source while its own address is down, which is that of the
// first answer.
func (s *sample) fallsBack(t *testing.T, src models.Source) {
	t.Helper()
	if len(src.Fallback) == 0 {
		return
	}
	batch, err := Open(src, s.client(t, s.answers[0].method+" "+s.answers[0].address)).Fetch(t.Context(), models.Cursor{})
	if err != nil {
		t.Fatalf("with its own address down: %v", err)
	}
	if diff := cmp.Diff(s.want["want fallback"], described(batch.Articles)); diff != "" {
		t.Errorf("articles of the fallback mismatch (-want +got):\n%s\nwarnings: %q", diff, batch.Warnings)
	}
}

// What ships says of itself what a new user has to know.
func TestShippedSourcesSayWhatTheyAre(t *testing.T) {
	on := 0
	for _, s := range shippedSources(t) {
		if s.Verified == "" || s.Expect == 0 || s.Language == "" {
			t.Errorf("%s does not say when it was verified, how often it is expected to publish, or its language", s.ID)
		}
		if !s.Disabled {
			on++
		}
		if !s.Disabled && s.Terms != "" {
			t.Errorf("%s is on by default; its terms want to be read first", s.ID)
		}
	}
	if on < 40 {
		t.Errorf("%d sources are on; want at least 40", on)
	}
}

// TestManualListsWhatShips keeps the table of docs/reference/shipped-sources.md true, and rewrites
// it when golden files are rewritten.
func TestManualListsWhatShips(t *testing.T) {
	const file, begin, end = "../docs/reference/shipped-sources.md", "<!-- what ships: written by TestManualListsWhatShips -->\n", "<!-- end of what ships -->\n"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(src), begin)
	_, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no place for the table, between %q and %q", file, begin, end)
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

// The SFC's interface with nothing in its list is not believed: a year without a
// press release is a request that it did not understand.
func TestShippedSFCAsksTheFeedWhenTheListIsEmpty(t *testing.T) {
	for _, src := range shippedSources(t) {
		if !strings.HasPrefix(src.ID, "sfc-") || len(src.Fallback) == 0 {
			continue
		}
		s := readSample(t, src.ID)
		for i := range s.answers {
			if s.answers[i].method == http.MethodPost {
				s.answers[i].body = `{"items":[],"total":0}`
			}
		}
		batch, err := Open(src, s.client(t, "")).Fetch(t.Context(), models.Cursor{})
		if err != nil {
			t.Fatalf("%s: %v", src.ID, err)
		}
		if diff := cmp.Diff(s.want["want fallback"], described(batch.Articles)); diff != "" {
			t.Errorf("articles of %s mismatch (-want +got):\n%s", src.ID, diff)
		}
	}
}
