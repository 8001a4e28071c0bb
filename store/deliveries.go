package store

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// Claim hands out deliveries of a channel that are due, oldest first, each with
// its notice and under a token of its own. No other claim gets them before the
// lease has run out. One whose StartedAt is set was begun before and may have
// arrived.
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
		for i := range claimed {
			d := &claimed[i]
			d.LeaseToken, d.LeaseUntil = rand.Text(), timeOf(microsOf(until))
			err := tx.Table("deliveries").Where("id = ?", d.ID).
				Updates(map[string]any{"lease_token": d.LeaseToken, "lease_until": microsOf(until)}).Error
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
// of a thread, only the oldest.
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
			AND (e.created_at < deliveries.created_at OR e.created_at = deliveries.created_at AND e.id < deliveries.id)))`)
}

// fillRoots gives deliveries of a thread the first that was sent of it.
func fillRoots(tx *gorm.DB, deliveries []models.Delivery) error {
	for i, d := range deliveries {
		if d.Thread == "" {
			continue
		}
		var first []models.Delivery
		// That it is not empty lets the index be used, which has only such.
		err := tx.Where("thread <> '' AND thread = ? AND destination = ? AND state = ? AND NOT amends AND id <> ?", d.Thread, d.Destination, models.DeliverySent, d.ID).
			Order("created_at, id").Limit(1).Find(&first).Error
		if err != nil {
			return err
		}
		if len(first) == 0 {
			continue
		}
		if err := fillNotices(tx, first); err != nil {
			return err
		}
		deliveries[i].Root = &first[0]
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

// MarkStarted notes that a claimed delivery is about to be sent. From then on
// it may have arrived.
func (s *Store) MarkStarted(ctx context.Context, d models.Delivery, now time.Time) error {
	return s.complete(ctx, "note the start of delivery "+d.ID, d, nil, map[string]any{"started_at": microsOf(now)})
}

// MarkSent notes that the channel has taken a delivery, and what it calls it.
func (s *Store) MarkSent(ctx context.Context, d models.Delivery, receipt string, now time.Time) error {
	receipt = clean(receipt)
	return s.complete(ctx, "note that delivery "+d.ID+" was sent", d, func(tx *gorm.DB, was models.Delivery) error {
		log := &auditLog{at: now}
		log.add("delivery.sent", was.ID, facts{"notice": was.NoticeID, "channel": was.Channel, "attempts": was.Attempts + 1, "receipt": receipt})
		return log.write(tx)
	}, map[string]any{
		"state": models.DeliverySent, "sent_at": microsOf(now), "receipt": receipt, "last_error": "",
		"lease_token": "", "lease_until": 0, "attempts": gorm.Expr("attempts + 1"),
	})
}

// Postpone gives a delivery back, to be tried again at until. The cost is added
// to its attempts; what costs nothing is not recorded as a failure. StartedAt
// becomes that of d: keep it there when the message may have arrived, and clear
// it when the channel surely did not take it. In the audit the failure bears the
// time at which the try began.
func (s *Store) Postpone(ctx context.Context, d models.Delivery, until time.Time, cost int, reason string) error {
	reason = clean(reason)
	return s.complete(ctx, "postpone delivery "+d.ID, d, func(tx *gorm.DB, was models.Delivery) error {
		if cost == 0 {
			return nil
		}
		log := &auditLog{at: was.StartedAt}
		log.add("delivery.failed", was.ID, facts{"notice": was.NoticeID, "channel": was.Channel, "attempts": was.Attempts + cost, "reason": reason})
		return log.write(tx)
	}, map[string]any{
		"not_before": microsOf(until), "started_at": microsOf(d.StartedAt), "last_error": reason,
		"lease_token": "", "lease_until": 0, "attempts": gorm.Expr("attempts + ?", cost),
	})
}

// Fail gives a delivery up: it is dead until a person decides.
func (s *Store) Fail(ctx context.Context, d models.Delivery, reason string, now time.Time) error {
	reason = clean(reason)
	return s.complete(ctx, "give up delivery "+d.ID, d, func(tx *gorm.DB, was models.Delivery) error {
		log := &auditLog{at: now}
		log.add("delivery.dead", was.ID, facts{"notice": was.NoticeID, "channel": was.Channel, "attempts": was.Attempts + 1, "reason": reason})
		return log.write(tx)
	}, map[string]any{
		"state": models.DeliveryDead, "last_error": reason,
		"lease_token": "", "lease_until": 0, "attempts": gorm.Expr("attempts + 1"),
	})
}

// Drop ends a delivery that there is nothing left to do for.
func (s *Store) Drop(ctx context.Context, d models.Delivery, reason string, now time.Time) error {
	reason = clean(reason)
	return s.complete(ctx, "drop delivery "+d.ID, d, func(tx *gorm.DB, was models.Delivery) error {
		log := &auditLog{at: now}
		log.add("delivery.dropped", was.ID, facts{"notice": was.NoticeID, "channel": was.Channel, "reason": reason})
		return log.write(tx)
	}, map[string]any{
		"state": models.DeliveryDropped, "last_error": reason, "lease_token": "", "lease_until": 0,
	})
}

// complete changes a delivery that d's token still holds. A lease that has run
// out holds until another worker claims the delivery.
func (s *Store) complete(ctx context.Context, doing string, d models.Delivery, record func(*gorm.DB, models.Delivery) error, set map[string]any) error {
	return s.change(ctx, doing, func(tx *gorm.DB) error {
		var held []models.Delivery
		err := tx.Where("id = ? AND state = ? AND lease_token = ? AND lease_token <> ''", d.ID, models.DeliveryDue, d.LeaseToken).
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&held).Error
		if err != nil {
			return err
		}
		if len(held) == 0 {
			return ErrLeaseLost
		}
		if err := tx.Table("deliveries").Where("id = ?", d.ID).Updates(set).Error; err != nil {
			return err
		}
		if record == nil {
			return nil
		}
		return record(tx, held[0])
	})
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
