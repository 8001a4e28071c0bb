package models

import (
	"slices"
	"time"
)

// A Feedback is what one person says of an event that was raised: whether it was
// worth telling. (EventID, RuleID, By) is unique: a later mark of the same person
// takes the place of the earlier one, which the audit keeps.
type Feedback struct {
	EventID  string    `json:"event_id" gorm:"primaryKey"`
	RuleID   string    `json:"rule_id,omitempty" gorm:"primaryKey"`             // empty: the event, whichever rule raised it
	By       string    `json:"by,omitempty" gorm:"column:marked_by;primaryKey"` // empty: not known
	Relevant bool      `json:"relevant"`
	RuleHash string    `json:"rule_hash"` // of the rule, or of the leading one, as it raised the event
	Note     string    `json:"note,omitempty"`
	GivenAt  time.Time `json:"marked_at" gorm:"column:marked_at;serializer:micros"`
}

// TableName is the table's name since its first migration.
func (Feedback) TableName() string { return "marks" }

// A Verdict is what the marks on an event come to.
type Verdict string

const (
	Relevant   Verdict = "relevant"
	Irrelevant Verdict = "irrelevant"
)

// Judge returns what marks on one event come to for a rule, or for the event
// whichever rule raised it if the rule is empty. Of each person the mark on the
// rule counts before the one on the whole event. Where people disagree the event
// was relevant: it was to somebody. No mark gives no verdict.
func Judge(marks []Feedback, rule string) (verdict Verdict, disputed bool) {
	said := make(map[string]Feedback)
	for _, m := range marks {
		if rule != "" && m.RuleID != "" && m.RuleID != rule {
			continue
		}
		before, has := said[m.By]
		if !has || outweighs(m, before, rule) {
			said[m.By] = m
		}
	}
	var yes, no bool
	for _, m := range said {
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

// outweighs reports whether a person's mark counts before another of theirs.
func outweighs(m, before Feedback, rule string) bool {
	own, ownBefore := m.RuleID == rule, before.RuleID == rule
	if own != ownBefore {
		return own
	}
	return m.GivenAt.After(before.GivenAt)
}

// A RatedEvent is an event that people have marked, with the articles in it as
// they stand now.
type RatedEvent struct {
	Event    Event
	Feedback []Feedback
	Articles []Article
}

// Judgeable reports whether there is a text left by which a rule can be tried.
func (e RatedEvent) Judgeable() bool {
	return slices.ContainsFunc(e.Articles, func(a Article) bool { return a.BodyState != BodyExpired })
}
