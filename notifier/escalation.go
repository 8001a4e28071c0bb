package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// PlanEscalation decides who gets a critical alert that nobody was assigned to in time,
// or why it stops. Each recipient of the next route gets it once, and it may escalate
// again from there. If nobody on that route gets it, the default route does; if nobody
// there does, the health recipients are notified.
func PlanEscalation(original models.Notice, event models.Event, routing models.Routing, c models.PlanContext, now time.Time) (notices []models.Notice, stopped models.Reasons) {
	if verdict, _ := models.Judge(event.Feedback, ""); verdict == models.Irrelevant {
		return nil, models.NewReasons(models.ReasonNotRelevant, models.ReasonArgs{})
	}
	for _, m := range c.Mutes {
		if m.Kind == models.MuteEvent && m.Target == event.ID && m.Recipient == "" {
			return nil, becauseOfMute(m, "", "", now)
		}
	}
	routing = routingAt(routing, now)
	route, ok := routing.Route(original.EscalateTo)
	if !ok || len(route.Lines) == 0 {
		// A removed or empty route must not lose an alert.
		route, _ = routing.Route(models.DefaultRoute)
	}
	notices = escalateTo(route, original, event, routing, c, now)
	if fallback, _ := routing.Route(models.DefaultRoute); !slices.ContainsFunc(notices, isSent) && route.Path != fallback.Path {
		// Nor may a route from which everyone has unsubscribed. A recipient on both
		// routes gets one notice.
		route = fallback
		instead := escalateTo(route, original, event, routing, c, now)
		notices = append(slices.DeleteFunc(notices, func(n models.Notice) bool {
			return slices.ContainsFunc(instead, func(other models.Notice) bool { return other.ID == n.ID })
		}), instead...)
	}
	if !slices.ContainsFunc(notices, isSent) {
		notices = append(notices, unreachedNotices(original, event, route, routing, now)...)
	}
	return notices, nil
}

func isSent(n models.Notice) bool { return !n.IsHeld() }

// escalateTo returns a notice for each recipient of a route.
func escalateTo(route models.Route, original models.Notice, event models.Event, routing models.Routing, c models.PlanContext, now time.Time) []models.Notice {
	var notices []models.Notice
	waited := now.Sub(original.CreatedAt)
	if planned := original.EscalateAt.Sub(original.CreatedAt); waited < planned {
		waited = planned // the clock was set back since
	}
	reached := make(map[string]bool) // by place
	var names []string
	for _, line := range route.Lines {
		names = append(names, line.Recipient)
	}
	sortPresentFirst(names, routing)
	for _, name := range names {
		to := routing.Recipients[name]
		to.Name = name
		subscriptions := []string{route.Path + "/" + name}
		to = withOpenDestinations(to, isOpen(routing, subscriptions, c.OptOuts))
		alert := refreshed(*original.Content.Alert, event)
		alert.Zone = to.Zone
		alert.Trigger = models.NewReasons(models.ReasonNotAssigned, models.ReasonArgs{
			Recipient: original.Recipient, Routes: []string{route.Path}, Duration: waited.Truncate(time.Minute),
		})
		if original.IsHeld() {
			alert.Trigger = original.HeldReasons // nobody received it who could be assigned
		}
		n := models.Notice{
			Kind:            models.NoticeEscalation,
			Subject:         models.SubjectEvent,
			SubjectID:       cmp.Or(event.ID, original.SubjectID),
			SubjectRevision: original.SubjectRevision,
			Recipient:       to.Name,
			Subscriptions:   subscriptions,
			Severity:        original.Severity,
			Reasons:         withDeputy(alert.Trigger, to),
			Content:         models.Content{Language: to.Language, Alert: &alert},
			CreatedAt:       now,
		}
		if route.Escalate.After > 0 {
			n.EscalateAt, n.EscalateTo = now.Add(route.Escalate.After), route.Escalate.To
		}
		open := openDestinations(routing, to, n.Subscriptions, c.OptOuts)
		if len(open) == 0 {
			n.HeldReasons = models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: to.Name, Subscriptions: n.Subscriptions})
			if len(to.Destinations) == 0 {
				n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: to.Name})
			}
		}
		// A shared destination gets one message.
		open = slices.DeleteFunc(open, func(d models.Destination) bool { return reached[placeKey(d)] })
		for _, d := range open {
			reached[placeKey(d)] = true
		}
		notices = append(notices, addDeliveries(n, open, now))
	}
	return notices
}

// unreachedNotices notify the health recipients that a critical alert reaches nobody:
// immediately, regardless of their hours, and once per event.
func unreachedNotices(original models.Notice, event models.Event, route models.Route, routing models.Routing, now time.Time) []models.Notice {
	id := cmp.Or(event.ID, original.SubjectID)
	var notices []models.Notice
	reached := make(map[string]bool) // by place
	names := slices.Clone(routing.Health)
	sortPresentFirst(names, routing)
	for _, name := range names {
		to := routing.Recipients[name]
		to.Name = name
		n := models.Notice{
			Kind: models.NoticeHealth, Subject: models.SubjectEscalation, SubjectID: id, Recipient: name,
			Subscriptions: []string{HealthSubscription(name)},
			Severity:      original.Severity,
			Reasons:       withDeputy(models.NewReasons(models.ReasonReachesNobody, models.ReasonArgs{Routes: []string{route.Path}}), to),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: models.SubjectAlert, Name: original.Content.Alert.Title, Since: original.CreatedAt, Detail: id, Zone: to.Zone,
			}},
			CreatedAt: now,
		}
		if len(to.Destinations) == 0 {
			n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		open := slices.DeleteFunc(slices.Clone(to.Destinations), func(d models.Destination) bool { return reached[placeKey(d)] })
		for _, d := range open {
			reached[placeKey(d)] = true
		}
		notices = append(notices, addDeliveries(n, open, now))
	}
	return notices
}
