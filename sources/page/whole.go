package page

import (
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
)

// Whole returns the title of a page and its text without boilerplate. It keeps lists and
// tables, which the extraction for readers drops. Selector chooses parts of the page; nil
// means its main part. The elements that ignore matches are left out.
func Whole(page string, selector cascadia.Matcher, ignore []cascadia.Matcher) (title, text string) {
	doc, err := html.Parse(strings.NewReader(page[:min(len(page), htmltext.MaxPage)]))
	if err != nil {
		return "", htmltext.Plain(page)
	}
	openNoscript(doc)
	nodes := 0
	htmltext.Walk(doc, func(*html.Node) bool { nodes++; return nodes <= htmltext.MaxNodes })
	if nodes > htmltext.MaxNodes {
		return "", htmltext.Plain(page)
	}
	htmltext.RewriteInline(doc)
	title = readMetadata(doc).headline()
	markLineBreaks(doc)
	for _, m := range ignore {
		for _, n := range cascadia.QueryAll(doc, m) {
			htmltext.Remove(n)
		}
	}
	if selector == nil {
		removeBoilerplate(doc)
		return title, textOf(mainElement(doc))
	}
	var parts []string
	for _, n := range cascadia.QueryAll(doc, selector) {
		if part := textOf(n); part != "" {
			parts = append(parts, part)
		}
	}
	return title, strings.Join(parts, "\n\n")
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
