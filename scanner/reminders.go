package scanner

import (
	"context"
	"time"

	"regwatch/notifier"
)

// reminderInterval is how often reminders are looked for. They are due at an hour of the
// day, and all events with dates are read for it.
const reminderInterval = 15 * time.Minute

// remindersKey notes when reminders were first looked for: what was due before that
// is not sent. No digest has such a name.
const remindersKey = "events/reminders"

// Reminders reminds of key dates that are near. Another process that does the same is
// no fault: each reminder is stored once.
func (s *Scanner) Reminders(ctx context.Context) error {
	return s.runPlan(ctx, Reminder, s.planReminders)
}

func (s *Scanner) planReminders(ctx context.Context) (unplanned int, err error) {
	now := s.Now()
	routing := s.Settings().Routing
	firstDay, lastDay, none := notifier.RemindersReach(routing, now)
	if none || now.Sub(s.lastReminders).Abs() < reminderInterval {
		return 0, nil
	}
	history, err := s.DigestStore.DigestHistory(ctx, remindersKey, now)
	if err != nil {
		return 0, err
	}
	events, past, err := s.KeyDateStore.EventsWithDates(ctx, firstDay, lastDay, now)
	if err != nil {
		return 0, err
	}
	c, err := s.Queue.PlanContext(ctx, now)
	if err != nil {
		return 0, err
	}
	reminders := notifier.PlanReminders(events, past, routing, c, history.Since, now)
	if err := s.KeyDateStore.CommitNotices(ctx, reminders); err != nil {
		return 0, err
	}
	s.lastReminders = now
	if len(reminders) > 0 {
		s.Log.InfoContext(ctx, "reminders decided", "reminders", len(reminders))
		s.wakeFor(len(reminders))
	}
	return 0, nil
}

// reportAddresses reports addresses that wait to be confirmed.
func (s *Scanner) reportAddresses(ctx context.Context) error {
	return s.runPlan(ctx, AddressReport, func(ctx context.Context) (unplanned int, err error) {
		now := s.Now()
		if s.Addresses == nil || now.Sub(s.lastAddressReport).Abs() < time.Hour {
			return 0, nil
		}
		if err := s.Addresses(ctx, now); err != nil {
			return 0, err
		}
		s.lastAddressReport = now
		return 0, nil
	})
}

// reportRules reports exceptions that end and rules to review.
func (s *Scanner) reportRules(ctx context.Context) error {
	return s.runPlan(ctx, RuleReport, func(ctx context.Context) (unplanned int, err error) {
		now := s.Now()
		if s.RuleNotices == nil || now.Sub(s.lastRuleReport).Abs() < reminderInterval {
			return 0, nil
		}
		if err := s.RuleNotices(ctx, now); err != nil {
			return 0, err
		}
		s.lastRuleReport = now
		return 0, nil
	})
}
