package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
func (r Recipient) waitUntil(severity models.Severity, pace Frequency, recent []time.Time, planned int, now time.Time) (until time.Time, why string) {
	if severity == models.Critical {
		return time.Time{}, ""
	}
	zone := timefmt.Zone(r.Zone)
	open, opens := now, r.Hours.next(now, zone)
	if slot := pace.next(now, zone); !slot.IsZero() {
		open, opens = slot, r.Hours.next(slot, zone)
		why = fmt.Sprintf("the pace of %s (%s)", r.Name, pace.renderer(slot.In(zone)))
	}
	if opens.After(open) {
		outside := fmt.Sprintf("outside the hours of %s (%s)", r.Name, r.Hours.renderer(opens.In(zone)))
		return opens.UTC(), strings.TrimPrefix(why+", "+outside, ", ")
	}
	if why != "" {
		return open.UTC(), why
	}
	if ends, over := r.Burst.ends(recent, planned, now); over {
		// What is over as the hours close is told when they open.
		return r.Hours.next(ends, zone).UTC(), fmt.Sprintf("more than %d alerts to %s within %s", r.Burst.over(), r.Name, span(r.Burst.within()))
	}
	return time.Time{}, ""
}

// maxDaysAhead is how many days ahead the next working day is looked for. A week has
// each of them, but a zone that moves across the date line skips one.
const maxDaysAhead = 8

// next returns the first moment at or after t that is within the hours. What
// begins on a working day belongs to it also after midnight.
func (h Hours) next(t time.Time, zone *time.Location) time.Time {
	if len(h.Days) == 0 && h.From == h.To {
		return t
	}
	local := t.In(zone)
	for ahead := -1; ahead <= maxDaysAhead; ahead++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
		if len(h.Days) > 0 && !slices.Contains(h.Days, day.Weekday()) {
			continue
		}
		from, to := h.on(day, zone)
		if t.Before(to) {
			return later(t, from)
		}
	}
	return t // cannot be: a day of the week comes within a week
}

// on returns the hours that begin on a day.
func (h Hours) on(day time.Time, zone *time.Location) (from, to time.Time) {
	start, end := h.From, h.To
	switch {
	case start == end:
		start, end = 0, 24*time.Hour
	case end < start:
		end += 24 * time.Hour
	}
	return schedule.Place(day.Add(start), zone), schedule.Place(day.Add(end), zone)
}

// renderer are the hours as a person reads them, such as Mon to Fri 08:00 to 19:00
// HKT, with the name that the zone has at a moment.
func (h Hours) renderer(at time.Time) string {
	var parts []string
	if len(h.Days) > 0 {
		parts = append(parts, weekdays(h.Days))
	}
	if h.From != h.To {
		parts = append(parts, hour(h.From)+" to "+hour(h.To))
	}
	return strings.Join(append(parts, timefmt.Abbreviation(at)), " ")
}

// weekdays names days of the week, Monday first, three and more in a row as a range.
func weekdays(list []time.Weekday) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b time.Weekday) int { return cmp.Compare((a+6)%7, (b+6)%7) })
	sorted = slices.Compact(sorted)
	var parts []string
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && sorted[j+1] == (sorted[j]+1)%7 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, short(sorted[i])+" to "+short(sorted[j]))
			i = j + 1
			continue
		}
		parts = append(parts, short(sorted[i]))
		i++
	}
	return strings.Join(parts, ", ")
}

func short(d time.Weekday) string { return d.String()[:3] }

// hour is a time since midnight as clocks show it.
func hour(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// next returns the first moment after t at which the pace tells; zero if it
// tells at once.
func (p Frequency) next(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch p.Kind {
	case Hourly:
		// An hour begins at the full hour of the zone's own clock, which need not
		// be one of UTC: Kathmandu is 5:45 ahead.
		into := time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		return t.Add(time.Hour - into)
	case Daily, Weekly:
		for ahead := 0; ahead <= maxDaysAhead; ahead++ {
			day := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
			if p.Kind == Weekly && day.Weekday() != p.Day {
				continue
			}
			if slot := schedule.Place(day.Add(p.At), zone); slot.After(t) {
				return slot
			}
		}
	}
	return time.Time{}
}

// renderer are the pace as a person reads it.
func (p Frequency) renderer(at time.Time) string {
	switch p.Kind {
	case Daily:
		return "daily at " + hour(p.At) + " " + timefmt.Abbreviation(at)
	case Weekly:
		return "weekly on " + p.Day.String() + " at " + hour(p.At) + " " + timefmt.Abbreviation(at)
	}
	return string(p.Kind)
}

func (b Burst) over() int             { return cmp.Or(b.Over, burstOver) }
func (b Burst) within() time.Duration { return cmp.Or(b.Within, burstWithin) }

// ends reports whether there are too many alerts to read one by one, and when
// one message may tell of all of them: as soon as it is not one too many itself.
func (b Burst) ends(recent []time.Time, planned int, now time.Time) (time.Time, bool) {
	var told []time.Time
	for _, at := range recent {
		if at.After(now.Add(-b.within())) {
			// What a clock told that was ahead counts as told now.
			told = append(told, earlier(at, now))
		}
	}
	if len(told)+planned <= b.over() {
		return time.Time{}, false
	}
	if len(told) < b.over() {
		return now, true
	}
	slices.SortFunc(told, time.Time.Compare)
	return told[len(told)-b.over()].Add(b.within()), true
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

// span is a length of time in words.
func span(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return count(int(d/time.Hour), "hour", "hours")
	case d >= time.Minute && d%time.Minute == 0:
		return count(int(d/time.Minute), "minute", "minutes")
	}
	return d.String()
}
