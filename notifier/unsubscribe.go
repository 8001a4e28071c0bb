package notifier

import (
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// HealthSubscription returns the subscription of a recipient to health notices. It is
// always mandatory, and no route may be called health.
func HealthSubscription(recipient string) string { return healthPrefix + recipient }

const healthPrefix = "health/"

// PlanUnsubscribeRequest notifies the health recipients that an address asks to
// unsubscribe from a mandatory subscription: once a day for each address and
// subscription.
func PlanUnsubscribeRequest(ask models.OptOut, routing models.Routing) []models.Notice {
	routing = routingAt(routing, ask.OptedOutAt)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         models.SubjectSubscription,
			SubjectID:       ask.Subscription + " " + address.Key(ask.Address),
			SubjectRevision: int(ask.OptedOutAt.Unix() / int64(24*time.Hour/time.Second)),
			Recipient:       name,
			Subscriptions:   []string{HealthSubscription(name)},
			Severity:        models.Medium,
			Reasons:         models.NewReasons(models.ReasonOptOutRequest, models.ReasonArgs{Destination: ask.Address, Subscriptions: []string{ask.Subscription}}),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: models.SubjectSubscription, Name: ask.Subscription, Since: ask.OptedOutAt, Detail: ask.Address, Zone: to.Zone,
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

// IsMandatory reports whether an address must ask to unsubscribe from a line,
// ROUTE/RECIPIENT or health/RECIPIENT. A removed line is not mandatory.
func IsMandatory(r models.Routing, line string) bool {
	end := strings.LastIndexByte(line, '/')
	if end < 0 {
		return false
	}
	path, recipient := line[:end], line[end+1:]
	route, _ := r.Route(path)
	return path == "health" || slices.ContainsFunc(route.Lines, func(l models.RouteLine) bool { return l.Recipient == recipient && l.Mandatory })
}
