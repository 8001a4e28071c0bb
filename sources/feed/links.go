package feed

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
)

// A Link is a feed that a page names in its head.
type Link struct {
	URL   string
	Title string // empty if the page gives none
}

// Links returns the title of a page and the feeds that it names, in its order. Base is
// the address of the page.
func Links(ctx context.Context, page []byte, contentType string, base *url.URL) (title string, feeds []Link) {
	text, _ := charset.Decode(page, contentType)
	_ = htmltext.WithTree(ctx, text, func(doc *html.Node, _ bool) error { // a page without a tree names no feed
		title, feeds = links(doc, base)
		return nil
	})
	return title, feeds
}

func links(doc *html.Node, base *url.URL) (title string, feeds []Link) {
	at := htmltext.Base(doc, base)
	seen := make(map[string]bool)
	htmltext.Walk(doc, func(n *html.Node) bool {
		switch {
		case n.DataAtom == atom.Title && n.Namespace == "" && title == "" && n.FirstChild != nil:
			title = htmltext.Line(html.EscapeString(n.FirstChild.Data))
		case n.DataAtom == atom.Link && isFeedLink(n):
			if address := weblink.Resolve(at, htmltext.Attr(n, "href")); address != "" && !seen[address] {
				seen[address] = true
				feeds = append(feeds, Link{URL: address, Title: htmltext.Line(html.EscapeString(htmltext.Attr(n, "title")))})
			}
		}
		return true
	})
	return title, feeds
}

func isFeedLink(n *html.Node) bool {
	kind := strings.ToLower(htmltext.Attr(n, "type"))
	return strings.Contains(strings.ToLower(htmltext.Attr(n, "rel")), "alternate") &&
		(strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json"))
}

// Title returns the title of a feed; empty if it has none before its first article.
func Title(feed []byte, contentType string) string {
	text, _ := charset.Decode(feed, contentType)
	text = text[:min(len(text), htmltext.MaxPage)]
	var parsed struct{ Title string }
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		_ = json.Unmarshal([]byte(text), &parsed) // without a title it is empty
		return htmltext.Line(html.EscapeString(parsed.Title))
	}
	head := text
	for _, item := range []string{"<item", "<entry"} {
		head, _, _ = strings.Cut(head, item)
	}
	title, _ := htmltext.TitleMarkup(head)
	return htmltext.Line(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(title), "<![CDATA["), "]]>"))
}
