package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// What a [Burst] is whose numbers are left out.
const (
	burstOver   = 10
	burstWithin = 10 * time.Minute
)

// waitUntil says until when an alert to the recipient waits, and what for. It does
// not wait if until is zero; a critical one never does. Recent are the times at
// which the recipient was told of events at once, and planned is how many alerts
// the plan that this one belongs to has for them, so that all of a plan that is
// too large wait, be it for a moment, and are told together.
func waitUntil(r models.Recipient, severity models.Severity, pace models.Frequency, recent []time.Time, planned int, now time.Time) (until time.Time, why models.Reasons) {
	if severity == models.Critical {
		return time.Time{}, nil
	}
	zone := timefmt.Zone(r.Zone)
	open := now
	if slot := nextDelivery(pace, now, zone); !slot.IsZero() {
		open = slot
		why = models.NewReasons(models.ReasonFrequency, models.ReasonArgs{Recipient: r.Name, Frequency: &pace, Zone: r.Zone, At: slot.UTC()})
	}
	if opens, holiday := openHourAfter(r.Hours, open, zone); opens.After(open) {
		why = append(why, closedReason(r, opens, holiday))
		return slotAfter(opens, r.Hours, pace, zone).UTC(), why
	}
	if len(why) > 0 {
		return open.UTC(), why
	}
	if ends, over := burstEnd(r.Burst, recent, planned, now); over {
		// What is over as the hours close is told when they open.
		return nextOpenHour(r.Hours, ends, zone).UTC(), models.NewReasons(models.ReasonBurst, models.ReasonArgs{
			Recipient: inCharge(r), Count: burstLimit(r.Burst), Duration: burstWindow(r.Burst),
		})
	}
	return time.Time{}, nil
}

// closedReason says why a recipient is not told before their hours begin: a holiday, or
// the hours themselves.
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

// maxDaysAhead is how many days ahead the next working day is looked for. A week has
// each of them, but a zone that moves across the date line skips one.
const maxDaysAhead = 8

// maxHolidays is how many holidays in a row delay a message. A longer calendar is a
// mistake, and a mistake must not silence a recipient.
const maxHolidays = 366

// nextOpenHour returns the first moment at or after t that is within the hours.
func nextOpenHour(h models.Hours, t time.Time, zone *time.Location) time.Time {
	opens, _ := openHourAfter(h, t, zone)
	return opens
}

// openHourAfter returns the first moment at or after t that is within the hours, and the
// first holiday without which it would come earlier. Hours that begin on a working day
// belong to that day also after midnight.
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
	return t, "" // nothing but holidays for a year
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

// nextDelivery returns the first moment after t at which the pace tells; zero if it
// tells at once.
func nextDelivery(p models.Frequency, t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch p.Kind {
	case models.Hourly:
		// An hour begins at the full hour of the zone's own clock, which need not
		// be one of UTC: Kathmandu is 5:45 ahead.
		into := time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		return t.Add(time.Hour - into)
	case models.Daily, models.Weekly:
		for ahead := 0; ahead <= maxDaysAhead; ahead++ {
			day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
			if p.Kind == models.Weekly && day.Weekday() != p.Day {
				continue
			}
			if slot := schedule.Place(day.Add(p.At), zone); slot.After(t) {
				return slot
			}
		}
	}
	return time.Time{}
}

// slotAfter returns when a daily or weekly pace tells whose own day is closed: at its time
// of the day in the hours that begin, or as they begin if it is outside them.
func slotAfter(opens time.Time, h models.Hours, p models.Frequency, zone *time.Location) time.Time {
	if p.Kind != models.Daily && p.Kind != models.Weekly {
		return opens
	}
	p.Kind = models.Daily
	slot := nextDelivery(p, opens.Add(-1), zone)
	if nextOpenHour(h, slot, zone).Equal(slot) {
		return slot
	}
	return opens
}

func burstLimit(b models.Burst) int            { return cmp.Or(b.Over, burstOver) }
func burstWindow(b models.Burst) time.Duration { return cmp.Or(b.Within, burstWithin) }

// burstEnd reports whether there are too many alerts to read one by one, and when
// one message may tell of all of them: as soon as it is not one too many itself.
func burstEnd(b models.Burst, recent []time.Time, planned int, now time.Time) (time.Time, bool) {
	var told []time.Time
	for _, at := range recent {
		if at.After(now.Add(-burstWindow(b))) {
			// What a clock told that was ahead counts as told now.
			told = append(told, earlier(at, now))
		}
	}
	if len(told)+planned <= burstLimit(b) {
		return time.Time{}, false
	}
	if len(told) < burstLimit(b) {
		return now, true
	}
	slices.SortFunc(told, time.Time.Compare)
	return told[len(told)-burstLimit(b)].Add(burstWindow(b)), true
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
