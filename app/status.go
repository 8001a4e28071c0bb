package app

import (
	"context"
	"runtime"
	"time"

	"regwatch/internal/build"
	"regwatch/models"
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
	digests, err := e.Digests(ctx, "", 1)
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
