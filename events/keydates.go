package events

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/text"
	"regwatch/models"
)

// The kinds of key dates.
const (
	effective = "effective" // a rule begins to apply
	deadline  = "deadline"  // something must be done by the end of the day
)

// How far a word may stand from its day, in tokens, and how old or far a day may
// be. What took effect long before the article is background; a year that is
// further away is a misprint.
const (
	mostApart = 10
	weakReach = 24 // of the words around a preposition that make it a deadline or a start
	mostDates = 8  // of one article
	oldest    = 183 * 24 * time.Hour
	recent    = 31 * 24 * time.Hour // how long ago a deadline, or what follows a mere "from", may have been
	farthest  = 5 * 366 * 24 * time.Hour
	nextYear  = 330 * 24 * time.Hour
)

// datesOf returns the key dates that a sentence tells, for an article that was
// published on a day. A day without its year that comes after an earlier year
// was written may be of that one, and is told only if it is to come.
func (s sentence) datesOf(published time.Time, carried int) []models.KeyDate {
	if len(s.days) == 0 {
		return nil
	}
	var found []models.KeyDate
	for _, c := range s.claims() {
		d := s.days[c.day]
		at, ok := d.on(published, c.tense)
		if !ok || at.Sub(published) > farthest || !c.holds(at, published) {
			continue
		}
		if d.year == 0 && !d.exact && at.Sub(published) > nextYear {
			continue // it would be written with its year
		}
		if carried > 0 && carried < published.Year() && d.year == 0 && d.month > 0 && at.Before(published) {
			continue
		}
		found = append(found, models.KeyDate{Day: at.Format(time.DateOnly), Kind: c.kind, Quote: s.quote(c.first, c.end)})
	}
	return found
}

// A claim is a day with the words that say why it matters.
type claim struct {
	day, cost  int
	cue        int // index of its mark
	kind       string
	tense      tense
	weak       bool
	first, end int // tokens of both
}

// holds reports whether a day is not too long ago. "By 31 August" of a day that
// has passed counts what there was then.
func (c claim) holds(at, published time.Time) bool {
	switch ago := published.Sub(at); {
	case c.kind == deadline && c.weak:
		return ago <= 0
	case c.kind == deadline || c.weak:
		return ago <= recent
	default:
		return ago <= oldest
	}
}

// claims pairs days with the words that tell what they are, the closest first:
// a word tells of one day, and a day is told of once.
func (s sentence) claims() []claim {
	var all []claim
	for i, d := range s.days {
		for n, m := range s.marks {
			if c, ok := s.claim(m, d); ok {
				c.day, c.cue = i, n
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b claim) int { return cmp.Compare(a.cost, b.cost) })
	days, cues := make(map[int]bool), make(map[int]bool)
	var taken []claim
	for _, c := range all {
		if !days[c.day] && !cues[c.cue] {
			days[c.day], cues[c.cue] = true, true
			taken = append(taken, c)
		}
	}
	return s.together(taken)
}

// together adds the days that are told of in one breath with another: "close on
// 31 August and 30 September".
func (s sentence) together(claims []claim) []claim {
	of := func(day int) (claim, bool) {
		i := slices.IndexFunc(claims, func(c claim) bool { return c.day == day })
		if i < 0 {
			return claim{}, false
		}
		return claims[i], true
	}
	for i := 1; i < len(s.days); i++ {
		before, after := s.days[i-1], s.days[i]
		beside := after.first-before.end == 1
		if !s.joined(before.end, after.first) || !beside && s.word(before.first-1) != s.word(after.first-1) {
			continue // "on 31 August, and by 30 September" is another matter
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

// joined reports whether the words between two tokens put them side by side.
func (s sentence) joined(from, to int) bool {
	if to-from > mostApart || s.means(reports, from, to) {
		return false
	}
	return slices.ContainsFunc(s.tokens[from:to], func(t text.Token) bool {
		return t.Text == "and" || t.Text == "和" || t.Text == "及" || t.Text == "与"
	})
}

// claim returns what a phrase says of a day, if anything.
func (s sentence) claim(m mark, d day) (claim, bool) {
	c := claim{first: min(m.first, d.first), end: max(m.end, d.end)}
	before := m.end <= d.first // the phrase stands before the day
	from, to := m.end, d.first
	if !before {
		from, to = d.end, m.first
	}
	if c.cost = to - from; c.cost < 0 || c.cost > mostApart {
		return claim{}, false
	}
	c.kind, c.weak = s.kind(m, d, before)
	if c.kind == "" || d.monthEnd && c.kind != deadline || s.refuses(c, m, d, from, to) {
		return claim{}, false
	}
	if c.tense = s.tense(m, d); c.tense == nearest && c.kind == deadline && c.weak {
		c.tense = future
	}
	// "1 August, the day the law took effect" is nearer than it looks.
	if !before && slices.ContainsFunc(s.tokens[from:to], func(t text.Token) bool { return t.Text == "day" || t.Text == "when" }) {
		return c, true
	}
	for _, comma := range s.commas[from:min(to+1, len(s.commas))] {
		if comma {
			c.cost += 4
		}
	}
	// Chinese puts the day before its verb, English behind it.
	if before == m.han() {
		c.cost += 3
	}
	return c, c.cost <= mostApart
}

// refuses reports whether the words around a phrase and its day, and those
// between, which go from one token to another, say that it is not so: it is a
// company's affair, the day on which somebody said it, denied, or given up.
func (s sentence) refuses(c claim, m mark, d day, from, to int) bool {
	switch {
	case s.means(private, max(0, c.first-6), min(len(s.tokens), c.end+6)):
	case s.means(reports, from, to):
	case m.first > d.first && !m.han() && s.word(d.first-2) != "that" && s.means(reports, max(0, d.first-3), d.first):
	case c.kind == effective && s.means(denies, max(0, c.first-3), m.first):
	case m.phrase.means&moved == 0 && s.givenUp(c, d):
	default:
		return false
	}
	return true
}

// givenUp reports whether a day is one that was once planned, and is given up.
func (s sentence) givenUp(c claim, d day) bool {
	return s.means(shelved, max(0, c.first-6), c.end) || s.means(moved, d.end, min(len(s.tokens), d.end+4)) ||
		s.word(d.first-1) == "from" && s.means(moved, max(0, d.first-2), d.first)
}

// kind returns what kind of day a phrase makes of one that stands near it.
func (s sentence) kind(m mark, d day, before bool) (kind string, weak bool) {
	means, touches, han := m.phrase.means, s.touch(m, d), m.han()
	near := func(any sense) bool {
		return s.means(any, max(0, min(m.first, d.first)-weakReach), min(len(s.tokens), max(m.end, d.end)+weakReach))
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
		return deadline, d.relative
	case means&ends != 0 && near(window) && (touches || !before || !han):
		return deadline, true
	case means&reaches != 0 && before && touches && near(window):
		return deadline, true
	case means&until != 0 && touches && before != han && near(acts) && !s.means(counts, max(0, m.first-8), min(len(s.tokens), max(m.end, d.end)+8)):
		return deadline, true
	case means&starts != 0 && near(legal|demands) && !(before && han) && !s.means(accepts, m.end, min(len(s.tokens), m.end+3)):
		return effective, false
	case means&since != 0 && touches && before != han && near(demands) && !s.ranges(d):
		return effective, true
	}
	return "", false
}

// touch reports whether nothing but a time of the day stands between a phrase
// and a day: "by 5 p.m. on 31 August".
func (s sentence) touch(m mark, d day) bool {
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

// ranges reports whether a day is the first of a range.
func (s sentence) ranges(d day) bool {
	switch s.word(d.end) {
	case "to", "until", "till", "through", "and", "至", "到":
		return true
	}
	return false
}

// tense tells from the words around a phrase whether its day has been.
func (s sentence) tense(m mark, d day) tense {
	switch means := m.phrase.means; {
	case means&behind != 0:
		return past
	case means&(ahead|moved) != 0:
		return future
	case s.means(ahead, max(0, min(m.first, d.first)-5), m.first):
		return future
	case s.means(behind, max(0, m.first-3), min(len(s.tokens), m.end+1)):
		return past
	}
	return nearest
}

// merged returns the dates of both, each day and kind once, the earliest first.
func merged(have, add []models.KeyDate) []models.KeyDate {
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
