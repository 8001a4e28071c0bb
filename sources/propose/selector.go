package propose

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/models"
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
	for _, candidate := range selectorCandidates(elements[0]) {
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
func selectorCandidates(n *html.Node) []string {
	var list []string
	own := []string{}
	for _, c := range classes(n) {
		own = append(own, n.Data+"."+c)
	}
	if all := classes(n); len(all) > 1 {
		own = append(own, n.Data+"."+strings.Join(all, "."))
	}
	list = append(list, own...)
	own = append(own, n.Data)
	var around []string
	depth := 0
	for p := n.Parent; p != nil && p.Type == html.ElementNode && p.DataAtom != atom.Body && depth < 8; p = p.Parent {
		depth++
		var names []string
		if id := htmltext.Attr(p, "id"); className.MatchString(id) && !instanceClass.MatchString(id) {
			names = append(names, "#"+id)
		}
		for _, c := range classes(p) {
			names = append(names, p.Data+"."+c)
		}
		for _, name := range names {
			join := " "
			if depth == 1 {
				join = " > "
			}
			for _, o := range own {
				around = append(around, name+join+o)
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
		if c := classes(p); len(c) > 0 {
			step += "." + c[0]
		}
		path = step + " > " + path
		list = append(list, path)
	}
	return list
}

// dateHeading returns the headings that contain the dates of the articles below them,
// if there are any.
func (s *domAnalysis) dateHeading(g group) models.Extractor {
	found := make(map[string]int)
	var names []string
	articles := make(map[*html.Node]bool)
	for _, n := range g.elements {
		articles[n] = true
	}
	var texts []string
	htmltext.Walk(s.doc, func(n *html.Node) bool {
		if articles[n] || n.Type == html.ElementNode && s.stats[n] == nil && n.DataAtom != 0 {
			return false
		}
		if n.Type != html.ElementNode || s.stats[n] == nil || s.stats[n].width > 60 || s.stats[n].dates == 0 {
			return true
		}
		if text := page.ElementText(n, nil); s.dates.isDate(text) {
			name := n.Data
			if c := classes(n); len(c) > 0 {
				name += "." + c[0]
			}
			if found[name] == 0 {
				names = append(names, name)
			}
			found[name]++
			texts = append(texts, text)
		}
		return true
	})
	slices.SortStableFunc(names, func(a, b string) int { return found[b] - found[a] })
	if len(names) == 0 || found[names[0]] < 2 || names[0] == "td" || names[0] == "div" {
		return models.Extractor{}
	}
	form, share, _ := s.dates.best(texts, s.dates.text)
	if share < 0.6 {
		return models.Extractor{}
	}
	return models.Extractor{Above: names[0], Regex: form.regex.String(), Template: form.order}
}
