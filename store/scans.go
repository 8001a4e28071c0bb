package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// SourceStates returns the states of sources, of all without ids. A source that was never
// scanned has none.
func (s *Store) SourceStates(ctx context.Context, ids ...string) ([]models.SourceState, error) {
	var states []models.SourceState
	db := s.read.WithContext(ctx)
	if len(ids) > 0 {
		db = db.Where("source_id IN ?", ids)
	}
	err := db.Order("source_id").Find(&states).Error
	return states, s.failed(ctx, "read the states of the sources", err)
}

// SourceState returns the state of a source. Before its first scan only the ID is set.
func (s *Store) SourceState(ctx context.Context, sourceID string) (models.SourceState, error) {
	state, err := stateOf(s.read.WithContext(ctx), sourceID)
	return state, s.failed(ctx, "read the state of source "+sourceID, err)
}

// PlanContext returns what a plan depends on besides the changes of its scan. Read it after
// [Store.Candidates]: mutes, assignments and feedback increase the generation of the events,
// so a scan that was planned with an older context is refused as stale. Read before, a change
// in between would go unnoticed.
func (s *Store) PlanContext(ctx context.Context, now time.Time) (models.PlanContext, error) {
	var c models.PlanContext
	err := s.view(ctx, "read the context of a plan", func(tx *gorm.DB) (err error) {
		c = models.PlanContext{Recent: make(map[string][]time.Time)}
		if c.Mutes, err = mutesInForce(tx, now); err != nil {
			return err
		}
		if err := tx.Order("subscription, address").Find(&c.OptOuts).Error; err != nil {
			return err
		}
		var sent []struct {
			Recipient string
			ToldAt    int64
		}
		err = tx.Raw(recentNotices, microsOf(now.Add(-recentPeriod)), microsOf(now.Add(maxClockSkew))).Scan(&sent).Error
		for _, t := range sent {
			c.Recent[t.Recipient] = append(c.Recent[t.Recipient], timeOf(t.ToldAt))
		}
		return err
	})
	return c, err
}

// Passages returns the passages of the newest articles of a source, and what is known of
// some passages by their hashes, from all sources.
func (s *Store) Passages(ctx context.Context, sourceID string, hashes []int64) (models.SourcePassages, []models.KnownPassage, error) {
	recent := models.SourcePassages{SourceID: sourceID}
	var known []models.KnownPassage
	err := s.view(ctx, "read the passages of source "+sourceID, func(tx *gorm.DB) error {
		var found []models.SourcePassages
		if err := tx.Where("source_id = ?", sourceID).Find(&found).Error; err != nil {
			return err
		}
		if len(found) > 0 {
			recent = found[0]
		}
		known = nil
		for part := range slices.Chunk(hashes, chunk) {
			var some []models.KnownPassage
			if err := tx.Where("hash IN ?", part).Order("hash, source_id").Find(&some).Error; err != nil {
				return err
			}
			known = append(known, some...)
		}
		return nil
	})
	return recent, known, err
}

// keptPassages is how long a passage is kept that was not seen again: longer than package events
// counts it as known.
const (
	keptPassages   = 200 * 24 * time.Hour
	forgetPassages = `DELETE FROM known_passages WHERE (hash, source_id) IN (SELECT hash, source_id FROM known_passages WHERE last_seen_at < ? LIMIT ?)`
)

// commitPassages stores what a scan learned about boilerplate.
func commitPassages(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	if len(scan.Known) > 0 { // more are deleted than are added
		if err := tx.Exec(forgetPassages, microsOf(scan.At.Add(-keptPassages)), 2*len(scan.Known)).Error; err != nil {
			return err
		}
	}
	if p := scan.Passages; p != nil {
		for i := range p.Articles {
			p.Articles[i].Title = clean(p.Articles[i].Title)
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(p).Error; err != nil {
			return err
		}
	}
	for _, k := range scan.Known {
		k.Site = clean(k.Site)
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&k).Error; err != nil {
			return err
		}
	}
	return nil
}

// recentPeriod is how far back the recent notices of a recipient are counted.
const recentPeriod = time.Hour

// recentNotices selects when recipients were sent notices of events. A summary counts once,
// however many events it has. SQLite joins in the order of CROSS JOIN; in its own order it
// reads every notice.
const recentNotices = `SELECT n.recipient, MIN(d.created_at) AS told_at FROM deliveries d CROSS JOIN notices n
	WHERE n.id = d.notice_id AND d.created_at > ? AND d.created_at <= ? AND d.resend = 0 AND NOT d.amends AND n.subject IN ('event', 'recipient', 'date')
	GROUP BY n.id, n.recipient ORDER BY told_at`

// Commit stores everything that a scan decided, or nothing. It returns [models.ErrStale] if
// the source's state has changed since it was read, or the events if the scan changes any, or
// the stored revision of an article: then read and decide again.
//
// It returns [models.ErrHostLost] if the lease under which the source was read has run out.
//
// A scan that applies a rule to stored articles has no source state. It is stale if an article
// has a newer revision than its match. The audit names the person who asked for it.
//
// An article in revision 1 is new, unless it is stored in that revision with the same text;
// then its tries, feed hash and body state are updated. A higher revision must follow the
// stored one.
func (s *Store) Commit(ctx context.Context, scan models.Scan) error {
	scan.State.LastError = clean(scan.State.LastError)
	if scan.Applied != nil {
		return s.commitApplication(ctx, scan)
	}
	return s.change(ctx, "commit the scan of source "+scan.State.SourceID, func(tx *gorm.DB) error {
		log := &auditLog{at: scan.At}
		steps := []func(*gorm.DB, models.Scan, *auditLog) error{
			s.checkHost, commitState, claimGeneration, s.commitArticles, commitPassages, commitRules, commitMatches, s.commitChanges,
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

func stateOf(db *gorm.DB, sourceID string) (models.SourceState, error) {
	state := models.SourceState{SourceID: sourceID}
	var found []models.SourceState
	if err := db.Where("source_id = ?", sourceID).Find(&found).Error; err != nil {
		return state, err
	}
	if len(found) > 0 {
		state = found[0]
	}
	return state, nil
}

// activity returns the sources that were read since from, and the number of articles that scans
// first saw in [from, to).
func activity(tx *gorm.DB, from, to time.Time) (checked []string, articles int, err error) {
	if err := tx.Model(&models.SourceState{}).Where("succeeded_at >= ?", microsOf(from)).Order("source_id").Pluck("source_id", &checked).Error; err != nil {
		return nil, 0, err
	}
	var n int64
	err = tx.Model(&models.Article{}).Where("import_id = '' AND seen_at >= ? AND seen_at < ?", microsOf(from), microsOf(to)).Count(&n).Error
	return checked, int(n), err
}

// commitApplication stores what applying a rule to stored articles decided.
func (s *Store) commitApplication(ctx context.Context, scan models.Scan) error {
	a := scan.Applied
	return s.change(ctx, "apply rule "+a.RuleID, func(tx *gorm.DB) error {
		log := &auditLog{at: scan.At, actor: nameOf(a.By)}
		log.add("rule.applied", a.RuleID, facts{"rule_hash": a.RuleHash, "since": a.Since.UTC(), "articles": a.Articles, "notices": len(scan.Notices)})
		for _, step := range []func(*gorm.DB, models.Scan, *auditLog) error{claimGeneration, checkRevisions, commitRules, commitMatches, s.commitChanges} {
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
		if err := tx.Model(&models.Article{}).Where("id IN ?", ids).Find(&rows).Error; err != nil {
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
	if err := countScan(tx, next, scan.At); err != nil {
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

// claimGeneration increases the generation of the events if the scan changes any, and returns
// [models.ErrStale] if another transaction has done so since they were read. So two scans
// never decide about the same events at once, and one story stays one event. On PostgreSQL the
// lock on the row also makes such commits wait for each other.
func claimGeneration(tx *gorm.DB, scan models.Scan, _ *auditLog) error {
	if len(scan.Changes) == 0 {
		return nil
	}
	return oneRow(tx.Exec("UPDATE counters SET value = value + 1 WHERE name = 'events' AND value = ?", scan.EventGeneration), models.ErrStale)
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
		detail := facts{"revision": m.Revision, "part": m.Part, "rule": m.RuleID, "rule_hash": m.RuleHash, "strength": m.Strength, "hits": len(m.Hits)}
		if m.Relevance.Scored() {
			detail["outcome"], detail["relevance"], detail["model"] = m.Outcome, m.Relevance.Score, m.Relevance.Model
		}
		if m.Excepted() {
			detail["outcome"], detail["exception"] = m.Outcome, m.ExceptionID
		}
		log.add("match.found", m.ArticleID, detail)
	}
	return nil
}

func (s *Store) commitChanges(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	var keys eventKeys
	closed, err := closedByChanges(tx, scan.Changes)
	if err != nil {
		return err
	}
	for _, c := range scan.Changes {
		fresh := c.NewKeys
		if c.Kind == models.Opened {
			fresh = unique(slices.Concat(c.Event.Keys, fresh))
		}
		keys.add(c.Event.ID, fresh)
		if err := reopen(tx, closed, c, log); err != nil {
			return err
		}
		if err := putEvent(tx, c); err != nil {
			return err
		}
		if err := putEventState(tx, c, scan.At); err != nil {
			return err
		}
		action := "event.changed"
		if c.Kind == models.Opened {
			action = "event.opened"
		}
		log.add(action, c.Event.ID, facts{"revision": c.Event.Revision, "change": c.Kind, "article": c.Joined.ArticleID, "part": c.Joined.Part, "severity": c.Event.Severity})
	}
	if len(scan.Changes) == 0 {
		return nil
	}
	if err := s.putKeys(tx, keys); err != nil {
		return err
	}
	return forgetOldKeys(tx, scan.At, len(keys.recent))
}

// The actions of the audit entries about the files of sources.
const (
	SourceAdded   = "source.added"
	SourceRemoved = "source.removed"
	SourcePaused  = "source.paused"
	SourceResumed = "source.resumed"
)

// RecordSourceFile records in the audit that a person changed the file of a source. The
// hashes are those of the file; before is empty if it is new, after if it is gone.
func (s *Store) RecordSourceFile(ctx context.Context, action, sourceID, file, before, after, by string, now time.Time) error {
	return s.change(ctx, "record the changed file of source "+sourceID, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add(action, sourceID, facts{"file": file, "before": before, "after": after})
		return log.write(tx)
	})
}

// AddedSourceFile returns the hash of the file that a person added for a source last; empty if
// there is none.
func (s *Store) AddedSourceFile(ctx context.Context, sourceID string) (string, error) {
	var details []string
	err := s.read.WithContext(ctx).Model(&models.AuditEntry{}).Where("subject = ? AND action = ?", sourceID, SourceAdded).
		Order("seq DESC").Limit(1).Pluck("detail", &details).Error
	if err != nil || len(details) == 0 {
		return "", s.failed(ctx, "read the audit of source "+sourceID, err)
	}
	var about struct{ After string }
	err = json.Unmarshal([]byte(details[0]), &about)
	return about.After, err
}

// A SourceChange is a time in which a source could not be read, or in which articles of it may
// have been missed.
type SourceChange struct {
	From, Until time.Time // Until is zero if it has not ended
	Failing     bool      // otherwise a gap
}

// SourceHistory returns by source when it could not be read and its gaps, the oldest first, as
// the audit has them: all that had not ended by a time.
func (s *Store) SourceHistory(ctx context.Context, from time.Time, ids ...string) (map[string][]SourceChange, error) {
	health := []string{"source.failed", "source.dead", "source.quiet", "source.shrunk", "source.recovered"}
	history := make(map[string][]SourceChange)
	for some := range slices.Chunk(ids, chunk) {
		var before []int64 // the last that was recorded of each source until then
		db := s.read.WithContext(ctx)
		err := db.Model(&models.AuditEntry{}).Where("subject IN ? AND action IN ? AND at < ?", some, health, microsOf(from)).
			Group("subject").Pluck("MAX(seq)", &before).Error
		var entries []models.AuditEntry
		if err == nil {
			err = db.Where("subject IN ? AND action LIKE 'source.%' AND (at >= ? OR seq IN ?)", some, microsOf(from), append(before, 0)).Order("seq").Find(&entries).Error
		}
		if err != nil {
			return nil, s.failed(ctx, "read the history of sources", err)
		}
		for _, e := range entries {
			history[e.Subject] = addSourceChange(history[e.Subject], e)
		}
	}
	return history, nil
}

func addSourceChange(all []SourceChange, e models.AuditEntry) []SourceChange {
	last := len(all) - 1
	for last >= 0 && !all[last].Failing {
		last--
	}
	failing := last >= 0 && all[last].Until.IsZero()
	switch e.Action {
	case "source.failed", "source.dead":
		if !failing {
			all = append(all, SourceChange{From: e.At, Failing: true})
		}
	case "source.quiet", "source.shrunk", "source.recovered":
		if failing {
			all[last].Until = e.At
		}
	case "source.gap":
		var gap struct{ From, To time.Time }
		if json.Unmarshal([]byte(e.Detail), &gap) == nil && !gap.To.IsZero() {
			all = append(all, SourceChange{From: gap.From, Until: gap.To})
		}
	}
	return all
}

// An ArticleCount is how many articles were first seen in the quarter of an hour from a time.
type ArticleCount struct {
	From  time.Time
	Count int
}

// No time zone has an offset that is not a multiple of a quarter of an hour. The empty text
// makes SQLite use the index on seen_at and not one that has the sources in order.
const articleCounts = `SELECT source_id || '' AS source_id, seen_at / 900000000 AS quarter, COUNT(*) AS count FROM articles
	WHERE import_id = '' AND seen_at >= ? AND NOT baseline GROUP BY source_id || '', seen_at / 900000000`

// ArticleCounts counts by source the articles that were first seen from a time on. Imported
// articles and those of first scans that are older are left out.
func (s *Store) ArticleCounts(ctx context.Context, from time.Time) (map[string][]ArticleCount, error) {
	var rows []struct {
		SourceID string
		Quarter  int64
		Count    int
	}
	if err := s.read.WithContext(ctx).Raw(articleCounts, microsOf(from)).Scan(&rows).Error; err != nil {
		return nil, s.failed(ctx, "count the articles of sources", err)
	}
	counts := make(map[string][]ArticleCount)
	for _, r := range rows {
		counts[r.SourceID] = append(counts[r.SourceID], ArticleCount{timeOf(r.Quarter * 900_000_000), r.Count})
	}
	return counts, nil
}
