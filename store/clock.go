package store

import (
	"context"
	"time"
)

// ClockAhead returns by how much the clock of the database's machine is ahead of
// the one that now reads, to within the time that the question takes; behind is
// negative. SQLite has no clock of its own: 0.
func (s *Store) ClockAhead(ctx context.Context, now func() time.Time) (time.Duration, error) {
	if _, ok := s.engine.(postgresEngine); !ok {
		return 0, nil
	}
	var theirs int64
	before := now()
	err := s.read.WithContext(ctx).Raw("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint").Scan(&theirs).Error
	took := now().Sub(before)
	return timeOf(theirs).Sub(before.Add(took / 2)), s.failed(ctx, "ask the database for the time", err)
}
