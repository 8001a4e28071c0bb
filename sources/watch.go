package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/difference"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// KindPage is a page that is edited in place: guidance, a register, a list of
// consultations. Each difference to its last version is an article.
const KindPage = "page"

// extraction is raised when the text of the same page comes out otherwise than
// before: what is remembered of pages is then no longer compared with.
const extraction = 1

// pageKind reads a watched page.
type pageKind struct {
	sel    cascadia.Matcher // nil is the page
	ignore []cascadia.Matcher
	by     string // the page, and what its text depends on beside it
}

func watchSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a page", "select", "ignore")
	src.Watch.Select = selectorText(m.Get("select"), "select")
	for _, item := range m.Get("ignore").Items() {
		if s := selectorText(item, "ignore"); s != "" {
			src.Watch.Ignore = append(src.Watch.Ignore, s)
		}
	}
}

func openPage(src models.Source) (kind, error) {
	k := pageKind{by: models.HashOf(append([]string{fmt.Sprint(extraction), src.URL, src.Watch.Select}, src.Watch.Ignore...)...)}
	var err error
	if k.sel, err = selector(src.Watch.Select); err != nil {
		return nil, fault(BadAddress, "select of this source %v", err)
	}
	for _, text := range src.Watch.Ignore {
		m, err := selector(text)
		if err != nil {
			return nil, fault(BadAddress, "ignore of this source %v", err)
		}
		k.ignore = append(k.ignore, m)
	}
	return k, nil
}

func (pageKind) accept() string { return acceptPage }

// A pageMemory is what is known of a page from its last version. A source that
// has fallbacks remembers one of each way to read it that is a page.
type pageMemory struct {
	By      string `json:"by"`                // the page and what its text depended on; another is not compared with
	Changes int    `json:"changes,omitempty"` // that were told: the same one may come again
	Text    string `json:"text"`              // of the last version
	Title   string `json:"title"`
	Doubted string `json:"doubted,omitempty"` // the hash of a text that had nothing of the last version
}

// read gives the page itself, which is kept and never told, and what changed in
// it since the last version, which is.
func (k pageKind) read(ctx context.Context, r *Reader, a answer) (*found, error) {
	if a.cut {
		return nil, fault(Damaged, "%s sends a page that is cut off; it is compared at the next scan", shown(a.url))
	}
	title, text, err := k.text(ctx, r, a)
	if err != nil {
		return nil, err
	}
	before, others := k.recall(a.memory)
	now := pageMemory{By: k.by, Changes: before.Changes, Text: cutBytes(text, maxBody), Title: title}
	f := &found{count: 1}
	var change difference.Difference
	switch {
	case before.Text == "":
	case watching().Strangers(before.Text, now.Text, sameEnough) && before.Doubted != models.HashOf(now.Text):
		// It may be a notice that the site is down, which no status tells.
		before.Doubted = models.HashOf(now.Text)
		f.warn("the page has nothing left of what it said; if it says the same at the next scan, that is told as a change")
		now = before
		f.doubted = true
	default:
		if change = watching().Of(before.Text, now.Text); len(change) == 0 {
			now = before // a date or a counter: no version of its own
			now.Doubted = ""
		}
	}
	link := r.src.URL
	f.records = append(f.records, record{
		links: []string{link}, title: now.Title, content: escaped(now.Text), dates: nil,
		identity: models.IdentityOf("page", LinkKey(link)), state: models.BodyVersion,
	})
	if len(change) > 0 {
		now.Changes++
		f.records = append(f.records, record{
			links: []string{link}, title: titleOfChange(now.Title, change), summary: summaryOfChange(change), content: escaped(change.Text()),
			identity: models.IdentityOf("change", models.HashOf(LinkKey(link), strconv.Itoa(now.Changes), before.Text, now.Text)), state: models.BodyFull,
		})
	}
	others = others[:min(len(others), len(r.src.Fallback))]
	memory, err := json.Marshal(append([]pageMemory{now}, others...))
	if err != nil {
		return nil, fault(Damaged, "the text of %s cannot be kept", shown(a.url))
	}
	f.memory = string(memory)
	return f, nil
}

// recall returns what is remembered of the last version, the zero value if that
// is nothing, and what is remembered of other pages.
func (k pageKind) recall(memory string) (own pageMemory, others []pageMemory) {
	var all []pageMemory
	if json.Unmarshal([]byte(memory), &all) != nil {
		return pageMemory{}, nil
	}
	for _, m := range all {
		if m.By == k.by {
			own = m
		} else {
			others = append(others, m)
		}
	}
	return own, others
}

// escaped makes plain text safe from being read as markup.
func escaped(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>")
}

// text returns a page's title and the text that is compared.
func (k pageKind) text(ctx context.Context, r *Reader, a answer) (title, text string, err error) {
	if isPDF(a) {
		return k.pdf(ctx, r, a)
	}
	if err := checkPage(a); err != nil {
		return "", "", err
	}
	page, _ := decode(a.body, a.contentType)
	if guarded(page) {
		return "", "", fault(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", shown(a.url))
	}
	ok := protect(func() { title, text = k.extract(page, a.url) })
	if ctx.Err() != nil {
		return "", "", explain(a.url, 0, ctx.Err())
	}
	switch {
	case !ok:
		return "", "", fault(NoText, "%s is built in a way that cannot be read", shown(a.url))
	case text == "" && k.sel != nil:
		return "", "", fault(ShapeChanged, "%s has no text where its settings look (select): the site may have changed the shape of the page", shown(a.url))
	case text == "":
		return "", "", fault(NoText, "%s has no readable text: it may be built by scripts in the browser", shown(a.url))
	}
	return first(title, r.src.Name), text, nil
}

func (k pageKind) pdf(ctx context.Context, r *Reader, a answer) (title, text string, err error) {
	if r.client == nil || r.client.options.PDF == nil {
		return "", "", fault(NoText, "%s is a PDF, and nothing is set up to read those", shown(a.url))
	}
	doc, err := r.client.options.PDF(ctx, a.body)
	if ctx.Err() != nil {
		return "", "", explain(a.url, 0, ctx.Err())
	}
	if err != nil {
		return "", "", pdfFault(err, a)
	}
	return first(doc.Title, r.src.Name), doc.Text, nil
}

// extract returns the title and the text of a page, without what its markup says
// is furniture. It keeps lists and tables, which a view for readers leaves out.
func (k pageKind) extract(page string, _ *url.URL) (title, text string) {
	doc, err := html.Parse(strings.NewReader(page[:min(len(page), maxPage)]))
	if err != nil {
		return "", plainText(page)
	}
	nodes := 0
	walk(doc, func(*html.Node) bool { nodes++; return nodes <= maxNodes })
	if nodes > maxNodes {
		return "", plainText(page)
	}
	title = factsOf(doc).headline()
	markLines(doc)
	for _, m := range k.ignore {
		for _, n := range cascadia.QueryAll(doc, m) {
			detach(n)
		}
	}
	if k.sel == nil {
		prune(doc)
		return title, textOf(mainOf(doc))
	}
	var parts []string
	for _, n := range cascadia.QueryAll(doc, k.sel) {
		if part := textOf(n); part != "" {
			parts = append(parts, part)
		}
	}
	return title, strings.Join(parts, "\n\n")
}

// mainOf returns the element that a page marks as its main one, or all of it.
func mainOf(doc *html.Node) *html.Node {
	found := doc
	walk(doc, func(n *html.Node) bool {
		if found == doc && n.Type == html.ElementNode && (n.DataAtom == atom.Main || attr(n, "role") == "main") {
			found = n
		}
		return found == doc
	})
	return found
}
