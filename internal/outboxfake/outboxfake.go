// Package outboxfake keeps deliveries in memory under the rules of the store: only the
// holder of a lease completes a delivery, a thread is sent in order, and a call succeeds
// completely or changes nothing.
package outboxfake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"regwatch/models"
)

// Outbox is an outbox with the rules of the store. Fault, if set, may fail a call: claim,
// renew, record, forget thread or count.
type Outbox struct {
	Fault func(call string) error

	mu     sync.Mutex // guards all below
	rows   []*models.Delivery
	tokens int
	calls  []string
}

// New returns an outbox with some deliveries.
func New(rows ...models.Delivery) *Outbox {
	m := &Outbox{}
	for _, d := range rows {
		m.Add(d)
	}
	return m
}

// Add stores another delivery.
func (m *Outbox) Add(d models.Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, &d)
}

// Row returns a delivery as stored.
func (m *Outbox) Row(id string) models.Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row := m.row(id); row != nil {
		return *row
	}
	return models.Delivery{}
}

// Rows returns the deliveries as they are stored.
func (m *Outbox) Rows() []models.Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []models.Delivery
	for _, d := range m.rows {
		all = append(all, *d)
	}
	return all
}

// Steal gives a delivery to another worker, as after the end of its lease.
func (m *Outbox) Steal(id string, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row := m.row(id)
	row.LeaseToken, row.LeaseUntil = "another worker", until
}

// Calls returns how many calls of a name were made, including failed ones.
func (m *Outbox) Calls(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, c := range m.calls {
		if c == name {
			n++
		}
	}
	return n
}

// Claim leases due deliveries, oldest first, and only the oldest of each thread.
func (m *Outbox) Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	if err := m.refuse(ctx, "claim"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if limit < 1 || lease <= 0 {
		return nil, fmt.Errorf("a claim of %d for %v", limit, lease)
	}
	m.tokens++
	var claimed []models.Delivery
	for _, d := range slices.SortedStableFunc(slices.Values(m.rows), earlier) {
		if len(claimed) == limit {
			break
		}
		if d.Channel != channel || d.State != models.DeliveryDue || d.NotBefore.After(now) || d.LeaseUntil.After(now) || m.follows(d) {
			continue
		}
		d.LeaseToken, d.LeaseUntil = fmt.Sprintf("t%d", m.tokens), now.Add(lease)
		given := *d
		if root := m.root(d); root != nil {
			given.Root = root
		}
		claimed = append(claimed, given)
	}
	return claimed, nil
}

// Renew extends leases.
func (m *Outbox) Renew(ctx context.Context, held []models.Delivery, now time.Time, lease time.Duration) (lost []string, err error) {
	if err := m.refuse(ctx, "renew"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range held {
		if row := m.held(d); row != nil {
			row.LeaseUntil = now.Add(lease)
		} else {
			lost = append(lost, d.ID)
		}
	}
	return lost, nil
}

// Record stores the results of deliveries and the start of others.
func (m *Outbox) Record(ctx context.Context, done []models.Completion, starting []models.Delivery, now time.Time) (lost []string, err error) {
	if err := m.refuse(ctx, "record"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range done {
		if err := m.check(c); err != nil {
			return nil, err
		}
	}
	for _, c := range done {
		row := m.held(c.Delivery)
		if row == nil {
			lost = append(lost, c.Delivery.ID)
			continue
		}
		complete(row, c)
	}
	for _, d := range starting {
		row := m.held(d)
		if row == nil {
			lost = append(lost, d.ID)
			continue
		}
		row.StartedAt = now
	}
	return lost, nil
}

// ForgetThread records that the first message of a delivery's thread is gone.
func (m *Outbox) ForgetThread(ctx context.Context, d models.Delivery) error {
	if err := m.refuse(ctx, "forget thread"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	row := m.held(d)
	if row == nil {
		return models.ErrLeaseLost
	}
	for _, other := range m.rows {
		if other.Thread != "" && other.Thread == row.Thread && other.Destination == row.Destination && other.State == models.DeliverySent && !other.Amends {
			other.LastError = models.ThreadGone
		}
	}
	return nil
}

// CountDue returns how many deliveries of a channel are due, now or later.
func (m *Outbox) CountDue(ctx context.Context, channel string) (int, error) {
	if err := m.refuse(ctx, "count"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, d := range m.rows {
		if d.Channel == channel && d.State == models.DeliveryDue {
			n++
		}
	}
	return n, nil
}

// check refuses a completion that is inconsistent, or whose delivery was never started.
func (m *Outbox) check(c models.Completion) error {
	row := m.held(c.Delivery)
	switch {
	case row == nil:
		return nil
	case c.State == models.DeliverySent && row.StartedAt.IsZero():
		return fmt.Errorf("%s was sent, and its start was not noted", row.ID)
	case c.State != models.DeliverySent && c.State != models.DeliveryDue && c.State != models.DeliveryDead && c.State != models.DeliveryDropped:
		return fmt.Errorf("%s is to become %q", row.ID, c.State)
	case c.State != models.DeliverySent && c.State != models.DeliveryDue && c.Reason == "":
		return fmt.Errorf("%s is %s for no reason", row.ID, c.State)
	case c.At.IsZero():
		return fmt.Errorf("%s is completed at no time", row.ID)
	}
	return nil
}

func complete(row *models.Delivery, c models.Completion) {
	row.LeaseToken, row.LeaseUntil = "", time.Time{}
	switch {
	case c.State == models.DeliverySent:
		row.Receipt, row.SentAt, row.LastError = c.Receipt, c.At, ""
		row.Attempts++
	case c.State == models.DeliveryDue && c.Reason == "":
		row.StartedAt = c.Delivery.StartedAt
	case c.State == models.DeliveryDue:
		row.NotBefore, row.StartedAt, row.LastError = c.NotBefore, c.Delivery.StartedAt, c.Reason
		row.Attempts += c.Cost
	case c.State == models.DeliveryDead:
		row.StartedAt, row.LastError = c.Delivery.StartedAt, c.Reason
		row.Attempts++
	default:
		row.LastError = c.Reason
	}
	row.State = c.State
}

func earlier(a, b *models.Delivery) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// follows reports whether an earlier delivery of the same thread is due.
func (m *Outbox) follows(d *models.Delivery) bool {
	return d.Thread != "" && slices.ContainsFunc(m.rows, func(e *models.Delivery) bool {
		return e.State == models.DeliveryDue && e.Thread == d.Thread && e.Destination == d.Destination && earlier(e, d) < 0
	})
}

// root returns the first sent delivery of a thread. One that a test set stays.
func (m *Outbox) root(d *models.Delivery) *models.Delivery {
	if d.Thread == "" {
		return d.Root
	}
	for _, e := range slices.SortedStableFunc(slices.Values(m.rows), earlier) {
		if e.State == models.DeliverySent && e.Thread == d.Thread && e.Destination == d.Destination && !e.Amends && e.LastError == "" && e != d {
			sent := *e
			return &sent
		}
	}
	return d.Root
}

func (m *Outbox) row(id string) *models.Delivery {
	for _, d := range m.rows {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// held returns the row of a delivery that is due under its lease token, or nil.
func (m *Outbox) held(d models.Delivery) *models.Delivery {
	row := m.row(d.ID)
	if row == nil || row.State != models.DeliveryDue || row.LeaseToken == "" || row.LeaseToken != d.LeaseToken {
		return nil
	}
	return row
}

func (m *Outbox) refuse(ctx context.Context, call string) error {
	m.mu.Lock()
	m.calls = append(m.calls, call)
	m.mu.Unlock()
	var fault error
	if m.Fault != nil {
		fault = m.Fault(call)
	}
	return errors.Join(ctx.Err(), fault)
}
