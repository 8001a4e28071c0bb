package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// CommitNotices stores notices that no scan caused, such as a test message or
// the failure of a channel, with their deliveries. Those that are stored already
// stay as they are.
func (s *Store) CommitNotices(ctx context.Context, notices []models.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	return s.change(ctx, "store the notices", func(tx *gorm.DB) error {
		log := &auditLog{at: notices[0].CreatedAt}
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// Notices returns the notices decided at or after a time with their deliveries,
// newest first.
func (s *Store) Notices(ctx context.Context, since time.Time, limit int) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.look(ctx, "read the notices", func(tx *gorm.DB) error {
		if err := tx.Where("created_at >= ?", microsOf(since)).Order("created_at DESC, id").Limit(limit).Find(&notices).Error; err != nil {
			return err
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

// A NoticeFilter says which notices that are not sent are meant. Its zero value means all
// that are held.
type NoticeFilter struct {
	Deferred   bool     // those that are sent later, instead of those that are not sent
	Recipients []string // any when nil
	Event      string   // its whole ID; any when empty
	Since      time.Time
	Limit      int // 0 means 100
}

// UnsentNotices returns notices that are held or deferred, newest first.
func (s *Store) UnsentNotices(ctx context.Context, f NoticeFilter) ([]models.Notice, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	var notices []models.Notice
	q := s.read.WithContext(ctx).Where("created_at >= ?", microsOf(f.Since))
	if f.Deferred {
		q = q.Where("wait_until <> 0")
	} else {
		q = q.Where("held <> ''")
	}
	if f.Recipients != nil {
		q = q.Where("recipient IN ?", f.Recipients)
	}
	if f.Event != "" {
		q = q.Where(aboutEvent(q.Session(&gorm.Session{NewDB: true}), f.Event))
	}
	err := q.Order("created_at DESC, id").Limit(f.Limit).Find(&notices).Error
	return notices, s.failed(ctx, "read the notices that are not sent", err)
}

// aboutEvent is the condition for the notices of an event.
func aboutEvent(tx *gorm.DB, id string) *gorm.DB {
	return tx.Where("subject = 'event' AND subject_id = ?", id).Or("subject IN ('standing', 'date') AND subject_id LIKE ?", id+"/%")
}

// EventNotices returns the notices of an event with their deliveries, oldest
// first: those that told of it, were held, or changed what was sent.
func (s *Store) EventNotices(ctx context.Context, eventID string) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.look(ctx, "read the notices of event "+eventID, func(tx *gorm.DB) error {
		if err := tx.Where(aboutEvent(tx, eventID)).Order("created_at, id").Find(&notices).Error; err != nil {
			return err
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

func fillDeliveries(tx *gorm.DB, notices []models.Notice) error {
	at := make(map[string]*models.Notice, len(notices))
	ids := make([]string, len(notices))
	for i := range notices {
		ids[i] = notices[i].ID
		at[ids[i]] = &notices[i]
	}
	for part := range slices.Chunk(ids, chunk) {
		var some []models.Delivery
		if err := tx.Where("notice_id IN ?", part).Order("destination, resend").Find(&some).Error; err != nil {
			return err
		}
		for _, d := range some {
			at[d.NoticeID].Deliveries = append(at[d.NoticeID].Deliveries, d)
		}
	}
	return nil
}

func noticesOf(tx *gorm.DB, ids []string) (map[string]models.Notice, error) {
	notices := make(map[string]models.Notice, len(ids))
	for part := range slices.Chunk(unique(ids), chunk) {
		var some []models.Notice
		if err := tx.Where("id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, n := range some {
			notices[n.ID] = n
		}
	}
	return notices, nil
}

// A DeliveryFilter says which deliveries are meant. Its zero value means all.
type DeliveryFilter struct {
	State     models.DeliveryState // any when empty
	Channel   string               // any when empty
	Recipient string               // of the notice; any when empty
	Event     string               // what it tells of, by its whole ID; any when empty
	Since     time.Time            // made at or after
	Limit     int                  // 0 means 100
}

// Deliveries returns deliveries with their notices, newest first.
func (s *Store) Deliveries(ctx context.Context, f DeliveryFilter) ([]models.Delivery, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	var deliveries []models.Delivery
	err := s.look(ctx, "read the deliveries", func(tx *gorm.DB) error {
		q := tx.Where("created_at >= ?", microsOf(f.Since))
		if f.State != "" {
			q = q.Where("state = ?", f.State)
		}
		if f.Channel != "" {
			q = q.Where("channel = ?", f.Channel)
		}
		if f.Recipient != "" {
			q = q.Where("notice_id IN (SELECT id FROM notices WHERE recipient = ?)", f.Recipient)
		}
		if f.Event != "" {
			q = q.Where("thread <> '' AND thread = ?", f.Event)
		}
		if err := q.Order("created_at DESC, id").Limit(f.Limit).Find(&deliveries).Error; err != nil {
			return err
		}
		return fillNotices(tx, deliveries)
	})
	return deliveries, err
}

// ChannelTroubles returns what people were told last of each channel and address
// that is in trouble: reports that one fails, and none that it delivers again.
func (s *Store) ChannelTroubles(ctx context.Context) ([]models.HealthReport, error) {
	var notices []models.Notice
	err := s.look(ctx, "read what was told of channels", func(tx *gorm.DB) error {
		// What was given up, and what a channel that is gone owes, is told under names
		// of its own and never over.
		return tx.Where(`kind = ? AND subject = 'channel' AND subject_id NOT LIKE '%/given up' AND subject_id NOT LIKE '%/gone' AND NOT EXISTS (SELECT 1 FROM notices n
			WHERE n.kind = notices.kind AND n.subject = notices.subject AND n.subject_id = notices.subject_id AND n.created_at > notices.created_at)`, models.NoticeHealth).
			Order("subject_id, id").Find(&notices).Error
	})
	if err != nil {
		return nil, err
	}
	var troubles []models.HealthReport
	last := ""
	for _, n := range notices {
		// Several recipients are told the same.
		if r := n.Content.Health; r != nil && r.Health == models.Failing && n.SubjectID != last {
			troubles = append(troubles, *r)
		}
		last = n.SubjectID
	}
	return troubles, nil
}

// Pending is how much is due over a channel.
type Pending struct {
	Channel    string
	Deliveries int
	Since      time.Time // the oldest was made then
}

// Pending returns what is due, by channel.
func (s *Store) Pending(ctx context.Context) ([]Pending, error) {
	var rows []struct {
		Channel    string
		Deliveries int
		Oldest     int64
	}
	err := s.read.WithContext(ctx).Raw(`SELECT channel, COUNT(*) AS deliveries, MIN(created_at) AS oldest
		FROM deliveries WHERE state = 'due' GROUP BY channel ORDER BY channel`).Scan(&rows).Error
	owed := make([]Pending, len(rows))
	for i, r := range rows {
		owed[i] = Pending{r.Channel, r.Deliveries, timeOf(r.Oldest)}
	}
	return owed, s.failed(ctx, "count what is due", err)
}

// Counts says how much is stored.
type Counts struct {
	Articles int64 `json:"articles"`
	Matches  int64 `json:"matches"`
	Events   int64 `json:"events"`
	Notices  int64 `json:"notices"`
	Held     int64 `json:"held"` // notices that are not sent
	Due      int64 `json:"due"`  // deliveries
	Sent     int64 `json:"sent"`
	Dead     int64 `json:"dead"`
	Audit    int64 `json:"audit"` // entries
}

// Counts counts what is stored.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	c, err := countsOf(s.read.WithContext(ctx))
	return c, s.failed(ctx, "count what is stored", err)
}

func countsOf(db *gorm.DB) (Counts, error) {
	var c Counts
	err := db.Raw(`SELECT
		(SELECT COUNT(*) FROM articles) AS articles,
		(SELECT COUNT(*) FROM matches) AS matches,
		(SELECT COUNT(*) FROM events WHERE merged_into = '') AS events,
		(SELECT COUNT(*) FROM notices) AS notices,
		(SELECT COUNT(*) FROM notices WHERE held <> '') AS held,
		(SELECT COUNT(*) FROM deliveries WHERE state = 'due') AS due,
		(SELECT COUNT(*) FROM deliveries WHERE state = 'sent') AS sent,
		(SELECT COUNT(*) FROM deliveries WHERE state = 'dead') AS dead,
		(SELECT seq FROM audit_head WHERE name = 'audit') AS audit`).Scan(&c).Error
	return c, err
}
