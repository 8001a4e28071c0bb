package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"regwatch/internal/schedule"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// reminderHour is the time of day at which reminders are sent, in the recipient's zone.
const reminderHour = 8 * time.Hour

// clocksDiffer is the largest accepted difference between clocks. A stored time further
// ahead is ignored.
const clocksDiffer = time.Hour

// RemindersReach returns the range of days whose reminders may be due now; none is true
// if no recipient gets reminders.
func RemindersReach(routing models.Routing, now time.Time) (firstDay, lastDay string, none bool) {
	most := 0
	for _, to := range routing.Recipients {
		most = max(most, slices.Max(append([]int{0}, to.Reminders...)))
	}
	var walk func([]models.Route)
	walk = func(routes []models.Route) {
		for _, r := range routes {
			for _, line := range r.Lines {
				if line.Reminders != nil {
					most = max(most, slices.Max(append([]int{0}, *line.Reminders...)))
				}
			}
			walk(r.Routes)
		}
	}
	walk(routing.Routes)
	// A zone may be a day ahead or behind, and a reminder may be sent days early.
	today := now.UTC()
	return today.AddDate(0, 0, -1).Format(time.DateOnly), today.AddDate(0, 0, most+maxDaysAhead+1).Format(time.DateOnly), most == 0
}

// PlanReminders decides who is reminded of the key dates of events. A recipient who was
// sent an alert of an event gets reminders of each of its dates, as many days before as
// their lines say. A moved date is a new date, and each reminder is decided once. Of
// several missed reminders only the nearest is sent. Reminders due before since, when
// reminders were introduced, or before the recipient was notified of the date are not
// sent.
func PlanReminders(events []models.Event, past []models.PastReminder, routing models.Routing, c models.PlanContext, since, now time.Time) []models.Notice {
	if since.After(now.Add(clocksDiffer)) {
		since = time.Time{} // stored by a clock that was ahead
	}
	routing = routingAt(routing, now)
	var due []dueReminder
	planned := make(map[string]int) // by recipient
	for _, e := range events {
		for _, a := range audiencesOf(e, routing) {
			for _, dates := range datesByDay(e.Dates) {
				ahead, isDue := a.due(e, dates[0].Day, past, routing, since, now)
				if isDue {
					due = append(due, dueReminder{e, a, dates, ahead})
					planned[a.to.Name]++
				}
			}
		}
	}
	var notices []models.Notice
	reached := make(map[string]bool) // destinations reminded of a date of an event
	for _, r := range due {
		// Ordered by microseconds, as in Plan.
		at := now.Add(time.Duration(len(notices)) * time.Microsecond)
		notices = append(notices, r.plan(routing, c, planned[r.to.Name], reached, now, at))
	}
	return notices
}

// An audience is a recipient of the reminders of an event, with the lines that led to its
// alert.
type audience struct {
	to            models.Recipient
	severity      models.Severity
	rules         []string
	since         time.Time // when they were first sent the event
	subscriptions []string
	instead       models.Reasons // why they replace another recipient
}

// audiencesOf returns who was sent an alert of the event. The default route replaces
// recipients who are no longer configured, as for deferred alerts.
func audiencesOf(e models.Event, routing models.Routing) []audience {
	var all []audience
	add := func(name string, notified models.Notified, subscriptions []string, instead models.Reasons) {
		if slices.ContainsFunc(all, func(a audience) bool { return a.to.Name == name }) {
			return
		}
		to := routing.Recipients[name]
		to.Name = name
		all = append(all, audience{to, notified.Severity, notified.Rules, notified.At, subscriptions, instead})
	}
	var gone []models.Notified
	for _, notified := range e.Notified {
		_, known := routing.Recipients[notified.Recipient]
		switch {
		case notified.Lost || notified.At.IsZero():
		case known:
			add(notified.Recipient, notified, notified.Subscriptions, nil)
		default:
			gone = append(gone, notified)
		}
	}
	fallback, _ := routing.Route(models.DefaultRoute)
	for _, notified := range gone {
		for _, line := range fallback.Lines {
			add(line.Recipient, notified, []string{resolvedRoute{route: fallback, line: line}.subscription()}, models.NewReasons(models.ReasonRecipientGone, models.ReasonArgs{
				Recipient: notified.Recipient, Routes: []string{models.DefaultRoute},
			}))
		}
	}
	// A deputy who is reminded anyway is reminded under their own name.
	slices.SortStableFunc(all, func(a, b audience) int {
		return cmp.Compare(absent(a.to), absent(b.to))
	})
	return all
}

// absent sorts absent recipients last.
func absent(r models.Recipient) int {
	if r.Absence != nil {
		return 1
	}
	return 0
}

// due returns the reminder of a day to send now: the nearest one that is due, unless it
// or a nearer one was decided before.
func (a audience) due(e models.Event, day string, past []models.PastReminder, routing models.Routing, since, now time.Time) (ahead int, isDue bool) {
	left, ok := daysLeft(day, a.to, now)
	if !ok || left < 0 {
		return 0, false
	}
	zone := timefmt.Zone(a.to.Zone)
	dayOf := func(t time.Time) string { return t.In(zone).Format(time.DateOnly) }
	known := later(a.since, knownSince(e, day))
	for _, ahead := range a.ahead(routing) {
		at := a.dueAt(day, ahead, routing)
		if at.After(now) {
			continue
		}
		// An alert on the same day already said so.
		if at.Before(since) || dayOf(at) <= dayOf(known) {
			return 0, false
		}
		decided := slices.ContainsFunc(past, func(p models.PastReminder) bool {
			return p.EventID == e.ID && p.Recipient == a.to.Name && p.Day == day && p.Ahead <= ahead
		})
		return ahead, !decided
	}
	return 0, false
}

// ahead returns the days before a date at which the recipient's lines remind, the fewest
// first.
func (a audience) ahead(routing models.Routing) []int {
	var all []int
	for _, s := range a.subscriptions {
		days := a.to.Reminders
		if own := routeOf(routing, s).line.Reminders; own != nil {
			days = *own
		}
		all = appendMissing(all, days...)
	}
	if len(a.subscriptions) == 0 { // an alert of a release before 0006
		all = slices.Clone(a.to.Reminders)
	}
	slices.Sort(all)
	return all
}

// frequency returns the most urgent frequency of the recipient's lines.
func (a audience) frequency(routing models.Routing) models.Frequency {
	var all []models.Frequency
	for _, s := range a.subscriptions {
		f := a.to.Frequency
		if own := routeOf(routing, s).line.Frequency; own != nil {
			f = *own
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		return a.to.Frequency
	}
	return mostUrgent(all)
}

// dueAt returns when a reminder is due: in the morning of the recipient's zone. It is
// due earlier if hours would defer it past the day, such as for a Sunday when weekends
// are outside the hours.
func (a audience) dueAt(day string, ahead int, routing models.Routing) time.Time {
	date, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	zone := timefmt.Zone(a.to.Zone)
	ends := schedule.Place(date.AddDate(0, 0, 1), zone)
	for back := range maxDaysAhead + 1 {
		at := schedule.Place(date.AddDate(0, 0, -ahead-back).Add(reminderHour), zone)
		if until, _ := waitUntil(a.to, a.severity, a.frequency(routing), nil, 0, at); until.Before(ends) {
			return at
		}
	}
	return schedule.Place(date.AddDate(0, 0, -ahead).Add(reminderHour), zone)
}

// A dueReminder is a reminder before it is held, deferred or sent.
type dueReminder struct {
	event models.Event
	audience
	dates []models.KeyDate
	days  int // ahead
}

// plan gives the reminder its deliveries, unless it is held or deferred.
func (r dueReminder) plan(routing models.Routing, c models.PlanContext, planned int, reached map[string]bool, now, at time.Time) models.Notice {
	r.to = withOpenDestinations(r.to, isOpen(routing, r.subscriptions, c.OptOuts))
	content := newReminder(r.event, r.dates, r.days, r.to, now)
	n := models.Notice{
		Kind:          models.NoticeReminder,
		Subject:       models.SubjectDate,
		SubjectID:     fmt.Sprintf("%s/%s/%s/%d", r.event.ID, r.dates[0].Kind, content.Day(), r.days),
		Recipient:     r.to.Name,
		Subscriptions: r.subscriptions,
		Severity:      r.severity,
		Reasons: withDeputy(append(models.NewReasons(models.ReasonDateNear, models.ReasonArgs{
			Day: content.Day(), Count: r.days, Subscriptions: r.subscriptions,
		}), r.instead...), r.to),
		Content:   models.Content{Language: r.to.Language, Reminder: &content},
		CreatedAt: at,
	}
	n.ID = n.Key()
	open := openDestinations(routing, r.to, r.subscriptions, c.OptOuts)
	if n.HeldAs, n.HeldReasons = heldReminder(r.event, r.to, open, r.subscriptions, r.rules, c, now); n.IsHeld() {
		return n
	}
	n.WaitUntil, n.WaitReasons = waitUntil(r.to, n.Severity, r.frequency(routing), recentNotices(routing, c, r.to), planned, now)
	if n.IsDeferred() {
		return n
	}
	return addReminderDeliveries(n, r.event.ID, open, reached, at)
}

// heldReminder returns why a reminder is not sent, or no reasons.
func heldReminder(e models.Event, to models.Recipient, open []models.Destination, subscriptions, rules []string, c models.PlanContext, now time.Time) (models.Hold, models.Reasons) {
	verdict, _ := models.Judge(e.Feedback, "")
	switch {
	case verdict == models.Irrelevant:
		return "", models.NewReasons(models.ReasonNotRelevant, models.ReasonArgs{})
	case len(to.Destinations) == 0:
		return "", models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: to.Name})
	case len(open) == 0:
		return models.HeldOptedOut, models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: to.Name, Subscriptions: subscriptions})
	}
	var sources []string
	for _, a := range e.Articles {
		sources = append(sources, a.SourceID)
	}
	// A mention raises nothing that could be muted.
	raised := slices.DeleteFunc(slices.Clone(rules), func(id string) bool { return !slices.Contains(e.RuleIDs, id) })
	if muted := muteReason(c.Mutes, to, e.ID, raised, sources, now); len(muted) > 0 {
		return models.HeldMuted, muted
	}
	return "", nil
}

// addReminderDeliveries gives a reminder its deliveries, in the thread of its event. A
// destination that recipients share gets one message.
func addReminderDeliveries(n models.Notice, event string, to []models.Destination, reached map[string]bool, at time.Time) models.Notice {
	for _, d := range to {
		place := event + "/" + n.Content.Reminder.Day() + " " + placeKey(d)
		if reached[place] {
			continue
		}
		reached[place] = true
		delivery := models.NewDelivery(n.ID, d.Channel, d.Address, at)
		delivery.Thread = event
		n.Deliveries = append(n.Deliveries, delivery)
	}
	return n
}

// newReminder returns the content of a reminder.
func newReminder(e models.Event, dates []models.KeyDate, ahead int, to models.Recipient, now time.Time) models.Reminder {
	l := digestEvent(e, nil, "", now)
	left, _ := daysLeft(dates[0].Day, to, now)
	return models.Reminder{
		EventID: e.ID, Severity: e.Severity, Official: e.Official, Jurisdictions: e.Jurisdictions, Stage: e.Stage,
		Title: l.Title, Link: l.Link, Source: l.Source, Dates: dates, Ahead: ahead, Left: left, Zone: to.Zone,
	}
}

// datesByDay groups dates by day.
func datesByDay(dates []models.KeyDate) [][]models.KeyDate {
	var days [][]models.KeyDate
	for _, d := range dates {
		i := slices.IndexFunc(days, func(same []models.KeyDate) bool { return same[0].Day == d.Day })
		switch {
		case i < 0:
			days = append(days, []models.KeyDate{d})
		case !hasDate(days[i], d):
			days[i] = append(days[i], d)
		}
	}
	return days
}

// daysLeft counts the days from the recipient's today to a day; ok is false if day is not
// a date.
func daysLeft(day string, to models.Recipient, now time.Time) (left int, ok bool) {
	date, err := time.Parse(time.DateOnly, day)
	local := now.In(timefmt.Zone(to.Zone))
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	return int(date.Sub(today).Hours() / 24), err == nil
}

// knownSince returns when an article of the event first named a day; zero if that is
// unknown.
func knownSince(e models.Event, day string) time.Time {
	var first time.Time
	named := false
	for _, a := range e.Articles {
		if !slices.ContainsFunc(a.Dates, func(d models.KeyDate) bool { return d.Day == day }) {
			continue
		}
		if !named || a.StatedAt.Before(first) {
			first, named = a.StatedAt, true
		}
	}
	return first
}
