package events

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxDays is how many dates are read in one sentence. More are a calendar.
const maxDays = 16

// A day is a date as a sentence writes it. Parts that are left out are zero and follow
// from the date of publication.
type day struct {
	year, month, day int
	offset           int  // of a month or year relative to that of publication: this, next, last
	byMonth          bool // offset counts months; otherwise years, if year is zero and hasOffset is set
	hasOffset        bool // offset is set
	days             int  // relative to publication: today, tomorrow
	isRelative       bool // days is set
	weekday          int  // from 1 for Monday; 0 if not given
	next             bool // the weekday of the next week
	monthEnd         bool // the last day of the month
	anyMonth         bool // the nearest such day of a month: "the 20th"
	first, end       int  // token range
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

// dayAt reads the date that starts at a token.
func (s sentence) dayAt(i int, before []day) (day, bool) {
	for _, form := range []func(int) (day, bool){s.numericDay, s.hanDay, s.englishDay, s.relativeDay} {
		if d, ok := form(i); ok {
			d.first = i
			return d, true
		}
	}
	// The second date of "8月1日至31日".
	if n := len(before); n > 0 && before[n-1].month > 0 && i-before[n-1].end <= 2 {
		if v, j := s.number(i); j > i && s.word(j) == "日" && v >= 1 && v <= 31 {
			d := before[n-1]
			d.day, d.first, d.end = v, i, j+1
			return d, true
		}
	}
	return day{}, false
}

func (s sentence) word(i int) string {
	if i < 0 || i >= len(s.tokens) {
		return ""
	}
	return s.tokens[i].Text
}

// separator returns the text before a token.
func (s sentence) separator(i int) string {
	if i <= 0 || i >= len(s.tokens) {
		return " "
	}
	return s.src[s.tokens[i-1].End:s.tokens[i].Start]
}

// numericDay reads 2025-08-01, 2025/8/1 and 2025.8.1.
func (s sentence) numericDay(i int) (day, bool) {
	if i+2 >= len(s.tokens) || len(s.word(i)) != 4 {
		return day{}, false
	}
	sign := s.separator(i + 1)
	if sign != s.separator(i+2) || sign != "-" && sign != "/" && sign != "." {
		return day{}, false
	}
	d := day{year: digits(s.word(i)), month: digits(s.word(i + 1)), day: digits(s.word(i + 2)), end: i + 3}
	return d, d.exists()
}

// hanDay reads 2025年8月1日, 民國114年8月1日, 明年1月1日, 本月1日, 8月底 and 今（3）日.
func (s sentence) hanDay(i int) (day, bool) {
	var d day
	j := i
	switch s.word(i) + s.word(i+1) {
	case "今年":
		d.hasOffset, j = true, i+2
	case "明年":
		d.hasOffset, d.offset, j = true, 1, i+2
	case "去年":
		d.hasOffset, d.offset, j = true, -1, i+2
	case "本月", "当月":
		d.hasOffset, d.byMonth, j = true, true, i+2
	case "下月":
		d.hasOffset, d.byMonth, d.offset, j = true, true, 1, i+2
	case "上月":
		d.hasOffset, d.byMonth, d.offset, j = true, true, -1, i+2
	}
	if s.word(i) == "今" && s.word(i+2) == "日" {
		if v, next := s.number(i + 1); next == i+2 && v >= 1 && v <= 31 {
			return day{hasOffset: true, byMonth: true, day: v, end: i + 3}, true // of this month
		}
	}
	if d.byMonth {
		return s.hanDayOfMonth(d, j)
	}
	if s.isNewYear(j) {
		d.month, d.day, d.end = 1, 1, j+2
		return d, true
	}
	v, next := s.number(j)
	if next == j {
		return day{}, false
	}
	if s.word(next) == "年" && !d.hasOffset {
		switch {
		case v >= 1900 && v < 2200:
			d.year = v
		case v >= 90 && v < 200:
			d.year = v + 1911 // of the Republic of China
		default:
			return day{}, false
		}
		if s.isNewYear(next + 1) {
			d.month, d.day, d.end = 1, 1, next+3
			return d, true
		}
		v, next = s.number(next + 1)
	}
	if next >= len(s.tokens) || s.word(next) != "月" || v < 1 || v > 12 {
		return day{}, false
	}
	d.month = v
	return s.hanDayOfMonth(d, next+1)
}

func (s sentence) isNewYear(i int) bool { return s.word(i) == "元" && s.word(i+1) == "旦" }

// hanDayOfMonth reads the day after a month.
func (s sentence) hanDayOfMonth(d day, i int) (day, bool) {
	if w := s.word(i); w == "底" || w == "末" {
		d.monthEnd, d.end = true, i+1
		return d, true
	}
	v, next := s.number(i)
	if next <= i || v < 1 || v > 31 {
		return day{}, false
	}
	if w := s.word(next); w == "日" || w == "号" {
		next++
	} else if d.byMonth {
		return day{}, false // "本月3家"
	}
	d.day, d.end = v, next
	return d, d.exists()
}

// englishDay reads 1 August 2025, 1st of August, August 1, 2025, the end of
// August and end-August.
func (s sentence) englishDay(i int) (day, bool) {
	var d day
	switch w := s.word(i); {
	case w == "end", w == "the" && s.word(i+1) == "end":
		j := i + 1
		if w == "the" {
			j++
		}
		if s.word(j) == "of" {
			j++
		}
		if m := s.month(j); m > 0 {
			d.month, d.monthEnd, d.end = m, true, j+1
			break
		}
		if s.word(j)+s.word(j+1) == "thismonth" || s.word(j)+s.word(j+1) == "themonth" {
			return day{hasOffset: true, byMonth: true, monthEnd: true, end: j + 2}, true
		}
		return day{}, false
	case w == "the" && len(s.word(i+1)) > 2 && ordinal(s.word(i+1)) > 0 && s.month(i+2) == 0 && (s.word(i+2) != "of" || s.month(i+3) == 0):
		return s.dayOfMonth(i)
	case s.month(i) > 0:
		d.month = s.month(i)
		if d.day = ordinal(s.word(i + 1)); d.day == 0 || s.separator(i+1) != " " && s.separator(i+1) != ". " {
			return day{}, false
		}
		d.end = i + 2
	case ordinal(w) > 0:
		j := i + 1
		if s.word(j) == "day" {
			j++
		}
		if s.word(j) == "of" {
			j++
		}
		if d.month = s.month(j); d.month == 0 {
			return day{}, false
		}
		d.day, d.end = ordinal(w), j+1
	default:
		return day{}, false
	}
	if shift, ok := map[string]int{"this": 0, "next": 1, "last": -1}[s.word(d.end)]; ok && s.word(d.end+1) == "year" {
		d.hasOffset, d.offset, d.end = true, shift, d.end+2
		return d, d.monthEnd || d.exists()
	}
	if y := s.word(d.end); len(y) == 4 && digits(y) >= 1900 && digits(y) < 2200 && strings.TrimSpace(strings.Trim(s.separator(d.end), ",.")) == "" {
		d.year = digits(y)
		d.end++
	}
	return d, d.monthEnd || d.exists()
}

// dayOfMonth reads "by the 20th" and "by the 20th of next month", but not "the 20th
// issuer".
func (s sentence) dayOfMonth(i int) (day, bool) {
	d := day{day: ordinal(s.word(i + 1)), end: i + 2}
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
	if w, size := utf8.DecodeRuneInString(s.word(j)); size > 0 {
		if at := strings.IndexRune("一二三四五六日", w); at >= 0 {
			return day{weekday: at/3 + 1, next: shift > 0, end: j + 1}, true
		}
	}
	return day{}, false
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

// monthOf returns the number of an English month or its abbreviation, or 0.
func monthOf(word string) int {
	switch word {
	case "january", "jan":
		return 1
	case "february", "feb":
		return 2
	case "march", "mar":
		return 3
	case "april", "apr":
		return 4
	case "may":
		return 5
	case "june", "jun":
		return 6
	case "july", "jul":
		return 7
	case "august", "aug":
		return 8
	case "september", "sept", "sep":
		return 9
	case "october", "oct":
		return 10
	case "november", "nov":
		return 11
	case "december", "dec":
		return 12
	}
	return 0
}

// month returns the month that a token names. May and March are months only with a
// capital letter.
func (s sentence) month(i int) int {
	if i < 0 || i >= len(s.tokens) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.src[s.tokens[i].Start:])
	if !unicode.IsUpper(r) {
		return 0
	}
	return monthOf(s.word(i))
}

// number reads digits, or a number in Chinese characters as used in dates. It returns
// the index of the next token, or i if there is no number.
func (s sentence) number(i int) (n, next int) {
	w := s.word(i)
	if w == "" {
		return 0, i
	}
	if w[0] >= '0' && w[0] <= '9' {
		if n = digits(w); n == 0 {
			return 0, i
		}
		return n, i + 1
	}
	unit, tens, read := 0, 0, 0
	for ; read < 4; read++ {
		r, size := utf8.DecodeRuneInString(s.word(i + read))
		switch v := strings.IndexRune("〇一二三四五六七八九十", r) / 3; {
		case r == '零' || r == '○':
			unit *= 10
		case size == 0 || !strings.ContainsRune("〇一二三四五六七八九十", r):
			return tens + unit, i + read
		case v == 10:
			tens, unit = 10*max(unit, 1), 0
		default:
			unit = 10*unit + v
		}
	}
	return tens + unit, i + read
}

// digits reads a number of at most four digits; anything else is 0.
func digits(s string) int {
	if len(s) > 4 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// ordinal reads 1, 01, 1st or 22nd as a day of the month; anything else is 0.
func ordinal(s string) int {
	n := digits(s)
	if n == 0 && len(s) > 2 {
		switch s[len(s)-2:] {
		case "st", "nd", "rd", "th":
			n = digits(s[:len(s)-2])
		}
	}
	if n > 31 {
		return 0
	}
	return n
}

// exists reports whether the date exists in some year.
func (d day) exists() bool {
	year := d.year
	if year == 0 {
		year = 2024
	}
	return d.byMonth || d.month >= 1 && d.month <= 12 && d.day >= 1 && time.Date(year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() == d.day
}
