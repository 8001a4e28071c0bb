package notifier

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/models"
)

// The sizes of what an alert quotes.
const (
	excerptRunes   = 280 // two to three lines on Slack and in a mail
	hitsPerFinding = 4   // further hits say nothing new
	revisionDigits = 6   // of a rule's hash; enough to tell its revisions apart
)

// newAlert returns what one recipient reads of a change. The event is the one
// after the whole scan, so that copies found in the same scan are named.
func newAlert(c models.Change, event models.Event, l recipientPlan) models.Alert {
	a := models.Alert{
		EventID:       event.ID,
		Severity:      l.severity(),
		Official:      event.Official,
		Jurisdictions: event.Jurisdictions,
		Title:         c.Joined.Title,
		Link:          c.Article.Link,
		Language:      c.Article.Language,
		Source:        c.Article.Source.Name,
		PublishedAt:   c.Article.PublishedAt,
		SeenAt:        c.Article.SeenAt,
		Stage:         event.Stage,
		Dates:         event.Dates,
		Zone:          l.recipient.Zone,
		Trigger:       trigger(c),
	}
	subjects := l.unmutedMatches()
	for _, m := range subjects {
		a.Why = append(a.Why, finding(m))
		for _, tag := range m.Tags {
			if !slices.Contains(a.Tags, tag) {
				a.Tags = append(a.Tags, tag)
			}
		}
	}
	// What the article merely names is shown to everyone who is told of it at
	// all: a mention of another team's rule is context, not an alert.
	for _, m := range models.Ranked(c.Matches) {
		if !m.Draft && !slices.ContainsFunc(subjects, func(s models.Match) bool { return s.RuleID == m.RuleID }) {
			a.Mentions = append(a.Mentions, finding(m))
		}
	}
	quoted := subjects
	if len(quoted) == 0 {
		quoted = l.matches
	}
	a.Excerpt = excerpt(c.Article.Body, quoted)
	for _, other := range event.Articles {
		if other.ArticleID != c.Article.ID {
			a.OtherSources = append(a.OtherSources, reference(other))
		}
	}
	return a
}

// trigger says why a change alerts now.
func trigger(c models.Change) models.Reasons {
	switch c.Kind {
	case models.Opened:
		return models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{})
	case models.Revised:
		return models.NewReasons(models.ReasonRevised, models.ReasonArgs{})
	default:
		return models.NewReasons(models.ReasonFirstReport, models.ReasonArgs{})
	}
}

func finding(m models.Match) models.Finding {
	f := models.Finding{RuleID: m.RuleID, RuleTitle: m.RuleTitle, Revision: m.RuleHash, Why: m.Why}
	if len(f.Revision) > revisionDigits {
		f.Revision = f.Revision[:revisionDigits]
	}
	seen := make(map[string]bool)
	for _, h := range m.Hits {
		words := strings.ToLower(h.Text)
		if seen[words] {
			continue
		}
		seen[words] = true
		if f.Hits = append(f.Hits, h); len(f.Hits) == hitsPerFinding {
			break
		}
	}
	return f
}

// excerpt returns the passage of a body around the first words that the leading
// match found there, from the start of their sentence, with all words of the
// matches marked. Without words in the body it is the body's beginning.
func excerpt(body string, matches []models.Match) models.Excerpt {
	var hits []models.Hit
	for _, m := range matches {
		for _, h := range m.Hits {
			if h.Field == models.InBody && 0 <= h.Start && h.Start < h.End && h.End <= len(body) {
				hits = append(hits, h)
			}
		}
	}
	start := 0
	if len(hits) > 0 {
		start = sentenceStart(body, hits[0].Start)
	}
	end, cut := passageEnd(body, start)
	// Words far into a long sentence: begin shortly before them instead.
	if len(hits) > 0 && hits[0].End > end {
		start = wordStart(body, hits[0].Start, excerptRunes/3)
		end, cut = passageEnd(body, start)
	}
	return marked(body, start, end, cut, hits)
}

// marked cuts a passage out, joins its lines, and moves the marks along.
func marked(body string, start, end int, cut bool, hits []models.Hit) models.Excerpt {
	inside := make([]bool, end-start)
	for _, h := range hits {
		for i := max(h.Start, start); i < min(h.End, end); i++ {
			inside[i-start] = true
		}
	}
	var text strings.Builder
	var e models.Excerpt
	if start > 0 && !endsSentence(body, start) {
		text.WriteString("…")
	}
	open := -1
	space := true
	for i, r := range body[start:end] {
		if inside[i] != (open >= 0) {
			if open >= 0 {
				e.Highlights = append(e.Highlights, [2]int{open, text.Len()})
				open = -1
			} else {
				open = text.Len()
			}
		}
		if unicode.IsSpace(r) {
			if !space {
				// A heading or a list's line runs into the next paragraph.
				if at := start + i; strings.HasPrefix(body[at:], "\n\n") && !endsSentence(body, at) {
					text.WriteString(" …")
				}
				text.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		text.WriteRune(r)
	}
	if open >= 0 {
		e.Highlights = append(e.Highlights, [2]int{open, text.Len()})
	}
	e.Text = strings.TrimRightFunc(text.String(), unicode.IsSpace)
	for i := range e.Highlights {
		e.Highlights[i][1] = min(e.Highlights[i][1], len(e.Text))
	}
	e.Highlights = slices.DeleteFunc(e.Highlights, func(m [2]int) bool { return m[0] >= m[1] })
	if cut {
		e.Text += "…"
	}
	return e
}

// sentenceStart returns where the sentence around an offset begins.
func sentenceStart(body string, offset int) int {
	start := 0
	for i, r := range body[:offset] {
		next := i + utf8.RuneLen(r)
		switch r {
		case '\n', '。', '\uff01', '\uff1f':
			start = next
		case '.', '!', '?':
			if next < len(body) && body[next] == ' ' {
				start = next
			}
		}
	}
	return skipSpace(body, start)
}

func endsSentence(body string, offset int) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(body[:offset], unicode.IsSpace))
	return strings.ContainsRune(".!?。\uff01\uff1f”\"", r) || strings.HasSuffix(strings.TrimRight(body[:offset], " "), "\n")
}

func skipSpace(body string, i int) int {
	return i + len(body[i:]) - len(strings.TrimLeftFunc(body[i:], unicode.IsSpace))
}

// passageEnd returns the end of a passage: excerptRunes on, at the end of a word
// and within the paragraph, and whether it breaks a sentence off.
func passageEnd(body string, start int) (end int, cut bool) {
	runes, last := 0, start
	for i, r := range body[start:] {
		if strings.HasPrefix(body[start+i:], "\n\n") && runes > excerptRunes/3 {
			return start + i, false
		}
		if runes == excerptRunes {
			if last == start {
				last = start + i
			}
			return last, true
		}
		if unicode.IsSpace(r) || unicode.Is(unicode.Han, r) {
			last = start + i
		}
		runes++
	}
	return len(body), false
}

// wordStart returns a word's start some runes before an offset.
func wordStart(body string, offset, runes int) int {
	i := offset
	for ; i > 0 && runes > 0; runes-- {
		_, size := utf8.DecodeLastRuneInString(body[:i])
		i -= size
	}
	for i > 0 && i < offset {
		r, size := utf8.DecodeRuneInString(body[i:])
		if unicode.IsSpace(r) {
			return i + size
		}
		if unicode.Is(unicode.Han, r) {
			return i
		}
		i += size
	}
	return i
}
