package store

import (
	"context"

	"gorm.io/gorm"
)

// BeginPage stores that the page of an article is about to be read, before it is, so that a program that ends in between has
// counted. It returns how many attempts began before and did not end. The article need not be stored.
func (s *Store) BeginPage(ctx context.Context, sourceID, identity string) (interrupted int, err error) {
	err = s.change(ctx, "count an attempt to read a page", func(tx *gorm.DB) error {
		var began int
		err := tx.Raw("INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
			pageAttempts(sourceID, identity)).Scan(&began).Error
		interrupted = began - 1
		return err
	})
	return interrupted, err
}

// EndPage stores that an attempt to read the page of an article has ended, with or without a text.
func (s *Store) EndPage(ctx context.Context, sourceID, identity string) error {
	return s.change(ctx, "end an attempt to read a page", func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM counters WHERE name = ?", pageAttempts(sourceID, identity)).Error
	})
}

// pageAttempts is the name of the counter of attempts that began and did not end. It is stored, so it must not change.
func pageAttempts(sourceID, identity string) string {
	return "page " + clean(sourceID) + " " + clean(identity)
}
