package scanner

import (
	"context"
	"errors"
	"time"

	"regwatch/models"
	"regwatch/notifier"
)

// A Queue holds what is told later, or to somebody else, because of people.
type Queue interface {
	Circumstances(ctx context.Context, now time.Time) (models.Circumstances, error)

	// Waiting returns what has waited long enough, with the events that it tells
	// of as they stand now.
	Waiting(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error)
	CommitRelease(ctx context.Context, released []models.Notice, now time.Time) error

	// Escalating returns what goes on because nobody has taken its event.
	Escalating(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error)
	CommitEscalation(ctx context.Context, from models.Notice, to []models.Notice, stopped models.Reasons, now time.Time) error
}

// Releases tells what has waited long enough. Another process that does the same
// is no fault: one of the two does it.
func (s *Scanner) Releases(ctx context.Context) error {
	now := s.Now()
	waiting, events, err := s.Queue.Waiting(ctx, now)
	if err != nil || len(waiting) == 0 {
		return err
	}
	c, err := s.Queue.Circumstances(ctx, now)
	if err != nil {
		return err
	}
	released := notifier.PlanFlush(waiting, events, s.Settings().Routing, c, now)
	switch err := s.Queue.CommitRelease(ctx, released, now); {
	case errors.Is(err, models.ErrStale):
		return nil
	case err != nil:
		return err
	}
	var held, owed int
	for _, n := range released {
		switch {
		case n.IsHeld():
			held++
		case n.ToldIn == "":
			owed++
		}
	}
	s.Log.InfoContext(ctx, "what waited is told", "waited", len(waiting), "messages", owed, "held", held)
	s.wake(owed)
	return nil
}

// Escalations passes on what nobody has taken.
func (s *Scanner) Escalations(ctx context.Context) error {
	now := s.Now()
	waiting, events, err := s.Queue.Escalating(ctx, now)
	if err != nil || len(waiting) == 0 {
		return err
	}
	c, err := s.Queue.Circumstances(ctx, now)
	if err != nil {
		return err
	}
	var errs []error
	for _, n := range waiting {
		to, stopped := notifier.PlanEscalation(n, events[n.SubjectID], s.Settings().Routing, c, now)
		err := s.Queue.CommitEscalation(ctx, n, to, stopped, now)
		if errors.Is(err, models.ErrStale) {
			continue // somebody has taken it, or another process has passed it on
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.Log.InfoContext(ctx, "escalation decided", "event", n.SubjectID, "to", n.EscalateTo, "messages", len(to), "stopped", stopped.String())
		s.wake(len(to))
	}
	return errors.Join(errs...)
}

func (s *Scanner) wake(owed int) {
	if owed > 0 && s.Wake != nil {
		s.Wake()
	}
}
