package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// countedWithin is how far back it is counted what a recipient was told.
const countedWithin = time.Hour

// toldRecently asks when who was told of events. A summary is one thing to read,
// however many events it tells of. SQLite joins in the order that CROSS JOIN
// gives; in its own order it reads every notice there is.
const toldRecently = `SELECT n.recipient, MIN(d.created_at) AS told_at FROM deliveries d CROSS JOIN notices n
	WHERE n.id = d.notice_id AND d.created_at > ? AND d.created_at <= ? AND d.resend = 0 AND NOT d.amends AND n.subject IN ('event', 'recipient', 'date')
	GROUP BY n.id, n.recipient ORDER BY told_at`

// PlanContext returns what a plan has to know besides the changes of its scan.
// Read it after [Store.Candidates]: what people ask for moves the generation of
// the events, so a scan that was decided by older circumstances is stale.
func (s *Store) PlanContext(ctx context.Context, now time.Time) (models.PlanContext, error) {
	var c models.PlanContext
	err := s.look(ctx, "read what people ask for", func(tx *gorm.DB) (err error) {
		c = models.PlanContext{Recent: make(map[string][]time.Time)}
		if c.Mutes, err = mutesInForce(tx, now); err != nil {
			return err
		}
		if err := tx.Order("subscription, address").Find(&c.OptOuts).Error; err != nil {
			return err
		}
		var told []struct {
			Recipient string
			ToldAt    int64
		}
		err = tx.Raw(toldRecently, microsOf(now.Add(-countedWithin)), microsOf(now.Add(clocksDiffer))).Scan(&told).Error
		for _, t := range told {
			c.Recent[t.Recipient] = append(c.Recent[t.Recipient], timeOf(t.ToldAt))
		}
		return err
	})
	return c, err
}
