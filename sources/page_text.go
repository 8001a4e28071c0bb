package sources

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/challenge"
	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
	"regwatch/internal/lang"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/sources/fetch"
)

const (
	acceptPage        = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
	maxElements       = 50_000 // elements of a page that readability runs on
	maxChallengeProse = 600    // bytes of prose; more means no challenge page
	minBody           = 120    // bytes; a shorter text says no more than a summary
)

// Complete fetches the page of an article, or the JSON that the source has for it, and
// returns the article with that text as its body. A text that says less than the
// summary does not replace it; one that lacks what the summary says comes after it. On
// error, which is of type [*Error], the article is unchanged.
func (r *Reader) Complete(ctx context.Context, a models.Article) (models.Article, error) {
	full, err := r.complete(ctx, a)
	return full, r.redactError(err)
}

func (r *Reader) complete(ctx context.Context, a models.Article) (models.Article, error) {
	if req, ok := r.detailRequest(a); ok {
		return r.completeDetail(ctx, a, req)
	}
	u, err := url.Parse(r.restoreOwnSecrets(a.Link))
	if err != nil || a.Link == "" {
		return a, fetch.Errorf(fetch.NoText, "the article has no link to a page")
	}
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: acceptPage})
	if err != nil {
		return a, err
	}
	if isPDF(resp) {
		return r.completePDF(ctx, a, resp)
	}
	page, err := r.page(ctx, resp)
	if err != nil {
		return a, err
	}
	if a.PublishedAt.IsZero() && !page.Published.IsZero() {
		a.PublishedAt, a.PublishedRaw = page.Published, page.PublishedRaw
	}
	// A canonical address may differ from the links of a fallback, which must match.
	if page.Canonical != "" && len(r.src.Fallback) == 0 {
		a.LinkKey = weblink.Key(page.Canonical)
	}
	body := dropTitle(page.Text, a.Title)
	if len(body) < minBody && len(body) <= len(a.Body) {
		return a, fetch.Errorf(fetch.NoText, "%s has no readable text: scripts may build it in the browser; using the summary instead", weblink.Display(resp.URL))
	}
	if a.Title == truncateRunes(linkDisplayTitle(a.Link), maxTitle-1) && page.Title != "" {
		a.Title = truncateRunes(page.Title, maxTitle-1) // it had the link as its title
	}
	return r.setText(a, body, resp), nil
}

// setText returns an article with a text as its body, and the response that gave the text.
// The response also counts if nothing is known of another, as of an article stored before.
func (r *Reader) setText(a models.Article, text string, resp fetch.Response) models.Article {
	text = dropTitle(text, a.Title)
	longer := len(text) > len(a.Body)
	if longer || a.Fetched == nil {
		a.Fetched = r.fetched(resp)
	}
	if longer {
		a.Body = truncateBytes(withSummary(text, a.Body, a.Title), maxBody)
	}
	a.BodyState = models.BodyFull
	a.Language = lang.Detect(a.Title+"\n"+a.Body, cmp.Or(a.Language, r.src.Language))
	return a
}

// requireHTML returns an error if the label of a response says that it is not a web
// page.
func requireHTML(resp fetch.Response) error {
	kind, _, _ := strings.Cut(strings.ToLower(resp.ContentType), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || kind == "text/plain" || kind == "application/octet-stream":
		return nil
	}
	return fetch.Errorf(fetch.NoText, "%s is not a web page (%s): using the summary instead", weblink.Display(resp.URL), kind)
}

// isChallengePage reports whether a page only asks the visitor to prove to be a
// browser. A page with some sentences of prose is the real one, whatever scripts it
// has.
func isChallengePage(page string) bool {
	if !challenge.Marked([]byte(page)) {
		return false
	}
	doc, err := html.Parse(strings.NewReader(page[:min(len(page), htmltext.MaxPage)]))
	return err != nil || measureTree(doc)[doc].prose < maxChallengeProse
}

// extractText returns the text of the article of a page, with paragraphs separated by
// blank lines and without boilerplate. It returns nothing once the context is done.
func extractText(ctx context.Context, page string, from *url.URL) string {
	return readPage(ctx, page, from, dates.Options{}).Text
}

// readPage reads the article and the metadata of a page. The text is empty once the
// context is done.
func readPage(ctx context.Context, page string, from *url.URL, setting dates.Options) (p Page) {
	page = page[:min(len(page), htmltext.MaxPage)]
	// The parser rejects pages that are nested too deeply for the stack.
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return Page{Text: cutRelatedArticles(htmltext.Plain(page))}
	}
	nodes := 0
	htmltext.Walk(doc, func(*html.Node) bool { nodes++; return nodes <= htmltext.MaxNodes })
	if nodes > htmltext.MaxNodes {
		return Page{Text: cutRelatedArticles(htmltext.Plain(page))}
	}
	md := readMetadata(doc)
	p.Title, p.Language, p.Canonical = md.headline(), md.language, md.ownURL(from)
	removeBoilerplate(doc)
	p.Published, p.PublishedRaw, p.PublishedBy = md.published(doc, setting)
	markLineBreaks(doc)
	if ctx.Err() == nil {
		p.Text = articleText(ctx, doc, from)
	}
	return p
}

// articleText returns the text of the article in a page without boilerplate.
func articleText(ctx context.Context, doc *html.Node, from *url.URL) (text string) {
	if text = cutRelatedArticles(ministryText(doc)); len(text) >= minBody {
		return text
	}
	text = ""
	htmltext.Safely(func() { text = cutRelatedArticles(readerView(doc, from)) })
	if ctx.Err() != nil {
		return ""
	}
	if whole := cutRelatedArticles(largestText(doc)); len(text) < minBody || len(text)*4 < len(whole) {
		text = whole
	}
	return text
}

// ministryText returns the text of the element that the content systems of Chinese
// ministries use for an article.
func ministryText(doc *html.Node) string {
	var found *html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if found == nil && n.Type == html.ElementNode && ministryClass.MatchString(htmltext.Attr(n, "id")+" "+htmltext.Attr(n, "class")) {
			found = n
		}
		return found == nil
	})
	if found == nil {
		return ""
	}
	return textOf(found)
}

var ministryClass = regexp.MustCompile(`(?i)(?:^|\s)(?:zoom|ucap-content|trs_editor|trs_uedit\w*)(?:\s|$)`)

// markLineBreaks puts a mark at each line break, because readability joins lines.
func markLineBreaks(doc *html.Node) {
	htmltext.Walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			n.Data = htmltext.DropControls(n.Data)
		case n.DataAtom == atom.Br && n.Parent != nil:
			n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: string(htmltext.LineBreak)}, n)
			htmltext.Remove(n)
		}
		return true
	})
}

// readerView extracts the article like the reader view of Firefox.
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

// largestText returns the text of the element that contains the article, judged by its
// markup, or by the length of its paragraphs if the markup does not tell.
func largestText(doc *html.Node) string {
	// Measured once, because a page may have thousands of candidates.
	sizes := measureTree(doc)
	var marked, body, column *html.Node
	paragraphs := make(map[*html.Node]int)
	htmltext.Walk(doc, func(n *html.Node) bool {
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
		case n.DataAtom == atom.Article || n.DataAtom == atom.Main || articleClass.MatchString(htmltext.Attr(n, "id")+" "+htmltext.Attr(n, "class")+" "+htmltext.Attr(n, "itemprop")):
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

// articleClass matches the names that content systems give to the element of an
// article.
var articleClass = regexp.MustCompile(`(?i)(?:^|\s)(?:article-?body|article-?content|post-?content|entry-?content|story-?body|content-?body|articlebody|pressrelease|press-release-content)(?:\s|$)`)

// textOf returns the text of a tree as clean paragraphs.
func textOf(root *html.Node) string {
	var b strings.Builder
	htmltext.Traverse(root, func(n *html.Node) bool {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			switch {
			case htmltext.IsNotText(n.DataAtom), n.DataAtom == atom.Noscript:
				return false
			case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
				b.WriteByte(' ')
			case htmltext.IsBlock(n.DataAtom):
				b.WriteRune(htmltext.ParagraphBreak)
			}
		}
		return true
	}, func(n *html.Node) {
		if n.Type == html.ElementNode && htmltext.IsBlock(n.DataAtom) {
			b.WriteRune(htmltext.ParagraphBreak)
		}
	})
	return htmltext.Paragraphs(b.String())
}

// dropTitle drops a first paragraph that repeats the title.
func dropTitle(body, title string) string {
	start, rest, found := strings.Cut(body, "\n\n")
	if found && title != "" && strings.EqualFold(strings.Join(strings.Fields(text.Visible(start)), " "), text.Visible(title)) {
		return rest
	}
	return body
}
