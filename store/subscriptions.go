package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// Subscribed returns since when a subscription is known: now, if this is the
// first that is heard of it.
func (s *Store) Subscribed(ctx context.Context, subscription string, now time.Time) (time.Time, error) {
	var since int64
	err := s.change(ctx, "note the subscription "+subscription, func(tx *gorm.DB) error {
		err := tx.Exec("INSERT INTO subscriptions (id, first_seen_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", subscription, microsOf(now)).Error
		if err != nil {
			return err
		}
		return tx.Table("subscriptions").Where("id = ?", subscription).Pluck("first_seen_at", &since).Error
	})
	return timeOf(since), err
}

// OptOuts returns which addresses have left which subscriptions. They outlive the
// configuration that they were made under.
func (s *Store) OptOuts(ctx context.Context) ([]models.OptOut, error) {
	outs, err := optOuts(s.read.WithContext(ctx))
	return outs, s.failed(ctx, "read who has left which subscription", err)
}

func optOuts(tx *gorm.DB) ([]models.OptOut, error) {
	var outs []models.OptOut
	err := tx.Order("subscription, address").Find(&outs).Error
	return outs, err
}

// OptOut notes that addresses have left subscriptions, and who did it. One that
// has left already stays as it is. It returns how many left now.
func (s *Store) OptOut(ctx context.Context, outs []models.OptOut, by string) (left int, err error) {
	err = s.change(ctx, "note who leaves a subscription", func(tx *gorm.DB) error {
		left = 0
		log := &auditLog{actor: nameOf(by)}
		for _, o := range outs {
			done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			left++
			log.at = o.OptedOutAt
			log.add("subscription.left", o.Subscription, facts{"address": o.Address})
		}
		return log.write(tx)
	})
	return left, err
}

// OptIn notes that addresses are back in subscriptions that they had left, and
// who did it. It returns how many came back now.
func (s *Store) OptIn(ctx context.Context, outs []models.OptOut, by string, now time.Time) (back int, err error) {
	err = s.change(ctx, "note who returns to a subscription", func(tx *gorm.DB) error {
		back = 0
		log := &auditLog{at: now, actor: nameOf(by)}
		for _, o := range outs {
			done := tx.Where("subscription = ? AND address = ?", o.Subscription, o.Address).Delete(&models.OptOut{})
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			back++
			log.add("subscription.returned", o.Subscription, facts{"address": o.Address})
		}
		return log.write(tx)
	})
	return back, err
}

// AskToLeave records that an address wishes to leave a subscription that it may
// not leave by itself, and stores the notices that tell of it.
func (s *Store) AskToLeave(ctx context.Context, o models.OptOut, by string, notices []models.Notice) error {
	return s.change(ctx, "record who wishes to leave a subscription", func(tx *gorm.DB) error {
		log := &auditLog{at: o.OptedOutAt, actor: nameOf(by)}
		log.add("subscription.leave_asked", o.Subscription, facts{"address": o.Address})
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// A NoDeliveryError is answered when an ID names no delivery.
type NoDeliveryError struct{ ID string }

// Error names the delivery that was asked for.
func (e *NoDeliveryError) Error() string { return "there is no delivery " + e.ID }

// Delivery returns a delivery with its notice. The error is a [*NoDeliveryError]
// if there is none.
func (s *Store) Delivery(ctx context.Context, id string) (models.Delivery, error) {
	var found []models.Delivery
	err := s.look(ctx, "read delivery "+id, func(tx *gorm.DB) error {
		if err := tx.Where("id = ?", id).Find(&found).Error; err != nil {
			return err
		}
		return fillNotices(tx, found)
	})
	if err == nil && len(found) == 0 {
		err = &NoDeliveryError{ID: id}
	}
	if err != nil {
		return models.Delivery{}, err
	}
	return found[0], nil
}
