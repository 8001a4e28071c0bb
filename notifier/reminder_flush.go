package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// splitReminders separates deferred reminders from deferred alerts.
func splitReminders(deferred []models.Notice) (others, reminders []models.Notice) {
	for _, n := range deferred {
		if n.Content.Reminder != nil {
			reminders = append(reminders, n)
		} else {
			others = append(others, n)
		}
	}
	return others, reminders
}

// A flushReminder is a deferred reminder in its current state.
type flushReminder struct {
	event  models.Event
	notice models.Notice
	to     []models.Destination
}

// remind decides on deferred reminders: a few are sent one by one, many in one summary.
// Obsolete ones are held.
func (r *flush) remind(deferred []models.Notice, events map[string]models.Event) {
	// The fewest days ahead first.
	slices.SortStableFunc(deferred, func(a, b models.Notice) int {
		x, y := a.Content.Reminder, b.Content.Reminder
		return cmp.Or(cmp.Compare(x.Day(), y.Day()), cmp.Compare(x.Ahead, y.Ahead), cmp.Compare(a.ID, b.ID))
	})
	var single, together []flushReminder
	met := make(map[string]bool)
	for _, n := range deferred {
		event, known := events[n.EventID()]
		if !known || event.ID == "" {
			event = models.Event{ID: n.EventID()}
		}
		f := flushReminder{event: event, notice: n}
		place := event.ID + "/" + n.Content.Reminder.Day()
		as, why := r.refresh(&f)
		if len(why) == 0 && met[place] {
			why = models.NewReasons(models.ReasonNearer, models.ReasonArgs{Day: n.Content.Reminder.Day()})
		}
		if len(why) > 0 {
			n.HeldAs, n.HeldReasons, n.WaitUntil = as, why, time.Time{}
			r.done = append(r.done, n)
			continue
		}
		met[place] = true
		if r.isDeferred(n) {
			r.deferUntilOpen(f.notice.Subscriptions, n)
			continue
		}
		if isDeferred(r.routing, r.to, f.notice.Subscriptions) {
			together = append(together, f)
		} else {
			single = append(single, f)
		}
	}
	_, many := burstEnd(r.to.Burst, recentNotices(r.routing, r.c, r.to), len(single)+min(1, len(together)), r.now)
	if many {
		together, single = append(together, single...), nil
	}
	groups, alone := groupByDestinations(together, func(f flushReminder) []models.Destination { return f.to })
	single = append(single, alone...)
	for i, f := range single {
		at := r.now.Add(time.Duration(len(r.done)+i) * time.Microsecond)
		f.notice.WaitUntil = time.Time{}
		n := r.send(f.notice, r.unreminded(f.to, f), at)
		for j := range n.Deliveries {
			n.Deliveries[j].Thread = f.event.ID
		}
		r.done = append(r.done, n)
	}
	for _, some := range groups {
		s := r.reminderSummary(some)
		r.done = append(r.done, s)
		for _, f := range some {
			r.markSentIn(s.ID, []models.Notice{f.notice})
		}
	}
}

// refresh brings a reminder up to date, or returns why it is held.
func (r *flush) refresh(f *flushReminder) (models.Hold, models.Reasons) {
	content := *f.notice.Content.Reminder
	day := content.Day()
	f.to = openDestinations(r.routing, r.to, f.notice.Subscriptions, r.c.OptOuts)
	if r.defaultLines == nil {
		f.notice.Reasons = withDeputy(f.notice.Reasons, r.to)
		f.notice.Content.Language = r.to.Language
	} else {
		f.to, f.notice.Subscriptions = r.to.Destinations, r.defaultLines
		f.notice.Reasons = append(slices.Clone(f.notice.Reasons), models.Reason{
			Kind: models.ReasonRecipientGone, Args: models.ReasonArgs{Recipient: r.to.Name, Routes: []string{models.DefaultRoute}},
		})
		f.notice.Content.Language = r.to.Language
		if len(f.to) == 0 {
			return "", models.NewReasons(models.ReasonAllOptedOut, models.ReasonArgs{Recipient: r.to.Name, Routes: []string{models.DefaultRoute}})
		}
	}
	left, ok := daysLeft(day, r.to, r.now)
	if !ok || left < 0 {
		return "", models.NewReasons(models.ReasonDatePassed, models.ReasonArgs{Day: day})
	}
	content.Left, content.Zone = left, r.to.Zone
	if len(f.event.Articles) > 0 {
		i := slices.IndexFunc(datesByDay(f.event.Dates), func(dates []models.KeyDate) bool { return dates[0].Day == day })
		if i < 0 {
			return "", models.NewReasons(models.ReasonDateMoved, models.ReasonArgs{Day: day})
		}
		content = newReminder(f.event, datesByDay(f.event.Dates)[i], content.Ahead, r.to, r.now)
	}
	f.notice.Content.Reminder = &content
	heard := historyOf(f.event.Notified, f.notice.Recipient)
	var rules []string
	if heard != nil {
		rules = heard.Rules
	}
	return heldReminder(f.event, r.to, f.to, f.notice.Subscriptions, rules, r.c, r.now)
}

// unreminded returns the destinations that get no equal reminder for another recipient in
// the same flush.
func (r *flush) unreminded(to []models.Destination, reminders ...flushReminder) []models.Destination {
	var open []models.Destination
	for _, destination := range to {
		isNew := false
		for _, f := range reminders {
			place := f.event.ID + "/" + f.notice.Content.Reminder.Day() + " " + placeKey(destination)
			_, met := r.reached[place]
			isNew = isNew || !met
			r.reached[place] = nil
		}
		if isNew {
			open = append(open, destination)
		}
	}
	return open
}

// reminderSummary returns one notice for the reminders, the nearest first. All have the
// same open destinations.
func (r *flush) reminderSummary(together []flushReminder) models.Notice {
	slices.SortStableFunc(together, func(a, b flushReminder) int {
		return cmp.Or(
			cmp.Compare(a.notice.Content.Reminder.Day(), b.notice.Content.Reminder.Day()),
			cmp.Compare(b.notice.Severity.Rank(), a.notice.Severity.Rank()),
		)
	})
	s := models.Summary{Reminders: true, From: r.now, To: r.now, Zone: r.to.Zone}
	n := models.Notice{
		Kind: models.NoticeSummary, Subject: models.SubjectRecipient, SubjectID: r.to.Name + "/reminders/" + r.summaryNumber(),
		Recipient: r.to.Name, CreatedAt: r.now,
	}
	for _, f := range together {
		content := f.notice.Content.Reminder
		s.From = earlier(s.From, f.notice.CreatedAt)
		s.Reasons = appendReasons(s.Reasons, f.notice.WaitReasons)
		n.Subscriptions = appendMissing(n.Subscriptions, f.notice.Subscriptions...)
		if f.notice.Severity.Rank() > n.Severity.Rank() {
			n.Severity = f.notice.Severity
		}
		e := digestEvent(f.event, f.event.RuleIDs, "", r.now)
		e.Severity, e.Official, e.Stage, e.Jurisdictions = content.Severity, content.Official, content.Stage, content.Jurisdictions
		e.Title, e.Link, e.Source, e.New, e.Dates = content.Title, content.Link, content.Source, false, content.Dates
		s.Events = append(s.Events, e)
	}
	n.Reasons = append(models.NewReasons(models.ReasonDatesNear, models.ReasonArgs{Count: len(together)}), s.Reasons...)
	n.Content = models.Content{Language: r.to.Language, Summary: &s}
	return r.send(n, r.unreminded(together[0].to, together...), r.now)
}
