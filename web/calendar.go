package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/app"
)

// calendar answers /feeds/ROUTE/TOKEN.ics.
func (s *Server) calendar(w http.ResponseWriter, r *http.Request, rest string) {
	end := strings.LastIndexByte(rest, '/')
	if end < 1 {
		s.showNotice(w, r, http.StatusNotFound, english.Forged)
		return
	}
	c, err := s.App.Calendar(r.Context(), rest[:end], rest[end+1:])
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	serveFeed(w, r, "text/calendar; charset=utf-8", icalendar(c))
}

// icalendar writes a calendar as RFC 5545 and RFC 7986 have it. Each key date is a whole day
// that makes nobody busy. One that moved keeps its UID with a higher SEQUENCE, and one that was
// withdrawn stays as CANCELLED, so that programs that subscribed remove it.
func icalendar(c app.Calendar) []byte {
	var w icalWriter
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//regwatch//regwatch//EN")
	w.line("METHOD", "PUBLISH")
	w.line("NAME", icalText("regwatch: "+c.Route))
	w.line("X-WR-CALNAME", icalText("regwatch: "+c.Route)) // the older name of NAME
	w.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	w.line("SOURCE;VALUE=URI", c.Address)
	for _, d := range c.Dates {
		w.date(d)
	}
	w.line("END", "VCALENDAR")
	return []byte(w.b.String())
}

type icalWriter struct{ b strings.Builder }

func (w *icalWriter) date(d app.CalendarDate) {
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
	w.line("DTSTAMP", icalTime(d.ChangedAt))
	w.line("CREATED", icalTime(d.CreatedAt))
	w.line("LAST-MODIFIED", icalTime(d.ChangedAt))
	w.line("DTSTART;VALUE=DATE", day.Format(compact))
	w.line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format(compact)) // not inclusive
	w.line("SUMMARY", icalText(upperFirst(d.Kind)+": "+title))
	if d.Quote != "" {
		w.line("DESCRIPTION", icalText(d.Quote))
	}
	if d.Link != "" {
		w.line("URL", strings.NewReplacer("\r", "", "\n", "").Replace(d.Link))
	}
	w.line("STATUS", status)
	w.line("TRANSP", "TRANSPARENT")
	if d.Severity != "" {
		w.line("CATEGORIES", icalText(d.Severity))
	}
	w.line("END", "VEVENT")
}

// line writes a content line in pieces of at most 75 bytes, which split no character.
func (w *icalWriter) line(name, value string) {
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

func icalTime(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// icalText escapes a text value. Control characters are not allowed.
func icalText(s string) string {
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
