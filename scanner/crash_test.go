package scanner

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A crashing reader panics where a test wants it to.
type crashing struct {
	at    string // "fetch" or "complete"
	batch models.Batch
}

func (c crashing) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	if c.at == "fetch" {
		var none []int
		_ = none[len(c.at)]
	}
	return c.batch, nil
}

func (c crashing) Complete(_ context.Context, a models.Article) (models.Article, error) {
	if c.at == "complete" {
		panic("a page of hunter2")
	}
	return a, nil
}

// crashingStore panics when the articles of one source are decided on.
type crashingStore struct {
	*memory
	source string
}

func (c crashingStore) Unseen(ctx context.Context, source string, batch []models.Article) ([]models.Article, error) {
	if source == c.source {
		panic(fmt.Errorf("no article"))
	}
	return c.memory.Unseen(ctx, source, batch)
}

func TestOneCrashingSourceStopsNoOther(t *testing.T) {
	for _, at := range []string{"fetch", "complete", "decide"} {
		t.Run(at, func(t *testing.T) {
			m := newMemory()
			wanted := item("bad", "A page", time.Hour)
			wanted.BodyState = models.BodyWanted
			good := &script{batch: models.Batch{Articles: []models.Article{item("good", "A stablecoin story", time.Hour)}}}
			s, now := newScanner(t, m, map[string]*script{"bad": nil, "good": good})
			s.Open = func(src models.Source) Reader {
				if src.ID == "bad" {
					return crashing{at, models.Batch{Articles: []models.Article{wanted}, Cursor: models.Cursor{ETag: "v2"}}}
				}
				return good
			}
			if at == "decide" {
				s.Store = crashingStore{m, "bad"}
			}
			var log bytes.Buffer
			s.Log = slog.New(slog.NewTextHandler(&log, nil))
			var results []Result
			s.Report = func(r Result) {
				m.mu.Lock()
				defer m.mu.Unlock()
				results = append(results, r)
			}
			for range 3 {
				if err := s.All(t.Context(), nil, false); err != nil {
					t.Fatal(err)
				}
				*now = now.Add(time.Hour)
			}
			state := m.states["bad"]
			if state.Failures != 3 || state.Health != models.Failing || state.ETag != "" || state.LastError != (&panicError{doing: scanningSource}).Error() {
				t.Errorf("state of the source that crashes: %+v", state)
			}
			if diff := cmp.Diff([]string{"alert: A stablecoin story", "health: The bad failing"}, m.owed()); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
			crashed := 0
			for _, r := range results {
				if r.Source.ID == "bad" && r.Err != nil {
					crashed++
				}
			}
			if len(results) != 6 || crashed != 3 {
				t.Errorf("%d results, %d of them crashes; want 6 and 3", len(results), crashed)
			}
			if text := log.String(); strings.Count(text, "reading a source crashed") != 3 || !strings.Contains(text, "scanner.(*Scanner).fetchAndCommit") {
				t.Errorf("the log has no stack of each crash:\n%s", text)
			}
		})
	}
}

func TestCrashOfAPreviewCommitsNothing(t *testing.T) {
	m := newMemory()
	s, _ := newScanner(t, m, map[string]*script{"a": nil})
	s.Open = func(models.Source) Reader { return crashing{at: "fetch"} }
	r, err := s.Preview(t.Context(), s.Settings().Sources[0])
	if err != nil || r.Err == nil || r.Source.ID != "a" || len(m.commits) != 0 {
		t.Errorf("Preview: %v, result %+v, %d commits; want a result with an error and no commit", err, r, len(m.commits))
	}
}
