package dates

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// A Written is a day as a text writes it. Year is 0 if it is not written.
type Written struct {
	Year, Month, Day int
	MonthEnd         bool // the last day of the month; Day is 0
}

// Running is running text, cut into words. It reads English and Chinese only: words such
// as "mars" and "mai" are names of months elsewhere, but seldom in a sentence.
type Running struct {
	Src    string
	Tokens []text.Token // of Src
}

// Day reads the day that starts at a word, and returns the index of the word after it:
// 2025-08-01, 2025年8月1日, 民國114年8月1日, 8月底, 元旦, 1 August 2025, 1st of August,
// August 1, the end of August.
func (r Running) Day(i int) (w Written, end int, ok bool) {
	for _, form := range []func(int) (Written, int, bool){r.numericDay, r.hanDay, r.englishDay} {
		if w, end, ok := form(i); ok {
			return w, end, true
		}
	}
	return Written{}, i, false
}

// Word returns a folded word, or an empty string outside the text.
func (r Running) Word(i int) string {
	if i < 0 || i >= len(r.Tokens) {
		return ""
	}
	return r.Tokens[i].Text
}

// Separator returns the text before a word.
func (r Running) Separator(i int) string {
	if i <= 0 || i >= len(r.Tokens) {
		return " "
	}
	return r.Src[r.Tokens[i-1].End:r.Tokens[i].Start]
}

// Year reads a year of four digits, as they occur in today's texts; anything else is 0.
func (r Running) Year(i int) int {
	if y := Digits(r.Word(i)); y >= 1900 && y < 2200 {
		return y
	}
	return 0
}

// Month returns the month that an English word names, or 0. May and March are months
// only with a capital letter.
func (r Running) Month(i int) int {
	if i < 0 || i >= len(r.Tokens) {
		return 0
	}
	if first, _ := utf8.DecodeRuneInString(r.Src[r.Tokens[i].Start:]); !unicode.IsUpper(first) {
		return 0
	}
	return englishMonths[r.Word(i)]
}

// IsMonth reports whether a folded English word names a month.
func IsMonth(word string) bool { return englishMonths[word] > 0 }

// Number reads digits, or a number in Chinese characters. It returns the index of the
// next word, or i if there is no number.
func (r Running) Number(i int) (n, next int) {
	w := r.Word(i)
	if w == "" {
		return 0, i
	}
	if w[0] >= '0' && w[0] <= '9' {
		if n = Digits(w); n == 0 {
			return 0, i
		}
		return n, i + 1
	}
	const longest = 4 // 二〇二五, 二十三
	for next = i; next < i+longest; next++ {
		c, size := utf8.DecodeRuneInString(r.Word(next))
		if size < 3 || size < len(r.Word(next)) || digitOf(c) < 0 {
			break
		}
	}
	if next == i {
		return 0, i
	}
	return hanValue(r.Src[r.Tokens[i].Start:r.Tokens[next-1].End]), next
}

// Digits reads a number of at most four digits; anything else is 0.
func Digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i == 4 {
			return 0
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// Ordinal reads 1, 01, 1st or 22nd as a day of the month; anything else is 0.
func Ordinal(s string) int {
	n := Digits(s)
	if n == 0 && len(s) > 2 {
		switch s[len(s)-2:] {
		case "st", "nd", "rd", "th":
			n = Digits(s[:len(s)-2])
		}
	}
	if n > 31 {
		return 0
	}
	return n
}

// Exists reports whether the calendar has the day, in some year if none is written.
func (w Written) Exists() bool {
	year := w.Year
	if year == 0 {
		year = 2024
	}
	return w.MonthEnd && w.Month >= 1 && w.Month <= 12 || isDay(year, w.Month, w.Day)
}

// In returns the day in a year, as midnight UTC, if it exists.
func (w Written) In(year int) (time.Time, bool) {
	if w.MonthEnd {
		return time.Date(year, time.Month(w.Month)+1, 0, 0, 0, 0, 0, time.UTC), true
	}
	at := time.Date(year, time.Month(w.Month), w.Day, 0, 0, 0, 0, time.UTC)
	return at, at.Day() == w.Day
}

// numericDay reads 2025-08-01, 2025/8/1 and 2025.8.1.
func (r Running) numericDay(i int) (Written, int, bool) {
	if i+2 >= len(r.Tokens) || len(r.Word(i)) != 4 {
		return Written{}, 0, false
	}
	sign := r.Separator(i + 1)
	if sign != r.Separator(i+2) || sign != "-" && sign != "/" && sign != "." {
		return Written{}, 0, false
	}
	w := Written{Year: Digits(r.Word(i)), Month: Digits(r.Word(i + 1)), Day: Digits(r.Word(i + 2))}
	return w, i + 3, w.Exists()
}

// hanDay reads 2025年8月1日, 民國114年8月1日, 8月1日, 8月底 and 元旦.
func (r Running) hanDay(i int) (Written, int, bool) {
	var w Written
	if r.isNewYear(i) {
		return Written{Month: 1, Day: 1}, i + 2, true
	}
	era, from := r.era(i)
	v, next := r.Number(from)
	if next == from {
		return Written{}, 0, false
	}
	if r.Word(next) == "年" {
		if era == "" && v >= 90 && v < 200 {
			era = "民国" // often left out in Taiwan
		}
		year, ok := commonYear(era, v)
		if !ok || year < 1900 || year >= 2200 {
			return Written{}, 0, false
		}
		w.Year = year
		if r.isNewYear(next + 1) {
			w.Month, w.Day = 1, 1
			return w, next + 3, true
		}
		v, next = r.Number(next + 1)
	}
	if next >= len(r.Tokens) || r.Word(next) != "月" || v < 1 || v > 12 {
		return Written{}, 0, false
	}
	w.Month = v
	if s := r.Word(next + 1); s == "底" || s == "末" {
		w.MonthEnd = true
		return w, next + 2, true
	}
	v, end := r.Number(next + 1)
	if end <= next+1 {
		return Written{}, 0, false
	}
	w.Day = v
	if IsDayUnit(r.Word(end)) {
		end++
	}
	return w, end, w.Exists()
}

// IsDayUnit reports whether a word follows the number of a day in Chinese.
func IsDayUnit(word string) bool { return word == "日" || word == "号" }

func (r Running) isNewYear(i int) bool { return r.Word(i) == "元" && r.Word(i+1) == "旦" }

// era reads the name of an era before a year, and returns the index of the word after it.
func (r Running) era(i int) (name string, next int) {
	if r.Word(i) == "中" && r.Word(i+1) == "华" {
		i += 2
	}
	switch era := r.Word(i) + r.Word(i+1); era {
	case "民国", "令和", "平成", "昭和":
		return era, i + 2
	}
	return "", i
}

// englishDay reads 1 August 2025, 1st of August, August 1, 2025, the end of August and
// end-August.
func (r Running) englishDay(i int) (Written, int, bool) {
	var w Written
	var end int
	switch word := r.Word(i); {
	case word == "end", word == "the" && r.Word(i+1) == "end":
		j := i + 1
		if word == "the" {
			j++
		}
		if r.Word(j) == "of" {
			j++
		}
		if w.Month = r.Month(j); w.Month == 0 {
			return Written{}, 0, false
		}
		w.MonthEnd, end = true, j+1
	case r.Month(i) > 0:
		w.Month, w.Day = r.Month(i), Ordinal(r.Word(i+1))
		if w.Day == 0 || r.Separator(i+1) != " " && r.Separator(i+1) != ". " {
			return Written{}, 0, false
		}
		end = i + 2
	case Ordinal(word) > 0:
		j := i + 1
		if r.Word(j) == "day" {
			j++
		}
		if r.Word(j) == "of" {
			j++
		}
		if w.Month = r.Month(j); w.Month == 0 {
			return Written{}, 0, false
		}
		w.Day, end = Ordinal(word), j+1
	default:
		return Written{}, 0, false
	}
	if y := r.Year(end); y > 0 && strings.TrimSpace(strings.Trim(r.Separator(end), ",.")) == "" {
		w.Year = y
		end++
	}
	return w, end, w.Exists()
}
