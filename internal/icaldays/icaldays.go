// Package icaldays reads the days of an iCalendar file (RFC 5545), such as the public
// holidays that governments publish.
//
// Start with [Read]. It returns every whole day that an event of the file covers, and a
// [diag.Problem] with line and column for what it cannot read. It is strict: a day that
// it does not understand is a problem and never left out in silence. Which day is a
// holiday for whom is left to the caller.
//
// It reads what such calendars hold: dates, events of several days, and events that come
// every year. Times of day, other recurrences and time zones are problems.
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
	// LastYear is how far an event that comes every year without an end is followed.
	LastYear = 2100

	maxDays     = 366    // of one event
	maxTotal    = 50_000 // of one file
	maxProblems = 20     // of one file; a file of another kind has one in each line
)

// Read returns the days of a calendar, each as 2006-01-02, in order and each once.
func Read(file string, src []byte) ([]string, diag.Problems) {
	r := reader{file: file, days: make(map[string]bool)}
	r.read(src)
	if len(r.problems) > maxProblems {
		r.problems = r.problems[:maxProblems]
	}
	return slices.Sorted(maps.Keys(r.days)), r.problems
}

type reader struct {
	file     string
	problems diag.Problems
	days     map[string]bool
	open     []string // components that have begun
	events   int
}

// An event is what matters of one VEVENT. The lines are nil where it has none.
type event struct {
	begin                              *property
	start, end, duration, rule, status *property
	except                             []property
}

func (r *reader) read(src []byte) {
	lines := unfold(src)
	if len(lines) == 0 || !strings.EqualFold(lines[0].text, "BEGIN:VCALENDAR") {
		r.problems = append(r.problems, diag.Problem{File: r.file, Line: 1, Col: 1, What: "this is not an iCalendar file", Want: "want a file that begins with BEGIN:VCALENDAR"})
		return
	}
	var e *event
	for _, l := range lines {
		p, ok := l.property()
		if !ok {
			r.report(l, 0, "there is no property in this line", "want NAME:VALUE, such as DTSTART;VALUE=DATE:20261225")
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
				r.reportValue(p, fmt.Sprintf("END:%s ends nothing that has begun", p.value), "check that the file is complete")
				return
			}
			r.open = r.open[:len(r.open)-1]
			if p.isValue("VEVENT") && e != nil {
				r.add(*e)
				e = nil
			}
			continue
		}
		if len(r.open) == 0 {
			r.report(l, 0, "this line is outside the calendar", "want nothing after END:VCALENDAR")
			return
		}
		if e != nil && r.open[len(r.open)-1] == "VEVENT" {
			r.note(e, p)
		}
	}
	switch {
	case len(r.open) > 0:
		r.report(lines[len(lines)-1], 0, "the file ends within "+r.open[len(r.open)-1], "want END:"+r.open[len(r.open)-1]+"; check that the file is complete")
	case len(r.days) > maxTotal:
		r.report(lines[0], 0, fmt.Sprintf("the calendar has more than %d days", maxTotal), "want the holidays of some years")
	case r.events == 0:
		r.report(lines[0], 0, "the calendar has no event", "want a VEVENT for each holiday")
	}
}

// note keeps a property of an event that matters.
func (r *reader) note(e *event, p property) {
	at := map[string]**property{"DTSTART": &e.start, "DTEND": &e.end, "DURATION": &e.duration, "RRULE": &e.rule, "STATUS": &e.status}[p.name]
	switch {
	case at != nil && *at != nil:
		r.report(p.line, 0, p.name+" is here twice", "want one in each event")
	case at != nil:
		*at = &p
	case p.name == "EXDATE":
		e.except = append(e.except, p)
	case p.name == "RDATE" || p.name == "RECURRENCE-ID":
		r.report(p.line, 0, p.name+" is not supported", "want an event of its own for each of these days")
	}
}

// add takes the days of an event.
func (r *reader) add(e event) {
	if e.status != nil && e.status.isValue("CANCELLED") {
		return
	}
	if e.start == nil {
		r.report(e.begin.line, 0, "the event has no DTSTART", "want its first day, such as DTSTART;VALUE=DATE:20261225")
		return
	}
	first, ok := r.day(*e.start)
	if !ok {
		return
	}
	length, ok := r.length(e, first)
	if !ok {
		return
	}
	starts, ok := r.starts(e, first)
	if !ok {
		return
	}
	except := make(map[time.Time]bool)
	for _, p := range e.except {
		for _, one := range p.parts(",") {
			if day, ok := r.day(one); ok {
				except[day] = true
			}
		}
	}
	if len(r.days) > maxTotal {
		return // is reported
	}
	for _, start := range starts {
		for i := 0; i < length && !except[start]; i++ {
			r.days[start.AddDate(0, 0, i).Format(time.DateOnly)] = true
		}
	}
}

// length returns how many days an event covers.
func (r *reader) length(e event, first time.Time) (int, bool) {
	days := 1
	at := e.end
	switch {
	case e.end != nil:
		end, ok := r.day(*e.end)
		if !ok {
			return 0, false
		}
		// RFC 5545 excludes DTEND. Some calendars repeat the day itself.
		days = max(int(end.Sub(first).Hours()/24), 1)
		if end.Before(first) {
			r.reportValue(*e.end, "the event ends before it begins", "want the day after its last day")
			return 0, false
		}
	case e.duration != nil:
		at = e.duration
		text := strings.ToUpper(e.duration.value)
		unit := map[string]int{"D": 1, "W": 7}[text[max(len(text)-1, 0):]]
		n, err := strconv.Atoi(strings.TrimPrefix(text[:max(len(text)-1, 0)], "P"))
		if unit == 0 || err != nil || n < 1 || !strings.HasPrefix(text, "P") || n > maxDays {
			r.reportValue(*e.duration, fmt.Sprintf("the duration is %q", e.duration.value), "want whole days, such as P1D")
			return 0, false
		}
		days = n * unit
	}
	if days > maxDays {
		r.reportValue(*at, fmt.Sprintf("the event has %d days", days), fmt.Sprintf("want at most %d", maxDays))
		return 0, false
	}
	return days, true
}

// day reads a date. A time of day must be midnight of no named moment: some calendars
// write whole days so.
func (r *reader) day(p property) (time.Time, bool) {
	text, clock, timed := strings.Cut(p.value, "T")
	day, err := time.Parse("20060102", text)
	switch {
	case err != nil:
		r.reportValue(p, fmt.Sprintf("%s is %q, which is no day", p.name, p.value), "want a date such as 20261225")
	case timed && clock != "000000":
		r.reportValue(p, fmt.Sprintf("%s is %q, which has a time of day", p.name, p.value), "want whole days, such as "+p.name+";VALUE=DATE:"+text)
	default:
		return day, true
	}
	return time.Time{}, false
}

func (r *reader) report(l line, offset int, what, want string) {
	at, col := l.place(offset)
	r.problems = append(r.problems, diag.Problem{File: r.file, Line: at, Col: col, What: what, Want: want})
}

func (r *reader) reportValue(p property, what, want string) { r.report(p.line, p.offset, what, want) }
