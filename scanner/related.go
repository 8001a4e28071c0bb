package scanner

import (
	"cmp"
	"context"

	"regwatch/internal/cooccur"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules"
)

// A RelatedQuery asks which words occur together with what a rule finds.
type RelatedQuery struct {
	Rules    *rules.Set // has the rule
	RuleID   string
	Sources  []models.Source
	Limit    int                   // terms to return
	Progress func(read, total int) // is called now and then; may be nil
}

// A RelatedTerm is a word or phrase that the rule does not have.
type RelatedTerm struct {
	Term     string  `json:"term"`
	Hits     int     `json:"hits"`     // articles of the rule with it
	Articles int     `json:"articles"` // articles with it
	Score    float64 `json:"score"`    // the log-likelihood ratio
	Title    string  `json:"title"`    // of the newest article of the rule with it
}

// Related are the words that occur together with what a rule finds.
type Related struct {
	Articles int           `json:"articles"` // that were read
	Hits     int           `json:"hits"`     // of them, those that the rule is about; copies with the same title count once
	Terms    []RelatedTerm `json:"terms"`    // the most telling one first
}

// MinRelatedHits is in how many articles of the rule a word must be.
const MinRelatedHits = cooccur.MinChosen

const (
	maxRelatedArticles = 20_000 // the newest ones are read
	maxRelatedHits     = 2_000
)

// FindRelated finds words and phrases that occur in the articles of a rule far more often than in the others. It reads at
// most the newest 20,000 articles, twice, and one page of them is in memory at a time.
func FindRelated(ctx context.Context, h History, q RelatedQuery) (Related, error) {
	c := cooccur.New(q.Rules.Phrases(q.RuleID))
	var found Related
	titles := []string{} // of the hits
	isHit := make(map[string]bool)
	seen := make(map[string]bool) // titles: copies count once
	skipped := make(map[string]bool)
	w := candidateReader{history: h, sources: q.Sources}
	if q.Progress != nil {
		w.progress = func(read, total int) { q.Progress(min(read, maxRelatedArticles), 2*min(total, maxRelatedArticles)) }
	}
	_, err := w.each(ctx, func(a models.Article) bool {
		found.Articles++
		title := text.Fold(a.Title)
		switch {
		case seen[title]:
			skipped[a.ID] = true
		case len(titles) < maxRelatedHits && isSubject(q, a):
			isHit[a.ID] = true
			titles = append(titles, a.Title)
			c.AddChosen(relatedText(a))
		}
		seen[title] = true
		return found.Articles < maxRelatedArticles
	})
	if err != nil || len(titles) == 0 {
		return found, err
	}
	if q.Progress != nil {
		w.progress = func(read, total int) {
			q.Progress(min(read, maxRelatedArticles)+min(total, maxRelatedArticles), 2*min(total, maxRelatedArticles))
		}
	}
	read := 0
	_, err = w.each(ctx, func(a models.Article) bool {
		read++
		if !skipped[a.ID] {
			c.Add(relatedText(a))
		}
		return read < found.Articles
	})
	if err != nil {
		return found, err
	}
	found.Hits = len(titles)
	for _, t := range c.Top(q.Limit) {
		found.Terms = append(found.Terms, RelatedTerm{t.Text, t.Chosen, t.All, t.Score, titles[t.Sample]})
	}
	return found, nil
}

func isSubject(q RelatedQuery, a models.Article) bool {
	for _, m := range activeMatches(q.Rules, q.RuleID, a) {
		if m.Strength == models.Subject {
			return true
		}
	}
	return false
}

func relatedText(a models.Article) string { return a.Title + ".\n" + cmp.Or(a.Body, a.Summary) }
