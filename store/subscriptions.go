package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// SubscribedSince returns since when a subscription is known: now, if this is the
// first that is heard of it.
func (s *Store) SubscribedSince(ctx context.Context, subscription string, now time.Time) (time.Time, error) {
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
// has left already, by whatever spelling, stays as it is, unless it is let go by force
// now. It returns how many left now.
func (s *Store) OptOut(ctx context.Context, outs []models.OptOut, by string) (left int, err error) {
	err = s.change(ctx, "note who leaves a subscription", func(tx *gorm.DB) error {
		left = 0
		log := &auditLog{actor: nameOf(by)}
		for _, o := range outs {
			stored := o
			if written, err := spellingsOf(tx, o); err != nil {
				return err
			} else if len(written) > 0 {
				stored.Address = written[0]
			}
			kept := clause.OnConflict{DoNothing: true}
			if o.Forced {
				kept = clause.OnConflict{
					Columns:   []clause.Column{{Name: "subscription"}, {Name: "address"}},
					DoUpdates: clause.AssignmentColumns([]string{"opted_out_at", "forced"}),
					Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "NOT opt_outs.forced"}}},
				}
			}
			done := tx.Clauses(kept).Create(&stored)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				continue
			}
			left++
			log.at = o.OptedOutAt
			log.add("subscription.left", o.Subscription, facts{"address": o.Address, "forced": o.Forced})
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
			written, err := spellingsOf(tx, o)
			if err != nil {
				return err
			}
			done := tx.Where("subscription = ? AND address IN ?", o.Subscription, written).Delete(&models.OptOut{})
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

// RequestOptOut records that an address wishes to leave a subscription that it may
// not leave by itself, and stores the notices that tell of it.
func (s *Store) RequestOptOut(ctx context.Context, o models.OptOut, by string, notices []models.Notice) error {
	return s.change(ctx, "record who wishes to leave a subscription", func(tx *gorm.DB) error {
		log := &auditLog{at: o.OptedOutAt, actor: nameOf(by)}
		log.add("subscription.leave_asked", o.Subscription, facts{"address": o.Address})
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}
