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

// What people decide about deliveries: to retry them, or never to send them.

// An UnknownDeliveryError says that an ID names no delivery, or begins the IDs of
// several.
type UnknownDeliveryError struct {
	ID    string
	Among []string // the deliveries whose IDs begin so, if there are several
}

// Error says how to find the delivery that was meant.
func (e *UnknownDeliveryError) Error() string {
	if len(e.Among) == 0 {
		return fmt.Sprintf("no delivery is called %q; regwatch deliveries lists them with their IDs", e.ID)
	}
	return fmt.Sprintf("%q begins the IDs of several deliveries; write more of the one you mean: %s", e.ID, strings.Join(e.Among, ", "))
}

// A DecidedError says that a delivery is in a state that does not allow what was asked
// for. Then no delivery is changed.
type DecidedError struct {
	ID  string
	Why string
}

// Error names the delivery and says why.
func (e *DecidedError) Error() string { return fmt.Sprintf("delivery %.12s %s", e.ID, e.Why) }

// FindDelivery returns the delivery of an ID or of the beginning of one, with its
// notice. The error is a [*UnknownDeliveryError] if there is none or more than one.
func (s *Store) FindDelivery(ctx context.Context, id string) (models.Delivery, error) {
	var found []models.Delivery
	err := s.look(ctx, "look up delivery "+id, func(tx *gorm.DB) error {
		found = nil
		begins := strings.ToLower(strings.TrimSpace(id))
		if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
			return nil
		}
		err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id").Limit(mostAmong + 1).Find(&found).Error
		if err != nil {
			return err
		}
		return fillNotices(tx, found)
	})
	if err != nil || len(found) == 1 {
		return append(found, models.Delivery{})[0], err
	}
	none := &UnknownDeliveryError{ID: id}
	for _, d := range found[:min(len(found), mostAmong)] {
		none.Among = append(none.Among, d.ID)
	}
	return models.Delivery{}, none
}

// Delivery returns the delivery of a whole ID with its notice; found is false if
// there is none.
func (s *Store) Delivery(ctx context.Context, id string) (d models.Delivery, found bool, err error) {
	d, err = s.FindDelivery(ctx, id)
	if _, unknown := errors.AsType[*UnknownDeliveryError](err); unknown || err == nil && d.ID != id {
		return models.Delivery{}, false, nil
	}
	return d, err == nil, err
}

// Retry makes deliveries due again that are dead or were dropped, with no attempt
// counted against them. What may have arrived before is looked up first, as after
// a crash. The error is a [*DecidedError] if one of them is in another state.
func (s *Store) Retry(ctx context.Context, ids []string, by string, now time.Time) error {
	return s.decide(ctx, "retry deliveries", ids, by, now, func(tx *gorm.DB, d models.Delivery, log *auditLog) error {
		if d.State != models.DeliveryDead && d.State != models.DeliveryDropped {
			return &DecidedError{d.ID, fmt.Sprintf("is %s; only dead or dropped deliveries can be retried", d.State)}
		}
		if newer, err := amendedSince(tx, d); newer || err != nil {
			if err == nil {
				err = &DecidedError{d.ID, "is out of date: a newer update of the same message exists"}
			}
			return err
		}
		log.add("delivery.retried", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "was": d.State, "attempts": d.Attempts, "reason": d.LastError})
		return tx.Table("deliveries").Where("id = ?", d.ID).Updates(map[string]any{
			"state": models.DeliveryDue, "attempts": 0, "not_before": microsOf(now), "last_error": "", "lease_token": "", "lease_until": 0,
		}).Error
	})
}

// amendedSince reports whether a later update of the same message exists.
func amendedSince(tx *gorm.DB, d models.Delivery) (bool, error) {
	if !d.Amends {
		return false, nil
	}
	var newer int64
	err := tx.Table("deliveries").Where("thread <> '' AND thread = ? AND destination = ? AND amends AND (created_at > ? OR created_at = ? AND id > ?)",
		d.Thread, d.Destination, microsOf(d.CreatedAt), microsOf(d.CreatedAt), d.ID).Count(&newer).Error
	return newer > 0, err
}

// DropDeliveries ends deliveries that are due, unverified or dead without sending them. The
// error is a [*DecidedError] if one of them is in another state, or a worker is
// sending it.
func (s *Store) DropDeliveries(ctx context.Context, ids []string, reason, by string, now time.Time) error {
	reason = clean(strings.TrimSpace(reason))
	return s.decide(ctx, "drop deliveries", ids, by, now, func(tx *gorm.DB, d models.Delivery, log *auditLog) error {
		if d.State != models.DeliveryDue && d.State != models.DeliveryDead && d.State != models.DeliveryUnverified {
			return &DecidedError{d.ID, fmt.Sprintf("is %s; only due, unverified or dead deliveries can be dropped", d.State)}
		}
		if d.LeaseToken != "" && d.LeaseUntil.After(now) {
			return &DecidedError{d.ID, "is being sent; try again in a minute"}
		}
		log.add("delivery.dropped", d.ID, facts{"notice": d.NoticeID, "channel": d.Channel, "was": d.State, "reason": reason})
		return tx.Table("deliveries").Where("id = ?", d.ID).Updates(map[string]any{
			"state": models.DeliveryDropped, "last_error": fmt.Sprintf("dropped by %s: %s", nameOf(log.actor), reason), "lease_token": "", "lease_until": 0,
		}).Error
	})
}

// decide changes deliveries, all or none. They are locked in the order of their
// IDs, so that two people who decide at once wait for each other.
func (s *Store) decide(ctx context.Context, doing string, ids []string, by string, now time.Time, change func(*gorm.DB, models.Delivery, *auditLog) error) error {
	ids = unique(slices.Clone(ids))
	return s.change(ctx, doing, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(clean(strings.TrimSpace(by)))}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.Delivery
			err := tx.Where("id IN ?", part).Order("id").Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&some).Error
			if err != nil {
				return err
			}
			if len(some) < len(part) {
				return &UnknownDeliveryError{ID: missingOf(part, some)}
			}
			for _, d := range some {
				if err := change(tx, d, log); err != nil {
					return err
				}
			}
		}
		return log.write(tx)
	})
}

func missingOf(ids []string, found []models.Delivery) string {
	i := slices.IndexFunc(ids, func(id string) bool {
		return !slices.ContainsFunc(found, func(d models.Delivery) bool { return d.ID == id })
	})
	return ids[i]
}

// AuditBySubject returns what the audit has of a subject, oldest first.
func (s *Store) AuditBySubject(ctx context.Context, subject string) ([]models.AuditEntry, error) {
	var entries []models.AuditEntry
	err := s.read.WithContext(ctx).Table("audit").Where("subject = ?", subject).Order("seq").Find(&entries).Error
	return entries, s.failed(ctx, "read the audit of "+subject, err)
}
