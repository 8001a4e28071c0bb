package store

import (
	"context"
	"time"

	"gorm.io/gorm"
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
