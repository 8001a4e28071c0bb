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
func (s *Scanner) Releases(ctx context.Context) error { return s.runPlan(ctx, Flush, s.planFlush) }

func (s *Scanner) planFlush(ctx context.Context) (unplanned int, err error) {
	now := s.Now()
	due, events, err := s.Queue.DeferredNotices(ctx, now)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	c, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return 0, err
	}
	routing := s.Settings().Routing
	released, unplanned := s.planEachNotice(ctx, due, events, func(some []models.Notice) []models.Notice {
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
	var held, postponed, toSend int
	for _, n := range released {
		switch {
		case n.IsHeld():
			held++
		case n.IsDeferred():
			postponed++
		case n.ToldIn == "":
			toSend++
		}
	}
	s.Log.InfoContext(ctx, "what waited is told", "waited", len(due)-unplanned, "messages", toSend, "held", held, "deferred", postponed)
	s.wakeFor(toSend)
	return unplanned, nil
}

// planEachNotice plans deferred notices. If that panics it leaves out the notices about
// an event to a recipient that cannot be planned by themselves, and plans the others
// together. It returns how many notices it left out.
func (s *Scanner) planEachNotice(ctx context.Context, deferred []models.Notice, events map[string]models.Event, plan func([]models.Notice) []models.Notice) (released []models.Notice, unplanned int) {
	tryPlan := func(notices []models.Notice, doing string) bool {
		err := catchPanic(doing, func() error { released = plan(notices); return nil })
		return !s.logPanic(ctx, err, "kind", Flush, "recipient", notices[0].Recipient, "event", notices[0].SubjectID, "notices", len(notices))
	}
	wholeErr := catchPanic("planned all deferred notices", func() error { released = plan(deferred); return nil })
	if wholeErr == nil {
		return released, 0
	}
	defer func() {
		if unplanned == 0 { // otherwise what was left out is logged
			s.logPanic(ctx, wholeErr, "kind", Flush, "notices", len(deferred))
		}
	}()
	var plannable []models.Notice
	for _, group := range groupBy(deferred, func(n models.Notice) string {
		return n.Recipient + "\n" + cmp.Or(events[n.SubjectID].ID, n.SubjectID)
	}) {
		if tryPlan(group, "planned one event for one recipient") {
			plannable = append(plannable, group...)
		}
	}
	unplanned = len(deferred) - len(plannable)
	if len(plannable) > 0 && tryPlan(plannable, "planned all that can be planned by itself") {
		return released, unplanned
	}
	// Each can be planned by itself but not all together.
	var all []models.Notice
	for _, notices := range groupBy(plannable, func(n models.Notice) string { return n.Recipient }) {
		if tryPlan(notices, "planned one recipient") {
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
	index := make(map[string]int)
	for _, n := range notices {
		k := key(n)
		i, ok := index[k]
		if !ok {
			i = len(groups)
			index[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], n)
	}
	return groups
}

// Escalations passes on the alerts that nobody was assigned to in time.
func (s *Scanner) Escalations(ctx context.Context) error {
	return s.runPlan(ctx, Escalation, s.planEscalations)
}

func (s *Scanner) planEscalations(ctx context.Context) (unplanned int, err error) {
	now := s.Now()
	due, events, err := s.Queue.Escalating(ctx, now)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	c, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, n := range due {
		err := catchPanic("escalated an alert", func() error {
			to, stopped := notifier.PlanEscalation(n, events[n.SubjectID], s.Settings().Routing, c, now)
			if err := s.Queue.CommitEscalation(ctx, n, to, stopped, now); err != nil {
				return err
			}
			s.Log.InfoContext(ctx, "escalation decided", "event", n.SubjectID, "to", n.EscalateTo, "messages", len(to), "stopped", stopped.String())
			s.wakeFor(len(to))
			return nil
		})
		switch {
		case s.logPanic(ctx, err, "kind", Escalation, "recipient", n.Recipient, "event", n.SubjectID):
			unplanned++
		case !errors.Is(err, models.ErrStale): // if it is, somebody was assigned, or another process has passed it on
			errs = append(errs, err)
		}
	}
	return unplanned, errors.Join(errs...)
}

func (s *Scanner) wakeFor(notices int) {
	if notices > 0 && s.Wake != nil {
		s.Wake()
	}
}
