package notifier

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// HealthSubscription names what a recipient gets of failing sources and channels.
// It is always mandatory, and no route may be called health.
func HealthSubscription(recipient string) string { return "health/" + recipient }

// PlanUnsubscribeRequest decides who is told that an address wishes to leave a
// subscription that is mandatory: whoever hears of health, once a day for each
// such wish however often it is made.
func PlanUnsubscribeRequest(ask models.OptOut, routing models.Routing) []models.Notice {
	routing = routingAt(routing, ask.OptedOutAt)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         "subscription",
			SubjectID:       ask.Subscription + " " + address.Key(ask.Address),
			SubjectRevision: int(ask.OptedOutAt.Unix() / int64(24*time.Hour/time.Second)),
			Recipient:       name,
			Subscriptions:   []string{HealthSubscription(name)},
			Severity:        models.Medium,
			Reasons:         models.NewReasons(models.ReasonOptOutRequest, models.ReasonArgs{Destination: ask.Address, Subscriptions: []string{ask.Subscription}}),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: "subscription", Name: ask.Subscription, Since: ask.OptedOutAt, Detail: ask.Address, Zone: to.Zone,
			}},
			CreatedAt: ask.OptedOutAt,
		}
		if len(to.Destinations) == 0 {
			n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		notices = append(notices, addHealthDeliveries(n, to, to.Destinations, n.CreatedAt))
	}
	return notices
}

// IsMandatory reports whether a line of a route, ROUTE/RECIPIENT, or health/RECIPIENT
// may only be left by asking. One that is gone may be left.
func IsMandatory(r models.Routing, line string) bool {
	end := strings.LastIndexByte(line, '/')
	if end < 0 {
		return false
	}
	path, recipient := line[:end], line[end+1:]
	route, _ := r.Route(path)
	return path == "health" || slices.ContainsFunc(route.Lines, func(l models.RouteLine) bool { return l.Recipient == recipient && l.Mandatory })
}
