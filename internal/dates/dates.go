// Package dates reads the dates that people and programs write on what they publish.
//
// Start with [Parse], which reads a text that is a date with at most a label, or [Find], which looks
// for a date in a longer text. Neither guesses: the caller says which number of 03/02/2026 is the
// month, and a text that was understood only in part has no date. A date that was computed from the
// time at which it was seen ("2 hours ago"), or lies years ahead of it, is marked as approximate.
package dates

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"regwatch/internal/lazyregexp"
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

	running bool // the text is more than a date
}

// A Date is a moment as it was read from a text.
type Date struct {
	Time        time.Time // in UTC
	Approximate bool      // computed from Options.Seen, more than a year after it, or in an unknown time zone
}

// maxLen is the length in bytes up to which a text can be a date. A date with labels has a tenth of
// that.
const maxLen = 512

// maxWindow is how many bytes of a longer text Find reads at a place. Some expressions read up to the
// end, which would take long at each place of a long text.
const maxWindow = 256

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
	if at := zoneLabel.FindStringIndex(text); at != nil {
		if d, _, ok := o.parseStart(text[at[0]:]); ok {
			return d, true
		}
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
	o.Seen, o.running = time.Time{}, true
	for i, r := range text {
		if (beginsDate(r) || r >= 0x2E80 && chineseStart.MatchString(text[i:])) && !sameWord(before, r) && !deadline.MatchString(text[max(0, i-40):i]) {
			if d, _, ok := o.parseStart(text[i:min(len(text), i+maxWindow)]); ok {
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
func (o Options) parseAfter(label *lazyregexp.Regexp, text string) (Date, bool) {
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
		return Date{Time: t, Approximate: o.isFarAhead(t)}, true
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
	zone     zone
	weekdays weekdaySet // that the written weekday may be; empty if none is written
}

// parseDayFirst reads a day, and the time of day if one follows.
func (o Options) parseDayFirst(text string) (dt dateTime, rest string, ok bool) {
	dt.zone, text = cutLeadingZone(text)
	rest = dt.cutWeekday(text)
	if dt.day, rest, ok = parseDay(rest); !ok {
		dt.weekdays = 0
		if dt.day, rest, ok = parseDay(text); !ok {
			return dt, "", false
		}
	}
	if dt.bare && o.running {
		return dt, "", false
	}
	rest = dt.cutWeekday(rest)
	if c, after, ok := parseClockAfterDay(rest); ok {
		dt.clock, rest = c, after
		if z, after, ok := parseZone(rest); ok {
			dt.zone, rest = z, after
		} else if strings.HasPrefix(rest, "+") { // +aa:bb
			return dt, "", false
		}
	} else if z, after, ok := parseZone(rest); ok {
		if c, later, ok := parseClock(after); ok { // "HKT 16:30"
			dt.zone, dt.clock, rest = z, c, later
		} else if z.hasOffset { // 2025-08-01+08:00, of XML Schema
			dt.zone, rest = z, after
		}
	}
	return dt, dt.cutWeekday(rest), true
}

// cutLeadingZone reads the time zone before a date: 北京时间 2026-11-03, UTC+8 2026-11-03.
func cutLeadingZone(text string) (zone, string) {
	z, rest, ok := parsePlace(text)
	if !ok && (strings.HasPrefix(text, "utc") || strings.HasPrefix(text, "gmt")) {
		z, rest, ok = parseZone(text)
	}
	if !ok {
		return zone{}, text
	}
	return z, strings.TrimLeft(rest, " :")
}

// parseClockFirst reads a time of day and the day after it.
func (o Options) parseClockFirst(text string) (dt dateTime, rest string, ok bool) {
	var compact bool
	if dt.clock, rest, ok = parseClock(text); !ok {
		c, n := parseCompactClock(text, false)
		if n != 4 {
			return dt, "", false
		}
		dt.clock, rest, compact = c, text[n:], true
	}
	dt.zone, rest, _ = parseZone(rest)
	if compact && !dt.zone.isKnown() {
		return dt, "", false // 2026 2 March
	}
	rest = dt.cutWeekday(strings.TrimPrefix(strings.TrimLeft(rest, joiningSigns), "on "))
	dt.day, rest, ok = parseDay(rest)
	return dt, rest, ok && (dt.year > 0 || !compact)
}

var unixDate = lazyregexp.New(`^(?:(\p{L}{3,10})\.? (\d{1,2})|(\d{1,2})\.? (\p{L}{3,10})\.?) (\d{1,2}:\d{2}(?::\d{2})?(?: [ap]m)?)(?: ((?:gmt|utc)?[+-]\d{1,2}:?\d{2}|[a-z]{3,5}|[cemp]t))? (\d{4})(\D.*|)$`)

// parseUnixDate reads the format of date(1) and of C's asctime: Aug 1 15:30:00 HKT 2025, in German
// 1. Aug 15:30:00 HKT 2025.
func (o Options) parseUnixDate(text string) (dt dateTime, rest string, ok bool) {
	m := unixDate.FindStringSubmatch(dt.cutWeekday(text))
	if m == nil {
		return dt, "", false
	}
	dt.day = day{year: number(m[7]), month: monthOf(m[1] + m[4]), day: number(m[2] + m[3])}
	dt.clock, _, ok = parseClock(m[5])
	dt.zone, _, _ = parseZone(m[6])
	return dt, m[8], ok
}

// parseClockOnly reads a time of the day on which it was seen.
func (o Options) parseClockOnly(text string) (dt dateTime, rest string, ok bool) {
	if o.Seen.IsZero() || strings.HasPrefix(text, "t") { // T09:05 lacks the day before it
		return dt, "", false
	}
	rest = text
	if z, after, ok := parseZone(rest); ok {
		dt.zone, rest = z, after
	}
	if dt.clock, rest, ok = parseClock(rest); !ok {
		return dt, "", false
	}
	if dt.zone == (zone{}) {
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
	if dt.year >= firstBuddhist && dt.year <= lastBuddhist {
		dt.year -= buddhistYears
	}
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
	return Date{Time: t.UTC(), Approximate: approximate || !known || o.isFarAhead(t)}, true
}

// The years of the Buddhist era of Thailand from 1990 to 2050 of the common era.
const (
	buddhistYears = 543
	firstBuddhist = 1990 + buddhistYears
	lastBuddhist  = 2050 + buddhistYears
)

// isFarAhead reports whether a date lies further ahead than what was published can be dated, so that
// it is more likely a mistake or a date of something else.
func (o Options) isFarAhead(t time.Time) bool {
	return !o.Seen.IsZero() && t.After(o.Seen.AddDate(1, 0, 0))
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
		return isDay(dt.year, month, day) && dt.weekdays.has(time.Date(dt.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday())
	}
	switch {
	case o.Order == DayFirst || o.Order == UnknownOrder && fits(second, first) && !fits(first, second):
		dt.month, dt.day.day = second, first
	case o.Order == MonthFirst || o.Order == UnknownOrder && fits(first, second) && !fits(second, first):
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

// jsonDate is the date of .NET in JSON: \/Date(1732851600000+0800)\/. The offset does not change the
// moment. A closing bracket at the end is already cut off.
var jsonDate = lazyregexp.New(`^(?:new )?\\?/?date\((\d{12,13})(?:[+-](?:0\d|1[0-5])[0-5]\d)?(?:\)\\?/?;?)?$`)

// hourDate is a day and an hour, which could also be seconds since 1970.
var hourDate = lazyregexp.New(`^20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-4])$`)

// parseUnix reads seconds or milliseconds since 1970.
func parseUnix(text string) (time.Time, bool) {
	if m := jsonDate.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("%013s", m[1])
	}
	if hourDate.MatchString(text) {
		return time.Time{}, false
	}
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
