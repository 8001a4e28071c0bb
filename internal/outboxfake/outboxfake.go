// Package outboxfake keeps deliveries in memory by the rules of the store: only the
// holder of the lease may complete one.
package outboxfake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"regwatch/models"
)

// Outbox is an outbox as the store keeps it. Fault, when set, may refuse a call.
type Outbox struct {
	Fault func(call string) error

	mu     sync.Mutex
	rows   []*models.Delivery
	tokens int
	Calls  []string
}

func New(rows ...models.Delivery) *Outbox {
	m := &Outbox{}
	for _, d := range rows {
		m.Add(d)
	}
	return m
}

func (m *Outbox) Add(d models.Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, &d)
}

func (m *Outbox) Row(id string) models.Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.rows {
		if d.ID == id {
			return *d
		}
	}
	return models.Delivery{}
}

func (m *Outbox) Claim(_ context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	if err := m.refuse("claim"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var claimed []models.Delivery
	for _, d := range m.rows {
		if len(claimed) == limit || d.Channel != channel || d.State != models.DeliveryDue || d.NotBefore.After(now) || d.LeaseUntil.After(now) {
			continue
		}
		m.tokens++
		d.LeaseToken, d.LeaseUntil = fmt.Sprintf("t%d", m.tokens), now.Add(lease)
		claimed = append(claimed, *d)
	}
	return claimed, nil
}

func (m *Outbox) MarkStarted(_ context.Context, d models.Delivery, now time.Time) error {
	return m.change("started", d, func(row *models.Delivery) { row.StartedAt = now })
}

func (m *Outbox) MarkSent(_ context.Context, d models.Delivery, receipt string, now time.Time) error {
	return m.change("sent", d, func(row *models.Delivery) {
		row.State, row.Receipt, row.SentAt, row.LastError = models.DeliverySent, receipt, now, ""
		row.Attempts++
	})
}

func (m *Outbox) Postpone(_ context.Context, d models.Delivery, until time.Time, cost int, reason string) error {
	return m.change("postponed", d, func(row *models.Delivery) {
		row.NotBefore, row.StartedAt, row.LastError = until, d.StartedAt, reason
		row.Attempts += cost
		row.LeaseToken, row.LeaseUntil = "", time.Time{}
	})
}

func (m *Outbox) Fail(_ context.Context, d models.Delivery, reason string, _ time.Time) error {
	return m.change("dead", d, func(row *models.Delivery) {
		row.State, row.StartedAt, row.LastError = models.DeliveryDead, d.StartedAt, reason
	})
}

func (m *Outbox) Drop(_ context.Context, d models.Delivery, reason string, _ time.Time) error {
	return m.change("dropped", d, func(row *models.Delivery) { row.State, row.LastError = models.DeliveryDropped, reason })
}

// ForgetThread notes it with what was sent in the thread.
func (m *Outbox) ForgetThread(_ context.Context, d models.Delivery) error {
	return m.change("forget thread", d, func(row *models.Delivery) {
		for _, other := range m.rows {
			if other.Thread == row.Thread && other.Destination == row.Destination && other.State == models.DeliverySent {
				other.LastError = models.ThreadGone
			}
		}
	})
}

func (m *Outbox) change(call string, d models.Delivery, set func(*models.Delivery)) error {
	if err := m.refuse(call); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, row := range m.rows {
		if row.ID == d.ID && row.LeaseToken == d.LeaseToken && row.LeaseToken != "" && row.State == models.DeliveryDue {
			set(row)
			return nil
		}
	}
	return models.ErrLeaseLost
}

func (m *Outbox) refuse(call string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Calls = append(m.Calls, call)
	if m.Fault == nil {
		return nil
	}
	return m.Fault(call)
}
