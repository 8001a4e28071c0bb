package sources

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/dates"
	"regwatch/internal/text"
	"regwatch/models"
)

const (
	acceptPage  = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
	maxNodes    = 200_000 // elements and texts of a page whose structure is looked at
	maxElements = 50_000  // of a page that the extraction is run on
	guardProse  = 600     // bytes of prose that no challenge page has
	minBody     = 120     // bytes; a page with less says nothing that a summary does not
	maxPage     = 3 << 20 // bytes of a page whose structure is looked at; the rest is scripts and data
)

// Complete fetches the page behind an article, or the JSON that a source names
// instead, and returns the article with the text there as its body. A text that
// says less than the summary leaves the summary, and one that says other things
// stands behind it. Its errors are of type [*Error]; the article is then as it was.
func (r *Reader) Complete(ctx context.Context, a models.Article) (models.Article, error) {
	full, err := r.complete(ctx, a)
	return full, r.redacted(err)
}

func (r *Reader) complete(ctx context.Context, a models.Article) (models.Article, error) {
	if req, ok := r.detail(a); ok {
		return r.completeDetail(ctx, a, req)
	}
	u, err := url.Parse(r.asked(a.Link))
	if err != nil || a.Link == "" {
		return a, fault(NoText, "the article has no link whose page could be read")
	}
	got, err := r.client.get(ctx, request{url: u, src: r.src, accept: acceptPage})
	if err != nil {
		return a, err
	}
	if isPDF(got) {
		return r.completePDF(ctx, a, got)
	}
	page, err := r.page(ctx, got)
	if err != nil {
		return a, err
	}
	if a.PublishedAt.IsZero() && !page.Published.IsZero() {
		a.PublishedAt, a.PublishedRaw = page.Published, page.PublishedRaw
	}
	// Another way to the same source links as its feed does.
	if page.Canonical != "" && len(r.src.Fallback) == 0 {
		a.LinkKey = LinkKey(page.Canonical)
	}
	body := withoutTitle(page.Text, a.Title)
	if len(body) < minBody && len(body) <= len(a.Body) {
		return a, fault(NoText, "%s has no readable text: it may be built by scripts in the browser; the summary stands in for it", shown(got.url))
	}
	if a.Title == cutAt(titleOfLink(a.Link), maxTitle-1) && page.Title != "" {
		a.Title = cutAt(page.Title, maxTitle-1) // it was called by its address
	}
	return r.withText(a, body), nil
}

// withText returns an article with what was found of its text as its body.
func (r *Reader) withText(a models.Article, text string) models.Article {
	text = withoutTitle(text, a.Title)
	if len(text) > len(a.Body) {
		a.Body = cutBytes(withSummary(text, a.Body, a.Title), maxBody)
	}
	a.BodyState = models.BodyFull
	a.Language = languageOf(a.Title+"\n"+a.Body, first(a.Language, r.src.Language))
	return a
}

// checkPage refuses what is no web page, by its label and by its first bytes.
func checkPage(a answer) error {
	kind, _, _ := strings.Cut(strings.ToLower(a.contentType), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || kind == "text/plain" || kind == "application/octet-stream":
		return nil
	}
	return fault(NoText, "%s is not a web page (%s): the summary stands in for it", shown(a.url), kind)
}

// protect calls what reads a stranger's page: should it ever panic at that, one
// page has no text and the program goes on.
func protect(read func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	read()
	return true
}

// guarded reports whether a page is a guard's and not the site's own. A page
// with some sentences of prose is the site's, whatever scripts are in it.
func guarded(page string) bool {
	if !isChallenge([]byte(page), nil) {
		return false
	}
	doc, err := html.Parse(strings.NewReader(page[:min(len(page), maxPage)]))
	return err != nil || measureAll(doc)[doc].prose < guardProse
}

// extract returns the text of a page's article, its paragraphs separated by
// blank lines and its furniture left out. Once the context is done it returns
// nothing.
func extract(ctx context.Context, page string, from *url.URL) string {
	return readPage(ctx, page, from, dates.Options{}).Text
}

// readPage reads a page's article and what the page says of it. Once the context
// is done it has no text.
func readPage(ctx context.Context, page string, from *url.URL, setting dates.Options) (p Page) {
	page = page[:min(len(page), maxPage)]
	// The parser refuses what is nested deeper than any stack should be.
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return Page{Text: cutRelated(plainText(page))}
	}
	nodes := 0
	walk(doc, func(*html.Node) bool { nodes++; return nodes <= maxNodes })
	if nodes > maxNodes {
		return Page{Text: cutRelated(plainText(page))}
	}
	f := factsOf(doc)
	p.Title, p.Language, p.Canonical = f.headline(), f.language, f.own(from)
	prune(doc)
	p.Published, p.PublishedRaw, p.PublishedBy = f.published(doc, setting)
	markLines(doc)
	if ctx.Err() == nil {
		p.Text = textIn(ctx, doc, from)
	}
	return p
}

// textIn returns the text of the article in a page without its furniture.
func textIn(ctx context.Context, doc *html.Node, from *url.URL) (text string) {
	if text = cutRelated(ministry(doc)); len(text) >= minBody {
		return text
	}
	text = ""
	protect(func() { text = cutRelated(readerView(doc, from)) })
	if ctx.Err() != nil {
		return ""
	}
	if whole := cutRelated(largest(doc)); len(text) < minBody || len(text)*4 < len(whole) {
		text = whole
	}
	return text
}

// ministry returns the text of the element in which the content systems of
// Chinese ministries put an article, and nothing else.
func ministry(doc *html.Node) string {
	var found *html.Node
	walk(doc, func(n *html.Node) bool {
		if found == nil && n.Type == html.ElementNode && ministryMark.MatchString(attr(n, "id")+" "+attr(n, "class")) {
			found = n
		}
		return found == nil
	})
	if found == nil {
		return ""
	}
	return textOf(found)
}

var ministryMark = regexp.MustCompile(`(?i)(?:^|\s)(?:zoom|ucap-content|trs_editor|trs_uedit\w*)(?:\s|$)`)

// markLines puts marks into the text where lines break, because the reader view
// joins lines that it takes for markup gone wrong.
func markLines(doc *html.Node) {
	walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			n.Data = clean(n.Data)
		case n.DataAtom == atom.Br && n.Parent != nil:
			n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: string(lineMark)}, n)
			detach(n)
		}
		return true
	})
}

// readerView runs the extraction of Firefox's reader view.
func readerView(doc *html.Node, from *url.URL) string {
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxElements
	parser.DisableJSONLD = true
	article, err := parser.ParseDocument(doc, from)
	if err != nil || article.Node == nil {
		return ""
	}
	return textOf(article.Node)
}

// largest returns the text of the element that holds the article, judged by
// its markup, and by the length of its paragraphs where the markup says nothing.
func largest(doc *html.Node) string {
	// Measured once: a page may have thousands of elements in each other's place.
	sizes := measureAll(doc)
	var marked, body, column *html.Node
	paragraphs := make(map[*html.Node]int)
	walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return true
		}
		switch {
		case n.DataAtom == atom.Body:
			body = n
		case n.DataAtom == atom.P:
			if p := n.Parent; p != nil {
				paragraphs[p] += sizes[n].text
				if column == nil || paragraphs[p] > paragraphs[column] {
					column = p
				}
			}
		case n.DataAtom == atom.Article || n.DataAtom == atom.Main || articleMark.MatchString(attr(n, "id")+" "+attr(n, "class")+" "+attr(n, "itemprop")):
			if marked == nil || sizes[n].text > sizes[marked].text {
				marked = n
			}
			return false
		}
		return true
	})
	if marked != nil {
		if text := textOf(marked); len(text) >= minBody {
			return text
		}
	}
	if column != nil && paragraphs[column] >= minBody {
		return textOf(column)
	}
	if body == nil {
		return ""
	}
	return textOf(body)
}

// articleMark are the names that content systems give to the element that holds
// an article.
var articleMark = regexp.MustCompile(`(?i)(?:^|\s)(?:article-?body|article-?content|post-?content|entry-?content|story-?body|content-?body|articlebody|pressrelease|press-release-content)(?:\s|$)`)

// textOf returns the text of a tree as tidy paragraphs.
func textOf(root *html.Node) string {
	var b strings.Builder
	walk2(root, func(n *html.Node) bool {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			switch {
			case skipped(n.DataAtom), n.DataAtom == atom.Noscript:
				return false
			case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
				b.WriteByte(' ')
			case block(n.DataAtom):
				b.WriteRune(paragraphMark)
			}
		}
		return true
	}, func(n *html.Node) {
		if n.Type == html.ElementNode && block(n.DataAtom) {
			b.WriteRune(paragraphMark)
		}
	})
	return tidy(b.String())
}

func walk(n *html.Node, visit func(*html.Node) bool) { walk2(n, visit, func(*html.Node) {}) }

// walk2 visits a tree before and after its children. The parser bounds its
// depth. Visit may remove the node itself, and nothing else.
func walk2(n *html.Node, before func(*html.Node) bool, after func(*html.Node)) {
	if !before(n) {
		return
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		walk2(c, before, after)
		c = next
	}
	after(n)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// withoutTitle drops a first paragraph that repeats the title.
func withoutTitle(body, title string) string {
	start, rest, found := strings.Cut(body, "\n\n")
	if found && title != "" && strings.EqualFold(strings.Join(strings.Fields(text.Visible(start)), " "), text.Visible(title)) {
		return rest
	}
	return body
}
