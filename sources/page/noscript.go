package page

import (
	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
)

// scriptNotice matches what pages say to a browser without scripts.
var scriptNotice = lazyregexp.New(`(?i)java\s?script|scripting|腳本|脚本`)

// maxNoscript is how many parts of a page may be in its noscript elements.
const maxNoscript = htmltext.MaxParts / 4

// openNoscript puts what is inside of noscript elements into the page if most of its prose is
// there. The parser treats it as text, because browsers run scripts.
func openNoscript(doc *html.Node) {
	inside, left := 0, maxNoscript
	opened := make(map[*html.Node]*html.Node) // by noscript element
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.DataAtom == atom.Head {
			return false
		}
		if n.DataAtom != atom.Noscript || n.FirstChild == nil || n.FirstChild.Type != html.TextNode {
			return true
		}
		content, parts := htmltext.Fragment(n.FirstChild.Data, left)
		if content == nil {
			return false
		}
		left -= parts
		prose := measureTree(content)[content].prose
		if prose < MinText || prose < MaxChallengeProse && scriptNotice.MatchString(n.FirstChild.Data) {
			return false
		}
		inside += prose
		opened[n] = content
		return false
	})
	if inside == 0 || measureTree(doc)[doc].prose-proseOfNoscripts(opened) > inside {
		return
	}
	for n, content := range opened {
		n.Parent.InsertBefore(content, n)
		htmltext.Remove(n)
	}
}

// proseOfNoscripts returns what measureTree counts of elements whose content is still text.
func proseOfNoscripts(opened map[*html.Node]*html.Node) int {
	total := 0
	for n := range opened {
		total += measureTree(n)[n].prose
	}
	return total
}
