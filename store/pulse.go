package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"regwatch/models"
)

// Stats returns how what is owed fares. Each of its queries is answered by an
// index, so that a monitor may ask every few seconds.
func (s *Store) Stats(ctx context.Context) (models.Stats, error) {
	var p models.Stats
	err := s.look(ctx, "read what is owed", func(tx *gorm.DB) error {
		p = models.Stats{}
		var err error
		if p.Channels, err = channelPulses(tx); err != nil {
			return err
		}
		// Named otherwise than the column, which would be meant by GROUP BY.
		err = tx.Raw("SELECT kind, (held <> '') AS silent, COUNT(*) AS count FROM notices GROUP BY kind, (held <> '') ORDER BY 1, 2").Scan(&p.Notices).Error
		if err != nil {
			return err
		}
		var at int64
		if err := tx.Raw("SELECT COALESCE(MAX(succeeded_at), 0) FROM source_states").Scan(&at).Error; err != nil {
			return err
		}
		p.ScanAt = timeOf(at)
		return nil
	})
	return p, err
}

func channelPulses(tx *gorm.DB) ([]models.ChannelStats, error) {
	var due []struct {
		Channel string
		Due     int
		Oldest  int64
	}
	err := tx.Raw("SELECT channel, COUNT(*) AS due, MIN(created_at) AS oldest FROM deliveries WHERE state = 'due' GROUP BY channel").Scan(&due).Error
	if err != nil {
		return nil, err
	}
	of := make(map[string]*models.ChannelStats)
	for _, d := range due {
		p := &models.ChannelStats{Channel: d.Channel, Due: d.Due, OldestDue: timeOf(d.Oldest)}
		of[d.Channel] = p
		err := tx.Table("deliveries").Where("state = 'due' AND channel = ? AND created_at = ?", d.Channel, d.Oldest).
			Order("id").Limit(1).Pluck("last_error", &p.LastError).Error
		if err != nil {
			return nil, err
		}
	}
	var dead []models.ChannelStats
	if err := tx.Raw("SELECT channel, COUNT(*) AS dead FROM deliveries WHERE state = 'dead' GROUP BY channel").Scan(&dead).Error; err != nil {
		return nil, err
	}
	for _, d := range dead {
		if of[d.Channel] == nil {
			of[d.Channel] = &models.ChannelStats{Channel: d.Channel}
		}
		of[d.Channel].Dead = d.Dead
	}
	var all []models.ChannelStats
	for _, p := range of {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b models.ChannelStats) int { return cmp.Compare(a.Channel, b.Channel) })
	return all, nil
}
