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

	"regwatch/models"
)

// KindListing is a source that is a web page with a list of articles.
const KindListing = "listing"

// extractTimeout is the longest that the records of one answer may be looked for: what
// a stranger's page makes of a selector, or an answer of a jq expression, may be
// slow beyond any use.
const extractTimeout = 20 * time.Second

// listingKind reads a list of articles on a web page.
type listingKind struct {
	settings models.Listing
	articles cascadia.Matcher
	title, link, date, summary, id, author,
	language extractor
	headings []cascadia.Matcher // above articles, by the slots of picks
	next     cascadia.Matcher   // nil without a link to the next page
}

func openListing(src models.Source) (kind, error) {
	l := src.Listing
	k := &listingKind{settings: l}
	bad := func(key string, err error) error {
		return newError(BadAddress, "the listing of this source has a wrong %s, which %s", key, err)
	}
	var err error
	if k.articles, err = compileSelector(l.Articles); err != nil || k.articles == nil {
		return nil, newError(BadAddress, "the listing of this source does not say where its articles stand")
	}
	if k.next, err = compileSelector(l.Paging.Next); err != nil {
		return nil, bad("next", err)
	}
	for _, f := range []struct {
		name string
		from models.Pick
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

// linkMatcher matches an element that is a link.
type linkMatcher struct{}

func (linkMatcher) Match(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.A || n.DataAtom == atom.Area) && attr(n, "href") != ""
}

func (*listingKind) accept() string { return acceptPage }

func (k *listingKind) read(ctx context.Context, r *Reader, resp response) (*readResult, error) {
	return pager{Paging: k.settings.Paging, accept: k.accept(), page: k.readPage}.read(ctx, r, resp)
}

// page reads one page of a list, and the address of the next one where the page
// names it.
func (k *listingKind) readPage(ctx context.Context, resp response) (*readResult, string, error) {
	result := &readResult{truncated: resp.truncated}
	text, warning := decode(resp.body, resp.contentType)
	if warning != "" {
		result.warn("%s", warning)
	}
	if len(text) > maxPage {
		text = text[:maxPage]
		result.warn("the page has more than %d MiB, and only so much of it was read", maxPage>>20)
	}
	doc, err := html.Parse(strings.NewReader(text + endMarker))
	if err != nil {
		return nil, "", newError(Damaged, "%s sends a page that is built in a way that cannot be read", displayURL(resp.url))
	}
	ctx, cancel := context.WithTimeout(ctx, extractTimeout)
	defer cancel()
	open := unclosedElements(doc)
	base := baseURL(doc, resp.url)
	articles := k.findArticles(ctx, doc)
	if whole := slices.DeleteFunc(articles, func(n articleNode) bool { return open[n.Node] }); len(whole) < len(articles) {
		// Half an article would be stored beside the whole one of the next scan.
		articles = whole
		result.truncated = result.truncated || len(text) < maxPage
		resp.truncated = result.truncated
	}
	if len(articles) == 0 && ctx.Err() == nil {
		return nil, "", k.noArticlesError(resp, text)
	}
	untitled := k.records(ctx, result, articles, base)
	if ctx.Err() != nil {
		return nil, "", describeError(resp.url, extractTimeout, ctx.Err())
	}
	if untitled {
		return nil, "", newError(ShapeChanged, "%s has changed its shape: %s where `%s` says, and none of them has a title where the settings say; look at the page and mend the listing of this source", displayURL(resp.url), articleCount(len(articles), "stands", "stand"), k.settings.Articles)
	}
	if result.truncated {
		result.warn("the page is cut off: what came before the cut was read (articles: %d), and the whole is asked for again at the next scan", len(result.records))
	}
	next := ""
	if k.next != nil {
		if n := cascadia.Query(doc, k.next); n != nil {
			next = resolveURL(base, attr(n, "href"))
		}
	}
	return result, next, nil
}

// endMarker is put behind a page, where the parser leaves it in whatever was still
// open.
const endMarker = "<!--end of page-->"

// unclosedElements takes endMarker out of a page and returns the elements that it stood
// in. A page that ended within a tag or a script has swallowed it; its last node, and
// whatever that stands in, was then open, or may have been.
func unclosedElements(doc *html.Node) map[*html.Node]bool {
	last := doc
	for last.LastChild != nil {
		last = last.LastChild
	}
	var mark *html.Node
	walk(doc, func(n *html.Node) bool {
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

// A articleNode is the element of one article on a page.
type articleNode struct {
	*html.Node
	articles map[*html.Node]bool // the elements of all articles, and whether others are nested in them
	headings []*html.Node        // the last headings before it, by the slots of picks
}

// find returns the elements of articles in the order of the page.
func (k *listingKind) findArticles(ctx context.Context, doc *html.Node) []articleNode {
	var (
		list     []articleNode
		articles = make(map[*html.Node]bool)
		above    = make([]*html.Node, len(k.headings))
	)
	walk(doc, func(n *html.Node) bool {
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

// records makes records of the articles of a page, and says what they lack, or
// that none has a title.
func (k *listingKind) records(ctx context.Context, result *readResult, articles []articleNode, base *url.URL) (untitled bool) {
	if len(articles) > maxItems {
		result.warn("the page has %d articles; only the first %d are read", len(articles), maxItems)
		articles = articles[:maxItems]
	}
	var missing missingFields
	for _, n := range articles {
		if ctx.Err() != nil {
			return false
		}
		rec := record{
			base:     base,
			guid:     k.id.value(ctx, n),
			links:    []string{k.link.value(ctx, n)},
			title:    toMarkup(k.title.value(ctx, n)),
			summary:  toMarkup(k.summary.value(ctx, n)),
			authors:  []string{toMarkup(k.author.value(ctx, n))},
			language: k.language.value(ctx, n),
			dates:    []date{{raw: k.date.value(ctx, n)}},
		}
		link := resolveURL(base, rec.links[0])
		if rec.title == "" && link == "" && n.articles[n.Node] {
			continue // only the frame of others
		}
		result.count++
		if missing.add(rec, link, k.date.defined) {
			result.records = append(result.records, rec)
		}
	}
	missing.warn(result, result.count)
	return missing.allUntitled(result.count)
}

// toMarkup returns plain text as the markup that reads the same.
func toMarkup(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>"), "\n", "<br>")
}

// noArticlesError says what a page is on which no article was found.
func (k *listingKind) noArticlesError(resp response, text string) *Error {
	at := displayURL(resp.url)
	switch {
	case isChallengePage(text):
		return newError(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case resp.truncated:
		return newError(Damaged, "%s sends a page that is cut off before its first article; it is tried again at the next scan", at)
	case !htmlRoot.MatchString(text) && !strings.Contains(resp.contentType, "html"):
		return newError(OtherKind, "%s answers with something that is not a web page: check the url of the source", at)
	}
	return newError(ShapeChanged, "%s has changed its shape, or is down: 0 articles where `%s` should stand; look at the page and mend the listing of this source", at, k.settings.Articles)
}

// baseURL returns the address to which the links of a page are relative.
func baseURL(doc *html.Node, from *url.URL) *url.URL {
	base := from
	found := false
	walk(doc, func(n *html.Node) bool {
		if !found && n.DataAtom == atom.Base && attr(n, "href") != "" {
			found = true
			if u, err := url.Parse(resolveURL(from, attr(n, "href"))); err == nil && u.Host != "" {
				base = u
			}
		}
		return !found
	})
	return base
}
