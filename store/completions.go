package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// Renew extends the leases of claimed deliveries to now plus lease. It returns the IDs of
// those that the caller no longer holds, because another worker has claimed them or a person
// has retried or dropped them.
func (s *Store) Renew(ctx context.Context, held []models.Delivery, now time.Time, lease time.Duration) (lost []string, err error) {
	err = s.change(ctx, "renew leases of deliveries", func(tx *gorm.DB) error {
		lost = nil
		rows, err := heldOf(tx, held)
		if err != nil {
			return err
		}
		var ids []string
		for _, d := range held {
			if _, holds := rows[d.ID]; holds {
				ids = append(ids, d.ID)
			} else {
				lost = append(lost, d.ID)
			}
		}
		for part := range slices.Chunk(ids, chunk) {
			if err := tx.Exec("UPDATE deliveries SET lease_until = ? WHERE id IN ?", microsOf(now.Add(lease)), part).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return lost, err
}

// Record stores in one transaction the results of claimed deliveries and that others are about
// to be sent: from then on these may have arrived. Only the holder of the lease token
// completes a delivery. A delivery that the caller no longer holds is not changed, and its ID
// is returned. A lease that has run out is still valid until another worker claims the
// delivery.
//
// A result that costs no attempt is not audited as a failure. The audit entry of a failure has
// the time at which the attempt began.
func (s *Store) Record(ctx context.Context, done []models.Completion, starting []models.Delivery, now time.Time) (lost []string, err error) {
	if len(done)+len(starting) == 0 {
		return nil, nil
	}
	all := slices.Clone(starting)
	for _, c := range done {
		all = append(all, c.Delivery)
	}
	err = s.change(ctx, "record deliveries", func(tx *gorm.DB) error {
		lost = nil
		rows, err := heldOf(tx, all)
		if err != nil {
			return err
		}
		for _, d := range all {
			if _, holds := rows[d.ID]; !holds {
				lost = append(lost, d.ID)
			}
		}
		log := &auditLog{}
		for _, c := range done {
			if was, holds := rows[c.Delivery.ID]; holds {
				if err := complete(tx, was, c, log); err != nil {
					return err
				}
			}
		}
		var begun []string
		for _, d := range starting {
			if _, holds := rows[d.ID]; holds {
				begun = append(begun, d.ID)
			}
		}
		for part := range slices.Chunk(begun, chunk) {
			if err := tx.Exec("UPDATE deliveries SET started_at = ? WHERE id IN ?", microsOf(now), part).Error; err != nil {
				return err
			}
		}
		return log.write(tx)
	})
	return lost, err
}

// ForgetThread stores that the first message of a delivery's thread was deleted at its
// destination. It marks all messages of the thread that were sent there, so that none of them
// becomes a Root again. The error is [models.ErrLeaseLost] if the caller no longer holds the
// delivery.
func (s *Store) ForgetThread(ctx context.Context, d models.Delivery) error {
	return s.change(ctx, "forget the thread of delivery "+d.ID, func(tx *gorm.DB) error {
		held, err := heldOf(tx, []models.Delivery{d})
		if err != nil {
			return err
		}
		was, holds := held[d.ID]
		if !holds {
			return models.ErrLeaseLost
		}
		return tx.Model(&models.Delivery{}).
			Where("thread <> '' AND thread = ? AND destination = ? AND state = 'sent' AND NOT amends AND id <> ?", was.Thread, was.Destination, was.ID).
			Update("last_error", models.ThreadGone).Error
	})
}

// heldOf returns by ID those deliveries that are still due under the token of the caller. It
// locks them in the order of their IDs: in another order two workers could block each other.
func heldOf(tx *gorm.DB, deliveries []models.Delivery) (map[string]models.Delivery, error) {
	ids, tokens := make([]string, len(deliveries)), make(map[string]string, len(deliveries))
	for i, d := range deliveries {
		ids[i], tokens[d.ID] = d.ID, d.LeaseToken
	}
	slices.Sort(ids)
	held := make(map[string]models.Delivery, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var rows []models.Delivery
		err := tx.Where("id IN ? AND state = 'due' AND lease_token <> ''", part).Order("id").
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, d := range rows {
			if d.LeaseToken == tokens[d.ID] {
				held[d.ID] = d
			}
		}
	}
	return held, nil
}

// complete stores the result of a delivery and audits it.
func complete(tx *gorm.DB, was models.Delivery, c models.Completion, log *auditLog) error {
	c.Receipt, c.Reason = clean(c.Receipt), clean(c.Reason)
	about := facts{"notice": was.NoticeID, "channel": was.Channel}
	log.at = c.At
	switch c.State {
	case models.DeliverySent:
		about["attempts"], about["receipt"] = was.Attempts+1, c.Receipt
		log.add("delivery.sent", was.ID, about)
		return tx.Exec(`UPDATE deliveries SET state = 'sent', sent_at = ?, receipt = ?, last_error = '', attempts = attempts + 1,
			lease_token = '', lease_until = 0 WHERE id = ?`, microsOf(c.At), c.Receipt, was.ID).Error
	case models.DeliveryDead:
		about["attempts"], about["reason"] = was.Attempts+1, c.Reason
		log.add("delivery.dead", was.ID, about)
		// The caller keeps the start only if the message may have arrived; a retry then
		// looks it up.
		return tx.Exec(`UPDATE deliveries SET state = 'dead', started_at = ?, last_error = ?, attempts = attempts + 1,
			lease_token = '', lease_until = 0 WHERE id = ?`, microsOf(c.Delivery.StartedAt), c.Reason, was.ID).Error
	case models.DeliveryDropped:
		about["reason"] = c.Reason
		log.add("delivery.dropped", was.ID, about)
		return tx.Exec("UPDATE deliveries SET state = 'dropped', last_error = ?, lease_token = '', lease_until = 0 WHERE id = ?", c.Reason, was.ID).Error
	}
	if c.Reason == "" {
		return tx.Exec("UPDATE deliveries SET started_at = ?, lease_token = '', lease_until = 0 WHERE id = ?", microsOf(c.Delivery.StartedAt), was.ID).Error
	}
	if c.Cost > 0 {
		log.at = was.StartedAt
		about["attempts"], about["reason"] = was.Attempts+c.Cost, c.Reason
		log.add("delivery.failed", was.ID, about)
	}
	return tx.Exec(`UPDATE deliveries SET not_before = ?, started_at = ?, last_error = ?, attempts = attempts + ?, lease_token = '', lease_until = 0 WHERE id = ?`,
		microsOf(c.NotBefore), microsOf(c.Delivery.StartedAt), c.Reason, c.Cost, was.ID).Error
}
