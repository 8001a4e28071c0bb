package store

import (
	"strings"

	"gorm.io/gorm"

	"regwatch/internal/address"
	"regwatch/models"
)

// A spelling keeps the address of a thread as its first message has it. Threads are
// found by destination, so a follow-up to another spelling of the address, because
// somebody has changed it in regwatch.yaml, would find no message to follow up, and
// could overtake one that is still due.
type spelling struct {
	written map[string]map[string]string // destinations by thread and channel, and then by key
}

// keep gives a delivery of a thread the address as the thread has it.
func (s *spelling) keep(tx *gorm.DB, d *models.Delivery) error {
	if d.Thread == "" || !address.IsMail(d.Destination) {
		return nil // nothing else has two spellings
	}
	written, err := s.of(tx, d.Thread, d.Channel)
	if err != nil {
		return err
	}
	key := address.Key(d.Destination)
	destination, has := written[key]
	if !has {
		written[key] = d.Destination
		return nil
	}
	if destination == d.Destination {
		return nil
	}
	as := models.NewDelivery(d.NoticeID, d.Channel, strings.TrimPrefix(destination, d.Channel+":"), d.CreatedAt)
	d.ID, d.Address, d.Destination = as.ID, as.Address, as.Destination
	return nil
}

// of returns how the addresses of a thread are written. What was given up or dropped
// does not count: its spelling may be the reason.
func (s *spelling) of(tx *gorm.DB, thread, channel string) (map[string]string, error) {
	place := channel + " " + thread
	if written, read := s.written[place]; read {
		return written, nil
	}
	var has []struct {
		Destination string
		State       models.DeliveryState
	}
	err := tx.Table("deliveries").Select("destination, state").
		Where("thread <> '' AND thread = ? AND channel = ? AND state IN ? AND NOT amends", thread, channel, []models.DeliveryState{models.DeliverySent, models.DeliveryDue}).
		Order("created_at, id").Find(&has).Error
	if err != nil {
		return nil, err
	}
	written := make(map[string]string)
	for _, state := range []models.DeliveryState{models.DeliverySent, models.DeliveryDue} {
		for _, d := range has {
			if key := address.Key(d.Destination); d.State == state && written[key] == "" {
				written[key] = d.Destination
			}
		}
	}
	if s.written == nil {
		s.written = make(map[string]map[string]string)
	}
	s.written[place] = written
	return written, nil
}
