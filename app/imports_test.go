package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/configs"
)

// archiveFile writes a file of articles of the source wire.
func archiveFile(t *testing.T, articles int) string {
	t.Helper()
	var b strings.Builder
	for i := range articles {
		fmt.Fprintf(&b, `{"title": "Circular %d", "published": "2024-0%d-11", "source": "Wire", "link": "https://wire.example/%d", "text": %q}`+"\n", i, 1+i%9, i, strings.Repeat("word ", 400))
	}
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportContinuesAfterAnInterruption(t *testing.T) {
	const articles = 1300
	r := newRefitRig(t, refRule)
	file := archiveFile(t, articles)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := r.Import(ctx, ImportRequest{File: file, By: "ana", Progress: func(step string, done, total int64) {
		if step == "importing" && done > total*6/10 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Import = %v; want that it was cancelled", err)
	}
	before, err := r.Imports(t.Context())
	if err != nil || len(before) != 1 || before[0].State != "interrupted" || before[0].Added < maxImportBatch || before[0].Added >= articles {
		t.Fatalf("Imports = %+v, %v; want one that was interrupted after its first articles", before, err)
	}
	again, err := r.Import(t.Context(), ImportRequest{File: file, By: "ana"})
	if err != nil || !again.Resumed || again.ID != before[0].ID || again.Added != articles-before[0].Added || again.Known != before[0].Added {
		t.Errorf("the second time: %+v, %v; want the rest of %d", again, err, articles)
	}
	after, err := r.Imports(t.Context())
	if err != nil || len(after) != 1 || after[0].State != "finished" || after[0].Added != articles {
		t.Errorf("Imports = %+v, %v; want one that is finished", after, err)
	}
	last, err := r.Import(t.Context(), ImportRequest{File: file, By: "ana"})
	if err != nil || last.Added != 0 || last.Known != articles || last.ID != "" || last.Resumed {
		t.Errorf("the third time: %+v, %v; want that nothing is added", last, err)
	}
	if last.Sources[0] != (ImportedSource{ID: "wire", Articles: articles, Configured: true}) {
		t.Errorf("sources %+v; want wire by its name", last.Sources)
	}
}

func TestImportStoresNothingOfAFileWithAFault(t *testing.T) {
	r := newRefitRig(t, refRule)
	file := archiveFile(t, 3)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.Repeat("{}\n", 2*maxFaults)); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		request ImportRequest
		added   int
		refused bool
	}{
		{ImportRequest{}, 0, true},
		{ImportRequest{SkipInvalid: true, DryRun: true}, 3, false},
		{ImportRequest{}, 0, true},
		{ImportRequest{SkipInvalid: true}, 3, false},
	} {
		tt.request.File = file
		got, err := r.Import(t.Context(), tt.request)
		if err != nil || got.Refused != tt.refused || got.Added != tt.added || got.Invalid != 2*maxFaults || len(got.Faults) != maxFaults {
			t.Errorf("Import(%+v): refused %v, %d added, %d invalid, %d faults, %v; want %v, %d, all of %d, %d",
				tt.request, got.Refused, got.Added, got.Invalid, len(got.Faults), err, tt.refused, tt.added, 2*maxFaults, maxFaults)
		}
	}
}

// A feedSite serves feeds whose pages link to older ones.
func feedSite(t *testing.T) *httptest.Server {
	t.Helper()
	item := func(n int) string {
		return fmt.Sprintf("<item><title>Notice %d</title><link>/n/%d</link><pubDate>Mon, 0%d Jan 2024 09:00:00 GMT</pubDate><description>Text of notice %d.</description></item>", n, n, n, n)
	}
	rss := func(link, items string) string {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Notices</title>` + link + items + "</channel></rss>"
	}
	pages := map[string]string{
		// Archived (RFC 5005, section 4); the last links back to the first.
		"/archived":   rss(`<atom:link rel="self" href="/archived"/><atom:link rel="prev-archive" href="/archived/2"/>`, item(6)+item(5)),
		"/archived/2": rss(`<atom:link href="/archived/1" rel="prev-archive"/>`, item(4)+item(3)),
		"/archived/1": rss(`<atom:link rel="prev-archive" href="/archived"/>`, item(2)+"<item><title>Undated</title><link>/n/u</link></item>"),
		// Paged (section 3), in Atom.
		"/paged":        `<feed xmlns="http://www.w3.org/2005/Atom"><title>Paged</title><link rel="next" href="/paged?page=2"/><entry><title>Circular 2</title><link href="/c/2"/><id>c2</id><updated>2024-02-02T00:00:00Z</updated></entry></feed>`,
		"/paged?page=2": `<feed xmlns="http://www.w3.org/2005/Atom"><title>Paged</title><link rel="next" href="https://elsewhere.example/steal"/><entry><title>Circular 1</title><link href="/c/1"/><id>c1</id><updated>2024-02-01T00:00:00Z</updated></entry></feed>`,
		"/json":         `{"version": "https://jsonfeed.org/version/1.1", "title": "J", "next_url": "/json/2", "items": [{"id": "2", "url": "/j/2", "title": "Speech 2", "content_text": "b", "date_published": "2024-03-02T00:00:00Z"}]}`,
		"/json/2":       `{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "url": "/j/1", "title": "Speech 1", "content_text": "a", "date_published": "2024-03-01T00:00:00Z"}]}`,
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(site.Close)
	return site
}

func TestImportReadsTheHistoryOfFeeds(t *testing.T) {
	site := feedSite(t)
	dir := t.TempDir()
	var configured, listed strings.Builder
	for _, id := range []string{"archived", "paged", "json", "gone"} {
		fmt.Fprintf(&configured, "- {id: %s, name: %s, kind: feed, url: %q, role: press, allow_hosts: [127.0.0.1]}\n", id, id, site.URL+"/"+id)
		fmt.Fprintf(&listed, "<outline text=%q xmlUrl=%q/>", id, site.URL+"/"+id)
	}
	writeFiles(t, dir, map[string]string{
		"sources/all.yaml":      "sources:\n" + configured.String(),
		"rules/kiosk-news.yaml": kioskRule,
		configs.FileName:        "recipients: {desk: {send: [terminal]}}\nroutes: {default: [desk]}\n",
		"feeds.opml":            `<opml version="2.0"><body><outline text="folder">` + listed.String() + "</outline></body></opml>",
		"unknown.opml":          `<opml version="2.0"><body><outline text="new" xmlUrl="https://new.example/feed?token=S3CR3T"/></body></opml>`,
	})
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got, err := a.Import(t.Context(), ImportRequest{File: filepath.Join(dir, "feeds.opml"), DryRun: true})
	if err != nil || got.Added != 9 || got.ID != "" {
		t.Errorf("a trial run: %+v, %v; want 9 articles that would be added", got, err)
	}
	got, err = a.Import(t.Context(), ImportRequest{File: filepath.Join(dir, "feeds.opml"), By: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Feeds {
		if got.Feeds[i].Error != "" {
			got.Feeds[i].Error = "error"
		}
	}
	want := []ImportedFeed{
		{Source: "archived", Pages: 3, Articles: 5, Undated: 1},
		{Source: "paged", Pages: 2, Articles: 2},
		{Source: "json", Pages: 2, Articles: 2},
		{Source: "gone", Error: "error"},
	}
	if diff := cmp.Diff(want, got.Feeds); diff != "" || got.Added != 9 || got.Format != "opml" {
		t.Errorf("added %d; feeds (-want +got):\n%s", got.Added, diff)
	}
	if got.First.Format("2006-01-02") != "2024-01-02" || got.Last.Format("2006-01-02") != "2024-03-02" {
		t.Errorf("published %v to %v", got.First, got.Last)
	}
	again, err := a.Import(t.Context(), ImportRequest{File: filepath.Join(dir, "feeds.opml")})
	if err != nil || again.Added != 0 || again.Known != 9 || again.ID != "" {
		t.Errorf("the second time: %+v, %v; want nothing added", again, err)
	}
	undone, err := a.UndoImport(t.Context(), got.ID, "ana", nil)
	if err != nil || undone.Removed != 9 {
		t.Errorf("undone %+v, %v", undone, err)
	}

	unknown, err := a.Import(t.Context(), ImportRequest{File: filepath.Join(dir, "unknown.opml")})
	if err != nil || !unknown.Refused || len(unknown.Faults) != 1 || strings.Contains(unknown.Faults[0].String(), "S3CR3T") || !strings.Contains(unknown.Faults[0].String(), "regwatch sources import") {
		t.Errorf("a feed that no source reads: %+v, %v", unknown, err)
	}
}
