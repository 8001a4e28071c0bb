package sources

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/charset"
	"regwatch/internal/htmltext"
	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
)

// KindListing is the kind of a source that is a web page with a list of articles.
const KindListing = "listing"

// extractTimeout is the most time that one page may take to read. A selector can be
// extremely slow on a page that was made for that.
const extractTimeout = 20 * time.Second

// listingKind reads a list of articles on a web page.
type listingKind struct {
	settings models.Listing
	articles cascadia.Matcher
	title, link, date, summary, id, author,
	language extractor
	headings []cascadia.Matcher // above articles, by extractor.headingIndex
	next     cascadia.Matcher   // nil without a link to the next page
}

func openListing(src models.Source) (kind, error) {
	l := src.Listing
	k := &listingKind{settings: l}
	bad := func(key string, err error) error {
		return fetch.Errorf(fetch.BadAddress, "listing: %s %s", key, err)
	}
	var err error
	if k.articles, err = compileSelector(l.Articles); err != nil || k.articles == nil {
		return nil, fetch.Errorf(fetch.BadAddress, "listing: articles is missing or not valid")
	}
	if k.next, err = compileSelector(l.Paging.Next); err != nil {
		return nil, bad("next", err)
	}
	for _, f := range []struct {
		name string
		from models.Extractor
		to   *extractor
	}{
		{"title", l.Title, &k.title},
		{"link", l.Link, &k.link},
		{"date", l.Date, &k.date},
		{"summary", l.Summary, &k.summary},
		{"id", l.ID, &k.id},
		{"author", l.Author, &k.author},
		{"language", l.Language, &k.language},
	} {
		if *f.to, _, err = compileExtractor(f.from); err != nil {
			return nil, bad(f.name, err)
		}
		if f.to.above != nil {
			f.to.headingIndex = len(k.headings)
			k.headings = append(k.headings, f.to.above)
		}
	}
	k.link.preferHref = true
	if !k.link.defined {
		k.link = extractor{defined: true, selector: linkMatcher{}, preferHref: true}
	}
	return k, nil
}

// linkMatcher matches links.
type linkMatcher struct{}

func (linkMatcher) Match(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.A || n.DataAtom == atom.Area) && htmltext.Attr(n, "href") != ""
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
	if len(text) > htmltext.MaxPage {
		text = text[:htmltext.MaxPage]
		result.warn("the page has more than %d MiB; only this much was read", htmltext.MaxPage>>20)
	}
	doc, err := html.Parse(strings.NewReader(text + endMarker))
	if err != nil {
		return nil, "", fetch.Errorf(fetch.Damaged, "%s sent a page whose HTML cannot be parsed", weblink.Display(resp.URL))
	}
	ctx, cancel := context.WithTimeout(ctx, extractTimeout)
	defer cancel()
	open := unclosedElements(doc)
	base := htmltext.Base(doc, resp.URL)
	articles := k.findArticles(ctx, doc)
	if whole := slices.DeleteFunc(articles, func(n articleNode) bool { return open[n.Node] }); len(whole) < len(articles) {
		// Half an article would be stored beside the complete one of the next scan.
		articles = whole
		result.truncated = result.truncated || len(text) < htmltext.MaxPage
		resp.Truncated = result.truncated
	}
	if len(articles) == 0 && ctx.Err() == nil {
		return nil, "", k.noArticlesError(resp, text)
	}
	untitled := k.records(ctx, result, articles, base)
	if ctx.Err() != nil {
		return nil, "", fetch.Describe(resp.URL, extractTimeout, ctx.Err())
	}
	if untitled {
		return nil, "", fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure: found %s at `%s`, but none has a title where the settings look; check the page and correct the listing settings of this source", weblink.Display(resp.URL), plural.Count(len(articles), "article", "articles"), k.settings.Articles)
	}
	if result.truncated {
		result.warn("the page is truncated: regwatch read %s and will fetch it again at the next scan", plural.Count(len(result.records), "complete article", "complete articles"))
	}
	next := ""
	if k.next != nil {
		if n := cascadia.Query(doc, k.next); n != nil {
			next = weblink.Resolve(base, htmltext.Attr(n, "href"))
		}
	}
	return result, next, nil
}

// endMarker is appended to a page. The parser puts it into the elements that were
// still open.
const endMarker = "<!--end of page-->"

// unclosedElements removes the endMarker from a page and returns the elements that
// contained it. If the page ends within a tag or a script, the marker is lost; then
// the last node and its ancestors count as unclosed.
func unclosedElements(doc *html.Node) map[*html.Node]bool {
	last := doc
	for last.LastChild != nil {
		last = last.LastChild
	}
	var mark *html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.Type == html.CommentNode && "<!--"+n.Data+"-->" == endMarker {
			mark = n
		}
		return true
	})
	if mark != nil {
		last = mark
	}
	open := make(map[*html.Node]bool)
	for n := last; n != nil; n = n.Parent {
		open[n] = true
	}
	if mark != nil {
		mark.Parent.RemoveChild(mark)
	}
	return open
}

// An articleNode is the element of one article on a page.
type articleNode struct {
	*html.Node
	articles map[*html.Node]bool // the elements of all articles; true if another is nested in it
	headings []*html.Node        // the last headings before it, by extractor.headingIndex
}

// findArticles returns the elements of the articles in the order of the page.
func (k *listingKind) findArticles(ctx context.Context, doc *html.Node) []articleNode {
	var (
		list     []articleNode
		articles = make(map[*html.Node]bool)
		above    = make([]*html.Node, len(k.headings))
	)
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		for i, heading := range k.headings {
			if heading.Match(n) {
				above = slices.Clone(above)
				above[i] = n
			}
		}
		if k.articles.Match(n) {
			articles[n] = false
			for p := n.Parent; p != nil; p = p.Parent {
				if _, ok := articles[p]; ok {
					articles[p] = true
					break
				}
			}
			list = append(list, articleNode{Node: n, articles: articles, headings: above})
		}
		return true
	})
	return list
}

// records adds the records of a page to a result and warns of missing fields. It
// reports whether no article has a title.
func (k *listingKind) records(ctx context.Context, result *readResult, articles []articleNode, base *url.URL) (untitled bool) {
	if len(articles) > feed.MaxItems {
		result.warn("the page has %d articles; only the first %d were read", len(articles), feed.MaxItems)
		articles = articles[:feed.MaxItems]
	}
	var missing missingFields
	for _, n := range articles {
		if ctx.Err() != nil {
			return false
		}
		rec := record{base: base, Item: feed.Item{
			GUID:     k.id.value(ctx, n),
			Links:    []string{k.link.value(ctx, n)},
			Title:    toMarkup(k.title.value(ctx, n)),
			Summary:  toMarkup(k.summary.value(ctx, n)),
			Authors:  []string{toMarkup(k.author.value(ctx, n))},
			Language: k.language.value(ctx, n),
			Dates:    []string{k.date.value(ctx, n)},
		}}
		link := weblink.Resolve(base, rec.Links[0])
		if rec.Title == "" && link == "" && n.articles[n.Node] {
			continue // only the frame around other articles
		}
		result.count++
		if missing.add(rec, link, k.date.defined) {
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
func (k *listingKind) noArticlesError(resp fetch.Response, text string) *fetch.Error {
	at := weblink.Display(resp.URL)
	switch {
	case isChallengePage(text):
		return fetch.ChallengeError(resp.URL)
	case resp.Truncated:
		return fetch.Errorf(fetch.Damaged, "%s sent a page that is truncated before its first article; regwatch will retry at the next scan", at)
	case !htmltext.IsPage(text) && !strings.Contains(resp.ContentType, "html"):
		return fetch.Errorf(fetch.WrongKind, "%s sent something that is not a web page: check the url of the source", at)
	}
	return fetch.Errorf(fetch.ShapeChanged, "%s has changed its structure or is down: 0 articles at `%s`; check the page and correct the listing settings of this source", at, k.settings.Articles)
}
