package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// Defaults of a [models.Burst].
const (
	burstOver   = 10
	burstWithin = 10 * time.Minute
)

// waitUntil returns until when an alert to the recipient is deferred, and why. A zero
// time means that it is not deferred; a critical alert never is. recent are the times of
// the recipient's recent immediate alerts. planned is the number of alerts to the
// recipient in the same plan, so that all alerts of a large plan are deferred and sent
// together.
func waitUntil(r models.Recipient, severity models.Severity, frequency models.Frequency, recent []time.Time, planned int, now time.Time) (until time.Time, why models.Reasons) {
	if severity == models.Critical {
		return time.Time{}, nil
	}
	zone := timefmt.Zone(r.Zone)
	open := now
	if next := nextDelivery(frequency, now, zone); !next.IsZero() {
		open = next
		why = models.NewReasons(models.ReasonFrequency, models.ReasonArgs{Recipient: r.Name, Frequency: &frequency, Zone: r.Zone, At: next.UTC()})
	}
	if opens, holiday := openHourAfter(r.Hours, open, zone); opens.After(open) {
		why = append(why, closedReason(r, opens, holiday))
		return deliveryWithin(opens, r.Hours, frequency, zone).UTC(), why
	}
	if len(why) > 0 {
		return open.UTC(), why
	}
	if ends, over := burstEnd(r.Burst, recent, planned, now); over {
		// If the burst ends outside the hours, the alerts are sent when the hours begin.
		return nextOpenHour(r.Hours, ends, zone).UTC(), models.NewReasons(models.ReasonBurst, models.ReasonArgs{
			Recipient: inCharge(r), Count: burstLimit(r.Burst), Duration: burstWindow(r.Burst),
		})
	}
	return time.Time{}, nil
}

// closedReason returns why nothing is sent before the hours begin: a holiday, or the
// hours themselves.
func closedReason(r models.Recipient, opens time.Time, holiday string) models.Reason {
	args := models.ReasonArgs{Recipient: inCharge(r), Zone: r.Zone, At: opens.UTC()}
	if holiday != "" {
		args.Day = holiday
		return models.Reason{Kind: models.ReasonHoliday, Args: args}
	}
	hours := r.Hours
	hours.Holidays = nil // a notice need not store a calendar
	args.Hours = &hours
	return models.Reason{Kind: models.ReasonOutsideHours, Args: args}
}

// maxDaysAhead is how many days ahead openHourAfter searches for a working day. A week
// has each weekday, but a zone that moves across the date line skips a day.
const maxDaysAhead = 8

// maxHolidays is how many consecutive holidays delay a message. A longer calendar is a
// mistake, and must not silence a recipient.
const maxHolidays = 366

// nextOpenHour returns the first time at or after t within the hours.
func nextOpenHour(h models.Hours, t time.Time, zone *time.Location) time.Time {
	opens, _ := openHourAfter(h, t, zone)
	return opens
}

// openHourAfter returns the first time at or after t within the hours, and the first
// holiday that delays it. Hours that begin on a working day belong to that day even after
// midnight.
func openHourAfter(h models.Hours, t time.Time, zone *time.Location) (opens time.Time, holiday string) {
	if len(h.Days) == 0 && h.From == h.To && len(h.Holidays) == 0 {
		return t, ""
	}
	local := t.In(zone)
	for ahead := -1; ahead <= maxDaysAhead+maxHolidays; ahead++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
		if len(h.Days) > 0 && !slices.Contains(h.Days, day.Weekday()) {
			continue
		}
		from, to := hoursOnDay(h, day, zone)
		if !t.Before(to) {
			continue
		}
		if date := day.Format(time.DateOnly); h.Holidays[date] {
			holiday = cmp.Or(holiday, date)
			continue
		}
		return later(t, from), holiday
	}
	return t, "" // a year of holidays only
}

// hoursOnDay returns the hours that begin on a day.
func hoursOnDay(h models.Hours, day time.Time, zone *time.Location) (from, to time.Time) {
	start, end := h.From, h.To
	switch {
	case start == end:
		start, end = 0, 24*time.Hour
	case end < start:
		end += 24 * time.Hour
	}
	return schedule.Place(day.Add(start), zone), schedule.Place(day.Add(end), zone)
}

// nextDelivery returns the next delivery time of a frequency after t; zero for immediate
// delivery.
func nextDelivery(p models.Frequency, t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch p.Kind {
	case models.Hourly:
		// An hour begins at the full hour of the zone's own clock, which may differ from
		// UTC's: Kathmandu is 5:45 ahead.
		into := time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		return t.Add(time.Hour - into)
	case models.Daily, models.Weekly:
		for ahead := 0; ahead <= maxDaysAhead; ahead++ {
			day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
			if p.Kind == models.Weekly && day.Weekday() != p.Day {
				continue
			}
			if next := schedule.Place(day.Add(p.At), zone); next.After(t) {
				return next
			}
		}
	}
	return time.Time{}
}

// deliveryWithin returns the delivery time of a daily or weekly frequency whose own day is
// closed: its time of day if that is within the hours that begin, or else their
// beginning.
func deliveryWithin(opens time.Time, h models.Hours, p models.Frequency, zone *time.Location) time.Time {
	if p.Kind != models.Daily && p.Kind != models.Weekly {
		return opens
	}
	p.Kind = models.Daily
	next := nextDelivery(p, opens.Add(-1), zone)
	if nextOpenHour(h, next, zone).Equal(next) {
		return next
	}
	return opens
}

func burstLimit(b models.Burst) int            { return cmp.Or(b.Over, burstOver) }
func burstWindow(b models.Burst) time.Duration { return cmp.Or(b.Within, burstWithin) }

// burstEnd reports whether there are too many alerts to send one by one, and when one
// summary of them stays within the limit.
func burstEnd(b models.Burst, recent []time.Time, planned int, now time.Time) (time.Time, bool) {
	var times []time.Time
	for _, at := range recent {
		if at.After(now.Add(-burstWindow(b))) {
			// A time in the future comes from a clock that was ahead: it counts as now.
			times = append(times, earlier(at, now))
		}
	}
	if len(times)+planned <= burstLimit(b) {
		return time.Time{}, false
	}
	if len(times) < burstLimit(b) {
		return now, true
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[len(times)-burstLimit(b)].Add(burstWindow(b)), true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
