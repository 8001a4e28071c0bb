package propose

import (
	"slices"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/models"
	"regwatch/sources/page"
)

var (
	// headingElement matches the names of elements that may have more words than their date.
	headingElement = lazyregexp.New(`^(?:h[1-6]|th|dt|caption|b|strong|td\[colspan\])`)
	// sectionElement matches those whose date is that of all that follows, even alone.
	sectionElement = lazyregexp.New(`^(?:h[1-6]|th|caption|td\[colspan\])`)
	// released matches a heading that says when what follows appeared, and changed one about the
	// page itself.
	released = lazyregexp.New(`(?i)\b(?:filed|released?|issued|published|posted|decided|dated|announced|decisions?|opinions?|orders?|notices?|news|week)\b|发布|發布|公布|公佈|刊登`)
	changed  = lazyregexp.New(`(?i)\b(?:updated?|modified|revised|reviewed|copyright)\b|更新|修訂|修订|©`)
)

// maxHeadings is how many kinds of headings are compared.
const maxHeadings = 12

// dateHeading returns the headings that contain the dates of the articles below them, if there
// are any.
func (s *domAnalysis) dateHeading(g group) models.Extractor {
	articles := make(map[*html.Node]bool)
	for _, n := range g.elements {
		if s.stats[n].links > 0 { // others are the headings of a table
			articles[n] = true
		}
	}
	texts := make(map[string][]string)
	var names []string
	s.walkHeadings(articles, func(n *html.Node, text string) {
		name := s.headingName(n)
		isHeading := s.dates.isDate(text) || headingElement.MatchString(name) || released.MatchString(text)
		if name == "td" || name == "div" || !isHeading || changed.MatchString(text) || !s.dates.contains(text) {
			return
		}
		if texts[name] == nil {
			names = append(names, name)
		}
		texts[name] = append(texts[name], text)
	})
	best, most := models.Extractor{}, 0.6
	for _, name := range names[:min(len(names), maxHeadings)] {
		found := texts[name]
		if len(found) < 2 && !(sectionElement.MatchString(name) && s.dates.isDate(found[0]) || released.MatchString(found[0])) {
			continue
		}
		if len(found) >= len(articles) && !slices.ContainsFunc(found, s.dates.isDate) {
			continue // a line with more than a date for each article is part of it
		}
		form, share, _ := s.dates.best(found, s.dates.text)
		if share < 0.6 {
			continue
		}
		if below := s.shareBelow(name, articles); below > most {
			best, most = models.Extractor{Above: name, Regex: form.regex.String(), Template: form.order}, below
		}
	}
	return best
}

// walkHeadings calls visit for short elements with one date outside of the articles.
func (s *domAnalysis) walkHeadings(articles map[*html.Node]bool, visit func(n *html.Node, text string)) {
	htmltext.Walk(s.doc, func(n *html.Node) bool {
		e := s.stats[n]
		if articles[n] || n.Type == html.ElementNode && e == nil && n.DataAtom != 0 {
			return false
		}
		if n.Type == html.ElementNode && e != nil && e.width <= 80 && e.dates == 1 {
			visit(n, page.ElementText(n, nil))
		}
		return true
	})
}

// headingName returns a simple selector of a heading and its likes.
func (s *domAnalysis) headingName(n *html.Node) string {
	if c := s.classes(n); len(c) > 0 {
		return n.Data + "." + c[0]
	}
	if n.DataAtom == atom.Td && htmltext.Attr(n, "colspan") != "" {
		return "td[colspan]"
	}
	return n.Data
}

// shareBelow returns the share of articles whose last heading with a name has a date. It is 0 if
// the first has none: then the dates come after the articles.
func (s *domAnalysis) shareBelow(name string, articles map[*html.Node]bool) float64 {
	dated, below, seen := false, 0.0, 0
	htmltext.Walk(s.doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode || seen > 0 && below == 0 {
			return seen == 0 || below > 0
		}
		if s.headingName(n) == name || slices.Contains(s.classNames(n), name) {
			dated = s.dates.contains(page.ShortText(n))
		}
		if articles[n] {
			seen++
			if dated {
				below++
			}
		}
		return true
	})
	return below / float64(max(len(articles), 1))
}

// classNames returns the element with each of its classes.
func (s *domAnalysis) classNames(n *html.Node) []string {
	names := s.classes(n)
	for i, c := range names {
		names[i] = n.Data + "." + c
	}
	return append(names, n.Data)
}

// datedByNext returns the settings for a group whose elements have the title and the link while
// the date is in the element after each, as in <dt> and <dd>: the latter are then the articles.
func (s *domAnalysis) datedByNext(g group, l models.Listing) (models.Listing, bool) {
	if l.Date != (models.Extractor{}) {
		return l, false
	}
	own := make(map[*html.Node]bool)
	for _, n := range g.elements {
		own[n] = true
	}
	var next []*html.Node
	var texts []string
	for _, n := range g.elements {
		for n = n.NextSibling; n != nil && n.Type != html.ElementNode; n = n.NextSibling {
		}
		if n == nil || s.stats[n] == nil || own[n] || len(next) > 0 && n.DataAtom != next[0].DataAtom {
			continue
		}
		next = append(next, n)
		texts = append(texts, page.ElementText(n, nil))
	}
	form, share, cut := s.dates.best(texts, s.dates.text)
	if len(next) < minElements || float64(len(next)) < 0.6*float64(len(g.elements)) || share < 0.6 {
		return l, false
	}
	selector, ok := s.selectorFor(next)
	if !ok {
		return l, false
	}
	above := func(x models.Extractor) models.Extractor {
		switch {
		case x.Select == "" || x.Select == l.Articles:
			x.Above = l.Articles
		default:
			x.Above = l.Articles + " " + x.Select
		}
		x.Select = ""
		return x
	}
	paired := models.Listing{Articles: selector, Title: above(l.Title), Link: above(l.Link)}
	if cut {
		paired.Date.Regex, paired.Date.Template = form.regex.String(), form.order
	} else {
		paired.Date.Select = selector
	}
	return paired, true
}
