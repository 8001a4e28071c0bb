package notifier

import (
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

// on reports whether the rhythm has a slot on a day of the calendar.
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

// Last returns the last slot at or before now. Each day of the calendar is placed
// on the clocks by itself: a slot whose time comes twice is the first of them,
// one whose time is skipped comes as much later as clocks skip, and two that fall
// together, because a whole day was skipped, are one.
func LastOccurrence(r models.Recurrence, now time.Time, zone *time.Location) Occurrence {
	local := now.In(zone)
	// Clocks that are put back over midnight show the day before again, when the
	// slot of the new day may be past. A month's slots are at most 31 days apart.
	for back := -1; back <= 32; back++ {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, time.UTC)
		if !occursOn(r, day) {
			continue
		}
		if at := schedule.Place(day.Add(r.At), zone); !at.After(now) {
			return Occurrence{day.Format(time.DateOnly), at.UTC()}
		}
	}
	return Occurrence{} // cannot be: every rhythm has a slot within 32 days
}

// record is how long after its slot a digest is made, so that what was decided
// before the slot is committed, also by a machine whose clock is a little off.
const digestDelay = 2 * time.Minute

// lateAfter is how long after its slot a digest is marked as late.
const lateAfter = time.Hour

// maxMissed is how many slots that passed without a digest are counted.
const maxMissed = 1000

// Due returns what the digest that is owed tells of, if one is. It goes from the
// end of the previous one to the last slot, so slots missed while nothing ran
// fold into one digest. Since is when the subscription was first seen: before the
// first slot after it nothing is owed.
func DigestDue(s models.DigestSubscription, last models.DigestIssue, since, now time.Time) (period models.Period, due bool) {
	slot := LastOccurrence(s.Recurrence, now.Add(-digestDelay), timefmt.Zone(s.Zone))
	if last.WindowTo.IsZero() {
		return models.Period{From: occurrenceBefore(s, slot.At).At, To: slot.At, Day: slot.Day}, slot.At.After(since)
	}
	if !slot.At.After(last.WindowTo) {
		return models.Period{}, false
	}
	period = models.Period{From: last.WindowTo, To: slot.At, Day: slot.Day}
	for at := occurrenceBefore(s, slot.At).At; at.After(last.WindowTo) && period.Missed < maxMissed; at = occurrenceBefore(s, at).At {
		period.Missed++
	}
	return period, true
}

// Until returns what a digest that a person makes now tells of: all since the
// previous one, or the last day, week or month. Its day has the time as well, so
// that it takes the place of no slot.
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

// before returns the slot before a moment.
func occurrenceBefore(s models.DigestSubscription, at time.Time) Occurrence {
	return LastOccurrence(s.Recurrence, at.Add(-time.Nanosecond), timefmt.Zone(s.Zone))
}
