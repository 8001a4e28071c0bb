package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A NoMuteError means that there is no mute to end.
type NoMuteError struct {
	ID    string
	Mute  *models.Mute // the mute, if it has already ended; nil if there is none
	Among []Candidate  // some of the mutes whose IDs begin so, if there are several
}

// Error says why there is no mute to end.
func (e *NoMuteError) Error() string {
	switch {
	case len(e.Among) > 0:
		return fmt.Sprintf("the IDs of several mutes begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	case e.Mute == nil:
		return fmt.Sprintf("no mute has the ID %q; regwatch mutes lists mutes with their IDs", e.ID)
	case !e.Mute.EndedAt.IsZero():
		return fmt.Sprintf("mute %s has already been ended by %s", e.ID, nameOf(e.Mute.EndedBy))
	}
	return fmt.Sprintf("mute %s has already ended", e.ID)
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
