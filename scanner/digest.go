package scanner

import (
	"context"
	"errors"
	"slices"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/notifier"
)

// Digests makes the digests that are due.
func (s *Scanner) Digests(ctx context.Context) error { return s.runPlan(ctx, Digests, s.planDigests) }

func (s *Scanner) planDigests(ctx context.Context) (unplanned int, err error) {
	var errs []error
	for _, sub := range s.Settings().Digests {
		err := catchPanic("made a digest", func() error { return s.makeDigest(ctx, sub) })
		if s.logPanic(ctx, err, "kind", Digests, "subscription", sub.ID) {
			unplanned++ // it is due until it is made
			continue
		}
		errs = append(errs, err)
	}
	return unplanned, errors.Join(errs...)
}

func (s *Scanner) makeDigest(ctx context.Context, sub models.DigestSubscription) error {
	now := s.Now()
	history, err := s.DigestStore.DigestHistory(ctx, sub.ID, now)
	if err != nil {
		return err
	}
	period, due := notifier.DigestDue(sub, history, now)
	if !due {
		return nil
	}
	issue, notices, err := s.Digest(ctx, sub, period, now)
	if err != nil {
		return err
	}
	made, err := s.DigestStore.CommitDigest(ctx, issue, notices)
	if err != nil || !made {
		return err // not made: another process has
	}
	s.Log.InfoContext(ctx, "digest made", "subscription", sub.ID, "issue", issue.ID, "from", period.From, "to", period.To, "late", issue.Late, "missed", period.Missed)
	if s.Wake != nil {
		s.Wake()
	}
	return nil
}

// Digest returns what the digest of a period would be, without making it.
func (s *Scanner) Digest(ctx context.Context, sub models.DigestSubscription, period models.Period, now time.Time) (models.DigestIssue, []models.Notice, error) {
	settings := s.Settings()
	since, firstDay, lastDay := notifier.DigestReach(sub, settings.Routing, period, now)
	w, err := s.DigestStore.DigestWindow(ctx, period, since, firstDay, lastDay)
	if err != nil {
		return models.DigestIssue{}, nil, err
	}
	found := notifier.Gathered{Window: w, Routing: settings.Routing, Stages: events.Stages()}
	if found.Coverage, err = s.coverage(ctx, settings.Sources, w); err != nil {
		return models.DigestIssue{}, nil, err
	}
	if found.OptOuts, err = s.DigestStore.OptOuts(ctx); err != nil {
		return models.DigestIssue{}, nil, err
	}
	for _, r := range settings.Rules.Rules() {
		found.Rules = append(found.Rules, notifier.Rule{ID: r.ID, Title: r.Title, Topic: r.Topic, Draft: r.Draft, ForDigest: r.IsForDigest()})
	}
	issue, notices := notifier.PlanDigest(sub, period, found, now)
	return issue, notices, nil
}

// coverage says how much of what should be watched was, so that an empty week
// means something.
func (s *Scanner) coverage(ctx context.Context, sources []models.Source, w models.Window) (models.Coverage, error) {
	c := models.Coverage{Articles: w.Articles}
	states, err := s.states(ctx)
	if err != nil {
		return models.Coverage{}, err
	}
	for _, src := range sources {
		if src.Disabled {
			continue
		}
		c.Sources++
		if slices.Contains(w.Checked, src.ID) {
			c.Checked++
		}
		state := states.byID[src.ID]
		switch trouble := (models.SourceTrouble{Name: src.Name, Health: state.Health}); {
		case state.Failures > 0:
			trouble.Since, trouble.Error, trouble.Failure = state.SucceededAt, state.LastError, state.Failure()
			c.Failing = append(c.Failing, trouble)
		case state.Health == models.Quiet:
			trouble.Since = state.LastNewAt
			c.Odd = append(c.Odd, trouble)
		case state.Health == models.Shrunk:
			trouble.Since = state.HealthSince
			c.Odd = append(c.Odd, trouble)
		}
	}
	return c, nil
}
