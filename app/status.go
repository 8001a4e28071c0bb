package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"regwatch/internal/build"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// A SystemStatus says how the program and its database are.
type SystemStatus struct {
	Build     build.Info
	Stats     models.Stats
	Failing   []models.ChannelHealth // channels and addresses of which people were notified, and that do not deliver again yet
	Unplanned []PlanningResult       // what a crash keeps from being planned
	Warnings  []string               // likely mistakes in the files, in English
	Database  DatabaseStatus
	Memory    uint64 // bytes that the program got from the system
	ReadToday int    // enabled sources that were read in the last 24 hours
	Enabled   int    // sources
	Digest    *Digest
	AuditHead models.AuditHead
}

// A DatabaseStatus says where the database is and how large it is.
type DatabaseStatus struct {
	Postgres bool
	Path     string // of the SQLite file
	Bytes    int64  // of it
	Free     int64  // of them, in pages that hold nothing
	Copy     string // made at the start, before its tables were changed; empty: there was nothing to change
}

// Status returns how the program and its database are. It is cheap: pages show it.
func (e *Engine) Status(ctx context.Context) (SystemStatus, error) {
	s := SystemStatus{Build: build.Read(), Unplanned: e.Unplanned()}
	var err error
	if s.Stats, err = e.Stats(ctx); err != nil {
		return s, err
	}
	if s.Failing, err = e.failingChannels(ctx); err != nil {
		return s, err
	}
	states, err := e.sourceStates(ctx)
	if err != nil {
		return s, err
	}
	now := e.now()
	for _, src := range e.Folder().Sources {
		if src.Disabled {
			continue
		}
		s.Enabled++
		if at := states[src.ID].SucceededAt; !at.IsZero() && now.Sub(at) <= 24*time.Hour {
			s.ReadToday++
		}
	}
	for _, p := range append(e.Config().Warnings(now), e.Folder().TemplateProblems...) {
		s.Warnings = append(s.Warnings, p.String())
	}
	digests, err := e.Digests(ctx, "", Position{}, 1)
	if err != nil {
		return s, err
	}
	if len(digests) > 0 {
		s.Digest = &digests[0]
	}
	if s.AuditHead, err = e.AuditHead(ctx); err != nil {
		return s, err
	}
	s.Database = DatabaseStatus{Postgres: e.Config().Database.DSN.IsSet(), Path: e.Config().Database.Path, Copy: e.store.Backup()}
	if !s.Database.Postgres {
		size, err := e.store.Size(ctx)
		if err != nil {
			return s, err
		}
		s.Database.Bytes, s.Database.Free = size.Bytes, size.Free
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	s.Memory = memory.Sys
	return s, nil
}

// reportHealth notifies people that a channel delivers nothing, delivers again, has given
// messages up, or was removed. It logs the same, in case that no channel works.
func (e *Engine) reportHealth(ctx context.Context, h models.ChannelHealth) error {
	notices := notifier.PlanChannelHealth(h, e.routing(), e.now())
	if err := e.store.CommitNotices(ctx, notices); err != nil {
		return err
	}
	level, message := slog.LevelError, "channel failing"
	if h.Health != models.Failing {
		level, message = slog.LevelInfo, "channel delivers again"
	}
	e.log.Log(ctx, level, message, "channel", h.Name(), "since", h.Since, "given_up", h.Dead, "due", h.Owed, "reported_through", destinationsIn(notices), "error", h.Error)
	e.worker.Wake()
	return nil
}

func destinationsIn(notices []models.Notice) []string {
	all := make(map[string]bool)
	for _, n := range notices {
		for _, d := range n.Deliveries {
			all[d.Destination] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// failingChannels returns the channels and addresses that people were notified are
// failing, and not yet that they deliver again.
func (e *Engine) failingChannels(ctx context.Context) ([]models.ChannelHealth, error) {
	reports, err := e.store.ChannelTroubles(ctx)
	if err != nil {
		return nil, err
	}
	failing := make([]models.ChannelHealth, len(reports))
	for i, r := range reports {
		failing[i] = models.ChannelHealth{Health: r.Health, Since: r.Since, Error: r.Error, Failure: r.Failure}
		failing[i].Channel, failing[i].Address, _ = strings.Cut(r.Name, ":")
	}
	return failing, nil
}

// reportRemovedChannels notifies people, once, of deliveries due through channels that
// are no longer configured: nobody would send them, and nobody would notice.
func (e *Engine) reportRemovedChannels(ctx context.Context) error {
	pending, err := e.store.Pending(ctx)
	if err != nil {
		return err
	}
	for _, o := range pending {
		if _, configured := e.Config().Channel(o.Channel); configured {
			continue
		}
		gone := models.Failure{Kind: models.FailureChannelRemoved, Args: models.FailureArgs{Channel: o.Channel}}
		err := e.reportHealth(ctx, models.ChannelHealth{
			Channel: o.Channel, Health: models.Failing, Since: o.Since, Owed: o.Deliveries,
			Error: render.Failure(gone, string(render.English)), Failure: gone,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heartbeat returns what calls the configured address while all is well; nil if none is
// configured.
func (e *Engine) heartbeat() (*delivery.Heartbeat, error) {
	if !e.Config().Heartbeat.URL.IsSet() {
		return nil, nil
	}
	address, err := e.Config().Heartbeat.URL.Reveal()
	if err != nil {
		return nil, fmt.Errorf("heartbeat.url: %w", err)
	}
	return delivery.NewHeartbeat(delivery.HeartbeatOptions{URL: address, Now: e.now, Log: e.log, Well: func(ctx context.Context) error {
		if why := e.failures.sentence(); why != "" {
			return fmt.Errorf("regwatch crashes when it plans some messages; %s", why)
		}
		failing, err := e.failingChannels(ctx)
		for _, h := range failing {
			if _, configured := e.Config().Channel(h.Channel); configured && h.Address == "" {
				return fmt.Errorf("nothing gets through the channel %s", h.Channel)
			}
		}
		return err
	}})
}
