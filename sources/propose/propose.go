package propose

import (
	"context"
	"math"
	"net/url"
	"slices"
	"time"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// A Proposal is a way to read an unknown page as a list of articles, with the articles
// that result.
type Proposal struct {
	Listing  models.Listing
	Articles []models.Article
	Score    float64 // higher means more likely to be the main list of the page
}

// The limits of the search for proposals.
const (
	maxProposals = 3
	maxGroups    = 16  // groups of elements that may be the list
	maxSample    = 80  // elements of a group whose values are compared
	minElements  = 2   // elements of a group
	minScore     = 0.5 // menus and the like score less
)

// A ReadFunc returns the articles of a page as the settings find them.
type ReadFunc func(ctx context.Context, text string, base *url.URL, l models.Listing) ([]models.Article, error)

// Listings finds the repeated structures of a page that are most likely its list of
// articles and returns selectors for them, best first; none if there is no such
// structure. Base is the address of the page, which was seen at now; zero means unknown. It makes no request.
func Listings(ctx context.Context, body []byte, contentType string, base *url.URL, now time.Time, read ReadFunc) []Proposal {
	text, _ := charset.Decode(body, contentType)
	var proposals []Proposal
	htmltext.Safely(func() { proposals = listings(ctx, text, base, now, read) })
	return proposals
}

func listings(ctx context.Context, text string, from *url.URL, now time.Time, read ReadFunc) []Proposal {
	var found []foundListing
	var paging models.Paging
	err := htmltext.WithTree(ctx, text, func(doc *html.Node, _ bool) error {
		htmltext.RewriteInline(doc)
		s := analyzeDOM(doc, htmltext.Base(doc, from), now)
		paging = s.paging(from)
		for _, g := range s.groups() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for _, l := range s.settings(g) {
				found = append(found, foundListing{l, g.weight})
			}
		}
		return nil
	})
	if err != nil {
		return nil
	}
	var list []Proposal
	for _, f := range found {
		if ctx.Err() != nil {
			return nil
		}
		if slices.ContainsFunc(list, func(p Proposal) bool { p.Listing.Paging = models.Paging{}; return p.Listing == f.Listing }) {
			continue
		}
		articles, err := read(ctx, text, from, f.Listing)
		if err != nil || len(articles) < minElements || scoreArticles(articles)*f.weight < minScore {
			continue
		}
		f.Listing.Paging = paging
		list = append(list, Proposal{Listing: f.Listing, Articles: articles, Score: scoreArticles(articles) * scoreAddresses(articles) * f.weight})
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

// A foundListing is settings that fit a group of elements.
type foundListing struct {
	models.Listing
	weight float64
}

// scoreArticles returns how much articles look like the entries of a list: there are
// many, with dates, different links, and different and meaningful titles.
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

// documentPath matches the path of a document.
var documentPath = lazyregexp.New(`(?i)\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf)$`)

// scoreAddresses returns how much the addresses of articles look like those of articles: they
// have numbers or words of a title, or are documents. Those of a menu do not. Articles with
// dates need no such proof.
func scoreAddresses(articles []models.Article) float64 {
	named, dated := 0.0, 0.0
	for _, a := range articles {
		if u, err := url.Parse(a.Link); err == nil && (weblink.NamesArticle(a.Link) || documentPath.MatchString(u.Path)) {
			named++
		}
		if !a.PublishedAt.IsZero() {
			dated++
		}
	}
	n := float64(len(articles))
	return dated/n + (1-dated/n)*(0.5+0.8*named/n)
}

// settings returns the settings that may read a group.
func (s *domAnalysis) settings(g group) []models.Listing {
	l, ok := s.listing(g)
	if !ok {
		return nil
	}
	if paired, ok := s.datedByNext(g, l); ok {
		return []models.Listing{l, paired}
	}
	return []models.Listing{l}
}

// displayWidth returns the width of a text in columns; Han characters take two.
func displayWidth(text string) float64 {
	width := 0.0
	for _, r := range text {
		width++
		if htmltext.IsWide(r) {
			width++
		}
	}
	return width
}
