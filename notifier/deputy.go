package notifier

import (
	"maps"
	"slices"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// routingAt returns the routing at a time: an absent recipient has the destinations,
// zone, language, hours and burst limit of their deputy. The rest stays their own: the
// name, so that nothing is sent again on their return, and their lines, opt-outs, mutes,
// minimum severity and frequency.
func routingAt(r models.Routing, now time.Time) models.Routing {
	var recipients map[string]models.Recipient
	for name, absent := range r.Recipients {
		d, away := deputyAt(absent, now)
		deputy, known := r.Recipients[d.Recipient]
		if !away || !known {
			continue
		}
		if recipients == nil {
			recipients = maps.Clone(r.Recipients)
		}
		absent.Name, absent.Deputies = name, nil
		absent.Absence = &models.Absence{Deputy: d.Recipient, Until: d.To, Own: absent}
		absent.Destinations, absent.Zone, absent.Language = deputy.Destinations, deputy.Zone, deputy.Language
		absent.Hours, absent.Burst = deputy.Hours, deputy.Burst
		recipients[name] = absent
	}
	if recipients != nil {
		r.Recipients = recipients
	}
	return r
}

// deputyAt returns a recipient's deputy at a time.
func deputyAt(r models.Recipient, now time.Time) (models.Deputy, bool) {
	if len(r.Deputies) == 0 {
		return models.Deputy{}, false
	}
	today := now.In(timefmt.Zone(r.Zone)).Format(time.DateOnly)
	for _, d := range r.Deputies {
		if d.From <= today && today <= d.To {
			return d, true
		}
	}
	return models.Deputy{}, false
}

// inCharge returns the name of the person whose hours and destinations a recipient has.
func inCharge(r models.Recipient) string {
	if r.Absence != nil && !r.Absence.DeputyLeft {
		return r.Absence.Deputy
	}
	return r.Name
}

// withDeputy states in the reasons of a notice that a deputy gets it, or that the deputy
// has unsubscribed, and removes that once the recipient is back.
func withDeputy(reasons models.Reasons, to models.Recipient) models.Reasons {
	reasons = slices.DeleteFunc(slices.Clone(reasons), func(r models.Reason) bool {
		return r.Kind == models.ReasonDeputy || r.Kind == models.ReasonDeputyLeft
	})
	switch {
	case to.Absence == nil:
		return reasons
	case to.Absence.DeputyLeft:
		return append(reasons, models.Reason{Kind: models.ReasonDeputyLeft, Args: models.ReasonArgs{Recipient: to.Absence.Deputy, Day: to.Absence.Until}})
	}
	return append(reasons, models.Reason{Kind: models.ReasonDeputy, Args: models.ReasonArgs{Recipient: to.Name, Day: to.Absence.Until}})
}

// withOpenDestinations returns the recipient with their own destinations if no destination of
// their deputy is open and one of their own is: a deputy who unsubscribes must not
// silence the absent recipient.
func withOpenDestinations(r models.Recipient, open func(models.Destination) bool) models.Recipient {
	if r.Absence == nil || r.Absence.DeputyLeft || slices.ContainsFunc(r.Destinations, open) || !slices.ContainsFunc(r.Absence.Own.Destinations, open) {
		return r
	}
	absence := *r.Absence
	absence.DeputyLeft = true
	own := r.Absence.Own
	own.Absence = &absence
	return own
}

// reachable returns the open destinations of a recipient. A recipient who has
// unsubscribed everywhere gets nothing through a deputy either.
func reachable(r models.Recipient, open func(models.Destination) bool) []models.Destination {
	r = withOpenDestinations(r, open)
	if r.Absence != nil && !slices.ContainsFunc(r.Absence.Own.Destinations, open) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Destinations), func(d models.Destination) bool { return !open(d) })
}

// sortPresentFirst moves absent recipients to the end: a deputy who is notified anyway is
// notified under their own name.
func sortPresentFirst(names []string, r models.Routing) {
	slices.SortStableFunc(names, func(a, b string) int { return absent(r.Recipients[a]) - absent(r.Recipients[b]) })
}

// recentNotices returns when the current destinations of a recipient were notified of events,
// for any recipient: a deputy reads the messages for both.
func recentNotices(r models.Routing, c models.PlanContext, to models.Recipient) []time.Time {
	recent := slices.Clone(c.Recent[to.Name])
	for name, other := range r.Recipients {
		other.Name = name
		if name != to.Name && inCharge(other) == inCharge(to) {
			recent = append(recent, c.Recent[name]...)
		}
	}
	return recent
}

// pastDestinations returns where a recipient may have been notified so far: their own
// destinations, and those of their past deputies.
func pastDestinations(r models.Routing, name string, now time.Time) []models.Destination {
	to := r.Recipients[name]
	today := now.In(timefmt.Zone(to.Zone)).Format(time.DateOnly)
	places := slices.Clone(to.Destinations)
	for _, d := range to.Deputies {
		if d.From <= today {
			places = appendMissing(places, r.Recipients[d.Recipient].Destinations...)
		}
	}
	return places
}
