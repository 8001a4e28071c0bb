package sources

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// A scanHistory knows the articles of earlier scans, as the store does.
type scanHistory struct {
	t        *testing.T
	reader   *Reader
	cursor   models.Cursor
	stored   map[string]models.Article
	warnings string // of the last scan
}

func newScanHistory(t *testing.T) *scanHistory {
	src := models.Source{ID: "s", Kind: KindFeed, URL: "http://feed.example/rss", Pages: models.PagesNever}
	return &scanHistory{t: t, reader: Open(src, nil), stored: make(map[string]models.Article)}
}

// scan reads a feed and returns the titles of its new and its edited articles.
func (m *scanHistory) scan(feed string) (fresh, edited []string) {
	m.t.Helper()
	from, _ := url.Parse(m.reader.src.URL)
	batch, err := m.reader.buildBatch(m.t.Context(), feedKind{}, fetch.Response{URL: from, Body: []byte(feed)}, m.cursor, "")
	if err != nil {
		m.t.Fatal(err)
	}
	m.cursor, m.warnings = batch.Cursor, strings.Join(batch.Warnings, "; ")
	met := make(map[string]bool)
	for _, a := range batch.Articles {
		for _, former := range a.Formers {
			if k, ok := m.stored[former]; ok && a.FormerOf(k.Title, k.FeedHash) {
				a.Identity = former
				break
			}
		}
		k, known := m.stored[a.Identity]
		switch {
		case met[a.Identity]:
			continue
		case !known:
			fresh = append(fresh, a.Title)
		case k.FeedHash != a.FeedHash:
			edited = append(edited, a.Title)
		}
		met[a.Identity] = true
		m.stored[a.Identity] = a
	}
	return fresh, edited
}

// TestIdentityAcrossScans follows sources that start and stop to share their ids:
// nothing may be lost and nothing may alert twice.
func TestIdentityAcrossScans(t *testing.T) {
	const one = "<guid>7</guid><link>http://a.example/7</link>"
	item := func(title, text string) string {
		return one + "<title>" + title + "</title><description>" + text + "</description>"
	}
	own := func(n string) string {
		return "<guid>" + n + "</guid><link>http://a.example/" + n + "</link><title>" + n + "</title>"
	}
	type scan struct{ items, fresh, edited []string }
	tests := []struct {
		name  string
		scans []scan
	}{
		{"an id becomes shared", []scan{
			{items: []string{item("A", "a")}, fresh: []string{"A"}},
			{items: []string{item("B", "b"), item("A", "a")}, fresh: []string{"B"}},
			{items: []string{item("C", "c"), item("B", "b"), item("A", "a")}, fresh: []string{"C"}},
			{items: []string{item("C", "c"), item("B", "b")}},
		}},
		{"all but one disappear, and one appears", []scan{
			{items: []string{item("B", "b"), item("A", "a")}, fresh: []string{"B", "A"}},
			{items: []string{item("B", "b")}},
			{items: []string{item("C", "c")}, fresh: []string{"C"}}, // not an edit of B
			{items: []string{item("A", "a")}},
			{items: []string{item("A", "a, edited")}, edited: []string{"A"}},
		}},
		{"an edit while the id is shared", []scan{
			{items: []string{item("A", "a")}, fresh: []string{"A"}},
			{items: []string{item("B", "b"), item("A", "a2")}, fresh: []string{"B"}, edited: []string{"A"}},
			{items: []string{item("B", "b2"), item("A", "a2")}, edited: []string{"B"}},
		}},
		{"only the text differs, then one is left", []scan{
			{items: []string{item("A", "1"), item("A", "2")}, fresh: []string{"A", "A"}},
			{items: []string{item("A", "2"), item("A", "1"), item("A", "3")}, fresh: []string{"A"}},
			{items: []string{item("A", "3")}},
		}},
		{"one of many ids is repeated by mistake, and titles may be edited", []scan{
			{
				items: []string{own("1"), own("2"), own("3"), own("4"), own("5"), own("6"), own("8"), own("9"), own("10"), own("11"), item("A", "a"), item("B", "b")},
				fresh: []string{"1", "2", "3", "4", "5", "6", "8", "9", "10", "11", "A", "B"},
			},
			{items: []string{"<guid>1</guid><link>http://a.example/1</link><title>1, corrected</title>"}, edited: []string{"1, corrected"}},
			{items: []string{item("A", "a")}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newScanHistory(t)
			for i, s := range tt.scans {
				fresh, edited := m.scan(rssOf(s.items...))
				if diff := cmp.Diff(s.fresh, fresh); diff != "" {
					t.Errorf("scan %d: new articles (-want +got):\n%s", i+1, diff)
				}
				if diff := cmp.Diff(s.edited, edited); diff != "" {
					t.Errorf("scan %d: edited articles (-want +got):\n%s", i+1, diff)
				}
			}
		})
	}
}

// An id equal to the link, which the source may start to send or a newer release may
// start to read (rdf:about), makes no article new; another id does.
func TestLinkReusedAsGUIDKeepsIdentity(t *testing.T) {
	const feed = `<rss version="2.0"><channel><title>R</title><item>%s<title>Notice</title><link>http://feed.example/n/1</link></item></channel></rss>`
	for id, want := range map[string]int{"<guid>http://feed.example/n/1</guid>": 0, "<guid>17</guid>": 1} {
		m := newScanHistory(t)
		m.scan(fmt.Sprintf(feed, ""))
		if fresh, _ := m.scan(fmt.Sprintf(feed, id)); len(fresh) != want {
			t.Errorf("%s: new %q; want %d", id, fresh, want)
		}
	}
}
