package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// PlanEscalation decides to whom a critical alert goes on that nobody has taken
// in time, or why it does not. Each recipient of the next route gets it once,
// however many routes lead there, and from there it may go on again. If nobody on that
// route gets it, it goes to the default route, and if nobody does there, those who hear
// of health are sent that.
func PlanEscalation(told models.Notice, event models.Event, routing models.Routing, c models.PlanContext, now time.Time) (notices []models.Notice, stopped models.Reasons) {
	if verdict, _ := models.Judge(event.Feedback, ""); verdict == models.Irrelevant {
		return nil, models.NewReasons(models.ReasonNotRelevant, models.ReasonArgs{})
	}
	for _, m := range c.Mutes {
		if m.Kind == models.MuteEvent && m.Target == event.ID && m.Recipient == "" {
			return nil, becauseOfMute(m, "", "", now)
		}
	}
	routing = routingAt(routing, now)
	route, ok := routing.Route(told.EscalateTo)
	if !ok || len(route.Lines) == 0 {
		// A route that is gone, or tells nobody any more, must not swallow an alert.
		route, _ = routing.Route(models.DefaultRoute)
	}
	notices = escalateTo(route, told, event, routing, c, now)
	if fallback, _ := routing.Route(models.DefaultRoute); !slices.ContainsFunc(notices, isSent) && route.Path != fallback.Path {
		// Nor may one that everybody has left. A recipient of both has one notice.
		route = fallback
		instead := escalateTo(route, told, event, routing, c, now)
		notices = append(slices.DeleteFunc(notices, func(n models.Notice) bool {
			return slices.ContainsFunc(instead, func(other models.Notice) bool { return other.ID == n.ID })
		}), instead...)
	}
	if !slices.ContainsFunc(notices, isSent) {
		notices = append(notices, unreachedNotices(told, event, route, routing, now)...)
	}
	return notices, nil
}

func isSent(n models.Notice) bool { return !n.IsHeld() }

// escalateTo returns a notice for each recipient of a route.
func escalateTo(route models.Route, told models.Notice, event models.Event, routing models.Routing, c models.PlanContext, now time.Time) []models.Notice {
	var notices []models.Notice
	waited := now.Sub(told.CreatedAt)
	if planned := told.EscalateAt.Sub(told.CreatedAt); waited < planned {
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
		to = withOpenPlaces(to, isOpen(routing, subscriptions, c.OptOuts))
		alert := refreshed(*told.Content.Alert, event)
		alert.Zone = to.Zone
		alert.Trigger = models.NewReasons(models.ReasonNotAssigned, models.ReasonArgs{
			Recipient: told.Recipient, Routes: []string{route.Path}, Duration: waited.Truncate(time.Minute),
		})
		if told.IsHeld() {
			alert.Trigger = told.HeldReasons // nobody was sent it who could take it
		}
		n := models.Notice{
			Kind:            models.NoticeEscalation,
			Subject:         "event",
			SubjectID:       cmp.Or(event.ID, told.SubjectID),
			SubjectRevision: told.SubjectRevision,
			Recipient:       to.Name,
			Subscriptions:   subscriptions,
			Severity:        told.Severity,
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
		// Where two of them read, one message says it.
		open = slices.DeleteFunc(open, func(d models.Destination) bool { return reached[placeOf(d)] })
		for _, d := range open {
			reached[placeOf(d)] = true
		}
		notices = append(notices, addDeliveries(n, open, now))
	}
	return notices
}

// unreachedNotices tell those who hear of health that a critical alert reaches nobody: at
// once whatever their hours, and once for each event.
func unreachedNotices(told models.Notice, event models.Event, route models.Route, routing models.Routing, now time.Time) []models.Notice {
	id := cmp.Or(event.ID, told.SubjectID)
	var notices []models.Notice
	reached := make(map[string]bool) // by place
	names := slices.Clone(routing.Health)
	sortPresentFirst(names, routing)
	for _, name := range names {
		to := routing.Recipients[name]
		to.Name = name
		n := models.Notice{
			Kind: models.NoticeHealth, Subject: "escalation", SubjectID: id, Recipient: name,
			Subscriptions: []string{HealthSubscription(name)},
			Severity:      told.Severity,
			Reasons:       withDeputy(models.NewReasons(models.ReasonReachesNobody, models.ReasonArgs{Routes: []string{route.Path}}), to),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: "alert", Name: told.Content.Alert.Title, Since: told.CreatedAt, Detail: id, Zone: to.Zone,
			}},
			CreatedAt: now,
		}
		if len(to.Destinations) == 0 {
			n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		open := slices.DeleteFunc(slices.Clone(to.Destinations), func(d models.Destination) bool { return reached[placeOf(d)] })
		for _, d := range open {
			reached[placeOf(d)] = true
		}
		notices = append(notices, addDeliveries(n, open, now))
	}
	return notices
}
