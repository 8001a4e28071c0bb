// Package icaldays reads the days of an iCalendar file (RFC 5545), such as the public
// holidays that governments publish.
//
// Start with [Read]. It returns every day that an event of the file covers, and a
// [diag.Problem] with line and column for everything it cannot read. It is strict: it
// reports a day that it does not understand and never drops it silently. The caller
// decides for whom a day is a holiday.
//
// It supports what such calendars contain: dates, events of several days, and events
// that recur every year. Times of day, other recurrences and time zones are problems.
package icaldays

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/diag"
)

const (
	// LastYear is the last year in which a yearly event without an end recurs.
	LastYear = 2100

	maxDays     = 366    // of one event
	maxTotal    = 50_000 // of one file
	maxProblems = 20     // of one file; a file of another type has one in each line
)

// Read returns the days of a calendar as 2006-01-02, sorted and without duplicates.
func Read(file string, src []byte) ([]string, diag.Problems) {
	r := parser{file: file, days: make(map[string]bool)}
	r.parse(src)
	if len(r.problems) > maxProblems {
		r.problems = r.problems[:maxProblems]
	}
	return slices.Sorted(maps.Keys(r.days)), r.problems
}

type parser struct {
	file     string
	problems diag.Problems
	days     map[string]bool
	open     []string // the components that have begun and not ended
	events   int
}

// An event has the relevant properties of a VEVENT. A property is nil if the event
// does not have it.
type event struct {
	begin                                    *property
	start, end, duration, recurrence, status *property
	exceptions                               []property
}

func (r *parser) parse(src []byte) {
	lines := unfold(src)
	if len(lines) == 0 || !strings.EqualFold(lines[0].text, "BEGIN:VCALENDAR") {
		r.problems = append(r.problems, diag.Problem{File: r.file, Line: 1, Col: 1, What: "this is not an iCalendar file", Want: "use a file that starts with BEGIN:VCALENDAR"})
		return
	}
	var e *event
	for _, l := range lines {
		p, ok := l.property()
		if !ok {
			r.report(l, 0, "this line is not a property", "use NAME:VALUE, such as DTSTART;VALUE=DATE:20261225")
			return
		}
		switch p.name {
		case "BEGIN":
			r.open = append(r.open, strings.ToUpper(p.value))
			if p.isValue("VEVENT") {
				r.events++
				e = &event{begin: &p}
			}
			continue
		case "END":
			if len(r.open) == 0 || !p.isValue(r.open[len(r.open)-1]) {
				r.reportValue(p, fmt.Sprintf("END:%s has no matching BEGIN", p.value), "check that the file is complete")
				return
			}
			r.open = r.open[:len(r.open)-1]
			if p.isValue("VEVENT") && e != nil {
				r.addEvent(*e)
				e = nil
			}
			continue
		}
		if len(r.open) == 0 {
			r.report(l, 0, "this line is outside the calendar", "remove everything after END:VCALENDAR")
			return
		}
		if e != nil && r.open[len(r.open)-1] == "VEVENT" {
			r.setProperty(e, p)
		}
	}
	switch {
	case len(r.open) > 0:
		r.report(lines[len(lines)-1], 0, "the file ends inside "+r.open[len(r.open)-1], "add END:"+r.open[len(r.open)-1]+"; check that the file is complete")
	case len(r.days) > maxTotal:
		r.report(lines[0], 0, fmt.Sprintf("the calendar has more than %d days", maxTotal), "use fewer years")
	case r.events == 0:
		r.report(lines[0], 0, "the calendar has no event", "add a VEVENT for each holiday")
	}
}

// setProperty stores a property of an event if it is relevant.
func (r *parser) setProperty(e *event, p property) {
	target := map[string]**property{"DTSTART": &e.start, "DTEND": &e.end, "DURATION": &e.duration, "RRULE": &e.recurrence, "STATUS": &e.status}[p.name]
	switch {
	case target != nil && *target != nil:
		r.report(p.line, 0, p.name+" is given twice", "use one in each event")
	case target != nil:
		*target = &p
	case p.name == "EXDATE":
		e.exceptions = append(e.exceptions, p)
	case p.name == "RDATE" || p.name == "RECURRENCE-ID":
		r.report(p.line, 0, p.name+" is not supported", "use a separate event for each day")
	}
}

// addEvent adds the days of an event.
func (r *parser) addEvent(e event) {
	if e.status != nil && e.status.isValue("CANCELLED") {
		return
	}
	if e.start == nil {
		r.report(e.begin.line, 0, "the event has no DTSTART", "add its first day, such as DTSTART;VALUE=DATE:20261225")
		return
	}
	first, ok := r.parseDay(*e.start)
	if !ok {
		return
	}
	length, ok := r.lengthInDays(e, first)
	if !ok {
		return
	}
	starts, ok := r.startDays(e, first)
	if !ok {
		return
	}
	excluded := make(map[time.Time]bool)
	for _, p := range e.exceptions {
		for _, value := range p.split(",") {
			if day, ok := r.parseDay(value); ok {
				excluded[day] = true
			}
		}
	}
	if len(r.days) > maxTotal {
		return // reported at the end
	}
	for _, start := range starts {
		for i := 0; i < length && !excluded[start]; i++ {
			r.days[start.AddDate(0, 0, i).Format(time.DateOnly)] = true
		}
	}
}

// lengthInDays returns how many days an event covers.
func (r *parser) lengthInDays(e event, first time.Time) (int, bool) {
	days := 1
	source := e.end
	switch {
	case e.end != nil:
		end, ok := r.parseDay(*e.end)
		if !ok {
			return 0, false
		}
		// In RFC 5545, DTEND is the day after the last one. Some calendars repeat the
		// first day.
		days = max(int(end.Sub(first).Hours()/24), 1)
		if end.Before(first) {
			r.reportValue(*e.end, "the event ends before it begins", "use the day after its last day")
			return 0, false
		}
	case e.duration != nil:
		source = e.duration
		text := strings.ToUpper(e.duration.value)
		unit := map[string]int{"D": 1, "W": 7}[text[max(len(text)-1, 0):]]
		n, err := strconv.Atoi(strings.TrimPrefix(text[:max(len(text)-1, 0)], "P"))
		if unit == 0 || err != nil || n < 1 || !strings.HasPrefix(text, "P") || n > maxDays {
			r.reportValue(*e.duration, fmt.Sprintf("the duration is %q", e.duration.value), "use whole days, such as P1D")
			return 0, false
		}
		days = n * unit
	}
	if days > maxDays {
		r.reportValue(*source, fmt.Sprintf("the event has %d days", days), fmt.Sprintf("use at most %d", maxDays))
		return 0, false
	}
	return days, true
}

// parseDay parses a date. It accepts midnight without a zone, because some calendars
// write days that way.
func (r *parser) parseDay(p property) (time.Time, bool) {
	text, clock, hasTime := strings.Cut(p.value, "T")
	day, err := time.Parse("20060102", text)
	switch {
	case err != nil:
		r.reportValue(p, fmt.Sprintf("%s is %q, which is not a date", p.name, p.value), "use a date such as 20261225")
	case hasTime && clock != "000000":
		r.reportValue(p, fmt.Sprintf("%s is %q, which has a time of day", p.name, p.value), "use whole days, such as "+p.name+";VALUE=DATE:"+text)
	default:
		return day, true
	}
	return time.Time{}, false
}

func (r *parser) report(l line, offset int, what, want string) {
	number, col := l.position(offset)
	r.problems = append(r.problems, diag.Problem{File: r.file, Line: number, Col: col, What: what, Want: want})
}

func (r *parser) reportValue(p property, what, want string) { r.report(p.line, p.offset, what, want) }
