package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

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
		log := &auditLog{at: t.AssignedAt, actor: nameOf(t.By)}
		log.add("event.taken", stored.EventID, nil)
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
		log := &auditLog{at: now, actor: nameOf(t.By)}
		log.add("event.untaken", id, facts{"taken_at": gone.AssignedAt.UTC()})
		return commitStatus(tx, id, plan, log)
	})
	return gone, err
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
	if plan == nil {
		return log.write(tx)
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
	if err := addNotices(tx, plan(events[0], sent, mute), log); err != nil {
		return err
	}
	return log.write(tx)
}
