package events

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// The kinds of key dates. These are stored values.
const (
	effective = "effective" // a rule starts to apply
	deadline  = "deadline"  // something must be done by the end of the day
)

// The limits of key dates: the distance of a word to its date in tokens, and how far
// away a date may be. A rule that took effect long before the article is background; a
// date years ahead is a misprint.
const (
	maxDistance         = 10
	maxHanDistance      = 80 // from 3月1日起 to 施行, which may be a sentence apart
	contextReach        = 24 // words around a preposition that may make it a deadline or a start
	maxDates            = 8  // of one article
	maxEffectiveAge     = 183 * 24 * time.Hour
	maxDeadlineAge      = 31 * 24 * time.Hour // of a deadline, or of a date after a mere "from"
	maxAhead            = 5 * 366 * 24 * time.Hour
	maxAheadWithoutYear = 335 * 24 * time.Hour
	maxPassed           = 60 * 24 * time.Hour // of a day after "by" that was probably meant as past
	maxRecent           = 14 * 24 * time.Hour // of a date without a year after an earlier year, which is probably not of that year
)

// keyDates returns the key dates of a sentence, for an article that was published on a
// day. A date without a year may belong to an earlier year in the text: it follows a
// month of that year, or counts only if it is recent or in the future.
func (s sentence) keyDates(published time.Time, lastYear int, before anchor) []models.KeyDate {
	if len(s.days) == 0 {
		return nil
	}
	var found []models.KeyDate
	for _, c := range s.dateCandidates() {
		d := s.days[c.day]
		at, ok := d.resolve(published, c.tense)
		if d.Year == 0 && d.Month > 0 && c.kind == deadline && c.tentative {
			if last, ok := d.resolve(published, nearest); ok && last.Before(published) && published.Sub(last) < maxPassed {
				continue // "by 1 July" in August
			}
			at, ok = d.resolve(published, future)
		} else if c.present && d.Year == 0 && published.Sub(at) > maxDeadlineAge {
			at, ok = d.resolve(published, future)
		}
		if a := s.anchorBefore(c.first, published, before); d.Year == 0 && d.Month > 0 && !d.hasOffset && c.carries && a.isEarlier(published) {
			at, ok = a.first(d)
		}
		if !ok || at.Sub(published) > maxAhead || !c.isPlausible(at, published) {
			continue
		}
		if d.Year == 0 && !d.hasOffset && at.Sub(published) > maxAheadWithoutYear {
			continue // such a date would have a year
		}
		if lastYear > 0 && lastYear < published.Year() && d.Year == 0 && d.Month > 0 && published.Sub(at) > maxRecent {
			continue
		}
		found = append(found, models.KeyDate{Day: at.Format(time.DateOnly), Kind: c.kind, Quote: s.quote(c.first, c.end)})
	}
	return found
}

// A dateCandidate is a date with the words that make it a key date.
type dateCandidate struct {
	day, cost  int
	match      int // index of its phrase
	kind       string
	tense      tense
	tentative  bool
	carries    bool // an earlier month in the text decides the year
	present    bool // without a year, it is recent or in the future
	first, end int  // tokens of both
}

// isPlausible reports whether a date is recent enough. "By 31 August" with a past date
// counts something instead.
func (c dateCandidate) isPlausible(at, published time.Time) bool {
	switch ago := published.Sub(at); {
	case c.kind == deadline && c.tentative:
		return ago <= 0
	case c.kind == deadline || c.tentative:
		return ago <= maxDeadlineAge
	default:
		return ago <= maxEffectiveAge
	}
}

// dateCandidates pairs dates with phrases, the closest first. A phrase and a date are
// used once.
func (s sentence) dateCandidates() []dateCandidate {
	var all []dateCandidate
	for i, d := range s.days {
		for n, m := range s.matches {
			if c, ok := s.dateCandidate(m, d); ok {
				c.day, c.match = i, n
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b dateCandidate) int { return cmp.Compare(a.cost, b.cost) })
	days, matches := make(map[int]bool), make(map[int]bool)
	var selected []dateCandidate
	for _, c := range all {
		if !days[c.day] && !matches[c.match] {
			days[c.day], matches[c.match] = true, true
			selected = append(selected, c)
		}
	}
	return s.addCoordinated(selected)
}

// addCoordinated adds dates that are coordinated with another: "close on 31 August and
// 30 September".
func (s sentence) addCoordinated(claims []dateCandidate) []dateCandidate {
	of := func(day int) (dateCandidate, bool) {
		i := slices.IndexFunc(claims, func(c dateCandidate) bool { return c.day == day })
		if i < 0 {
			return dateCandidate{}, false
		}
		return claims[i], true
	}
	for i := 1; i < len(s.days); i++ {
		before, after := s.days[i-1], s.days[i]
		beside := after.first-before.end == 1
		if !s.coordinated(before.end, after.first) || !beside && s.word(before.first-1) != s.word(after.first-1) {
			continue // "on 31 August, and by 30 September" are separate
		}
		c, first := of(i - 1)
		o, second := of(i)
		switch {
		case first && !second:
			c.day, c.end = i, after.end
			claims = append(claims, c)
		case second && !first && beside:
			o.day, o.first = i-1, before.first
			claims = append(claims, o)
		}
	}
	return claims
}

// coordinated reports whether the words between two tokens coordinate them.
func (s sentence) coordinated(from, to int) bool {
	if to-from > maxDistance || s.hasSense(reports, from, to) {
		return false
	}
	return slices.ContainsFunc(s.tokens[from:to], func(t text.Token) bool {
		return t.Text == "and" || t.Text == "和" || t.Text == "及" || t.Text == "与"
	})
}

// dateCandidate returns the candidate for a phrase and a date, if there is one.
func (s sentence) dateCandidate(m phraseMatch, d day) (dateCandidate, bool) {
	c := dateCandidate{first: min(m.first, d.first), end: max(m.end, d.end)}
	before := m.end <= d.first // the phrase is before the date
	from, to := m.end, d.first
	if !before {
		from, to = d.end, m.first
	}
	reach := maxDistance
	if !before && m.isHan() && m.phrase.senses&effect != 0 && s.word(d.end) == "起" {
		reach = maxHanDistance
	}
	if c.cost = to - from; c.cost < 0 || c.cost > reach {
		return dateCandidate{}, false
	}
	c.kind, c.tentative = s.dateKind(m, d, before)
	if c.kind == "" || d.MonthEnd && c.kind != deadline || s.isExcluded(c, m, d, from, to) {
		return dateCandidate{}, false
	}
	c.tense = s.tense(m, d)
	c.present = c.tense == nearest && (c.kind == deadline || !m.isHan() && m.isPresent())
	// "Will take effect" and "takes effect" are ahead, whatever happened last year.
	planned := s.hasSense(ahead, max(0, d.first-5), d.first)
	c.carries = c.tense == past || c.kind == effective && !planned && (m.isHan() || c.tense == nearest && m.phrase.senses&effect == 0)
	// "1 August, the day the law took effect" is closer than its distance.
	if !before && slices.ContainsFunc(s.tokens[from:to], func(t text.Token) bool { return t.Text == "day" || t.Text == "when" }) {
		return c, true
	}
	for i := from; i < min(to+1, len(s.commas)); i++ {
		if s.commas[i] && !s.isAbbreviation(i) && !s.isAbbreviation(i-1) {
			c.cost += 4
		}
	}
	// Chinese puts the date before its verb, English after it.
	if before == m.isHan() {
		c.cost += 3
	}
	return c, c.cost <= reach
}

// isAbbreviation reports whether a token is alone in brackets, as a name's short form is.
func (s sentence) isAbbreviation(i int) bool {
	return i > 0 && i+1 < len(s.tokens) && strings.Contains(s.separator(i), "(") && strings.Contains(s.separator(i+1), ")")
}

// isPresent reports whether an English phrase is a verb in the present: "takes effect".
func (m phraseMatch) isPresent() bool {
	switch m.words[0] {
	case "takes", "take", "comes", "come", "enters", "enter", "goes", "go", "applies", "apply", "becomes", "begins", "starts", "commences", "kicks", "rolls":
		return true
	}
	return false
}

// isExcluded reports whether the words around a phrase and its date, or between them,
// rule it out: it is about a company, the day of a statement, denied, or abandoned.
func (s sentence) isExcluded(c dateCandidate, m phraseMatch, d day, from, to int) bool {
	switch {
	case s.hasSense(private, max(0, c.first-6), min(len(s.tokens), c.end+6)):
	case s.hasSense(reports, from, to):
	case m.first > d.first && !m.isHan() && s.word(d.first-2) != "that" && s.hasSense(reports, max(0, d.first-3), d.first):
	case c.kind == effective && (s.hasSense(denies, max(0, c.first-3), c.first) || s.hasSense(denies, max(0, m.first-3), m.first)):
	case m.phrase.senses&starts != 0 && s.isUncertain(m):
	case m.phrase.senses&moved == 0 && s.isAbandoned(c, d):
	default:
		return false
	}
	return true
}

// isUncertain reports whether something only might start: "could mark the start".
func (s sentence) isUncertain(m phraseMatch) bool {
	for i := max(0, m.first-4); i < m.first; i++ {
		switch s.word(i) {
		case "could", "might":
			return true
		}
	}
	return false
}

// isAbandoned reports whether a date was planned and is no longer.
func (s sentence) isAbandoned(c dateCandidate, d day) bool {
	return s.hasSense(shelved, max(0, c.first-6), c.end) || s.hasSense(moved, d.end, min(len(s.tokens), d.end+4)) ||
		s.word(d.first-1) == "from" && s.hasSense(moved, max(0, d.first-2), d.first)
}

// dateKind returns which kind of date a phrase makes of a date near it.
func (s sentence) dateKind(m phraseMatch, d day, before bool) (kind string, weak bool) {
	means, touches, han := m.phrase.senses, s.isAdjacent(m, d), m.isHan()
	near := func(any sense) bool {
		return s.hasSense(any, max(0, min(m.first, d.first)-contextReach), min(len(s.tokens), max(m.end, d.end)+contextReach))
	}
	switch {
	case means&moved != 0:
		if !before || !touches && s.word(d.first-1) != "to" || s.word(d.first-1) == "from" {
			return "", false
		}
		if near(window | closes) {
			return deadline, false
		}
		return effective, false
	case means&effect != 0, touches && m.words[0] == "effective":
		return effective, false
	case means&closes != 0:
		return deadline, d.isRelative
	case means&ends != 0 && near(window) && (touches || !before || !han):
		return deadline, true
	case means&reaches != 0 && before && touches && near(window):
		return deadline, true
	case means&until != 0 && touches && before != han && near(acts) && !s.hasSense(counts, max(0, m.first-8), min(len(s.tokens), max(m.end, d.end)+8)):
		return deadline, true
	case means&starts != 0 && near(legal|demands) && !(before && han) && !s.hasSense(accepts, m.end, min(len(s.tokens), m.end+3)):
		return effective, false
	case means&since != 0 && touches && before != han && near(demands) && !s.startsRange(d):
		return effective, true
	}
	return "", false
}

// isAdjacent reports whether there is nothing but a time between a phrase and a date:
// "by 5 p.m. on 31 August".
func (s sentence) isAdjacent(m phraseMatch, d day) bool {
	if m.end > d.first {
		return m.first == d.end
	}
	return !slices.ContainsFunc(s.tokens[m.end:d.first], func(t text.Token) bool {
		switch t.Text {
		case "the", "close", "of", "business", "on", "p", "a", "m", "pm", "am", "noon", "midnight":
			return false
		}
		return t.Text[0] < '0' || t.Text[0] > '9'
	})
}

// startsRange reports whether a date is the first of a range.
func (s sentence) startsRange(d day) bool {
	switch s.word(d.end) {
	case "to", "until", "till", "through", "and", "至", "到":
		return true
	}
	return false
}

// tense returns whether the words around a phrase put its date into the past.
func (s sentence) tense(m phraseMatch, d day) tense {
	switch means := m.phrase.senses; {
	case means&behind != 0 && s.hasSense(ahead, max(0, m.first-2), m.first): // will be brought into force
		return future
	case means&behind != 0:
		return past
	case means&(ahead|moved) != 0:
		return future
	case s.hasSense(ahead, max(0, min(m.first, d.first)-5), m.first):
		return future
	case s.hasSense(behind, max(0, m.first-3), min(len(s.tokens), m.end+2)):
		return past
	}
	return nearest
}

// mergeDates returns the dates of both lists, each date and kind once, the earliest
// first.
func mergeDates(have, add []models.KeyDate) []models.KeyDate {
	all := slices.Clone(have)
	for _, d := range add {
		if !slices.ContainsFunc(all, func(o models.KeyDate) bool { return o.Day == d.Day && o.Kind == d.Kind }) {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b models.KeyDate) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind))
	})
	return all
}
