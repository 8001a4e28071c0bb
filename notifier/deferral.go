package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/site"
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

// A route may wait until independent sources or an official one report an event. The alert is
// planned and stored at once, and deferred until the deadline. A flush releases it earlier,
// as soon as the event has what the route waits for, whatever the reason: another report, a
// merge, or a changed event.

// corroboration returns until when a notice waits for other sources, and why; zero if it does
// not. If one of the routes to the recipient does not wait, or no longer, the notice does not.
func (l recipientPlan) corroboration(event models.Event, severity models.Severity, now time.Time) (until time.Time, why models.Reasons) {
	for _, w := range l.countedRoutes() {
		after := w.route.After
		if !after.Waits() || severity == models.Critical && !after.Critical {
			return time.Time{}, nil
		}
		args := models.ReasonArgs{Routes: []string{w.route.Path}, Count: after.Sources, Duration: after.Within}
		kind := models.ReasonAwaitsSources
		if after.Official {
			kind, args.Count = models.ReasonAwaitsOfficial, 0
		}
		r := models.Reason{Kind: kind, Args: args}
		if isCorroborated(event, r) {
			return time.Time{}, nil
		}
		// The route that waits least decides; with the others it would only be later.
		if ends := now.Add(after.Within); until.IsZero() || ends.Before(until) {
			until = ends
		}
		same := slices.IndexFunc(why, func(o models.Reason) bool { return o.Kind == kind && o.Args.Count == args.Count })
		if same >= 0 {
			why[same].Args.Routes = append(why[same].Args.Routes, w.route.Path)
		} else {
			why = append(why, r)
		}
	}
	for i := range why {
		why[i].Args.Duration = until.Sub(now)
	}
	return until, why
}

// isCorroborated reports whether an event has what a reason waits for.
func isCorroborated(event models.Event, r models.Reason) bool {
	if r.Kind == models.ReasonAwaitsOfficial {
		return event.Official
	}
	return independentSources(event) >= r.Args.Count
}

func awaitsSources(r models.Reason) bool {
	return r.Kind == models.ReasonAwaitsSources || r.Kind == models.ReasonAwaitsOfficial
}

// independentSources counts the publishers that report an event in their own words: sites by
// registrable domain, without articles that copy another one.
func independentSources(event models.Event) int {
	var sites []string
	for _, a := range event.Articles {
		if a.Strength == models.Subject && !event.IsCopy(a) {
			sites = appendMissing(sites, siteOf(a))
		}
	}
	return len(sites)
}

func siteOf(a models.EventArticle) string { return cmp.Or(site.Of(a.Link), "source "+a.SourceID) }

// withoutAwaiting returns the deferred notices without those that still wait for other
// sources. All notices of one event to one recipient are sent together, so one that is due
// releases the others.
func withoutAwaiting(deferred []models.Notice, events map[string]models.Event, now time.Time) []models.Notice {
	group := func(n models.Notice) string { return n.Recipient + "\n" + events[n.SubjectID].ID + "\n" + n.Subject }
	released := make(map[string]bool)
	for _, n := range deferred {
		if !stillAwaits(n, events[n.SubjectID], now) {
			released[group(n)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(deferred), func(n models.Notice) bool {
		return stillAwaits(n, events[n.SubjectID], now) && !released[group(n)]
	})
}

// stillAwaits reports whether a notice waits for other sources and they have not come.
func stillAwaits(n models.Notice, event models.Event, now time.Time) bool {
	if !n.WaitUntil.After(now) || n.CreatedAt.After(now.Add(maxClockSkew)) || !slices.ContainsFunc(n.WaitReasons, awaitsSources) {
		return false
	}
	return !slices.ContainsFunc(n.WaitReasons, func(r models.Reason) bool { return awaitsSources(r) && isCorroborated(event, r) }) ||
		// It also waits for the time of its line.
		slices.ContainsFunc(n.WaitReasons, func(r models.Reason) bool { return r.Kind == models.ReasonFrequency && r.Args.At.After(now) })
}

// maxClockSkew is how far ahead the clock may have been by which a notice was deferred. A
// notice from further ahead is not kept.
const maxClockSkew = time.Hour

// afterWaiting returns why an alert that waited for other sources is sent now; nothing if
// neither they came nor its time is over, such as when its route no longer waits.
func afterWaiting(n models.Notice, event models.Event, now time.Time) models.Reasons {
	var missing models.Reasons
	for _, r := range n.WaitReasons {
		if !awaitsSources(r) {
			continue
		}
		args := models.ReasonArgs{Count: r.Args.Count, Duration: r.Args.Duration}
		reached, lacks := models.ReasonSourcesReached, models.ReasonSourcesMissing
		if r.Kind == models.ReasonAwaitsOfficial {
			reached, lacks = models.ReasonOfficialReached, models.ReasonOfficialMissing
		}
		if isCorroborated(event, r) {
			args.Duration = 0
			return models.NewReasons(reached, args)
		}
		missing = append(missing, models.Reason{Kind: lacks, Args: args})
	}
	if n.WaitUntil.After(now) && !n.CreatedAt.After(now.Add(maxClockSkew)) {
		return nil
	}
	return missing
}
