// Package dates reads the dates that people and programs write on what they publish.
//
// Start with [Parse], which reads a text that is a date with at most a label, or [Find], which looks
// for a date in a longer text. Neither guesses: the caller says which number of 03/02/2026 is the
// month, and a text that was understood only in part has no date. A date that was computed from the
// time at which it was seen ("2 hours ago") is marked as approximate.
package dates

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// An Order tells which number comes first in 03/02/2026.
type Order int

const (
	UnknownOrder Order = iota // a date that depends on the order is not read
	DayFirst                  // 3 February
	MonthFirst                // 2 March
)

// Options is what the caller knows of the dates of one source.
type Options struct {
	// Zone is the time zone of dates that name none, and decides what CST, IST or BST mean. Nil is
	// UTC.
	Zone  *time.Location
	Order Order
	// Seen is when the date was seen. If it is zero, "yesterday" and dates without a year are not
	// read.
	Seen time.Time
}

// A Date is a moment as it was read from a text.
type Date struct {
	Time        time.Time // in UTC
	Approximate bool      // computed from Options.Seen, or given in an unknown time zone
}

// maxLen is the length in bytes up to which a text can be a date. A date with labels has a tenth of
// that.
const maxLen = 512

// Parse reads a text that is a date, alone or with a label such as "Published:".
func Parse(text string, o Options) (Date, bool) {
	text = normalize(text)
	if text == "" || len(text) > maxLen {
		return Date{}, false
	}
	if d, ok := o.parseWhole(text); ok {
		return d, true
	}
	if deadline.MatchString(text) {
		return Date{}, false
	}
	if d, ok := o.parseAfter(publishedLabel, text); ok {
		return d, true
	}
	for rest := text; ; {
		label := leadingLabel.FindString(rest)
		if label == "" {
			return o.parseAfter(dateLabel, text)
		}
		rest = strings.TrimLeft(rest[len(label):], openingSigns)
		if d, ok := o.parseWhole(rest); ok {
			return d, true
		}
	}
}

// Find returns the first date in a text that has a day, a month and a year.
func Find(text string, o Options) (Date, bool) {
	text = normalize(text[:min(len(text), 16*maxLen)])
	before := ' '
	o.Seen = time.Time{}
	for i, r := range text {
		if beginsDate(r) && !sameWord(before, r) && !deadline.MatchString(text[max(0, i-40):i]) {
			if d, _, ok := o.parseStart(text[i:]); ok {
				return d, true
			}
		}
		before = r
	}
	return Date{}, false
}

func beginsDate(r rune) bool {
	return unicode.IsDigit(r) || r < 0x250 && unicode.IsLetter(r) || strings.ContainsRune("民令平昭", r)
}

// sameWord reports whether two neighbouring characters belong to one word or number, so that no date
// begins between them.
func sameWord(before, r rune) bool {
	isWord := func(r rune) bool { return unicode.IsDigit(r) || r < 0x250 && unicode.IsLetter(r) }
	return isWord(before) && isWord(r) || unicode.IsDigit(r) && strings.ContainsRune("-/.$€£¥", before)
}

// parseAfter reads the date after a label, whatever follows the date.
func (o Options) parseAfter(label *regexp.Regexp, text string) (Date, bool) {
	at := label.FindStringIndex(text)
	if at == nil {
		return Date{}, false
	}
	d, _, ok := o.parseStart(strings.TrimLeft(text[at[1]:], openingSigns))
	return d, ok
}

// parseWhole reads a text that is a date and nothing else.
func (o Options) parseWhole(text string) (Date, bool) {
	if t, ok := parseUnix(text); ok {
		return Date{Time: t}, true
	}
	if d, ok := o.parseRelative(text); ok {
		return d, true
	}
	d, rest, ok := o.parseStart(text)
	return d, ok && isRemainder(rest)
}

// parseStart reads the date at the start of a text.
func (o Options) parseStart(text string) (d Date, rest string, ok bool) {
	for _, parse := range []func(string) (dateTime, string, bool){o.parseUnixDate, o.parseDayFirst, o.parseClockFirst, o.parseClockOnly} {
		if dt, rest, ok := parse(text); ok {
			if d, ok := o.resolve(dt); ok {
				return d, rest, true
			}
		}
	}
	return Date{}, "", false
}

// A dateTime is a day and a time of day as written, before the time zone is applied.
type dateTime struct {
	day
	clock
	zone       zone
	weekday    time.Weekday
	hasWeekday bool
}

// parseDayFirst reads a day, and the time of day if one follows.
func (o Options) parseDayFirst(text string) (dt dateTime, rest string, ok bool) {
	rest = dt.cutWeekday(text)
	if dt.day, rest, ok = parseDay(rest); !ok {
		dt = dateTime{}
		if dt.day, rest, ok = parseDay(text); !ok {
			return dt, "", false
		}
	}
	rest = dt.cutWeekday(rest)
	if z, after, ok := parseZone(rest); ok { // "HKT 16:30"
		if c, after, ok := parseClock(after); ok {
			dt.zone, dt.clock = z, c
			return dt, dt.cutWeekday(after), true
		}
	}
	if c, after, ok := parseClock(rest); ok {
		dt.clock, rest = c, after
		dt.zone, rest, _ = parseZone(rest)
	} else if z, after, ok := parseZone(rest); ok && z.hasOffset { // 2025-08-01+08:00, of XML Schema
		dt.zone, rest = z, after
	}
	return dt, dt.cutWeekday(rest), true
}

// parseClockFirst reads a time of day and the day after it.
func (o Options) parseClockFirst(text string) (dt dateTime, rest string, ok bool) {
	if dt.clock, rest, ok = parseClock(text); !ok {
		return dt, "", false
	}
	dt.zone, rest, _ = parseZone(rest)
	rest = dt.cutWeekday(strings.TrimPrefix(strings.TrimLeft(rest, joiningSigns), "on "))
	dt.day, rest, ok = parseDay(rest)
	return dt, rest, ok
}

var unixDate = regexp.MustCompile(`^([a-z]{3,9}) (\d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)(?: ([a-z]{3,5}|[+-]\d{4}))? (\d{4})(.*)$`)

// parseUnixDate reads the format of date(1) and of C's asctime: Aug 1 15:30:00 HKT 2025.
func (o Options) parseUnixDate(text string) (dt dateTime, rest string, ok bool) {
	m := unixDate.FindStringSubmatch(dt.cutWeekday(text))
	if m == nil {
		return dt, "", false
	}
	dt.day = day{year: number(m[5]), month: monthOf(m[1]), day: number(m[2])}
	dt.clock, _, ok = parseClock(m[3])
	dt.zone, _, _ = parseZone(m[4])
	return dt, m[6], ok
}

// parseClockOnly reads a time of the day on which it was seen.
func (o Options) parseClockOnly(text string) (dt dateTime, rest string, ok bool) {
	if o.Seen.IsZero() {
		return dt, "", false
	}
	rest = text
	if z, after, ok := parseZone(rest); ok {
		dt.zone, rest = z, after
	}
	if dt.clock, rest, ok = parseClock(rest); !ok {
		return dt, "", false
	}
	if dt.zone.name == "" && !dt.zone.hasOffset {
		dt.zone, rest, _ = parseZone(rest)
	}
	y, month, d := o.Seen.In(o.location()).Date()
	dt.day = day{year: y, month: int(month), day: d, approximate: true}
	return dt, rest, isRemainder(rest)
}

func (o Options) location() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// resolve returns the moment that a day and a time of day stand for, if there is one.
func (o Options) resolve(dt dateTime) (Date, bool) {
	approximate := dt.approximate
	if dt.ambiguous && !o.resolveOrder(&dt) {
		return Date{}, false
	}
	if dt.year == 0 {
		if !o.resolveYear(&dt) {
			return Date{}, false
		}
		approximate = true
	}
	if !isDay(dt.year, dt.month, dt.day.day) || dt.hour > 24 || dt.minute > 59 || dt.second > 60 || dt.hour == 24 && dt.minute > 0 {
		return Date{}, false
	}
	wall := time.Date(dt.year, time.Month(dt.month), dt.day.day, dt.hour, dt.minute, dt.second, 0, time.UTC)
	t, known, ok := dt.zone.apply(wall, o.location())
	// Broken software writes years before the web for "none".
	if !ok || t.Year() < 1990 || t.Year() > 2199 {
		return Date{}, false
	}
	return Date{Time: t.UTC(), Approximate: approximate || !known}, true
}

// resolveYear sets the year of a date that has none: the last such day before it was seen, or the
// day after, since the source may be ahead of us.
func (o Options) resolveYear(dt *dateTime) bool {
	if o.Seen.IsZero() || !isDay(2024, dt.month, dt.day.day) {
		return false
	}
	dt.year = o.Seen.In(o.location()).Year() + 1
	for range 5 { // a 29 February may be years back
		if isDay(dt.year, dt.month, dt.day.day) && !time.Date(dt.year, time.Month(dt.month), dt.day.day, 0, 0, 0, 0, o.location()).After(o.Seen.Add(24*time.Hour)) {
			break
		}
		dt.year--
	}
	return true
}

// resolveOrder decides which of two numbers is the month: by Options.Order, or by the weekday if it
// fits only one of them.
func (o Options) resolveOrder(dt *dateTime) bool {
	first, second := dt.month, dt.day.day // as written
	fits := func(month, day int) bool {
		return isDay(dt.year, month, day) && time.Date(dt.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday() == dt.weekday
	}
	switch {
	case o.Order == DayFirst || o.Order == UnknownOrder && dt.hasWeekday && fits(second, first) && !fits(first, second):
		dt.month, dt.day.day = second, first
	case o.Order == MonthFirst || o.Order == UnknownOrder && dt.hasWeekday && fits(first, second) && !fits(second, first):
	default:
		return first == second
	}
	return true
}

// isDay reports whether the calendar has a day.
func isDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Day() == day
}

// parseUnix reads seconds or milliseconds since 1970.
func parseUnix(text string) (time.Time, bool) {
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
