package propose

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
	"regwatch/sources/page"
)

// A domAnalysis holds what each element of a page contains, and which elements look
// alike. It is computed once and then only read.
type domAnalysis struct {
	doc         *html.Node
	base        *url.URL
	dates       *dateFormats
	numbered    map[string]bool // classes that number elements of one kind
	stats       map[*html.Node]*elementStats
	bySignature map[signature][]*html.Node
	order       []signature // in the order of the page
}

// An elementStats is what an element and its descendants contain.
type elementStats struct {
	signature signature
	links     int     // to other pages
	dates     int     // texts that contain a date
	width     float64 // of all text, in columns
	weight    float64 // below 1 in navigation and the like, above 1 in the main part
}

// A signature is what the entries of a list have in common: the names and classes of
// the element and its ancestors, but not their position.
type signature struct {
	parent  int
	element string
}

// A group is a set of elements with one signature that may be the articles of a list.
type group struct {
	elements []*html.Node
	weight   float64
	rank     float64
}

// analyzeDOM analyzes a page that was seen at a time; zero means unknown.
func analyzeDOM(doc *html.Node, base *url.URL, now time.Time) *domAnalysis {
	s := &domAnalysis{doc: doc, base: base, dates: newDateFormats(now), numbered: numberedClasses(doc), stats: make(map[*html.Node]*elementStats), bySignature: make(map[signature][]*html.Node)}
	number := make(map[signature]int)
	htmltext.Traverse(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		if htmltext.IsNotText(n.DataAtom) && n.DataAtom != atom.Head || n.DataAtom == atom.Noscript {
			return false
		}
		m := &elementStats{weight: 1}
		if up := s.stats[n.Parent]; up != nil {
			m.weight = up.weight
			m.signature.parent = number[s.stats[unformatted(n.Parent)].signature]
		}
		m.weight = elementWeight(n, m.weight)
		m.signature.element = s.elementSignature(n)
		if _, ok := number[m.signature]; !ok {
			number[m.signature] = len(number) + 1
		}
		s.stats[n] = m
		s.add(m.signature, n)
		// Rows may alternate between classes.
		if plain := (signature{m.signature.parent, n.Data}); plain != m.signature {
			s.add(plain, n)
		}
		return true
	}, func(n *html.Node) {
		up := s.stats[n.Parent]
		switch m := s.stats[n]; {
		case up == nil:
		case n.Type == html.TextNode:
			up.width += displayWidth(strings.TrimSpace(n.Data))
			if len(n.Data) < 1000 && s.dates.contains(n.Data) {
				up.dates++
			}
		case m != nil:
			if s.isLink(n) {
				m.links++
			}
			up.links += m.links
			up.dates += m.dates
			up.width += m.width
		}
	})
	return s
}

func (s *domAnalysis) add(sign signature, n *html.Node) {
	if s.bySignature[sign] == nil {
		s.order = append(s.order, sign)
	}
	s.bySignature[sign] = append(s.bySignature[sign], n)
}

// isLink reports whether an element is a link to another page.
func (s *domAnalysis) isLink(n *html.Node) bool {
	if n.DataAtom != atom.A {
		return false
	}
	href := strings.TrimSpace(htmltext.Attr(n, "href"))
	return href != "" && !strings.HasPrefix(href, "#") && weblink.Resolve(s.base, href) != ""
}

var (
	navigationName = lazyregexp.New(`(?i)(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|footer|foot|breadcrumbs?|crumb|sidebar|side|related|share|social|header|banner|topbar|toolbar|pagination|pager|pages|lang|language|cookie|login|search-?form|skip|tags?)(?:$|[\s_-])`)
	mainName       = lazyregexp.New(`(?i)(?:^|[\s_-])(?:main|content|article|articles|news|list|listing|results?|press|releases?|announcements?|notices?|publications?)(?:$|[\s_-])`)
)

// elementWeight returns how likely an element contains articles, given the weight of
// its parent.
func elementWeight(n *html.Node, outside float64) float64 {
	names := htmltext.Attr(n, "class") + " " + htmltext.Attr(n, "id")
	switch {
	case n.DataAtom == atom.Body || n.DataAtom == atom.Html:
		return outside
	case n.DataAtom == atom.Nav || n.DataAtom == atom.Footer || n.DataAtom == atom.Aside || htmltext.Attr(n, "role") == "navigation":
		return min(outside, 0.15)
	case n.DataAtom == atom.Header && outside >= 1 && !htmltext.Inside(n, atom.Main, atom.Article):
		return 0.3
	case n.DataAtom == atom.Main || htmltext.Attr(n, "role") == "main":
		return max(outside, 1.3)
	case navigationName.MatchString(names) && !mainName.MatchString(names):
		return min(outside, 0.35)
	case outside == 1 && mainName.MatchString(names):
		return 1.2
	}
	return outside
}

// instanceClass matches classes that describe one element and not its kind.
var instanceClass = lazyregexp.New(`(?i)^(?:odd|even|first|last|active|current|selected|open|hidden|show|clearfix|alt|new|hot|top|is-.*|.*-(?:first|last|odd|even|active)|.*\d{3,}.*|(?:row|item|node|post|views-row|list|li|tr|line|no|n|i)-?\d+)$`)

// className matches a class that needs no escaping in a selector.
var className = lazyregexp.New(`^-?[A-Za-z_][\w-]*$`)

// numberedClass matches a class that ends in a number, such as App1.
var numberedClass = lazyregexp.New(`^(.*[A-Za-z_-])(\d{1,3})$`)

// gridClass matches the stems of classes that say how wide or how far apart elements are.
var gridClass = lazyregexp.New(`(?i)^(?:cols?|column|span|grid|level|size|width|row-?span|[wmp][tblrxy]?)(?:[-_]|$)`)

// minNumbered is how many numbers a class must have to number elements of one kind.
const minNumbered = 3

// numberedClasses returns the classes of a page that differ by a number alone and occur about
// once each, as App1, App2 and App3 do: they tell elements of one kind apart.
func numberedClasses(doc *html.Node) map[string]bool {
	type use struct {
		classes map[string]bool
		count   int
	}
	stems := make(map[string]*use)
	htmltext.Walk(doc, func(n *html.Node) bool {
		for _, c := range strings.Fields(htmltext.Attr(n, "class")) {
			m := numberedClass.FindStringSubmatch(c)
			if m == nil || gridClass.MatchString(m[1]) {
				continue
			}
			u := stems[n.Data+" "+m[1]]
			if u == nil {
				u = &use{classes: make(map[string]bool)}
				stems[n.Data+" "+m[1]] = u
			}
			u.classes[c] = true
			u.count++
		}
		return true
	})
	numbered := make(map[string]bool)
	for _, u := range stems {
		if len(u.classes) >= minNumbered && u.count*2 <= len(u.classes)*3 {
			maps.Copy(numbered, u.classes)
		}
	}
	return numbered
}

// unformatted returns an element or its nearest ancestor that does more than change how text
// looks: to authors of lists, <font> around some entries makes no difference.
func unformatted(n *html.Node) *html.Node {
	for n.Parent != nil && isFormatting(n.DataAtom) && htmltext.Attr(n, "class") == "" {
		n = n.Parent
	}
	return n
}

func isFormatting(a atom.Atom) bool {
	switch a {
	case atom.Font, atom.B, atom.I, atom.Em, atom.Strong, atom.U, atom.Center, atom.Big, atom.Small, atom.Tt:
		return true
	}
	return false
}

// classes returns the classes that describe the kind of an element.
func (s *domAnalysis) classes(n *html.Node) []string {
	var list []string
	for _, c := range strings.Fields(htmltext.Attr(n, "class")) {
		if className.MatchString(c) && !instanceClass.MatchString(c) && !s.numbered[c] && len(c) <= 60 && len(list) < 8 {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// elementSignature returns what an element adds to the signature of its parent.
func (s *domAnalysis) elementSignature(n *html.Node) string {
	self := n.Data
	if c := s.classes(n); len(c) > 0 {
		self += "." + strings.Join(c, ".")
	}
	// Cells are told apart by their column.
	if page.IsCell(n) {
		self += ":" + strings.Repeat("|", min(childIndex(n), 20))
	}
	return self
}

// hasSiblingCells reports whether a cell has others in its row.
func hasSiblingCells(cell *html.Node) bool {
	for _, next := range []func(*html.Node) *html.Node{
		func(n *html.Node) *html.Node { return n.PrevSibling },
		func(n *html.Node) *html.Node { return n.NextSibling },
	} {
		for n := next(cell); n != nil; n = next(n) {
			if page.IsCell(n) {
				return true
			}
		}
	}
	return false
}

// childIndex returns the position of an element among the elements of its parent, from
// 1 to at most 20.
func childIndex(n *html.Node) int {
	index := 1
	for p := n.PrevSibling; p != nil && index < 20; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			index++
		}
	}
	return index
}

// groups returns the most likely groups, best first.
func (s *domAnalysis) groups() []group {
	var list []group
	for _, sign := range s.order {
		elements := s.bySignature[sign]
		if len(elements) < minElements || elements[0].DataAtom == atom.Body {
			continue
		}
		if g := s.rankGroup(elements); g.rank > 0 {
			list = append(list, g)
		}
	}
	slices.SortStableFunc(list, func(a, b group) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return 0
	})
	return list[:min(len(list), maxGroups)]
}

// rankGroup ranks elements by how much they look like list entries: one link each, one
// date each, and a few lines of text.
func (s *domAnalysis) rankGroup(elements []*html.Node) group {
	if page.IsCell(elements[0]) && hasSiblingCells(elements[0]) {
		return group{} // a column; its rows are the articles
	}
	linked, dated, links, dates, width, place := 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for _, n := range elements {
		m := s.stats[n]
		own := m.links
		if s.isLink(n) && own == 0 {
			own = 1
		}
		if own > 0 {
			linked++
		}
		if m.dates > 0 {
			dated++
		}
		links += float64(own)
		dates += float64(m.dates)
		width += min(m.width, 400)
		place += m.weight
	}
	n := float64(len(elements))
	g := group{elements: elements, weight: place / n}
	if elements[0].DataAtom == atom.Article {
		g.weight *= 1.3 // the page marks them as articles itself
	}
	if linked < minElements || linked/n < 0.4 {
		return g
	}
	g.rank = math.Log2(1+min(linked, 100)) * (0.3 + dated/n) * min(1, width/n/60) * (0.3 + 0.7*linked/n) * g.weight
	// An element with many links or dates is a list, not an entry of one.
	if per := links / linked; per > 6 {
		g.rank *= 6 / per
	}
	if dated > 0 && dates/dated > 3 {
		g.rank *= 3 * dated / dates
	}
	return g
}
