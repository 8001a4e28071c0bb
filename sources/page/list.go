package page

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/htmltext"
	"regwatch/models"
)

// A List is where the articles of a page are, compiled from [models.Listing].
type List struct {
	articles cascadia.Matcher
	title, link, date, summary, id, author,
	language Extractor
	headings []cascadia.Matcher // above articles, by extractor.headingIndex
	next     cascadia.Matcher   // nil without a link to the next page
}

// NewList compiles the settings of a list. Its error names the setting that is wrong.
func NewList(l models.Listing) (*List, error) {
	k := &List{}
	var err error
	if k.articles, err = CompileSelector(l.Articles); err != nil || k.articles == nil {
		return nil, errors.New("articles is missing or not valid")
	}
	if k.next, err = CompileSelector(l.Paging.Next); err != nil {
		return nil, fmt.Errorf("next %w", err)
	}
	for _, f := range []struct {
		name string
		from models.Extractor
		to   *Extractor
	}{
		{"title", l.Title, &k.title},
		{"link", l.Link, &k.link},
		{"date", l.Date, &k.date},
		{"summary", l.Summary, &k.summary},
		{"id", l.ID, &k.id},
		{"author", l.Author, &k.author},
		{"language", l.Language, &k.language},
	} {
		if *f.to, _, err = Compile(f.from); err != nil {
			return nil, fmt.Errorf("%s %w", f.name, err)
		}
		if f.to.above != nil {
			f.to.headingIndex = len(k.headings)
			k.headings = append(k.headings, f.to.above)
		}
	}
	k.link.preferHref = true
	if !k.link.defined {
		k.link = Extractor{defined: true, selector: linkMatcher{}, preferHref: true}
	}
	return k, nil
}

// HasDates reports whether the settings say where dates are.
func (k *List) HasDates() bool { return k.date.defined }

// NextPage returns the link to the next page as it is written; empty if there is none.
func (k *List) NextPage(doc *html.Node) string {
	if k.next == nil {
		return ""
	}
	n := cascadia.Query(doc, k.next)
	if n == nil {
		return ""
	}
	return htmltext.Attr(n, "href")
}

// An Entry is what a list says about one article, as plain text. Its link may be relative.
type Entry struct {
	ID, Link, Title, Summary, Author, Language, Date string
}

// Entry returns what the page says about an article.
func (k *List) Entry(ctx context.Context, n Node) Entry {
	return Entry{
		ID: k.id.value(ctx, n), Link: k.link.value(ctx, n), Title: k.title.value(ctx, n), Summary: k.summary.value(ctx, n),
		Author: k.author.value(ctx, n), Language: k.language.value(ctx, n), Date: k.date.value(ctx, n),
	}
}

// linkMatcher matches links.
type linkMatcher struct{}

func (linkMatcher) Match(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.DataAtom == atom.A || n.DataAtom == atom.Area) && htmltext.Attr(n, "href") != ""
}

// EndMarker is appended to a page before [UnclosedElements]. The parser puts it into the elements that were
// still open.
const EndMarker = "<!--end of page-->"

// UnclosedElements removes the EndMarker from a page and returns the elements that
// contained it. If the page ends within a tag or a script, the marker is lost; then
// the last node and its ancestors count as unclosed.
func UnclosedElements(doc *html.Node) map[*html.Node]bool {
	last := doc
	for last.LastChild != nil {
		last = last.LastChild
	}
	var mark *html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.Type == html.CommentNode && "<!--"+n.Data+"-->" == EndMarker {
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

// A Node is the element of one article on a page.
type Node struct {
	*html.Node
	articles map[*html.Node]bool // the elements of all articles; true if another is nested in it
	headings []*html.Node        // the last headings before it, by extractor.headingIndex
}

// IsFrame reports whether another article is nested in this one.
func (n Node) IsFrame() bool { return n.articles[n.Node] }

// Find returns the elements of the articles in the order of the page.
func (k *List) Find(ctx context.Context, doc *html.Node) []Node {
	var (
		list     []Node
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
			list = append(list, Node{Node: n, articles: articles, headings: above})
		}
		return true
	})
	return list
}
