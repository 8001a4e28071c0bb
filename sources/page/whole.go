package page

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"regwatch/internal/lazyregexp"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
)

// Whole returns the title of a page and its text without boilerplate. It keeps lists and
// tables, which the extraction for readers drops. Selector chooses parts of the page; nil
// means its main part. The elements that ignore matches are left out. The address of a link
// follows its words in brackets, so that a new document under the same words is a change. Only
// Title, Text and Truncated are set. The error is that of the context, which ends after [MaxTime] of reading, or
// [htmltext.ErrTreeWait].
func Whole(ctx context.Context, page string, selector cascadia.Matcher, ignore []cascadia.Matcher) (p Page, err error) {
	err = htmltext.WithTree(ctx, page, func(doc *html.Node, cut bool) error {
		ctx, cancel := context.WithTimeout(ctx, MaxTime)
		defer cancel()
		p.Truncated = cut
		openNoscript(doc)
		htmltext.RewriteInline(doc)
		p.Title = readMetadata(doc).headline()
		markLineBreaks(doc)
		for _, m := range ignore {
			for _, n := range queryAll(ctx, doc, m) {
				htmltext.Remove(n)
			}
		}
		if selector == nil {
			removeBoilerplate(doc)
		}
		writeAddresses(doc)
		if selector == nil {
			p.Text = textOf(mainElement(doc))
			return ctx.Err()
		}
		var parts []string
		size := 0
		for _, n := range queryAll(ctx, doc, selector) {
			if part := textOf(n); part != "" && size <= htmltext.MaxPage {
				parts = append(parts, part)
				size += len(part)
			}
		}
		p.Text = strings.Join(parts, "\n\n")
		return ctx.Err()
	})
	if errors.Is(err, htmltext.ErrNoTree) {
		p.Text = htmltext.Plain(page[:min(len(page), htmltext.MaxPage)])
		p.Truncated, err = len(page) > htmltext.MaxPage, nil
	}
	return p, err
}

// queryAll returns the elements that a selector matches, until the context is done: a selector
// that counts siblings takes a time in proportion to the square of their number.
func queryAll(ctx context.Context, doc *html.Node, m cascadia.Matcher) []*html.Node {
	var found []*html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if ctx.Err() != nil {
			return false
		}
		if n.Type == html.ElementNode && m.Match(n) {
			found = append(found, n)
		}
		return true
	})
	return found
}

// writeAddresses puts the address of each link behind its words.
func writeAddresses(doc *html.Node) {
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.A && n.Type == html.ElementNode {
			if address := stableAddress(htmltext.Attr(n, "href")); address != "" {
				n.AppendChild(&html.Node{Type: html.TextNode, Data: " [" + address + "]"})
			}
		}
		return true
	})
}

// documentName matches the path of a document that a page offers.
var documentName = lazyregexp.New(`(?i)\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|zip)$`)

// stableAddress returns the part of the address of a link that does not change by itself; empty
// for one that leads to no page. Only a document is told apart by its query, without what
// names a visit.
func stableAddress(href string) string {
	u, err := url.Parse(strings.TrimSpace(htmltext.DropControls(href)))
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Path, _, _ = strings.Cut(u.Path, ";jsessionid=")
	u.RawPath, u.Fragment, u.RawFragment, u.User = "", "", "", nil
	query := u.Query()
	u.RawQuery = ""
	if documentName.MatchString(u.Path) {
		for name := range query {
			switch strings.ToLower(name) {
			case "t", "ts", "sid", "_", "time", "timestamp", "session", "sessionid", "phpsessid", "token", "nonce", "rnd", "random":
				query.Del(name)
			}
		}
		u.RawQuery = query.Encode()
	}
	if strings.Trim(u.Path, "/") == "" {
		return ""
	}
	return u.String()
}

// mainElement returns the element that a page marks as its main part, or the whole
// page.
func mainElement(doc *html.Node) *html.Node {
	found := doc
	htmltext.Walk(doc, func(n *html.Node) bool {
		if found == doc && n.Type == html.ElementNode && (n.DataAtom == atom.Main || htmltext.Attr(n, "role") == "main") {
			found = n
		}
		return found == doc
	})
	return found
}
