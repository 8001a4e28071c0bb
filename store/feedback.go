package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NotRaisedError means that feedback names a rule that did not match the event.
type NotRaisedError struct {
	EventID, RuleID string
	Rules           []string // that matched it
}

// Error names the rules that matched.
func (e *NotRaisedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NotRaisedError) Text() diag.Text {
	return diag.Textf("rule %q did not match event %s; it was matched by %s", e.RuleID, e.EventID, strings.Join(e.Rules, ", "))
}

// A NoFeedbackError means that there is no such feedback to remove.
type NoFeedbackError struct {
	Asked models.Feedback   // the one to remove
	Has   []models.Feedback // what the event has
}

// Error names who gave feedback.
func (e *NoFeedbackError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoFeedbackError) Text() diag.Text {
	what := diag.Textf("event %s", e.Asked.EventID)
	if e.Asked.RuleID != "" {
		what = diag.Textf("rule %s for %s", e.Asked.RuleID, what)
	}
	if len(e.Has) == 0 {
		return diag.Textf("%s gave no feedback on %s; nobody did", nameOf(e.Asked.By), what)
	}
	var has diag.Text
	var named []diag.Text
	for _, m := range e.Has {
		who := diag.Textf("%s", nameOf(m.By))
		if m.RuleID != "" {
			who = diag.Textf("%s on rule %s", nameOf(m.By), m.RuleID)
		}
		if slices.Contains(named, who) {
			continue
		}
		if named = append(named, who); len(named) == 1 {
			has = who
			continue
		}
		has = diag.Textf("%s, %s", has, who)
	}
	return diag.Textf("%s gave no feedback on %s; there is feedback by %s", nameOf(e.Asked.By), what, has)
}

// AddFeedback stores a person's feedback on an event in place of their earlier feedback, and
// returns it as stored: for the event that a merged one was merged into, with the revision of
// the rule that raised it. Giving the same feedback again changes nothing. The error is a
// [*NoEventError] or a [*NotRaisedError] if there is no such event or rule.
func (s *Store) AddFeedback(ctx context.Context, m models.Feedback, plan StatusPlanner) (models.Feedback, error) {
	m.By, m.Note = clean(strings.TrimSpace(m.By)), clean(strings.TrimSpace(m.Note))
	var stored models.Feedback
	err := s.change(ctx, "store feedback on event "+m.EventID, func(tx *gorm.DB) (err error) {
		stored = m
		if stored.EventID, err = currentEvent(tx, m.EventID); err != nil {
			return err
		}
		if stored.RuleHash, err = raisingHash(tx, stored.EventID, m.RuleID); err != nil {
			return err
		}
		all, err := feedbackOf(tx, []string{stored.EventID})
		if err != nil {
			return err
		}
		detail := facts{"rule": stored.RuleID, "rule_hash": stored.RuleHash, "relevant": stored.Relevant, "note": stored.Note}
		if before, has := feedbackBy(all[stored.EventID], stored); has {
			if before.Relevant == stored.Relevant && before.Note == stored.Note && before.EventID == stored.EventID {
				stored = before
				return nil
			}
			detail["was_relevant"] = before.Relevant
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: m.GivenAt, actor: nameOf(m.By)}
		log.add("event.marked", stored.EventID, detail)
		return commitStatus(tx, stored.EventID, plan, log)
	})
	return stored, err
}

// RemoveFeedback removes a person's feedback on an event for a rule, or on the whole event if
// the rule is empty. The error is a [*NoFeedbackError] if there is none.
func (s *Store) RemoveFeedback(ctx context.Context, m models.Feedback, now time.Time, plan StatusPlanner) error {
	m.By = clean(strings.TrimSpace(m.By))
	return s.change(ctx, "remove feedback on event "+m.EventID, func(tx *gorm.DB) error {
		id, err := currentEvent(tx, m.EventID)
		if err != nil {
			return err
		}
		all, err := feedbackOf(tx, []string{id})
		if err != nil {
			return err
		}
		before, has := feedbackBy(all[id], m)
		if !has {
			return &NoFeedbackError{Asked: m, Has: all[id]}
		}
		// The person may also have given feedback on events that were merged into this one.
		became, err := withMerged(tx, []string{id})
		if err != nil {
			return err
		}
		for was := range became {
			err := tx.Where("event_id = ? AND rule_id = ? AND marked_by = ?", was, m.RuleID, m.By).Delete(&models.Feedback{}).Error
			if err != nil {
				return err
			}
		}
		log := &auditLog{at: now, actor: nameOf(m.By)}
		log.add("event.unmarked", id, facts{"rule": m.RuleID, "was_relevant": before.Relevant})
		return commitStatus(tx, id, plan, log)
	})
}

// Feedback returns the feedback on events by event, oldest first. It includes feedback on
// events merged into them; of the same person and rule the newest counts.
func (s *Store) Feedback(ctx context.Context, eventIDs []string) (map[string][]models.Feedback, error) {
	feedback, err := feedbackOf(s.read.WithContext(ctx), eventIDs)
	return feedback, s.failed(ctx, "read the feedback on events", err)
}

// RatedEvents returns the events that have feedback, or an article with feedback, and an article
// in a window, oldest first; then the articles of the window that have feedback and no event.
func (s *Store) RatedEvents(ctx context.Context, w models.ArticleWindow) ([]models.RatedEvent, error) {
	var rated []models.RatedEvent
	err := s.view(ctx, "read the events with feedback", func(tx *gorm.DB) error {
		rated = nil
		marked, err := markedArticles(tx, nil)
		if err != nil {
			return err
		}
		var ids []string
		if err := tx.Model(&models.Feedback{}).Distinct().Pluck("event_id", &ids).Error; err != nil {
			return err
		}
		for part := range slices.Chunk(slices.Sorted(maps.Keys(marked)), chunk) {
			var some []string
			if err := tx.Model(&models.EventArticle{}).Where("article_id IN ?", part).Distinct().Pluck("event_id", &some).Error; err != nil {
				return err
			}
			ids = append(ids, some...)
		}
		ids, err = followMerges(tx, unique(ids))
		if err != nil {
			return err
		}
		feedback, err := feedbackOf(tx, ids)
		if err != nil {
			return err
		}
		events, err := eventsOf(tx, ids)
		if err != nil {
			return err
		}
		for _, e := range events {
			m := models.RatedEvent{Event: e, Feedback: feedback[e.ID]}
			var articles []string
			for _, a := range e.Articles {
				articles = append(articles, a.ArticleID)
				for _, f := range marked[a.ArticleID] {
					m.Feedback = append(m.Feedback, models.Feedback{EventID: e.ID, RuleID: f.RuleID, By: f.By, Relevant: f.Relevant, RuleHash: f.RuleHash, Note: f.Note, GivenAt: f.GivenAt})
				}
			}
			m.Feedback = newestOfEach(m.Feedback)
			if err := tx.Where("id IN ?", unique(articles)).Order("seen_at, id").Find(&m.Articles).Error; err != nil {
				return err
			}
			for _, id := range articles {
				delete(marked, id)
			}
			if slices.ContainsFunc(m.Articles, w.Has) {
				rated = append(rated, m)
			}
		}
		alone, err := ratedArticles(tx, marked, w)
		rated = append(rated, alone...)
		return err
	})
	return rated, err
}

// ratedArticles returns the articles of a window that have feedback, oldest first.
func ratedArticles(tx *gorm.DB, marked map[string][]models.ArticleFeedback, w models.ArticleWindow) ([]models.RatedEvent, error) {
	var rated []models.RatedEvent
	for part := range slices.Chunk(slices.Sorted(maps.Keys(marked)), chunk) {
		var articles []models.Article
		if err := tx.Where("id IN ?", part).Find(&articles).Error; err != nil {
			return nil, err
		}
		for _, a := range articles {
			if !w.Has(a) {
				continue
			}
			place := models.EventArticle{
				ArticleID: a.ID, SourceID: a.SourceID, SourceName: a.SourceID, Title: a.Title, Link: a.Link, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt,
			}
			m := models.RatedEvent{
				Event:    models.Event{Title: a.Title, Link: a.Link, FirstSeenAt: w.At(a), LastSeenAt: w.At(a), Articles: []models.EventArticle{place}},
				Articles: []models.Article{a},
			}
			for _, f := range marked[a.ID] {
				m.Feedback = append(m.Feedback, models.Feedback{RuleID: f.RuleID, By: f.By, Relevant: f.Relevant, RuleHash: f.RuleHash, Note: f.Note, GivenAt: f.GivenAt})
			}
			rated = append(rated, m)
		}
	}
	slices.SortStableFunc(rated, func(a, b models.RatedEvent) int { return a.Event.FirstSeenAt.Compare(b.Event.FirstSeenAt) })
	return rated, nil
}

// ArticleFeedback returns the feedback on an article, oldest first.
func (s *Store) ArticleFeedback(ctx context.Context, articleID string) ([]models.ArticleFeedback, error) {
	marked, err := markedArticles(s.read.WithContext(ctx), []string{articleID})
	return marked[articleID], s.failed(ctx, "read the feedback on article "+articleID, err)
}

// markedArticles returns the feedback on articles by article, oldest first; on all articles
// without ids.
func markedArticles(tx *gorm.DB, ids []string) (map[string][]models.ArticleFeedback, error) {
	if len(ids) > 0 {
		tx = tx.Where("article_id IN ?", ids)
	}
	var all []models.ArticleFeedback
	err := tx.Order("marked_at, rule_id, marked_by").Find(&all).Error
	of := make(map[string][]models.ArticleFeedback)
	for _, f := range all {
		of[f.ArticleID] = append(of[f.ArticleID], f)
	}
	return of, err
}

// AddArticleFeedback stores a person's feedback on an article for a rule in place of their
// earlier feedback, and returns it as stored. Giving the same feedback again changes nothing.
func (s *Store) AddArticleFeedback(ctx context.Context, f models.ArticleFeedback) (models.ArticleFeedback, error) {
	f.By, f.Note = clean(strings.TrimSpace(f.By)), clean(strings.TrimSpace(f.Note))
	stored := f
	err := s.change(ctx, "store feedback on article "+f.ArticleID, func(tx *gorm.DB) error {
		stored = f
		detail := facts{"rule": f.RuleID, "rule_hash": f.RuleHash, "relevant": f.Relevant, "note": f.Note}
		before, err := articleFeedbackBy(tx, f)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			if before[0].Relevant == f.Relevant && before[0].Note == f.Note {
				stored = before[0]
				return nil
			}
			detail["was_relevant"] = before[0].Relevant
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&stored).Error; err != nil {
			return err
		}
		log := &auditLog{at: f.GivenAt, actor: nameOf(f.By)}
		log.add("article.marked", f.ArticleID, detail)
		return log.write(tx)
	})
	return stored, err
}

// RemoveArticleFeedback removes a person's feedback on an article for a rule, and reports
// whether there was any.
func (s *Store) RemoveArticleFeedback(ctx context.Context, f models.ArticleFeedback, now time.Time) (removed bool, err error) {
	f.By = clean(strings.TrimSpace(f.By))
	err = s.change(ctx, "remove feedback on article "+f.ArticleID, func(tx *gorm.DB) error {
		before, err := articleFeedbackBy(tx, f)
		removed = len(before) > 0
		if err != nil || !removed {
			return err
		}
		if err := tx.Delete(&before[0]).Error; err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(f.By)}
		log.add("article.unmarked", f.ArticleID, facts{"rule": f.RuleID, "was_relevant": before[0].Relevant})
		return log.write(tx)
	})
	return removed, err
}

func articleFeedbackBy(tx *gorm.DB, f models.ArticleFeedback) (found []models.ArticleFeedback, err error) {
	err = tx.Where("article_id = ? AND rule_id = ? AND marked_by = ?", f.ArticleID, f.RuleID, f.By).Find(&found).Error
	return found, err
}

// raisingHash returns the hash of the revision of a rule that first raised an event; of its
// first subject match, if it has one. An empty rule means the leading rule of the event.
func raisingHash(tx *gorm.DB, eventID, ruleID string) (string, error) {
	matches, err := matchesIn(tx, eventID)
	if err != nil {
		return "", err
	}
	rule := ruleID
	if rule == "" {
		if err := tx.Model(&models.Event{}).Where("id = ?", eventID).Pluck("lead_rule", &rule).Error; err != nil {
			return "", err
		}
	}
	var first *models.Match
	var rules []string
	for i, m := range matches {
		rules = append(rules, m.RuleID)
		if m.RuleID == rule && (first == nil || m.Strength.Rank() > first.Strength.Rank()) {
			first = &matches[i]
		}
	}
	switch {
	case first != nil:
		return first.RuleHash, nil
	case ruleID == "":
		return "", nil // an event with mentions only has no leading rule
	}
	return "", &NotRaisedError{EventID: eventID, RuleID: ruleID, Rules: unique(rules)}
}

// feedbackBy returns the feedback of the same person for the same rule.
func feedbackBy(feedback []models.Feedback, like models.Feedback) (models.Feedback, bool) {
	i := slices.IndexFunc(feedback, func(m models.Feedback) bool { return m.By == like.By && m.RuleID == like.RuleID })
	if i < 0 {
		return models.Feedback{}, false
	}
	return feedback[i], true
}

func feedbackOf(tx *gorm.DB, ids []string) (map[string][]models.Feedback, error) {
	became, err := withMerged(tx, ids)
	if err != nil {
		return nil, err
	}
	return feedbackIn(tx, became)
}

// feedbackIn returns the feedback on events and on those merged into them.
func feedbackIn(tx *gorm.DB, became map[string]string) (map[string][]models.Feedback, error) {
	of := make(map[string][]models.Feedback)
	for part := range chunksOf(became) {
		var some []models.Feedback
		if err := tx.Where("event_id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, m := range some {
			event := became[m.EventID]
			of[event] = append(of[event], m)
		}
	}
	for event, feedback := range of {
		of[event] = newestOfEach(feedback)
	}
	return of, nil
}

// newestOfEach keeps the newest feedback of each person and rule, oldest first.
func newestOfEach(feedback []models.Feedback) []models.Feedback {
	slices.SortFunc(feedback, func(a, b models.Feedback) int {
		if c := a.GivenAt.Compare(b.GivenAt); c != 0 {
			return c
		}
		return strings.Compare(a.EventID+" "+a.RuleID+" "+a.By, b.EventID+" "+b.RuleID+" "+b.By)
	})
	var kept []models.Feedback
	for i, m := range feedback {
		if _, later := feedbackBy(feedback[i+1:], m); !later {
			kept = append(kept, m)
		}
	}
	return kept
}
