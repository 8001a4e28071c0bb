package sources

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Where the text of a value stands, if not in the element: see [models.Pick].
const (
	textBefore = "before"
	textAfter  = "after"
)

// The most of a line beside an element that is read.
const (
	maxSiblingBytes = 2000 // bytes
	maxSiblingNodes = 1000 // childElements and texts
)

// siblingText returns the nearest line of text before or after an element, as the
// entries of a list have it that are loose links between lines. The line ends at
// a line break, at the edge of the block and at the next article; it is not
// looked for behind an empty line, and the line on which the next article stands
// is that one's.
func siblingText(n *html.Node, where string, articles map[*html.Node]bool) string {
	line, crossed, nodes := "", false, 0
	for m := nextNode(n, where, false); m != nil && nodes < maxSiblingNodes && len(line) < maxSiblingBytes; m = nextNode(m, where, !isNotText(m.DataAtom)) {
		nodes++
		switch {
		case has(articles, m):
			if crossed {
				return ""
			}
			return singleLine(line)
		case m.Type == html.ElementNode && m.DataAtom != atom.Br && isBoundary(m):
			return singleLine(line)
		case m.Type != html.TextNode && m.DataAtom != atom.Br:
			continue
		}
		for i, piece := range lineParts(m, where) {
			if i > 0 { // a line break
				switch {
				case singleLine(line) != "":
					return singleLine(line)
				case crossed:
					return ""
				}
				crossed = true
			}
			if where == textBefore {
				line = piece + line
			} else {
				line += piece
			}
		}
	}
	return singleLine(line)
}

func singleLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// lineParts are the parts of a text between line breaks, the nearest first.
func lineParts(n *html.Node, where string) []string {
	if n.DataAtom == atom.Br {
		return []string{"", ""}
	}
	text := dropControls(n.Data)
	if !isInside(n, atom.Pre) {
		return []string{text}
	}
	lines := strings.Split(text, "\n")
	if where == textBefore {
		for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
			lines[i], lines[j] = lines[j], lines[i]
		}
	}
	return lines
}

// isBoundary reports whether an element begins or ends what its neighbours say.
func isBoundary(n *html.Node) bool {
	return isBlock(n.DataAtom) || isCell(n)
}

// nextNode returns the node before or after another in the order of the page, within
// its block; nil at the edge. It enters the node only if it is told to.
func nextNode(n *html.Node, where string, enter bool) *html.Node {
	child, sibling := n.FirstChild, n.NextSibling
	if where == textBefore {
		child, sibling = n.LastChild, n.PrevSibling
	}
	if enter && child != nil {
		return child
	}
	if sibling != nil {
		return sibling
	}
	for p := n.Parent; p != nil && !isBoundary(p); p = p.Parent {
		sibling = p.NextSibling
		if where == textBefore {
			sibling = p.PrevSibling
		}
		if sibling != nil {
			return sibling
		}
	}
	return nil
}
