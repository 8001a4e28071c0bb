package models

import (
	"slices"
	"time"
)

// A Feedback is one person's judgement on a raised event: relevant or not. (EventID,
// RuleID, By) is unique: later feedback replaces earlier feedback of the same person,
// which the audit keeps.
type Feedback struct {
	EventID  string    `json:"event_id" gorm:"primaryKey"`
	RuleID   string    `json:"rule_id,omitempty" gorm:"primaryKey"`             // empty: the whole event, for all rules
	By       string    `json:"by,omitempty" gorm:"column:marked_by;primaryKey"` // empty: unknown
	Relevant bool      `json:"relevant"`
	RuleHash string    `json:"rule_hash"` // of the rule, or of the leading rule, when it raised the event
	Note     string    `json:"note,omitempty"`
	GivenAt  time.Time `json:"marked_at" gorm:"column:marked_at;serializer:micros"`
}

// TableName returns the table's name, which has not changed since the first migration.
func (Feedback) TableName() string { return "marks" }

// An ArticleFeedback is one person's judgement on an article for a rule, also where no event exists. (ArticleID, RuleID, By) is
// unique like that of [Feedback].
type ArticleFeedback struct {
	ArticleID string    `json:"article_id" gorm:"primaryKey"`
	RuleID    string    `json:"rule_id" gorm:"primaryKey"`
	By        string    `json:"by,omitempty" gorm:"column:marked_by;primaryKey"`
	Relevant  bool      `json:"relevant"`
	RuleHash  string    `json:"rule_hash"` // of the rule in force then; empty: it was not saved yet
	Note      string    `json:"note,omitempty"`
	GivenAt   time.Time `json:"marked_at" gorm:"column:marked_at;serializer:micros"`
}

// TableName returns the name of the table beside that of [Feedback].
func (ArticleFeedback) TableName() string { return "article_marks" }

// A Verdict is the combined feedback on an event.
type Verdict string

const (
	Relevant   Verdict = "relevant"
	Irrelevant Verdict = "irrelevant"
)

// Judge combines the feedback on one event for a rule, or for the whole event if the rule
// is empty. A person's feedback on the rule outweighs that person's feedback on the whole
// event. If people disagree, the event is relevant: it was to someone. Without feedback
// there is no verdict.
func Judge(feedback []Feedback, rule string) (verdict Verdict, disputed bool) {
	latest := make(map[string]Feedback)
	for _, m := range feedback {
		if rule != "" && m.RuleID != "" && m.RuleID != rule {
			continue
		}
		before, has := latest[m.By]
		if !has || outweighs(m, before, rule) {
			latest[m.By] = m
		}
	}
	var yes, no bool
	for _, m := range latest {
		yes, no = yes || m.Relevant, no || !m.Relevant
	}
	switch {
	case yes:
		return Relevant, no
	case no:
		return Irrelevant, false
	}
	return "", false
}

// outweighs reports whether feedback replaces other feedback of the same person.
func outweighs(m, before Feedback, rule string) bool {
	own, ownBefore := m.RuleID == rule, before.RuleID == rule
	if own != ownBefore {
		return own
	}
	return m.GivenAt.After(before.GivenAt)
}

// A RatedEvent is an event with feedback, and its current articles. For an article with feedback and no event, Event has
// no ID and holds only that article.
type RatedEvent struct {
	Event    Event
	Feedback []Feedback
	Articles []Article
}

// Judgeable reports whether there is still a text on which a rule can be tried.
func (e RatedEvent) Judgeable() bool {
	return slices.ContainsFunc(e.Articles, func(a Article) bool { return a.BodyState != BodyExpired })
}
