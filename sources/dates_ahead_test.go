package sources

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/sources/fetch"
)

// A date years ahead is a mistake or the date of something else. It counts only if a source
// gives no other.
func TestDateYearsAheadGivesWay(t *testing.T) {
	seen := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	client := NewClient(ClientOptions{Options: fetch.Options{Now: func() time.Time { return seen }}})
	defer client.Close()
	atom := func(inner string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id><title>T</title>` + inner + `</entry></feed>`
	}
	rss := func(inner string) string {
		return `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><channel><item><guid>1</guid><title>T</title>` + inner + `</item></channel></rss>`
	}
	for _, tt := range []struct {
		name, body, want string
		rough            bool
	}{
		{"updated instead of published", atom(`<published>2062-11-03T09:00:00Z</published><updated>2026-11-03T09:00:00Z</updated>`), "2026-11-03", false},
		{"published instead of updated", atom(`<published>2026-11-03T09:00:00Z</published><updated>2062-11-03T09:00:00Z</updated>`), "2026-11-03", false},
		{"the date in the description", rss(`<pubDate>Fri, 03 Nov 2062 09:00:00 GMT</pubDate><description>&lt;time datetime="2026-11-02"&gt;2 November&lt;/time&gt; The rules</description>`), "2026-11-02", false},
		{"the date in the description instead of one that cannot be read", rss(`<pubDate>soon</pubDate><description>&lt;p&gt;&lt;time class="d" datetime='2026-11-02T08:00+08:00'&gt;2.11.&lt;/time&gt;</description>`), "2026-11-02", false},
		{"the date in the description not instead of its own", rss(`<pubDate>Tue, 03 Nov 2026 09:00:00 GMT</pubDate><description>&lt;time datetime="2026-11-20"&gt;the meeting&lt;/time&gt;</description>`), "2026-11-03", false},
		{"nothing else", rss(`<pubDate>Fri, 03 Nov 2062 09:00:00 GMT</pubDate>`), "2062-11-03", true},
		{"the first of those ahead", atom(`<published>2062-11-03T09:00:00Z</published><updated>2099-11-03T09:00:00Z</updated>`), "2062-11-03", true},
	} {
		src := models.Source{ID: "s", Kind: KindFeed, URL: "https://authority.example/feed", Pages: models.PagesNever}
		from, _ := url.Parse(src.URL)
		batch, err := Open(src, client).buildBatch(t.Context(), feedKind{}, fetch.Response{URL: from, Body: []byte(tt.body)}, models.Cursor{}, "")
		if err != nil || len(batch.Articles) != 1 {
			t.Fatalf("%s: %v, %v", tt.name, batch.Articles, err)
		}
		if got := batch.Articles[0].PublishedAt.Format(time.DateOnly); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if rough := strings.Contains(strings.Join(batch.Warnings, ";"), "approximate"); rough != tt.rough {
			t.Errorf("%s: warnings %q", tt.name, batch.Warnings)
		}
	}

	prose := "<p>" + strings.Repeat("The Authority explains what follows from this. ", 9) + "</p>"
	for name, tt := range map[string]struct{ markup, want string }{
		"another name":   {`<meta property="article:published_time" content="2066-11-03"><meta name="dc.date" content="2026-11-03">`, "2026-11-03"},
		"the time":       {`<script type="application/ld+json">{"datePublished":"2126-11-03"}</script><h1>T</h1><time datetime="2026-11-03">x</time>`, "2026-11-03"},
		"the text":       {`<h1>T</h1><p class="date">In force from 1 January 2031, issued on 3 November 2026</p>`, "2026-11-03"},
		"nothing at all": {`<h1>T</h1><time datetime="2031-01-01">1 January 2031</time>`, "0001-01-01"},
	} {
		p, err := Open(models.Source{URL: "https://authority.example/1"}, client).Page(t.Context(), []byte("<html><head><title>T</title>"+tt.markup+prose+"</html>"), nil)
		if err != nil || p.Published.Format(time.DateOnly) != tt.want {
			t.Errorf("page with %s: %v, %v; want %s", name, p.Published, err, tt.want)
		}
	}
}
