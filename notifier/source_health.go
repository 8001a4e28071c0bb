package notifier

import (
	"cmp"
	"math"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

const (
	// FailuresBeforeNotice is how many scans in a row must fail before a notice: a single
	// time-out is not worth one.
	FailuresBeforeNotice = 3

	// deadAfter is how long a source fails until it counts as dead.
	deadAfter = 7 * 24 * time.Hour

	// A source has shrunk if two full responses in a row have less than the first share
	// of its usual items. It has recovered from the second share on.
	shrunkShare   = 0.5
	wholeShare    = 0.7
	minUsualItems = 6 // items; half of fewer items means nothing

	// usualWeight is the weight of a smaller response in the usual number of items: a
	// feed that was shortened on purpose is healthy again after about twenty responses.
	usualWeight = 0.05

	// Without a configured limit, a source is quiet after this many times its mean
	// interval between articles, and at least a week. In a Poisson process, one interval
	// in 150 is longer than five means.
	quietMeans = 5
	minQuiet   = 7 * 24 * time.Hour

	// gapRest is how long further gaps are only recorded after a reported one: a source
	// that is read too rarely has a gap at every scan.
	gapCooldown = 7 * 24 * time.Hour
	// leastGap is how many articles a response must have before a gap is detected.
	minGapArticles = 3
)

// A Yield is the result of a successful scan, as far as it shows the health of the
// source.
type Yield struct {
	Full     bool      // the response was read in full, and was not "not modified"
	Records  int       // raw items in the response
	Articles int       // articles in the response
	Known    int       // of those, the ones stored before
	New      bool      // articles were committed that are not edits
	Last     time.Time // the last success before this scan; zero if the responses cannot be compared
}

// Failed returns a source's state after a failed scan.
func Failed(s models.SourceState, kind models.FailureKind, sentence string, now time.Time) models.SourceState {
	s.AttemptedAt = now
	s.Failures++
	s.LastError, s.LastFailure = sentence, kind
	health := cmp.Or(s.Health, models.Healthy)
	if s.Failures >= FailuresBeforeNotice && health.Answers() {
		health = models.Failing
	}
	// A source that never answered has failed since it was first recorded.
	since := s.SucceededAt
	if since.IsZero() {
		since = s.HealthSince
	}
	if health == models.Failing && !since.IsZero() && now.Sub(since) >= deadAfter {
		health = models.Dead
	}
	return withHealth(s, health, now)
}

// Succeeded returns a source's state after a successful scan.
func Succeeded(s models.SourceState, src models.Source, y Yield, now time.Time) models.SourceState {
	before := s
	s.AttemptedAt, s.SucceededAt = now, now
	s.Failures, s.LastError, s.LastFailure, s.NotBefore = 0, "", "", time.Time{}
	if y.New {
		s.LastNewAt = now
	}
	if y.Full {
		s.Items, s.LastOverlap = y.Records, y.Known
		s.UsualItems = usualItems(before.UsualItems, y.Records)
		// After an empty response no article can be known.
		if y.Articles >= minGapArticles && y.Known == 0 && !y.Last.IsZero() && before.Items > 0 {
			s.GapSince, s.GapUntil = y.Last, now
		}
	}
	return withHealth(s, healthOf(before, s, src, y.Full, now), now)
}

func withHealth(s models.SourceState, health models.Health, now time.Time) models.SourceState {
	if health != s.Health {
		s.Health, s.HealthSince = health, now
	}
	return s
}

// healthOf returns the health of a source that just responded.
func healthOf(before, s models.SourceState, src models.Source, full bool, now time.Time) models.Health {
	share := 1.0
	if before.UsualItems >= minUsualItems {
		share = float64(s.Items) / float64(before.UsualItems)
	}
	again := float64(before.Items) < shrunkShare*float64(before.UsualItems)
	switch {
	case !full && before.Health == models.Shrunk,
		full && before.Health == models.Shrunk && share < wholeShare,
		full && share < shrunkShare && again:
		return models.Shrunk
	}
	if limit := Silence(s, src); limit > 0 && now.Sub(lastNew(s)) > limit && !lastNew(s).IsZero() {
		return models.Quiet
	}
	return models.Healthy
}

// usualItems returns the estimated number of items in a full response: the maximum, with slow
// decay.
func usualItems(before, records int) int {
	if records >= before {
		return records
	}
	return before - int(math.Ceil(usualWeight*float64(before-records)))
}

// lastNew returns when a source last had a new article, or was first read.
func lastNew(s models.SourceState) time.Time {
	if s.LastNewAt.IsZero() {
		return s.BaselineAt
	}
	return s.LastNewAt
}

// Silence returns how long a source may publish nothing before it counts as quiet: its
// configured limit, or an estimate from its recent rate. 0 means unknown.
func Silence(s models.SourceState, src models.Source) time.Duration {
	if src.Expect > 0 {
		return src.Expect
	}
	if s.NewRate <= 0 || s.NewRateAt.Sub(s.BaselineAt) < 2*minQuiet {
		return 0
	}
	return max(minQuiet, time.Duration(quietMeans/s.NewRate*24*float64(time.Hour)))
}

// PlanHealth decides who is notified that the health of a source changed, or that
// articles may have been missed. Each change is reported once.
func PlanHealth(before, after models.SourceState, src models.Source, routing models.Routing, now time.Time) []models.Notice {
	var notices []models.Notice
	was := cmp.Or(before.Health, models.Healthy)
	if was != after.Health {
		n := changeOfHealth(was, before, after, src, now)
		notices = append(notices, healthNotices(n, src, before, after, routing)...)
	}
	if !after.GapUntil.IsZero() && !after.GapUntil.Equal(before.GapUntil) {
		n := models.Notice{
			SubjectID: src.ID + "/gap", Severity: models.Medium, CreatedAt: now,
			Reasons: models.NewReasons(models.ReasonSourceGap, models.ReasonArgs{Source: src.Name}),
			Content: models.Content{Health: &models.HealthReport{
				Health: after.Health, Gap: &models.Gap{From: after.GapSince, To: after.GapUntil},
			}},
		}
		if !before.GapUntil.IsZero() && now.Sub(before.GapUntil) < gapCooldown {
			n.HeldReasons = models.NewReasons(models.ReasonGapKnown, models.ReasonArgs{Source: src.Name})
		}
		notices = append(notices, healthNotices(n, src, before, after, routing)...)
	}
	return notices
}

// changeOfHealth returns the notice of a change, without a recipient.
func changeOfHealth(was models.Health, before, after models.SourceState, src models.Source, now time.Time) models.Notice {
	report := &models.HealthReport{Health: after.Health, Was: was, Since: before.SucceededAt, Error: after.LastError, Failure: after.Failure()}
	n := models.Notice{SubjectID: src.ID, Severity: models.Medium, CreatedAt: now, Reasons: models.NewReasons(models.ReasonSourceHealth, models.ReasonArgs{Source: src.Name, Health: after.Health}), Content: models.Content{Health: report}}
	switch after.Health {
	case models.Failing: // medium severity
	case models.Dead:
		n.Severity = models.High
	case models.Quiet:
		report.Since = lastNew(after)
	case models.Shrunk: // medium severity
	default:
		n.Severity = models.Low
		report.Since, report.Error, report.Failure = now, before.LastError, before.Failure()
	}
	return n
}

// Details returns what is wrong with a dead, quiet or shrunk source, and nothing for any
// other.
func Details(s models.SourceState, src models.Source, now time.Time) models.Reasons {
	switch {
	case s.Health == models.Dead && s.SucceededAt.IsZero():
		return models.NewReasons(models.ReasonNeverRead, models.ReasonArgs{})
	case s.Health == models.Dead:
		return models.NewReasons(models.ReasonLastRead, models.ReasonArgs{Duration: now.Sub(s.SucceededAt)})
	case s.Health == models.Quiet:
		return models.NewReasons(models.ReasonQuietFor, models.ReasonArgs{Duration: now.Sub(lastNew(s)), Usual: Silence(s, src)})
	case s.Health == models.Shrunk:
		return models.NewReasons(models.ReasonFewArticles, models.ReasonArgs{Count: s.Items, UsualCount: s.UsualItems})
	}
	return nil
}

// addHealthDeliveries gives a notice its ID and deliveries. Outside the recipient's hours
// each delivery is delayed until they begin.
func addHealthDeliveries(n models.Notice, to models.Recipient, over []models.Destination, now time.Time) models.Notice {
	n.Reasons = withDeputy(n.Reasons, to)
	n = addDeliveries(n, over, now)
	for i := range n.Deliveries {
		n.Deliveries[i].NotBefore = nextOpenHour(to.Hours, now, timefmt.Zone(to.Zone)).UTC()
	}
	return n
}

// healthNotices returns the notice for each health recipient.
func healthNotices(n models.Notice, src models.Source, before, after models.SourceState, routing models.Routing) []models.Notice {
	n.Kind, n.Subject, n.SubjectRevision = models.NoticeHealth, "source", int(before.Generation)+1
	routing = routingAt(routing, n.CreatedAt)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		addressed := n
		report := *n.Content.Health
		report.Subject, report.Name, report.Zone = "source", src.Name, to.Zone
		if report.Gap == nil {
			report.Details = Details(after, src, n.CreatedAt)
		}
		addressed.Content = models.Content{Language: to.Language, Health: &report}
		addressed.Recipient = name
		addressed.Subscriptions = []string{HealthSubscription(name)}
		if !addressed.IsHeld() && len(to.Destinations) == 0 {
			addressed.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		notices = append(notices, addHealthDeliveries(addressed, to, to.Destinations, n.CreatedAt))
	}
	return notices
}
