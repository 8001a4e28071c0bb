package sources

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/sources/fetch"
)

func TestFeedLinkRelativeToFile(t *testing.T) {
	const page = "http://a.example/news/1.html"
	for name, feed := range map[string]string{
		"of the feed":            `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/news/feed.xml"><entry><id>1</id><title>T</title><link href="1.html"/></entry></feed>`,
		"of an entry":            `<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base='http://a.example/news/atom.php'><id>1</id><title>T</title><link href="1.html"/></entry></feed>`,
		"of a link":              `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title><link xml:base="http://a.example/news/x.xml" href="1.html"/></entry></feed>`,
		"of RSS":                 `<rss xml:base="http://a.example/news/feed.xml"><channel><item><title>T</title><link>1.html</link></item></channel></rss>`,
		"a folder":               `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/news/"><entry><id>1</id><title>T</title><link href="1.html"/></entry></feed>`,
		"and a link to the root": `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/feed.xml"><entry><id>1</id><title>T</title><link href="/news/1.html"/></entry></feed>`,
	} {
		if got := readFeed(t, feed).Articles[0].Link; got != page {
			t.Errorf("base %s: link %s, want %s", name, got, page)
		}
	}
	from, _ := url.Parse("http://feed.example/rss?page=1")
	resp := fetch.Response{URL: from, Header: http.Header{"Content-Location": {"/news/rss.xml"}}, Body: []byte(rssOf("<title>T</title><link>1.html</link>"))}
	batch, err := Open(models.Source{ID: "s", Kind: KindFeed, URL: from.String()}, nil).buildBatch(t.Context(), feedKind{}, resp, models.Cursor{}, "")
	if err != nil || batch.Articles[0].Link != "http://feed.example/news/1.html" {
		t.Errorf("Content-Location: link %s, %v", batch.Articles[0].Link, err)
	}
}

func TestFeedPrefersPageOfEntry(t *testing.T) {
	entry := func(links string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title>` + links + `</entry></feed>`
	}
	for links, want := range map[string]string{
		`<link rel="alternate" type="application/json" href="/1.json"/><link rel="alternate" type="text/html" href="/1.html"/>`: "/1.html",
		`<link type="application/pdf" href="/1.pdf"/><link href="/1.html"/>`:                                                    "/1.html",
		`<link rel="alternate" type="application/pdf" href="/1.pdf"/><link rel="self" href="/1.atom"/>`:                         "/1.pdf",
		`<link rel="alternate" type="text/html" href="/1.html"/><link rel="alternate" type="application/xhtml+xml" href="/x"/>`: "/1.html",
	} {
		if got := readFeed(t, entry(links)).Articles[0].Link; got != "http://feed.example"+want {
			t.Errorf("%s: link %s, want %s", links, got, want)
		}
	}
}

// The link of an entry that had another one in an earlier release makes no new article.
func TestFeedOtherFormKeepsIdentity(t *testing.T) {
	for _, tt := range []struct{ feed, former string }{
		{`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title><link type="application/json" href="/1.json"/><link type="text/html" href="/1.html"/></entry></feed>`, "http://feed.example/1.json"},
		{`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/feed.xml"><entry><id>1</id><title>T</title><link href="1.html"/></entry></feed>`, "http://a.example/feed.xml/1.html"},
	} {
		m := newScanHistory(t)
		m.scan(tt.feed)
		for _, a := range m.stored {
			m.stored = map[string]models.Article{models.IdentityOf("1", tt.former): a}
		}
		if fresh, edited := m.scan(tt.feed); len(fresh)+len(edited) > 0 {
			t.Errorf("%s: new %q, edited %q", tt.former, fresh, edited)
		}
	}
}

func TestFeedTitleAndDateInOtherElements(t *testing.T) {
	const namespaces = ` xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"`
	tests := []struct{ feed, title, date string }{
		{`<rss` + namespaces + `><channel><item><link>/1</link><media:title>Notice</media:title><dcterms:modified>2026-11-03</dcterms:modified></item></channel></rss>`, "Notice", "2026-11-03"},
		{`<rss` + namespaces + `><channel><item><title>A</title><media:group><media:title>Film</media:title></media:group><dcterms:modified>2026-11-04</dcterms:modified><pubDate>Tue, 03 Nov 2026 00:00:00 GMT</pubDate></item></channel></rss>`, "A", "2026-11-03"},
		{`<!DOCTYPE html><rss><channel><item><title>A</title><description>&lt;time datetime="2026-11-03"&gt;3 Nov&lt;/time&gt; text</description></item></channel></rss>`, "A", "2026-11-03"},
		{`<?xml version="1.0"?><!doctype html>` + "\n" + `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Width of &lt;col&gt; in tables</title><content type="html">&lt;p&gt;On &lt;time class="d" datetime='2026-11-03'/&gt;&lt;/p&gt;</content></entry></feed>`, "Width of <col> in tables", "2026-11-03"},
		{`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="text">The &lt;hr&gt; element</title><updated>2026-11-03T00:00:00Z</updated></entry></feed>`, "The <hr> element", "2026-11-03"},
		{`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="text"><![CDATA[A <b>bold</b> word]]></title><updated>2026-11-03T00:00:00Z</updated></entry></feed>`, "A bold word", "2026-11-03"},
		{`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"A","content_html":"<time datetime=\"2026-11-03\">x</time>"}]}`, "A", "2026-11-03"},
	}
	for _, tt := range tests {
		a := readFeed(t, tt.feed).Articles[0]
		if date := a.PublishedAt.UTC().Format("2006-01-02"); a.Title != tt.title || date != tt.date {
			t.Errorf("%s:\ntitle %q, date %s; want %q, %s", tt.feed, a.Title, date, tt.title, tt.date)
		}
	}
}

func TestPageWithFeedElementIsNoFeed(t *testing.T) {
	from, _ := url.Parse("http://feed.example/rss")
	_, err := feedKind{}.read(t.Context(), nil, fetch.Response{URL: from, Body: []byte("<!DOCTYPE html><html><body><rss><channel><item><title>A</title></item></channel></rss></body></html>")})
	if err == nil || !strings.Contains(err.Error(), "web page") {
		t.Errorf("error %v; want that it is a web page", err)
	}
}
