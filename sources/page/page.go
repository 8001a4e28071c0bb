package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"regwatch/internal/lazyregexp"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/dustin/go-humanize"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/challenge"
	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
	"regwatch/internal/text"
)

// Version is the version of how texts are extracted from pages and feeds. Raise it when the same
// response would give another text than before: a text that differs from one of an older version
// is not taken for an edit.
const Version = 3

// PDFVersion is the same for the texts of articles that are PDF files. They have a version of their own, so that a change of
// either hides no edit of the others. Versions up to 3 counted for both.
const PDFVersion = 4

// WholeVersion is the version of what [Whole] and the reading of a PDF file return. Raise it with
// either: page monitors then begin anew and do not report what changed just before, so a change
// of the extraction for readers alone leaves it.
const WholeVersion = 3

const (
	maxElements = 50_000 // elements of a page that readability runs on
	// MaxChallengeProse is how many bytes of prose a challenge page may have.
	MaxChallengeProse = 600
	// MaxTime is how long the selectors for one page may take. A selector can be quadratic in the length of the page.
	MaxTime = 20 * time.Second
	// MinText is how many bytes a text has that says more than a summary.
	MinText = 120
)

// Limits says in warnings how much of a page is read.
var Limits = fmt.Sprintf("%d MiB or %s tags, texts and attributes; only its beginning was read", htmltext.MaxPage>>20, humanize.Comma(htmltext.MaxParts))

// A Page is what one web page says about its article.
type Page struct {
	Title        string
	Text         string // paragraphs separated by a blank line, without menus and related articles
	Language     string
	Canonical    string    // the address that the page declares as its own, if it is of the same site
	Published    time.Time // zero if the page does not say
	PublishedRaw string    // as the page wrote it
	PublishedBy  string    // where the date was found: "JSON-LD", "meta", "time" or "text"
	Truncated    bool      // the page is too large, and only its beginning was read
}

// IsChallenge reports whether a page only asks the visitor to prove to be a
// browser. A page with some sentences of prose is the real one, whatever scripts it
// has.
func IsChallenge(ctx context.Context, page string) bool {
	if !challenge.Marked([]byte(page)) {
		return false
	}
	prose := 0
	err := htmltext.WithTree(ctx, page, func(doc *html.Node, _ bool) error {
		prose = measureTree(doc)[doc].prose
		return nil
	})
	return prose < MaxChallengeProse && (err == nil || errors.Is(err, htmltext.ErrNoTree)) // without a tree it has no prose
}

// Text returns the text of the article of a page, with paragraphs separated by
// blank lines and without boilerplate. It returns nothing once the context is done.
func Text(ctx context.Context, page string, from *url.URL) string {
	p, _ := Read(ctx, page, from, dates.Options{}) // on error it has no text
	return p.Text
}

// Read reads the article and the metadata of a page. The error is that of the context, or
// [htmltext.ErrTreeWait].
func Read(ctx context.Context, page string, from *url.URL, setting dates.Options) (p Page, err error) {
	err = htmltext.WithTree(ctx, page, func(doc *html.Node, cut bool) error {
		p.Truncated = cut
		openNoscript(doc)
		htmltext.RewriteInline(doc)
		md := readMetadata(doc)
		p.Title, p.Language, p.Canonical = md.headline(), md.language, md.ownURL(from)
		removeBoilerplate(doc)
		p.Published, p.PublishedRaw, p.PublishedBy = md.published(doc, setting)
		markLineBreaks(doc)
		if ctx.Err() == nil {
			p.Text = articleText(ctx, doc, from)
		}
		return ctx.Err()
	})
	if errors.Is(err, htmltext.ErrNoTree) {
		p.Text = cutRelatedArticles(htmltext.Plain(page[:min(len(page), htmltext.MaxPage)]))
		p.Truncated, err = len(page) > htmltext.MaxPage, nil
	}
	return p, err
}

// articleText returns the text of the article in a page without boilerplate.
func articleText(ctx context.Context, doc *html.Node, from *url.URL) (text string) {
	if text = cutRelatedArticles(ministryText(doc)); len(text) >= MinText {
		return text
	}
	whole := cutRelatedArticles(largestText(doc))
	text = ""
	htmltext.Safely(func() { text = cutRelatedArticles(readerView(doc, from)) })
	if ctx.Err() != nil {
		return ""
	}
	// Prices and menus make a page long, so only sentences are compared.
	if len(text) < MinText || sentences(text)*4 < sentences(whole) {
		text = whole
	}
	return text
}

// sentenceMark matches punctuation that sentences have and figures do not.
var sentenceMark = lazyregexp.New(`[。！？；，、]|[.,;:!?][”"’')]?(?:\s|$)`)

// sentences returns how many bytes of a text are in paragraphs of sentences.
func sentences(text string) int {
	n := 0
	for p := range strings.SplitSeq(text, "\n\n") {
		if len(p) >= 40 && sentenceMark.MatchString(p) {
			n += len(p)
		}
	}
	return n
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

var ministryClass = lazyregexp.New(`(?i)(?:^|\s)(?:zoom|ucap-content|trs_editor|trs_uedit\w*)(?:\s|$)`)

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
	markSentences(doc)
	article, err := parser.ParseDocument(doc, from)
	if err != nil || article.Node == nil {
		return ""
	}
	return strings.ReplaceAll(textOf(article.Node), sentenceEnd, "")
}

// sentenceEnd is put behind a Chinese sentence for readability, which keeps a short paragraph
// beside the article if it ends with a full stop, and knows only the Western one. No text has
// the control character.
const sentenceEnd = "\x03."

// chineseSentence matches the end of a Chinese sentence.
var chineseSentence = lazyregexp.New(`[。！？；：…][」』”’）)》]*\s*$`)

// minChinese is how many bytes of Chinese say as much as a short English sentence.
const minChinese = 75

// markSentences puts sentenceEnd behind each paragraph that is a Chinese sentence by its
// punctuation or its length.
func markSentences(doc *html.Node) {
	var paragraphs []*html.Node
	htmltext.Walk(doc, func(n *html.Node) bool {
		if n.Type == html.ElementNode && (n.DataAtom == atom.P || n.DataAtom == atom.Div) {
			if text := ShortText(n); isChineseSentence(text) && !hasBlockOrLink(n) {
				paragraphs = append(paragraphs, n)
			}
		}
		return true
	})
	for _, n := range paragraphs {
		n.AppendChild(&html.Node{Type: html.TextNode, Data: sentenceEnd})
	}
}

func isChineseSentence(text string) bool {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return false
	}
	return chineseSentence.MatchString(text) || len(text) >= minChinese
}

// hasBlockOrLink reports whether an element contains more than a paragraph of plain text. It
// has few nodes, as its text is short.
func hasBlockOrLink(n *html.Node) bool {
	found := false
	htmltext.Walk(n, func(m *html.Node) bool {
		found = found || m != n && m.Type == html.ElementNode && (m.DataAtom == atom.A || htmltext.IsBlock(m.DataAtom))
		return !found
	})
	return found
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
		if text := textOf(marked); len(text) >= MinText {
			return text
		}
	}
	if column != nil && paragraphs[column] >= MinText {
		return textOf(column)
	}
	if body == nil {
		return ""
	}
	return textOf(body)
}

// articleClass matches the names that content systems give to the element of an
// article.
var articleClass = lazyregexp.New(`(?i)(?:^|\s)(?:article-?body|article-?content|post-?content|entry-?content|story-?body|content-?body|articlebody|pressrelease|press-release-content)(?:\s|$)`)

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

// IsPDF reports whether a body is a PDF, by its first bytes or its label.
func IsPDF(body []byte, contentType string) bool {
	// What stands before the header is ignored by readers of PDF, in the first 1,024 bytes.
	start := bytes.TrimLeft(body[:min(len(body), 1024)], " \t\r\n\ufeff")
	isText := len(start) > 0 && bytes.IndexByte([]byte("<{["), start[0]) >= 0
	return bytes.HasPrefix(start, []byte("%PDF-")) || !isText && bytes.Contains(start, []byte("\n%PDF-")) || strings.HasPrefix(strings.ToLower(contentType), "application/pdf")
}

// DropTitle drops a first paragraph that repeats the title.
func DropTitle(body, title string) string {
	start, rest, found := strings.Cut(body, "\n\n")
	if found && title != "" && strings.EqualFold(strings.Join(strings.Fields(text.Visible(start)), " "), text.Visible(title)) {
		return rest
	}
	return body
}
