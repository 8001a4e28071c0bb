package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"regwatch/internal/diag"
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
	Why         string      `json:"why,omitempty"`      // is next scanned then
	MovedTo     string      `json:"moved_to,omitempty"` // where its address redirects permanently
	Failures    int         `json:"failures"`
	Error       string      `json:"error,omitempty"`
	Detail      string      `json:"detail,omitempty"`
	Gap         *models.Gap `json:"gap,omitempty"` // the last time in which articles may have been missed
	Verified    string      `json:"verified,omitempty"`
	// GivenUp are pages of its articles that are not read again because of what that takes.
	GivenUp []GivenUpPage `json:"given_up_pages,omitempty"`

	Source    models.Source  `json:"-"` // as it is configured, with its secrets
	Health    models.Health  `json:"-"` // empty before its first scan
	WhyText   diag.Text      `json:"-"` // Why, for readers of other languages
	Failure   models.Failure `json:"-"` // why it cannot be read
	Attempted time.Time      `json:"-"` // the last scan, successful or not; zero: none
	details   models.Reasons
	Due       bool `json:"-"` // the next scan reads it
	RecentGap bool `json:"-"` // the gap is recent enough to mention
}

// A GivenUpPage is the page of an article that regwatch reads no more, because reading it ended the program three times or took
// too much memory or time. [App.RetryPage] has it read again.
type GivenUpPage struct {
	Article string    `json:"article"` // its ID
	Title   string    `json:"title"`
	Link    string    `json:"link"`
	At      time.Time `json:"given_up_at"`
	Why     string    `json:"why"` // an English sentence

	ShortID string `json:"-"`
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
	givenUp, err := a.givenUpPages(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now()
	all := []Source{}
	for _, src := range a.Folder().Sources {
		s := newSource(src, states[src.ID], timing, now)
		s.GivenUp = givenUp[src.ID]
		all = append(all, s)
	}
	return all, nil
}

// givenUpPages returns by source the pages that are not read again because of what that takes.
func (a *App) givenUpPages(ctx context.Context) (map[string][]GivenUpPage, error) {
	pages, err := a.store.GivenUpPages(ctx)
	if err != nil || len(pages) == 0 {
		return nil, err
	}
	var ids []string
	for _, p := range pages {
		ids = append(ids, p.ArticleID)
	}
	short, err := a.store.ShortArticleIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := make(map[string][]GivenUpPage)
	for _, p := range pages {
		of[p.SourceID] = append(of[p.SourceID], GivenUpPage{p.ArticleID, p.Title, p.Link, p.At, redact.Text(p.Problem), short[p.ArticleID]})
	}
	return of, nil
}

// RetryPage lets the next scan of the source read the page of an article again that could not be read, in the name of by. The
// article is found like the one of [App.Article].
func (a *App) RetryPage(ctx context.Context, id, by string) (Article, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Article{}, err
	}
	found, err := a.findArticle(ctx, id)
	if err != nil {
		return Article{}, err
	}
	retried, err := a.store.RetryPage(ctx, found.ID, by, a.now().UTC())
	if err == nil && !retried {
		err = inputError("regwatch has not given up the page of article %s, so there is nothing to try again; regwatch articles show %s says what its text is", found.ID, found.ID)
	}
	if err != nil {
		return Article{}, err
	}
	found.BodyState = models.BodyWanted
	return newArticle(found, a.sourceNames(), found.ID), nil
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
		Source: src, Health: state.Health, Failure: state.Failure(), Attempted: state.AttemptedAt, details: notifier.Details(state, src, now),
	}
	if next := scanner.NextScan(state, src, timing, now); !src.Disabled {
		s.NextScan, s.Why = known(next.At), next.Text().String()
		s.WhyText = next.Text()
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

// ErrorIn says in a language why the source cannot be read; empty if it can.
func (s Source) ErrorIn(lang string) string {
	if s.Failure.Kind == "" {
		return s.Error
	}
	return redact.Text(render.Failure(s.Failure, lang))
}

// DetailIn says in a language what is wrong with a source that can be read.
func (s Source) DetailIn(lang string) string { return render.Reasons(s.details, lang) }

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
