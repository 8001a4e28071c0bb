package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/internal/samplesite"
	"regwatch/models"
)

// The hashes of exported evidence can be computed from the file alone, as docs/reference/evidence.md says.
func TestHashesOfEvidenceAreAsDocumented(t *testing.T) {
	site, err := samplesite.New(samplesite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	regwatch := func(args ...string) []byte {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"-C", dir}, args...), &out, &errs); code != 0 {
			t.Fatalf("%v ended with %d\n%s", args, code, errs.String())
		}
		return out.Bytes()
	}
	regwatch("init")
	if err := os.RemoveAll(filepath.Join(dir, "sources")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sources", "site.yaml"), []byte(site.SourcesYAML(server.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	regwatch("scan")
	var events []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(regwatch("events", "--json"), &events); err != nil || len(events) == 0 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	var evidence struct {
		Articles []struct {
			Revisions []struct {
				Hash, Title, Text string
				Fetched           *models.Fetched
			}
		}
		Audit []struct {
			Seq                          int64
			At                           time.Time
			Actor, Action, Subject, Hash string
			Detail                       json.RawMessage
			PrevHash                     string `json:"prev_hash"`
		}
	}
	if err := json.Unmarshal(regwatch("audit", "export", events[0].ID, "--json"), &evidence); err != nil {
		t.Fatal(err)
	}
	if len(evidence.Articles) == 0 || len(evidence.Audit) < 3 {
		t.Fatalf("%d articles and %d entries of the audit log; want some", len(evidence.Articles), len(evidence.Audit))
	}
	for _, a := range evidence.Articles {
		for _, r := range a.Revisions {
			if got := documentedHash(r.Title, r.Text); got != r.Hash {
				t.Errorf("hash of %q is %s; computed as documented it is %s", r.Title, r.Hash, got)
			}
			if f := r.Fetched; f == nil || f.Status != 200 || f.ContentType == "" || f.Date == "" || !strings.HasPrefix(f.URL, server.URL+"/") {
				t.Errorf("%q was fetched as %+v; want the response of the site", r.Title, f)
			}
		}
	}
	for _, e := range evidence.Audit {
		var detail bytes.Buffer
		if err := json.Compact(&detail, e.Detail); err != nil {
			t.Fatal(err)
		}
		got := documentedHash(strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.At.UnixMicro(), 10), e.Actor, e.Action, e.Subject, detail.String(), e.PrevHash)
		if got != e.Hash {
			t.Errorf("hash of entry %d (%s) is %s; computed as documented it is %s", e.Seq, e.Action, e.Hash, got)
		}
	}
}

// Each text has the headers with which it came. Other headers with the same text are no revision.
func TestHeadersStayWithTheTextThatTheyCameWith(t *testing.T) {
	version, text := 1, "The first wording."
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("ETag", fmt.Sprintf(`"v%d"`, version))
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><!-- %d --><item><title>A notice</title><link>http://127.0.0.1/n</link><description>%s</description></item></channel></rss>`, version, text)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	regwatch := func(args ...string) []byte {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"-C", dir}, args...), &out, &errs); code != 0 {
			t.Fatalf("%v ended with %d\n%s", args, code, errs.String())
		}
		return out.Bytes()
	}
	regwatch("init")
	if err := os.RemoveAll(filepath.Join(dir, "sources")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sources"), 0o700); err != nil {
		t.Fatal(err)
	}
	source := "sources:\n  - id: notices\n    name: Notices\n    kind: feed\n    url: " + server.URL + "/feed\n    role: press\n    pages: never\n    allow_hosts: [127.0.0.1]\n"
	if err := os.WriteFile(filepath.Join(dir, "sources", "n.yaml"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	regwatch("scan")
	version = 2
	regwatch("scan")
	version, text = 3, "The second wording."
	regwatch("scan")
	var articles []struct{ ID string }
	if err := json.Unmarshal(regwatch("articles", "--json"), &articles); err != nil || len(articles) != 1 {
		t.Fatalf("%d articles, %v; want one", len(articles), err)
	}
	var shown struct {
		Revisions []struct{ Fetched models.Fetched }
	}
	if err := json.Unmarshal(regwatch("articles", "show", articles[0].ID, "--json"), &shown); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range shown.Revisions {
		got = append(got, r.Fetched.ETag+" of "+strings.TrimPrefix(r.Fetched.URL, server.URL))
	}
	if want := []string{`"v1" of /feed`, `"v3" of /feed`}; !slices.Equal(got, want) {
		t.Errorf("responses of the revisions: %q; want %q", got, want)
	}
}

// documentedHash follows the documentation and uses nothing of the program.
func documentedHash(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		for i := range len(p) {
			sum.Write([]byte{p[i]})
			if p[i] == 0 {
				sum.Write([]byte{1})
			}
		}
		sum.Write([]byte{0, 0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
