package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A StatusPlanner plans the notices that show what people say of an event in the messages
// that told of it. It is given the event as it now stands, the notices of it with
// their deliveries, and the mute by which further news of it is held, if there is
// one. It is called within the transaction that stores what people say, perhaps
// more than once, so it only computes. A nil Show shows nothing.
type StatusPlanner func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice

// A NotAssignedError means that an event is not assigned to the person from whom it was
// to be unassigned.
type NotAssignedError struct {
	Assignment models.Assignment   // the one to end
	Has        []models.Assignment // what the event has
}

// Error says to whom the event is assigned.
func (e *NotAssignedError) Error() string {
	has := []string{"nobody"}
	if len(e.Has) > 0 {
		has = nil
	}
	for _, t := range e.Has {
		has = append(has, nameOf(t.By))
	}
	return fmt.Sprintf("event %s is not assigned to %s; it is assigned to %s", e.Assignment.EventID, nameOf(e.Assignment.By), strings.Join(has, ", "))
}

// A NoMuteError means that there is no mute to end.
type NoMuteError struct {
	ID    string
	Mute  *models.Mute // that has ended already; nil if there is none of that ID
	Among []Candidate  // some of the mutes whose IDs begin so, if there are several
}

// Error says why there is nothing to end.
func (e *NoMuteError) Error() string {
	switch {
	case len(e.Among) > 0:
		return fmt.Sprintf("the IDs of several mutes begin with %q; use more characters, such as:%s", e.ID, amongText(e.Among))
	case e.Mute == nil:
		return fmt.Sprintf("no mute has the ID %q; regwatch mutes lists mutes with their IDs", e.ID)
	case !e.Mute.EndedAt.IsZero():
		return fmt.Sprintf("mute %s has already been ended by %s", e.ID, nameOf(e.Mute.EndedBy))
	}
	return fmt.Sprintf("mute %s has already ended", e.ID)
}

// Assign assigns an event to a person, which stops its escalation, and returns the
// assignment as it is stored: of the event that a merged one became. To assign it again
// changes nothing. The error is a [*NoEventError] if there is no such event.
func (s *Store) Assign(ctx context.Context, t models.Assignment, show StatusPlanner) (models.Assignment, error) {
	t.By = clean(strings.TrimSpace(t.By))
	var stored models.Assignment
	err := s.change(ctx, "assign event "+t.EventID, func(tx *gorm.DB) (err error) {
		stored = t
		if stored.EventID, err = livingEvent(tx, t.EventID); err != nil {
			return err
		}
		has, err := takesOf(tx, []string{stored.EventID})
		if err != nil {
			return err
		}
		if i := indexTake(has[stored.EventID], t.By); i >= 0 {
			stored = has[stored.EventID][i]
			return nil
		}
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: t.AssignedAt, actor: nameOf(t.By)}
		log.add("event.taken", stored.EventID, nil)
		return showAnswer(tx, stored.EventID, show, log)
	})
	return stored, err
}

// Unassign ends an assignment and returns it. The error is a [*NotAssignedError] if there
// is none.
func (s *Store) Unassign(ctx context.Context, t models.Assignment, now time.Time, show StatusPlanner) (models.Assignment, error) {
	t.By = clean(strings.TrimSpace(t.By))
	var gone models.Assignment
	err := s.change(ctx, "unassign event "+t.EventID, func(tx *gorm.DB) error {
		id, err := livingEvent(tx, t.EventID)
		if err != nil {
			return err
		}
		became, err := merged(tx, []string{id})
		if err != nil {
			return err
		}
		has, err := takesIn(tx, became)
		if err != nil {
			return err
		}
		i := indexTake(has[id], t.By)
		if i < 0 {
			return &NotAssignedError{Assignment: models.Assignment{EventID: id, By: t.By}, Has: has[id]}
		}
		gone = has[id][i]
		// The event may have taken in others that the same person had taken.
		for was := range became {
			if err := tx.Exec("DELETE FROM takes WHERE event_id = ? AND taken_by = ?", was, t.By).Error; err != nil {
				return err
			}
		}
		log := &auditLog{at: now, actor: nameOf(t.By)}
		log.add("event.untaken", id, facts{"taken_at": gone.AssignedAt.UTC()})
		return showAnswer(tx, id, show, log)
	})
	return gone, err
}

func indexTake(takes []models.Assignment, by string) int {
	return slices.IndexFunc(takes, func(t models.Assignment) bool { return t.By == by })
}

// Mute holds notices back, and returns the mute as it is stored: of the event
// that a merged one became. One of the same that is in force and shorter is ended
// for it; one that lasts as long stays, and is returned. The error is a
// [*NoEventError] if an event is meant and there is none.
func (s *Store) Mute(ctx context.Context, m models.Mute, show StatusPlanner) (models.Mute, error) {
	m.By, m.Reason = clean(strings.TrimSpace(m.By)), clean(strings.TrimSpace(m.Reason))
	m.ID = models.NewID(m.MutedAt, "mute", string(m.Kind), m.Target, m.Recipient, m.By)
	var stored models.Mute
	err := s.change(ctx, fmt.Sprintf("mute %s %s", m.Kind, m.Target), func(tx *gorm.DB) (err error) {
		stored = m
		if m.Kind == models.MuteEvent {
			if stored.Target, err = livingEvent(tx, m.Target); err != nil {
				return err
			}
		}
		log := &auditLog{at: m.MutedAt, actor: nameOf(m.By)}
		inForce, err := mutesInForce(tx, m.MutedAt)
		if err != nil {
			return err
		}
		for _, same := range inForce {
			if same.Kind != stored.Kind || same.Target != stored.Target || same.Recipient != stored.Recipient {
				continue
			}
			if !same.Until.Before(stored.Until) {
				stored = same
				return nil
			}
			if err := endMute(tx, &same, m.By, log); err != nil {
				return err
			}
		}
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		about := facts{"kind": stored.Kind, "until": stored.Until.UTC(), "reason": stored.Reason, "mute": stored.ID}
		if stored.Recipient != "" {
			about["recipient"] = stored.Recipient
		}
		log.add("mute.set", stored.Target, about)
		return showMute(tx, stored, show, log)
	})
	return stored, err
}

// Unmute ends a mute before its time and returns it. What it held back stays
// held. The error is a [*NoMuteError] if there is none or it is over.
func (s *Store) Unmute(ctx context.Context, id, by string, now time.Time, show StatusPlanner) (models.Mute, error) {
	by = clean(strings.TrimSpace(by))
	var ended models.Mute
	err := s.change(ctx, "end mute "+id, func(tx *gorm.DB) error {
		var found []models.Mute
		if err := tx.Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoMuteError{ID: id}
		}
		if ended = found[0]; !ended.InForce(now) {
			return &NoMuteError{ID: id, Mute: &ended}
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		if err := endMute(tx, &ended, by, log); err != nil {
			return err
		}
		return showMute(tx, ended, show, log)
	})
	return ended, err
}

func endMute(tx *gorm.DB, m *models.Mute, by string, log *auditLog) error {
	m.EndedAt, m.EndedBy = log.at, by
	log.add("mute.ended", m.Target, facts{"kind": m.Kind, "mute": m.ID, "until": m.Until.UTC()})
	return tx.Table("mutes").Where("id = ?", m.ID).Updates(map[string]any{"ended_at": microsOf(log.at), "ended_by": by}).Error
}

// Mutes returns all mutes there ever were, the newest first.
func (s *Store) Mutes(ctx context.Context) ([]models.Mute, error) {
	var mutes []models.Mute
	err := s.read.WithContext(ctx).Order("muted_at DESC, id").Find(&mutes).Error
	return mutes, s.failed(ctx, "read the mutes", err)
}

// mutesInForce are the mutes in force at a time, oldest first. One of an event
// that was merged mutes the event that it became.
func mutesInForce(tx *gorm.DB, now time.Time) ([]models.Mute, error) {
	var mutes []models.Mute
	if err := tx.Where("until > ? AND ended_at = 0", microsOf(now)).Order("muted_at, id").Find(&mutes).Error; err != nil {
		return nil, err
	}
	for i, m := range mutes {
		if m.Kind != models.MuteEvent {
			continue
		}
		target, err := livingEvent(tx, m.Target)
		if _, gone := errors.AsType[*NoEventError](err); gone {
			continue
		}
		if err != nil {
			return nil, err
		}
		mutes[i].Target = target
	}
	return mutes, nil
}

// takesOf returns who works on events, by event, the first first.
func takesOf(tx *gorm.DB, ids []string) (map[string][]models.Assignment, error) {
	became, err := merged(tx, ids)
	if err != nil {
		return nil, err
	}
	return takesIn(tx, became)
}

// takesIn returns the takes of events and of what was merged into them. Of a
// person who took several of these the first counts.
func takesIn(tx *gorm.DB, became map[string]string) (map[string][]models.Assignment, error) {
	of := make(map[string][]models.Assignment)
	for part := range chunksOf(became) {
		var some []models.Assignment
		if err := tx.Where("event_id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, t := range some {
			t.EventID = became[t.EventID]
			of[t.EventID] = append(of[t.EventID], t)
		}
	}
	for event, takes := range of {
		slices.SortFunc(takes, func(a, b models.Assignment) int {
			if c := a.AssignedAt.Compare(b.AssignedAt); c != 0 {
				return c
			}
			return strings.Compare(a.By, b.By)
		})
		met := make(map[string]bool)
		of[event] = slices.DeleteFunc(takes, func(t models.Assignment) bool {
			again := met[t.By]
			met[t.By] = true
			return again
		})
	}
	return of, nil
}

// showMute shows that an event was muted, or no longer is. A mute of a rule or a
// source belongs to no single event and is shown in none.
func showMute(tx *gorm.DB, m models.Mute, show StatusPlanner, log *auditLog) error {
	if m.Kind != models.MuteEvent {
		if err := moveEvents(tx); err != nil {
			return err
		}
		return log.write(tx)
	}
	return showAnswer(tx, m.Target, show, log)
}

// showAnswer stores the notices that show what people now say of an event, and
// the audit of it, at the end of the transaction in which they said it.
func showAnswer(tx *gorm.DB, eventID string, show StatusPlanner, log *auditLog) error {
	if err := moveEvents(tx); err != nil {
		return err
	}
	if show == nil {
		return log.write(tx)
	}
	events, err := eventsOf(tx, []string{eventID})
	if err != nil || len(events) == 0 {
		return err
	}
	became, err := merged(tx, []string{eventID})
	if err != nil {
		return err
	}
	var sent []models.Notice
	for part := range chunksOf(became) {
		var some []models.Notice
		if err := tx.Where("subject = 'event' AND held = '' AND wait_until = 0 AND subject_id IN ?", part).Find(&some).Error; err != nil {
			return err
		}
		sent = append(sent, some...)
	}
	slices.SortFunc(sent, oldestFirst)
	if err := fillDeliveries(tx, sent); err != nil {
		return err
	}
	mutes, err := mutesInForce(tx, log.at)
	if err != nil {
		return err
	}
	var mute *models.Mute
	if i := slices.IndexFunc(mutes, func(m models.Mute) bool { return m.Kind == models.MuteEvent && m.Target == eventID }); i >= 0 {
		mute = &mutes[i]
	}
	if err := addNotices(tx, show(events[0], sent, mute), log); err != nil {
		return err
	}
	return log.write(tx)
}

// moveEvents moves the generation of the events on: what a scan has planned by
// what people said before is planned again.
func moveEvents(tx *gorm.DB) error {
	return tx.Exec("UPDATE counters SET value = value + 1 WHERE name = 'events'").Error
}

// countedWithin is how far back it is counted what a recipient was told.
const countedWithin = time.Hour

// toldRecently asks when who was told of events. A summary is one thing to read,
// however many events it tells of. SQLite joins in the order that CROSS JOIN
// gives; in its own order it reads every notice there is.
const toldRecently = `SELECT n.recipient, MIN(d.created_at) AS told_at FROM deliveries d CROSS JOIN notices n
	WHERE n.id = d.notice_id AND d.created_at > ? AND d.created_at <= ? AND d.resend = 0 AND NOT d.amends AND n.subject IN ('event', 'recipient', 'date')
	GROUP BY n.id, n.recipient ORDER BY told_at`

// PlanContext returns what a plan has to know besides the changes of its scan.
// Read it after [Store.Candidates]: what people ask for moves the generation of
// the events, so a scan that was decided by older circumstances is stale.
func (s *Store) PlanContext(ctx context.Context, now time.Time) (models.PlanContext, error) {
	var c models.PlanContext
	err := s.look(ctx, "read what people ask for", func(tx *gorm.DB) (err error) {
		c = models.PlanContext{Recent: make(map[string][]time.Time)}
		if c.Mutes, err = mutesInForce(tx, now); err != nil {
			return err
		}
		if err := tx.Order("subscription, address").Find(&c.OptOuts).Error; err != nil {
			return err
		}
		var told []struct {
			Recipient string
			ToldAt    int64
		}
		err = tx.Raw(toldRecently, microsOf(now.Add(-countedWithin)), microsOf(now.Add(clocksDiffer))).Scan(&told).Error
		for _, t := range told {
			c.Recent[t.Recipient] = append(c.Recent[t.Recipient], timeOf(t.ToldAt))
		}
		return err
	})
	return c, err
}
