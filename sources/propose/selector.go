package propose

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/sources/page"
)

// selectorFor returns the simplest selector that matches all of the elements and as
// few others as possible. It prefers ids and classes to positions.
func (s *domAnalysis) selectorFor(elements []*html.Node) (string, bool) {
	wanted := make(map[*html.Node]bool, len(elements))
	for _, n := range elements {
		wanted[n] = true
	}
	best, fewestMore := "", -1
	for _, candidate := range s.selectorCandidates(elements[0]) {
		m, err := page.CompileSelector(candidate)
		if err != nil {
			continue
		}
		matched, more := 0, 0
		htmltext.Walk(s.doc, func(n *html.Node) bool {
			if n.Type == html.ElementNode && m.Match(n) {
				if wanted[n] {
					matched++
				} else if e := s.stats[n]; e != nil && e.links > 0 {
					more++
				}
			}
			return true
		})
		if matched < len(elements) {
			continue
		}
		if fewestMore < 0 || more < fewestMore {
			best, fewestMore = candidate, more
		}
		if more == 0 {
			break
		}
	}
	return best, best != ""
}

// selectorCandidates returns selectors for an element and its likes, the simplest
// first: by its classes, by those of its ancestors, and by its path.
func (s *domAnalysis) selectorCandidates(n *html.Node) []string {
	var list []string
	own := []string{}
	for _, c := range s.classes(n) {
		own = append(own, n.Data+"."+c)
	}
	if all := s.classes(n); len(all) > 1 {
		own = append(own, n.Data+"."+strings.Join(all, "."))
	}
	list = append(list, own...)
	own = append(own, n.Data)
	var around []string
	depth := 0
	for p := n.Parent; p != nil && p.Type == html.ElementNode && p.DataAtom != atom.Body && depth < 8; p = p.Parent {
		depth++
		var names []string
		if id := htmltext.Attr(p, "id"); className.MatchString(id) && !instanceClass.MatchString(id) && !s.numbered[id] {
			names = append(names, "#"+id)
		}
		for _, c := range s.classes(p) {
			names = append(names, p.Data+"."+c)
		}
		for _, name := range names {
			for _, o := range own {
				if depth == 1 {
					around = append(around, name+" > "+o)
				}
				around = append(around, name+" "+o)
			}
			if depth > 1 && n.Parent != nil {
				around = append(around, name+" "+n.Parent.Data+" > "+n.Data)
			}
		}
	}
	list = append(list, around...)
	list = append(list, n.Data)
	// The whole path, for a page without ids and classes.
	path := n.Data
	for p := n.Parent; p != nil && p.Type == html.ElementNode && p.DataAtom != atom.Html; p = p.Parent {
		step := p.Data
		if c := s.classes(p); len(c) > 0 {
			step += "." + c[0]
		}
		path = step + " > " + path
		list = append(list, path)
	}
	return list
}
