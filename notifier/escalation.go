package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/models"
)

// PlanEscalation decides to whom a critical alert goes on that nobody has taken
// in time, or why it does not. Each recipient of the next route gets it once,
// however many routes lead there, and from there it may go on again.
func PlanEscalation(told models.Notice, event models.Event, routing models.Routing, c models.Circumstances, now time.Time) (notices []models.Notice, stopped models.Reasons) {
	if verdict, _ := models.Judge(event.Marks, ""); verdict == models.Irrelevant {
		return nil, models.Because(models.ReasonNotRelevant, models.ReasonArgs{})
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
		alert.Trigger = models.Because(models.ReasonNotAssigned, models.ReasonArgs{
			Recipient: told.Recipient, Routes: []string{route.Path}, Duration: waited.Truncate(time.Minute),
		})
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
			n.HeldReasons = models.Because(models.ReasonOptedOut, models.ReasonArgs{Recipient: to.Name, Subscriptions: n.Subscriptions})
			if len(to.Destinations) == 0 {
				n.HeldReasons = models.Because(models.ReasonNoDestination, models.ReasonArgs{Recipient: to.Name})
			}
		}
		// Where two of them read, one message says it.
		open = slices.DeleteFunc(open, func(d models.Destination) bool { return reached[placeOf(d)] })
		for _, d := range open {
			reached[placeOf(d)] = true
		}
		notices = append(notices, addDeliveries(n, open, now))
	}
	return notices, nil
}
