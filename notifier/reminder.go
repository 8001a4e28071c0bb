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

// reminderHour is when reminders are sent, in the recipient's zone.
const reminderHour = 8 * time.Hour

// clocksDiffer is by how much clocks are taken to differ at most. What a clock noted
// that was further ahead does not count.
const clocksDiffer = time.Hour

// RemindersReach returns the days whose reminders may be due now; none is true if
// nobody gets reminders.
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
	// Some zone is a day ahead or behind, and a reminder may be sent days early.
	today := now.UTC()
	return today.AddDate(0, 0, -1).Format(time.DateOnly), today.AddDate(0, 0, most+maxDaysAhead+1).Format(time.DateOnly), most == 0
}

// PlanReminders decides who is reminded of the key dates of events. A recipient who
// was sent an alert of an event is reminded of each day that it names, as many days
// before as their lines say. A day that moved is another day, and each reminder of a
// day is decided once. Of several that were missed only the nearest is sent, and none
// whose time came before since, when reminders began, or before the recipient knew of
// the day.
func PlanReminders(events []models.Event, past []models.PastReminder, routing models.Routing, c models.PlanContext, since, now time.Time) []models.Notice {
	if since.After(now.Add(clocksDiffer)) {
		since = time.Time{} // a clock that was ahead noted it
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
	reached := make(map[string]bool) // destinations that are reminded of a day of an event
	for _, r := range due {
		// Each a microsecond after the one before, as Plan does.
		at := now.Add(time.Duration(len(notices)) * time.Microsecond)
		notices = append(notices, r.plan(routing, c, planned[r.to.Name], reached, now, at))
	}
	return notices
}

// An audience is a recipient who is reminded of the days of an event, because of the
// lines by which they were sent it.
type audience struct {
	to            models.Recipient
	severity      models.Severity
	rules         []string
	since         time.Time // when they were first sent the event
	subscriptions []string
	instead       models.Reasons // of whom they are told this
}

// audiencesOf returns who was sent an alert of the event. Who is not configured any
// more is replaced by those of the default route, as for alerts that wait.
func audiencesOf(e models.Event, routing models.Routing) []audience {
	var all []audience
	add := func(name string, told models.Notified, subscriptions []string, instead models.Reasons) {
		if slices.ContainsFunc(all, func(a audience) bool { return a.to.Name == name }) {
			return
		}
		to := routing.Recipients[name]
		to.Name = name
		all = append(all, audience{to, told.Severity, told.Rules, told.At, subscriptions, instead})
	}
	var gone []models.Notified
	for _, told := range e.Notified {
		_, known := routing.Recipients[told.Recipient]
		switch {
		case told.Lost || told.At.IsZero():
		case known:
			add(told.Recipient, told, told.Subscriptions, nil)
		default:
			gone = append(gone, told)
		}
	}
	fallback, _ := routing.Route(models.DefaultRoute)
	for _, told := range gone {
		for _, line := range fallback.Lines {
			add(line.Recipient, told, []string{resolvedRoute{route: fallback, line: line}.subscription()}, models.NewReasons(models.ReasonRecipientGone, models.ReasonArgs{
				Recipient: told.Recipient, Routes: []string{models.DefaultRoute},
			}))
		}
	}
	// A deputy who is reminded anyway is reminded as themselves.
	slices.SortStableFunc(all, func(a, b audience) int {
		return cmp.Compare(absent(a.to), absent(b.to))
	})
	return all
}

// absent ranks who is away after who is not.
func absent(r models.Recipient) int {
	if r.Absence != nil {
		return 1
	}
	return 0
}

// due returns which reminder of a day is sent now: of those whose time has come the
// nearest, unless it or a nearer one was decided before.
func (a audience) due(e models.Event, day string, past []models.PastReminder, routing models.Routing, since, now time.Time) (ahead int, isDue bool) {
	left, ok := daysLeft(day, a.to, now)
	if !ok || left < 0 {
		return 0, false
	}
	zone := timefmt.Zone(a.to.Zone)
	dayOf := func(t time.Time) string { return t.In(zone).Format(time.DateOnly) }
	known := later(a.since, knownSince(e, day))
	for _, ahead := range a.ahead(routing) {
		at := a.moment(day, ahead, routing)
		if at.After(now) {
			continue
		}
		// An alert of the same day says as much.
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

// ahead returns how many days before a day the recipient is reminded, the fewest
// first: what any of their lines says.
func (a audience) ahead(routing models.Routing) []int {
	var all []int
	for _, s := range a.subscriptions {
		days := a.to.Reminders
		if own := routeOf(routing, s).line.Reminders; own != nil {
			days = *own
		}
		all = with(all, days...)
	}
	if len(a.subscriptions) == 0 { // an alert of a release before 0006
		all = slices.Clone(a.to.Reminders)
	}
	slices.Sort(all)
	return all
}

// frequency is the most urgent of the recipient's lines.
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

// moment returns when the reminder so many days before a day is due: in the morning
// of the recipient's zone. If it would then wait until the day is over it is due
// earlier, as it is for a Sunday and a recipient who is not disturbed at weekends.
func (a audience) moment(day string, ahead int, routing models.Routing) time.Time {
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

// A dueReminder is a reminder before it is known whether it is sent.
type dueReminder struct {
	event models.Event
	audience
	dates []models.KeyDate
	days  int // ahead
}

// plan gives the reminder its deliveries, unless it is held or waits.
func (r dueReminder) plan(routing models.Routing, c models.PlanContext, planned int, reached map[string]bool, now, at time.Time) models.Notice {
	r.to = withOpenPlaces(r.to, isOpen(routing, r.subscriptions, c.OptOuts))
	content := newReminder(r.event, r.dates, r.days, r.to, now)
	n := models.Notice{
		Kind:          models.NoticeReminder,
		Subject:       "date",
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
	n.WaitUntil, n.WaitReasons = waitUntil(r.to, n.Severity, r.frequency(routing), recentOf(routing, c, r.to), planned, now)
	if n.Waits() {
		return n
	}
	return addReminderDeliveries(n, r.event.ID, open, reached, at)
}

// heldReminder says why a reminder is not sent, or returns no reasons.
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
	// What an alert merely mentions raises nothing that could be muted.
	raised := slices.DeleteFunc(slices.Clone(rules), func(id string) bool { return !slices.Contains(e.RuleIDs, id) })
	if muted := muteReason(c.Mutes, to, e.ID, raised, sources, now); len(muted) > 0 {
		return models.HeldMuted, muted
	}
	return "", nil
}

// addReminderDeliveries gives a reminder its deliveries, in the thread of its event.
// Where another recipient who is reminded of the same reads as well, one message says
// it.
func addReminderDeliveries(n models.Notice, event string, to []models.Destination, reached map[string]bool, at time.Time) models.Notice {
	for _, d := range to {
		place := event + "/" + n.Content.Reminder.Day() + " " + placeOf(d)
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

// newReminder returns what a recipient reads of a day of an event.
func newReminder(e models.Event, dates []models.KeyDate, ahead int, to models.Recipient, now time.Time) models.Reminder {
	l := line(e, nil, "", now)
	left, _ := daysLeft(dates[0].Day, to, now)
	return models.Reminder{
		EventID: e.ID, Severity: e.Severity, Official: e.Official, Jurisdictions: e.Jurisdictions, Stage: e.Stage,
		Title: l.Title, Link: l.Link, Source: l.Source, Dates: dates, Ahead: ahead, Left: left, Zone: to.Zone,
	}
}

// datesByDay groups dates by their day.
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

// daysLeft counts the days from the recipient's today to a day; ok is false if it is
// no day.
func daysLeft(day string, to models.Recipient, now time.Time) (left int, ok bool) {
	date, err := time.Parse(time.DateOnly, day)
	local := now.In(timefmt.Zone(to.Zone))
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	return int(date.Sub(today).Hours() / 24), err == nil
}

// knownSince returns when an article first named a day for the event; zero if that is
// not known.
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
