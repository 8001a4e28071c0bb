package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/pdftext"
	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/store"
)

const upgradeRule = `id: coin
title: Coins
why: It matters.
status: active
severity: high
terms:
  coin: [stablecoin, 穩定幣]
when: {terms: coin, in: [title, lead, body]}
examples:
  match: [{title: A stablecoin is issued}]
  ignore: [{title: A bond is issued}]
`

// An olderReader reads like an older release: footnote marks are part of the word before them.
type olderReader struct{ *sources.Reader }

func (r olderReader) Fetch(ctx context.Context, c models.Cursor) (models.Batch, error) {
	batch, err := r.Reader.Fetch(ctx, c)
	for i := range batch.Articles {
		batch.Articles[i] = olderText(batch.Articles[i])
	}
	batch.Cursor.Memory = strings.Replace(strings.ReplaceAll(batch.Cursor.Memory, "¹", "1"), `"by":"`, `"by":"older`, 1)
	return batch, err
}

func (r olderReader) Complete(ctx context.Context, a models.Article) (models.Article, error) {
	full, err := r.Reader.Complete(ctx, a)
	return olderText(full), err
}

func olderText(a models.Article) models.Article {
	a.Body, a.Summary = strings.ReplaceAll(a.Body, "¹", "1"), strings.ReplaceAll(a.Summary, "¹", "1")
	if a.BodyState == models.BodyVersion {
		a.FeedHash = models.HashOf(a.Body)
	}
	if a.Fetched != nil {
		older := *a.Fetched
		older.Extraction = 0
		if a.Partial != nil { // the release before put it into the text
			older.Extraction, older.Partial = 3, nil
			a.Body, a.Partial = a.Body+"\n\n["+a.Problem+"]", nil
		}
		a.Fetched = &older
	}
	return a
}

// After an upgrade, unchanged pages are extracted differently. That is no news: no article,
// revision, page change or notice. What their publishers edit afterwards is.
func TestRescanAfterAnUpgradeReportsOnlyEdits(t *testing.T) {
	const word = "The Authority granted one licence to an issuer of a stablecoin<sup>1</sup>, which must hold reserve assets of the same value. "
	visit, pageText, teaser := 0, strings.Repeat("<p>"+word+"</p>", 3), "The Authority granted a licence."
	pdfText := strings.Repeat(word, 3)
	guidance := "<h1>Guidance</h1><p>Issuers of a stablecoin<sup>1</sup> hold assets.</p><p>Auditors look at them.</p><p>Coins are redeemed.</p>"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit++
		item := func(name, text string) string {
			// The address of the image changes at each visit, so that the feed seems to be edited.
			return fmt.Sprintf(`<item><guid>%s</guid><title>News of %s</title><link>/%s</link><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate><description><![CDATA[%s<img src="/p?%d">]]></description></item>`, name, name, name, text, visit)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/feed":
			w.Header().Set("Content-Type", "application/rss+xml")
			_, _ = fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title>%s%s%s</channel></rss>`, item("page", teaser), item("full", strings.Repeat("<p>"+word+"</p>", 20)), item("pdf", teaser))
		case "/pdf":
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = io.WriteString(w, "%PDF-1.7")
		case "/guidance":
			_, _ = fmt.Fprintf(w, "<html><body><main>%s</main></body></html>", guidance)
		case "/page", "/full":
			_, _ = fmt.Fprintf(w, "<html><body><article>%s</article></body></html>", pageText)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	list := []models.Source{
		{ID: "news", Name: "News", Kind: sources.KindFeed, URL: server.URL + "/feed", Pages: models.PagesAuto, Role: models.Press, AllowHosts: []string{"127.0.0.1"}},
		{ID: "guidance", Name: "Guidance", Kind: sources.KindPage, URL: server.URL + "/guidance", Pages: models.PagesAuto, Role: models.Regulator, AllowHosts: []string{"127.0.0.1"}},
	}
	set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(upgradeRule)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	every, err := schedule.Parse("*/10 * * * *")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{Path: t.TempDir() + "/regwatch.db"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	client := sources.NewClient(sources.ClientOptions{PDF: func(context.Context, []byte) (pdftext.Document, error) {
		return pdftext.Document{Text: strings.ReplaceAll(pdfText, "<sup>1</sup>", "¹"), Pages: 500, Read: 200, Truncated: true}, nil
	}})
	t.Cleanup(client.Close)
	now, upgraded := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC), false
	settings := scanner.Settings{
		Sources: list, Rules: set, Timing: scanner.Timing{Schedule: every}, LookBack: 24 * time.Hour, Limits: scanner.Limits{Pages: 10},
		Routing: models.Routing{
			Recipients: map[string]models.Recipient{"team": {Name: "team", Destinations: []models.Destination{{Channel: "terminal"}}, Zone: "UTC"}},
			Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
		},
	}
	scan := &scanner.Scanner{
		Store: db, Queue: db, PassageStore: db, Settings: func() scanner.Settings { return settings }, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Open: func(src models.Source) scanner.Reader {
			if upgraded {
				return sources.Open(src, client)
			}
			return olderReader{sources.Open(src, client)}
		},
	}
	// state scans all sources and returns the articles with their revisions, and the notices.
	state := func() (articles []string, notices int) {
		t.Helper()
		now = now.Add(10 * time.Minute)
		for _, src := range list {
			if r, err := scan.Scan(t.Context(), src); err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
		}
		found, err := db.Articles(t.Context(), store.ArticleFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range found {
			revisions, err := db.ArticleRevisions(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			last := revisions[len(revisions)-1]
			articles = append(articles, fmt.Sprintf("%s: %d, marked %v, hash %v", a.Title, len(revisions), strings.Contains(last.Body, "¹") && !strings.Contains(last.Body, "[The PDF"), last.Hash == a.Hash && a.Hash == models.HashOf(last.Title, last.Body)))
		}
		waiting, err := db.Notices(t.Context(), time.Time{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(articles)
		return articles, len(waiting)
	}
	state()
	before, sent := state()
	want := []string{"Guidance: 1, marked false, hash true", "News of full: 1, marked false, hash true", "News of page: 1, marked false, hash true", "News of pdf: 1, marked false, hash true"}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Fatalf("before the upgrade (-want +got):\n%s", diff)
	}

	upgraded = true
	after, n := state()
	want = []string{"Guidance: 1, marked true, hash true", "News of full: 1, marked true, hash true", "News of page: 1, marked true, hash true", "News of pdf: 1, marked true, hash true"}
	if diff := cmp.Diff(want, after); diff != "" || n != sent {
		t.Errorf("%d notices, before %d; after the upgrade (-want +got):\n%s", n, sent, diff)
	}
	if again, n := state(); cmp.Diff(want, again) != "" || n != sent {
		t.Errorf("%d notices, before %d; at the scan after that: %v", n, sent, again)
	}

	pageText += "<p>The Authority has withdrawn the licence for the stablecoin<sup>1</sup> of the second issuer on Monday afternoon.</p>"
	guidance += "<p>Each stablecoin<sup>1</sup> needs a licence.</p>"
	pdfText += "The Authority has withdrawn it."
	edited, _ := state()
	for _, line := range []string{"News of page: 2, marked true, hash true", "News of pdf: 2, marked true, hash true", "Guidance: 2, marked true, hash true"} {
		if !strings.Contains(strings.Join(edited, "\n"), line) {
			t.Errorf("after an edit there is no %q in %q", line, edited)
		}
	}
	if len(edited) != 5 {
		t.Errorf("after an edit of the page: %q; want one change more", edited)
	}
}
