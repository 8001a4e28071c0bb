package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// LastDigest returns the latest digest of a subscription, if there is one.
func (s *Store) LastDigest(ctx context.Context, subscription string) (models.DigestIssue, bool, error) {
	var found []models.DigestIssue
	err := s.read.WithContext(ctx).Where("subscription = ?", subscription).Order("window_to DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return models.DigestIssue{}, false, s.failed(ctx, "read the last digest of "+subscription, err)
	}
	return found[0], true, nil
}

// EventsBetween returns the events that were first seen, gained an article or
// last changed in the window [from, to), oldest first, as they stand now.
func (s *Store) EventsBetween(ctx context.Context, from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	a, b := microsOf(from), microsOf(to)
	err := s.look(ctx, "read the events of a window", func(tx *gorm.DB) error {
		var ids []string
		err := tx.Raw(`SELECT id FROM events WHERE first_seen_at >= ? AND first_seen_at < ?
			UNION SELECT id FROM events WHERE last_seen_at >= ? AND last_seen_at < ?
			UNION SELECT event_id FROM event_articles WHERE joined_at >= ? AND joined_at < ?`, a, b, a, b, a, b).Scan(&ids).Error
		if err != nil {
			return err
		}
		if ids, err = followMerges(tx, ids); err != nil {
			return err
		}
		events, err = eventsOf(tx, ids)
		return err
	})
	return events, err
}

// Activity returns the sources that have answered since from and how many
// articles were first seen in the window [from, to).
func (s *Store) Activity(ctx context.Context, from, to time.Time) (checked []string, articles int, err error) {
	err = s.look(ctx, "read the activity of a window", func(tx *gorm.DB) error {
		if err := tx.Table("source_states").Where("succeeded_at >= ?", microsOf(from)).Order("source_id").Pluck("source_id", &checked).Error; err != nil {
			return err
		}
		var n int64
		err := tx.Table("articles").Where("seen_at >= ? AND seen_at < ?", microsOf(from), microsOf(to)).Count(&n).Error
		articles = int(n)
		return err
	})
	return checked, articles, err
}

// CommitDigest stores a digest with its notices, unless the subscription has
// one for that day or from that moment already; then made is false and nothing
// is stored.
func (s *Store) CommitDigest(ctx context.Context, issue models.DigestIssue, notices []models.Notice) (made bool, err error) {
	err = s.change(ctx, "store the digest of "+issue.Subscription, func(tx *gorm.DB) error {
		made = false
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&issue)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		log := &auditLog{at: issue.CreatedAt}
		log.add("digest.made", issue.ID, facts{
			"subscription": issue.Subscription, "day": issue.LocalDate,
			"from": issue.WindowFrom.UTC(), "to": issue.WindowTo.UTC(), "late": issue.Late, "notices": len(notices),
		})
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		made = true
		return log.write(tx)
	})
	return made && err == nil, err
}
