package sources

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// KindListing is the kind of a source that is a web page with a list of articles.
const KindListing = "listing"

// listingKind reads a list of articles on a web page.
type listingKind struct {
	settings models.Listing
	list     *page.List
}

func openListing(src models.Source) (kind, error) {
	list, err := page.NewList(src.Listing)
	if err != nil {
		return nil, fetch.Errorf(fetch.BadAddress, "listing: %s", err)
	}
	return &listingKind{settings: src.Listing, list: list}, nil
}

func (*listingKind) accept() string { return acceptPage }

func (k *listingKind) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	return pager{Paging: k.settings.Paging, accept: k.accept(), page: k.readPage}.read(ctx, r, resp)
}

// readPage reads one page of a list. It also returns the address of the next page if
// the page links to it.
func (k *listingKind) readPage(ctx context.Context, resp fetch.Response) (*readResult, string, error) {
	result := &readResult{truncated: resp.Truncated}
	text, warning := charset.Decode(resp.Body, resp.ContentType)
	if warning != "" {
		result.warn("%s", warning)
	}
	next, found, untitled := "", 0, false
	err := htmltext.WithTree(ctx, text+page.EndMarker, func(doc *html.Node, cut bool) error {
		htmltext.RewriteInline(doc)
		ctx, cancel := context.WithTimeout(ctx, page.MaxTime)
		defer cancel()
		if cut {
			result.warn("the page has more than %s", page.Limits)
		}
		open := page.UnclosedElements(doc)
		base := htmltext.Base(doc, resp.URL)
		articles := k.list.Find(ctx, doc)
		if whole := slices.DeleteFunc(articles, func(n page.Node) bool { return open[n.Node] }); len(whole) < len(articles) {
			// Half an article would be stored beside the complete one of the next scan.
			articles = whole
			result.truncated = result.truncated || !cut
			resp.Truncated = result.truncated
		}
		found = len(articles)
		untitled = k.records(ctx, result, articles, base)
		next = weblink.Resolve(base, k.list.NextPage(doc))
		return ctx.Err()
	})
	switch {
	case err != nil && !errors.Is(err, htmltext.ErrNoTree):
		return nil, "", readingError(resp.URL, err)
	case err != nil:
		return nil, "", fetch.Errorf(fetch.Damaged, "%s sent a page whose HTML cannot be parsed", weblink.Display(resp.URL))
	case found == 0:
		return nil, "", k.noArticlesError(ctx, resp, text)
	case untitled:
		return nil, "", fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure: found %s at `%s`, but none has a title where the settings look; check the page and correct the listing settings of this source", weblink.Display(resp.URL), plural.Count(found, "article", "articles"), k.settings.Articles)
	}
	if result.truncated {
		result.warn("the page is truncated: regwatch read %s and will fetch it again at the next scan", plural.Count(len(result.records), "complete article", "complete articles"))
	}
	return result, next, nil
}

// records adds the records of a page to a result and warns of missing fields. It
// reports whether no article has a title.
func (k *listingKind) records(ctx context.Context, result *readResult, articles []page.Node, base *url.URL) (untitled bool) {
	if len(articles) > feed.MaxItems {
		result.warn("the page has %d articles; only the first %d were read", len(articles), feed.MaxItems)
		articles = articles[:feed.MaxItems]
	}
	var missing missingFields
	for _, n := range articles {
		if ctx.Err() != nil {
			return false
		}
		e := k.list.Entry(ctx, n)
		rec := record{base: base, Item: feed.Item{
			GUID:     e.ID,
			Links:    []string{e.Link},
			Title:    toMarkup(e.Title),
			Summary:  toMarkup(e.Summary),
			Authors:  []string{toMarkup(e.Author)},
			Language: e.Language,
			Dates:    []string{e.Date},
		}}
		link := weblink.Resolve(base, rec.Links[0])
		if rec.Title == "" && link == "" && n.IsFrame() {
			continue // only the frame around other articles
		}
		result.count++
		if missing.add(rec, link, k.list.HasDates()) {
			result.records = append(result.records, rec)
		}
	}
	missing.warn(result, result.count)
	return missing.allUntitled(result.count)
}

// toMarkup returns markup that reads the same as a plain text.
func toMarkup(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>"), "\n", "<br>")
}

// noArticlesError says what a page is that has no articles.
func (k *listingKind) noArticlesError(ctx context.Context, resp fetch.Response, text string) *fetch.Error {
	at := weblink.Display(resp.URL)
	switch {
	case page.IsChallenge(ctx, text):
		return fetch.ChallengeError(resp.URL)
	case resp.Truncated:
		return fetch.Errorf(fetch.Damaged, "%s sent a page that is truncated before its first article; regwatch will retry at the next scan", at)
	case !htmltext.IsPage(text) && !strings.Contains(resp.ContentType, "html"):
		return fetch.Errorf(fetch.WrongKind, "%s sent something that is not a web page: check the url of the source", at)
	}
	return fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure or is down: 0 articles at `%s`; check the page and correct the listing settings of this source", at, k.settings.Articles)
}

// missingFields counts the fields that the articles of a response lack.
type missingFields struct {
	both  int // title and link
	title int
	link  int
	date  int
}

// add counts what a record lacks, and reports whether it is an article: without a
// title and a link it is the heading of a table, or nothing that a reader could open.
func (m *missingFields) add(rec record, link string, dated bool) bool {
	title := strings.TrimSpace(rec.Title) != ""
	switch {
	case !title && link == "":
		m.both++
		return false
	case !title:
		m.title++
	case link == "":
		m.link++
	}
	if dated && strings.TrimSpace(rec.Dates[0]) == "" {
		m.date++
	}
	return true
}

// allUntitled reports whether there are articles and none has a title.
func (m *missingFields) allUntitled(of int) bool { return of > 0 && m.both+m.title == of }

func (m *missingFields) warn(result *readResult, of int) {
	if m.both > 0 {
		result.warn("%d of %s neither title nor link and %s left out", m.both, articlesHave(of, m.both), plural.Word(m.both, "was", "were"))
	}
	for _, missing := range []struct {
		n    int
		what string
	}{{m.title, "title"}, {m.link, "link"}, {m.date, "date"}} {
		if missing.n > 0 {
			result.warn("%d of %s no %s", missing.n, articlesHave(of, missing.n), missing.what)
		}
	}
}

// articlesHave returns "20 articles has" after "1 of", and "20 articles have" after "7
// of".
func articlesHave(of, some int) string {
	return plural.Count(of, "article", "articles") + " " + plural.Word(some, "has", "have")
}
