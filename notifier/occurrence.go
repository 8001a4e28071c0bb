package notifier

import (
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// An Occurrence is a time at which a digest is due. Day is the day on which it falls by
// the calendar. Clocks that are put forward over it move At, over midnight too,
// and leave Day.
type Occurrence struct {
	Day string // 2006-01-02
	At  time.Time
}

// occursOn reports whether a recurrence has an occurrence on a day of the calendar.
func occursOn(r models.Recurrence, day time.Time) bool {
	switch {
	case r.Every == models.Daily:
		return true
	case r.Every == models.Weekly:
		return day.Weekday() == r.Weekday
	case r.MonthDay == 0:
		return day.AddDate(0, 0, 1).Day() == 1
	}
	return day.Day() == r.MonthDay
}

// LastOccurrence returns the last one at or before now. Each day of the calendar is placed
// on the clocks by itself: an occurrence whose time comes twice is the first of them,
// one whose time is skipped comes as much later as clocks skip, and two that fall
// together, because a whole day was skipped, are one.
func LastOccurrence(r models.Recurrence, now time.Time, zone *time.Location) Occurrence {
	local := now.In(zone)
	// Clocks that are put back over midnight show the day before again, when the
	// occurrence of the new day may be past. Those of a month are at most 31 days apart.
	for back := -1; back <= 32; back++ {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		if !occursOn(r, day) {
			continue
		}
		if at := schedule.Place(day.Add(r.At), zone); !at.After(now) {
			return Occurrence{day.Format(time.DateOnly), at.UTC()}
		}
	}
	return Occurrence{} // cannot be: every recurrence has one within 32 days
}

// digestDelay is how long after its occurrence a digest is made, so that what was decided
// before it is committed, also by a machine whose clock is a little off.
const digestDelay = 2 * time.Minute

// lateAfter is how long after its occurrence a digest is marked as late.
const lateAfter = time.Hour

// maxMissed is how many occurrences that passed without a digest are counted.
const maxMissed = 1000

// DigestDue returns what the digest that is due tells of, if one is. It goes from the
// end of the previous one to the last occurrence, so occurrences missed while nothing
// ran fold into one digest. Before the first occurrence after the subscription was
// first seen nothing is due.
//
// A day has one digest. If somebody changes when a digest comes, an occurrence on a day
// that had its digest is none, and what happened since is in the next one. The store
// would refuse a second one in any case, at each attempt.
func DigestDue(s models.DigestSubscription, history models.DigestHistory, now time.Time) (period models.Period, due bool) {
	last := LastOccurrence(s.Recurrence, now.Add(-digestDelay), timefmt.Zone(s.Zone))
	if history.Last.WindowTo.IsZero() {
		due = last.At.After(history.Since) && !slices.Contains(history.Days, last.Day)
		return models.Period{From: occurrenceBefore(s, last.At).At, To: last.At, Day: last.Day}, due
	}
	from := history.Last.WindowTo
	for o := last; o.At.After(from) && period.Missed < maxMissed; o = occurrenceBefore(s, o.At) {
		switch {
		case slices.Contains(history.Days, o.Day):
		case !due:
			period, due = models.Period{From: from, To: o.At, Day: o.Day}, true
		default:
			period.Missed++
		}
	}
	return period, due
}

// DigestUntil returns what a digest that a person makes now tells of: all since the
// previous one, or the last day, week or month. Its day has the time as well, so
// that it takes the place of no occurrence.
func DigestUntil(s models.DigestSubscription, last models.DigestIssue, now time.Time) models.Period {
	local := now.In(timefmt.Zone(s.Zone))
	p := models.Period{From: last.WindowTo, To: now.UTC(), Day: local.Format("2006-01-02 15:04:05.000000")}
	if !p.From.IsZero() {
		return p
	}
	switch s.Recurrence.Every {
	case models.Daily:
		local = local.AddDate(0, 0, -1)
	case models.Monthly:
		local = local.AddDate(0, -1, 0)
	default:
		local = local.AddDate(0, 0, -7)
	}
	p.From = local.UTC()
	return p
}

// occurrenceBefore returns the last one before a moment.
func occurrenceBefore(s models.DigestSubscription, at time.Time) Occurrence {
	return LastOccurrence(s.Recurrence, at.Add(-time.Nanosecond), timefmt.Zone(s.Zone))
}
