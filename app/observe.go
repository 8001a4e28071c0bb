package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/scanner"
)

// An Observer is called while an engine works, from several goroutines. Functions that are
// nil are not called.
type Observer struct {
	Scanned   func(SourceScan)           // after each scan of a source
	Ticked    func()                     // each minute, when the scanner looks for what is due
	Planned   func(PlanningResult)       // after each planning of notices
	Delivered func(DeliveryAttempt)      // after each attempt to deliver
	Channel   func(models.ChannelHealth) // when the health of a channel has changed
}

// A DeliveryAttempt is one attempt to send a delivery.
type DeliveryAttempt struct {
	Channel   string
	Address   string
	Outcome   string // sent, found, postponed, dead or dropped
	Arrived   bool   // it was sent or found
	CreatedAt time.Time
}

// A PlanningResult says how many notices of one kind a crash kept from being planned, when
// they were last planned.
type PlanningResult struct {
	Kind      string // flush, escalation, reminder, address or digest
	Unplanned int
	What      string // such as "2 digests"
}

// PlanningKinds returns the kinds of notices that the scanner plans.
func PlanningKinds() []string {
	var kinds []string
	for _, kind := range scanner.Plannings() {
		kinds = append(kinds, string(kind))
	}
	return kinds
}

// Observe makes the engine call o. Call it before Run, at most once.
func (e *Engine) Observe(o Observer) {
	if o.Scanned != nil {
		e.scans.add(o.Scanned)
	}
	e.scanner.Tick = o.Ticked
	if o.Planned != nil {
		e.scanner.Planned = func(kind scanner.Planning, unplanned int) {
			o.Planned(PlanningResult{string(kind), unplanned, kind.Count(unplanned)})
			e.planned(kind, unplanned)
		}
	}
	if o.Delivered != nil {
		e.worker.OnResult = func(r delivery.Result) { o.Delivered(newDeliveryAttempt(r)) }
	}
	if o.Channel != nil {
		e.worker.OnHealth = func(ctx context.Context, h models.ChannelHealth) error {
			o.Channel(h)
			return e.reportHealth(ctx, h)
		}
	}
}

// scanObservers are called after each scan of a source.
type scanObservers struct {
	mu  sync.Mutex // guards all
	all []*func(SourceScan)
}

// add adds a function. What it returns removes it.
func (o *scanObservers) add(scanned func(SourceScan)) (remove func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, &scanned)
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.all = slices.DeleteFunc(slices.Clone(o.all), func(f *func(SourceScan)) bool { return f == &scanned })
	}
}

func (o *scanObservers) report(r scanner.Result) {
	o.mu.Lock()
	all := o.all
	o.mu.Unlock()
	if len(all) == 0 {
		return
	}
	s := newSourceScan(r)
	for _, scanned := range all {
		(*scanned)(s)
	}
}

func newDeliveryAttempt(r delivery.Result) DeliveryAttempt {
	return DeliveryAttempt{
		Channel: r.Delivery.Channel, Address: r.Delivery.Address, Outcome: string(r.Outcome),
		Arrived: r.Outcome == delivery.Sent || r.Outcome == delivery.Found, CreatedAt: r.Delivery.CreatedAt,
	}
}

// Unplanned returns the kinds of notices of which a crash keeps some from being planned.
func (e *Engine) Unplanned() []PlanningResult { return e.failures.unplanned() }

// Stats returns what is due, given up and stored.
func (a *App) Stats(ctx context.Context) (models.Stats, error) { return a.store.Stats(ctx) }

// Now is the time by the App's clock.
func (a *App) Now() time.Time { return a.now() }

// SetClock replaces the App's clock, for tests. Call it before anything else.
func (a *App) SetClock(now func() time.Time) { a.now = now }
