package notifier

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"regwatch/models"
)

// Plan decides who gets which notices for the changes of one scan. Each recipient of the
// routes gets one notice per change, whatever the number of rules and lines. Every
// decision is a notice: one to send has deliveries, a deferred one says until when and
// why, and a held one says why.
//
// A recipient is alerted to an event once. Later changes are sent only if they are
// updates for the recipient: a higher severity, another rule, another stage, a moved or
// newly named date, the first official source. Where the channel can change sent
// messages, the first message of the event is brought up to date in any case.
func Plan(changes []models.Change, routing models.Routing, planContext models.PlanContext, now time.Time) []models.Notice {
	latest := make(map[string]models.Event)
	notified := make(map[string][]models.Notified)
	before := make(map[string]models.Event) // events of earlier notices
	for _, c := range changes {
		if _, met := latest[c.Event.ID]; !met && len(c.Event.Notified) > 0 {
			before[c.Event.ID] = c.Event
		}
		latest[c.Event.ID] = c.Event
		notified[c.Event.ID] = c.Event.Notified
	}

	present := routingAt(routing, now)
	var decisions []decision
	planned := make(map[string]int)    // alerting changes, by who reads them
	escalated := make(map[string]bool) // events whose critical alert reaches nobody
	for _, c := range changes {
		before := len(decisions)
		alerted := make(map[string]bool) // by who reads them
		for _, l := range plansFor(present, c, planContext, now) {
			event := latest[c.Event.ID]
			d := decide(c, event, l, historyOf(notified[event.ID], l.recipient.Name), now)
			if !d.notice.IsHeld() {
				notified[event.ID] = withSent(notified[event.ID], d.notice, l)
				alerted[inCharge(l.recipient)] = true
			}
			decisions = append(decisions, d)
		}
		for name := range alerted {
			planned[name]++
		}
		if id := c.Event.ID; !escalated[id] {
			escalated[id] = escalateUnreached(decisions[before:], notified[id], now)
		}
	}

	var notices []models.Notice
	reached := make(map[string][]string) // the rules of a change sent to a destination
	for _, d := range decisions {
		// Ordered by microseconds, so that later notices of an event are delivered later.
		at := now.Add(time.Duration(len(notices)) * time.Microsecond)
		notices = append(notices, d.send(recentNotices(present, planContext, d.plan.recipient), planned[inCharge(d.plan.recipient)], reached, now, at))
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		notices = append(notices, planAmendments(before[id], latest[id], routing, planContext, now)...)
	}
	return notices
}

// A decision is the decision on one change for one recipient, before any deferral.
type decision struct {
	notice        models.Notice
	plan          recipientPlan
	change        models.Change
	afterDeferred bool // an alert of the event is deferred
	deferredUntil time.Time
	event         models.Event // after all changes
}

// decide decides what a recipient gets of a change, or why nothing.
func decide(c models.Change, event models.Event, l recipientPlan, history *models.Notified, now time.Time) decision {
	alert := newAlert(c, event, l)
	n := models.Notice{
		Kind:            models.NoticeAlert,
		Subject:         models.SubjectEvent,
		SubjectID:       event.ID,
		SubjectRevision: c.Event.Revision,
		Recipient:       l.recipient.Name,
		Severity:        l.severity(),
		Reasons:         l.reasons(),
		Subscriptions:   l.subscriptions(),
		Content:         models.Content{Language: l.recipient.Language, Alert: &alert},
		CreatedAt:       now,
	}
	var updates []models.Update
	switch {
	case history == nil:
	case history.Lost:
		alert.Trigger = models.NewReasons(models.ReasonLostBefore, models.ReasonArgs{})
	default:
		n.Kind = models.NoticeUpdate
		updates = l.updates(c, event, *history, now)
	}
	if n.Kind == models.NoticeAlert {
		if u, ok := reportStage(c, event); ok {
			alert.Updates = []models.Update{u}
			alert.Trigger = append(models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{}), alert.Trigger...)
		}
	}
	n.HeldAs, n.HeldReasons = l.held(c, event, n.Kind == models.NoticeUpdate && len(updates) == 0, now)
	if !n.IsHeld() && n.Kind == models.NoticeUpdate {
		alert.Updates, alert.Trigger = updates, models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	}
	if !n.IsHeld() {
		n.EscalateAt, n.EscalateTo = l.escalation(now)
	}
	d := decision{notice: n, plan: l, change: c, event: event}
	if history != nil {
		d.afterDeferred, d.deferredUntil = !history.WaitUntil.IsZero(), history.WaitUntil
	}
	return d
}

// escalateUnreached escalates a critical alert immediately if nobody gets it, because
// everyone has unsubscribed or has no destination. It does not if someone was sent the
// event as critical before, or muted it.
func escalateUnreached(ofChange []decision, notified []models.Notified, now time.Time) bool {
	if slices.ContainsFunc(notified, func(t models.Notified) bool { return !t.Lost && t.Severity == models.Critical }) {
		return false
	}
	var unreached *decision
	for i := range ofChange {
		n := ofChange[i].notice
		switch {
		case n.Severity != models.Critical, slices.Contains([]models.Hold{models.HeldMention, models.HeldDraft, models.HeldLessCertain, models.HeldUnlikely, models.HeldDigest, models.HeldException}, n.HeldAs):
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

// send gives the notice its ID and, unless it is held or deferred, its deliveries.
func (d decision) send(recent []time.Time, planned int, reached map[string][]string, now, at time.Time) models.Notice {
	n := d.notice
	if !n.IsHeld() {
		n.WaitUntil, n.WaitReasons = waitUntil(d.plan.recipient, n.Severity, d.plan.frequency(), recent, planned, now)
		n = d.await(n, now)
		if !n.IsDeferred() && n.Severity != models.Critical && d.afterDeferred {
			// Due now, together with the deferred alert of the event.
			n.WaitUntil, n.WaitReasons = now, models.NewReasons(models.ReasonWithEvent, models.ReasonArgs{})
		}
	}
	n.CreatedAt = at
	if n.IsHeld() || n.IsDeferred() {
		n.ID = n.Key()
		return n
	}
	return addDeliveries(n, d.unreached(reached), at)
}

// await defers an alert until other sources report the event, if its routes say so. What
// the recipient was sent before does not wait again, and an update of an alert that waits is
// sent with it.
func (d decision) await(n models.Notice, now time.Time) models.Notice {
	if n.Kind == models.NoticeUpdate && !d.afterDeferred {
		return n
	}
	until, why := d.plan.corroboration(d.event, n.Severity, now)
	if until.IsZero() {
		return n
	}
	if d.afterDeferred && d.deferredUntil.After(now) {
		until = earlier(until, d.deferredUntil)
	}
	n.WaitUntil, n.WaitReasons = later(n.WaitUntil, until), append(slices.Clone(n.WaitReasons), why...)
	if !n.EscalateAt.IsZero() { // nobody can be assigned to what nobody has read
		n.EscalateAt = n.EscalateAt.Add(n.WaitUntil.Sub(now))
	}
	return n
}

// historyOf returns what a recipient was sent before, or nil.
func historyOf(notified []models.Notified, recipient string) *models.Notified {
	for _, t := range notified {
		if t.Recipient == recipient {
			return &t
		}
	}
	return nil
}

// withSent adds a notice to the notification history.
func withSent(notified []models.Notified, n models.Notice, l recipientPlan) []models.Notified {
	alert := n.Content.Alert
	history := models.Notified{Recipient: n.Recipient, Severity: n.Severity, Official: alert.Official, Stage: alert.Stage, Stages: alert.Stages(), Dates: alert.Dates}
	if before := historyOf(notified, n.Recipient); before != nil && !before.Lost {
		history.WaitUntil, history.Sent = before.WaitUntil, before.Sent
		history.Rules = slices.Clone(before.Rules)
		history.Official = history.Official || before.Official
		history.Stage = cmp.Or(history.Stage, before.Stage)
		history.Stages = appendMissing(slices.Clone(before.Stages), history.Stages...)
		if before.Severity.Rank() > history.Severity.Rank() {
			history.Severity = before.Severity
		}
	}
	for _, m := range l.matches {
		history.Rules = append(history.Rules, m.RuleID)
	}
	others := slices.DeleteFunc(slices.Clone(notified), func(t models.Notified) bool { return t.Recipient == n.Recipient })
	return append(others, history)
}

// addDeliveries gives a notice its ID and, unless it is held, its deliveries.
func addDeliveries(n models.Notice, to []models.Destination, now time.Time) models.Notice {
	n.ID = cmp.Or(n.ID, n.Key()) // a deferred notice keeps its ID, also if its article was moved to another event
	if n.IsHeld() {
		return n
	}
	for _, to := range distinctDestinations(to) {
		d := models.NewDelivery(n.ID, to.Channel, to.Address, now)
		if n.Subject == models.SubjectEvent {
			d.Thread = n.SubjectID
		}
		n.Deliveries = append(n.Deliveries, d)
	}
	return n
}

// unreached returns the recipient's destinations that get no equal message about the change
// for another recipient.
func (d decision) unreached(reached map[string][]string) []models.Destination {
	var rules []string
	for _, m := range d.plan.unmutedMatches() {
		rules = append(rules, m.RuleID)
	}
	var to []models.Destination
	for _, destination := range d.plan.destinations() {
		at := fmt.Sprintf("%s/%d %s", d.change.Event.ID, d.change.Event.Revision, placeKey(destination))
		sentRules, met := reached[at]
		if met && !slices.ContainsFunc(rules, func(id string) bool { return !slices.Contains(sentRules, id) }) {
			continue
		}
		reached[at] = append(sentRules, rules...)
		to = append(to, destination)
	}
	return to
}

// planAmendments shows the current state of an event in its earlier messages. It skips
// channels that cannot change messages, and destinations that were never notified of the
// event. It changes nothing if a person took articles from the event: its first message may
// be about one of these, and [PlanStatus] knows.
func planAmendments(before, event models.Event, routing models.Routing, planContext models.PlanContext, now time.Time) []models.Notice {
	if slices.ContainsFunc(event.Links, func(l models.EventLink) bool {
		return l.EventID == event.ID && (l.Kind == models.LinkSplit || l.Kind == models.LinkMove)
	}) {
		return nil
	}
	var muted *models.Mute
	for _, m := range planContext.Mutes {
		if m.Kind == models.MuteEvent && m.Target == event.ID && m.Recipient == "" && m.InForce(now) {
			muted = &m
		}
	}
	status := NewStatus(event, muted)
	var notices []models.Notice
	reached := make(map[string]bool) // by place
	for _, history := range before.Notified {
		shown := status
		shown.OtherSources = otherThan(status.OtherSources, history.Link)
		n := models.Notice{
			Kind:            models.NoticeAmend,
			Subject:         models.SubjectStatus,
			SubjectID:       fmt.Sprintf("%s/%d", event.ID, event.Revision),
			SubjectRevision: event.Revision,
			Recipient:       history.Recipient,
			Severity:        history.Severity,
			Reasons:         models.NewReasons(models.ReasonStatusChanged, models.ReasonArgs{}),
			Content:         models.Content{Language: routing.Recipients[history.Recipient].Language, Status: &shown},
			CreatedAt:       now,
		}
		n.ID = n.Key()
		for _, to := range pastDestinations(routing, history.Recipient, now) {
			if history.Lost || reached[placeKey(to)] || !routing.Amends[to.Channel] {
				continue
			}
			reached[placeKey(to)] = true
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
