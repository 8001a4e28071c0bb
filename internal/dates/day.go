package dates

import (
	"strconv"
	"time"

	"regwatch/internal/lazyregexp"
)

// A day is a day of the calendar as written.
type day struct {
	year, month, day int  // year is 0 if it was not written
	ambiguous        bool // month and day are the two numbers as written, in unknown order
	bare             bool // a year of the Republic of China without its name, which in running text may be any number
	approximate      bool
}

// A dayFormat is one way to write a day.
type dayFormat int

// The formats, in the order in which they are tried: the more specific ones come first.
const (
	hanDate         dayFormat = iota // 2025年8月1日, 民國114年8月1日, 114年8月1日, 令和7年8月1日, 2025년 8월 1일
	hanMonthDay                      // 8月1日
	eraDate                          // 民國114.8.1, R7.8.1
	bareEraDate                      // 114-08-01, 114/8/1, 114.08.01
	isoWeekDate                      // 2025-W31-5
	isoOrdinalDate                   // 2025-213
	yearFirst                        // 2025-08-01, 2025/8/1, 2025.8.1, 2025-Aug-1
	compactDate                      // 20250801, also with a time of day after it
	dayMonthYear                     // 1 August 2025, 1st of August, 2025, 1. August 2025, 1er août 2025, 1 de agosto de 2025, 01-Aug-25, 1 ส.ค. 2568
	monthDayYear                     // August 1, 2025
	yearMonthDay                     // 2025 August 1
	dottedDate                       // 1.8.2025: with dots the day comes first everywhere (DIN 5008)
	numericDate                      // 15/08/2025, and 03/02/2025 if the order is known
	dayMonth                         // 1 August
	monthDay                         // August 1
	numericMonthDay                  // 08-01
)

const monthName = `(\p{L}{3,10}|[เก-ฮ][ิี]?\.[ก-ฮ]|เม\.ย|[\x{0e00}-\x{0e7f}]{5,10})\.?`

var dayPatterns = [...]*lazyregexp.Regexp{
	hanDate:         lazyregexp.New(`^(中华民国|民国|令和|平成|昭和)?\s*(\d{1,4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]?`),
	hanMonthDay:     lazyregexp.New(`^(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]`),
	eraDate:         lazyregexp.New(`^(中华民国|民国|令和|平成|r)\s*(\d{1,3})[-./](\d{1,2})[-./](\d{1,2})\b`),
	bareEraDate:     lazyregexp.New(`^(1[0-4]\d)([-/.])(\d{1,2})([-/.])(\d{1,2})(?:\.?$|[^\d.])`),
	isoWeekDate:     lazyregexp.New(`^(\d{4})-?w(\d{2})-?([1-7])\b`),
	isoOrdinalDate:  lazyregexp.New(`^(\d{4})-(\d{3})(?:\b|t)`),
	yearFirst:       lazyregexp.New(`^(\d{4})(\s?[-/._]\s?)(\d{1,2}|[a-z]{3})(\s?[-/._]\s?)(\d{1,2})(?:\b|t|_)`),
	compactDate:     lazyregexp.New(`^((?:19|20|21)\d{2})(\d{2})(\d{2})(?:$|[^\d.]|\d{4}(?:\d{2})?(?:$|\D))`),
	dayMonthYear:    lazyregexp.New(`^(\d{1,2})(?:st|nd|rd|th|er|o|º|ª)?\.?[\s\-/,]*(?:(?:day )?of |de |d')?` + monthName + `(?:,?[\s\-/]+(?:de |del |พ\.ศ\.\s?|ค\.ศ\.\s?)?|\s*,\s*)'?(\d{4}|\d{2})(?:\D|$)`),
	monthDayYear:    lazyregexp.New(`^` + monthName + `[\s\-]*(\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|[\s\-]+)'?(\d{4})(?:\D|$)`),
	yearMonthDay:    lazyregexp.New(`^(\d{4})[\s,]+` + monthName + `\s+(\d{1,2})(?:st|nd|rd|th)?(?:\D|$)`),
	dottedDate:      lazyregexp.New(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`),
	numericDate:     lazyregexp.New(`^(\d{1,2})\s?([-/])\s?(\d{1,2})\s?([-/])\s?(\d{4}|\d{2})\b`),
	dayMonth:        lazyregexp.New(`^(\d{1,2})(?:st|nd|rd|th|er)?\.?[\s\-]*(?:de )?` + monthName + `(?:[\s,]|$)`),
	monthDay:        lazyregexp.New(`^` + monthName + `\s*(\d{1,2})(?:st|nd|rd|th)?(?:[\s,]|$)`),
	numericMonthDay: lazyregexp.New(`^(\d{2})-(\d{2})(?:\s|$)`),
}

// read returns the day that the groups of the format's pattern stand for.
func (f dayFormat) read(m []string) (day, bool) {
	switch f {
	case hanDate:
		era := m[1]
		if year := number(m[2]); era == "" && year >= 90 && year < 200 {
			era = "民国" // often left out in Taiwan
		}
		year, ok := commonYear(era, number(m[2]))
		return day{year: year, month: number(m[3]), day: number(m[4])}, ok
	case bareEraDate:
		year, _ := commonYear("民国", number(m[1]))
		// 115.11.3 may be the version of a program.
		return day{year: year, month: number(m[3]), day: number(m[5]), bare: true}, m[2] == m[4] && (m[2] != "." || len(m[3]+m[5]) == 4)
	case eraDate:
		era := m[1]
		if era == "r" {
			era = "令和"
		}
		year, ok := commonYear(era, number(m[2]))
		return day{year: year, month: number(m[3]), day: number(m[4])}, ok
	case isoWeekDate:
		return dayOfWeek(number(m[1]), number(m[2]), number(m[3]))
	case isoOrdinalDate:
		t := time.Date(number(m[1]), 1, number(m[2]), 0, 0, 0, 0, time.UTC)
		return day{year: number(m[1]), month: int(t.Month()), day: t.Day()}, t.Year() == number(m[1])
	case yearFirst:
		month := monthOf(m[3])
		if month == 0 {
			month = number(m[3])
		}
		return day{year: number(m[1]), month: month, day: number(m[5])}, m[2] == m[4]
	case compactDate:
		return day{year: number(m[1]), month: number(m[2]), day: number(m[3])}, true
	case dayMonthYear:
		d := day{year: fullYear(m[3]), month: monthOf(m[2]), day: number(m[1])}
		if thaiMonths[m[2]] > 0 && len(m[3]) == 2 {
			d.year = 2500 + number(m[3])
		}
		return d, d.month > 0
	case monthDayYear:
		return day{year: number(m[3]), month: monthOf(m[1]), day: number(m[2])}, monthOf(m[1]) > 0
	case yearMonthDay:
		return day{year: number(m[1]), month: monthOf(m[2]), day: number(m[3])}, monthOf(m[2]) > 0
	case dottedDate:
		return day{year: number(m[3]), month: number(m[2]), day: number(m[1])}, true
	case numericDate:
		a, b := number(m[1]), number(m[3])
		d := day{year: fullYear(m[5]), month: a, day: b, ambiguous: a <= 12 && b <= 12}
		if a > 12 {
			d.month, d.day = b, a
		}
		// Of three numbers of two digits with hyphens, any may be the year.
		return d, m[2] == m[4] && (len(m[5]) == 4 || m[2] == "/")
	case dayMonth:
		return day{month: monthOf(m[2]), day: number(m[1])}, monthOf(m[2]) > 0
	case monthDay:
		return day{month: monthOf(m[1]), day: number(m[2])}, monthOf(m[1]) > 0
	default: // hanMonthDay, numericMonthDay
		return day{month: number(m[1]), day: number(m[2])}, true
	}
}

// dayEnd is what may follow a day and belongs to it.
var dayEnd = lazyregexp.New(`^(?:\s*[日号일]|_|\.( ))`)

var (
	// clockEnd is what follows the hour of a time of day.
	clockEnd = lazyregexp.New(`^(?:[-–]\d{1,2}:\d{2}| to \d|\s*:\s*\d{2}|\s?h\s?\d{0,2}\b|\.\d{2}\b|\s?[ap]\.?m\b|\s?(?:noon|midnight|uhr|uur|hrs?|hours|horas|ore|o'clock)\b|\s*[时点시])`)
	// clockUnit is what follows the four digits of a time of day.
	clockUnit = lazyregexp.New(`^\s?(?:h|hrs?|hours|uhr)\b`)
)

// parseDay reads the day at the start of a text.
func parseDay(text string) (d day, rest string, ok bool) {
	for format, pattern := range dayPatterns {
		m := pattern.FindStringSubmatchIndex(text)
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
		if dayFormat(format).endsInYear() && isClock(groups[len(groups)-1], text[end:]) {
			continue // "29 Nov 23:16" has no year
		}
		if d, ok := dayFormat(format).read(groups); ok {
			return d, dayEnd.ReplaceAllString(text[end:], "$1"), true
		}
	}
	return day{}, "", false
}

// endsInYear reports whether a format writes the year last, where a time of day may stand instead.
func (f dayFormat) endsInYear() bool {
	return f == dayMonthYear || f == monthDayYear || f == numericDate
}

// isClock reports whether digits that could be a year are a time of day, given what follows.
func isClock(digits, rest string) bool {
	return len(digits) == 2 && clockEnd.MatchString(rest) || len(digits) == 4 && clockUnit.MatchString(rest)
}

// commonYear returns the year of the common era for a year of another era.
func commonYear(era string, year int) (int, bool) {
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

// dayOfWeek returns a day of an ISO 8601 week. The first week of a year contains 4 January.
func dayOfWeek(year, week, weekday int) (day, bool) {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	t := monday.AddDate(0, 0, 7*(week-1)+weekday-1)
	return day{year: t.Year(), month: int(t.Month()), day: t.Day()}, week >= 1 && week <= 53
}

// fullYear reads a year. Two digits stand for a year from 1969 to 2068, as in POSIX.
func fullYear(s string) int {
	y := number(s)
	if len(s) == 2 {
		y += 1900
		if y < 1969 {
			y += 100
		}
	}
	return y
}

// number reads digits; anything else is 0.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
