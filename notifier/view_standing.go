package notifier

import (
	"time"

	"regwatch/models"
)

// mostPeople is how many people a standing names.
const mostPeople = 6

// A standingView is what has become of an event since its alert was sent.
type standingView struct {
	Taken string   // "Taken by Ann (28 Aug 14:05 HKT), Bo"
	Marks []string // "Not relevant: Ann (28 Aug 14:06 HKT)"
	Muted string   // "Muted until 4 Sep 14:05 HKT by Ann (28 Aug 14:05 HKT)"
}

func viewStanding(s models.Standing, a models.Alert, l language) standingView {
	var v standingView
	at := func(by string, when time.Time) string {
		if by = called(by); by == "" || when.IsZero() {
			return by
		}
		return by + " (" + l.moment(when, a.SeenAt, zone(a.Zone)) + ")"
	}
	var takers []string
	for _, t := range s.Takes[:min(len(s.Takes), mostPeople)] {
		takers = append(takers, at(t.By, t.TakenAt))
	}
	if who := l.list(takers...); who != "" {
		v.Taken = l.say("taken_by", who)
	}
	for _, m := range s.Marks[:min(len(s.Marks), mostPeople)] {
		verdict := l.say("mark_irrelevant")
		if m.Relevant {
			verdict = l.say("mark_relevant")
		}
		if by := at(m.By, m.MarkedAt); by != "" {
			verdict = l.say("label", verdict) + by
		}
		if note := cut(oneLine(m.Note), quoteRunes); note != "" {
			verdict += " " + l.say("quote", note)
		}
		v.Marks = append(v.Marks, verdict)
	}
	if m := s.Mute; m != nil {
		until := l.moment(m.Until, a.SeenAt, zone(a.Zone))
		v.Muted = l.say("muted", until)
		if by := at(m.By, m.MutedAt); by != "" {
			v.Muted = l.say("muted_by", until, by)
		}
		if why := cut(oneLine(m.Reason), namesRunes); why != "" {
			v.Muted += " " + l.say("quote", why)
		}
	}
	return v
}
