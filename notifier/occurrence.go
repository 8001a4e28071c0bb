package notifier

import (
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// An Occurrence is a time at which a digest is due. Day is its calendar day. A clock
// change moves At, even past midnight, but not Day.
type Occurrence struct {
	Day string // 2006-01-02
	At  time.Time
}

// occursOn reports whether a recurrence has an occurrence on a calendar day.
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

// LastOccurrence returns the last occurrence at or before now. Each calendar day is
// converted by itself: an occurrence at a repeated time is the first of the two, one at a
// skipped time moves by the length of the gap, and two that coincide because a whole day
// was skipped are one.
func LastOccurrence(r models.Recurrence, now time.Time, zone *time.Location) Occurrence {
	local := now.In(zone)
	// If clocks go back over midnight, the previous day is shown again after the
	// occurrence of the new day. Monthly occurrences are at most 31 days apart.
	for back := -1; back <= 32; back++ {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		if !occursOn(r, day) {
			continue
		}
		if at := schedule.Place(day.Add(r.At), zone); !at.After(now) {
			return Occurrence{day.Format(time.DateOnly), at.UTC()}
		}
	}
	return Occurrence{} // unreachable: every recurrence has an occurrence within 32 days
}

// digestDelay is how long after its occurrence a digest is created, so that earlier
// decisions are committed, even by a machine whose clock is slightly off.
const digestDelay = 2 * time.Minute

// lateAfter is how long after its occurrence a digest is marked as late.
const lateAfter = time.Hour

// maxMissed is the highest count of missed occurrences.
const maxMissed = 1000

// DigestDue returns the period of the digest that is due, if one is. The period begins at
// the end of the previous digest and ends at the last occurrence, so one digest covers
// all missed occurrences. Nothing is due before the first occurrence after the
// subscription was first seen.
//
// A day has one digest. After a change of the schedule, an occurrence on a day that
// already had a digest is skipped, and its events are in the next one. The store refuses
// a second one anyway.
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

// DigestUntil returns the period of a digest that a person requests now: since the
// previous digest, or the last day, week or month. Its day includes the time, so that it
// does not replace an occurrence.
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

// occurrenceBefore returns the last occurrence before a time.
func occurrenceBefore(s models.DigestSubscription, at time.Time) Occurrence {
	return LastOccurrence(s.Recurrence, at.Add(-time.Nanosecond), timefmt.Zone(s.Zone))
}
