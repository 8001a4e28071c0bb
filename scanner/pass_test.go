package scanner

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/models"
)

// A slowReader takes a minute to read, and counts how many do so at once.
type slowReader struct{ now, most *atomic.Int32 }

func (r slowReader) Fetch(ctx context.Context, _ models.Cursor) (models.Batch, error) {
	n := r.now.Add(1)
	defer r.now.Add(-1)
	for most := r.most.Load(); n > most && !r.most.CompareAndSwap(most, n); most = r.most.Load() {
	}
	select {
	case <-time.After(time.Minute):
		return models.Batch{}, nil
	case <-ctx.Done():
		return models.Batch{}, ctx.Err()
	}
}

func (slowReader) Complete(_ context.Context, a models.Article) (models.Article, error) {
	return a, nil
}

func TestOverlappingPassesShareParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sources := make(map[string]*script)
		for i := range 12 {
			sources[fmt.Sprint("s", i)] = nil
		}
		s, _ := newScanner(t, newMemory(), sources)
		settings := s.Settings()
		settings.Limits.Parallel = 3
		s.Settings = func() Settings { return settings }
		var now, most atomic.Int32
		s.Open = func(models.Source) Reader { return slowReader{&now, &most} }
		var passes sync.WaitGroup
		for n := range 4 {
			passes.Go(func() {
				only := []string{fmt.Sprint("s", 3*n), fmt.Sprint("s", 3*n+1), fmt.Sprint("s", 3*n+2)}
				if err := s.All(t.Context(), only, false); err != nil {
					t.Error(err)
				}
			})
		}
		passes.Wait()
		if most.Load() != 3 {
			t.Errorf("%d sources were read at once, want 3", most.Load())
		}
	})
}

// A source that waits for a slot in several passes is read once, by the first that has one.
func TestSourceThatWaitsInSeveralPassesIsReadOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newScanner(t, newMemory(), map[string]*script{"slow": nil, "waiting": {}})
		settings := s.Settings()
		settings.Limits.Parallel = 1
		s.Settings, s.Now = func() Settings { return settings }, time.Now
		var now, most, read atomic.Int32
		open := s.Open
		s.Open = func(src models.Source) Reader {
			if src.ID == "slow" {
				return slowReader{&now, &most}
			}
			read.Add(1)
			return open(src)
		}
		go func() { _ = s.All(t.Context(), []string{"slow"}, false) }()
		synctest.Wait()
		var passes sync.WaitGroup
		for range 3 {
			passes.Go(func() {
				if err := s.Pass(t.Context()); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		passes.Wait()
		if read.Load() != 1 {
			t.Errorf("the source was read %d times, want once", read.Load())
		}
	})
}

// A pass that waits for a slot stops with its context.
func TestPassStopsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newScanner(t, newMemory(), map[string]*script{"a": nil, "b": nil})
		settings := s.Settings()
		settings.Limits.Parallel = 1
		s.Settings = func() Settings { return settings }
		var now, most atomic.Int32
		s.Open = func(models.Source) Reader { return slowReader{&now, &most} }
		go func() { _ = s.All(t.Context(), []string{"a"}, false) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := s.All(ctx, []string{"b"}, false); err != nil || time.Since(began) != time.Second {
			t.Errorf("the second pass ended after %s, %v; want a second", time.Since(began), err)
		}
		time.Sleep(time.Hour)
	})
}

// The states of a pass are not used for a source that was scanned since they were read.
func TestStatesAreReadAgainAfterAScan(t *testing.T) {
	m := newMemory()
	s, _ := newScanner(t, m, map[string]*script{"a": {}, "b": {}})
	states, err := s.states(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.All(t.Context(), []string{"a"}, false); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int64{"a": 1, "b": 0} {
		state, err := s.stateFrom(t.Context(), states, id)
		if err != nil || state.SourceID != id || state.Generation != want {
			t.Errorf("state of %s: %+v, %v; want generation %d", id, state, err, want)
		}
	}
}
