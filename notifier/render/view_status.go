package render

import (
	"time"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// mostPeople is how many people a status names.
const mostPeople = 6

// A statusView is the status of an event since its alert was sent.
type statusView struct {
	Taken string   // "Assigned to Ann (28 Aug 14:05 HKT), Bo"
	Marks []string // "Not relevant: Ann (28 Aug 14:06 HKT)"
	Muted string   // "Muted until 4 Sep 14:05 HKT by Ann (28 Aug 14:05 HKT)"
	Moved string   // "Continues in “Bank halts redemptions”, by Ann (28 Aug 14:05 HKT)"; or "Kept apart from …"
}

func viewStatus(s models.Status, now time.Time, loc *time.Location, l Language) statusView {
	var v statusView
	at := func(by string, when time.Time) string {
		if by = PersonName(by); by == "" || when.IsZero() {
			return by
		}
		return by + " (" + l.Moment(when, now, loc) + ")"
	}
	var takers []string
	for _, t := range s.Assignments[:min(len(s.Assignments), mostPeople)] {
		takers = append(takers, at(t.By, t.AssignedAt))
	}
	if who := l.list(takers...); who != "" {
		v.Taken = l.Say("taken_by", who)
	}
	for _, m := range s.Feedback[:min(len(s.Feedback), mostPeople)] {
		verdict := l.Say("mark_irrelevant")
		if m.Relevant {
			verdict = l.Say("mark_relevant")
		}
		if by := at(m.By, m.GivenAt); by != "" {
			verdict = l.Say("label", verdict) + by
		}
		if note := sanitize.Truncate(sanitize.Line(m.Note), quoteRunes); note != "" {
			verdict += " " + l.Say("quote", note)
		}
		v.Marks = append(v.Marks, verdict)
	}
	if c := s.ContinuesIn; c != nil {
		v.Moved = l.Say("continues_in", sanitize.Truncate(sanitize.Line(c.Title), MaxNameRunes))
		if by := at(c.By, c.At); by != "" {
			v.Moved = l.Say("continues_in_by", sanitize.Truncate(sanitize.Line(c.Title), MaxNameRunes), by)
		}
		if why := sanitize.Truncate(sanitize.Line(c.Reason), MaxNameRunes); why != "" {
			v.Moved += " " + l.Say("quote", why)
		}
	}
	if g := s.Grouping; g != nil && v.Moved == "" && (g.Kind == models.LinkApart || g.Kind == models.LinkSplit) {
		title := sanitize.Truncate(sanitize.Line(g.Title), MaxNameRunes)
		v.Moved = l.Say("kept_apart", title)
		if by := at(g.By, g.At); by != "" {
			v.Moved = l.Say("kept_apart_by", title, by)
		}
	}
	if m := s.Mute; m != nil {
		until := l.Moment(m.Until, now, loc)
		v.Muted = l.Say("muted", until)
		if by := at(m.By, m.MutedAt); by != "" {
			v.Muted = l.Say("muted_by", until, by)
		}
		if why := sanitize.Truncate(sanitize.Line(m.Reason), MaxNameRunes); why != "" {
			v.Muted += " " + l.Say("quote", why)
		}
	}
	return v
}
