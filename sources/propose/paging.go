package propose

import (
	"net/url"
	"strings"

	"regwatch/internal/lazyregexp"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/page"
)

const (
	proposedPages = 2  // pages in proposed settings
	maxNextLinks  = 20 // links that are tried as the link to the next page
)

// nextText matches the text of links to the next page of a list.
var nextText = lazyregexp.New(`(?i)^[\s>»›→]*(next(?: page)?|older(?: posts| entries| news)?|下一页|下一頁|下页|下頁|次へ|次のページ|다음)[\s>»›→]*$`)

// paging returns how to find the next page of a list, if the page has a link to it by
// relation, class or text.
func (s *domAnalysis) paging(from *url.URL) models.Paging {
	selectors := []string{`a[rel~="next"]`, `link[rel~="next"]`}
	htmltext.Walk(s.doc, func(n *html.Node) bool {
		if len(selectors) > maxNextLinks || !s.isLink(n) {
			return true
		}
		for _, c := range s.classes(n) {
			if strings.EqualFold(c, "next") || strings.HasSuffix(strings.ToLower(c), "-next") {
				selectors = append(selectors, "a."+c)
			}
		}
		if n.Parent != nil {
			for _, c := range s.classes(n.Parent) {
				if strings.EqualFold(c, "next") || strings.HasSuffix(strings.ToLower(c), "-next") {
					selectors = append(selectors, n.Parent.Data+"."+c+" > a")
				}
			}
		}
		if m := nextText.FindStringSubmatch(page.ShortText(n)); m != nil {
			selectors = append(selectors, `a:contains("`+m[1]+`")`)
		}
		return true
	})
	for _, candidate := range selectors {
		m, err := page.CompileSelector(candidate)
		if err != nil {
			continue
		}
		if n := cascadia.Query(s.doc, m); n != nil && s.isNext(n, from) {
			return models.Paging{Next: candidate, Pages: proposedPages, First: 1, Step: 1}
		}
	}
	return models.Paging{}
}

// isNext reports whether a link leads to another page of the same site and has a short
// text.
func (s *domAnalysis) isNext(n *html.Node, from *url.URL) bool {
	u, err := url.Parse(weblink.Resolve(s.base, htmltext.Attr(n, "href")))
	if err != nil || u.Host == "" || weblink.Domain(u) != weblink.Domain(from) {
		return false
	}
	u.Fragment = ""
	return u.String() != from.String() && displayWidth(htmltext.Line(page.ShortText(n))) <= 30
}
