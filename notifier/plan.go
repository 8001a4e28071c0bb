package notifier

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"regwatch/models"
)

// Plan decides who is owed what for the changes of one scan. Each recipient to
// whom the routes lead gets one notice of a change, however many rules and lines
// lead there. Every decision is a notice: one that is owed has deliveries, one
// that waits says until when and what for, and one that is held says why.
//
// A recipient is alerted to an event once. What comes later is told only if it
// is news to them: a graver severity, another rule, another stage, a date that
// was moved or named, the first word of the body itself. Where an event was told
// before and the channel can change what it sent, the first message is brought
// up to date whatever became of the news.
func Plan(changes []models.Change, routing models.Routing, circumstances models.PlanContext, now time.Time) []models.Notice {
	latest := make(map[string]models.Event)
	told := make(map[string][]models.Notified)
	before := make(map[string]models.Event) // those that somebody knows
	for _, c := range changes {
		if _, met := latest[c.Event.ID]; !met && len(c.Event.Notified) > 0 {
			before[c.Event.ID] = c.Event
		}
		latest[c.Event.ID] = c.Event
		told[c.Event.ID] = c.Event.Notified
	}

	present := routingAt(routing, now)
	var decisions []decision
	planned := make(map[string]int)    // changes of which alerts are owed, by who reads them
	escalated := make(map[string]bool) // events of which nobody is sent a critical alert
	for _, c := range changes {
		before := len(decisions)
		owed := make(map[string]bool) // by who reads them
		for _, l := range plansFor(present, c, circumstances, now) {
			event := latest[c.Event.ID]
			d := decide(c, event, l, historyOf(told[event.ID], l.recipient.Name), now)
			if !d.notice.IsHeld() {
				told[event.ID] = withSent(told[event.ID], d.notice, l)
				owed[inCharge(l.recipient)] = true
			}
			decisions = append(decisions, d)
		}
		for name := range owed {
			planned[name]++
		}
		if id := c.Event.ID; !escalated[id] {
			escalated[id] = escalateUnreached(decisions[before:], told[id], now)
		}
	}

	var notices []models.Notice
	reached := make(map[string][]string) // the rules told of a change at a destination
	for _, d := range decisions {
		// Each a microsecond after the one before: what is told of an event later
		// is delivered later.
		at := now.Add(time.Duration(len(notices)) * time.Microsecond)
		notices = append(notices, d.send(recentOf(present, circumstances, d.plan.recipient), planned[inCharge(d.plan.recipient)], reached, now, at))
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		notices = append(notices, planAmendments(before[id], latest[id], routing, circumstances, now)...)
	}
	return notices
}

// A decision is what is decided of one change for one recipient, before it is
// known whether it waits.
type decision struct {
	notice models.Notice
	plan   recipientPlan
	change models.Change
	behind bool // an alert of the event waits
}

// decide says what a recipient is told of a change, or why they are not.
func decide(c models.Change, event models.Event, l recipientPlan, history *models.Notified, now time.Time) decision {
	alert := newAlert(c, event, l)
	n := models.Notice{
		Kind:            models.NoticeAlert,
		Subject:         "event",
		SubjectID:       event.ID,
		SubjectRevision: c.Event.Revision,
		Recipient:       l.recipient.Name,
		Severity:        l.severity(),
		Reasons:         l.reasons(),
		Subscriptions:   l.subscriptions(),
		Content:         models.Content{Language: l.recipient.Language, Alert: &alert},
		CreatedAt:       now,
	}
	var found []models.Update
	switch {
	case history == nil:
	case history.Lost:
		alert.Trigger = models.NewReasons(models.ReasonLostBefore, models.ReasonArgs{})
	default:
		n.Kind = models.NoticeUpdate
		found = l.changes(c, event, *history, now)
	}
	n.HeldAs, n.HeldReasons = l.held(c, event, n.Kind == models.NoticeUpdate && len(found) == 0, now)
	if !n.IsHeld() && n.Kind == models.NoticeUpdate {
		alert.Updates, alert.Trigger = found, models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	}
	if !n.IsHeld() {
		n.EscalateAt, n.EscalateTo = l.escalation(now)
	}
	d := decision{notice: n, plan: l, change: c}
	if history != nil {
		d.behind = !history.WaitUntil.IsZero()
	}
	return d
}

// escalateUnreached has a critical alert of one change go on at once if nobody is sent it,
// because everybody has unsubscribed or has no destination. Where somebody was sent the
// event as critical before, or asked for silence, it does not.
func escalateUnreached(ofChange []decision, told []models.Notified, now time.Time) bool {
	if slices.ContainsFunc(told, func(t models.Notified) bool { return !t.Lost && t.Severity == models.Critical }) {
		return false
	}
	var unreached *decision
	for i := range ofChange {
		n := ofChange[i].notice
		switch {
		case n.Severity != models.Critical, n.HeldAs == models.HeldMention, n.HeldAs == models.HeldDraft:
		case n.HeldAs != models.HeldOptedOut && n.HeldReasons.Kind() != models.ReasonNoDestination:
			return false
		case unreached == nil:
			unreached = &ofChange[i]
		}
	}
	if unreached == nil {
		return false
	}
	_, to := unreached.plan.escalation(now)
	unreached.notice.EscalateAt, unreached.notice.EscalateTo = now, cmp.Or(to, models.DefaultRoute)
	return true
}

// send gives the notice its ID and, unless it is held or waits, its deliveries.
func (d decision) send(recent []time.Time, planned int, reached map[string][]string, now, at time.Time) models.Notice {
	n := d.notice
	if !n.IsHeld() {
		n.WaitUntil, n.WaitReasons = waitUntil(d.plan.recipient, n.Severity, d.plan.pace(), recent, planned, now)
		if !n.Waits() && n.Severity != models.Critical && d.behind {
			// Due at once, and with it what waits: they are told as one.
			n.WaitUntil, n.WaitReasons = now, models.NewReasons(models.ReasonWithEvent, models.ReasonArgs{})
		}
	}
	n.CreatedAt = at
	if n.IsHeld() || n.Waits() {
		n.ID = n.Key()
		return n
	}
	return addDeliveries(n, d.fresh(reached), at)
}

// historyOf returns what a recipient was sent before, or nil.
func historyOf(told []models.Notified, recipient string) *models.Notified {
	for _, t := range told {
		if t.Recipient == recipient {
			return &t
		}
	}
	return nil
}

// withSent returns what is told once the notice is.
func withSent(told []models.Notified, n models.Notice, l recipientPlan) []models.Notified {
	alert := n.Content.Alert
	history := models.Notified{Recipient: n.Recipient, Severity: n.Severity, Official: alert.Official, Stage: alert.Stage, Dates: alert.Dates}
	if before := historyOf(told, n.Recipient); before != nil && !before.Lost {
		history.WaitUntil = before.WaitUntil
		history.Rules = slices.Clone(before.Rules)
		history.Official = history.Official || before.Official
		history.Stage = cmp.Or(history.Stage, before.Stage)
		if before.Severity.Rank() > history.Severity.Rank() {
			history.Severity = before.Severity
		}
	}
	for _, m := range l.matches {
		history.Rules = append(history.Rules, m.RuleID)
	}
	others := slices.DeleteFunc(slices.Clone(told), func(t models.Notified) bool { return t.Recipient == n.Recipient })
	return append(others, history)
}

// addDeliveries gives a notice its ID and, unless it is held, its deliveries.
func addDeliveries(n models.Notice, to []models.Destination, now time.Time) models.Notice {
	n.ID = n.Key()
	if n.IsHeld() {
		return n
	}
	for _, to := range distinctPlaces(to) {
		d := models.NewDelivery(n.ID, to.Channel, to.Address, now)
		if n.Subject == "event" {
			d.Thread = n.SubjectID
		}
		n.Deliveries = append(n.Deliveries, d)
	}
	return n
}

// fresh returns the recipient's destinations, but for those where another
// recipient's notice of the same change says as much.
func (d decision) fresh(reached map[string][]string) []models.Destination {
	var rules []string
	for _, m := range d.plan.unmutedMatches() {
		rules = append(rules, m.RuleID)
	}
	var to []models.Destination
	for _, destination := range d.plan.destinations() {
		at := fmt.Sprintf("%s/%d %s", d.change.Event.ID, d.change.Event.Revision, placeOf(destination))
		said, met := reached[at]
		if met && !slices.ContainsFunc(rules, func(id string) bool { return !slices.Contains(said, id) }) {
			continue
		}
		reached[at] = append(said, rules...)
		to = append(to, destination)
	}
	return to
}

// planAmendments shows what an event has become where it was told before. Channels
// that cannot change what they sent are left out, as are places where the event
// turns out never to have been told.
func planAmendments(before, event models.Event, routing models.Routing, circumstances models.PlanContext, now time.Time) []models.Notice {
	var muted *models.Mute
	for _, m := range circumstances.Mutes {
		if m.Kind == models.MuteEvent && m.Target == event.ID && m.Recipient == "" && m.InForce(now) {
			muted = &m
		}
	}
	standing := NewStatus(event, muted)
	var notices []models.Notice
	reached := make(map[string]bool) // by place
	for _, history := range before.Notified {
		shown := standing
		shown.OtherSources = otherThan(standing.OtherSources, history.Link)
		n := models.Notice{
			Kind:            models.NoticeAmend,
			Subject:         "standing",
			SubjectID:       fmt.Sprintf("%s/%d", event.ID, event.Revision),
			SubjectRevision: event.Revision,
			Recipient:       history.Recipient,
			Severity:        history.Severity,
			Reasons:         models.NewReasons(models.ReasonStatusChanged, models.ReasonArgs{}),
			Content:         models.Content{Language: routing.Recipients[history.Recipient].Language, Status: &shown},
			CreatedAt:       now,
		}
		n.ID = n.Key()
		for _, to := range placesOf(routing, history.Recipient, now) {
			if history.Lost || reached[placeOf(to)] || !routing.Amends[to.Channel] {
				continue
			}
			reached[placeOf(to)] = true
			d := models.NewDelivery(n.ID, to.Channel, to.Address, now)
			d.Thread, d.Amends = event.ID, true
			n.Deliveries = append(n.Deliveries, d)
		}
		if len(n.Deliveries) > 0 {
			notices = append(notices, n)
		}
	}
	return notices
}
