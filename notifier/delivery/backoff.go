package delivery

import "time"

// A Backoff says how long to wait before trying again.
type Backoff struct {
	First       time.Duration // after the first failure
	Factor      float64       // by which each wait exceeds the one before
	Most        time.Duration // of one wait
	MaxAttempts int           // after which a delivery is dead
	MostPause   time.Duration // of a channel that is blocked or unreachable
}

// DefaultBackoff returns the waits of the shipped program: twelve attempts over
// about 22 hours, quick at first, because most faults pass within a minute.
func DefaultBackoff() Backoff {
	return Backoff{First: 5 * time.Second, Factor: 3, Most: 6 * time.Hour, MaxAttempts: 12, MostPause: 15 * time.Minute}
}

func (b Backoff) orDefault() Backoff {
	standard := DefaultBackoff()
	b.First, b.Most, b.MostPause = durationOr(b.First, standard.First), durationOr(b.Most, standard.Most), durationOr(b.MostPause, standard.MostPause)
	if b.Factor < 1 {
		b.Factor = standard.Factor
	}
	if b.MaxAttempts <= 0 {
		b.MaxAttempts = standard.MaxAttempts
	}
	return b
}

// Wait returns how long to wait after failures in a row, at least one of them.
// Jitter in [0, 1) spreads it over ±20 %, so that what failed together is not
// tried together.
func (b Backoff) Wait(failures int, jitter float64) time.Duration {
	return spread(b.after(failures, b.Most), jitter)
}

func (b Backoff) after(failures int, most time.Duration) time.Duration {
	wait := float64(b.First)
	for range failures - 1 {
		wait *= b.Factor
		if wait >= float64(most) {
			break
		}
	}
	return min(time.Duration(wait), most)
}

func spread(d time.Duration, jitter float64) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*jitter))
}

func durationOr(d, standard time.Duration) time.Duration {
	if d <= 0 {
		return standard
	}
	return d
}
