package events

import (
	"strings"
	"unicode/utf8"

	"regwatch/internal/dates"
	"regwatch/internal/text"
)

// maxDays is how many dates are read in one sentence. More are a calendar.
const maxDays = 16

// A day is a date as a sentence writes it. Parts that are left out are zero and follow
// from the date of publication.
type day struct {
	dates.Written
	offset     int  // of a month or year relative to that of publication: this, next, last
	byMonth    bool // offset counts months; otherwise years, if year is zero and hasOffset is set
	hasOffset  bool // offset is set
	days       int  // relative to publication: today, tomorrow
	isRelative bool // days is set
	weekday    int  // from 1 for Monday; 0 if not given
	next       bool // the weekday of the next week
	anyMonth   bool // the nearest such day of a month: "the 20th"
	first, end int  // token range
}

// findDays returns the dates in a sentence, in their order.
func findDays(s sentence) []day {
	var found []day
	for i := 0; i < len(s.tokens) && len(found) < maxDays; {
		d, ok := s.dayAt(i, found)
		if !ok {
			i++
			continue
		}
		// "Friday, 1 August" is one date.
		if n := len(found); n > 0 && found[n-1].weekday > 0 && d.weekday == 0 && !d.isRelative && d.first-found[n-1].end <= 1 {
			d.first = found[n-1].first
			found = found[:n-1]
		}
		found = append(found, d)
		i = d.end
	}
	return found
}

// mayStartDay reports whether a date may start with a word, which most do not.
func mayStartDay(word string) bool {
	switch {
	case word[0] >= '0' && word[0] <= '9':
		return true
	case word[0] >= utf8.RuneSelf:
		return len(word) == 3 && strings.Contains("〇一二三四五六七八九十廿卅零○两今明昨去本当下上这即元中民令平昭周星礼", word)
	}
	switch word {
	case "the", "end", "immediately", "today", "tomorrow", "yesterday", "next":
		return true
	}
	return dates.IsMonth(word) || weekdayOf(word) > 0
}

// dayAt reads the date that starts at a token.
func (s sentence) dayAt(i int, before []day) (day, bool) {
	if !mayStartDay(s.word(i)) {
		return day{}, false
	}
	for _, form := range []func(int) (day, bool){s.ofThisYear, s.writtenDay, s.ofThisMonth, s.relativeDay} {
		if d, ok := form(i); ok {
			d.first = i
			return d, true
		}
	}
	// The second date of "8月1日至31日".
	if n := len(before); n > 0 && before[n-1].Month > 0 && i-before[n-1].end <= 2 {
		if v, j := s.running().Number(i); j > i && s.word(j) == "日" && v >= 1 && v <= 31 {
			d := before[n-1]
			d.Day, d.first, d.end = v, i, j+1
			return d, true
		}
	}
	return day{}, false
}

func (s sentence) running() dates.Running { return dates.Running{Src: s.src, Tokens: s.tokens} }

func (s sentence) word(i int) string { return s.running().Word(i) }

// separator returns the text before a token.
func (s sentence) separator(i int) string { return s.running().Separator(i) }

// writtenDay reads a day that is written with its month, and what follows it: "1 August
// next year", 8月1日零時, 8月1日（周五）.
func (s sentence) writtenDay(i int) (day, bool) {
	w, end, ok := s.running().Day(i)
	if !ok {
		return day{}, false
	}
	d := day{Written: w, end: end}
	if s.word(end) == "of" && w.Year == 0 && (s.word(end+2) == "year" || s.word(end+3) == "year") {
		return s.ofNamedYear(d)
	}
	if w.Year > 0 || text.IsCJK(s.word(end-1)) {
		d.end = s.skipHour(end)
		return d, true
	}
	if s.word(end+1) == "year" {
		switch s.word(end) {
		case "this":
			d.hasOffset, d.end = true, end+2
		case "next":
			d.hasOffset, d.offset, d.end = true, 1, end+2
		case "last":
			d.hasOffset, d.offset, d.end = true, -1, end+2
		}
	}
	return d, true
}

// ofNamedYear reads the rest of "1 January of next year". "Of the calendar year after
// adoption" gives no day.
func (s sentence) ofNamedYear(d day) (day, bool) {
	if s.word(d.end+2) != "year" {
		return day{}, false
	}
	switch s.word(d.end + 1) {
	case "this":
	case "next":
		d.offset = 1
	default:
		return day{}, false
	}
	d.hasOffset, d.end = true, d.end+3
	return d, true
}

// skipHour returns the index of the token after a weekday or a time that follows a
// Chinese day.
func (s sentence) skipHour(i int) int {
	switch w := s.word(i); {
	case w == "零" && s.word(i+1) == "时", w == "0" && s.word(i+1) == "时":
		return i + 2
	case w == "周" && weekdayOfHan(s.word(i+1)) > 0:
		return i + 2
	case w == "星" && weekdayOfHan(s.word(i+2)) > 0:
		return i + 3
	}
	return i
}

// ofThisYear reads 今年8月1日, 明年1月1日 and 去年底.
func (s sentence) ofThisYear(i int) (day, bool) {
	if s.word(i+1) != "年" {
		return day{}, false
	}
	d := day{hasOffset: true}
	switch s.word(i) {
	case "今":
	case "明":
		d.offset = 1
	case "去":
		d.offset = -1
	default:
		return day{}, false
	}
	w, end, ok := s.running().Day(i + 2)
	if !ok || w.Year > 0 || !text.IsCJK(s.word(end-1)) {
		return day{}, false
	}
	d.Written, d.end = w, s.skipHour(end)
	return d, true
}

// ofThisMonth reads 本月1日, 下月底, 今（3）日, "the end of the month" and "by the 20th".
func (s sentence) ofThisMonth(i int) (day, bool) {
	d := day{hasOffset: true, byMonth: true}
	switch s.word(i) {
	case "本", "当":
	case "下":
		d.offset = 1
	case "上":
		d.offset = -1
	case "今":
		v, next := s.running().Number(i + 1)
		d.Day, d.end = v, i+3
		return d, next == i+2 && s.word(next) == "日" && v >= 1 && v <= 31
	case "the":
		if s.word(i+1) != "end" {
			return s.dayOfMonth(i)
		}
		fallthrough
	case "end":
		return s.endOfMonth(i)
	default:
		return day{}, false
	}
	if s.word(i+1) != "月" {
		return day{}, false
	}
	if w := s.word(i + 2); w == "底" || w == "末" {
		d.MonthEnd, d.end = true, i+3
		return d, true
	}
	v, next := s.running().Number(i + 2)
	if next <= i+2 || v < 1 || v > 31 || !dates.IsDayUnit(s.word(next)) { // "本月3家"
		return day{}, false
	}
	d.Day, d.end = v, s.skipHour(next+1)
	return d, true
}

// endOfMonth reads "the end of the month" and "end of this month".
func (s sentence) endOfMonth(i int) (day, bool) {
	j := i + 1
	if s.word(i) == "the" {
		j++
	}
	if s.word(j) == "of" {
		j++
	}
	month := s.word(j) == "this" || s.word(j) == "the"
	return day{Written: dates.Written{MonthEnd: true}, hasOffset: true, byMonth: true, end: j + 2}, month && s.word(j+1) == "month"
}

// dayOfMonth reads "by the 20th" and "by the 20th of next month", but not "the 20th
// issuer".
func (s sentence) dayOfMonth(i int) (day, bool) {
	w := s.word(i + 1)
	if len(w) <= 2 || dates.Ordinal(w) == 0 || s.running().Month(i+2) > 0 || s.word(i+2) == "of" && s.running().Month(i+3) > 0 {
		return day{}, false
	}
	d := day{Written: dates.Written{Day: dates.Ordinal(w)}, end: i + 2}
	switch s.word(i - 1) {
	case "by", "before", "until", "till", "from", "on", "than":
	default:
		return day{}, false
	}
	switch month := s.word(i+2) + s.word(i+3) + s.word(i+4); month {
	case "ofthismonth", "ofthemonth", "ofnextmonth":
		d.hasOffset, d.byMonth, d.end = true, true, i+5
		if month == "ofnextmonth" {
			d.offset = 1
		}
		return d, true
	}
	d.anyMonth = true
	switch s.word(i + 2) {
	case "", "and", "or", "but", "to", "when", "as", "under", "at":
		return d, true
	}
	return d, strings.TrimSpace(s.separator(i+2)) != ""
}

// relativeDay reads a date relative to that of publication.
func (s sentence) relativeDay(i int) (day, bool) {
	shift := 0
	switch s.word(i) {
	case "today":
		return day{isRelative: true, end: i + 1}, true
	case "tomorrow":
		return day{isRelative: true, days: 1, end: i + 1}, true
	case "yesterday":
		return day{isRelative: true, days: -1, end: i + 1}, true
	case "immediately": // "effective immediately"
		return day{isRelative: true, end: i + 1}, s.word(i-1) == "effective"
	case "即": // 即日起
		return day{isRelative: true, end: i + 2}, s.word(i+1) == "日" && s.word(i-1) != "立"
	case "next", "下":
		shift = 1
	case "本", "这":
	case "今", "明", "昨":
		d := day{isRelative: true, days: strings.Index("昨今明", s.word(i))/3 - 1, end: i + 2}
		w := s.word(i + 1)
		if w == "起" {
			d.end = i + 1
		}
		return d, (w == "日" || w == "天" || w == "起" || w == "早" || w == "晚") && s.separator(i+1) == "" && !s.endsWord(i)
	default:
		if w := weekdayOf(s.word(i)); w > 0 {
			return day{weekday: w, end: i + 1}, true
		}
	}
	j := i
	if shift > 0 || s.word(i) == "本" || s.word(i) == "这" {
		j++
	}
	if w := weekdayOf(s.word(j)); w > 0 {
		return day{weekday: w, next: shift > 0, end: j + 1}, true
	}
	switch s.word(j) {
	case "周":
		j++
	case "星", "礼":
		j += 2
	default:
		return day{}, false
	}
	w := weekdayOfHan(s.word(j))
	return day{weekday: w, next: shift > 0, end: j + 1}, w > 0
}

// endsWord reports whether 明 is the end of another word, as in 寫明.
func (s sentence) endsWord(i int) bool {
	if s.word(i) != "明" || s.separator(i) != "" {
		return false
	}
	switch s.word(i - 1) {
	case "写", "说", "表", "声", "证", "指", "阐", "注", "订", "列", "讲", "标", "透", "申", "查", "载", "发":
		return true
	}
	return false
}

// weekdayOf returns the number of an English weekday from 1 for Monday, or 0.
func weekdayOf(word string) int {
	switch word {
	case "monday":
		return 1
	case "tuesday":
		return 2
	case "wednesday":
		return 3
	case "thursday":
		return 4
	case "friday":
		return 5
	case "saturday":
		return 6
	case "sunday":
		return 7
	}
	return 0
}

// weekdayOfHan returns the number of a Chinese weekday from 1 for Monday, or 0.
func weekdayOfHan(word string) int {
	return (strings.Index("一二三四五六日", word) + 3) / 3 * min(len(word), 1)
}
