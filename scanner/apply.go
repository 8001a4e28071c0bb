package scanner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"regwatch/events"
	"regwatch/internal/diag"
	"regwatch/models"
)

// An Archive is the stored articles, and which of them a rule has matched.
type Archive interface {
	History
	// MatchedArticles returns the IDs of the articles that a revision of a rule has matched.
	MatchedArticles(ctx context.Context, ruleID, ruleHash string) (map[string]bool, error)
}

// An Application is a rule that a person applies to stored articles.
type Application struct {
	RuleID   string
	Since    time.Time             // articles first seen at or after it
	By       string                // who asks for it
	Progress func(read, total int) // is called now and then; may be nil
}

// An Applied is what applying a rule comes to.
type Applied struct {
	Articles []models.Article // that the rule matches for the first time
	Known    int              // articles that this revision of the rule has matched before
	Expired  int              // articles that were not read, because their text was deleted by age
	Changes  []models.Change
	Notices  []models.Notice // to send and held
}

// MostApplied is how many articles a rule can be applied to at once. A rule that matches
// more is no watch rule, and everybody would get a flood.
const MostApplied = 2000

// A TooManyMatchesError means that a rule matches more than [MostApplied] stored articles.
type TooManyMatchesError struct{ RuleID string }

// Error says so.
func (e *TooManyMatchesError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *TooManyMatchesError) Text() diag.Text {
	return diag.Textf("rule %s matches more than %d stored articles", e.RuleID, MostApplied)
}

// ApplyRule does for stored articles what a scan would have done if the rule had been in
// force: it stores the matches, events and notices in one transaction. Articles that this
// revision of the rule has matched are left out, so applying it twice sends nothing new.
// Other rules are not asked about the articles.
func (s *Scanner) ApplyRule(ctx context.Context, archive Archive, a Application) (Applied, error) {
	return s.applyRule(ctx, archive, a, true)
}

// PreviewRule does what ApplyRule does and commits nothing.
func (s *Scanner) PreviewRule(ctx context.Context, archive Archive, a Application) (Applied, error) {
	return s.applyRule(ctx, archive, a, false)
}

func (s *Scanner) applyRule(ctx context.Context, archive Archive, a Application, commit bool) (Applied, error) {
	for range maxStaleTries {
		applied, err := s.tryApplyRule(ctx, archive, a, commit)
		if errors.Is(err, models.ErrStale) {
			continue
		}
		if err != nil {
			return Applied{}, fmt.Errorf("apply rule %s: %w", a.RuleID, err)
		}
		return applied, nil
	}
	return Applied{}, fmt.Errorf("apply rule %s: %w %d times", a.RuleID, models.ErrStale, maxStaleTries)
}

// tryApplyRule reads, decides and commits once.
func (s *Scanner) tryApplyRule(ctx context.Context, archive Archive, a Application, commit bool) (Applied, error) {
	settings, now := s.Settings(), s.Now()
	revisions := settings.Rules.Revisions()
	i := slices.IndexFunc(revisions, func(r models.RuleRevision) bool { return r.RuleID == a.RuleID })
	if i < 0 {
		return Applied{}, errors.New("there is no such rule")
	}
	revision := revisions[i]
	revision.FirstUsedAt = now
	applied, matches, err := findMatches(ctx, archive, settings, a, now)
	if err != nil {
		return Applied{}, err
	}

	s.commitMu.Lock()
	defer s.commitMu.Unlock()
	known, err := archive.MatchedArticles(ctx, a.RuleID, revision.Hash)
	if err != nil {
		return Applied{}, err
	}
	applied.Articles = slices.DeleteFunc(applied.Articles, func(article models.Article) bool { return known[article.ID] })
	applied.Known = len(matches) - len(applied.Articles)
	if err := s.leaveOutBoilerplate(ctx, settings, a.RuleID, &applied, matches, now); err != nil {
		return Applied{}, err
	}
	if len(applied.Articles) == 0 {
		return applied, nil
	}
	seen, err := s.seenAt(ctx, now)
	if err != nil {
		return Applied{}, err
	}
	scan := models.Scan{
		At: seen, Rules: []models.RuleRevision{revision},
		Applied: &models.RuleApplication{RuleID: a.RuleID, RuleHash: revision.Hash, Since: a.Since, Articles: len(applied.Articles), By: a.By},
	}
	var found []events.Found
	for _, article := range applied.Articles {
		parts := matchesByPart(matches[article.ID], seen)
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			found = append(found, newFound(settings.Rules, article, part, parts[part]))
			scan.Matches = append(scan.Matches, parts[part]...)
		}
	}
	if err := s.assignAndPlan(ctx, &scan, found, settings.Routing, seen, now); err != nil {
		return Applied{}, err
	}
	applied.Changes, applied.Notices = scan.Changes, scan.Notices
	if !commit {
		return applied, nil
	}
	if err := s.Store.Commit(ctx, scan); err != nil {
		return Applied{}, err
	}
	s.wakeIfDeliveries(scan.Notices)
	return applied, nil
}

// leaveOutBoilerplate marks the known boilerplate of the articles, as a scan would have done,
// and drops those that the rule matches only there.
func (s *Scanner) leaveOutBoilerplate(ctx context.Context, settings Settings, ruleID string, applied *Applied, matches map[string][]models.Match, now time.Time) error {
	if s.PassageStore == nil {
		return nil
	}
	for i, article := range applied.Articles {
		_, known, err := s.PassageStore.Passages(ctx, article.SourceID, events.Passages(article))
		if err != nil {
			return err
		}
		article = events.MarkBoilerplate(article, known, now)
		applied.Articles[i] = article
		if slices.ContainsFunc(article.Boilerplate, func(b models.Boilerplate) bool { return b.Sure }) {
			matches[article.ID] = matchesByRule(settings.Rules, ruleID, article)
		}
	}
	applied.Articles = slices.DeleteFunc(applied.Articles, func(article models.Article) bool { return len(matches[article.ID]) == 0 })
	return nil
}

// findMatches returns the stored articles that the rule matches, the newest first, and
// their matches by article.
func findMatches(ctx context.Context, archive Archive, settings Settings, a Application, now time.Time) (Applied, map[string][]models.Match, error) {
	var applied Applied
	found := make(map[string][]models.Match)
	w := candidateReader{
		history: archive, candidate: settings.Rules.Candidate(a.RuleID),
		window:  models.ArticleWindow{Since: a.Since, Until: now, By: models.BySeen}, // nobody is alerted to an imported article
		sources: settings.Sources, progress: a.Progress,
	}
	_, err := w.each(ctx, func(article models.Article) bool {
		if article.BodyState == models.BodyExpired {
			applied.Expired++
			return true
		}
		if matches := matchesByRule(settings.Rules, a.RuleID, article); len(matches) > 0 {
			applied.Articles = append(applied.Articles, article)
			found[article.ID] = matches
		}
		return len(found) <= MostApplied
	})
	if err == nil && len(found) > MostApplied {
		err = &TooManyMatchesError{RuleID: a.RuleID}
	}
	return applied, found, err
}
