package scanner

import (
	"context"
	"errors"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/notifier"
)

// Digests makes the digests that are due.
func (s *Scanner) Digests(ctx context.Context) error {
	var errs []error
	for _, sub := range s.Settings().Digests {
		errs = append(errs, s.digest(ctx, sub))
	}
	return errors.Join(errs...)
}

func (s *Scanner) digest(ctx context.Context, sub notifier.Subscription) error {
	now := s.Now()
	since, err := s.Ledger.Subscribed(ctx, sub.ID, now)
	if err != nil {
		return err
	}
	last, _, err := s.Ledger.LastDigest(ctx, sub.ID)
	if err != nil {
		return err
	}
	from, to, due := sub.Due(last, since, now)
	if !due {
		return nil
	}
	issue, notice, err := s.Digest(ctx, sub, from, to)
	if err != nil {
		return err
	}
	made, err := s.Ledger.CommitDigest(ctx, issue, []models.Notice{notice})
	if err != nil || !made {
		return err // not made: another process has
	}
	s.Log.InfoContext(ctx, "digest made", "subscription", sub.ID, "from", from, "to", to, "late", issue.Late)
	if s.Wake != nil {
		s.Wake()
	}
	return nil
}

// Digest returns what the digest of a window would be, without making it.
func (s *Scanner) Digest(ctx context.Context, sub notifier.Subscription, from, to time.Time) (models.DigestIssue, models.Notice, error) {
	settings := s.Settings()
	found, err := s.Ledger.EventsBetween(ctx, from, to)
	if err != nil {
		return models.DigestIssue{}, models.Notice{}, err
	}
	coverage, err := s.coverage(ctx, settings.Sources, from, to)
	if err != nil {
		return models.DigestIssue{}, models.Notice{}, err
	}
	titles := make(map[string]string)
	for _, r := range settings.Rules.Rules() {
		titles[r.ID] = r.Title
	}
	issue, notice := notifier.PlanDigest(sub, from, to, found, titles, coverage, s.Now())
	return issue, notice, nil
}

// coverage says how much of what should be watched was, so that an empty week
// means something.
func (s *Scanner) coverage(ctx context.Context, sources []models.Source, from, to time.Time) (models.Coverage, error) {
	checked, articles, err := s.Ledger.Activity(ctx, from, to)
	if err != nil {
		return models.Coverage{}, err
	}
	c := models.Coverage{Articles: articles}
	for _, src := range sources {
		if src.Disabled {
			continue
		}
		c.Sources++
		if slices.Contains(checked, src.ID) {
			c.Checked++
		}
		state, err := s.Store.SourceState(ctx, src.ID)
		if err != nil {
			return models.Coverage{}, err
		}
		if state.Failures > 0 {
			c.Failing = append(c.Failing, models.SourceTrouble{Name: src.Name, Since: state.SucceededAt, Error: state.LastError})
		}
	}
	return c, nil
}
