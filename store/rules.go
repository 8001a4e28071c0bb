package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// RecordRules stores the revisions of the rules that are in force. If they differ from those
// of the last call, the audit gets an entry.
func (s *Store) RecordRules(ctx context.Context, rules []models.RuleRevision, now time.Time) error {
	inForce := make([]string, 0, len(rules))
	revisions := slices.Clone(rules)
	for i := range revisions {
		r := &revisions[i]
		r.FirstUsedAt = cmp.Or(r.FirstUsedAt, now)
		inForce = append(inForce, r.RuleID+" "+r.Hash)
	}
	log := &auditLog{at: now}
	log.add("rules.loaded", models.HashOf(unique(inForce)...), facts{"rules": len(rules)})
	return s.change(ctx, "record the rules in force", func(tx *gorm.DB) error {
		if err := putRules(tx, revisions); err != nil {
			return err
		}
		var last []string
		err := tx.Model(&models.AuditEntry{}).Where("action = 'rules.loaded'").Order("seq DESC").Limit(1).Pluck("subject", &last).Error
		if err != nil || len(last) == 1 && last[0] == log.entries[0].Subject {
			return err
		}
		return log.write(tx)
	})
}

// RuleRevisions returns all revisions of a rule that have been in force, newest first.
func (s *Store) RuleRevisions(ctx context.Context, ruleID string) ([]models.RuleRevision, error) {
	var revisions []models.RuleRevision
	err := s.read.WithContext(ctx).Where("rule_id = ?", ruleID).Order("first_used_at DESC, hash").Find(&revisions).Error
	return revisions, s.failed(ctx, "read the revisions of rule "+ruleID, err)
}

// RecordRuleSave records in the audit that a person saved a rule. The hashes are those of
// the file; before is empty if the rule is new.
func (s *Store) RecordRuleSave(ctx context.Context, ruleID, before, after, by string, now time.Time) error {
	return s.change(ctx, "record the saved rule "+ruleID, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("rule.saved", ruleID, facts{"before": before, "after": after})
		return log.write(tx)
	})
}

// MatchedArticles returns the IDs of the articles that a revision of a rule has matched.
func (s *Store) MatchedArticles(ctx context.Context, ruleID, ruleHash string) (map[string]bool, error) {
	var ids []string
	err := s.read.WithContext(ctx).Model(&models.Match{}).Where("rule_id = ? AND rule_hash = ?", ruleID, ruleHash).Distinct().Pluck("article_id", &ids).Error
	matched := make(map[string]bool, len(ids))
	for _, id := range ids {
		matched[id] = true
	}
	return matched, s.failed(ctx, "look up the articles that rule "+ruleID+" has matched", err)
}

// AlertsByRule returns for each rule the number of events with an alert since a time.
func (s *Store) AlertsByRule(ctx context.Context, since time.Time) (map[string]int, error) {
	var rows []struct {
		RuleID string
		Alerts int
	}
	err := s.read.WithContext(ctx).Raw(alertsByRule, microsOf(since)).Scan(&rows).Error
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.RuleID] = r.Alerts
	}
	return counts, s.failed(ctx, "count the alerts of rules", err)
}

// alertsByRule counts the events with an alert since a time, by each rule that matched an
// article of the event in a way that alerts. SQLite joins in the order of CROSS JOIN, and the
// concatenation keeps it from using the index on kind: otherwise it reads every match or every
// alert.
const alertsByRule = `SELECT m.rule_id, COUNT(DISTINCT n.subject_id) AS alerts
	FROM notices n CROSS JOIN event_articles e CROSS JOIN matches m
	WHERE n.created_at >= ? AND n.kind || '' = 'alert' AND n.held = '' AND e.event_id = n.subject_id
		AND m.article_id = e.article_id AND m.part = e.part AND NOT m.draft AND (m.strength = 'subject' OR m.mention_alerts)
	GROUP BY m.rule_id`

func putRules(tx *gorm.DB, rules []models.RuleRevision) error {
	for _, r := range rules {
		r.Text, r.Vocabulary = clean(r.Text), clean(r.Vocabulary)
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error; err != nil {
			return err
		}
	}
	return nil
}
