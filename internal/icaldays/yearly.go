package icaldays

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A yearlyRule is a recurrence every year: on the date of the first day, or on the nth
// weekday of a month.
type yearlyRule struct {
	until   time.Time // the last day on which it may start
	count   int       // 0 means no limit
	month   time.Month
	nth     int // 0 means the date of the first day, and -1 the last weekday
	weekday time.Weekday
}

const recurrenceHint = "use FREQ=YEARLY on the date of DTSTART or on a weekday of a month, such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH, or a separate event for each year"

var nthWeekday = regexp.MustCompile(`^(-1|\+?[1-5])(SU|MO|TU|WE|TH|FR|SA)$`)

// weekdays are the weekdays in the order of time.Weekday, with two letters each.
const weekdays = "SUMOTUWETHFRSA"

// startDays returns the days on which an event starts.
func (r *parser) startDays(e event, first time.Time) ([]time.Time, bool) {
	if e.recurrence == nil {
		return []time.Time{first}, true
	}
	y, ok := r.parseRule(*e.recurrence, first)
	if !ok {
		return nil, false
	}
	var starts []time.Time
	for year := first.Year(); year <= LastYear && (y.count == 0 || len(starts) < y.count); year++ {
		day, exists := y.dayIn(year, first)
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

// dayIn returns the day in a year. Some years have none, such as for 29 February or a
// fifth Monday.
func (y yearlyRule) dayIn(year int, first time.Time) (time.Time, bool) {
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

// parseRule parses an RRULE.
func (r *parser) parseRule(p property, first time.Time) (yearlyRule, bool) {
	y := yearlyRule{until: time.Date(LastYear, time.December, 31, 0, 0, 0, 0, time.UTC), month: first.Month()}
	freq, hasMonth := "", false
	for _, part := range p.split(";") {
		name, value, _ := strings.Cut(strings.ToUpper(part.value), "=")
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
			var parseErr error
			y.until, parseErr = time.Parse("20060102", value[:min(len(value), 8)])
			ok = parseErr == nil
		case "BYMONTH":
			y.month, ok, hasMonth = time.Month(n), 1 <= n && n <= 12, true
		case "BYMONTHDAY":
			ok = n == first.Day()
		case "BYDAY":
			if m := nthWeekday.FindStringSubmatch(value); m != nil {
				y.nth, _ = strconv.Atoi(m[1])
				y.weekday, ok = time.Weekday(strings.Index(weekdays, m[2])/2), true
			}
		case "WKST":
			ok = true // the first day of the week, which does not affect yearly rules
		}
		if !ok {
			r.reportValue(part, fmt.Sprintf("the recurrence %q is not supported", part.value), recurrenceHint)
			return yearlyRule{}, false
		}
	}
	// Without a month, the weekday would be counted from the start of the year.
	if freq == "" || y.nth == 0 && y.month != first.Month() || y.nth != 0 && !hasMonth {
		r.reportValue(p, fmt.Sprintf("the recurrence %q is not supported", p.value), recurrenceHint)
		return yearlyRule{}, false
	}
	return y, true
}
