package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A StatusPlanner plans the notices that show assignments, feedback and mutes in the messages
// that were sent about an event. It gets the event in its new state, the notices about it with
// their deliveries, and the mute that holds further notices, if there is one. It runs inside
// the transaction and possibly more than once, so it must have no side effects. A nil
// StatusPlanner plans nothing.
type StatusPlanner func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice

// A NotAssignedError means that an event is not assigned to the person.
type NotAssignedError struct {
	Assignment models.Assignment   // the one to end
	Has        []models.Assignment // what the event has
}

// Error says to whom the event is assigned.
func (e *NotAssignedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NotAssignedError) Text() diag.Text {
	has := []string{"nobody"}
	if len(e.Has) > 0 {
		has = nil
	}
	for _, t := range e.Has {
		has = append(has, nameOf(t.By))
	}
	return diag.Textf("event %s is not assigned to %s; it is assigned to %s", e.Assignment.EventID, nameOf(e.Assignment.By), strings.Join(has, ", "))
}

// Assign assigns an event to a person, which stops its escalation, and returns the stored
// assignment. If the event was merged, the assignment belongs to the event that it was merged
// into. Assigning twice changes nothing. The error is a [*NoEventError] if there is no such
// event.
func (s *Store) Assign(ctx context.Context, t models.Assignment, plan StatusPlanner) (models.Assignment, error) {
	t.By = clean(strings.TrimSpace(t.By))
	var stored models.Assignment
	err := s.change(ctx, "assign event "+t.EventID, func(tx *gorm.DB) (err error) {
		stored = t
		if stored.EventID, err = currentEvent(tx, t.EventID); err != nil {
			return err
		}
		has, err := assignmentsOf(tx, []string{stored.EventID})
		if err != nil {
			return err
		}
		if i := indexAssignment(has[stored.EventID], t.By); i >= 0 {
			stored = has[stored.EventID][i]
			return nil
		}
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: t.AssignedAt, actor: nameOf(cmp.Or(clean(t.Actor), t.By))}
		log.add("event.taken", stored.EventID, assigneeFacts(t))
		return commitStatus(tx, stored.EventID, plan, log)
	})
	return stored, err
}

// Unassign ends an assignment and returns it. The error is a [*NotAssignedError] if there
// is none.
func (s *Store) Unassign(ctx context.Context, t models.Assignment, now time.Time, plan StatusPlanner) (models.Assignment, error) {
	t.By = clean(strings.TrimSpace(t.By))
	var gone models.Assignment
	err := s.change(ctx, "unassign event "+t.EventID, func(tx *gorm.DB) error {
		id, err := currentEvent(tx, t.EventID)
		if err != nil {
			return err
		}
		became, err := withMerged(tx, []string{id})
		if err != nil {
			return err
		}
		has, err := assignmentsIn(tx, became)
		if err != nil {
			return err
		}
		i := indexAssignment(has[id], t.By)
		if i < 0 {
			return &NotAssignedError{Assignment: models.Assignment{EventID: id, By: t.By}, Has: has[id]}
		}
		gone = has[id][i]
		// The person may also be assigned to events that were merged into this one.
		for was := range became {
			if err := tx.Where("event_id = ? AND taken_by = ?", was, t.By).Delete(&models.Assignment{}).Error; err != nil {
				return err
			}
		}
		log := &auditLog{at: now, actor: nameOf(cmp.Or(clean(t.Actor), t.By))}
		about := facts{"taken_at": gone.AssignedAt.UTC()}
		maps.Copy(about, assigneeFacts(t))
		log.add("event.untaken", id, about)
		return commitStatus(tx, id, plan, log)
	})
	return gone, err
}

// assigneeFacts names who an event is assigned to if somebody else does it.
func assigneeFacts(t models.Assignment) facts {
	if t.Actor == "" || t.Actor == t.By {
		return nil
	}
	return facts{"assignee": t.By}
}

// Assignees returns the names of all assignees, in order.
func (s *Store) Assignees(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read.WithContext(ctx).Model(&models.Assignment{}).Distinct().Order("taken_by").Pluck("taken_by", &names).Error
	return names, s.failed(ctx, "read the assignees", err)
}

func indexAssignment(assigned []models.Assignment, by string) int {
	return slices.IndexFunc(assigned, func(t models.Assignment) bool { return t.By == by })
}

// assignmentsOf returns the assignments of events by event, oldest first.
func assignmentsOf(tx *gorm.DB, ids []string) (map[string][]models.Assignment, error) {
	became, err := withMerged(tx, ids)
	if err != nil {
		return nil, err
	}
	return assignmentsIn(tx, became)
}

// assignmentsIn returns the assignments of events and of those merged into them. If a person
// was assigned to several of these, the first assignment counts.
func assignmentsIn(tx *gorm.DB, became map[string]string) (map[string][]models.Assignment, error) {
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
	for event, assigned := range of {
		slices.SortFunc(assigned, func(a, b models.Assignment) int {
			if c := a.AssignedAt.Compare(b.AssignedAt); c != 0 {
				return c
			}
			return strings.Compare(a.By, b.By)
		})
		met := make(map[string]bool)
		of[event] = slices.DeleteFunc(assigned, func(t models.Assignment) bool {
			again := met[t.By]
			met[t.By] = true
			return again
		})
	}
	return of, nil
}

// commitStatus ends a transaction that changed assignments, feedback or mutes of an event: it
// stores the notices that show the change, and writes the audit.
func commitStatus(tx *gorm.DB, eventID string, plan StatusPlanner, log *auditLog) error {
	if err := nextGeneration(tx); err != nil {
		return err
	}
	if err := addStatus(tx, eventID, plan, log); err != nil {
		return err
	}
	return log.write(tx)
}

// addStatus stores the notices that show the state of an event in its messages.
func addStatus(tx *gorm.DB, eventID string, plan StatusPlanner, log *auditLog) error {
	if plan == nil {
		return nil
	}
	events, err := eventsOf(tx, []string{eventID})
	if err != nil || len(events) == 0 {
		return err
	}
	became, err := withMerged(tx, []string{eventID})
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
	return addNotices(tx, plan(events[0], sent, mute), log)
}

// A NoMuteError means that there is no mute to end.
type NoMuteError struct {
	ID    string
	Mute  *models.Mute // the mute, if it has already ended; nil if there is none
	Among []Candidate  // some of the mutes whose IDs begin so, if there are several
}

// Error says why there is no mute to end.
func (e *NoMuteError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoMuteError) Text() diag.Text {
	switch {
	case len(e.Among) > 0:
		return diag.Textf("the IDs of several mutes begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	case e.Mute == nil:
		return diag.Textf("no mute has the ID %q; regwatch mutes lists mutes with their IDs", e.ID)
	case !e.Mute.EndedAt.IsZero():
		return diag.Textf("mute %s has already been ended by %s", e.ID, nameOf(e.Mute.EndedBy))
	}
	return diag.Textf("mute %s has already ended", e.ID)
}

// Mute stores a mute and returns it as stored: for the event that a merged one was merged
// into. An equal mute that ends earlier is ended and replaced; one that ends as late stays and
// is returned. The error is a [*NoEventError] if it mutes an event that does not exist.
func (s *Store) Mute(ctx context.Context, m models.Mute, plan StatusPlanner) (models.Mute, error) {
	m.By, m.Reason = clean(strings.TrimSpace(m.By)), clean(strings.TrimSpace(m.Reason))
	m.ID = models.NewID(m.MutedAt, "mute", string(m.Kind), m.Target, m.Recipient, m.By)
	var stored models.Mute
	err := s.change(ctx, fmt.Sprintf("mute %s %s", m.Kind, m.Target), func(tx *gorm.DB) (err error) {
		stored = m
		if m.Kind == models.MuteEvent {
			if stored.Target, err = currentEvent(tx, m.Target); err != nil {
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
		return commitMuteStatus(tx, stored, plan, log)
	})
	return stored, err
}

// Unmute ends a mute early and returns it. Notices that it held stay held. The error is a
// [*NoMuteError] if there is none or it has ended.
func (s *Store) Unmute(ctx context.Context, id, by string, now time.Time, plan StatusPlanner) (models.Mute, error) {
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
		return commitMuteStatus(tx, ended, plan, log)
	})
	return ended, err
}

// Mutes returns all mutes, also those that have ended, newest first.
func (s *Store) Mutes(ctx context.Context) ([]models.Mute, error) {
	var mutes []models.Mute
	err := s.read.WithContext(ctx).Order("muted_at DESC, id").Find(&mutes).Error
	return mutes, s.failed(ctx, "read the mutes", err)
}

func endMute(tx *gorm.DB, m *models.Mute, by string, log *auditLog) error {
	m.EndedAt, m.EndedBy = log.at, by
	log.add("mute.ended", m.Target, facts{"kind": m.Kind, "mute": m.ID, "until": m.Until.UTC()})
	return tx.Model(&models.Mute{}).Where("id = ?", m.ID).Select("ended_at", "ended_by").Updates(m).Error
}

// mutesInForce returns the mutes that are in force, oldest first. A mute of a merged event
// mutes the event that it was merged into.
func mutesInForce(tx *gorm.DB, now time.Time) ([]models.Mute, error) {
	var mutes []models.Mute
	if err := tx.Where("until > ? AND ended_at = 0", microsOf(now)).Order("muted_at, id").Find(&mutes).Error; err != nil {
		return nil, err
	}
	for i, m := range mutes {
		if m.Kind != models.MuteEvent {
			continue
		}
		target, err := currentEvent(tx, m.Target)
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

// commitMuteStatus ends a transaction that changed a mute. The mute of a rule or a source
// belongs to no single event, so no message shows it.
func commitMuteStatus(tx *gorm.DB, m models.Mute, plan StatusPlanner, log *auditLog) error {
	if m.Kind != models.MuteEvent {
		if err := nextGeneration(tx); err != nil {
			return err
		}
		return log.write(tx)
	}
	return commitStatus(tx, m.Target, plan, log)
}
