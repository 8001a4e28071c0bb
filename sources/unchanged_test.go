package sources

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// A fakeStored knows articles by identity and content, as a store does.
type fakeStored struct {
	known map[string]string // hash of the content, by identity
	fails bool
}

func (f *fakeStored) Unchanged(_ context.Context, _ string, articles []models.Article) ([]bool, error) {
	if f.fails {
		return nil, errors.New("the database is busy")
	}
	unchanged := make([]bool, len(articles))
	for i, a := range articles {
		unchanged[i] = f.known[a.Identity] == a.FeedHash
	}
	return unchanged, nil
}

func (*fakeStored) LinksWithKey(context.Context, string, string) ([]string, error) { return nil, nil }

// Of articles that are stored as they are, only what identifies them is read. What is read of
// the others, and the identities of all, do not depend on that.
func TestUnchangedArticlesAreNotReadAgain(t *testing.T) {
	item := func(n int, text string) string {
		return fmt.Sprintf(`<item><title>Notice %d</title><link>https://a.example/%d</link><guid>%d</guid><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate><author>Press</author><description><![CDATA[<p>%s</p>]]></description></item>`, n, n, n, text)
	}
	untitled := `<item><link>https://a.example/9</link><description>The first sentence. The second</description></item>`
	unlinked := `<item><title>By phone</title><description>What was said</description></item>`
	feedOf := func(items ...string) string {
		return `<rss version="2.0"><channel><title>News</title><link>https://a.example/</link>` + strings.Join(items, "") + "</channel></rss>"
	}
	listOf := func(texts ...string) string {
		var b strings.Builder
		for i, text := range texts {
			fmt.Fprintf(&b, `<li><a href="/n/%d">Notice %d</a><p>%s</p></li>`, i, i, text)
		}
		return "<ul>" + b.String() + "</ul>"
	}
	listing := models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}, Summary: models.Extractor{Select: "p"}}
	for _, tt := range []struct {
		name          string
		src           models.Source
		before, after string
		wantUnchanged []bool
	}{
		{"a feed with one more and one edited article", models.Source{Kind: KindFeed}, feedOf(item(1, "one"), item(2, "two"), untitled, unlinked), feedOf(item(3, "three"), item(1, "one"), item(2, "two, amended"), untitled, unlinked), []bool{false, true, false, true, true}},
		{"a list", models.Source{Kind: KindListing, Listing: listing}, listOf("one", "two", "three"), listOf("one", "two, amended", "three", "four"), []bool{true, false, true, false}},
		{"a feed with a title filter", models.Source{Kind: KindFeed, TitleFilter: models.TitleFilter{Exclude: []string{"Notice 2"}}}, feedOf(item(1, "one"), item(2, "two")), feedOf(item(1, "one"), item(2, "two")), []bool{true}},
		{"a feed with a fallback", models.Source{Kind: KindFeed, Fallback: []models.Source{{Kind: KindFeed, URL: "https://b.example/"}}}, feedOf(item(1, "one")), feedOf(item(1, "one")), []bool{false}},
		{"a page", models.Source{Kind: KindPage}, "<main>One</main>", "<main>One</main>", []bool{true}},
	} {
		tt.src.ID, tt.src.URL, tt.src.Pages = "s", "https://a.example/list", models.PagesNever
		from, _ := url.Parse(tt.src.URL)
		read := func(stored Stored, body string) []models.Article {
			t.Helper()
			client := NewClient(ClientOptions{Stored: stored})
			defer client.Close()
			k, err := kindOf(tt.src)
			if err != nil {
				t.Fatal(err)
			}
			batch, err := Open(tt.src, client).buildBatch(t.Context(), k, fetch.Response{URL: from, ContentType: "text/html", Body: []byte(body)}, models.Cursor{}, "")
			if err != nil {
				t.Fatal(err)
			}
			return batch.Articles
		}
		stored := &fakeStored{known: make(map[string]string)}
		for _, a := range read(nil, tt.before) {
			stored.known[a.Identity] = a.FeedHash
		}
		whole, part := read(nil, tt.after), read(stored, tt.after)
		if len(whole) != len(tt.wantUnchanged) || len(part) != len(whole) {
			t.Fatalf("%s: %d and %d articles, want %d", tt.name, len(whole), len(part), len(tt.wantUnchanged))
		}
		for i := range whole {
			a, b := whole[i], part[i]
			if b.Unchanged != tt.wantUnchanged[i] {
				t.Errorf("%s: article %d is unchanged: %t, want %t", tt.name, i, b.Unchanged, tt.wantUnchanged[i])
			}
			if a.Identity != b.Identity || a.Title != b.Title || !a.PublishedAt.Equal(b.PublishedAt) || a.FeedHash != b.FeedHash || a.Link != b.Link {
				t.Errorf("%s: article %d is %+v, read alone %+v", tt.name, i, b, a)
			}
			if !b.Unchanged && (a.Body != b.Body || a.Summary != b.Summary || a.Author != b.Author || a.Language != b.Language || a.BodyState != b.BodyState) {
				t.Errorf("%s: article %d has the texts %+v, read alone %+v", tt.name, i, b, a)
			}
		}
		stored.fails = true
		for i, a := range read(stored, tt.after) {
			if a.Unchanged || a.Body != whole[i].Body {
				t.Errorf("%s: without an answer of the store, article %d is %+v", tt.name, i, a)
			}
		}
	}
}

// BenchmarkScanUnchanged reads feeds and lists of which no article is new, with and without
// asking first which are known.
func BenchmarkScanUnchanged(b *testing.B) {
	text := strings.Repeat("The authority said on Monday that issuers of stablecoins must hold a licence before they offer their coins to the public. ", 20)
	var items, rows strings.Builder
	for i := range 40 {
		fmt.Fprintf(&items, `<item><title>Notice %d of the Authority</title><link>https://a.example/%d</link><guid>%d</guid><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate><description><![CDATA[<p>%s</p>]]></description></item>`, i, i, i, text)
		fmt.Fprintf(&rows, `<tr><td>2026-11-30</td><td><a href="/n/%d">Notice %d of the Authority</a></td><td>%.200s</td></tr>`, i, i, text)
	}
	cell := func(n int) models.Extractor { return models.Extractor{Select: fmt.Sprintf("td:nth-child(%d)", n)} }
	for _, tt := range []struct {
		name, body string
		src        models.Source
	}{
		{"feed", `<rss version="2.0"><channel><title>News</title>` + items.String() + "</channel></rss>", models.Source{Kind: KindFeed}},
		{"list", "<table>" + rows.String() + "</table>", models.Source{Kind: KindListing, Listing: models.Listing{Articles: "tr", Title: cell(2), Date: cell(1), Summary: cell(3)}}},
	} {
		tt.src.ID, tt.src.URL, tt.src.Pages = "s", "https://a.example/list", models.PagesNever
		stored := &fakeStored{known: make(map[string]string)}
		for name, known := range map[string]Stored{"all texts": nil, "new texts": stored} {
			client := NewClient(ClientOptions{Stored: known})
			defer client.Close()
			r := Open(tt.src, client)
			b.Run(tt.name+", "+name, func(b *testing.B) {
				batch, err := r.Read(b.Context(), []byte(tt.body), http.Header{})
				if err != nil || len(batch.Articles) != 40 {
					b.Fatal(len(batch.Articles), err)
				}
				for _, a := range batch.Articles {
					stored.known[a.Identity] = a.FeedHash
				}
				for b.Loop() {
					if _, err := r.Read(b.Context(), []byte(tt.body), http.Header{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
