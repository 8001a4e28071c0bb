package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
)

// Values of the text key, for text outside the element: see [models.Extractor].
const (
	Before = "before"
	After  = "after"
)

// The most that is read of a line outside an element.
const (
	maxSiblingBytes = 2000 // bytes
	maxSiblingNodes = 1000 // elements and texts
)

// SiblingText returns the nearest line of text before or after an element. Some lists
// are loose links between lines of text. The line ends at a line break, at the
// boundary of the block and at the next article. A line after an empty line does not
// count, nor does the line of the next article.
func SiblingText(n *html.Node, where string, articles map[*html.Node]bool) string {
	line, crossed, nodes := "", false, 0
	for m := nextNode(n, where, false); m != nil && nodes < maxSiblingNodes && len(line) < maxSiblingBytes; m = nextNode(m, where, !htmltext.IsNotText(m.DataAtom)) {
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
			if where == Before {
				line = piece + line
			} else {
				line += piece
			}
		}
	}
	return singleLine(line)
}

func singleLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// lineParts returns the parts of a text between line breaks, the nearest first.
func lineParts(n *html.Node, where string) []string {
	if n.DataAtom == atom.Br {
		return []string{"", ""}
	}
	text := htmltext.DropControls(n.Data)
	if !htmltext.Inside(n, atom.Pre) {
		return []string{text}
	}
	lines := strings.Split(text, "\n")
	if where == Before {
		for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
			lines[i], lines[j] = lines[j], lines[i]
		}
	}
	return lines
}

// isBoundary reports whether text does not continue across an element.
func isBoundary(n *html.Node) bool {
	return htmltext.IsBlock(n.DataAtom) || IsCell(n)
}

// nextNode returns the node before or after another in page order, within its block;
// nil at the boundary. It descends into the node only if enter is true.
func nextNode(n *html.Node, where string, enter bool) *html.Node {
	child, sibling := n.FirstChild, n.NextSibling
	if where == Before {
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
		if where == Before {
			sibling = p.PrevSibling
		}
		if sibling != nil {
			return sibling
		}
	}
	return nil
}

func IsCell(n *html.Node) bool { return n.DataAtom == atom.Td || n.DataAtom == atom.Th }
