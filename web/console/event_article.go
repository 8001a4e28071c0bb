package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"regwatch/app"
	"regwatch/internal/difference"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// An articlePart is an article on a page: closed with what is known of it, or open with its
// text.
type articlePart struct {
	ID, Anchor  string
	Title       line
	Source      string
	Official    bool
	Link        string // only http and https
	LinkText    string // of an address that is not safe to open
	Published   moment
	Seen        moment
	Joined      string
	Similar     *similar
	Matches     int // passages that rules matched
	Edits       int // how often it was edited
	Changes     string
	Open        bool
	OpenAddress string
	Text        []paragraph
	Lang        string
	Note        string // why there is no text, or why it has no marks
	Problem     string // why the text is not, or not all of, what the page says
	First       bool   // it has the key of the original
	Address     string // of its own page
}

// A similar is why an article joined only by what it says; the title has its own language.
type similar struct{ Before, Title, After string }

// A paragraph has its number as hits count it.
type paragraph struct {
	Number int
	Spans  []span
}

// A span is a piece of text that a rule matched, or did not.
type span struct {
	Text string
	Mark bool
}

// A byteRange is a passage of a text.
type byteRange struct{ start, end int }

// maxOpenArticles is how many articles of one page are open at most.
const maxOpenArticles = 20

// eventArticles shows the articles of an event, the leading one first and then the newest. The
// first is open, and those that the address asks for.
func (c *Console) eventArticles(v *visit, e app.EventDetails, p *eventPage) error {
	articles := slices.Clone(e.Articles)
	slices.SortStableFunc(articles, func(a, b app.EventArticle) int {
		switch {
		case a.Lead:
			return -1
		case b.Lead:
			return 1
		}
		return b.SeenAt.Compare(a.SeenAt)
	})
	asked := v.URL.Query()["open"]
	open := 0
	for i, in := range articles {
		if open < maxOpenArticles && (i == 0 || slices.Contains(asked, in.ArticleID) || slices.Contains(asked, "all")) {
			open++
			part, err := c.openArticle(v, in, e.Matches)
			if err != nil {
				return err
			}
			part.First = i == 0
			p.Articles = append(p.Articles, part)
			if i == 0 {
				p.Extract = v.extract(e, part)
			}
			p.HasMarks = p.HasMarks || slices.ContainsFunc(part.Text, func(t paragraph) bool {
				return slices.ContainsFunc(t.Spans, func(s span) bool { return s.Mark })
			})
			continue
		}
		part := v.articlePart(in, e.Matches)
		part.OpenAddress = with(v.URL, "open", append(slices.Clone(asked), in.ArticleID)...) + "#" + part.Anchor
		p.Articles = append(p.Articles, part)
	}
	return nil
}

func (v *visit) articlePart(in app.EventArticle, matches []app.Match) articlePart {
	p := articlePart{
		ID: in.ArticleID, Anchor: "a-" + in.ArticleID, Source: in.SourceName, Official: models.Role(in.Role).Official(), Seen: v.when(in.SeenAt),
		Joined: app.JoinedIn(in.JoinedBy, v.Lang), Edits: max(0, in.Revision-1), Address: "/articles/" + in.ArticleID,
		Changes: "/events/-/articles/" + in.ArticleID + "/changes",
	}
	if in.Part > 0 {
		p.Anchor += "-" + strconv.Itoa(in.Part)
	}
	if p.Link = sanitize.Link(in.Link); p.Link == "" {
		p.LinkText = in.Link
	}
	if in.PublishedAt != nil {
		p.Published = v.when(*in.PublishedAt)
	}
	if s := in.Similarity; s != nil {
		title := app.SimilarTitle(*s)
		before, after, _ := strings.Cut(app.SimilarityIn(*s, v.Lang), title)
		p.Similar = &similar{before, title, after}
	}
	p.Lang = cmp.Or(pageLanguage(in.Language), languageOf(in.Title))
	p.Title = line{p.Lang, []span{{Text: in.Title}}}
	p.Matches = len(merged(hitRanges(matches, in, models.InTitle, ""))) + len(merged(hitRanges(matches, in, models.InBody, "")))
	return p
}

// pageLanguage returns the language of an article if it is a language tag.
func pageLanguage(tag string) string {
	if strings.Trim(strings.ToLower(tag), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return tag
}

// openArticle reads the text of an article and marks what matched.
func (c *Console) openArticle(v *visit, in app.EventArticle, matches []app.Match) (articlePart, error) {
	p := v.articlePart(in, matches)
	a, err := c.engine.Article(v.Context(), in.ArticleID)
	if err != nil {
		return p, err
	}
	in.Revision = a.Revision
	p.Open, p.Edits, p.Lang = true, a.Revision-1, cmp.Or(pageLanguage(a.Language), languageOf(in.Title))
	p.Title = line{p.Lang, spans(in.Title, 0, merged(hitRanges(matches, in, models.InTitle, in.Title)))}
	inBody := hitRanges(matches, in, models.InBody, a.Body)
	p.Text = paragraphs(a.Body, merged(inBody), numbersOf(matches, in, a.Body))
	switch models.BodyState(a.TextState) {
	case models.BodyExpired:
		p.Note, p.Text = v.T("The text was deleted because of its age. Title, hash and link stay."), nil
	case models.BodyWanted:
		p.Note = v.T("So far this is the summary of the feed. The page is still to be read.")
	case models.BodyFailed:
		p.Note = v.T("This is the summary of the feed. The page could not be read.")
	case models.BodySummary:
		p.Note = v.T("This is all that the source gives.")
	}
	p.Problem = v.text(a.Problem())
	if p.Note == "" && p.Problem == "" && a.Body == "" {
		p.Note = v.T("The source gives no text.")
	}
	if latest := latestRevision(matches, in); p.Note == "" && latest > 0 && latest != a.Revision {
		p.Note = v.T("The words matched in an earlier text (%d); this is text %d, so none are marked.", latest, a.Revision)
	}
	return p, nil
}

func latestRevision(matches []app.Match, in app.EventArticle) int {
	latest := 0
	for _, m := range matches {
		if m.ArticleID == in.ArticleID && m.Part == in.Part {
			latest = max(latest, m.Revision)
		}
	}
	return latest
}

// hitRanges returns the passages that rules matched in a field of the last revision of an
// article. With the text, only those that it really has there.
func hitRanges(matches []app.Match, in app.EventArticle, field models.Field, text string) []byteRange {
	var all []byteRange
	for _, m := range matches {
		if m.ArticleID != in.ArticleID || m.Part != in.Part || m.Revision != in.Revision {
			continue
		}
		for _, h := range m.Hits {
			if h.Field != field || text != "" && !isAt(text, h) {
				continue
			}
			all = append(all, byteRange{h.Start, h.End})
		}
	}
	return all
}

func isAt(text string, h models.Hit) bool {
	return 0 <= h.Start && h.Start < h.End && h.End <= len(text) && text[h.Start:h.End] == h.Text
}

// merged joins passages that overlap, in the order of the text.
func merged(all []byteRange) []byteRange {
	slices.SortFunc(all, func(a, b byteRange) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var joined []byteRange
	for _, r := range all {
		if n := len(joined); n > 0 && r.start <= joined[n-1].end {
			joined[n-1].end = max(joined[n-1].end, r.end)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

// spans cuts a text, which begins at an offset of the whole, at what is marked in the whole.
func spans(text string, offset int, marks []byteRange) []span {
	var cut []span
	at := 0
	for _, m := range marks {
		start, end := max(m.start-offset, at), min(m.end-offset, len(text))
		if start >= end {
			continue
		}
		if start > at {
			cut = append(cut, span{Text: text[at:start]})
		}
		cut = append(cut, span{text[start:end], true})
		at = end
	}
	if at < len(text) {
		cut = append(cut, span{Text: text[at:]})
	}
	return cut
}

// numbersOf returns the numbers of paragraphs that hits have, by where the hits begin.
func numbersOf(matches []app.Match, in app.EventArticle, body string) map[int]int {
	numbers := make(map[int]int)
	for _, m := range matches {
		if m.ArticleID != in.ArticleID || m.Revision != in.Revision {
			continue
		}
		for _, h := range m.Hits {
			if h.Field == models.InBody && h.Paragraph > 0 && isAt(body, h) {
				numbers[h.Start] = h.Paragraph
			}
		}
	}
	return numbers
}

// paragraphs cuts a text at its line ends. Hits know the number of their paragraph; the others
// are counted from there. Lines without a word have none.
func paragraphs(body string, marks []byteRange, numbers map[int]int) []paragraph {
	var all []paragraph
	number, offset := 0, 0
	for _, line := range strings.SplitAfter(body, "\n") {
		start := offset
		offset += len(line)
		text := strings.TrimRightFunc(line, unicode.IsSpace)
		if strings.TrimSpace(text) == "" {
			continue
		}
		p := paragraph{Spans: spans(text, start, marks)}
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			number++
			for at, n := range numbers {
				if start <= at && at < offset {
					number = n
				}
			}
			p.Number = number
		}
		if len(all) > 0 && all[len(all)-1].Number == p.Number { // a line that was only wrapped
			p.Number = 0
		}
		all = append(all, p)
	}
	return all
}

// extract marks in the sentences of an event's extract what matched in its first article.
func (v *visit) extract(e app.EventDetails, first articlePart) []line {
	var all []line
	for _, sentence := range e.Extract {
		all = append(all, line{languageOf(sentence), markedAs(sentence, first.Text)})
	}
	return all
}

// markedAs returns a sentence with the marks that it has in one of the paragraphs, if it is
// there.
func markedAs(sentence string, text []paragraph) []span {
	for _, p := range text {
		whole, marks, at := "", []byteRange(nil), 0
		for _, s := range p.Spans {
			if s.Mark {
				marks = append(marks, byteRange{at, at + len(s.Text)})
			}
			whole += s.Text
			at = len(whole)
		}
		if i := strings.Index(whole, sentence); i >= 0 {
			return spans(sentence, i, marks)
		}
	}
	return []span{{Text: sentence}}
}

// An articlePage is one article outside an event.
type articlePage struct {
	Part   articlePart
	Events []related
	Why    []eventWhy
}

func (c *Console) showArticle(w http.ResponseWriter, v *visit) error {
	a, err := c.engine.Article(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	in := app.EventArticle{
		ArticleID: a.ID, Source: a.Source, SourceName: cmp.Or(a.SourceName, a.Source), Title: a.Title, Link: a.Link, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt,
		Revision: a.Revision, Language: a.Language, TextState: a.TextState, Role: c.roleOf(a.Source),
	}
	part, err := c.openArticle(v, in, a.Matches)
	if err != nil {
		return err
	}
	part.First, part.Address = true, "" // it has no page but this one
	page := articlePage{Part: part}
	for _, e := range a.Events {
		facts := []string{v.severity(e.Severity), app.JoinedIn(e.JoinedBy, v.Lang)}
		page.Events = append(page.Events, related{Address: "/events/" + e.ID, Title: e.Title, Facts: facts})
	}
	of := app.EventDetails{}
	for _, m := range a.Matches {
		if m.Revision == a.Revision && !slices.ContainsFunc(of.Rules, func(r app.Match) bool { return r.RuleID == m.RuleID }) {
			of.Rules = append(of.Rules, m)
		}
	}
	page.Why = v.eventWhy(of)
	c.show(w, v, http.StatusOK, "inbox-article", a.Title, page)
	return nil
}

func (c *Console) roleOf(source string) string {
	for _, s := range c.engine.Folder().Sources {
		if s.ID == source {
			return string(s.Role)
		}
	}
	return ""
}

// A changesPage compares two texts of an article.
type changesPage struct {
	Title    string
	Lang     string
	From, To revision
	Choices  []option // revisions
	Compared bool
	Headline *change // if the title changed
	Changes  []change
	Count    string
	Same     bool
	Back     string
	Action   string // where the form leads
}

type revision struct {
	Number int
	Seen   moment
	Title  string
}

// A change is a paragraph that was removed and the one in its place, with the words that
// differ. One of the two may be empty.
type change struct{ Before, After []difference.Piece }

func (c *Console) showChanges(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	number := func(name string) int {
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	a, err := c.engine.Article(v.Context(), v.PathValue("article"))
	if err != nil {
		return err
	}
	p := changesPage{Title: a.Title, Lang: languageOf(a.Title), Back: "/articles/" + a.ID, Action: v.URL.Path}
	if event := v.PathValue("event"); event != "-" {
		p.Back = "/events/" + url.PathEscape(event) + "?" + url.Values{"open": {a.ID}}.Encode() + "#a-" + a.ID
	}
	if len(a.Revisions) < 2 {
		p.Same = true
		c.show(w, v, http.StatusOK, "inbox-changes", v.T("What changed"), p)
		return nil
	}
	d, err := c.engine.CompareRevisions(v.Context(), a.ID, number("from"), number("to"))
	if err != nil {
		return err
	}
	p.Compared, p.From, p.To = d.Compared, v.revision(d.From), v.revision(d.To)
	p.Count = v.T("%d paragraph removed, %d added|%d paragraphs removed, %d added", d.Removed, d.Added)
	for _, r := range a.Revisions {
		p.Choices = append(p.Choices, option{Value: strconv.Itoa(r.Revision), Name: v.T("Text %d, seen %s", r.Revision, v.when(r.SeenAt).Full)})
	}
	if d.TitleChanged {
		p.Headline = &compareWords([]string{d.From.Title}, []string{d.To.Title})[0]
	}
	for _, e := range d.Edits {
		p.Changes = append(p.Changes, compareWords(e.Removed, e.Added)...)
	}
	c.show(w, v, http.StatusOK, "inbox-changes", v.T("What changed"), p)
	return nil
}

func (v *visit) revision(r app.ArticleRevision) revision {
	return revision{r.Revision, v.when(r.SeenAt), r.Title}
}

// compareWords pairs paragraphs, and finds the words that differ in each pair.
func compareWords(before, after []string) []change {
	var all []change
	for i := range max(len(before), len(after)) {
		var c change
		switch {
		case i >= len(after):
			c.Before = []difference.Piece{{Text: before[i], Changed: true}}
		case i >= len(before):
			c.After = []difference.Piece{{Text: after[i], Changed: true}}
		default:
			c.Before, c.After = difference.Words(before[i], after[i])
		}
		all = append(all, c)
	}
	return all
}
