package sources

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Form is what an answer is, as far as can be told from it.
type Form string

// The forms of answers.
const (
	FormFeed      Form = "feed"      // RSS, Atom or RDF
	FormJSONFeed  Form = "json feed" // read by the kind feed
	FormJSON      Form = "json"      // an answer for the kind api
	FormSitemap   Form = "sitemap"
	FormListing   Form = "listing" // a web page that lists articles
	FormArticle   Form = "article" // a web page with one text
	FormPDF       Form = "pdf"
	FormChallenge Form = "challenge" // a guard's page, which only a browser passes
	FormUnknown   Form = "unknown"
)

// Sniff tells what an answer is by its content, whatever its label says. Base is
// the address that answered.
func Sniff(ctx context.Context, body []byte, contentType string, base *url.URL) Form {
	text, _ := decode(body, contentType)
	start := strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	switch {
	case strings.HasPrefix(start, "%PDF-"):
		return FormPDF
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return sniffJSON(start)
	}
	if _, _, ok := trimToRoot(text); ok {
		return FormFeed
	}
	head := strings.ToLower(start[:min(len(start), 4000)])
	switch {
	case strings.Contains(head, "<urlset") || strings.Contains(head, "<sitemapindex"):
		return FormSitemap
	case isChallengePage(text):
		return FormChallenge
	case htmlRoot.MatchString(text) || strings.Contains(contentType, "html"):
		return sniffPage(ctx, text[:min(len(text), maxPage)], base)
	case isAddressList(start):
		return FormSitemap
	}
	return FormUnknown
}

// isAddressList reports whether a text is an address a line, as a sitemap may be.
func isAddressList(text string) bool {
	lines := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if resolveURL(nil, line) == "" {
			return false
		}
		lines++
	}
	return lines > 0
}

// sniffJSON tells a JSON Feed from other JSON, and from text that only begins
// like it.
func sniffJSON(text string) Form {
	var value any
	if jsonTooDeep(text, maxDepth) || json.NewDecoder(strings.NewReader(text)).Decode(&value) != nil {
		return FormUnknown
	}
	if feed, ok := value.(map[string]any); ok {
		if version, _ := feed["version"].(string); strings.Contains(version, "jsonfeed.org") {
			return FormJSONFeed
		}
	}
	return FormJSON
}

// minListScore is the score of a proposal from which on a page is for its list,
// whatever else it says: five dated entries with titles reach it.
const minListScore = 4

// sniffPage tells a list of articles from an article, by whether the page says
// more in the entries of a list or in prose.
func sniffPage(ctx context.Context, text string, base *url.URL) Form {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return FormUnknown
	}
	listed, entries, score := 0, 0, 0.0
	if proposals := propose(ctx, text, base); len(proposals) > 0 {
		entries, score = len(proposals[0].Articles), proposals[0].Score
		for _, a := range proposals[0].Articles {
			listed += len(a.Title) + len(a.Summary)
		}
	}
	prose := len(extractText(ctx, text, base)) - listed
	marked := false
	walk(doc, func(n *html.Node) bool {
		property := attr(n, "property")
		if n.DataAtom == atom.Meta && (property == "og:type" && attr(n, "content") == "article" || property == "article:published_time") ||
			strings.HasSuffix(attr(n, "itemtype"), "Article") {
			marked = true
		}
		return !marked
	})
	switch {
	case marked && prose >= maxChallengeProse:
		return FormArticle
	case entries >= 3 && listed*2 >= prose, entries >= 5 && score >= minListScore && listed*5 >= prose:
		return FormListing
	case prose >= maxChallengeProse:
		return FormArticle
	}
	return FormUnknown
}
