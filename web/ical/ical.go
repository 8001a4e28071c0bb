// Package ical writes key dates as iCalendar, which calendar programs read.
package ical

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/app"
)

// Write writes a calendar with a name as RFC 5545 and RFC 7986 have it. Each key date is a whole day
// that makes nobody busy. One that moved keeps its UID with a higher SEQUENCE, and one that was
// withdrawn stays as CANCELLED, so that programs that subscribed remove it.
func Write(name string, c app.Calendar) []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//regwatch//regwatch//EN")
	w.line("METHOD", "PUBLISH")
	w.line("NAME", text(name))
	w.line("X-WR-CALNAME", text(name)) // the older name of NAME
	if c.Address != "" {               // one to subscribe to
		w.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
		w.line("SOURCE;VALUE=URI", c.Address)
	}
	for _, d := range c.Dates {
		w.date(d)
	}
	w.line("END", "VCALENDAR")
	return []byte(w.b.String())
}

type writer struct{ b strings.Builder }

func (w *writer) date(d app.CalendarDate) {
	day, err := time.Parse(time.DateOnly, d.Day)
	if err != nil {
		return
	}
	status := "TENTATIVE" // so far only the press says so
	switch {
	case d.Cancelled:
		status = "CANCELLED"
	case d.Official:
		status = "CONFIRMED"
	}
	title := d.Title
	if title == "" {
		title = "(untitled)"
	}
	const compact = "20060102"
	w.line("BEGIN", "VEVENT")
	w.line("UID", d.UID)
	w.line("SEQUENCE", strconv.Itoa(d.Sequence))
	w.line("DTSTAMP", at(d.ChangedAt))
	w.line("CREATED", at(d.CreatedAt))
	w.line("LAST-MODIFIED", at(d.ChangedAt))
	w.line("DTSTART;VALUE=DATE", day.Format(compact))
	w.line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format(compact)) // not inclusive
	w.line("SUMMARY", text(upperFirst(d.Kind)+": "+title))
	if d.Quote != "" {
		w.line("DESCRIPTION", text(d.Quote))
	}
	if d.Link != "" {
		w.line("URL", strings.NewReplacer("\r", "", "\n", "").Replace(d.Link))
	}
	w.line("STATUS", status)
	w.line("TRANSP", "TRANSPARENT")
	if d.Severity != "" {
		w.line("CATEGORIES", text(d.Severity))
	}
	w.line("END", "VEVENT")
}

// line writes a content line in pieces of at most 75 bytes, which split no character.
func (w *writer) line(name, value string) {
	const most = 75
	rest := name + ":" + value
	for size := most; len(rest) > size; size = most - 1 { // a space begins the others
		cut := size
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.b.WriteString(rest[:cut] + "\r\n ")
		rest = rest[cut:]
	}
	w.b.WriteString(rest + "\r\n")
}

func at(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// text escapes a text value. Control characters are not allowed.
func text(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
