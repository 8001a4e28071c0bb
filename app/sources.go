package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"regwatch/internal/plural"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
	"regwatch/scanner"
)

// A Source is one source of the folder and its health. Keys and tokens in its addresses
// are replaced by [secret].
type Source struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Kind        string      `json:"kind"`
	URL         string      `json:"url"`
	State       string      `json:"state"`
	Since       *time.Time  `json:"since,omitempty"`
	LastSuccess *time.Time  `json:"last_success,omitempty"`
	LastNew     *time.Time  `json:"last_new_article,omitempty"`
	Records     int         `json:"records"`       // in its last full answer
	Usual       int         `json:"usual_records"` // in a full answer
	NextScan    *time.Time  `json:"next_scan,omitempty"`
	Why         string      `json:"why,omitempty"`
	MovedTo     string      `json:"moved_to,omitempty"` // where its address redirects permanently
	Failures    int         `json:"failures"`
	Error       string      `json:"error,omitempty"`
	Detail      string      `json:"detail,omitempty"`
	Gap         *models.Gap `json:"gap,omitempty"` // the last time in which articles may have been missed
	Verified    string      `json:"verified,omitempty"`

	Due       bool `json:"-"` // the next scan reads it
	RecentGap bool `json:"-"` // the gap is recent enough to mention
}

// gapShown is how long a gap is worth mentioning.
const gapShown = 30 * 24 * time.Hour

// Sources returns every source of the folder with its health.
func (a *App) Sources(ctx context.Context) ([]Source, error) {
	timing, err := timingOf(a.Config())
	if err != nil {
		return nil, err
	}
	states, err := a.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now()
	all := []Source{}
	for _, src := range a.Folder().Sources {
		all = append(all, newSource(src, states[src.ID], timing, now))
	}
	return all, nil
}

// sourceStates returns what is stored about each source that was read before.
func (a *App) sourceStates(ctx context.Context) (map[string]models.SourceState, error) {
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[string]models.SourceState, len(states))
	for _, state := range states {
		of[state.SourceID] = state
	}
	return of, nil
}

func newSource(src models.Source, state models.SourceState, timing scanner.Timing, now time.Time) Source {
	known := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	s := Source{
		ID: src.ID, Name: src.Name, Kind: src.Kind, URL: redact.URL(src.URL), State: sourceState(src, state), Since: known(state.HealthSince),
		LastSuccess: known(state.SucceededAt), LastNew: known(state.LastNewAt), Records: state.Items, Usual: state.UsualItems,
		Failures: state.Failures, Error: redact.Text(state.LastError), Detail: render.Reasons(notifier.Details(state, src, now), "en"), Verified: src.Verified,
	}
	if next := scanner.NextScan(state, src, timing, now); !src.Disabled {
		s.NextScan, s.Why = known(next.At), next.String()
		s.Due = s.NextScan != nil && !next.At.After(now)
	}
	if !state.AdoptedAt.IsZero() && state.URL == src.URL {
		s.MovedTo = redact.URL(state.MovedTo)
	}
	if !state.GapUntil.IsZero() {
		s.Gap = &models.Gap{From: state.GapSince, To: state.GapUntil}
		s.RecentGap = now.Sub(state.GapUntil) < gapShown
	}
	return s
}

// sourceState is the health of a source in a few words.
func sourceState(src models.Source, state models.SourceState) string {
	switch {
	case src.Disabled:
		return "disabled"
	case state.SucceededAt.IsZero() && state.Failures == 0:
		return "not scanned yet"
	case !state.Health.Answers():
		return fmt.Sprintf("%s (%d in a row)", state.Health, state.Failures)
	case state.Failures > 0:
		return "failed " + plural.Count(state.Failures, "time", "times")
	}
	return string(cmp.Or(state.Health, models.Healthy))
}
