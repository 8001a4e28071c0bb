package scanner

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/rules"
)

// A MatchHistory is the stored articles, and the events that their matches belong to.
type MatchHistory interface {
	History
	// MatchedEvents returns the events of articles with all of their matches, oldest first.
	MatchedEvents(ctx context.Context, articleIDs []string) ([]models.MatchedEvent, error)
}

// An ExceptionTrial is an exception that is tried on what was stored.
type ExceptionTrial struct {
	Exception    models.Exception
	Query        *rules.Set // its query
	Sources      []models.Source
	Since, Until time.Time
	Progress     func(read, total int) // may be nil
}

// An ExceptionResult is what an exception would have held.
type ExceptionResult struct {
	Found    int             `json:"articles_found"` // that the query matches
	Articles int             `json:"articles"`       // of those, the ones with a match that it would have held
	Matches  int             `json:"matches"`
	Events   []ExceptedEvent `json:"events"` // newest first
	Cut      bool            `json:"cut,omitempty"`
	Imported int             `json:"imported,omitempty"` // imported articles of any time that the query matches
}

// An ExceptedEvent is an event with a match that an exception would have held.
type ExceptedEvent struct {
	Event    models.Event
	Alerted  bool     // somebody was sent it
	Held     bool     // it would not have alerted: no other match does
	Rules    []string // IDs of the rules whose matches it would have held
	Official bool     // by an article of an official source
	Critical bool     // by a match of critical severity
	Verdict  models.Verdict
}

// TryException says which of the stored matches an exception would have held. Matches are judged as they were stored, by the
// rules of their time.
func TryException(ctx context.Context, h MatchHistory, t ExceptionTrial) (ExceptionResult, error) {
	var r ExceptionResult
	id := t.Query.Rules()[0].ID
	type hit struct {
		article models.Article
		matched []models.Match
	}
	found := make(map[string]hit)
	var ids []string
	w := candidateReader{history: h, candidate: t.Query.Candidate(id), window: models.ArticleWindow{Since: t.Since, Until: t.Until, By: models.BySeen}, sources: t.Sources, progress: t.Progress}
	_, err := w.each(ctx, func(a models.Article) bool {
		matched := matchesByRule(t.Query, id, a)
		if len(matched) == 0 {
			return true
		}
		a.Body = "" // not needed any more
		found[a.ID] = hit{a, matched}
		ids = append(ids, a.ID)
		r.Cut = len(ids) >= maxMatches
		return !r.Cut
	})
	if err != nil {
		return ExceptionResult{}, err
	}
	r.Found = len(ids)
	w.window, w.progress = models.ArticleWindow{Until: t.Until, By: models.Imported}, nil
	_, err = w.each(ctx, func(a models.Article) bool {
		if len(matchesByRule(t.Query, id, a)) > 0 {
			r.Imported++
		}
		return r.Imported < maxMatches
	})
	if err != nil {
		return ExceptionResult{}, err
	}
	events, err := h.MatchedEvents(ctx, ids)
	if err != nil {
		return ExceptionResult{}, err
	}
	held := make(map[string]bool) // articles
	for _, e := range slices.Backward(events) {
		x := ExceptedEvent{Event: e.Event, Alerted: len(e.Event.Notified) > 0, Held: true}
		for _, m := range e.Matches {
			h, ok := found[m.ArticleID]
			if !ok || m.Excepted() || !rules.Covers(t.Exception, h.matched, m, h.article) {
				x.Held = x.Held && !m.Alerts()
				continue
			}
			r.Matches++
			held[m.ArticleID] = true
			x.Official = x.Official || h.article.Source.Role.Official()
			x.Critical = x.Critical || m.Severity == models.Critical
			if !slices.Contains(x.Rules, m.RuleID) {
				x.Rules = append(x.Rules, m.RuleID)
			}
		}
		if len(x.Rules) == 0 {
			continue
		}
		x.Verdict, _ = models.Judge(e.Event.Feedback, "")
		r.Events = append(r.Events, x)
	}
	r.Articles = len(held)
	return r, nil
}
