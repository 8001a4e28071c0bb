package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// mostAhead is more than any reminder is ahead of its day: older ones are about days
// that have passed.
const mostAhead = 400 * 24 * time.Hour

// EventsWithDates returns the events that name a day within a range, and the reminders of them
// that were decided before now.
func (s *Store) EventsWithDates(ctx context.Context, firstDay, lastDay string, now time.Time) ([]models.Event, []models.PastReminder, error) {
	var events []models.Event
	var past []models.PastReminder
	err := s.look(ctx, "read the key dates of events", func(tx *gorm.DB) (err error) {
		if events, err = datedEvents(tx, firstDay, lastDay); err != nil || len(events) == 0 {
			return err
		}
		past, err = pastReminders(tx, events, now)
		return err
	})
	return events, past, err
}

func pastReminders(tx *gorm.DB, events []models.Event, now time.Time) ([]models.PastReminder, error) {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	became, err := merged(tx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct{ SubjectID, Recipient string }
	err = tx.Table("notices").Select("subject_id, recipient").
		Where("subject = 'date' AND created_at > ?", microsOf(now.Add(-mostAhead))).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	var past []models.PastReminder
	for _, r := range rows {
		// EVENT/KIND/DAY/AHEAD
		parts := strings.Split(r.SubjectID, "/")
		last := len(parts) - 1
		if last < 3 || became[parts[0]] == "" {
			continue
		}
		ahead, err := strconv.Atoi(parts[last])
		if err != nil {
			continue
		}
		past = append(past, models.PastReminder{EventID: became[parts[0]], Recipient: r.Recipient, Day: parts[last-1], Ahead: ahead})
	}
	return past, nil
}
