package scanner

import (
	"context"
	"errors"
	"sync"
	"time"
)

// expiryInterval is how often old text is deleted.
const expiryInterval = 24 * time.Hour

// Run scans at once and then at every tick, until the context ends; it returns
// when the scans under way have stopped. Ticks follow the monotonic clock: the
// next one comes within a minute, whatever happens to the wall clock. What is due
// is read from the store at each tick, so one that is missed or comes twice does
// no harm.
func (s *Scanner) Run(ctx context.Context) error {
	var passes sync.WaitGroup
	defer passes.Wait()
	passes.Go(func() { s.catchUp(ctx) })
	if s.FillMatters != nil {
		passes.Go(func() {
			if err := s.FillMatters(ctx); err != nil && !errors.Is(err, context.Canceled) {
				s.Log.ErrorContext(ctx, "matters of earlier events failed", "error", err)
			}
		})
	}
	last := s.readClocks()
	s.tick(ctx, &passes)
	for {
		timer := time.NewTimer(s.untilTick(last.wall, s.Now().Round(0)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		now := s.readClocks()
		s.logClockJump(ctx, last, now)
		last = now
		s.tick(ctx, &passes)
	}
}

// tick starts a pass and does what else is due.
func (s *Scanner) tick(ctx context.Context, passes *sync.WaitGroup) {
	if s.Tick != nil {
		s.Tick()
	}
	// A source that is slow must not keep the others from their next scan,
	// so passes overlap; each source is scanned by one of them at a time.
	passes.Go(func() {
		err := s.Pass(ctx)
		switch {
		case err != nil && !errors.Is(err, context.Canceled):
			s.Log.ErrorContext(ctx, "scan failed", "error", err)
		case err == nil && ctx.Err() == nil && s.Beat != nil && s.canReachSources():
			s.Beat()
		}
		// What is too much to tell one by one waits no longer than its scan.
		s.runTask(ctx, "release failed", s.Releases)
	})
	s.runTask(ctx, "release failed", s.Releases)
	s.runTask(ctx, "escalation failed", s.Escalations)
	if s.Leads != nil && !s.Leads() {
		return
	}
	s.runTask(ctx, "reminder failed", s.Reminders)
	s.runTask(ctx, "report of addresses failed", s.reportAddresses)
	s.runTask(ctx, "report of rules failed", s.reportRules)
	s.runTask(ctx, "digest failed", s.Digests)
	// Deleting the text of many articles takes long, and must not delay a tick.
	passes.Go(func() { s.runTask(ctx, "text retention failed", s.expireText) })
}

// expireText deletes old text and old drafts once a day.
func (s *Scanner) expireText(ctx context.Context) error {
	if !s.expiryMu.TryLock() {
		return nil
	}
	defer s.expiryMu.Unlock()
	now := s.Now()
	if now.Sub(s.lastExpiry).Abs() < expiryInterval {
		return nil
	}
	s.lastExpiry = now
	var err error
	if s.DropDrafts != nil {
		err = s.DropDrafts(ctx, now)
	}
	keep := s.Settings().KeepText
	if s.Expire == nil || keep <= 0 {
		return err
	}
	n, failed := s.Expire(ctx, now.Add(-keep), now)
	if n > 0 {
		s.Log.InfoContext(ctx, "old text deleted", "articles", n)
	}
	return errors.Join(err, failed)
}

// recordOutcome keeps which sources have failed since one last answered.
func (s *Scanner) recordOutcome(r Result) {
	if r.Err != nil {
		s.failing.Store(r.Source.ID, true)
		return
	}
	s.failing.Clear()
}

// canReachSources reports whether any source may still answer: not every one that is
// enabled has failed since one last did.
func (s *Scanner) canReachSources() bool {
	enabled := false
	for _, src := range s.Settings().Sources {
		if src.Disabled {
			continue
		}
		enabled = true
		if _, failed := s.failing.Load(src.ID); !failed {
			return true
		}
	}
	return !enabled
}

// runTask does one thing of a tick, and logs what went wrong with it.
func (s *Scanner) runTask(ctx context.Context, message string, task func(context.Context) error) {
	if err := task(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.Log.ErrorContext(ctx, message, "error", err)
	}
}

// catchUpBatch is how many texts are worked on between two lines of the log.
const catchUpBatch = 10000

// catchUp brings stored texts up to date, which an earlier program or an earlier folding has
// left behind. Until the index of words is done, a search reads such texts in full.
func (s *Scanner) catchUp(ctx context.Context) {
	s.finish(ctx, s.Reindex, "texts are being indexed for search", "index of words failed")
	s.finish(ctx, s.StoreTextsOnce, "texts that are stored twice are being removed", "removing texts that are stored twice failed")
}

// finish runs a task until nothing is left. The task may be nil.
func (s *Scanner) finish(ctx context.Context, task func(ctx context.Context, limit int) (left int, err error), progress, failed string) {
	for left := 1; task != nil && left > 0; {
		var err error
		if left, err = task(ctx, catchUpBatch); err != nil {
			if !errors.Is(err, context.Canceled) {
				s.Log.ErrorContext(ctx, failed, "error", err)
			}
			return
		}
		if left > 0 {
			s.Log.InfoContext(ctx, progress, "articles_left", left)
		}
	}
}
