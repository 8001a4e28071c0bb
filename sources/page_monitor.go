package sources

import (
	"cmp"
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

// monitorVersion is raised when the text of the same page comes out otherwise than
// before: what is remembered of pages is then no longer compared with.
const monitorVersion = 1

// pageMonitor reads a watched page.
type pageMonitor struct {
	selector cascadia.Matcher // nil is the page
	ignore   []cascadia.Matcher
	key      string // the page, and what its text depends on beside it
}

func pageMonitorSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a page", "select", "ignore")
	src.Watch.Select = selectorText(m.Get("select"), "select")
	for _, item := range m.Get("ignore").Items() {
		if s := selectorText(item, "ignore"); s != "" {
			src.Watch.Ignore = append(src.Watch.Ignore, s)
		}
	}
}

func openPageMonitor(src models.Source) (kind, error) {
	k := pageMonitor{key: models.HashOf(append([]string{fmt.Sprint(monitorVersion), src.URL, src.Watch.Select}, src.Watch.Ignore...)...)}
	var err error
	if k.selector, err = compileSelector(src.Watch.Select); err != nil {
		return nil, newError(BadAddress, "select of this source %v", err)
	}
	for _, text := range src.Watch.Ignore {
		m, err := compileSelector(text)
		if err != nil {
			return nil, newError(BadAddress, "ignore of this source %v", err)
		}
		k.ignore = append(k.ignore, m)
	}
	return k, nil
}

func (pageMonitor) accept() string { return acceptPage }

// A pageState is what is known of a page from its last version. A source that
// has fallbacks remembers one of each way to read it that is a page.
type pageState struct {
	By      string `json:"by"`                // the page and what its text depended on; another is not compared with
	Changes int    `json:"changes,omitempty"` // that were told: the same one may come again
	Text    string `json:"text"`              // of the last version
	Title   string `json:"title"`
	Doubted string `json:"doubted,omitempty"` // the hash of a text that had nothing of the last version
}

// read gives the page itself, which is kept and never told, and what changed in
// it since the last version, which is.
func (k pageMonitor) read(ctx context.Context, r *Reader, resp response) (*readResult, error) {
	if resp.truncated {
		return nil, newError(Damaged, "%s sends a page that is cut off; it is compared at the next scan", displayURL(resp.url))
	}
	title, text, err := k.text(ctx, r, resp)
	if err != nil {
		return nil, err
	}
	before, others := k.loadState(resp.memory)
	now := pageState{By: k.key, Changes: before.Changes, Text: truncateBytes(text, maxBody), Title: title}
	result := &readResult{count: 1}
	var change difference.Difference
	switch {
	case before.Text == "":
	case changeLens().Strangers(before.Text, now.Text, minSharedParagraphs) && before.Doubted != models.HashOf(now.Text):
		// It may be a notice that the site is down, which no status tells.
		before.Doubted = models.HashOf(now.Text)
		result.warn("the page has nothing left of what it said; if it says the same at the next scan, that is told as a change")
		now = before
		result.unconfirmed = true
	default:
		if change = changeLens().Of(before.Text, now.Text); len(change) == 0 {
			now = before // a date or a counter: no version of its own
			now.Doubted = ""
		}
	}
	link := r.src.URL
	result.records = append(result.records, record{
		links: []string{link}, title: now.Title, content: escapeMarkup(now.Text), dates: nil,
		identity: models.IdentityOf("page", LinkKey(link)), state: models.BodyVersion,
	})
	if len(change) > 0 {
		now.Changes++
		result.records = append(result.records, record{
			links: []string{link}, title: changeTitle(now.Title, change), summary: changeSummary(change), content: escapeMarkup(change.Text()),
			identity: models.IdentityOf("change", models.HashOf(LinkKey(link), strconv.Itoa(now.Changes), before.Text, now.Text)), state: models.BodyFull,
		})
	}
	others = others[:min(len(others), len(r.src.Fallback))]
	memory, err := json.Marshal(append([]pageState{now}, others...))
	if err != nil {
		return nil, newError(Damaged, "the text of %s cannot be kept", displayURL(resp.url))
	}
	result.memory = string(memory)
	return result, nil
}

// recall returns what is remembered of the last version, the zero value if that
// is nothing, and what is remembered of other pages.
func (k pageMonitor) loadState(stored string) (own pageState, others []pageState) {
	var all []pageState
	if json.Unmarshal([]byte(stored), &all) != nil {
		return pageState{}, nil
	}
	for _, m := range all {
		if m.By == k.key {
			own = m
		} else {
			others = append(others, m)
		}
	}
	return own, others
}

// escapeMarkup makes plain text safe from being read as markup.
func escapeMarkup(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>")
}

// text returns a page's title and the text that is compared.
func (k pageMonitor) text(ctx context.Context, r *Reader, resp response) (title, text string, err error) {
	if isPDF(resp) {
		return k.pdf(ctx, r, resp)
	}
	if err := requireHTML(resp); err != nil {
		return "", "", err
	}
	page, _ := decode(resp.body, resp.contentType)
	if isChallengePage(page) {
		return "", "", newError(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", displayURL(resp.url))
	}
	ok := recoverPanic(func() { title, text = k.extract(page, resp.url) })
	if ctx.Err() != nil {
		return "", "", describeError(resp.url, 0, ctx.Err())
	}
	switch {
	case !ok:
		return "", "", newError(NoText, "%s is built in a way that cannot be read", displayURL(resp.url))
	case text == "" && k.selector != nil:
		return "", "", newError(ShapeChanged, "%s has no text where its settings look (select): the site may have changed the shape of the page", displayURL(resp.url))
	case text == "":
		return "", "", newError(NoText, "%s has no readable text: it may be built by scripts in the browser", displayURL(resp.url))
	}
	return cmp.Or(title, r.src.Name), text, nil
}

func (k pageMonitor) pdf(ctx context.Context, r *Reader, resp response) (title, text string, err error) {
	if r.client == nil || r.client.options.PDF == nil {
		return "", "", newError(NoText, "%s is a PDF, and nothing is set up to read those", displayURL(resp.url))
	}
	doc, err := r.client.options.PDF(ctx, resp.body)
	if ctx.Err() != nil {
		return "", "", describeError(resp.url, 0, ctx.Err())
	}
	if err != nil {
		return "", "", pdfError(err, resp)
	}
	return cmp.Or(doc.Title, r.src.Name), doc.Text, nil
}

// extractText returns the title and the text of a page, without what its markup says
// is furniture. It keeps lists and tables, which a view for readers leaves out.
func (k pageMonitor) extract(page string, _ *url.URL) (title, text string) {
	doc, err := html.Parse(strings.NewReader(page[:min(len(page), maxPage)]))
	if err != nil {
		return "", plainText(page)
	}
	nodes := 0
	walk(doc, func(*html.Node) bool { nodes++; return nodes <= maxNodes })
	if nodes > maxNodes {
		return "", plainText(page)
	}
	title = readMetadata(doc).headline()
	markLineBreaks(doc)
	for _, m := range k.ignore {
		for _, n := range cascadia.QueryAll(doc, m) {
			removeNode(n)
		}
	}
	if k.selector == nil {
		removeBoilerplate(doc)
		return title, textOf(mainElement(doc))
	}
	var parts []string
	for _, n := range cascadia.QueryAll(doc, k.selector) {
		if part := textOf(n); part != "" {
			parts = append(parts, part)
		}
	}
	return title, strings.Join(parts, "\n\n")
}

// mainElement returns the element that a page marks as its main one, or all of it.
func mainElement(doc *html.Node) *html.Node {
	found := doc
	walk(doc, func(n *html.Node) bool {
		if found == doc && n.Type == html.ElementNode && (n.DataAtom == atom.Main || attr(n, "role") == "main") {
			found = n
		}
		return found == doc
	})
	return found
}
