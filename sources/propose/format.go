package propose

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
	"regwatch/internal/jsondepth"
	"regwatch/internal/weblink"
	"regwatch/sources/feed"
	"regwatch/sources/page"
)

// A Format is the format of a response.
type Format string

// The formats of responses.
const (
	FormatFeed      Format = "feed"      // RSS, Atom or RDF
	FormatJSONFeed  Format = "json feed" // read by the kind feed
	FormatJSON      Format = "json"      // for the kind api
	FormatSitemap   Format = "sitemap"
	FormatListing   Format = "listing" // a web page with a list of articles
	FormatArticle   Format = "article" // a web page with one article
	FormatPDF       Format = "pdf"
	FormatChallenge Format = "challenge" // only a browser can pass it
	FormatUnknown   Format = "unknown"
)

// Detect detects the format of a response by its content, whatever its label. Base is
// the address of the response.
func Detect(ctx context.Context, body []byte, contentType string, base *url.URL, read ReadFunc) Format {
	if page.IsPDF(body, "") {
		return FormatPDF
	}
	text, _ := charset.Decode(body, contentType)
	start := strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	switch {
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return sniffJSON(start)
	}
	if feed.IsXML(text) {
		return FormatFeed
	}
	head := strings.ToLower(start[:min(len(start), 4000)])
	switch {
	case strings.Contains(head, "<urlset") || strings.Contains(head, "<sitemapindex"):
		return FormatSitemap
	case page.IsChallenge(ctx, text):
		return FormatChallenge
	case htmltext.IsPage(text) || strings.Contains(contentType, "html"):
		return sniffPage(ctx, text, base, read)
	case isAddressList(start):
		return FormatSitemap
	}
	return FormatUnknown
}

// isAddressList reports whether a text has one address a line, as a sitemap may.
func isAddressList(text string) bool {
	lines := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if weblink.Resolve(nil, line) == "" {
			return false
		}
		lines++
	}
	return lines > 0
}

// sniffJSON distinguishes a JSON Feed, other JSON, and text that only starts like
// JSON.
func sniffJSON(text string) Format {
	var value any
	if jsondepth.Exceeds(text, feed.MaxDepth) || jsondepth.HasMore(text, feed.MaxValues) || json.NewDecoder(strings.NewReader(text)).Decode(&value) != nil {
		return FormatUnknown
	}
	if feed, ok := value.(map[string]any); ok {
		if version, _ := feed["version"].(string); strings.Contains(version, "jsonfeed.org") {
			return FormatJSONFeed
		}
	}
	return FormatJSON
}

// minListScore is the score from which a proposal makes the page a listing, whatever
// else it contains. Five dated entries with titles reach it.
const minListScore = 4

// sniffPage distinguishes a list of articles from an article by whether more text is
// in list entries or in prose.
func sniffPage(ctx context.Context, text string, base *url.URL, read ReadFunc) Format {
	marked := false
	err := htmltext.WithTree(ctx, text, func(doc *html.Node, _ bool) error {
		marked = isMarkedArticle(doc)
		return nil
	})
	if err != nil {
		return FormatUnknown
	}
	listed, entries, score := 0, 0, 0.0
	if proposals := listings(ctx, text, base, time.Time{}, read); len(proposals) > 0 {
		entries, score = len(proposals[0].Articles), proposals[0].Score
		for _, a := range proposals[0].Articles {
			listed += len(a.Title) + len(a.Summary)
		}
	}
	prose := len(page.Text(ctx, text, base)) - listed
	switch {
	case marked && prose >= page.MaxChallengeProse:
		return FormatArticle
	case entries >= 3 && listed*2 >= prose, entries >= 5 && score >= minListScore && listed*5 >= prose:
		return FormatListing
	case prose >= page.MaxChallengeProse:
		return FormatArticle
	}
	return FormatUnknown
}

// isMarkedArticle reports whether a page says that it is an article.
func isMarkedArticle(doc *html.Node) bool {
	marked := false
	htmltext.Walk(doc, func(n *html.Node) bool {
		property := htmltext.Attr(n, "property")
		if n.DataAtom == atom.Meta && (property == "og:type" && htmltext.Attr(n, "content") == "article" || property == "article:published_time") ||
			strings.HasSuffix(htmltext.Attr(n, "itemtype"), "Article") {
			marked = true
		}
		return !marked
	})
	return marked
}
