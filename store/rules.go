package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// RecordRuleSave records in the audit that a person saved a rule. The hashes are those of
// the file; before is empty if the rule is new.
func (s *Store) RecordRuleSave(ctx context.Context, ruleID, before, after, by string, now time.Time) error {
	return s.change(ctx, "record the saved rule "+ruleID, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("rule.saved", ruleID, facts{"before": before, "after": after})
		return log.write(tx)
	})
}

// commitApplication stores what applying a rule to stored articles decided.
func (s *Store) commitApplication(ctx context.Context, scan models.Scan) error {
	a := scan.Applied
	return s.change(ctx, "apply rule "+a.RuleID, func(tx *gorm.DB) error {
		log := &auditLog{at: scan.At, actor: nameOf(a.By)}
		log.add("rule.applied", a.RuleID, facts{"rule_hash": a.RuleHash, "since": a.Since.UTC(), "articles": a.Articles, "notices": len(scan.Notices)})
		for _, step := range []func(*gorm.DB, models.Scan, *auditLog) error{claimGeneration, checkRevisions, commitRules, commitMatches, commitChanges} {
			if err := step(tx, scan, log); err != nil {
				return err
			}
		}
		if err := addNotices(tx, scan.Notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// checkRevisions returns [models.ErrStale] if an article was revised since it was matched.
func checkRevisions(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	matched := make(map[string]int)
	for _, m := range scan.Matches {
		matched[m.ArticleID] = m.Revision
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(matched)), chunk) {
		var rows []struct {
			ID       string
			Revision int
		}
		if err := tx.Table("articles").Where("id IN ?", ids).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) < len(ids) {
			return fmt.Errorf("%d of the articles are not stored", len(ids)-len(rows))
		}
		for _, r := range rows {
			if r.Revision != matched[r.ID] {
				return models.ErrStale
			}
		}
	}
	return nil
}

// MatchedArticles returns the IDs of the articles that a revision of a rule has matched.
func (s *Store) MatchedArticles(ctx context.Context, ruleID, ruleHash string) (map[string]bool, error) {
	var ids []string
	err := s.read.WithContext(ctx).Table("matches").Where("rule_id = ? AND rule_hash = ?", ruleID, ruleHash).Distinct().Pluck("article_id", &ids).Error
	matched := make(map[string]bool, len(ids))
	for _, id := range ids {
		matched[id] = true
	}
	return matched, s.failed(ctx, "look up the articles that rule "+ruleID+" has matched", err)
}

// alertsByRule counts for each rule the events that somebody was alerted to since a time,
// and of which an article matched the rule in a way that alerts. SQLite joins in the order
// that CROSS JOIN gives, and the kind is concatenated so that it looks notices up by their
// time: otherwise it reads every match or every alert there is.
const alertsByRule = `SELECT m.rule_id, COUNT(DISTINCT n.subject_id) AS alerts
	FROM notices n CROSS JOIN event_articles e CROSS JOIN matches m
	WHERE n.created_at >= ? AND n.kind || '' = 'alert' AND n.held = '' AND e.event_id = n.subject_id
		AND m.article_id = e.article_id AND m.part = e.part AND NOT m.draft AND (m.strength = 'subject' OR m.mention_alerts)
	GROUP BY m.rule_id`

// AlertsByRule returns by rule how many events people were alerted to since a time.
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
