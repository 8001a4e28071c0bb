package scanner

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules"
)

// A Trial is a rule that is tried over history, beside the saved one.
type Trial struct {
	RuleID   string
	Draft    *rules.Set // has the rule as it may become
	Saved    *rules.Set // has the rule as it is or was; nil if there is none
	Sources  []models.Source
	Since    time.Time
	Until    time.Time
	By       models.ArticleTime    // by when articles were seen, or published
	Zone     *time.Location        // in which weeks begin; nil is UTC
	Newest   int                   // hits to return, those published last; 0 means 20
	Progress func(read, total int) // is told now and then how many candidates were read; may be nil
	Stop     func() bool           // is asked before each article; reading ends with the newest ones when it is true; may be nil
}

// A Backtest is what a rule would have done over the stored articles.
type Backtest struct {
	RuleID string    `json:"rule_id"`
	From   time.Time `json:"from"` // where the window begins, or history if that is later
	Until  time.Time `json:"until"`
	Stored bool      `json:"stored"` // whether there is any history
	Read   int       `json:"articles_read"`
	Cut    bool      `json:"cut,omitempty"` // it matches so much that From is only how far it got
	// Stopped says that the trial was stopped, so that From is only how far it got.
	Stopped bool `json:"stopped,omitempty"`
	// ImportedLeftOut are imported articles of the window that could match; by when articles were seen, they do not count.
	ImportedLeftOut int `json:"imported_left_out,omitempty"`

	Draft Outcome  `json:"draft"`
	Saved *Outcome `json:"saved,omitempty"`

	// What only one of the two would have told. An event that was told by either
	// is neither gained nor lost, whichever of its articles did it.
	Gained []PastEvent `json:"gained"`
	Lost   []PastEvent `json:"lost"`

	Newest []PastMatch `json:"newest"` // of the draft, the one published last first

	Marked Marked `json:"marked"`
}

// An Outcome is what one wording of a rule would have done.
type Outcome struct {
	Revision string `json:"revision"`
	Subjects int    `json:"subjects"` // articles about its topic
	Mentions int    `json:"mentions"` // articles that only name it
	Events   int    `json:"events"`   // into which they gather
	Alerts   int    `json:"alerts"`   // events that someone would have been told of
	// InDigest are events that would only be listed in the digest, and Unlikely those that it would only count.
	InDigest int `json:"in_digest"`
	Unlikely int `json:"unlikely"`
	// Excepted are events that would have alerted but for exceptions.
	Excepted int `json:"excepted"`
	// Silent are events that would have alerted but for being known only from
	// the first scan of a source, which tells of nothing old.
	Silent int `json:"silent"`
	// PerWeek is the number of alerts of the whole window unless PerWeekMeasured, for which the articles of a week
	// must be stored.
	PerWeek         float64 `json:"alerts_per_week"`
	PerWeekMeasured bool    `json:"alerts_per_week_measured"`
	Weeks           []Week  `json:"weeks"` // oldest first
	// Precision is measured on events that people have marked; nil is unmeasured.
	Precision *Precision `json:"precision"`
}

// A Week is a calendar week. The first may begin before the window, and the last may end after it.
type Week struct {
	// From is the Monday at midnight in the zone of the trial.
	From   time.Time `json:"from"`
	Alerts int       `json:"alerts"`
}

// A PastEvent is an event as one wording of a rule would have made it.
type PastEvent struct {
	Title    string          `json:"title"`
	Link     string          `json:"link"`
	Source   string          `json:"source"`
	Articles int             `json:"articles"`
	SeenAt   time.Time       `json:"seen_at"`
	Severity models.Severity `json:"severity"`
	Words    []string        `json:"words"` // by which it would have alerted
	Silent   bool            `json:"silent,omitempty"`
	WhyNot   diag.Text       `json:"-"` // why the other wording does not alert; of the newest ones
}

// maxMatches is how many matching articles a backtest gathers into events. Their
// texts are in memory; and a rule that matches more is no watch rule.
const maxMatches = 20000

// A TooLongError says that the time of the context of a trial was not enough for a window.
type TooLongError struct{ From, Until time.Time }

// Error says how to need less time.
func (e *TooLongError) Error() string {
	text := "there was not enough time to try the rule on the articles from " + e.From.UTC().Format(time.RFC3339) + " on"
	if since := e.Shorter(); !since.IsZero() {
		return text + "; try it on those from " + since.Format(time.DateOnly) + " on"
	}
	return text + "; let it match fewer articles"
}

// Shorter returns where a window of half the length begins, as a day; the zero time if half a window is less than a day.
func (e *TooLongError) Shorter() time.Time {
	half := e.Until.Sub(e.From) / 2
	if half < 24*time.Hour {
		return time.Time{}
	}
	return e.Until.Add(-half).UTC().Truncate(24 * time.Hour)
}

// TryRule runs a trial: the pure middle of the line over the articles that the
// database gives for candidates, with nothing stored and nobody told. The error is a
// [*TooLongError] if the time of the context was not enough.
func TryRule(ctx context.Context, h History, t Trial) (Backtest, error) {
	b, err := tryRule(ctx, h, t)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return Backtest{}, &TooLongError{From: b.From, Until: t.Until}
	}
	return Backtest{}, err
}

// tryRule does what TryRule does. With an error, the backtest says how far it got.
func tryRule(ctx context.Context, h History, t Trial) (Backtest, error) {
	window := models.ArticleWindow{Since: t.Since, Until: t.Until, By: t.By}
	b := Backtest{RuleID: t.RuleID, From: t.Since, Until: t.Until, Newest: []PastMatch{}}
	first, err := h.FirstSeen(ctx, t.By)
	if err != nil {
		return b, err
	}
	b.Stored = !first.IsZero()
	if first.After(b.From) {
		b.From = first
	}
	candidate := t.Draft.Candidate(t.RuleID)
	draft, saved := newRuleResult(), newRuleResult()
	if t.Saved != nil {
		candidate = models.Either(candidate, t.Saved.Candidate(t.RuleID))
	}
	w := candidateReader{history: h, candidate: candidate, window: window, sources: t.Sources, progress: t.Progress}
	limit := cmp.Or(t.Newest, 20)
	oldest := t.Until
	b.Read, err = w.each(ctx, func(a models.Article) bool {
		if t.Stop != nil && t.Stop() {
			b.Stopped = true
			return false
		}
		stored := a
		if t.By != models.BySeen {
			a.SeenAt, a.Baseline = window.At(a), a.Baseline && !a.Imported() && t.By != models.ByPublished
		}
		savedAlerts := t.Saved != nil && saved.add(a, activeMatches(t.Saved, t.RuleID, a))
		matches := activeMatches(t.Draft, t.RuleID, a)
		draftAlerts := draft.add(a, matches)
		if len(matches) > 0 {
			hit := newPastMatch(stored, models.Ranked(matches)[0])
			hit.Gained = t.Saved != nil && draftAlerts && !savedAlerts
			b.Newest = insertNewest(b.Newest, hit, limit)
		}
		b.Cut = len(draft.found)+len(saved.found) >= maxMatches
		oldest = a.SeenAt
		return !b.Cut && ctx.Err() == nil
	})
	err = cmp.Or(err, ctx.Err())
	if (b.Cut || b.Stopped || err != nil) && t.By != models.ByPublished {
		b.From = oldest
	}
	if err != nil {
		return b, err
	}
	if t.By == models.BySeen {
		window.By = models.Imported
		if b.ImportedLeftOut, err = h.CountMatching(ctx, candidate, window); err != nil {
			return b, err
		}
		window.By = models.ByListing // what people say of an imported article counts
	}
	events, err := h.RatedEvents(ctx, window)
	if err != nil {
		return b, err
	}
	ratings, draftPrecision, savedPrecision := t.rate(events)
	b.Marked = ratings
	if err := draft.groupEvents(ctx); err != nil {
		return b, err
	}
	b.Draft = draft.outcome(ruleHash(t.Draft, t.RuleID), b, t.Zone)
	b.Draft.Precision = draftPrecision
	b.Gained, b.Lost = []PastEvent{}, []PastEvent{}
	if t.Saved == nil {
		return b, nil
	}
	if err := saved.groupEvents(ctx); err != nil {
		return b, err
	}
	savedOutcome := saved.outcome(ruleHash(t.Saved, t.RuleID), b, t.Zone)
	savedOutcome.Precision = savedPrecision
	b.Saved = &savedOutcome
	b.Gained, b.Lost = draft.alertsMissingIn(saved, t.Saved, t.RuleID), saved.alertsMissingIn(draft, t.Draft, t.RuleID)
	return b, nil
}

// insertNewest adds a hit to the newest ones, which are sorted by when they were published, or
// seen if that is unknown or earlier. At most limit of them are kept.
func insertNewest(hits []PastMatch, hit PastMatch, limit int) []PastMatch {
	i := len(hits)
	for i > 0 && hit.time().After(hits[i-1].time()) {
		i--
	}
	hits = slices.Insert(hits, i, hit)
	return hits[:min(len(hits), limit)]
}

// time is when the article was published, or seen if that is unknown or earlier.
func (p PastMatch) time() time.Time {
	return models.Article{PublishedAt: p.PublishedAt, SeenAt: p.SeenAt}.PublishedOrSeen()
}

func ruleHash(set *rules.Set, id string) string {
	all := set.Rules()
	if i := slices.IndexFunc(all, func(r rules.Rule) bool { return r.ID == id }); i >= 0 {
		return all[i].Hash
	}
	return ""
}
