package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// Commit stores all that one scan decided, or nothing of it. It answers
// [models.ErrStale] when the source's state, or the events if there are
// changes to them, have moved since they were read, or when an article is not
// as it was: read and decide again.
//
// A scan that applies a rule to stored articles has no state of a source. It is stale if
// an article has a newer revision than its match, and its audit names who asked for it.
//
// An article in revision 1 is new, unless it is stored in that revision with
// the same text; then its bookkeeping (tries, feed hash, state of the body) is
// brought up to date. A higher revision must follow the one that is stored.
func (s *Store) Commit(ctx context.Context, scan models.Scan) error {
	scan.State.LastError = clean(scan.State.LastError)
	if scan.Applied != nil {
		return s.commitApplication(ctx, scan)
	}
	return s.change(ctx, "commit the scan of source "+scan.State.SourceID, func(tx *gorm.DB) error {
		log := &auditLog{at: scan.At}
		steps := []func(*gorm.DB, models.Scan, *auditLog) error{
			commitState, claimGeneration, s.commitArticles, commitRules, commitMatches, commitChanges,
		}
		for _, step := range steps {
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

func commitState(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	before, err := stateOf(tx, scan.State.SourceID)
	if err != nil {
		return err
	}
	next := scan.State
	next.Generation++
	var done *gorm.DB
	if scan.State.Generation == 0 {
		done = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&next)
	} else {
		done = tx.Model(&models.SourceState{}).Select("*").Omit("source_id").
			Where("source_id = ? AND generation = ?", next.SourceID, scan.State.Generation).Updates(&next)
	}
	if err := oneRow(done, models.ErrStale); err != nil {
		return err
	}
	if was := cmp.Or(before.Health, models.Healthy); next.Health != was {
		switch next.Health {
		case models.Failing:
			log.add("source.failed", next.SourceID, facts{"failures": next.Failures, "error": next.LastError})
		case models.Dead:
			log.add("source.dead", next.SourceID, facts{"failures": next.Failures, "error": next.LastError})
		case models.Quiet, models.Shrunk:
			log.add("source."+string(next.Health), next.SourceID, facts{"last_new": next.LastNewAt, "items": next.Items, "usual": next.UsualItems})
		case models.Healthy:
			log.add("source.recovered", next.SourceID, facts{"was": was, "failures": before.Failures})
		}
	}
	if !next.GapUntil.Equal(before.GapUntil) {
		log.add("source.gap", next.SourceID, facts{"from": next.GapSince, "to": next.GapUntil})
	}
	return nil
}

// oneRow returns refused unless the statement changed a row.
func oneRow(done *gorm.DB, refused error) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return refused
	}
	return done.Error
}

// claimGeneration moves the generation of the events on, if the scan changes
// any. Whoever else has read them then decides again. On PostgreSQL it also
// makes the commits that change events wait for each other.
func claimGeneration(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	if len(scan.Changes) == 0 {
		return nil
	}
	return oneRow(tx.Exec("UPDATE counters SET value = value + 1 WHERE name = 'events' AND value = ?", scan.EventGeneration), models.ErrStale)
}

func (s *Store) commitArticles(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	var texts []models.Article
	for _, a := range scan.Articles {
		if a.SourceID != scan.State.SourceID {
			return fmt.Errorf("article %s belongs to source %s", a.ID, a.SourceID)
		}
		a = cleanArticle(a)
		revised, err := putArticle(tx, a, scan.At)
		if err != nil {
			return err
		}
		if !revised {
			continue
		}
		texts = append(texts, a)
		action := "article.seen"
		if a.Revision > 1 {
			action = "article.revised"
		}
		log.add(action, a.ID, facts{"source": a.SourceID, "identity": a.Identity, "revision": a.Revision, "text": a.Hash, "body": a.BodyState, "baseline": a.Baseline})
	}
	return s.indexArticles(tx, texts)
}

// putArticle stores an article and reports whether it or its revision is new.
func putArticle(tx *gorm.DB, a models.Article, now time.Time) (revised bool, err error) {
	if a.Revision < 1 {
		return false, fmt.Errorf("article %s has no revision", a.ID)
	}
	var done *gorm.DB
	if a.Revision == 1 {
		done = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&a)
	} else {
		done = updateArticle(tx, a).Where("revision = ?", a.Revision-1).Updates(&a)
	}
	if done.Error != nil {
		return false, done.Error
	}
	if done.RowsAffected == 0 {
		done = updateArticle(tx, a).Where("revision = ? AND hash = ?", a.Revision, a.Hash).Updates(&a)
		return false, oneRow(done, models.ErrStale)
	}
	seen := a.SeenAt
	if a.Revision > 1 {
		seen = now // the article keeps the time at which it was first seen
	}
	return true, tx.Create(&models.ArticleRevision{
		ArticleID: a.ID, Revision: a.Revision, Hash: a.Hash, Title: a.Title, Body: a.Body, SeenAt: seen,
	}).Error
}

func updateArticle(tx *gorm.DB, a models.Article) *gorm.DB {
	return tx.Model(&models.Article{}).Select("*").Omit("id", "source_id", "identity", "seen_at", "baseline").
		Where("id = ? AND source_id = ? AND identity = ?", a.ID, a.SourceID, a.Identity)
}

func cleanArticle(a models.Article) models.Article {
	for _, s := range []*string{&a.GUID, &a.Link, &a.LinkKey, &a.Title, &a.Summary, &a.Body, &a.Author, &a.Language, &a.PublishedRaw} {
		*s = clean(*s)
	}
	return a
}

func commitRules(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	return putRules(tx, scan.Rules)
}

func commitMatches(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	for _, m := range scan.Matches {
		m.ID = 0
		if m.MatchedAt.IsZero() {
			m.MatchedAt = scan.At
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&m)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			continue
		}
		log.add("match.found", m.ArticleID, facts{"revision": m.Revision, "part": m.Part, "rule": m.RuleID, "rule_hash": m.RuleHash, "strength": m.Strength, "hits": len(m.Hits)})
	}
	return nil
}

func commitChanges(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	for _, c := range scan.Changes {
		if err := putEvent(tx, c); err != nil {
			return err
		}
		if err := putState(tx, c, scan.At); err != nil {
			return err
		}
		action := "event.changed"
		if c.Kind == models.Opened {
			action = "event.opened"
		}
		log.add(action, c.Event.ID, facts{"revision": c.Event.Revision, "change": c.Kind, "article": c.Joined.ArticleID, "part": c.Joined.Part, "severity": c.Event.Severity})
	}
	return nil
}

func putRules(tx *gorm.DB, rules []models.RuleRevision) error {
	for _, r := range rules {
		r.Text, r.Vocabulary = clean(r.Text), clean(r.Vocabulary)
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error; err != nil {
			return err
		}
	}
	return nil
}
