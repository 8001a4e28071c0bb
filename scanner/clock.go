package scanner

import (
	"context"
	"time"
)

const (
	// tickEvery is the longest time between two ticks of Run.
	tickEvery = time.Minute
	// minClockJump is the smallest difference between the wall clock and the monotonic
	// clock that is logged. NTP moves the clock by smaller steps all the time.
	minClockJump = 5 * time.Second
	// maxAhead is how far ahead of now the end of a digest may lie and still count
	// as one that a clock made which was set back since.
	maxAhead = 24 * time.Hour
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
		if n := cronSchedule(src, settings.Timing).Next(last); !n.IsZero() && n.Before(next) {
			next = n
		}
	}
	return min(max(next.Sub(now), 0), tickEvery)
}

// clockReadings are the readings of both clocks.
type clockReadings struct {
	wall    time.Time
	elapsed time.Duration // by the monotonic clock, since some moment
}

func (s *Scanner) readClocks() clockReadings {
	c := clockReadings{wall: s.Now().Round(0)} // Round strips the monotonic reading
	if s.Elapsed != nil {
		c.elapsed = s.Elapsed()
	}
	return c
}

// logClockJump says once when the wall clock was set between two ticks, and by how much.
func (s *Scanner) logClockJump(ctx context.Context, before, after clockReadings) {
	if s.Elapsed == nil {
		return
	}
	jump := after.wall.Sub(before.wall) - (after.elapsed - before.elapsed)
	if jump.Abs() >= minClockJump {
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
		last, ok, err := s.DigestStore.LastDigest(ctx, sub.ID, now.Add(maxAhead))
		if err != nil {
			return time.Time{}, err
		}
		if ok && last.WindowTo.After(seen) {
			seen = last.WindowTo
		}
	}
	return seen, nil
}
