package store

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// Claim hands out deliveries of a channel that are due, oldest first and one of a
// thread, each with its notice, under a token that only this claim has. No other claim
// gets them before the lease has run out. One whose StartedAt is set was begun before
// and may have arrived.
func (s *Store) Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	var claimed []models.Delivery
	doing := "claim the deliveries of channel " + channel
	until := now.Add(lease)
	// Most claims find nothing. They only read, so that they wait for no writer
	// and keep none waiting.
	var due []string
	err := claimable(s.read.WithContext(ctx), now, channel, lease).Limit(1).Pluck("id", &due).Error
	if err != nil || len(due) == 0 {
		return nil, s.failed(ctx, doing, err)
	}
	err = s.change(ctx, doing, func(tx *gorm.DB) error {
		claimed = nil
		err := claimable(tx, now, channel, lease).Order("created_at, id").Limit(limit).
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Find(&claimed).Error
		if err != nil {
			return err
		}
		ids, token := make([]string, len(claimed)), rand.Text()
		for i := range claimed {
			d := &claimed[i]
			ids[i], d.LeaseToken, d.LeaseUntil = d.ID, token, timeOf(microsOf(until))
		}
		for part := range slices.Chunk(ids, chunk) {
			err := tx.Exec("UPDATE deliveries SET lease_token = ?, lease_until = ? WHERE id IN ?", token, microsOf(until), part).Error
			if err != nil {
				return err
			}
		}
		if err := fillRoots(tx, claimed); err != nil {
			return err
		}
		return fillNotices(tx, claimed)
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// claimable are the deliveries of a channel that are due and that no lease holds;
// of a thread, only the oldest. A critical alert does not wait for one that is less
// severe and is to be sent later.
//
// Two conditions hold when the clock was set back: what was due at once when it
// was made and was never tried stays due, and a lease that ends later than any
// lease can that is made now has run out. What was tried waits its turn, or a
// clock set back would make every retry due at once.
func claimable(tx *gorm.DB, now time.Time, channel string, lease time.Duration) *gorm.DB {
	at := microsOf(now)
	return tx.Table("deliveries").Where("state = 'due' AND channel = ?", channel). // as the index deliveries_due has it
											Where("(not_before <= ? OR not_before <= created_at AND attempts = 0 AND started_at = 0 AND last_error = '')", at).
											Where("(lease_until <= ? OR lease_until > ?)", at, microsOf(now.Add(2*lease))).
											Where(`(thread = '' OR NOT EXISTS (SELECT 1 FROM deliveries e
			WHERE e.thread <> '' AND e.thread = deliveries.thread AND e.destination = deliveries.destination AND e.state = 'due'
			AND (e.created_at < deliveries.created_at OR e.created_at = deliveries.created_at AND e.id < deliveries.id)
			AND NOT (e.not_before > ? AND e.not_before > e.created_at AND e.lease_until <= ? AND NOT deliveries.amends
				AND EXISTS (SELECT 1 FROM notices n WHERE n.id = deliveries.notice_id AND n.severity = 'critical')
				AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.id = e.notice_id AND n.severity = 'critical'))))`, at, at)
}

// fillRoots gives deliveries of a thread the first that was sent of it and whose
// thread is not gone.
func fillRoots(tx *gorm.DB, deliveries []models.Delivery) error {
	type place struct{ thread, destination string }
	var threads []string
	for _, d := range deliveries {
		if d.Thread != "" {
			threads = append(threads, d.Thread)
		}
	}
	roots := make(map[place]models.Delivery)
	for part := range slices.Chunk(unique(threads), chunk) {
		var first []models.Delivery
		// That the thread is not empty lets the index be used, which has only such.
		err := tx.Where("thread <> '' AND thread IN ? AND state = 'sent' AND NOT amends AND last_error = ''", part).
			Where(`NOT EXISTS (SELECT 1 FROM deliveries e
				WHERE e.thread <> '' AND e.thread = deliveries.thread AND e.destination = deliveries.destination AND e.state = 'sent' AND NOT e.amends AND e.last_error = ''
				AND (e.sent_at < deliveries.sent_at OR e.sent_at = deliveries.sent_at
					AND (e.created_at < deliveries.created_at OR e.created_at = deliveries.created_at AND e.id < deliveries.id)))`).
			Find(&first).Error
		if err != nil {
			return err
		}
		if err := fillNotices(tx, first); err != nil {
			return err
		}
		for _, d := range first {
			roots[place{d.Thread, d.Destination}] = d
		}
	}
	for i, d := range deliveries {
		if root, has := roots[place{d.Thread, d.Destination}]; has {
			deliveries[i].Root = &root
		}
	}
	return nil
}

func fillNotices(tx *gorm.DB, deliveries []models.Delivery) error {
	ids := make([]string, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.NoticeID
	}
	notices, err := noticesOf(tx, ids)
	if err != nil {
		return err
	}
	for i := range deliveries {
		deliveries[i].Notice = notices[deliveries[i].NoticeID]
	}
	return nil
}

// CountDue counts the deliveries of a channel that are due now or later.
func (s *Store) CountDue(ctx context.Context, channel string) (int, error) {
	var due int64
	err := s.read.WithContext(ctx).Table("deliveries").Where("state = 'due' AND channel = ?", channel).Count(&due).Error
	return int(due), s.failed(ctx, "count what is due on channel "+channel, err)
}

// Resend stores one more sending of a notice to an address of a channel, whether
// or not it was sent there before, and who asked for it. It is due at once.
func (s *Store) Resend(ctx context.Context, notice models.Notice, channel, address, by string, now time.Time) (models.Delivery, error) {
	d := models.NewDelivery(notice.ID, channel, address, now)
	err := s.change(ctx, "send a notice once more", func(tx *gorm.DB) error {
		var before int64
		if err := tx.Table("deliveries").Where("notice_id = ? AND destination = ?", notice.ID, d.Destination).Count(&before).Error; err != nil {
			return err
		}
		d.Resend = int(before)
		d.ID = models.HashOf(notice.ID, d.Destination, strconv.Itoa(d.Resend))
		if err := tx.Create(&d).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("delivery.asked", d.ID, facts{"notice": notice.ID, "channel": channel, "address": address, "resend": d.Resend})
		return log.write(tx)
	})
	d.Notice = notice
	return d, err
}
