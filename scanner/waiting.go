package scanner

import (
	"cmp"
	"context"
	"errors"
	"time"

	"regwatch/models"
	"regwatch/notifier"
)

// A Queue holds what is told later, or to somebody else, because of people.
type Queue interface {
	PlanContext(ctx context.Context, now time.Time) (models.PlanContext, error)

	// Waiting returns what has waited long enough, with the events that it tells
	// of as they stand now.
	DeferredNotices(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error)
	CommitFlush(ctx context.Context, released []models.Notice, now time.Time) error

	// Escalating returns what goes on because nobody has taken its event.
	Escalating(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error)
	CommitEscalation(ctx context.Context, from models.Notice, to []models.Notice, stopped models.Reasons, now time.Time) error
}

// Releases plans the deferred notices whose time has come. Another process that
// does the same is no fault: one of the two does it.
func (s *Scanner) Releases(ctx context.Context) error { return s.plan(ctx, Flush, s.flush) }

func (s *Scanner) flush(ctx context.Context) (unplanned int, err error) {
	now := s.Now()
	waiting, events, err := s.Queue.DeferredNotices(ctx, now)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	c, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return 0, err
	}
	routing := s.Settings().Routing
	released, unplanned := s.planFlush(ctx, waiting, events, func(some []models.Notice) []models.Notice {
		return notifier.PlanFlush(some, events, routing, c, now)
	})
	if len(released) == 0 {
		return unplanned, nil
	}
	switch err := s.Queue.CommitFlush(ctx, released, now); {
	case errors.Is(err, models.ErrStale):
		return unplanned, nil
	case err != nil:
		return unplanned, err
	}
	var held, deferred, owed int
	for _, n := range released {
		switch {
		case n.IsHeld():
			held++
		case n.Waits():
			deferred++
		case n.ToldIn == "":
			owed++
		}
	}
	s.Log.InfoContext(ctx, "what waited is told", "waited", len(waiting)-unplanned, "messages", owed, "held", held, "deferred", deferred)
	s.wake(owed)
	return unplanned, nil
}

// planFlush plans deferred notices. If that panics it leaves out the notices about
// an event to a recipient that cannot be planned by themselves, and plans the others
// together. It returns how many notices it left out.
func (s *Scanner) planFlush(ctx context.Context, waiting []models.Notice, events map[string]models.Event, plan func([]models.Notice) []models.Notice) (released []models.Notice, unplanned int) {
	try := func(some []models.Notice, doing string) bool {
		err := contain(doing, func() error { released = plan(some); return nil })
		return !s.logCrash(ctx, err, "kind", Flush, "recipient", some[0].Recipient, "event", some[0].SubjectID, "notices", len(some))
	}
	whole := contain("planned all deferred notices", func() error { released = plan(waiting); return nil })
	if whole == nil {
		return released, 0
	}
	defer func() {
		if unplanned == 0 { // otherwise what was left out is logged
			s.logCrash(ctx, whole, "kind", Flush, "notices", len(waiting))
		}
	}()
	var sound []models.Notice
	for _, story := range groupBy(waiting, func(n models.Notice) string {
		return n.Recipient + "\n" + cmp.Or(events[n.SubjectID].ID, n.SubjectID)
	}) {
		if try(story, "planned one event for one recipient") {
			sound = append(sound, story...)
		}
	}
	unplanned = len(waiting) - len(sound)
	if len(sound) > 0 && try(sound, "planned all that can be planned by itself") {
		return released, unplanned
	}
	// Each can be planned by itself but not all together.
	var all []models.Notice
	for _, notices := range groupBy(sound, func(n models.Notice) string { return n.Recipient }) {
		if try(notices, "planned one recipient") {
			all = append(all, released...)
		} else {
			unplanned += len(notices)
		}
	}
	return all, unplanned
}

// groupBy groups notices by a key, in the order in which the keys first occur.
func groupBy(notices []models.Notice, key func(models.Notice) string) [][]models.Notice {
	var groups [][]models.Notice
	at := make(map[string]int)
	for _, n := range notices {
		k := key(n)
		i, met := at[k]
		if !met {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], n)
	}
	return groups
}

// Escalations passes on the alerts that nobody was assigned to in time.
func (s *Scanner) Escalations(ctx context.Context) error { return s.plan(ctx, Escalation, s.escalate) }

func (s *Scanner) escalate(ctx context.Context) (unplanned int, err error) {
	now := s.Now()
	waiting, events, err := s.Queue.Escalating(ctx, now)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	c, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, n := range waiting {
		err := contain("escalated an alert", func() error {
			to, stopped := notifier.PlanEscalation(n, events[n.SubjectID], s.Settings().Routing, c, now)
			if err := s.Queue.CommitEscalation(ctx, n, to, stopped, now); err != nil {
				return err
			}
			s.Log.InfoContext(ctx, "escalation decided", "event", n.SubjectID, "to", n.EscalateTo, "messages", len(to), "stopped", stopped.String())
			s.wake(len(to))
			return nil
		})
		switch {
		case s.logCrash(ctx, err, "kind", Escalation, "recipient", n.Recipient, "event", n.SubjectID):
			unplanned++
		case !errors.Is(err, models.ErrStale): // if it is, somebody was assigned, or another process has passed it on
			errs = append(errs, err)
		}
	}
	return unplanned, errors.Join(errs...)
}

func (s *Scanner) wake(owed int) {
	if owed > 0 && s.Wake != nil {
		s.Wake()
	}
}
