package notifier

import (
	"cmp"
	"math"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

const (
	// FailuresBeforeNotice is how many scans in a row a source must fail before
	// anybody is told: a single time-out is no news.
	FailuresBeforeNotice = 3

	// deadAfter is how long a source fails until it is taken for dead.
	deadAfter = 7 * 24 * time.Hour

	// A source is shrunk when two full answers in a row have less than this share of
	// its usual records, and whole again from the second share on.
	shrunkShare = 0.5
	wholeShare  = 0.7
	leastUsual  = 6 // records; of fewer, half is no sign of anything

	// usualWeight is the weight of an answer in what is usual, when it has fewer
	// records than that: a feed that was cut on purpose is healthy again after some
	// twenty answers.
	usualWeight = 0.05

	// Of a source that does not say what to expect, quiet is this many times its
	// mean interval between articles, and at least a week: of a Poisson process, one
	// interval in 150 is longer than five means.
	quietMeans = 5
	leastQuiet = 7 * 24 * time.Hour

	// gapRest is how long after a gap was told further ones are only recorded: a
	// source that is read too seldom has one at every scan.
	gapRest = 7 * 24 * time.Hour
	// leastGap is how many articles an answer must have for it to mean something
	// that none of them is known.
	leastGap = 3
)

// A Yield is what a scan that succeeded brought, as far as it says how a source
// fares.
type Yield struct {
	Full     bool      // the answer was read whole; not "nothing has changed"
	Records  int       // raw, in the answer
	Articles int       // in the answer
	Known    int       // of those, stored before
	New      bool      // articles were committed that are not edits
	Last     time.Time // the last success before this scan; zero if what came before cannot be compared with
}

// Failed returns a source's state after a scan that failed at a time.
func Failed(s models.SourceState, kind models.FailureKind, sentence string, now time.Time) models.SourceState {
	s.AttemptedAt = now
	s.Failures++
	s.LastError, s.LastFailure = sentence, kind
	health := cmp.Or(s.Health, models.Healthy)
	if s.Failures >= FailuresBeforeNotice && health.Answers() {
		health = models.Failing
	}
	// One that never answered has failed since it was first told of.
	since := s.SucceededAt
	if since.IsZero() {
		since = s.HealthSince
	}
	if health == models.Failing && !since.IsZero() && now.Sub(since) >= deadAfter {
		health = models.Dead
	}
	return become(s, health, now)
}

// Succeeded returns a source's state after a scan that succeeded at a time.
func Succeeded(s models.SourceState, src models.Source, y Yield, now time.Time) models.SourceState {
	before := s
	s.AttemptedAt, s.SucceededAt = now, now
	s.Failures, s.LastError, s.LastFailure, s.NotBefore = 0, "", "", time.Time{}
	if y.New {
		s.LastNewAt = now
	}
	if y.Full {
		s.Items, s.LastOverlap = y.Records, y.Known
		s.UsualItems = usual(before.UsualItems, y.Records)
		// After an empty answer there is nothing that could be known.
		if y.Articles >= leastGap && y.Known == 0 && !y.Last.IsZero() && before.Items > 0 {
			s.GapSince, s.GapUntil = y.Last, now
		}
	}
	return become(s, healthOf(before, s, src, y.Full, now), now)
}

func become(s models.SourceState, health models.Health, now time.Time) models.SourceState {
	if health != s.Health {
		s.Health, s.HealthSince = health, now
	}
	return s
}

// healthOf judges a source that has just answered.
func healthOf(before, s models.SourceState, src models.Source, full bool, now time.Time) models.Health {
	share := 1.0
	if before.UsualItems >= leastUsual {
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

// usual returns the estimate of how many records a full answer has: the most,
// forgotten slowly.
func usual(before, records int) int {
	if records >= before {
		return records
	}
	return before - int(math.Ceil(usualWeight*float64(before-records)))
}

// lastNew is when a source last had something new, or was first read.
func lastNew(s models.SourceState) time.Time {
	if s.LastNewAt.IsZero() {
		return s.BaselineAt
	}
	return s.LastNewAt
}

// Silence is how long a source may publish nothing before that is odd: as its
// settings say, else by how often it published of late. 0 is unknown.
func Silence(s models.SourceState, src models.Source) time.Duration {
	if src.Expect > 0 {
		return src.Expect
	}
	if s.NewRate <= 0 || s.NewRateAt.Sub(s.BaselineAt) < 2*leastQuiet {
		return 0
	}
	return max(leastQuiet, time.Duration(quietMeans/s.NewRate*24*float64(time.Hour)))
}

// PlanHealth decides who is told that the health of a source has changed, and
// that articles of it may have been missed. Each change is told once.
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
		if !before.GapUntil.IsZero() && now.Sub(before.GapUntil) < gapRest {
			n.HeldReasons = models.NewReasons(models.ReasonGapKnown, models.ReasonArgs{Source: src.Name})
		}
		notices = append(notices, healthNotices(n, src, before, after, routing)...)
	}
	return notices
}

// changeOfHealth is the notice of a change, not yet addressed.
func changeOfHealth(was models.Health, before, after models.SourceState, src models.Source, now time.Time) models.Notice {
	report := &models.HealthReport{Health: after.Health, Was: was, Since: before.SucceededAt, Error: after.LastError, Failure: after.Failure()}
	n := models.Notice{SubjectID: src.ID, Severity: models.Medium, CreatedAt: now, Reasons: models.NewReasons(models.ReasonSourceHealth, models.ReasonArgs{Source: src.Name, Health: after.Health}), Content: models.Content{Health: report}}
	switch after.Health {
	case models.Failing: // of medium severity
	case models.Dead:
		n.Severity = models.High
	case models.Quiet:
		report.Since = lastNew(after)
	case models.Shrunk: // of medium severity
	default:
		n.Severity = models.Low
		report.Since, report.Error, report.Failure = now, before.LastError, before.Failure()
	}
	return n
}

// Details say what is wrong with a source that is dead, quiet or shrunk; nothing of
// any other.
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

// addHealthDeliveries gives a notice its ID and deliveries. Outside the recipient's
// hours they wait until those begin, each by itself.
func addHealthDeliveries(n models.Notice, to models.Recipient, over []models.Destination, now time.Time) models.Notice {
	n.Reasons = withDeputy(n.Reasons, to)
	n = addDeliveries(n, over, now)
	for i := range n.Deliveries {
		n.Deliveries[i].NotBefore = nextOpenHour(to.Hours, now, timefmt.Zone(to.Zone)).UTC()
	}
	return n
}

// healthNotices addresses a notice of a source to everybody who hears of health.
func healthNotices(n models.Notice, src models.Source, before, after models.SourceState, routing models.Routing) []models.Notice {
	n.Kind, n.Subject, n.SubjectRevision = models.NoticeHealth, "source", int(before.Generation)+1
	routing = routingAt(routing, n.CreatedAt)
	var notices []models.Notice
	for _, name := range routing.Health {
		to := routing.Recipients[name]
		told := n
		report := *n.Content.Health
		report.Subject, report.Name, report.Zone = "source", src.Name, to.Zone
		if report.Gap == nil {
			report.Details = Details(after, src, n.CreatedAt)
		}
		told.Content = models.Content{Language: to.Language, Health: &report}
		told.Recipient = name
		told.Subscriptions = []string{HealthSubscription(name)}
		if !told.IsHeld() && len(to.Destinations) == 0 {
			told.HeldReasons = models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{Recipient: name})
		}
		notices = append(notices, addHealthDeliveries(told, to, to.Destinations, n.CreatedAt))
	}
	return notices
}
