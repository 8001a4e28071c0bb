package icaldays

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A yearly is a recurrence that comes every year: on the day of its start, or on the nth
// weekday of a month.
type yearly struct {
	until   time.Time // the last day on which it may begin
	count   int       // 0 is without an end
	month   time.Month
	nth     int // 0: on the day of the start; -1: the last
	weekday time.Weekday
}

const wantRule = "want FREQ=YEARLY on the day of DTSTART, or on a weekday of a month such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH; or an event of its own for each year"

var (
	weekdays   = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
	nthWeekday = regexp.MustCompile(`^(-1|\+?[1-5])(SU|MO|TU|WE|TH|FR|SA)$`)
)

// starts returns the days on which an event begins.
func (r *reader) starts(e event, first time.Time) ([]time.Time, bool) {
	if e.rule == nil {
		return []time.Time{first}, true
	}
	y, ok := r.rule(*e.rule, first)
	if !ok {
		return nil, false
	}
	var starts []time.Time
	for year := first.Year(); year <= LastYear && (y.count == 0 || len(starts) < y.count); year++ {
		day, exists := y.inYear(year, first)
		if !exists || day.Before(first) {
			continue
		}
		if day.After(y.until) {
			break
		}
		starts = append(starts, day)
	}
	return starts, true
}

// inYear returns the day of a year. A year may have none: 29 February, or a fifth Monday.
func (y yearly) inYear(year int, first time.Time) (time.Time, bool) {
	if y.nth == 0 {
		day := time.Date(year, first.Month(), first.Day(), 0, 0, 0, 0, time.UTC)
		return day, day.Month() == first.Month()
	}
	if y.nth < 0 {
		last := time.Date(year, y.month+1, 0, 0, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()-y.weekday+7)%7), true
	}
	day := time.Date(year, y.month, 1, 0, 0, 0, 0, time.UTC)
	day = day.AddDate(0, 0, int(y.weekday-day.Weekday()+7)%7+7*(y.nth-1))
	return day, day.Month() == y.month
}

// rule reads an RRULE.
func (r *reader) rule(p property, first time.Time) (yearly, bool) {
	y := yearly{until: time.Date(LastYear, time.December, 31, 0, 0, 0, 0, time.UTC), month: first.Month()}
	freq, hasMonth := "", false
	for _, one := range p.parts(";") {
		name, value, _ := strings.Cut(strings.ToUpper(one.value), "=")
		n, err := strconv.Atoi(value)
		ok := false
		switch name {
		case "FREQ":
			freq, ok = value, value == "YEARLY"
		case "INTERVAL":
			ok = n == 1
		case "COUNT":
			y.count, ok = n, err == nil && n > 0
		case "UNTIL":
			var parsed error
			y.until, parsed = time.Parse("20060102", value[:min(len(value), 8)])
			ok = parsed == nil
		case "BYMONTH":
			y.month, ok, hasMonth = time.Month(n), 1 <= n && n <= 12, true
		case "BYMONTHDAY":
			ok = n == first.Day()
		case "BYDAY":
			if m := nthWeekday.FindStringSubmatch(value); m != nil {
				y.nth, _ = strconv.Atoi(m[1])
				y.weekday, ok = weekdays[m[2]], true
			}
		case "WKST":
			ok = true // says when a week begins, which matters to no year
		}
		if !ok {
			r.reportValue(one, fmt.Sprintf("the recurrence %q is not supported", one.value), wantRule)
			return yearly{}, false
		}
	}
	// A weekday without a month counts within the year.
	if freq == "" || y.nth == 0 && y.month != first.Month() || y.nth != 0 && !hasMonth {
		r.reportValue(p, fmt.Sprintf("the recurrence %q is not supported", p.value), wantRule)
		return yearly{}, false
	}
	return y, true
}
