package store

import (
	"context"

	"regwatch/models"
)

// UnreportedDead returns by destination the deliveries that were given up after the
// last report of such deliveries to that destination. Those that report on a channel
// are left out, or two channels that do not work would report each other for ever.
func (s *Store) UnreportedDead(ctx context.Context) ([]models.ChannelHealth, error) {
	var rows []struct {
		Channel, Address, LastError string
		At                          int64
	}
	err := s.read.WithContext(ctx).Raw(`SELECT d.channel, d.address, d.last_error, MAX(a.at) AS at
		FROM deliveries d JOIN audit a ON a.subject = d.id AND a.action = 'delivery.dead' JOIN notices n ON n.id = d.notice_id
		WHERE d.state = 'dead' AND NOT (n.kind = 'health' AND n.subject = 'channel')
		GROUP BY d.id, d.channel, d.address, d.destination, d.last_error
		HAVING MAX(a.at) > COALESCE((SELECT MAX(r.created_at) FROM notices r
			WHERE r.kind = 'health' AND r.subject = 'channel' AND r.subject_id = d.destination || '/given up'), 0)
		ORDER BY d.destination, 4, d.id`).Scan(&rows).Error
	if err != nil {
		return nil, s.failed(ctx, "read what was given up and not reported", err)
	}
	var dead []models.ChannelHealth
	for _, r := range rows {
		h := models.ChannelHealth{Channel: r.Channel, Address: r.Address, Health: models.Failing, Since: timeOf(r.At)}
		if n := len(dead); n == 0 || dead[n-1].Name() != h.Name() {
			dead = append(dead, h)
		}
		last := &dead[len(dead)-1]
		last.Dead++
		last.Error = r.LastError
	}
	return dead, nil
}
