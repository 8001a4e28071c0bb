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

// readingTime is the longest that the records of one answer may be looked for: what
// a stranger's page makes of a selector, or an answer of a jq expression, may be
// slow beyond any use.
const readingTime = 20 * time.Second

// listingKind reads a list of articles on a web page.
type listingKind struct {
	settings models.Listing
	articles cascadia.Matcher
	title, link, date, summary, id, author,
	language pick
	headings []cascadia.Matcher // above articles, by the slots of picks
	next     cascadia.Matcher   // nil without a link to the next page
}

func openListing(src models.Source) (kind, error) {
	l := src.Listing
	k := &listingKind{settings: l}
	bad := func(key string, err error) error {
		return fault(BadAddress, "the listing of this source has a wrong %s, which %s", key, err)
	}
	var err error
	if k.articles, err = selector(l.Articles); err != nil || k.articles == nil {
		return nil, fault(BadAddress, "the listing of this source does not say where its articles stand")
	}
	if k.next, err = selector(l.Paging.Next); err != nil {
		return nil, bad("next", err)
	}
	for _, f := range []struct {
		name string
		from models.Pick
		to   *pick
	}{
		{"title", l.Title, &k.title},
		{"link", l.Link, &k.link},
		{"date", l.Date, &k.date},
		{"summary", l.Summary, &k.summary},
		{"id", l.ID, &k.id},
		{"author", l.Author, &k.author},
		{"language", l.Language, &k.language},
	} {
		if *f.to, _, err = compilePick(f.from); err != nil {
			return nil, bad(f.name, err)
		}
		if f.to.above != nil {
			f.to.slot = len(k.headings)
			k.headings = append(k.headings, f.to.above)
		}
	}
	k.link.address = true
	if !k.link.there {
		k.link = pick{there: true, sel: anyLink{}, address: true}
	}
	return k, nil
}

// anyLink matches an element that is a link.
type anyLink struct{}

func (anyLink) Match(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.A || n.DataAtom == atom.Area) && attr(n, "href") != ""
}

func (*listingKind) accept() string { return acceptPage }

func (k *listingKind) read(ctx context.Context, r *Reader, a answer) (*found, error) {
	return pager{Paging: k.settings.Paging, accept: k.accept(), page: k.page}.read(ctx, r, a)
}

// page reads one page of a list, and the address of the next one where the page
// names it.
func (k *listingKind) page(ctx context.Context, a answer) (*found, string, error) {
	f := &found{cut: a.cut}
	text, warning := decode(a.body, a.contentType)
	if warning != "" {
		f.warn("%s", warning)
	}
	if len(text) > maxPage {
		text = text[:maxPage]
		f.warn("the page has more than %d MiB, and only so much of it was read", maxPage>>20)
	}
	doc, err := html.Parse(strings.NewReader(text + endOfPage))
	if err != nil {
		return nil, "", fault(Damaged, "%s sends a page that is built in a way that cannot be read", shown(a.url))
	}
	ctx, cancel := context.WithTimeout(ctx, readingTime)
	defer cancel()
	open := openAtEnd(doc)
	base := baseOf(doc, a.url)
	articles := k.find(ctx, doc)
	if whole := slices.DeleteFunc(articles, func(n node) bool { return open[n.Node] }); len(whole) < len(articles) {
		// Half an article would be stored beside the whole one of the next scan.
		articles = whole
		f.cut = f.cut || len(text) < maxPage
		a.cut = f.cut
	}
	if len(articles) == 0 && ctx.Err() == nil {
		return nil, "", k.noArticles(a, text)
	}
	untitled := k.records(ctx, f, articles, base)
	if ctx.Err() != nil {
		return nil, "", explain(a.url, readingTime, ctx.Err())
	}
	if untitled {
		return nil, "", fault(ShapeChanged, "%s has changed its shape: %s where `%s` says, and none of them has a title where the settings say; look at the page and mend the listing of this source", shown(a.url), articleCount(len(articles), "stands", "stand"), k.settings.Articles)
	}
	if f.cut {
		f.warn("the page is cut off: what came before the cut was read (articles: %d), and the whole is asked for again at the next scan", len(f.records))
	}
	next := ""
	if k.next != nil {
		if n := cascadia.Query(doc, k.next); n != nil {
			next = resolve(base, attr(n, "href"))
		}
	}
	return f, next, nil
}

// endOfPage is put behind a page, where the parser leaves it in whatever was still
// open.
const endOfPage = "<!--end of page-->"

// openAtEnd takes endOfPage out of a page and returns the elements that it stood
// in. A page that ended within a tag or a script has swallowed it; its last node, and
// whatever that stands in, was then open, or may have been.
func openAtEnd(doc *html.Node) map[*html.Node]bool {
	last := doc
	for last.LastChild != nil {
		last = last.LastChild
	}
	var mark *html.Node
	walk(doc, func(n *html.Node) bool {
		if n.Type == html.CommentNode && "<!--"+n.Data+"-->" == endOfPage {
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

// A node is the element of one article on a page.
type node struct {
	*html.Node
	articles map[*html.Node]bool // the elements of all articles, and whether others are nested in them
	above    []*html.Node        // the last headings before it, by the slots of picks
}

// find returns the elements of articles in the order of the page.
func (k *listingKind) find(ctx context.Context, doc *html.Node) []node {
	var (
		list     []node
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
			list = append(list, node{Node: n, articles: articles, above: above})
		}
		return true
	})
	return list
}

// records makes records of the articles of a page, and says what they lack, or
// that none has a title.
func (k *listingKind) records(ctx context.Context, f *found, articles []node, base *url.URL) (untitled bool) {
	if len(articles) > maxItems {
		f.warn("the page has %d articles; only the first %d are read", len(articles), maxItems)
		articles = articles[:maxItems]
	}
	var lack lacks
	for _, n := range articles {
		if ctx.Err() != nil {
			return false
		}
		rec := record{
			base:     base,
			guid:     k.id.of(ctx, n),
			links:    []string{k.link.of(ctx, n)},
			title:    markup(k.title.of(ctx, n)),
			summary:  markup(k.summary.of(ctx, n)),
			authors:  []string{markup(k.author.of(ctx, n))},
			language: k.language.of(ctx, n),
			dates:    []date{{raw: k.date.of(ctx, n)}},
		}
		link := resolve(base, rec.links[0])
		if rec.title == "" && link == "" && n.articles[n.Node] {
			continue // only the frame of others
		}
		f.count++
		if lack.count(rec, link, k.date.there) {
			f.records = append(f.records, rec)
		}
	}
	lack.warn(f, f.count)
	return lack.untitled(f.count)
}

// markup returns plain text as the markup that reads the same.
func markup(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>"), "\n", "<br>")
}

// noArticles says what a page is on which no article was found.
func (k *listingKind) noArticles(a answer, text string) *Error {
	at := shown(a.url)
	switch {
	case guarded(text):
		return fault(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case a.cut:
		return fault(Damaged, "%s sends a page that is cut off before its first article; it is tried again at the next scan", at)
	case !htmlRoot.MatchString(text) && !strings.Contains(a.contentType, "html"):
		return fault(OtherKind, "%s answers with something that is not a web page: check the url of the source", at)
	}
	return fault(ShapeChanged, "%s has changed its shape, or is down: 0 articles where `%s` should stand; look at the page and mend the listing of this source", at, k.settings.Articles)
}

// baseOf returns the address to which the links of a page are relative.
func baseOf(doc *html.Node, from *url.URL) *url.URL {
	base := from
	found := false
	walk(doc, func(n *html.Node) bool {
		if !found && n.DataAtom == atom.Base && attr(n, "href") != "" {
			found = true
			if u, err := url.Parse(resolve(from, attr(n, "href"))); err == nil && u.Host != "" {
				base = u
			}
		}
		return !found
	})
	return base
}
