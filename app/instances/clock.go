package instances

import (
	"context"
	"sync/atomic"
	"time"
)

// A Clock shows the time of the database, so that programs whose own clocks differ agree on what
// is due. It runs by the monotonic clock: setting the clock of the machine changes nothing.
type Clock struct {
	ahead   func(ctx context.Context, now func() time.Time) (time.Duration, error)
	started time.Time // with its monotonic reading
	offset  atomic.Int64
}

// clockTries is how often the database is asked for the time: the answer that came first is right to
// within half of the time that it took.
const clockTries = 3

// NewClock returns a clock. Ahead says how far the clock of the database is ahead of another; now is that of
// this machine.
func NewClock(ctx context.Context, now func() time.Time, ahead func(ctx context.Context, now func() time.Time) (time.Duration, error)) (*Clock, error) {
	started := time.Now()
	c := &Clock{ahead: ahead, started: started}
	c.offset.Store(int64(now().Sub(started)))
	return c, c.Set(ctx)
}

// Now returns the time of the database.
func (c *Clock) Now() time.Time {
	return c.started.Round(0).Add(time.Since(c.started) + time.Duration(c.offset.Load()))
}

// Set asks the database for the time again.
func (c *Clock) Set(ctx context.Context) error {
	var best time.Duration
	fastest := time.Duration(-1)
	for range clockTries {
		began := time.Now()
		ahead, err := c.ahead(ctx, c.Now)
		if err != nil {
			return err
		}
		if took := time.Since(began); fastest < 0 || took < fastest {
			best, fastest = ahead, took
		}
	}
	c.offset.Add(int64(best))
	return nil
}
