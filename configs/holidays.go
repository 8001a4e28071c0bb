package configs

import (
	"errors"
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

// maxCalendarBytes is the largest calendar file that is read. Ten years of holidays
// take about 50 KB.
const maxCalendarBytes = 1 << 20

const (
	wantHoliday = "use a date such as 2026-12-25, a range such as 2026-12-24..2026-12-26, or the path of an .ics file"
	maxHoliday  = 366 // days of one range
)

// datePrefix matches a text that is meant as a date, even if it is wrong.
var datePrefix = regexp.MustCompile(`^\d{4}-`)

// A calendar is a list of holidays: a named one, or that in the hours of a recipient.
type calendar struct {
	what  string // the key, such as holidays.hk
	at    position
	days  []string
	files []calendarFile
	last  string // the latest of all days
}

// A calendarFile is an .ics file and the place where it is named.
type calendarFile struct {
	path string
	at   position
}

// A recipientHolidays says which calendars apply to a recipient, by their index in
// Config.calendars.
type recipientHolidays struct {
	recipient string
	calendars []int
}

// calendars reads the named calendars.
func (l *loader) calendars(n yamlnode.Node) {
	if !n.Exists() || n.IsNull() {
		return
	}
	l.calendarNames = make(map[string]int)
	for _, p := range n.Pairs("holidays") {
		if !validName(p, "a calendar") {
			continue
		}
		if datePrefix.MatchString(p.Name) || isCalendarFile(p.Name) {
			p.Key.Report(diag.Textf("calendar name %q looks like a date or a file", p.Name), "use a name such as hk")
			continue
		}
		c, _ := l.calendar(p.Value, "holidays."+p.Name, false)
		l.calendarNames[p.Name] = len(l.cfg.calendars)
		l.cfg.calendars = append(l.cfg.calendars, c)
	}
}

// holidays reads the holidays of a recipient: names of calendars, dates and files.
func (l *loader) holidays(n yamlnode.Node, what, recipient string) {
	if !n.Exists() || n.IsNull() {
		return
	}
	off := recipientHolidays{recipient: recipient}
	own, names := l.calendar(n, what, true)
	for _, item := range names {
		name := item.String(what)
		i, known := l.calendarNames[name]
		if !known {
			want := diag.Text(wantHoliday)
			if len(l.calendarNames) > 0 {
				want = suggest(name, "calendar", slices.Sorted(maps.Keys(l.calendarNames)))
			}
			item.Report(diag.Textf("%s: calendar %q does not exist", what, name), want)
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

// calendar reads dates, ranges and files. If names are allowed, it returns what may be
// the name of another calendar.
func (l *loader) calendar(n yamlnode.Node, what string, allowNames bool) (c calendar, names []yamlnode.Node) {
	c = calendar{what: what, at: positionOf(n)}
	if len(n.Items()) == 0 && !n.IsMap() {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), wantHoliday)
	}
	for _, item := range n.Items() {
		if !item.IsScalar() {
			item.Report(diag.Textf("%s contains something that is not text", diag.Text(what)), wantHoliday)
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
		n.Report(diag.Textf("%s has %q, which is not a date", what, text), wantHoliday)
	case to.Before(from):
		n.Report(diag.Textf("%s has %q, which ends before it starts", what, text), "use the first day, two dots and the last day")
	case to.Sub(from) >= maxHoliday*day:
		n.Report(diag.Textf("%s has %q, which is longer than %d days", what, text, maxHoliday), "check the years")
	default:
		var days []string
		for at := from; !at.After(to); at = at.AddDate(0, 0, 1) {
			days = append(days, at.Format(time.DateOnly))
		}
		return days
	}
	return nil
}

// loadHolidays reads the calendar files and sets the holidays of each recipient.
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
	refused, isRefused := errors.AsType[userfile.RejectedError](err)
	why, want := diag.Textf("%s", err), diag.Text("")
	switch {
	case isRefused:
		why = diag.Textf("%s", refused)
	case errors.Is(err, fs.ErrNotExist):
		why, want = "the file does not exist", "use a path relative to the folder of regwatch.yaml"
	case errors.Is(err, fs.ErrPermission):
		why, want = "permission denied", "check its owner and mode"
	}
	return nil, diag.Problems{f.at.problem(diag.Textf("%s: cannot read calendar %s: %s", what, f.path, why), want)}
}

// ReloadHolidays returns a copy of the configuration with the current content of the
// calendar files. Do not use it if there are problems.
func (c *Config) ReloadHolidays() (*Config, diag.Problems) {
	next := *c
	next.Recipients, next.calendars = slices.Clone(c.Recipients), slices.Clone(c.calendars)
	problems := next.loadHolidays()
	return &next, userfile.HideOutsideText(c.Dir, problems)
}

// CalendarFiles returns the paths of the .ics files of the configuration.
func (c *Config) CalendarFiles() []string {
	var paths []string
	for _, one := range c.calendars {
		for _, f := range one.files {
			paths = append(paths, c.Path(f.path))
		}
	}
	return paths
}

// Warnings returns what is valid but will surprise: calendars whose holidays are all
// in the past, so that future holidays count as working days.
func (c *Config) Warnings(now time.Time) diag.Problems {
	today := now.In(c.Location()).Format(time.DateOnly)
	var warnings diag.Problems
	for _, one := range c.calendars {
		if one.last != "" && one.last < today {
			warnings = append(warnings, one.at.problem(diag.Textf("%s: the last holiday was %s, so future holidays count as working days", one.what, one.last), "add future holidays"))
		}
	}
	return warnings
}
