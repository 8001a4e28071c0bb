package dates

import (
	"regexp"
	"strconv"
	"time"
)

// A day is a day of the calendar as it was written.
type day struct {
	year, month, day int  // year 0 if it was not written
	either           bool // month and day are as written, in an order that is not known
	rough            bool
}

// A dayForm is one way to write a day. Its read gets the groups of the pattern.
type dayForm struct {
	pattern *regexp.Regexp
	read    func(m []string) (day, bool)
}

const monthName = `(\p{L}{3,10})\.?`

// dayForms are tried in this order: those that say most come first.
var dayForms = []dayForm{
	// 2025年8月1日, 民國114年8月1日, 令和7年8月1日, 2025년 8월 1일
	{regexp.MustCompile(`^(中华民国|民国|令和|平成|昭和)?\s*(\d{1,4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]?`), func(m []string) (day, bool) {
		year, ok := eraYear(m[1], number(m[2]))
		return day{year: year, month: number(m[3]), day: number(m[4])}, ok
	}},
	// 8月1日
	{regexp.MustCompile(`^()()(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]`), func(m []string) (day, bool) {
		return day{month: number(m[3]), day: number(m[4])}, true
	}},
	// 民國114.8.1, R7.8.1
	{regexp.MustCompile(`^(中华民国|民国|令和|平成|r)\s*(\d{1,3})[-./](\d{1,2})[-./](\d{1,2})\b`), func(m []string) (day, bool) {
		if m[1] == "r" {
			m[1] = "令和"
		}
		year, ok := eraYear(m[1], number(m[2]))
		return day{year: year, month: number(m[3]), day: number(m[4])}, ok
	}},
	// ISO 8601: a day of a week, a day of the year
	{regexp.MustCompile(`^(\d{4})-?w(\d{2})-?([1-7])\b`), func(m []string) (day, bool) {
		return weekDay(number(m[1]), number(m[2]), number(m[3]))
	}},
	{regexp.MustCompile(`^(\d{4})-(\d{3})(?:\b|t)`), func(m []string) (day, bool) {
		t := time.Date(number(m[1]), 1, number(m[2]), 0, 0, 0, 0, time.UTC)
		return day{year: number(m[1]), month: int(t.Month()), day: t.Day()}, t.Year() == number(m[1])
	}},
	// 2025-08-01, 2025/8/1, 2025.8.1, 2025-Aug-1
	{regexp.MustCompile(`^(\d{4})(\s?[-/._]\s?)(\d{1,2}|[a-z]{3})(\s?[-/._]\s?)(\d{1,2})(?:\b|t|_)`), func(m []string) (day, bool) {
		return day{year: number(m[1]), month: monthOrNumber(m[3]), day: number(m[5])}, m[2] == m[4]
	}},
	// 20250801, and with the clock behind it
	{regexp.MustCompile(`^((?:19|20|21)\d{2})(\d{2})(\d{2})(?:$|[^\d.]|\d{4}(?:\d{2})?(?:$|\D))`), func(m []string) (day, bool) {
		return day{year: number(m[1]), month: number(m[2]), day: number(m[3])}, true
	}},
	// 1 August 2025, 1st of August, 2025, 1. August 2025, 1er août 2025, 1 de agosto de 2025, 01-Aug-25
	{regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er|o|º|ª)?\.?[\s\-/,]*(?:(?:day )?of |de |d')?` + monthName + `(?:,?[\s\-/]+(?:de |del )?|\s*,\s*)'?(\d{4}|\d{2})(?:\D|$)`), func(m []string) (day, bool) {
		return day{year: wholeYear(m[3]), month: monthOf(m[2]), day: number(m[1])}, monthOf(m[2]) > 0
	}},
	// August 1, 2025
	{regexp.MustCompile(`^` + monthName + `[\s\-]*(\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|[\s\-]+)'?(\d{4})(?:\D|$)`), func(m []string) (day, bool) {
		return day{year: number(m[3]), month: monthOf(m[1]), day: number(m[2])}, monthOf(m[1]) > 0
	}},
	// 2025 August 1
	{regexp.MustCompile(`^(\d{4})[\s,]+` + monthName + `\s+(\d{1,2})(?:st|nd|rd|th)?(?:\D|$)`), func(m []string) (day, bool) {
		return day{year: number(m[1]), month: monthOf(m[2]), day: number(m[3])}, monthOf(m[2]) > 0
	}},
	// 1.8.2025: with points the day is first wherever that is written (DIN 5008).
	{regexp.MustCompile(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`), func(m []string) (day, bool) {
		return day{year: number(m[3]), month: number(m[2]), day: number(m[1])}, true
	}},
	// 15/08/2025, and 03/02/2025 if somebody knows the order
	{regexp.MustCompile(`^(\d{1,2})\s?([-/])\s?(\d{1,2})\s?([-/])\s?(\d{4}|\d{2})\b`), func(m []string) (day, bool) {
		a, b := number(m[1]), number(m[3])
		d := day{year: wholeYear(m[5]), month: a, day: b, either: a <= 12 && b <= 12}
		if a > 12 {
			d.month, d.day = b, a
		}
		// Of three numbers of two digits each may be the year.
		return d, m[2] == m[4] && (len(m[5]) == 4 || m[2] == "/")
	}},
	// 1 August, August 1, 08-01
	{regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er)?\.?[\s\-]*(?:de )?` + monthName + `(?:[\s,]|$)`), func(m []string) (day, bool) {
		return day{month: monthOf(m[2]), day: number(m[1])}, monthOf(m[2]) > 0
	}},
	{regexp.MustCompile(`^` + monthName + `\s*(\d{1,2})(?:st|nd|rd|th)?(?:[\s,]|$)`), func(m []string) (day, bool) {
		return day{month: monthOf(m[1]), day: number(m[2])}, monthOf(m[1]) > 0
	}},
	{regexp.MustCompile(`^(\d{2})-(\d{2})(?:\s|$)`), func(m []string) (day, bool) {
		return day{month: number(m[1]), day: number(m[2])}, true
	}},
}

// dayEnd is what may close a day and belongs to it.
var dayEnd = regexp.MustCompile(`^(?:\s*[日号일]|_)`)

// readDay reads the day at the start of a text.
func readDay(text string) (d day, rest string, ok bool) {
	for _, form := range dayForms {
		m := form.pattern.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		groups := make([]string, len(m)/2)
		end := 0
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = text[m[2*i]:m[2*i+1]]
			}
			if i > 0 {
				end = max(end, m[2*i+1])
			}
		}
		if d, ok := form.read(groups); ok {
			return d, dayEnd.ReplaceAllString(text[end:], ""), true
		}
	}
	return day{}, "", false
}

// eraYear returns the year of the common calendar for one of an era.
func eraYear(era string, year int) (int, bool) {
	switch era {
	case "":
		return year, year >= 1000
	case "令和":
		return year + 2018, year > 0
	case "平成":
		return year + 1988, year > 0
	case "昭和":
		return year + 1925, year > 0
	}
	return year + 1911, year > 0 // of the Republic of China
}

// weekDay returns the day of a week of ISO 8601, whose first has 4 January.
func weekDay(year, week, weekday int) (day, bool) {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	t := monday.AddDate(0, 0, 7*(week-1)+weekday-1)
	return day{year: t.Year(), month: int(t.Month()), day: t.Day()}, week >= 1 && week <= 53
}

// wholeYear takes a year of two digits for one from 1969 to 2068, as POSIX does.
func wholeYear(s string) int {
	y := number(s)
	if len(s) == 2 {
		y += 1900
		if y < 1969 {
			y += 100
		}
	}
	return y
}

func monthOrNumber(s string) int {
	if m := monthOf(s); m > 0 {
		return m
	}
	return number(s)
}

// number reads digits; what is none is 0.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
