package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// clocksDiffer is by how much at most the clocks of two processes, or one that is
// put right, are taken to differ. What was decided later than that from now was
// decided by a clock that was ahead, and does not wait for it.
const clocksDiffer = time.Hour

// What is looked for each minute, by an index that has only what waits.
const (
	waitedEnough = `wait_until <> 0 AND (wait_until <= @now OR created_at > @ahead OR EXISTS (SELECT 1 FROM notices n
		WHERE n.subject = notices.subject AND n.subject_id = notices.subject_id AND n.recipient = notices.recipient AND n.wait_until <> 0 AND n.wait_until <= @now))`
	goesOn = `escalate_at <> 0 AND (escalate_at <= @now OR created_at > @ahead)
		AND NOT EXISTS (SELECT 1 FROM takes WHERE takes.event_id = notices.subject_id)`
)

// DeferredNotices returns the notices that have waited long enough, and what waits longer
// of the same event for the same recipient: a story is told whole, or its news
// would overtake its alert. They come oldest first, with the events that they tell
// of as these stand now: by the ID that a notice has of an event, which may have
// been merged into another since.
func (s *Store) DeferredNotices(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	return s.due(ctx, "read what waits to be told", waitedEnough, now)
}

// Escalating returns the notices that go on now because nobody has taken their
// event, oldest first, with the events as [Store.Waiting] does. Those that were
// taken keep their time, should they be given up.
func (s *Store) Escalating(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	notices, events, err := s.due(ctx, "read what nobody has taken", goesOn, now)
	taken := func(n models.Notice) bool { return len(events[n.EventID()].Assignments) > 0 }
	return slices.DeleteFunc(notices, taken), events, err
}

// due returns the notices of events whose time has come.
func (s *Store) due(ctx context.Context, doing, come string, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	var notices []models.Notice
	events := make(map[string]models.Event)
	err := s.look(ctx, doing, func(tx *gorm.DB) error {
		notices = nil
		come := tx.Where(come, map[string]any{"now": microsOf(now), "ahead": microsOf(now.Add(clocksDiffer))})
		// Not in an order: SQLite would read every notice there is in that order.
		if err := come.Find(&notices).Error; err != nil || len(notices) == 0 {
			return err
		}
		slices.SortFunc(notices, oldestFirst)
		ids := make([]string, len(notices))
		for i, n := range notices {
			ids[i] = n.EventID()
		}
		living, err := followMerges(tx, unique(ids))
		if err != nil {
			return err
		}
		became, err := merged(tx, living)
		if err != nil {
			return err
		}
		found, err := eventsOf(tx, living)
		if err != nil {
			return err
		}
		byID := make(map[string]models.Event, len(found))
		for _, e := range found {
			byID[e.ID] = e
		}
		for id, now := range became {
			events[id] = byID[now]
		}
		return nil
	})
	return notices, events, err
}

func oldestFirst(a, b models.Notice) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
}

// CommitFlush stores what becomes of notices that waited: those that are told
// by themselves with their deliveries, those that are told in another with its
// name, those that are held after all, those that wait longer; and summaries and amendments, which are
// new. It answers [models.ErrStale], and stores nothing, if one of them waits no
// longer: another process has released it.
func (s *Store) CommitFlush(ctx context.Context, released []models.Notice, now time.Time) error {
	return s.change(ctx, "release what waited", func(tx *gorm.DB) error {
		sorted, err := inThreads(tx, released)
		if err != nil {
			return err
		}
		log := &auditLog{at: now}
		var added []models.Notice
		for _, n := range sorted {
			if n.Kind == models.NoticeSummary || n.Kind == models.NoticeAmend {
				added = append(added, n)
				continue
			}
			if err := release(tx, n, log); err != nil {
				return err
			}
		}
		if err := addNotices(tx, added, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// release changes a notice that waits into what was decided of it.
func release(tx *gorm.DB, n models.Notice, log *auditLog) error {
	setReasonText(&n)
	done := tx.Model(&models.Notice{}).
		Select("severity", "reason", "reasons", "held", "held_reasons", "held_as", "content", "subscriptions", "wait_until", "wait_for", "wait_reasons", "told_in").
		Where("id = ? AND wait_until <> 0", n.ID).Updates(&n)
	if err := oneRow(done, models.ErrStale); err != nil {
		return err
	}
	about := facts{"kind": n.Kind, n.Subject: n.SubjectID, "recipient": n.Recipient}
	switch {
	case n.IsHeld():
		about["held"] = n.Held
		log.add("notice.held", n.ID, about)
		return nil
	case n.IsDeferred():
		about["until"], about["waits_for"] = n.WaitUntil.UTC(), n.WaitFor
		log.add("notice.waiting", n.ID, about)
		return nil
	case n.ToldIn != "":
		about["told_in"] = n.ToldIn
	default:
		about["deliveries"] = len(n.Deliveries)
	}
	log.add("notice.released", n.ID, about)
	return addDeliveries(tx, n, log)
}

// CommitEscalation stores that a notice goes on to others, or why it does not. It
// answers [models.ErrStale], and stores nothing, if it has gone on already or
// somebody has taken the event since.
func (s *Store) CommitEscalation(ctx context.Context, from models.Notice, to []models.Notice, stopped models.Reasons, now time.Time) error {
	return s.change(ctx, "escalate notice "+from.ID, func(tx *gorm.DB) error {
		done := tx.Exec("UPDATE notices SET escalate_at = 0 WHERE id = ? AND escalate_at = ?", from.ID, microsOf(from.EscalateAt))
		if err := oneRow(done, models.ErrStale); err != nil {
			return err
		}
		// Who takes the event at this moment moves the events on as well: one of the
		// two waits for the other.
		if err := moveEvents(tx); err != nil {
			return err
		}
		living, err := followMerges(tx, []string{from.SubjectID})
		if err != nil {
			return err
		}
		takes, err := takesOf(tx, living)
		if err != nil {
			return err
		}
		if len(takes) > 0 {
			return models.ErrStale
		}
		log := &auditLog{at: now}
		about := facts{from.Subject: from.SubjectID, "recipient": from.Recipient, "to": from.EscalateTo}
		if len(stopped) > 0 {
			about["why"] = clean(stopped.String())
			log.add("notice.escalation_stopped", from.ID, about)
			return log.write(tx)
		}
		about["notices"] = len(to)
		log.add("notice.escalated", from.ID, about)
		if err := addNotices(tx, to, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}
