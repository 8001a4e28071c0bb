package scanner

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// expireEvery is how often old text is deleted.
const expireEvery = 24 * time.Hour

// Run scans at once, then whenever a schedule says so, until the context ends;
// it returns when the scans under way have stopped. Cron only gives the ticks:
// what is due is read from the store, so a tick that is missed or comes twice
// does no harm.
func (s *Scanner) Run(ctx context.Context) error {
	ticks := make(chan struct{}, 1)
	tick := func() {
		select {
		case ticks <- struct{}{}:
		default: // one is waiting already
		}
	}
	clock := cron.New(cron.WithLocation(time.UTC))
	clock.Schedule(everySchedule{s}, cron.FuncJob(tick))
	clock.Start()
	defer func() { <-clock.Stop().Done() }()

	var passes sync.WaitGroup
	defer passes.Wait()
	if s.Reindex != nil {
		passes.Go(func() { s.reindex(ctx) })
	}
	tick()
	var expired time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
		}
		// A source that is slow must not keep the others from their next scan,
		// so passes overlap; each source is scanned by one of them at a time.
		passes.Go(func() {
			err := s.Pass(ctx)
			switch {
			case err != nil && !errors.Is(err, context.Canceled):
				s.Log.ErrorContext(ctx, "scan failed", "error", err)
			case err == nil && ctx.Err() == nil && s.Beat != nil && s.hears():
				s.Beat()
			}
			// What is too much to tell one by one waits no longer than its scan.
			s.look(ctx, "release failed", s.Releases)
		})
		s.look(ctx, "release failed", s.Releases)
		s.look(ctx, "escalation failed", s.Escalations)
		s.look(ctx, "digest failed", s.Digests)
		if now := s.Now(); s.Expire != nil && s.Settings().KeepText > 0 && now.Sub(expired).Abs() >= expireEvery {
			expired = now
			n, err := s.Expire(ctx, now.Add(-s.Settings().KeepText), now)
			switch {
			case err != nil && !errors.Is(err, context.Canceled):
				s.Log.ErrorContext(ctx, "text retention failed", "error", err)
			case n > 0:
				s.Log.InfoContext(ctx, "old text deleted", "articles", n)
			}
		}
	}
}

// note keeps which sources have failed since one last answered.
func (s *Scanner) note(r Result) {
	if r.Err != nil {
		s.unheard.Store(r.Source.ID, true)
		return
	}
	s.unheard.Clear()
}

// hears reports whether any source may still answer: not every one that is
// enabled has failed since one last did.
func (s *Scanner) hears() bool {
	enabled := false
	for _, src := range s.Settings().Sources {
		if src.Disabled {
			continue
		}
		enabled = true
		if _, failed := s.unheard.Load(src.ID); !failed {
			return true
		}
	}
	return !enabled
}

// look does one thing of a tick, and logs what went wrong with it.
func (s *Scanner) look(ctx context.Context, failed string, do func(context.Context) error) {
	if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.Log.ErrorContext(ctx, failed, "error", err)
	}
}

// reindexStep is how many texts are indexed between two looks at the log.
const reindexStep = 10000

// reindex brings the index of words up to date, which an earlier program or an
// earlier folding has left behind. Until it is done such texts are read in full
// by whoever searches.
func (s *Scanner) reindex(ctx context.Context) {
	for {
		left, err := s.Reindex(ctx, reindexStep)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				s.Log.ErrorContext(ctx, "index of words failed", "error", err)
			}
			return
		}
		if left == 0 {
			return
		}
		s.Log.InfoContext(ctx, "texts are being indexed for search", "articles_left", left)
	}
}

// digestTick is how often it is looked whether a digest is due.
const digestTick = time.Minute

// An everySchedule runs when any source's schedule runs, and at least every
// minute, so that digests are on time. It asks for the settings each time,
// because they change while it runs.
type everySchedule struct{ s *Scanner }

func (e everySchedule) Next(after time.Time) time.Time {
	settings := e.s.Settings()
	next := after.Truncate(digestTick).Add(digestTick)
	for _, src := range settings.Sources {
		if src.Disabled {
			continue
		}
		if n := scheduleOf(src, settings.Timing.Schedule).Next(after); !n.IsZero() && n.Before(next) {
			next = n
		}
	}
	return next
}
