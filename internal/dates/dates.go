// Package dates reads the dates that people and programs write on what they
// publish.
//
// [Parse] reads a text that is a date, with a label at most; [Find] looks for one
// in a longer text. Neither guesses: which of 03/02/2026 is the month, the source
// has to say, and a text of which a part was not understood has no date. What is
// only reckoned from the time at which it was seen ("2 hours ago") is marked as
// rough.
package dates

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// An Order says which comes first in 03/02/2026.
type Order int

const (
	Unordered  Order = iota // nobody knows: such a date is not read
	DayFirst                // 3 February
	MonthFirst              // 2 March
)

// A Setting is what is known of the dates of one source.
type Setting struct {
	// Zone is that of dates which name none, and says what CST, IST or BST mean;
	// nil is UTC.
	Zone  *time.Location
	Order Order
	// Seen is when the date was read. Without it "yesterday" and dates that lack
	// their year are not read.
	Seen time.Time
}

// A Date is an instant as it was read.
type Date struct {
	Time  time.Time // in UTC
	Rough bool      // reckoned from Setting.Seen, or in a zone of an unknown name
}

// longest is how many bytes of a text are looked at. A date with labels around
// it has a tenth of that.
const longest = 512

// Parse reads a text that is a date: alone, or with a label such as "Published:".
func Parse(text string, s Setting) (Date, bool) {
	text = plain(text)
	if text == "" || len(text) > longest {
		return Date{}, false
	}
	if d, ok := s.read(text); ok {
		return d, true
	}
	if due.MatchString(text) {
		return Date{}, false
	}
	if d, ok := s.after(published, text); ok {
		return d, true
	}
	for rest := text; ; {
		lead := leading.FindString(rest)
		if lead == "" {
			return s.after(labelled, text)
		}
		rest = strings.TrimLeft(rest[len(lead):], opening)
		if d, ok := s.read(rest); ok {
			return d, true
		}
	}
}

// after reads the date behind a label, whatever follows it.
func (s Setting) after(label *regexp.Regexp, text string) (Date, bool) {
	at := label.FindStringIndex(text)
	if at == nil {
		return Date{}, false
	}
	d, _, ok := s.begin(strings.TrimLeft(text[at[1]:], opening))
	return d, ok
}

// Find returns the first date in a text that has its day, month and year.
func Find(text string, s Setting) (Date, bool) {
	text = plain(text[:min(len(text), 16*longest)])
	before := ' '
	s.Seen = time.Time{}
	for i, r := range text {
		if startsDate(r) && !joined(before, r) && !due.MatchString(text[max(0, i-40):i]) {
			if d, _, ok := s.begin(text[i:]); ok {
				return d, true
			}
		}
		before = r
	}
	return Date{}, false
}

func startsDate(r rune) bool {
	return unicode.IsDigit(r) || r < 0x250 && unicode.IsLetter(r) || strings.ContainsRune("民令平昭", r)
}

// joined reports whether two characters are of one word or number, so that no
// date begins between them.
func joined(before, r rune) bool {
	word := func(r rune) bool { return unicode.IsDigit(r) || r < 0x250 && unicode.IsLetter(r) }
	return word(before) && word(r) || unicode.IsDigit(r) && strings.ContainsRune("-/.$€£¥", before)
}

// read reads a text that is a date and nothing else.
func (s Setting) read(text string) (Date, bool) {
	if t, ok := epoch(text); ok {
		return Date{Time: t}, true
	}
	if d, ok := s.relative(text); ok {
		return d, true
	}
	d, rest, ok := s.begin(text)
	return d, ok && ends(rest)
}

// begin reads the date at the start of a text.
func (s Setting) begin(text string) (d Date, rest string, ok bool) {
	for _, form := range []func(string) (moment, string, bool){s.unixForm, s.dayThenClock, s.clockThenDay, s.clockAlone} {
		if m, rest, ok := form(text); ok {
			if d, ok := s.place(m); ok {
				return d, rest, true
			}
		}
	}
	return Date{}, "", false
}

// A moment is a date and a time of the wall clock.
type moment struct {
	day
	clock
	zone zone
	week time.Weekday
	said bool // whether the weekday was
}

func (s Setting) dayThenClock(text string) (m moment, rest string, ok bool) {
	rest = m.weekday(text)
	if m.day, rest, ok = readDay(rest); !ok {
		m = moment{}
		if m.day, rest, ok = readDay(text); !ok {
			return m, "", false
		}
	}
	rest = m.weekday(rest)
	before := rest
	if z, after, ok := readZone(before); ok { // "HKT 16:30"
		if c, after, ok := readClock(after); ok {
			m.zone, m.clock = z, c
			return m, m.weekday(after), true
		}
	}
	if c, after, ok := readClock(rest); ok {
		m.clock, rest = c, after
		m.zone, rest, _ = readZone(rest)
	} else if z, after, ok := readZone(rest); ok && z.offset { // 2025-08-01+08:00, of XML Schema
		m.zone, rest = z, after
	}
	return m, m.weekday(rest), true
}

func (s Setting) clockThenDay(text string) (m moment, rest string, ok bool) {
	if m.clock, rest, ok = readClock(text); !ok {
		return m, "", false
	}
	m.zone, rest, _ = readZone(rest)
	rest = m.weekday(strings.TrimPrefix(strings.TrimLeft(rest, between), "on "))
	m.day, rest, ok = readDay(rest)
	return m, rest, ok
}

// unixForm is that of date(1) and of C's asctime: Aug 1 15:30:00 HKT 2025.
func (s Setting) unixForm(text string) (m moment, rest string, ok bool) {
	found := unixDay.FindStringSubmatch(m.weekday(text))
	if found == nil {
		return m, "", false
	}
	m.day = day{year: number(found[5]), month: monthOf(found[1]), day: number(found[2])}
	m.clock, _, ok = readClock(found[3])
	m.zone, _, _ = readZone(found[4])
	return m, found[6], ok
}

var unixDay = regexp.MustCompile(`^([a-z]{3,9}) (\d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)(?: ([a-z]{3,5}|[+-]\d{4}))? (\d{4})(.*)$`)

// clockAlone is a time of the day on which it was seen.
func (s Setting) clockAlone(text string) (m moment, rest string, ok bool) {
	if s.Seen.IsZero() {
		return m, "", false
	}
	rest = text
	if z, after, ok := readZone(rest); ok {
		m.zone, rest = z, after
	}
	if m.clock, rest, ok = readClock(rest); !ok {
		return m, "", false
	}
	if m.zone.name == "" && !m.zone.offset {
		m.zone, rest, _ = readZone(rest)
	}
	y, month, d := s.Seen.In(s.location()).Date()
	m.day = day{year: y, month: int(month), day: d, rough: true}
	return m, rest, ends(rest)
}

func (s Setting) location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// place makes an instant of a moment, if there is one.
func (s Setting) place(m moment) (Date, bool) {
	rough := m.rough
	if m.either && !s.order(&m) {
		return Date{}, false
	}
	if m.year == 0 {
		if s.Seen.IsZero() || !real(2024, m.month, m.day.day) {
			return Date{}, false
		}
		// The last such day, or tomorrow where the source is ahead of us.
		rough = true
		m.year = s.Seen.In(s.location()).Year() + 1
		for range 5 {
			if real(m.year, m.month, m.day.day) && !time.Date(m.year, time.Month(m.month), m.day.day, 0, 0, 0, 0, s.location()).After(s.Seen.Add(24*time.Hour)) {
				break
			}
			m.year--
		}
	}
	if !real(m.year, m.month, m.day.day) || m.hour > 24 || m.minute > 59 || m.second > 60 || m.hour == 24 && m.minute > 0 {
		return Date{}, false
	}
	wall := time.Date(m.year, time.Month(m.month), m.day.day, m.hour, m.minute, m.second, 0, time.UTC)
	t, known, ok := m.zone.apply(wall, s.location())
	// Years before the web are what broken software writes for "none".
	if !ok || t.Year() < 1990 || t.Year() > 2199 {
		return Date{}, false
	}
	return Date{Time: t.UTC(), Rough: rough || !known}, true
}

// order decides which of two numbers is the month: by the source, or by the
// weekday where only one of them fits it.
func (s Setting) order(m *moment) bool {
	a, b := m.month, m.day.day // as written: first and second
	fits := func(month, day int) bool {
		return real(m.year, month, day) && time.Date(m.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday() == m.week
	}
	switch {
	case s.Order == DayFirst || s.Order == Unordered && m.said && fits(b, a) && !fits(a, b):
		m.month, m.day.day = b, a
	case s.Order == MonthFirst || s.Order == Unordered && m.said && fits(a, b) && !fits(b, a):
	default:
		return a == b
	}
	return true
}

// real reports whether there is such a day.
func real(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Day() == day
}

// epoch reads seconds or milliseconds since 1970.
func epoch(text string) (time.Time, bool) {
	digits, _, _ := strings.Cut(text, ".")
	if len(digits) != 10 && len(digits) != 13 || strings.Trim(text, "0123456789.") != "" || strings.Trim(digits, "0123456789") != "" {
		return time.Time{}, false
	}
	n := int64(number(digits))
	if len(digits) == 10 {
		n *= 1000
	}
	t := time.UnixMilli(n).UTC()
	return t, t.Year() >= 1990 && t.Year() < 2200
}
