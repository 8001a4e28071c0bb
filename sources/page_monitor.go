package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"regwatch/internal/charset"
	"regwatch/internal/difference"
	"regwatch/internal/htmltext"
	"regwatch/internal/pdftext"
	"regwatch/internal/plural"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// KindPage is the kind of a source that is a page edited in place: guidance, a
// register, a list of consultations. Each change of the page is an article.
const KindPage = "page"

// pageMonitor reads a page and compares it with its last version.
type pageMonitor struct {
	selector cascadia.Matcher // nil means the whole page
	ignore   []cascadia.Matcher
	key      string // hash of what the text depends on
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
	k := pageMonitor{key: models.HashOf(append([]string{fmt.Sprint(page.WholeVersion), src.URL, src.Watch.Select}, src.Watch.Ignore...)...)}
	var err error
	if k.selector, err = page.CompileSelector(src.Watch.Select); err != nil {
		return nil, fetch.Errorf(fetch.BadAddress, "page: select %v", err)
	}
	for _, text := range src.Watch.Ignore {
		m, err := page.CompileSelector(text)
		if err != nil {
			return nil, fetch.Errorf(fetch.BadAddress, "page: ignore %v", err)
		}
		k.ignore = append(k.ignore, m)
	}
	return k, nil
}

func (pageMonitor) accept() string { return acceptPage }

// A pageState is what is stored about the last version of a page. A source with
// fallbacks has one for each fallback that is a page. The JSON keys are stored and
// must not change.
type pageState struct {
	By      string `json:"by"`                // pageMonitor.key; a state with another key is not compared
	Changes int    `json:"changes,omitempty"` // how many were reported; tells apart changes with the same text
	Text    string `json:"text"`              // of the last version
	Title   string `json:"title"`
	Doubted string `json:"doubted,omitempty"` // hash of a text that shared nothing with the last version
}

// read returns the page itself, which is stored and never alerts, and the change since
// the last version, which may alert.
func (k pageMonitor) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	if resp.Truncated {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a truncated page; regwatch will compare it at the next scan", weblink.Display(resp.URL))
	}
	title, text, warning, err := k.text(ctx, r, resp)
	if err != nil {
		return nil, err
	}
	before, others := k.loadState(resp.Cursor.Memory)
	now := pageState{By: k.key, Changes: before.Changes, Text: htmltext.TruncateBytes(text, maxBody), Title: title}
	result := &readResult{count: 1}
	if warning != "" {
		result.warn("%s", warning)
	}
	var change difference.Diff
	switch {
	case before.Text == "":
	case changeOptions().NothingShared(before.Text, now.Text, minSharedParagraphs) && before.Doubted != models.HashOf(now.Text):
		// This may be an outage notice with status 200.
		before.Doubted = models.HashOf(now.Text)
		result.warn("the page shares no text with its last version; if the next scan finds the same text, regwatch will report a change")
		now = before
		result.unconfirmed = true
	default:
		if change = changeOptions().Compare(before.Text, now.Text); len(change) == 0 {
			now = before // a date or a counter is not a new version
			now.Doubted = ""
		}
	}
	link := r.src.URL
	result.records = append(result.records, record{
		Item:     feed.Item{Links: []string{link}, Title: now.Title, Content: escapeMarkup(now.Text)},
		identity: models.IdentityOf("page", weblink.Key(link)), state: models.BodyVersion,
	})
	if len(change) > 0 {
		now.Changes++
		result.records = append(result.records, record{
			Item:     feed.Item{Links: []string{link}, Title: changeTitle(now.Title, change), Summary: changeSummary(change), Content: escapeMarkup(change.Text())},
			identity: models.IdentityOf("change", models.HashOf(weblink.Key(link), strconv.Itoa(now.Changes), before.Text, now.Text)), state: models.BodyFull,
		})
	}
	others = others[:min(len(others), len(r.src.Fallback))]
	memory, err := json.Marshal(append([]pageState{now}, others...))
	if err != nil {
		return nil, fetch.Errorf(fetch.Damaged, "cannot store the text of %s", weblink.Display(resp.URL))
	}
	result.memory = string(memory)
	return result, nil
}

// loadState returns the stored state of this page, or the zero value, and those of
// other pages.
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

// hasState reports whether a version of this page is stored that its next one can be compared
// with.
func (k pageMonitor) hasState(stored string) bool {
	own, _ := k.loadState(stored)
	return own.Text != ""
}

// escapeMarkup escapes plain text so that it is not read as markup.
func escapeMarkup(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n\n", "<p>")
}

// text returns the title of a page, the text to compare, and a warning about it.
func (k pageMonitor) text(ctx context.Context, r *Reader, resp fetch.Response) (title, text, warning string, err error) {
	if page.IsPDF(resp.Body, resp.ContentType) {
		return k.pdf(ctx, r, resp)
	}
	if err := requireHTML(resp); err != nil {
		return "", "", "", err
	}
	markup, _ := charset.Decode(resp.Body, resp.ContentType)
	if page.IsChallenge(ctx, markup) {
		return "", "", "", fetch.ChallengeError(resp.URL)
	}
	var p page.Page
	ok := htmltext.Safely(func() { p, err = page.Whole(ctx, markup, k.selector, k.ignore) })
	if err != nil {
		return "", "", "", readingError(resp.URL, err)
	}
	title, text = p.Title, p.Text
	if p.Truncated {
		warning = weblink.Display(resp.URL) + " has more than " + page.Limits
	}
	switch {
	case !ok:
		return "", "", "", fetch.Errorf(fetch.NoText, "the HTML of %s cannot be parsed", weblink.Display(resp.URL))
	case text == "" && k.selector != nil:
		return "", "", "", fetch.Errorf(fetch.ShapeChanged, "%s has no text at its select setting: the page may have changed its structure", weblink.Display(resp.URL))
	case text == "":
		return "", "", "", fetch.Errorf(fetch.NoText, "%s has no readable text: scripts may build it in the browser", weblink.Display(resp.URL))
	}
	return cmp.Or(title, r.src.Name), text, warning, nil
}

func (k pageMonitor) pdf(ctx context.Context, r *Reader, resp fetch.Response) (title, text, warning string, err error) {
	if r.client == nil || r.client.pdf == nil {
		return "", "", "", fetch.Errorf(fetch.NoText, "%s is a PDF, and PDFs cannot be read here", weblink.Display(resp.URL))
	}
	doc, err := r.client.pdf(ctx, resp.Body)
	if ctx.Err() != nil {
		return "", "", "", fetch.Describe(resp.URL, 0, ctx.Err())
	}
	if err != nil {
		return "", "", "", pdfError(err, resp)
	}
	switch {
	case doc.Unreadable > 0 && !doc.Truncated:
		warning = PartialText(PartOfPDF(doc)).String()
	case doc.Truncated:
		warning = fmt.Sprintf("%s is a PDF of %d pages: only the first %d pages or 1 MiB of text are compared", weblink.Display(resp.URL), doc.Pages, cmp.Or(doc.Read, pdftext.MaxPages))
	}
	return cmp.Or(doc.Title, r.src.Name), doc.Text, warning, nil
}

// maxChangeTitle is how many characters of a change its title contains.
const maxChangeTitle = 100

// minSharedParagraphs is the number of paragraphs from which a page must have one in
// common with its next version.
const minSharedParagraphs = 3

// changeOptions returns which differences between two versions of a page count. Case,
// width, white space, moved paragraphs, update times and visitor counters do not.
func changeOptions() difference.Options {
	return difference.Options{Key: text.Fold, Skip: isTimestamp, IgnoreMoves: true}
}

// timestampLine matches the start of a line about the page itself.
var timestampLine = regexp.MustCompile(`(?i)^\W*(?:(?:page |this page was )?(?:last )?(?:updated?|reviewed?|modified|revision|revised|generated|refreshed)(?: date| on| at)?\b|today is\b|(?:page )?(?:views?|visits?|hits|visitors?)\b|copyright\b|©|最後(?:更新|修訂|修改|覆檢)|最后(?:更新|修订|修改)|(?:更新|修訂|修订|覆檢)(?:日期|時間|时间)|(?:瀏覽|浏览|阅读|閱讀|点击|點擊|訪問|访问)(?:次數|次数|量|人數|人数))`)

// isTimestamp reports whether a paragraph says when the page was updated or how often
// it was read: a short line, or a number after a line without one. Any other number on
// its own is a date, a fee or a limit.
func isTimestamp(paragraph, before string) bool {
	if !strings.ContainsFunc(paragraph, unicode.IsLetter) {
		label := before != "" && !strings.ContainsFunc(before, unicode.IsDigit) && isTimestamp(before, "")
		return label || !strings.ContainsFunc(paragraph, unicode.IsDigit)
	}
	if len([]rune(paragraph)) > 80 {
		return false
	}
	return timestampLine.MatchString(paragraph)
}

// changeTitle returns a title of the page's name and the first text that was added, or
// else removed.
func changeTitle(page string, d difference.Diff) string {
	words := ""
	for _, e := range d {
		if words == "" && len(e.Added) > 0 {
			words = e.Added[0]
		}
	}
	if words == "" {
		words = "− " + d[0].Removed[0]
	}
	return htmltext.Truncate(page, maxTitle/2) + ": " + htmltext.Truncate(words, maxChangeTitle)
}

func changeSummary(d difference.Diff) string {
	removed, added := d.Count()
	return fmt.Sprintf("The page has changed: %s new, %s gone.", plural.Count(added, "paragraph", "paragraphs"), plural.Count(removed, "paragraph", "paragraphs"))
}
