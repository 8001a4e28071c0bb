package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A NotRaisedError means that feedback names a rule that did not match the event.
type NotRaisedError struct {
	EventID, RuleID string
	Rules           []string // that matched it
}

// Error names the rules that matched.
func (e *NotRaisedError) Error() string {
	return fmt.Sprintf("rule %q did not match event %s; it was matched by %s", e.RuleID, e.EventID, strings.Join(e.Rules, ", "))
}

// A NoFeedbackError means that there is no such feedback to remove.
type NoFeedbackError struct {
	Asked models.Feedback   // the one to remove
	Has   []models.Feedback // what the event has
}

// Error names who gave feedback.
func (e *NoFeedbackError) Error() string {
	what := "event " + e.Asked.EventID
	if e.Asked.RuleID != "" {
		what = "rule " + e.Asked.RuleID + " for " + what
	}
	if len(e.Has) == 0 {
		return fmt.Sprintf("%s gave no feedback on %s; nobody did", nameOf(e.Asked.By), what)
	}
	var has []string
	for _, m := range e.Has {
		s := nameOf(m.By)
		if m.RuleID != "" {
			s += " on rule " + m.RuleID
		}
		has = append(has, s)
	}
	return fmt.Sprintf("%s gave no feedback on %s; there is feedback by %s", nameOf(e.Asked.By), what, strings.Join(unique(has), ", "))
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

// RatedEvents returns the events that have feedback and an article first seen from since until
// before until, oldest first.
func (s *Store) RatedEvents(ctx context.Context, since, until time.Time) ([]models.RatedEvent, error) {
	var rated []models.RatedEvent
	err := s.view(ctx, "read the events with feedback", func(tx *gorm.DB) error {
		rated = nil
		var ids []string
		if err := tx.Model(&models.Feedback{}).Distinct().Pluck("event_id", &ids).Error; err != nil {
			return err
		}
		ids, err := followMerges(tx, ids)
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
			within := func(a models.EventArticle) bool { return !a.SeenAt.Before(since) && a.SeenAt.Before(until) }
			if !slices.ContainsFunc(e.Articles, within) {
				continue
			}
			m := models.RatedEvent{Event: e, Feedback: feedback[e.ID]}
			var articles []string
			for _, a := range e.Articles {
				articles = append(articles, a.ArticleID)
			}
			if err := tx.Where("id IN ?", unique(articles)).Order("seen_at, id").Find(&m.Articles).Error; err != nil {
				return err
			}
			rated = append(rated, m)
		}
		return nil
	})
	return rated, err
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
