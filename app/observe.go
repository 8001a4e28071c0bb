package app

import (
	"context"
	"time"

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/scanner"
)

// An Observer is called while an engine works, from several goroutines.
type Observer interface {
	Scanned(scanner.Result)
	Ticked()
	Planned(kind scanner.Planning, unplanned int)
	Delivered(delivery.Result)
	Channel(models.ChannelHealth)
}

// Observe makes the engine call o after each scan, tick, planning, delivery and change of a
// channel's health. Call it before Run, at most once.
func (e *Engine) Observe(o Observer) {
	e.scanner.Report = o.Scanned
	e.scanner.Tick = o.Ticked
	e.scanner.Planned = func(kind scanner.Planning, unplanned int) {
		o.Planned(kind, unplanned)
		e.planned(kind, unplanned)
	}
	e.worker.OnResult = o.Delivered
	e.worker.OnHealth = func(ctx context.Context, h models.ChannelHealth) error {
		o.Channel(h)
		return e.reportHealth(ctx, h)
	}
}

// Stats returns what is due, given up and stored.
func (a *App) Stats(ctx context.Context) (models.Stats, error) { return a.store.Stats(ctx) }

// Now is the time by the App's clock.
func (a *App) Now() time.Time { return a.now() }
