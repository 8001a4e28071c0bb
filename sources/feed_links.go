package sources

import (
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/weblink"
)

// A FeedLink is a feed that a page names in its head.
type FeedLink struct {
	URL   string
	Title string // empty if the page gives none
}

// FeedLinks returns the title of a page and the feeds that it names, in its order. Base is
// the address of the page.
func FeedLinks(page []byte, contentType string, base *url.URL) (title string, feeds []FeedLink) {
	text, _ := decode(page, contentType)
	return feedLinks(text, base)
}

func feedLinks(text string, base *url.URL) (title string, feeds []FeedLink) {
	doc, err := html.Parse(strings.NewReader(text[:min(len(text), maxPage)]))
	if err != nil {
		return "", nil
	}
	at := baseURL(doc, base)
	seen := make(map[string]bool)
	walk(doc, func(n *html.Node) bool {
		switch {
		case n.DataAtom == atom.Title && n.Namespace == "" && title == "" && n.FirstChild != nil:
			title = plainLine(html.EscapeString(n.FirstChild.Data))
		case n.DataAtom == atom.Link && isFeedLink(n):
			if address := weblink.Resolve(at, attr(n, "href")); address != "" && !seen[address] {
				seen[address] = true
				feeds = append(feeds, FeedLink{URL: address, Title: plainLine(html.EscapeString(attr(n, "title")))})
			}
		}
		return true
	})
	return title, feeds
}

func isFeedLink(n *html.Node) bool {
	kind := strings.ToLower(attr(n, "type"))
	return strings.Contains(strings.ToLower(attr(n, "rel")), "alternate") &&
		(strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json"))
}

// FeedTitle returns the title of a feed; empty if it has none before its first article.
func FeedTitle(feed []byte, contentType string) string {
	text, _ := decode(feed, contentType)
	text = text[:min(len(text), maxPage)]
	var parsed struct{ Title string }
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		_ = json.Unmarshal([]byte(text), &parsed) // without a title it is empty
		return plainLine(html.EscapeString(parsed.Title))
	}
	head := text
	for _, item := range []string{"<item", "<entry"} {
		head, _, _ = strings.Cut(head, item)
	}
	m := pageTitle.FindStringSubmatch(head)
	if m == nil {
		return ""
	}
	return plainLine(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(m[1]), "<![CDATA["), "]]>"))
}
