package notifier

import (
	"time"

	"regwatch/models"
)

// PlanUnplanned notifies the health recipients that regwatch crashes while it plans some
// notices: once a day for each kind of plan. The sentence names what is not sent.
func PlanUnplanned(kind, sentence string, since time.Time, routing models.Routing, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         models.SubjectProgram,
			SubjectID:       "planning/" + kind,
			SubjectRevision: int(now.Unix() / int64((24 * time.Hour).Seconds())),
			Recipient:       to.Name,
			Subscriptions:   []string{HealthSubscription(to.Name)},
			Severity:        models.High,
			Reasons:         models.NewReasons(models.ReasonSourceHealth, models.ReasonArgs{Source: "regwatch", Health: models.Failing}),
			Content: models.Content{Language: to.Language, Health: &models.HealthReport{
				Subject: models.SubjectProgram, Name: "regwatch", Health: models.Failing, Since: since, Error: sentence, Zone: to.Zone,
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
