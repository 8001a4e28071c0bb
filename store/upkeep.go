package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// RecordRules keeps the revisions of the rules that are now in force. The audit
// gets an entry when they are not the ones that were in force before.
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
		err := tx.Table("audit").Where("action = 'rules.loaded'").Order("seq DESC").Limit(1).Pluck("subject", &last).Error
		if err != nil || len(last) == 1 && last[0] == log.entries[0].Subject {
			return err
		}
		return log.write(tx)
	})
}

// RuleRevisions returns the revisions of a rule that have been in force, the one
// last taken into use first.
func (s *Store) RuleRevisions(ctx context.Context, ruleID string) ([]models.RuleRevision, error) {
	var revisions []models.RuleRevision
	err := s.read.WithContext(ctx).Where("rule_id = ?", ruleID).Order("first_used_at DESC, hash").Find(&revisions).Error
	return revisions, s.failed(ctx, "read the revisions of rule "+ruleID, err)
}

// Expire deletes the text and summary of articles whose newest revision was
// seen before a time, and the text of every revision seen before it. Titles,
// links and hashes stay, and so do the words that alerts and matches quote. It
// returns how many articles lost their text. The versions of watched pages keep
// theirs. An SQLite file then shrinks.
func (s *Store) Expire(ctx context.Context, before, now time.Time) (int, error) {
	expired := 0
	for {
		n, more, err := s.expireSome(ctx, microsOf(before), now)
		expired += n
		if err != nil {
			return expired, err
		}
		if !more {
			break
		}
	}
	if expired > 0 {
		if err := s.purgeIndex(ctx); err != nil {
			return expired, err
		}
	}
	return expired, s.shrink(ctx)
}

// expireSome works in small transactions, so that a scan need not wait for the
// whole of a long history.
func (s *Store) expireSome(ctx context.Context, before int64, now time.Time) (articles int, more bool, err error) {
	err = s.change(ctx, "delete old texts", func(tx *gorm.DB) error {
		var ids []string
		err := tx.Table("articles").
			Where("seen_at < ? AND body_state NOT IN ?", before, []models.BodyState{models.BodyExpired, models.BodyVersion}).
			Where("NOT EXISTS (SELECT 1 FROM article_revisions r WHERE r.article_id = articles.id AND r.seen_at >= ?)", before).
			Order("id").Limit(chunk).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		gone := tx.Table("articles").Where("id IN ?", ids).
			Updates(map[string]any{"body": "", "summary": "", "body_state": models.BodyExpired})
		if gone.Error != nil {
			return gone.Error
		}
		if err := s.indexStored(tx, ids); err != nil { // what is left of them is the title
			return err
		}
		var old []struct {
			ArticleID string
			Revision  int
		}
		err = tx.Table("article_revisions").Where("seen_at < ? AND body <> ''", before).
			Where("NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = article_id AND a.body_state = ?)", models.BodyVersion).
			Order("article_id, revision").Limit(chunk).Find(&old).Error
		if err != nil {
			return err
		}
		for _, r := range old {
			err := tx.Table("article_revisions").Where("article_id = ? AND revision = ?", r.ArticleID, r.Revision).
				Updates(map[string]any{"body": ""}).Error
			if err != nil {
				return err
			}
		}
		articles, more = len(ids), len(ids) == chunk || len(old) == chunk
		if len(ids) == 0 && len(old) == 0 {
			return nil
		}
		log := &auditLog{at: now}
		log.add("text.expired", models.HashOf(ids...), facts{"before": timeOf(before), "articles": len(ids), "revisions": len(old)})
		return log.write(tx)
	})
	return articles, more, err
}
