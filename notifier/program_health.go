package notifier

import (
	"time"

	"regwatch/models"
)

// PlanUnplanned decides who is told that regwatch crashes when it plans some messages:
// those who hear of health, once a day of each kind of planning. The sentence says what
// is not sent, of all kinds.
func PlanUnplanned(kind, sentence string, since time.Time, routing models.Routing, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         "program",
			SubjectID:       "planning/" + kind,
			SubjectRevision: int(now.Unix() / int64((24 * time.Hour).Seconds())),
			Recipient:       to.Name,
			Subscriptions:   []string{HealthSubscription(to.Name)},
			Severity:        models.High,
			Reasons:         models.NewReasons(models.ReasonSourceHealth, models.ReasonArgs{Source: "regwatch", Health: models.Failing}),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: "program", Name: "regwatch", Health: models.Failing, Since: since, Error: sentence, Zone: to.Zone,
			}},
			CreatedAt: now,
		}
		if len(to.Destinations) == 0 {
			n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		notices = append(notices, addHealthDeliveries(n, to, to.Destinations, now))
	}
	return notices
}
