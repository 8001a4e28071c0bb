package notifier

import (
	"maps"
	"slices"
	"time"

	"regwatch/internal/address"
	"regwatch/models"
)

// terminalChannel is the channel that every configuration has: the program's standard
// output.
const terminalChannel = "terminal"

// channelReasons returns the ID under which a change is reported once, its severity, and the
// reasons for the notice.
func channelReasons(h models.ChannelHealth) (id string, severity models.Severity, reasons models.Reasons) {
	name := h.Name()
	switch {
	case h.Dead > 0:
		return name + "/given up", models.High, models.NewReasons(models.ReasonUndelivered, models.ReasonArgs{Destination: name, Count: h.Dead})
	case h.Owed > 0:
		return name + "/gone", models.High, models.NewReasons(models.ReasonChannelRemoved, models.ReasonArgs{Destination: name, Count: h.Owed})
	case h.Health != models.Failing:
		return name, models.Low, models.NewReasons(models.ReasonChannelHealth, models.ReasonArgs{Destination: name, Health: h.Health})
	}
	return name, models.High, models.NewReasons(models.ReasonChannelHealth, models.ReasonArgs{Destination: name, Health: models.Failing})
}

// PlanChannelHealth decides who is notified that a channel or an address of it fails,
// works again, gave up deliveries, or is no longer configured. Health recipients get the
// notice through their other destinations. If none of them has any, everyone who can be
// reached through another channel gets it, and otherwise the terminal shows it. A
// recipient without other destinations gets only the recovery.
func PlanChannelHealth(h models.ChannelHealth, routing models.Routing, now time.Time) []models.Notice {
	routing = routingAt(routing, now)
	var notices []models.Notice
	reached := false
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n, others := channelNotice(h, to, now), otherDestinations(h, to.Destinations)
		reached = reached || len(others) > 0
		switch {
		case len(to.Destinations) == 0:
			n.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		case len(others) == 0 && h.Health == models.Failing:
			n.HeldReasons = models.NewReasons(models.ReasonOnlyFailing, models.ReasonArgs{Recipient: name, Destination: h.Name()})
		case len(others) == 0:
			others = to.Destinations
		}
		notices = append(notices, addHealthDeliveries(n, to, others, now))
	}
	if reached || len(notices) == 0 {
		return notices
	}
	for _, name := range slices.Sorted(maps.Keys(routing.Recipients)) {
		to := routing.Recipients[name]
		others := otherDestinations(h, to.Destinations)
		if len(others) == 0 || slices.Contains(routing.Health, name) {
			continue
		}
		n := channelNotice(h, to, now)
		n.Reasons = append(n.Reasons, models.Reason{Kind: models.ReasonNoOtherWay})
		notices = append(notices, addHealthDeliveries(n, to, others, now))
		reached = true
	}
	if !reached && h.Health == models.Failing && h.Channel != terminalChannel {
		notices[0].HeldReasons = nil
		notices[0].Reasons = append(notices[0].Reasons, models.Reason{Kind: models.ReasonNoOtherWay})
		notices[0] = addDeliveries(notices[0], []models.Destination{{Channel: terminalChannel}}, now)
	}
	return notices
}

// otherDestinations returns the destinations that the failure does not affect.
func otherDestinations(h models.ChannelHealth, all []models.Destination) []models.Destination {
	return slices.DeleteFunc(slices.Clone(all), func(d models.Destination) bool {
		return d.Channel == h.Channel && (h.Address == "" || address.Same(d.String(), h.Name()))
	})
}

// channelNotice returns the notice of a change to one recipient, without deliveries.
func channelNotice(h models.ChannelHealth, to models.Recipient, now time.Time) models.Notice {
	id, severity, reasons := channelReasons(h)
	return models.Notice{
		Kind:            models.NoticeHealth,
		Subject:         models.SubjectChannel,
		SubjectID:       id,
		SubjectRevision: int(h.Since.Unix()),
		Recipient:       to.Name,
		Subscriptions:   []string{HealthSubscription(to.Name)},
		Severity:        severity,
		Reasons:         reasons,
		Content: models.Content{Language: to.Language, Health: &models.HealthReport{
			Subject: models.SubjectChannel, Name: h.Name(), Health: h.Health, Since: h.Since, Error: h.Error, Failure: h.Failure, Dead: h.Dead, Zone: to.Zone,
		}},
		CreatedAt: now,
	}
}

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
