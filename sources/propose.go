package sources

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"regwatch/models"
)

// A Proposal is a way to read a page that has not been seen before as a list of
// articles, and the articles that result.
type Proposal struct {
	Listing  models.Listing
	Articles []models.Article
	Score    float64 // the higher, the more it looks like the list that the page is for
}

// The limits of what is looked at for proposals.
const (
	maxProposals = 3
	maxGroups    = 16  // groups of elements of which a list may consist
	maxSample    = 80  // childElements of a group whose values are compared
	minElements  = 2   // childElements of a group
	minScore     = 0.5 // below it stand menus and the like
)

// Propose finds the repeated structure of a page that is most likely its list of
// articles, and returns selectors for it, the best proposal first; none if the
// page has no such structure. Base is the address of the page. It makes no
// request and looks at nothing but the page.
func Propose(ctx context.Context, page []byte, contentType string, base *url.URL) []Proposal {
	text, _ := decode(page, contentType)
	var proposals []Proposal
	recoverPanic(func() { proposals = propose(ctx, text[:min(len(text), maxPage)], base) })
	return proposals
}

func propose(ctx context.Context, text string, from *url.URL) []Proposal {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil
	}
	s := analyzeDOM(doc, baseURL(doc, from))
	var list []Proposal
	paging := s.paging(from)
	for _, g := range s.groups() {
		if ctx.Err() != nil {
			return nil
		}
		l, ok := s.listing(g)
		if !ok || slices.ContainsFunc(list, func(p Proposal) bool { p.Listing.Paging = models.Paging{}; return p.Listing == l }) {
			continue
		}
		src := models.Source{Kind: KindListing, URL: from.String(), Pages: models.PagesNever, Listing: l}
		batch, err := Open(src, nil).Read(ctx, []byte(text), http.Header{"Content-Type": {"text/html; charset=utf-8"}})
		if err != nil || len(batch.Articles) < minElements || scoreArticles(batch.Articles)*g.weight < minScore {
			continue
		}
		l.Paging = paging
		list = append(list, Proposal{Listing: l, Articles: batch.Articles, Score: scoreArticles(batch.Articles) * g.weight})
	}
	slices.SortStableFunc(list, func(a, b Proposal) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return list[:min(len(list), maxProposals)]
}

// scoreArticles says how much articles look like those of a list: many of them, with
// dates, links of their own, and titles that say something and each something
// else.
func scoreArticles(articles []models.Article) float64 {
	links, titles := make(map[string]bool), make(map[string]bool)
	linked, dated, width := 0.0, 0.0, 0.0
	for _, a := range articles {
		if a.LinkKey != "" {
			linked++
			links[a.Link] = true
		}
		if !a.PublishedAt.IsZero() {
			dated++
		}
		titles[a.Title] = true
		width += min(displayWidth(a.Title), 40)
	}
	n := float64(len(articles))
	own := float64(len(links)) / n
	different := float64(len(titles)) / n
	return math.Log2(1+min(n, 100)) * (0.35 + 0.65*linked/n) * (0.2 + 0.8*own) * (0.3 + 0.7*different) * (0.3 + 1.2*dated/n*dated/n) * (0.1 + width/n/40)
}

// displayWidth returns the width of a text as it is shown: Han characters take two
// columns.
func displayWidth(text string) float64 {
	width := 0.0
	for _, r := range text {
		width++
		if isWide(r) {
			width++
		}
	}
	return width
}
