package main

import (
	"context"
	"time"

	"regwatch/notifier"
)

// tellHealth has people told that a channel delivers nothing, delivers again, or
// has lost messages.
func (a *app) tellHealth(ctx context.Context, h notifier.ChannelHealth) error {
	if err := a.store.CommitNotices(ctx, notifier.PlanChannelHealth(h, a.routing, time.Now())); err != nil {
		return err
	}
	a.deliverer.Wake()
	return nil
}
