package app

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/store"
)

// DemoFindings are what the database of a demo holds when the demo ends.
type DemoFindings struct {
	Events       int
	AlertedEvent string // the ID of one that somebody was notified about; empty if there is none
	AuditEntries int64  // all of them intact
}

// DemoFindings counts the events of the last day and verifies the audit log.
func (a *App) DemoFindings(ctx context.Context) (DemoFindings, error) {
	now := a.now()
	events, err := a.store.Events(ctx, store.EventFilter{From: now.Add(-24 * time.Hour), To: now})
	if err != nil {
		return DemoFindings{}, err
	}
	found := DemoFindings{Events: len(events)}
	if i := slices.IndexFunc(events, func(e models.Event) bool { return len(e.Notified) > 0 }); i >= 0 {
		found.AlertedEvent = events[i].ID
	}
	found.AuditEntries, err = a.store.VerifyAudit(ctx)
	return found, err
}
