package notifier

import (
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
