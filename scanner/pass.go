package scanner

import (
	"cmp"
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"regwatch/internal/schedule"
	"regwatch/models"
)

// defaultParallel is how many sources are scanned at once.
const defaultParallel = 8

// Pass scans every source that is due, some at a time, and returns when all are
// done. One source that fails does not stop another; the error joins what went
// wrong on our side.
func (s *Scanner) Pass(ctx context.Context) error {
	settings := s.Settings()
	states, err := s.states(ctx)
	if err != nil {
		return err
	}
	isDue := func(state models.SourceState, src models.Source) bool {
		now := s.Now()
		return NextScan(state, src, settings.Timing, now).Due(now)
	}
	var due []models.Source
	for _, src := range settings.Sources {
		if !src.Disabled && isDue(states.byID[src.ID], src) {
			due = append(due, src)
		}
	}
	return s.scanEach(ctx, due, states, passOptions{isDue: isDue, commit: true})
}

// passOptions say what is done with sources when their turn comes.
type passOptions struct {
	// isDue says whether a source is still to be scanned: another pass may have scanned it while
	// it waited. Nil: it is, in any case.
	isDue  func(models.SourceState, models.Source) bool
	commit bool
}

// readStates are the states of all sources that were scanned before, read in one query.
type readStates struct {
	byID map[string]models.SourceState
	at   int64 // how many scans had ended before
}

// states reads what is stored about every source that was scanned before.
func (s *Scanner) states(ctx context.Context) (readStates, error) {
	read := readStates{at: s.ended.Load()}
	stored, err := s.Store.SourceStates(ctx)
	if err != nil {
		return readStates{}, err
	}
	read.byID = make(map[string]models.SourceState, len(stored))
	for _, state := range stored {
		read.byID[state.SourceID] = state
	}
	return read, nil
}

// stateFrom returns the state of a source that nobody else scans now. One that was scanned
// since the states were read is read again.
func (s *Scanner) stateFrom(ctx context.Context, states readStates, id string) (models.SourceState, error) {
	if last, ok := s.lastEnded.Load(id); ok && last.(int64) > states.at {
		return s.state(ctx, id)
	}
	state := states.byID[id]
	state.SourceID = id
	return state, nil
}

// state returns what is stored about one source: its ID alone before its first scan.
func (s *Scanner) state(ctx context.Context, id string) (models.SourceState, error) {
	stored, err := s.Store.SourceStates(ctx, id)
	if err != nil || len(stored) == 0 {
		return models.SourceState{SourceID: id}, err
	}
	return stored[0], nil
}

// All scans every source that is not disabled, due or not. With preview nothing
// is committed.
func (s *Scanner) All(ctx context.Context, only []string, preview bool) error {
	wanted := make(map[string]bool, len(only))
	for _, id := range only {
		wanted[id] = true
	}
	var sources []models.Source
	for _, src := range s.Settings().Sources {
		if (len(only) == 0 && !src.Disabled) || wanted[src.ID] {
			sources = append(sources, src)
		}
	}
	states, err := s.states(ctx)
	if err != nil {
		return err
	}
	return s.scanEach(ctx, sources, states, passOptions{commit: !preview})
}

// scanEach scans sources, over all passes at most Limits.Parallel at a time.
func (s *Scanner) scanEach(ctx context.Context, sources []models.Source, states readStates, o passOptions) error {
	s.slotsOnce.Do(func() { s.slots = make(chan struct{}, cmp.Or(s.Settings().Limits.Parallel, defaultParallel)) })
	var group errgroup.Group
	group.SetLimit(cap(s.slots))
	errs := make([]error, len(sources))
	for i, src := range sources {
		group.Go(func() error {
			select {
			case s.slots <- struct{}{}:
				defer func() { <-s.slots }()
			case <-ctx.Done():
			}
			if ctx.Err() != nil {
				return nil
			}
			if _, scanning := s.scanning.LoadOrStore(src.ID, true); scanning {
				return nil // a slow scan of it is still at work
			}
			defer func() {
				s.lastEnded.Store(src.ID, s.ended.Add(1))
				s.scanning.Delete(src.ID)
			}()
			err := s.withHost(ctx, src, states, o, func(state models.SourceState, token string) error {
				return s.scanAndReport(ctx, src, state, token, o.commit)
			})
			if err != nil && !errors.Is(err, context.Canceled) { // stopped: the next start scans again
				errs[i] = err
			}
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(errs...)
}

// scanAndReport scans a source and reports what the scan came to.
func (s *Scanner) scanAndReport(ctx context.Context, src models.Source, state models.SourceState, token string, commit bool) error {
	result, err := s.scan(ctx, src, state, token, commit)
	if errors.Is(err, models.ErrHostLost) {
		s.Log.WarnContext(ctx, "a scan was not stored, because this program was paused; the source is scanned again", "source", src.ID)
		return nil
	}
	if err != nil {
		return err
	}
	s.logResult(ctx, result)
	s.recordOutcome(result)
	if s.Report != nil {
		s.Report(result)
	}
	return nil
}

// logResult writes one line for a scan.
func (s *Scanner) logResult(ctx context.Context, r Result) {
	if r.Err != nil {
		s.Log.WarnContext(ctx, "source failed", "source", r.Source.ID, "error", r.Err, "took", r.Took)
		return
	}
	deliveries := 0
	for _, n := range r.Notices {
		deliveries += len(n.Deliveries)
	}
	s.Log.InfoContext(ctx, "scan done", "source", r.Source.ID, "items", r.Items, "not_modified", r.NotModified,
		"articles", len(r.Articles), "changes", len(r.Changes), "deliveries", deliveries, "warnings", r.Warnings, "took", r.Took)
}

// cronSchedule returns a source's own schedule, or the common one. The line was
// checked when it was loaded; one that cannot be read now falls back.
func cronSchedule(src models.Source, t Timing) schedule.Schedule {
	if src.Cron == "" {
		return t.Schedule
	}
	own, err := schedule.Parse(src.Cron)
	if err != nil {
		return t.Schedule
	}
	return own.In(t.Zone)
}
