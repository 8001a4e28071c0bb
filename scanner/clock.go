package scanner

import (
	"context"
	"time"
)

const (
	// tickEvery is the longest time between two ticks of Run.
	tickEvery = time.Minute
	// leastJump is the smallest difference between the wall clock and the monotonic
	// clock that is logged. NTP moves the clock by smaller steps all the time.
	leastJump = 5 * time.Second
	// mostAhead is how far ahead of now the end of a digest may lie and still count
	// as one that a clock made which was set back since.
	mostAhead = 24 * time.Hour
)

// untilTick returns how long to wait for the next tick: until the next full minute
// or the next run of a cron line after the last tick, whichever comes first. It
// never returns more than tickEvery, so a clock that was set back delays nothing
// for longer than that.
func (s *Scanner) untilTick(last, now time.Time) time.Duration {
	settings := s.Settings()
	next := last.Truncate(tickEvery).Add(tickEvery)
	for _, src := range settings.Sources {
		if src.Disabled {
			continue
		}
		if n := scheduleOf(src, settings.Timing).Next(last); !n.IsZero() && n.Before(next) {
			next = n
		}
	}
	return min(max(next.Sub(now), 0), tickEvery)
}

// A reading of both clocks.
type clocks struct {
	wall    time.Time
	elapsed time.Duration // by the monotonic clock, since some moment
}

func (s *Scanner) readClocks() clocks {
	c := clocks{wall: s.Now().Round(0)} // Round strips the monotonic reading
	if s.Elapsed != nil {
		c.elapsed = s.Elapsed()
	}
	return c
}

// logJump says once when the wall clock was set between two ticks, and by how much.
func (s *Scanner) logJump(ctx context.Context, before, after clocks) {
	if s.Elapsed == nil {
		return
	}
	jump := after.wall.Sub(before.wall) - (after.elapsed - before.elapsed)
	if jump.Abs() >= leastJump {
		s.Log.WarnContext(ctx, "the clock of this machine was set, or the machine slept; scanning goes on", "moved_by", jump.Round(time.Second), "now", after.wall.UTC())
	}
}

// seenAt returns the time at which what is found now counts as seen. That is now,
// unless the clock was set back since a digest was made: then it is the end of
// that digest. A digest that was made is closed, and what is found now belongs in
// the next one.
func (s *Scanner) seenAt(ctx context.Context, now time.Time) (time.Time, error) {
	seen := now
	for _, sub := range s.Settings().Digests {
		last, ok, err := s.Ledger.LastDigest(ctx, sub.ID, now.Add(mostAhead))
		if err != nil {
			return time.Time{}, err
		}
		if ok && last.WindowTo.After(seen) {
			seen = last.WindowTo
		}
	}
	return seen, nil
}
