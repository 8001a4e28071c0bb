package notifier

import (
	"slices"
	"time"

	"regwatch/models"
)

// FailuresBeforeNotice is how many scans in a row a source must fail before
// anybody is told: a single time-out is no news.
const FailuresBeforeNotice = 3

// Failed returns a source's state after a scan that failed at a time.
func Failed(s models.SourceState, sentence string, now time.Time) models.SourceState {
	s.AttemptedAt = now
	s.Failures++
	s.LastError = sentence
	if s.Health == "" {
		s.Health = models.Healthy
	}
	if s.Failures >= FailuresBeforeNotice {
		s.Health = models.Failing
	}
	return s
}

// Succeeded returns a source's state after a scan that succeeded at a time.
func Succeeded(s models.SourceState, now time.Time) models.SourceState {
	s.AttemptedAt, s.SucceededAt = now, now
	s.Failures, s.LastError, s.NotBefore = 0, "", time.Time{}
	s.Health = models.Healthy
	return s
}

// PlanHealth decides who is told that a source has begun to fail or answers
// again. Each change of state is told once.
func PlanHealth(before, after models.SourceState, src models.Source, routing Routing, now time.Time) []models.Notice {
	wasFailing, isFailing := before.Health == models.Failing, after.Health == models.Failing
	if wasFailing == isFailing {
		return nil
	}
	report := models.HealthReport{
		Subject: "source",
		Name:    src.Name,
		Health:  after.Health,
		Since:   before.SucceededAt,
		Error:   after.LastError,
	}
	severity, reason := models.Medium, "the source has failed several times in a row"
	if wasFailing {
		severity, reason = models.Low, "the source answers again"
		report.Error = before.LastError
	}
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		report.Zone = to.Zone
		told := report
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         "source",
			SubjectID:       src.ID,
			SubjectRevision: int(before.Generation) + 1,
			Recipient:       name,
			Severity:        severity,
			Reason:          reason,
			Content:         models.Content{Health: &told},
			CreatedAt:       now,
		}
		if len(to.Destinations) == 0 {
			n.Held = name + " has no destination"
		}
		notices = append(notices, address(n, to.Destinations, now))
	}
	return notices
}

// PlanChannelHealth decides who is told that a channel or an address of it is in
// trouble, delivers again, or has had deliveries given up. Trouble is told over
// what else a recipient has; a recipient who has nothing else is told of the
// recovery alone.
func PlanChannelHealth(h ChannelHealth, routing Routing, now time.Time) []models.Notice {
	severity, reason := models.High, "nothing gets through "+h.Name()
	id := h.Name()
	switch {
	case h.Dead > 0:
		reason = count(h.Dead, "message", "messages") + " could not be delivered to " + h.Name()
		id += "/given up"
	case h.Health != models.Failing:
		severity, reason = models.Low, h.Name()+" delivers again"
	}
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		n := models.Notice{
			Kind:            models.NoticeHealth,
			Subject:         "channel",
			SubjectID:       id,
			SubjectRevision: int(h.Since.Unix()),
			Recipient:       name,
			Severity:        severity,
			Reason:          reason,
			Content: models.Content{Health: &models.HealthReport{
				Subject: "channel", Name: h.Name(), Health: h.Health, Since: h.Since, Error: h.Error, Dead: h.Dead, Zone: to.Zone,
			}},
			CreatedAt: now,
		}
		others := slices.DeleteFunc(slices.Clone(to.Destinations), func(d Destination) bool {
			return d.Channel == h.Channel && (h.Address == "" || d.Address == h.Address)
		})
		switch {
		case len(to.Destinations) == 0:
			n.Held = name + " has no destination"
		case len(others) == 0 && h.Health == models.Failing:
			n.Held = name + " has no destination but " + h.Name() + ", which it tells of"
		case len(others) == 0:
			others = to.Destinations
		}
		notices = append(notices, address(n, others, now))
	}
	return notices
}
