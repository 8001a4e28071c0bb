package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/icaldays"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// maxCalendarBytes is the largest calendar file that is read. Ten years of holidays have
// some 50 KB.
const maxCalendarBytes = 1 << 20

const (
	wantHoliday = "want a date such as 2026-12-25, a range such as 2026-12-24..2026-12-26, or the path of an .ics file"
	maxHoliday  = 366 // days of one range
)

// datePrefix is what is meant as a date, be it a wrong one.
var datePrefix = regexp.MustCompile(`^\d{4}-`)

// A calendar is a list of holidays: under a name of its own, or in the hours of a
// recipient.
type calendar struct {
	what  string // holidays.hk
	at    position
	days  []string
	files []calendarFile
	last  string // the last of all days
}

// A calendarFile is an .ics file, and the place where it is named.
type calendarFile struct {
	path string
	at   position
}

// A recipientHolidays says whose hours take which calendars, by their index in Config.calendars.
type recipientHolidays struct {
	recipient string
	calendars []int
}

// calendars reads the calendars that recipients refer to by name.
func (l *loader) calendars(n yamlnode.Node) {
	if !n.There() || n.IsNull() {
		return
	}
	l.calendarNames = make(map[string]int)
	for _, p := range n.Pairs("holidays") {
		if !validName(p, "a calendar") {
			continue
		}
		if datePrefix.MatchString(p.Name) || isCalendarFile(p.Name) {
			p.Key.Report(fmt.Sprintf("a calendar is named %q, which looks like a date or a file", p.Name), "want a name such as hk")
			continue
		}
		c, _ := l.calendar(p.Value, "holidays."+p.Name, false)
		l.calendarNames[p.Name] = len(l.cfg.calendars)
		l.cfg.calendars = append(l.cfg.calendars, c)
	}
}

// holidays reads the days off of a recipient: names of calendars, dates and files.
func (l *loader) holidays(n yamlnode.Node, what, recipient string) {
	if !n.There() || n.IsNull() {
		return
	}
	off := recipientHolidays{recipient: recipient}
	own, names := l.calendar(n, what, true)
	for _, item := range names {
		name := item.String(what)
		i, known := l.calendarNames[name]
		if !known {
			want := wantHoliday
			if len(l.calendarNames) > 0 {
				want = suggest(name, "calendar", slices.Sorted(maps.Keys(l.calendarNames)))
			}
			item.Report(fmt.Sprintf("%s names a calendar %q that does not exist", what, name), want)
			continue
		}
		off.calendars = append(off.calendars, i)
	}
	if len(own.days)+len(own.files) > 0 {
		off.calendars = append(off.calendars, len(l.cfg.calendars))
		l.cfg.calendars = append(l.cfg.calendars, own)
	}
	l.cfg.recipientHolidays = append(l.cfg.recipientHolidays, off)
}

// calendar reads dates, ranges and files. What may be the name of another calendar is
// returned as such, where names are allowed.
func (l *loader) calendar(n yamlnode.Node, what string, allowNames bool) (c calendar, names []yamlnode.Node) {
	c = calendar{what: what, at: positionOf(n)}
	if len(n.Items()) == 0 && !n.IsMap() {
		n.Report(what+" is empty", wantHoliday)
	}
	for _, item := range n.Items() {
		if !item.IsScalar() {
			item.Report(what+" has something that is no text in it", wantHoliday)
			continue
		}
		text := item.String(what)
		switch {
		case isCalendarFile(text):
			c.files = append(c.files, calendarFile{text, positionOf(item)})
		case allowNames && namePattern.MatchString(text) && !datePrefix.MatchString(text):
			names = append(names, item)
		default:
			c.days = append(c.days, readHolidayRange(item, what, text)...)
		}
	}
	return c, names
}

func isCalendarFile(text string) bool { return strings.HasSuffix(strings.ToLower(text), ".ics") }

// readHolidayRange reads a date, or the days from one date to another.
func readHolidayRange(n yamlnode.Node, what, text string) []string {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	from, errFrom := time.Parse(time.DateOnly, strings.TrimSpace(first))
	to, errTo := time.Parse(time.DateOnly, strings.TrimSpace(last))
	switch {
	case errFrom != nil || errTo != nil:
		n.Report(fmt.Sprintf("%s has %q", what, text), wantHoliday)
	case to.Before(from):
		n.Report(fmt.Sprintf("%s has %q, which ends before it begins", what, text), "want the first day, two dots and the last day")
	case to.Sub(from) >= maxHoliday*day:
		n.Report(fmt.Sprintf("%s has %q, which is longer than %d days", what, text, maxHoliday), "check the years")
	default:
		var days []string
		for at := from; !at.After(to); at = at.AddDate(0, 0, 1) {
			days = append(days, at.Format(time.DateOnly))
		}
		return days
	}
	return nil
}

// loadHolidays reads the calendar files and gives each recipient their days off.
func (c *Config) loadHolidays() diag.Problems {
	var problems diag.Problems
	all := make([][]string, len(c.calendars))
	for i, one := range c.calendars {
		days := slices.Clone(one.days)
		for _, f := range one.files {
			found, more := c.readCalendar(one.what, f)
			days, problems = append(days, found...), append(problems, more...)
		}
		all[i] = days
		if len(days) > 0 {
			c.calendars[i].last = slices.Max(days)
		}
	}
	for _, off := range c.recipientHolidays {
		set := make(map[string]bool)
		for _, i := range off.calendars {
			for _, day := range all[i] {
				set[day] = true
			}
		}
		if i := slices.IndexFunc(c.Recipients, func(r models.Recipient) bool { return r.Name == off.recipient }); i >= 0 {
			c.Recipients[i].Hours.Holidays = set
		}
	}
	return problems
}

func (c *Config) readCalendar(what string, f calendarFile) ([]string, diag.Problems) {
	path := c.Path(f.path)
	src, err := userfile.Read(path, maxCalendarBytes)
	if err == nil {
		return icaldays.Read(path, src)
	}
	refused, isRefused := errors.AsType[userfile.Refusal](err)
	why, want := err.Error(), ""
	switch {
	case isRefused:
		why = refused.Error()
	case errors.Is(err, fs.ErrNotExist):
		why, want = "there is no such file", "want a path that starts from the folder of regwatch.yaml"
	case errors.Is(err, fs.ErrPermission):
		why, want = "it may not be read by this user", "check its owner and mode"
	}
	return nil, diag.Problems{f.at.problem(fmt.Sprintf("%s: the calendar %s cannot be read: %s", what, f.path, why), want)}
}

// RereadHolidays returns the configuration with the calendar files as they are now. If
// there are problems it is good for nothing.
func (c *Config) RereadHolidays() (*Config, diag.Problems) {
	next := *c
	next.Recipients, next.calendars = slices.Clone(c.Recipients), slices.Clone(c.calendars)
	problems := next.loadHolidays()
	return &next, userfile.Hide(c.Dir, problems)
}

// CalendarFiles returns the paths of the .ics files that the configuration names.
func (c *Config) CalendarFiles() []string {
	var paths []string
	for _, one := range c.calendars {
		for _, f := range one.files {
			paths = append(paths, c.Path(f.path))
		}
	}
	return paths
}

// Warnings returns what is in order and will surprise: holidays that are all over, so
// that the next ones are working days.
func (c *Config) Warnings(now time.Time) diag.Problems {
	today := now.In(c.Location()).Format(time.DateOnly)
	var warnings diag.Problems
	for _, one := range c.calendars {
		if one.last != "" && one.last < today {
			warnings = append(warnings, one.at.problem(fmt.Sprintf("%s: the last holiday was on %s, so messages come on the next ones as on any day", one.what, one.last), "add the holidays to come"))
		}
	}
	return warnings
}
