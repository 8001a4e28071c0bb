package sources

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
	"regwatch/internal/lang"
	"regwatch/internal/schedule"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
	"regwatch/models"
)

// From these sizes on, in bytes, what a feed contains counts as the full text. Content
// that the feed labels as full text needs less than a description.
const (
	minFullContent     = 600
	minFullDescription = 1500
	maxDerivedTitle    = 300 // characters of a title that is derived from the text
)

// The most that is kept of each field of an article, in bytes unless noted. Longer
// values come from a mistake or an attack, and every alert would carry them.
const (
	maxTitle   = 1_000 // characters
	maxAddress = 4 << 10
	maxAuthor  = 500
	maxDate    = 200
	maxSummary = 100 << 10
	maxBody    = 1 << 20
)

// article returns the article of a record that came from an address, without its texts.
// [identify] sets its identity later, because that depends on the other articles of the
// batch. Rough reports whether the date is only approximate.
func (r *Reader) article(rec record, from *url.URL) (a models.Article, rough bool) {
	guid := strings.TrimSpace(rec.GUID)
	base := rec.base
	if base == nil {
		base = from
	}
	link := ""
	for _, l := range rec.Links {
		if link == "" {
			link = weblink.Resolve(base, l)
		}
	}
	if link == "" && (strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://")) {
		link = weblink.Resolve(nil, guid)
	}
	a = models.Article{
		SourceID: r.src.ID,
		Source:   r.src,
		GUID:     guid,
		Link:     link,
		LinkKey:  weblink.Key(link),
		Title:    htmltext.Line(rec.Title),
		FeedHash: models.HashOf(rec.Title, rec.Summary, rec.Content),
	}
	return a, r.setDate(&a, rec.Dates)
}

// addTexts adds the texts of a record to its article, and what depends on them. It takes most of
// the time of reading a feed. Language is that of the response.
func (r *Reader) addTexts(a *models.Article, rec record, language string) {
	a.Summary, a.Author = htmltext.Plain(rec.Summary), joinAuthors(rec.Authors)
	content := htmltext.Plain(rec.Content)
	r.setBody(a, content)
	if rec.state != "" {
		a.Body, a.BodyState = content, rec.state
		a.Baseline = rec.state == models.BodyVersion
	}
	if text.Visible(a.Title) == "" {
		a.Title = cmp.Or(deriveTitle(cmp.Or(a.Summary, content)), weblink.Title(a.Link))
	}
	a.Language = lang.Detect(a.Title+"\n"+a.Body, cmp.Or(rec.Language, r.src.Language, language))
}

// isNamed reports whether an article is told apart by its title, ID and link alone: none of its
// texts is part of its identity.
func isNamed(a models.Article, home []string) bool {
	is := func(address string) bool {
		return address != "" && !isHomeAddress(address, home) && !isHomeAddress(weblink.Firm(address), home) && !isHomeAddress(weblink.Stable(address), home)
	}
	return text.Visible(a.Title) != "" && (is(a.GUID) || is(a.Link))
}

// An Archived is an article as an archive gives it. Its title and texts may have markup.
type Archived struct {
	Title, Text, Summary, Link, Author, Language string
	Published                                    time.Time
	PublishedRaw                                 string
}

// FromArchive returns an archived article as a source would have given it: with plain text, and cut to the same lengths. It has
// no ID, SeenAt or Hash.
func FromArchive(src models.Source, x Archived) models.Article {
	a := models.Article{
		SourceID: src.ID, Source: src, Link: x.Link, LinkKey: weblink.Key(x.Link), Title: htmltext.Line(x.Title), Summary: htmltext.Plain(x.Summary), Author: htmltext.Line(x.Author),
		PublishedAt: x.Published, PublishedRaw: x.PublishedRaw, BodyState: models.BodyFull,
	}
	if a.Body = htmltext.Plain(x.Text); a.Body == "" {
		a.Body, a.BodyState = a.Summary, models.BodySummary
	}
	if a.Summary == "" {
		a.Summary = firstParagraph(a.Body)
	}
	truncateFields(&a)
	a.Language = lang.Detect(a.Title+"\n"+a.Body, cmp.Or(x.Language, src.Language))
	return a
}

// truncateFields cuts the fields of an article to the most that is kept, and reports
// whether it changed any. A link that is too long is dropped, because a part of it
// would lead elsewhere.
func truncateFields(a *models.Article) bool {
	original := *a
	a.Title = htmltext.Truncate(a.Title, maxTitle-1)
	a.GUID = htmltext.TruncateBytes(a.GUID, maxAddress)
	if len(a.Link) > maxAddress {
		a.Link, a.LinkKey = "", ""
		if a.BodyState == models.BodyWanted {
			a.BodyState = models.BodySummary
		}
	}
	a.Author = htmltext.TruncateBytes(a.Author, maxAuthor)
	a.PublishedRaw = htmltext.TruncateBytes(a.PublishedRaw, maxDate)
	a.Summary = htmltext.TruncateBytes(a.Summary, maxSummary)
	a.Body = htmltext.TruncateBytes(a.Body, maxBody)
	return a.Title != original.Title || a.GUID != original.GUID || a.Link != original.Link || a.Author != original.Author ||
		a.PublishedRaw != original.PublishedRaw || a.Summary != original.Summary || a.Body != original.Body
}

// setBody chooses the body of an article and decides whether its page must be fetched.
func (r *Reader) setBody(a *models.Article, content string) {
	a.Body = a.Summary
	if len(content) > len(a.Body) {
		a.Body = content
	}
	if a.Summary == "" {
		a.Summary = firstParagraph(content)
	}
	full := len(content) >= minFullContent && !isTeaser(content) || len(a.Body) >= minFullDescription && !isTeaser(a.Body)
	switch {
	case full && r.src.Pages != models.PagesAlways:
		a.BodyState = models.BodyFull
	case r.src.Pages == models.PagesNever || a.Link == "" && !r.hasDetail(*a):
		a.BodyState = models.BodySummary
	default:
		a.BodyState = models.BodyWanted
	}
}

// isTeaser reports whether a text ends the way teasers do.
func isTeaser(text string) bool {
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
	return strings.HasSuffix(strings.TrimSpace(text), "...") || strings.Contains(tail, "appeared first on") && len(text) < 2*minFullDescription
}

// firstParagraph returns the first paragraph of a text, cut to the length of a
// summary.
func firstParagraph(text string) string {
	paragraph, _, _ := strings.Cut(text, "\n\n")
	return htmltext.Truncate(paragraph, 1000)
}

// deriveTitle returns the first sentence of a text, as the title of an article without
// one.
func deriveTitle(text string) string {
	line := strings.Join(strings.Fields(firstParagraph(text)), " ")
	for _, end := range []string{". ", "。", "! ", "? ", "！", "？"} {
		if i := strings.Index(line, end); i > 0 {
			line = line[:i+len(strings.TrimSpace(end))]
		}
	}
	return htmltext.Truncate(line, maxDerivedTitle)
}

func joinAuthors(raw []string) string {
	var names []string
	for _, name := range raw {
		if name = htmltext.Line(name); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// setDate sets when an article was published, and reports whether that is only
// approximate. The first candidate that can be read counts, but one that lies years ahead only
// if there is no other and nothing is known. The date stays unknown if no candidate can be
// read: the current time would be a guess that looks like a fact.
func (r *Reader) setDate(a *models.Article, candidates []string) (rough bool) {
	setting := r.dateSetting()
	known, raw := a.PublishedAt, a.PublishedRaw
	for _, d := range candidates {
		candidate := strings.TrimSpace(d)
		if candidate == "" {
			continue
		}
		raw = cmp.Or(raw, candidate)
		read, ok := dates.Parse(htmltext.Line(candidate), setting)
		switch {
		case !ok:
		case !setting.IsFarAhead(read.Time):
			a.PublishedAt, a.PublishedRaw = read.Time, candidate
			return read.Approximate
		case known.IsZero():
			known, raw, rough = read.Time, candidate, read.Approximate
		}
	}
	a.PublishedAt, a.PublishedRaw = known, raw
	return rough
}

// dateSetting returns how to read the dates of the source.
func (r *Reader) dateSetting() dates.Options {
	s := dates.Options{Zone: time.UTC, Seen: r.seen}
	if zone, err := schedule.Zone(r.src.Zone); err == nil {
		s.Zone = zone
	}
	switch r.src.DateOrder {
	case models.DayFirst:
		s.Order = dates.DayFirst
	case models.MonthFirst:
		s.Order = dates.MonthFirst
	}
	if r.client != nil {
		s.Seen = r.client.Now()
	}
	return s
}
