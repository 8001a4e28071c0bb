package notifier

import (
	"maps"
	"slices"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// PlanFlush decides on deferred notices whose time has come. Each recipient gets a few
// notices one by one, or many in one summary; notices of lines with a frequency always go
// into a summary. Notices that must now be held are held, and notices outside the
// recipient's hours are deferred until those begin. All deferred notices of one event
// become one. The default route receives notices of recipients who are no longer
// configured. events are in their current state, by the ID in the notices. Notices that
// stay deferred unchanged are not returned.
func PlanFlush(deferred []models.Notice, events map[string]models.Event, routing models.Routing, c models.PlanContext, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	deferred = withoutAwaiting(deferred, events, now)
	byRecipient := make(map[string][]models.Notice)
	for _, n := range deferred {
		byRecipient[n.Recipient] = append(byRecipient[n.Recipient], n)
	}
	var flushed []models.Notice
	reached := make(map[string][]string)
	names := slices.Sorted(maps.Keys(byRecipient))
	sortPresentFirst(names, routing)
	for _, name := range names {
		to, known := routing.Recipients[name]
		to.Name = name
		summaries := 0
		alerts, reminders := splitReminders(byRecipient[name])
		pending := groupByEvent(alerts, events)
		// The deputy may have unsubscribed from some lines only.
		for _, deputyLeft := range []bool{false, true} {
			reader := to
			isRead := func(subscriptions []string) bool {
				as := withOpenDestinations(to, isOpen(routing, subscriptions, c.OptOuts))
				if left := as.Absence != nil && as.Absence.DeputyLeft; left != deputyLeft {
					return false
				}
				reader = as
				return true
			}
			mine := slices.DeleteFunc(slices.Clone(pending), func(s pendingEvent) bool { return !isRead(s.subscriptions()) })
			myReminders := slices.DeleteFunc(slices.Clone(reminders), func(n models.Notice) bool { return !isRead(n.Subscriptions) })
			r := flush{
				to: reader, routing: routing, c: c, now: now, reached: reached,
				opensAt: make(map[string]time.Time), summaries: &summaries,
			}
			if known {
				r.respectHours(reader)
			} else {
				r.useDefaultRoute()
			}
			for _, event := range mine {
				r.decide(event)
			}
			r.group()
			r.remind(myReminders, events)
			flushed = append(flushed, r.done...)
		}
	}
	return flushed
}

// A flush decides on the deferred notices of one recipient.
type flush struct {
	to      models.Recipient
	routing models.Routing // at this time
	c       models.PlanContext
	now     time.Time

	// When the hours begin, and why not earlier; zero within the hours. It is set if the
	// hours or the deputy changed meanwhile, or no program ran when the hours began.
	opens  time.Time
	closed models.Reason

	// When the hours begin at each destination of the default route.
	opensAt map[string]time.Time

	// The lines of the default route, for a recipient who is no longer configured.
	defaultLines []string

	reached map[string][]string // by event and destination: the rules sent there, for any recipient

	summaries *int // of the recipient so far

	single   []flushItem // sent one by one
	together []flushItem // sent in a summary, by lines with a frequency
	done     []models.Notice
}

// A flushItem is the deferred part of an event: one merged notice, and the other notices
// that it includes.
type flushItem struct {
	event  models.Event
	notice models.Notice
	rest   []models.Notice
	to     []models.Destination
}

// respectHours defers the recipient's notices until their hours begin.
func (r *flush) respectHours(to models.Recipient) {
	if opens, holiday := openHourAfter(to.Hours, r.now, timefmt.Zone(to.Zone)); opens.After(r.now) {
		r.opens, r.closed = opens.UTC(), closedReason(to, opens, holiday)
	}
}

// maxOpenings is how many times the hours of a recipient may begin while a notice is
// deferred for them. A machine that scans once a night never flushes within hours, so a
// notice that is two days old is sent anyway.
const maxOpenings = 2

// isDeferred reports whether notices stay deferred until the hours begin.
func (r *flush) isDeferred(notices ...models.Notice) bool {
	return !r.opens.IsZero() && !slices.ContainsFunc(notices, func(n models.Notice) bool {
		begun := 0
		for _, w := range n.WaitReasons {
			if isClosed(w) && r.hasBegun(w) {
				begun++
			}
		}
		return begun >= maxOpenings
	})
}

// hasBegun reports whether the hours of a reason have begun. Reasons of old releases have
// no time.
func (r *flush) hasBegun(w models.Reason) bool {
	return !w.Args.At.IsZero() && !w.Args.At.After(r.now)
}

func isClosed(w models.Reason) bool {
	return w.Kind == models.ReasonOutsideHours || w.Kind == models.ReasonHoliday
}

// deferUntilOpen defers notices until the hours begin, or until the delivery time of their lines on
// that day. It skips notices that already wait until then.
func (r *flush) deferUntilOpen(subscriptions []string, notices ...models.Notice) {
	until := r.opens
	if r.defaultLines == nil {
		until = deliveryWithin(r.opens, r.to.Hours, frequencyOf(r.routing, r.to, subscriptions), timefmt.Zone(r.to.Zone)).UTC()
	}
	for _, n := range notices {
		if n.WaitUntil.Equal(until) {
			continue
		}
		n.WaitUntil = until
		n.WaitReasons = append(slices.DeleteFunc(slices.Clone(n.WaitReasons), func(w models.Reason) bool {
			return isClosed(w) && !r.hasBegun(w)
		}), r.closed)
		r.done = append(r.done, n)
	}
}

// useDefaultRoute replaces a recipient who is no longer configured with the recipients of
// the default route, so that their notices are not lost. The first of them sets the
// language and the zone.
func (r *flush) useDefaultRoute() {
	route, _ := r.routing.Route(models.DefaultRoute)
	anyOpen := false
	for i, line := range route.Lines {
		other := r.routing.Recipients[line.Recipient]
		other.Name = line.Recipient
		subscription := resolvedRoute{route: route, line: line}.subscription()
		other = withOpenDestinations(other, isOpen(r.routing, []string{subscription}, r.c.OptOuts))
		if i == 0 {
			r.to.Zone, r.to.Language = other.Zone, other.Language
		}
		r.defaultLines = append(r.defaultLines, subscription)
		opens, holiday := openHourAfter(other.Hours, r.now, timefmt.Zone(other.Zone))
		for _, d := range openDestinations(r.routing, other, []string{subscription}, r.c.OptOuts) {
			from := opens.UTC()
			if another, met := r.opensAt[placeKey(d)]; met {
				from = earlier(another, from)
			}
			r.opensAt[placeKey(d)] = from
			r.to.Destinations = distinctDestinations(append(r.to.Destinations, d))
			switch {
			case !opens.After(r.now):
				anyOpen = true
			case r.opens.IsZero() || opens.Before(r.opens):
				r.opens, r.closed = opens.UTC(), closedReason(other, opens, holiday)
			}
		}
	}
	if anyOpen {
		r.opens = time.Time{}
	}
}

// decide holds, defers or sends the notices of an event.
func (r *flush) decide(s pendingEvent) {
	t := flushItem{event: s.event, notice: mergedAlert(s), rest: s.notices[1:]}
	t.notice.Content.Alert.Trigger = append(slices.Clone(t.notice.Content.Alert.Trigger), afterWaiting(s.notices[0], s.event, r.now)...)
	if r.defaultLines == nil {
		t.to = openDestinations(r.routing, r.to, t.notice.Subscriptions, r.c.OptOuts)
		t.notice.Reasons = withDeputy(t.notice.Reasons, r.to)
		// The recipient may have become absent, or returned, since the plan.
		t.notice.Content.Language, t.notice.Content.Alert.Zone = r.to.Language, r.to.Zone
	} else {
		t.to, t.notice.Subscriptions = r.to.Destinations, r.defaultLines
		t.notice.Reasons = append(slices.Clone(t.notice.Reasons), models.Reason{
			Kind: models.ReasonRecipientGone, Args: models.ReasonArgs{Recipient: r.to.Name, Routes: []string{models.DefaultRoute}},
		})
		t.notice.Content.Language, t.notice.Content.Alert.Zone = r.to.Language, r.to.Zone
	}
	if as, why := r.held(s, t); len(why) > 0 {
		for _, n := range s.notices {
			n.HeldAs, n.HeldReasons, n.WaitUntil = as, why, time.Time{}
			r.done = append(r.done, n)
		}
		return
	}
	if t.notice.Severity != models.Critical && r.isDeferred(s.notices...) {
		r.deferUntilOpen(t.notice.Subscriptions, s.notices...)
		return
	}
	t.to = r.unsent(t)
	if len(t.to) == 0 { // every destination was already notified
		t.notice.WaitUntil = time.Time{}
		r.done = append(r.done, t.notice)
		r.markSentIn(t.notice.ID, t.rest)
		return
	}
	if isDeferred(r.routing, r.to, t.notice.Subscriptions) {
		r.together = append(r.together, t)
		return
	}
	r.single = append(r.single, t)
}

// held returns why a deferred event is not sent after all, or no reasons.
func (r *flush) held(s pendingEvent, t flushItem) (models.Hold, models.Reasons) {
	history := historyOf(s.event.Notified, r.to.Name)
	args := models.ReasonArgs{Recipient: r.to.Name, Routes: []string{models.DefaultRoute}, Subscriptions: t.notice.Subscriptions}
	switch {
	case r.defaultLines != nil && len(t.to) == 0:
		return "", models.NewReasons(models.ReasonAllOptedOut, args)
	case len(r.to.Destinations) == 0:
		return "", models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: r.to.Name})
	case len(t.to) == 0:
		args.Routes = nil
		return models.HeldOptedOut, models.NewReasons(models.ReasonOptedOut, args)
	case t.notice.Kind == models.NoticeAlert && history != nil && history.Severity.Rank() > t.notice.Severity.Rank() && history.WasSent(t.notice.Content.Alert):
		// The event was already sent with a higher severity, and with all that the alert says.
		return models.HeldTold, models.NewReasons(models.ReasonSentGraver, models.ReasonArgs{Severity: history.Severity})
	}
	return models.HeldMuted, muteReason(r.c.Mutes, r.to, s.event.ID, findingRules(t.notice.Content.Alert.Why), s.sources(), r.now)
}

// group gives each item its deliveries, or puts it into a summary.
func (r *flush) group() {
	_, many := burstEnd(r.to.Burst, recentNotices(r.routing, r.c, r.to), len(r.single)+min(1, len(r.together)), r.now)
	if many {
		r.together, r.single = append(r.together, r.single...), nil
	}
	groups, alone := groupByDestinations(r.together, func(t flushItem) []models.Destination { return t.to })
	r.single = append(r.single, alone...)
	for i, t := range r.single {
		t.notice = sentNow(t.notice, r.now)
		// Ordered by microseconds, as in Plan.
		at := r.now.Add(time.Duration(i) * time.Microsecond)
		n := r.send(t.notice, r.unreached(t.to, t), at)
		for j := range n.Deliveries {
			n.Deliveries[j].Thread = t.event.ID // the event may have been merged
		}
		r.done = append(r.done, n)
		r.markSentIn(t.notice.ID, t.rest)
		if n.Kind == models.NoticeAlert && len(t.event.Assignments)+len(t.event.Feedback) > 0 {
			// The status shows assignments and feedback made meanwhile.
			for _, status := range PlanStatus(t.event, []models.Notice{n}, NewStatus(t.event, nil), r.routing, at.Add(time.Microsecond)) {
				r.done = append(r.done, r.notBeforeHours(status))
			}
		}
	}
	for _, together := range groups {
		s := r.summary(together)
		r.done = append(r.done, s)
		for _, t := range together {
			r.markSentIn(s.ID, append([]models.Notice{t.notice}, t.rest...))
		}
	}
}

// sentNow returns a notice that waits no longer. If it is sent before the time that it was to
// wait for, it escalates as much earlier.
func sentNow(n models.Notice, now time.Time) models.Notice {
	if early := n.WaitUntil.Sub(now); early > 0 && !n.EscalateAt.IsZero() {
		n.EscalateAt = n.EscalateAt.Add(-early)
	}
	n.WaitUntil = time.Time{}
	return n
}

func (r *flush) markSentIn(id string, notices []models.Notice) {
	for _, n := range notices {
		n.WaitUntil, n.ToldIn = time.Time{}, id
		r.done = append(r.done, n)
	}
}

// unreached returns the destinations that get no equal message for another recipient in the
// same flush.
func (r *flush) unreached(to []models.Destination, items ...flushItem) []models.Destination {
	var fresh []models.Destination
	for _, destination := range to {
		isNew := false
		for _, t := range items {
			at, rules := t.event.ID+" "+placeKey(destination), findingRules(t.notice.Content.Alert.Why)
			sentRules, met := r.reached[at]
			isNew = isNew || !met || slices.ContainsFunc(rules, func(id string) bool { return !slices.Contains(sentRules, id) })
			r.reached[at] = appendMissing(sentRules, rules...)
		}
		if isNew {
			fresh = append(fresh, destination)
		}
	}
	return fresh
}

// send gives a notice its deliveries.
func (r *flush) send(n models.Notice, to []models.Destination, at time.Time) models.Notice {
	return r.notBeforeHours(addDeliveries(n, to, at))
}

// notBeforeHours delays the deliveries to destinations of the default route that are
// outside their hours, when others get the notice now. A critical notice is not delayed.
func (r *flush) notBeforeHours(n models.Notice) models.Notice {
	if n.Severity == models.Critical {
		return n
	}
	for i, d := range n.Deliveries {
		opens := r.opensAt[address.Key(d.Destination)]
		if opens.After(r.now) {
			n.Deliveries[i].NotBefore = opens.Add(d.NotBefore.Sub(r.now))
		}
	}
	return n
}

// unsent returns the destinations of an item that did not yet get an equal message about
// the event for another recipient: a deputy who is a recipient too, or a destination
// shared by two frequencies.
func (r *flush) unsent(t flushItem) []models.Destination {
	var covering []models.Notified
	for _, sent := range t.event.Notified {
		if sent.Recipient != r.to.Name && covers(sent, t.notice) {
			covering = append(covering, sent)
		}
	}
	return slices.DeleteFunc(slices.Clone(t.to), func(d models.Destination) bool {
		return slices.ContainsFunc(covering, func(sent models.Notified) bool { return wasSentTo(sent, d) })
	})
}

// covers reports whether the messages to a recipient about an event include the content
// of a notice.
func covers(sent models.Notified, n models.Notice) bool {
	a := n.Content.Alert
	switch {
	case sent.Lost || sent.At.IsZero() || !sent.WaitUntil.IsZero():
		return false
	case sent.Severity.Rank() < n.Severity.Rank(), a.Official && !sent.Official, a.Stage != sent.Stage:
		return false
	case slices.ContainsFunc(a.Stages(), func(stage string) bool { return !sent.Knows(stage) }):
		return false
	}
	for _, rule := range findingRules(a.Why) {
		if !slices.Contains(sent.Rules, rule) {
			return false
		}
	}
	for _, d := range a.Dates {
		if !slices.ContainsFunc(sent.Dates, func(known models.KeyDate) bool { return known.Kind == d.Kind && known.Day == d.Day }) {
			return false
		}
	}
	return true
}

// wasSentTo reports whether a destination got all messages to a recipient.
func wasSentTo(sent models.Notified, d models.Destination) bool {
	return slices.ContainsFunc(sent.Destinations, func(other models.Destination) bool { return placeKey(other) == placeKey(d) })
}
