package sources

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"regwatch/internal/dates"
	"regwatch/internal/text"
	"regwatch/models"
)

// What a feed gives is taken for the whole text from these sizes on, in bytes.
// Content that is labelled as such is believed earlier than a description.
const (
	fullContent     = 600
	fullDescription = 1500
	madeTitle       = 300 // characters of a title that is made from the text
)

// What is kept of the fields of an article, in bytes unless said otherwise. More
// than that comes from a mistake or an attack, and every alert would carry it.
const (
	maxTitle   = 1_000 // characters
	maxAddress = 4 << 10
	maxAuthor  = 500
	maxDate    = 200
	maxSummary = 100 << 10
	maxBody    = 1 << 20
)

// article makes an article of a record that came from an address. Its identity is
// for [identify], which sees the articles beside it. It reports whether its date
// is only rough.
func (r *Reader) article(rec record, language string, from *url.URL) (a models.Article, rough bool) {
	guid := strings.TrimSpace(rec.guid)
	base := rec.base
	if base == nil {
		base = from
	}
	link := ""
	for _, l := range rec.links {
		if link == "" {
			link = resolve(base, l)
		}
	}
	if link == "" && (strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://")) {
		link = resolve(nil, guid)
	}
	a = models.Article{
		SourceID: r.src.ID,
		Source:   r.src,
		GUID:     guid,
		Link:     link,
		LinkKey:  LinkKey(link),
		Title:    plainLine(rec.title),
		Summary:  plainText(rec.summary),
		Author:   authors(rec.authors),
		FeedHash: models.HashOf(rec.title, rec.summary, rec.content),
	}
	rough = r.date(&a, rec.dates)
	content := plainText(rec.content)
	r.body(&a, content)
	if rec.state != "" {
		a.Body, a.BodyState = content, rec.state
		a.Baseline = rec.state == models.BodyVersion
	}
	if text.Visible(a.Title) == "" {
		a.Title = first(titleFrom(first(a.Summary, content)), linkTitle(link))
	}
	a.Language = languageOf(a.Title+"\n"+a.Body, first(rec.language, r.src.Language, language))
	return a, rough
}

// shorten cuts the fields of an article to what is kept, and reports whether
// that cut any. A part of a link leads elsewhere, so that goes as a whole.
func shorten(a *models.Article) bool {
	whole := *a
	a.Title = cutAt(a.Title, maxTitle-1)
	a.GUID = cutBytes(a.GUID, maxAddress)
	if len(a.Link) > maxAddress {
		a.Link, a.LinkKey = "", ""
		if a.BodyState == models.BodyWanted {
			a.BodyState = models.BodySummary
		}
	}
	a.Author = cutBytes(a.Author, maxAuthor)
	a.PublishedRaw = cutBytes(a.PublishedRaw, maxDate)
	a.Summary = cutBytes(a.Summary, maxSummary)
	a.Body = cutBytes(a.Body, maxBody)
	return a.Title != whole.Title || a.GUID != whole.GUID || a.Link != whole.Link || a.Author != whole.Author ||
		a.PublishedRaw != whole.PublishedRaw || a.Summary != whole.Summary || a.Body != whole.Body
}

// body decides what stands for the article's text, and whether its page is
// wanted.
func (r *Reader) body(a *models.Article, content string) {
	a.Body = a.Summary
	if len(content) > len(a.Body) {
		a.Body = content
	}
	if a.Summary == "" {
		a.Summary = lead(content)
	}
	full := len(content) >= fullContent && !breaksOff(content) || len(a.Body) >= fullDescription && !breaksOff(a.Body)
	switch {
	case full && r.src.Pages != models.PagesAlways:
		a.BodyState = models.BodyFull
	case r.src.Pages == models.PagesNever || a.Link == "" && !r.detailed(*a):
		a.BodyState = models.BodySummary
	default:
		a.BodyState = models.BodyWanted
	}
}

// breaksOff reports whether a text ends as teasers do.
func breaksOff(text string) bool {
	tail := strings.ToLower(strings.TrimSpace(text[max(0, len(text)-120):]))
	tail = strings.TrimRight(tail, " .»›>→)]】」")
	for _, end := range []string{
		"…", "[…", "[..", "[...", "read more", "continue reading", "read the full article", "read full story", "full story",
		"閱讀更多", "阅读更多", "閱讀全文", "阅读全文", "查看全文", "繼續閱讀", "继续阅读",
	} {
		if strings.HasSuffix(tail, end) {
			return true
		}
	}
	return strings.HasSuffix(strings.TrimSpace(text), "...") || strings.Contains(tail, "appeared first on") && len(text) < 2*fullDescription
}

// lead returns the first paragraph of a text, as its summary.
func lead(text string) string {
	paragraph, _, _ := strings.Cut(text, "\n\n")
	return cutAt(paragraph, 1000)
}

// titleFrom makes a title of a text that has none: its first sentence.
func titleFrom(text string) string {
	line := strings.Join(strings.Fields(lead(text)), " ")
	for _, end := range []string{". ", "。", "! ", "? ", "！", "？"} {
		if i := strings.Index(line, end); i > 0 {
			line = line[:i+len(strings.TrimSpace(end))]
		}
	}
	return cutAt(line, madeTitle)
}

// cutAt returns at most n characters of a text, with an ellipsis if it is
// longer.
func cutAt(text string, n int) string {
	count := 0
	for i := range text {
		if count++; count > n {
			return strings.TrimSpace(text[:i]) + "…"
		}
	}
	return text
}

// cutBytes returns at most n bytes of a text, and an ellipsis if it is longer.
func cutBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return strings.TrimSpace(text[:n]) + "…"
}

func authors(said []string) string {
	var names []string
	for _, name := range said {
		if name = plainLine(name); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// date reads when an article was published, and reports whether that is only
// rough. A date that cannot be read stays unknown: now would be a guess that
// looks like a fact.
func (r *Reader) date(a *models.Article, said []date) (rough bool) {
	setting := r.dating()
	for _, d := range said {
		raw := strings.TrimSpace(d.raw)
		if raw == "" {
			continue
		}
		if a.PublishedRaw == "" {
			a.PublishedRaw = raw
		}
		if read, ok := dates.Parse(plainLine(raw), setting); ok {
			a.PublishedAt, a.PublishedRaw = read.Time, raw
			return read.Approximate
		}
	}
	return false
}
