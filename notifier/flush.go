package notifier

import (
	"maps"
	"slices"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// PlanFlush decides what becomes of notices that have waited long enough. Of each
// recipient a few are told one by one and many in one summary, as are those that came by
// a line with a pace. What has come to be held since is held, and what is due outside the
// hours of its recipient waits until they begin. All of an event that waited is told as
// one. What waited for a recipient who is not configured any more is told to those of the
// default route. The events, by the ID that the notices have of them, are as they stand
// now. What waits on as it did is not among the notices that are returned.
func PlanFlush(waiting []models.Notice, events map[string]models.Event, routing models.Routing, c models.PlanContext, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	byRecipient := make(map[string][]models.Notice)
	for _, n := range waiting {
		byRecipient[n.Recipient] = append(byRecipient[n.Recipient], n)
	}
	var released []models.Notice
	reached := make(map[string][]string)
	names := slices.Sorted(maps.Keys(byRecipient))
	sortPresentFirst(names, routing)
	for _, name := range names {
		to, known := routing.Recipients[name]
		to.Name = name
		summaries := 0
		alerts, reminders := splitReminders(byRecipient[name])
		stories := groupByEvent(alerts, events)
		// Of some lines the deputy may have left, and of others not.
		for _, deputyLeft := range []bool{false, true} {
			reader := to
			isRead := func(subscriptions []string) bool {
				as := withOpenPlaces(to, isOpen(routing, subscriptions, c.OptOuts))
				if left := as.Absence != nil && as.Absence.DeputyLeft; left != deputyLeft {
					return false
				}
				reader = as
				return true
			}
			mine := slices.DeleteFunc(slices.Clone(stories), func(s pendingEvent) bool { return !isRead(s.subscriptions()) })
			myReminders := slices.DeleteFunc(slices.Clone(reminders), func(n models.Notice) bool { return !isRead(n.Subscriptions) })
			r := flush{
				to: reader, routing: routing, c: c, now: now, reached: reached,
				placeOpens: make(map[string]time.Time), summaries: &summaries,
			}
			if known {
				r.respectHours(reader)
			} else {
				r.useDefaultRoute()
			}
			for _, story := range mine {
				r.decide(story)
			}
			r.group()
			r.remind(myReminders, events)
			released = append(released, r.done...)
		}
	}
	return released
}

// A flush is what one recipient is told of what waited.
type flush struct {
	to      models.Recipient
	routing models.Routing // at this moment
	c       models.PlanContext
	now     time.Time

	// When the hours begin and why not before; zero within the hours. It is set where
	// hours or a deputy have changed while it waited, or nothing ran when the hours began.
	opens  time.Time
	closed models.Reason

	// From when on each place of the default route may be disturbed.
	placeOpens map[string]time.Time

	// Of a recipient who is not configured any more, the lines of the default route.
	instead []string

	reached map[string][]string // the rules told of an event at a destination, to whomever

	summaries *int // how many the recipient gets

	single   []flushItem // are told by themselves
	together []flushItem // came by a line with a pace
	done     []models.Notice
}

// A flushItem is a story as it is told now: one notice, and the others that it
// tells of.
type flushItem struct {
	event  models.Event
	notice models.Notice
	rest   []models.Notice
	to     []models.Destination
}

// respectHours keeps what a recipient is sent until their hours begin.
func (r *flush) respectHours(to models.Recipient) {
	if opens, holiday := openHourAfter(to.Hours, r.now, timefmt.Zone(to.Zone)); opens.After(r.now) {
		r.opens, r.closed = opens.UTC(), closedReason(to, opens, holiday)
	}
}

// maxOpenings is how many times the hours of a recipient may begin while something waits
// for them. A machine that scans once a night, after hours, never flushes within hours:
// what waited for two days is sent when it can be.
const maxOpenings = 2

// waitsOn reports whether notices wait for the hours of their recipient to begin.
func (r *flush) waitsOn(notices ...models.Notice) bool {
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

// hasBegun reports whether the hours have begun that a reason names. What an old release
// stored names no time.
func (r *flush) hasBegun(w models.Reason) bool {
	return !w.Args.At.IsZero() && !w.Args.At.After(r.now)
}

func isClosed(w models.Reason) bool {
	return w.Kind == models.ReasonOutsideHours || w.Kind == models.ReasonHoliday
}

// wait keeps notices that came by some lines until the hours of their recipient begin, or
// to the time of their pace on that day. What waits on as it did is not changed.
func (r *flush) wait(subscriptions []string, notices ...models.Notice) {
	until := r.opens
	if r.instead == nil {
		until = slotAfter(r.opens, r.to.Hours, paceOf(r.routing, r.to, subscriptions), timefmt.Zone(r.to.Zone)).UTC()
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

// useDefaultRoute puts those of the default route, as one, in the place of a recipient
// who is not configured any more: renamed or removed, they must not swallow what
// waited for them. The first of them gives the language and the zone.
func (r *flush) useDefaultRoute() {
	route, _ := r.routing.Route(models.DefaultRoute)
	anyOpen := false
	for i, line := range route.Lines {
		other := r.routing.Recipients[line.Recipient]
		other.Name = line.Recipient
		subscription := resolvedRoute{route: route, line: line}.subscription()
		other = withOpenPlaces(other, isOpen(r.routing, []string{subscription}, r.c.OptOuts))
		if i == 0 {
			r.to.Zone, r.to.Language = other.Zone, other.Language
		}
		r.instead = append(r.instead, subscription)
		opens, holiday := openHourAfter(other.Hours, r.now, timefmt.Zone(other.Zone))
		for _, d := range openDestinations(r.routing, other, []string{subscription}, r.c.OptOuts) {
			from := opens.UTC()
			if another, met := r.placeOpens[placeOf(d)]; met {
				from = earlier(another, from)
			}
			r.placeOpens[placeOf(d)] = from
			r.to.Destinations = distinctPlaces(append(r.to.Destinations, d))
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

// decide holds a story, or has it told.
func (r *flush) decide(s pendingEvent) {
	t := flushItem{event: s.event, notice: mergedAlert(s), rest: s.notices[1:]}
	if r.instead == nil {
		t.to = openDestinations(r.routing, r.to, t.notice.Subscriptions, r.c.OptOuts)
		t.notice.Reasons = withDeputy(t.notice.Reasons, r.to)
		// Who was absent when it was planned may be back, or the other way round.
		t.notice.Content.Language, t.notice.Content.Alert.Zone = r.to.Language, r.to.Zone
	} else {
		t.to, t.notice.Subscriptions = r.to.Destinations, r.instead
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
	if t.notice.Severity != models.Critical && r.waitsOn(s.notices...) {
		r.wait(t.notice.Subscriptions, s.notices...)
		return
	}
	t.to = r.unsent(t)
	if len(t.to) == 0 { // its places have it already
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

// held says why an event that waited is not sent after all, or returns no reasons.
func (r *flush) held(s pendingEvent, t flushItem) (models.Hold, models.Reasons) {
	heard := historyOf(s.event.Notified, r.to.Name)
	args := models.ReasonArgs{Recipient: r.to.Name, Routes: []string{models.DefaultRoute}, Subscriptions: t.notice.Subscriptions}
	switch {
	case r.instead != nil && len(t.to) == 0:
		return "", models.NewReasons(models.ReasonAllOptedOut, args)
	case len(r.to.Destinations) == 0:
		return "", models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: r.to.Name})
	case len(t.to) == 0:
		args.Routes = nil
		return models.HeldOptedOut, models.NewReasons(models.ReasonOptedOut, args)
	case t.notice.Kind == models.NoticeAlert && heard != nil && heard.Severity.Rank() > t.notice.Severity.Rank():
		// What is critical does not wait for what was less.
		return models.HeldTold, models.NewReasons(models.ReasonSentGraver, models.ReasonArgs{Severity: heard.Severity})
	}
	return models.HeldMuted, muteReason(r.c.Mutes, r.to, s.event.ID, findingRules(t.notice.Content.Alert.Why), s.sources(), r.now)
}

// group gives each account its deliveries, or puts it into a summary.
func (r *flush) group() {
	_, many := burstEnd(r.to.Burst, recentOf(r.routing, r.c, r.to), len(r.single)+min(1, len(r.together)), r.now)
	if many {
		r.together, r.single = append(r.together, r.single...), nil
	}
	groups, alone := groupByPlaces(r.together, func(t flushItem) []models.Destination { return t.to })
	r.single = append(r.single, alone...)
	for i, t := range r.single {
		t.notice.WaitUntil = time.Time{}
		// Each a microsecond after the one before, as Plan does.
		at := r.now.Add(time.Duration(i) * time.Microsecond)
		n := r.send(t.notice, r.fresh(t.to, t), at)
		for j := range n.Deliveries {
			n.Deliveries[j].Thread = t.event.ID // which may have taken in the one that waited
		}
		r.done = append(r.done, n)
		r.markSentIn(t.notice.ID, t.rest)
		if n.Kind == models.NoticeAlert && len(t.event.Assignments)+len(t.event.Feedback) > 0 {
			// What people said of it meanwhile is shown in it, as it is where it was told
			// before they did.
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

func (r *flush) markSentIn(id string, notices []models.Notice) {
	for _, n := range notices {
		n.WaitUntil, n.ToldIn = time.Time{}, id
		r.done = append(r.done, n)
	}
}

// fresh returns the destinations but for those where another recipient, released
// at the same time, is told as much.
func (r *flush) fresh(to []models.Destination, accounts ...flushItem) []models.Destination {
	var fresh []models.Destination
	for _, destination := range to {
		news := false
		for _, t := range accounts {
			at, rules := t.event.ID+" "+placeOf(destination), findingRules(t.notice.Content.Alert.Why)
			said, met := r.reached[at]
			news = news || !met || slices.ContainsFunc(rules, func(id string) bool { return !slices.Contains(said, id) })
			r.reached[at] = with(said, rules...)
		}
		if news {
			fresh = append(fresh, destination)
		}
	}
	return fresh
}

// send gives a notice its deliveries.
func (r *flush) send(n models.Notice, to []models.Destination, at time.Time) models.Notice {
	return r.notBeforeHours(addDeliveries(n, to, at))
}

// notBeforeHours delays the deliveries to those of the default route whose hours have
// not begun, where others of them get the notice now. A critical one is not delayed.
func (r *flush) notBeforeHours(n models.Notice) models.Notice {
	if n.Severity == models.Critical {
		return n
	}
	for i, d := range n.Deliveries {
		opens := r.placeOpens[address.Key(d.Destination)]
		if opens.After(r.now) {
			n.Deliveries[i].NotBefore = opens.Add(d.NotBefore.Sub(r.now))
		}
	}
	return n
}
