package sources

import (
	"fmt"
	"net/url"
	"slices"
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
		if k, ok := m.stored[a.Identity]; ok && a.Retitled != "" && !a.OwnLink && !strings.Contains(a.Title, k.Title) { // a strict reading of "similar"
			a.Identity = a.Retitled
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

// TestVolatileLinkKeepsIdentity changes parts of links that change with each request, or that
// are only written in another way.
func TestVolatileLinkKeepsIdentity(t *testing.T) {
	for _, links := range [][2]string{
		{"http://a.example/news/1;jsessionid=A1B2", "http://a.example/news/1;jsessionid=C3D4"},
		{"http://a.example/news/1;jsessionid=A1B2?id=7", "http://a.example/news/1?id=7"},
		{"http://a.example/news/1?sid=abc", "http://a.example/news/1?sid=def"},
		{"http://a.example/news/licence-granted.html?lang=en&amp;t=1", "http://a.example/news/licence-granted.html?lang=en&amp;t=2"},
		{"http://a.example/show.php?id=7&amp;t=1796090400", "http://a.example/show.php?id=7&amp;t=1796090460"},
		{"http://a.example/show.php?id=7&amp;PHPSESSID=x1", "http://a.example/show.php?PHPSESSID=x2&amp;id=7"},
		{"http://a.example/%e5%85%ac", "http://a.example/%E5%85%AC"},
		{"http://a.example/2026%2D11/notice%5F1", "http://a.example/2026-11/notice_1"},
		{"http://a.example/q?name=%e5%85%ac", "http://a.example/q?name=公"},
	} {
		for _, guid := range []string{"", "<guid>17</guid>", "<guid>%s</guid>"} {
			m := newScanHistory(t)
			for i, link := range links {
				id := strings.ReplaceAll(guid, "%s", link)
				fresh, edited := m.scan(rssOf(id+"<title>A</title><link>"+link+"</link>", "<guid>other</guid><title>B</title>"))
				if i > 0 && len(fresh)+len(edited) > 0 {
					t.Errorf("%s%s after %s: new %q, edited %q", id, link, links[0], fresh, edited)
				}
			}
		}
	}
}

// TestPageParameterStaysIdentity has articles that only such a parameter tells apart.
func TestPageParameterStaysIdentity(t *testing.T) {
	for _, links := range [][2]string{
		{"http://a.example/article.php?sid=1", "http://a.example/article.php?sid=2"},
		{"http://a.example/viewtopic.php?f=2&amp;t=1", "http://a.example/viewtopic.php?f=2&amp;t=2"},
		{"http://a.example/?t=1796090400", "http://a.example/?t=1796090460"},
		{"http://a.example/news/2026?t=1", "http://a.example/news/2026?t=2"},
	} {
		m := newScanHistory(t)
		m.scan(rssOf("<title>A</title><link>" + links[0] + "</link>"))
		if fresh, _ := m.scan(rssOf("<title>B</title><link>" + links[1] + "</link>")); len(fresh) != 1 {
			t.Errorf("%s after %s is not new", links[1], links[0])
		}
	}
	m := newScanHistory(t)
	fresh, _ := m.scan(rssOf("<title>A</title><link>http://a.example/forum?t=1</link>", "<title>B</title><link>http://a.example/forum?t=2</link>"))
	if len(fresh) != 2 {
		t.Errorf("new %q of two articles of one list whose links differ in t", fresh)
	}
}

// TestFormerIdentitiesOfEarlierReleases stores articles under the identities that releases
// before the normalization gave them: nothing is new.
func TestFormerIdentitiesOfEarlierReleases(t *testing.T) {
	const link = "http://a.example/%e5/1;jsessionid=A?sid=0123456789abcdef01"
	for guid, former := range map[string]string{
		"":                                  models.IdentityOf("\x00A", link),
		"<guid>17</guid>":                   models.IdentityOf("17", link),
		"<guid>" + link + "</guid>":         models.IdentityOf(link, link),
		"<guid>http://feed.example/</guid>": models.IdentityOf("\x00A", link), // the site
	} {
		m := newScanHistory(t)
		item := rssOf(guid + "<title>A</title><link>" + link + "</link>")
		m.scan(item)
		for _, a := range m.stored {
			m.stored = map[string]models.Article{former: a}
		}
		if fresh, edited := m.scan(item); len(fresh)+len(edited) > 0 {
			t.Errorf("%s: new %q, edited %q", guid, fresh, edited)
		}
	}
}

// TestEditedTitleWithoutGUID edits the title of an article that only its link identifies.
func TestEditedTitleWithoutGUID(t *testing.T) {
	item := func(link, title string) string { return "<title>" + title + "</title><link>" + link + "</link>" }
	for _, tt := range []struct {
		link, title string
		edited      bool
	}{
		{"http://a.example/news/17", "Another headline", true},
		{"http://a.example/show?newsid=17", "Another headline", true},
		{"http://a.example/figures", "Licence granted (corrected)", true},
		{"http://a.example/figures", "Bank fined", false},
	} {
		m := newScanHistory(t)
		m.scan(rssOf(item(tt.link, "Licence granted")))
		fresh, edited := m.scan(rssOf(item(tt.link, tt.title)))
		if len(edited) == 1 != tt.edited || len(fresh) == 1 == tt.edited {
			t.Errorf("%s %q: new %q, edited %q; want it edited: %v", tt.link, tt.title, fresh, edited, tt.edited)
		}
		if fresh, edited = m.scan(rssOf(item(tt.link, tt.title))); len(fresh)+len(edited) > 0 {
			t.Errorf("%s %q again: new %q, edited %q", tt.link, tt.title, fresh, edited)
		}
	}
}

// Releases before 2026-12 read a footnote mark in a list as the last digit of a word.
func TestFormerIdentityOfTitleWithFootnoteMark(t *testing.T) {
	for _, tt := range []struct {
		name    string
		article models.Article
		older   models.Article // as it was read and stored
		policy  string
	}{
		{"no id and no link", models.Article{Title: "Stablecoin¹ rules"}, models.Article{Title: "Stablecoin1 rules"}, ""},
		{"only the summary has a mark", models.Article{Title: "Rules", Summary: "On coins²³"}, models.Article{Title: "Rules", Summary: "On coins23"}, ""},
		{
			"identified by title",
			models.Article{Title: "Coin² list", Link: "https://a.example/x", LinkKey: "a.example/x"},
			models.Article{Title: "Coin2 list", Link: "https://a.example/x", LinkKey: "a.example/x"},
			policyByTitle,
		},
	} {
		now, before := []models.Article{tt.article}, []models.Article{tt.older}
		identify(now, []string{""}, nil, tt.policy)
		identify(before, []string{""}, nil, tt.policy)
		if !slices.Contains(now[0].Formers, before[0].Identity) {
			t.Errorf("%s: the identity %s of the older release is not among the former ones", tt.name, before[0].Identity)
		}
		if !now[0].FormerOf(tt.older.Title, "") {
			t.Errorf("%s: an article with the title %q is another one", tt.name, tt.older.Title)
		}
		if now[0].FormerOf("Other rules", "") {
			t.Errorf("%s: an article with any title counts as this one", tt.name)
		}
	}
}
