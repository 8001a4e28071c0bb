package scanner

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/rules"
)

// A History is the articles that were stored, found by their words.
type History interface {
	// ArticlesMatching returns the candidates of a window, the one stored last
	// first; before is the last of the page before this one.
	ArticlesMatching(ctx context.Context, c models.Candidate, w models.ArticleWindow, before string, limit int) ([]models.Article, error)
	CountMatching(ctx context.Context, c models.Candidate, w models.ArticleWindow) (int, error)
	// FirstSeen returns when the oldest stored article was first seen or
	// published; the zero time if there is none.
	FirstSeen(ctx context.Context, by models.ArticleTime) (time.Time, error)
	// RatedEvents returns what people have marked: the events and, without an
	// event, the articles that have an article in the window.
	RatedEvents(ctx context.Context, w models.ArticleWindow) ([]models.RatedEvent, error)
}

// Pages start small, so that the newest hits are there at once, and grow so that
// a long way back takes few of them.
const (
	firstPageSize = 100
	maxPageSize   = 800
)

// A candidateReader reads the candidates of a window, newest first.
type candidateReader struct {
	history   History
	candidate models.Candidate
	window    models.ArticleWindow
	sources   []models.Source
	progress  func(read, total int) // may be nil
}

// each calls visit for every candidate until it returns false, and returns how
// many there were up to then.
func (w candidateReader) each(ctx context.Context, visit func(models.Article) bool) (read int, err error) {
	total := 0
	if w.progress != nil {
		if total, err = w.history.CountMatching(ctx, w.candidate, w.window); err != nil {
			return 0, err
		}
	}
	sources := sourcesByID(w.sources)
	before := ""
	for size := firstPageSize; ; size = min(2*size, maxPageSize) {
		page, err := w.history.ArticlesMatching(ctx, w.candidate, w.window, before, size)
		if err != nil {
			return read, err
		}
		for _, a := range page {
			read++
			if a.BodyState == models.BodyVersion {
				continue
			}
			a.Source = configuredSource(a, sources)
			if !visit(a) {
				return read, nil
			}
		}
		if w.progress != nil {
			w.progress(read, max(read, total))
		}
		if len(page) < size {
			return read, nil
		}
		before = page[len(page)-1].ID
	}
}

func sourcesByID(sources []models.Source) map[string]models.Source {
	known := make(map[string]models.Source, len(sources))
	for _, src := range sources {
		known[src.ID] = src
	}
	return known
}

// configuredSource is where an article came from, by its name alone if that is no longer
// configured.
func configuredSource(a models.Article, known map[string]models.Source) models.Source {
	if src, ok := known[a.SourceID]; ok {
		return src
	}
	return models.Source{ID: a.SourceID, Name: a.SourceID}
}

// A Query is a search over history: a rule that is not saved.
type Query struct {
	Rules    *rules.Set // of one rule
	Sources  []models.Source
	Since    time.Time
	Until    time.Time
	Limit    int  // hits to return
	All      bool // count every hit, and not only those that are returned
	Progress func(read, total int)
}

// A SearchResult is what a search found.
type SearchResult struct {
	Since      time.Time   `json:"since,omitzero"`
	Until      time.Time   `json:"until"`
	Hits       []PastMatch `json:"hits"`  // those published last first; unless Complete, of the articles stored last
	Total      int         `json:"total"` // all there are if Complete, else those that are returned
	Complete   bool        `json:"complete"`
	Candidates int         `json:"candidates"` // articles that hold the words; the total is at most that
}

// A PastMatch is a stored article that a rule matches, with the words.
type PastMatch struct {
	ArticleID   string            `json:"article_id"`
	Title       string            `json:"title"`
	Link        string            `json:"link"`
	Source      string            `json:"source"`
	Language    string            `json:"language,omitempty"`
	PublishedAt time.Time         `json:"published_at,omitzero"`
	SeenAt      time.Time         `json:"seen_at"`
	Imported    bool              `json:"imported,omitempty"` // then SeenAt is when it was imported
	Strength    models.Strength   `json:"strength"`
	Tags        []string          `json:"tags,omitempty"`
	Hits        []models.Hit      `json:"hits"`
	Gained      bool              `json:"gained,omitempty"`  // the saved rule does not alert to it
	Outcome     models.Outcome    `json:"outcome,omitempty"` // where it is shown; empty: it was not scored
	Relevance   *models.Relevance `json:"relevance,omitempty"`
	ExceptionID string            `json:"exception_id,omitempty"` // the exception that keeps it from alerting
}

// Search finds stored articles that a query matches.
func Search(ctx context.Context, h History, q Query) (SearchResult, error) {
	id := q.Rules.Rules()[0].ID
	result := SearchResult{Since: q.Since, Until: q.Until, Hits: []PastMatch{}, Complete: true}
	w := candidateReader{
		history: h, candidate: q.Rules.Candidate(id), window: models.ArticleWindow{Since: q.Since, Until: q.Until}, sources: q.Sources, progress: q.Progress,
	}
	var err error
	if result.Candidates, err = h.CountMatching(ctx, w.candidate, w.window); err != nil {
		return SearchResult{}, err
	}
	_, err = w.each(ctx, func(a models.Article) bool {
		if !q.All && len(result.Hits) == q.Limit {
			result.Complete = false // whether there are more is not known
			return false
		}
		if matches := activeMatches(q.Rules, id, a); len(matches) > 0 { // parts of one article are one hit
			result.Total++
			result.Hits = insertNewest(result.Hits, newPastMatch(a, models.Ranked(matches)[0]), q.Limit)
		}
		return true
	})
	return result, err
}

// Matcher returns a function that reports whether the one rule of a set matches an article, active or not.
func Matcher(set *rules.Set, configured []models.Source) func(models.Article) bool {
	sources := sourcesByID(configured)
	return func(a models.Article) bool {
		if a.BodyState == models.BodyVersion {
			return false
		}
		a.Source = configuredSource(a, sources)
		return len(activeMatches(set, set.Rules()[0].ID, a)) > 0
	}
}

// activeMatches returns what one rule makes of an article. A draft counts here as
// if it were active: what it would do is the question.
func activeMatches(set *rules.Set, id string, a models.Article) []models.Match {
	own := matchesByRule(set, id, a)
	for i := range own {
		own[i].Draft = false
	}
	return own
}

// matchesByRule returns the matches of an article with one rule of a set.
func matchesByRule(set *rules.Set, id string, a models.Article) []models.Match {
	return slices.DeleteFunc(set.Match(a), func(m models.Match) bool { return m.RuleID != id })
}

func newPastMatch(a models.Article, m models.Match) PastMatch {
	past := PastMatch{
		ArticleID: a.ID, Title: a.Title, Link: a.Link, Source: a.Source.Name, Language: a.Language,
		PublishedAt: a.PublishedAt, SeenAt: a.SeenAt, Imported: a.Imported(), Strength: m.Strength, Tags: m.Tags, Hits: append([]models.Hit{}, m.Hits...),
	}
	if m.Relevance.Scored() {
		past.Outcome, past.Relevance = m.Outcome, &m.Relevance
	}
	if m.Excepted() {
		past.Outcome, past.ExceptionID = m.Outcome, m.ExceptionID
	}
	return past
}
