package notifier

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/models"
)

// Sizes of the quotations in an alert.
const (
	excerptRunes   = 280 // two to three lines on Slack and in a mail
	hitsPerFinding = 4   // further hits add no information
	revisionDigits = 6   // of a rule's hash; enough to distinguish its revisions
)

// newAlert returns the alert of a change for one recipient. The event is the one after
// the whole scan, so that it includes copies found in the same scan.
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
		Extract:       c.Joined.Extract,
		Stage:         event.Stage,
		Restates:      event.Restatement(),
		StageQuote:    event.StageQuote,
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
	// Everyone who gets the alert sees its mentions: another team's mention is context,
	// not an alert.
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

// trigger returns why a change alerts now.
func trigger(c models.Change) models.Reasons {
	switch {
	case c.SplitFrom != nil:
		return models.NewReasons(models.ReasonSplit, models.ReasonArgs{Event: c.SplitFrom.ID, Text: c.SplitFrom.Title})
	case c.Applied:
		return models.NewReasons(models.ReasonRuleApplied, models.ReasonArgs{})
	case c.Kind == models.Opened && c.Event.MayBelong != nil:
		return models.NewReasons(models.ReasonMayBelong, models.ReasonArgs{
			Event: c.Event.MayBelong.EventID, Text: c.Event.MayBelong.Title, Opened: c.Event.ID,
		})
	case c.Kind == models.Opened:
		return models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{})
	case c.Kind == models.Revised:
		return models.NewReasons(models.ReasonRevised, models.ReasonArgs{})
	default:
		return models.NewReasons(models.ReasonFirstReport, models.ReasonArgs{})
	}
}

func finding(m models.Match) models.Finding {
	f := models.Finding{RuleID: m.RuleID, RuleTitle: m.RuleTitle, Revision: m.RuleHash, Why: m.Why, Entities: m.Entities(), Origins: m.Origins}
	if len(f.Revision) > revisionDigits {
		f.Revision = f.Revision[:revisionDigits]
	}
	if m.Relevance.Scored() {
		f.Relevance = &m.Relevance
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

// excerpt returns the passage of a body around the first hit of the leading match, from
// the start of its sentence, with all hits highlighted. Without a hit in the body it
// returns the beginning of the body.
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
	// The hit is far into a long sentence: begin shortly before it.
	if len(hits) > 0 && hits[0].End > end {
		start = wordStart(body, hits[0].Start, excerptRunes/3)
		end, cut = passageEnd(body, start)
	}
	return highlighted(body, start, end, cut, hits)
}

// highlighted cuts out a passage, joins its lines, and shifts the highlights accordingly.
func highlighted(body string, start, end int, cut bool, hits []models.Hit) models.Excerpt {
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
				// A heading or a list item would run into the next paragraph.
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

// sentenceStart returns the start of the sentence around an offset.
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

// passageEnd returns the end of a passage of at most excerptRunes, at the end of a word
// and within the paragraph, and whether it cuts a sentence.
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

// wordStart returns the start of a word about so many runes before an offset.
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
