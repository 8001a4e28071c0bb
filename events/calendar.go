package events

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/models"
)

// A CalendarState is the key dates of an event from a time on.
type CalendarState struct {
	At    time.Time
	Dates []models.KeyDate
}

// A CalendarDate is a key date of an event as an entry of a calendar. Its UID stays when the
// date moves or is withdrawn, and its Sequence rises then (RFC 5545, section 3.8.7.4).
type CalendarDate struct {
	models.KeyDate

	UID       string
	Sequence  int
	Cancelled bool   // the event no longer names it
	MovedFrom string // the day before the last move; empty: it has not moved
	CreatedAt time.Time
	ChangedAt time.Time // the day or Cancelled
}

// Calendar returns the entries of an event's key dates. It depends only on the states, which
// are stored, so every call gives the same UIDs and sequences. A date that goes while
// another of its kind comes has moved.
func Calendar(eventID string, states []CalendarState) []CalendarDate {
	var all []CalendarDate
	for _, s := range states {
		all = nextCalendar(all, eventID, s)
	}
	slices.SortFunc(all, func(a, b CalendarDate) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.UID, b.UID)) })
	return all
}

func nextCalendar(all []CalendarDate, eventID string, s CalendarState) []CalendarDate {
	stays := make(map[int]bool)
	var added []models.KeyDate
	for _, d := range s.Dates {
		i := slices.IndexFunc(all, func(e CalendarDate) bool { return e.Kind == d.Kind && e.Day == d.Day })
		switch {
		case i < 0:
			if !slices.ContainsFunc(added, func(o models.KeyDate) bool { return o.Kind == d.Kind && o.Day == d.Day }) {
				added = append(added, d)
			}
			continue
		case all[i].Cancelled:
			all[i].Cancelled = false
			all[i].change(s.At)
		}
		all[i].Quote = d.Quote
		stays[i] = true
	}
	slices.SortStableFunc(added, func(a, b models.KeyDate) int { return strings.Compare(a.Day, b.Day) })
	for i := range all {
		if e := &all[i]; !stays[i] && !e.Cancelled {
			if n := slices.IndexFunc(added, func(d models.KeyDate) bool { return d.Kind == e.Kind }); n >= 0 {
				e.MovedFrom, e.KeyDate = e.Day, added[n]
				added = slices.Delete(added, n, n+1)
			} else {
				e.Cancelled = true
			}
			e.change(s.At)
		}
	}
	for _, d := range added {
		n := 1
		for _, e := range all {
			if e.Kind == d.Kind {
				n++
			}
		}
		uid := fmt.Sprintf("%s-%s-%d@regwatch", strings.ToLower(eventID), d.Kind, n)
		all = append(all, CalendarDate{KeyDate: d, UID: uid, CreatedAt: s.At, ChangedAt: s.At})
	}
	return all
}

func (e *CalendarDate) change(at time.Time) {
	e.Sequence++
	e.ChangedAt = at
}
