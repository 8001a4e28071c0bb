package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
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

// RuleRevisions returns all revisions of a rule that have been in force or were saved by a person, newest first.
func (s *Store) RuleRevisions(ctx context.Context, ruleID string) ([]models.RuleRevision, error) {
	var revisions []models.RuleRevision
	err := s.read.WithContext(ctx).Where("rule_id = ?", ruleID).Order("first_used_at DESC, hash").Find(&revisions).Error
	return revisions, s.failed(ctx, "read the revisions of rule "+ruleID, err)
}

// RecordRuleSave records in the audit that a person saved a rule. The hashes are those of
// the file; before is empty if the rule is new. Revisions are of the rule, and are stored if they are not yet;
// one without a FirstUsedAt is from now.
func (s *Store) RecordRuleSave(ctx context.Context, ruleID, before, after, by string, now time.Time, revisions ...models.RuleRevision) error {
	revisions = slices.Clone(revisions)
	for i := range revisions {
		revisions[i].FirstUsedAt = cmp.Or(revisions[i].FirstUsedAt, now)
	}
	return s.change(ctx, "record the saved rule "+ruleID, func(tx *gorm.DB) error {
		if err := putRules(tx, revisions); err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("rule.saved", ruleID, facts{"before": before, "after": after})
		return log.write(tx)
	})
}

// The actions of the audit entries about a proposed text of a rule. The entry of the proposal has the text.
const (
	RuleProposed         = "rule.proposed"
	RuleProposalAccepted = "rule.proposal_accepted"
	RuleProposalRefused  = "rule.proposal_refused"
	RuleProposalReopened = "rule.proposal_reopened"
)

// ProposalActions returns these actions.
func ProposalActions() []string {
	return []string{RuleProposed, RuleProposalAccepted, RuleProposalRefused, RuleProposalReopened}
}

// RecordRuleProposal records in the audit what a person did with a proposal, which is named by the hash of its text. The text
// is kept with the proposal itself.
func (s *Store) RecordRuleProposal(ctx context.Context, action string, d models.RuleDraft, proposal string) error {
	f := facts{"proposal": proposal}
	if action == RuleProposed {
		f["text"], f["base"] = d.Text, d.BaseHash
	}
	return s.change(ctx, "record the proposal for rule "+d.RuleID, func(tx *gorm.DB) error {
		log := &auditLog{at: d.SavedAt, actor: nameOf(d.Person)}
		log.add(action, d.RuleID, f)
		return log.write(tx)
	})
}

// RuleReviewed is the action of the audit entry of a review.
const RuleReviewed = "rule.reviewed"

// RecordRuleReview records in the audit that a person reviewed a rule, with the dates of this review and the next.
func (s *Store) RecordRuleReview(ctx context.Context, ruleID, before, next, by string, now time.Time) error {
	return s.change(ctx, "record the review of rule "+ruleID, func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add(RuleReviewed, ruleID, facts{"before": before, "next": next})
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

// A RuleAlert is an event of which people were alerted, and a rule that alerts to it.
type RuleAlert struct {
	RuleID  string
	EventID string
	At      time.Time `gorm:"serializer:micros"` // of the first alert since the time that was asked for
}

// RuleAlerts returns the alerts of all rules since a time, one for each rule and event, in the order of the rules.
func (s *Store) RuleAlerts(ctx context.Context, since time.Time) ([]RuleAlert, error) {
	var alerts []RuleAlert
	err := s.read.WithContext(ctx).Raw(ruleAlerts, microsOf(since)).Scan(&alerts).Error
	return alerts, s.failed(ctx, "read the alerts of rules", err)
}

// RulesChanged returns when the newest revision of each rule was first in force.
func (s *Store) RulesChanged(ctx context.Context) (map[string]time.Time, error) {
	var rows []struct {
		RuleID string
		At     time.Time `gorm:"serializer:micros"`
	}
	err := s.read.WithContext(ctx).Model(&models.RuleRevision{}).Select("rule_id, MAX(first_used_at) AS at").Group("rule_id").Scan(&rows).Error
	changed := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		changed[r.RuleID] = r.At
	}
	return changed, s.failed(ctx, "read when rules changed", err)
}

// The events with an alert since a time, with each rule that matched an article of the event in
// a way that alerts. SQLite joins in the order of CROSS JOIN, and the
// concatenation keeps it from using the index on kind: otherwise it reads every match or every
// alert.
const (
	alertsByRule = `SELECT m.rule_id, COUNT(DISTINCT n.subject_id) AS alerts ` + alertsSince + ` GROUP BY m.rule_id`
	ruleAlerts   = `SELECT m.rule_id, n.subject_id AS event_id, MIN(n.created_at) AS at ` + alertsSince + ` GROUP BY m.rule_id, n.subject_id ORDER BY m.rule_id, at`
	alertsSince  = `FROM notices n CROSS JOIN event_articles e CROSS JOIN matches m
	WHERE n.created_at >= ? AND n.kind || '' = 'alert' AND n.held = '' AND e.event_id = n.subject_id
		AND m.article_id = e.article_id AND m.part = e.part AND NOT m.draft AND (m.strength = 'subject' OR m.mention_alerts)
		AND m.outcome NOT IN ('digest', 'count', 'exception')`
)

func putRules(tx *gorm.DB, rules []models.RuleRevision) error {
	for _, r := range rules {
		r.Text, r.Vocabulary = clean(r.Text), clean(r.Vocabulary)
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error; err != nil {
			return err
		}
	}
	return nil
}

// A NoModelError means that a rule has no model of the kind that a person decided about.
type NoModelError struct {
	RuleID  string
	Version string // empty: any
	State   models.ModelState
}

// Error names the rule and what it lacks.
func (e *NoModelError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoModelError) Text() diag.Text {
	if e.Version != "" {
		return diag.Textf("rule %s has no %s model with version %s", e.RuleID, e.State, e.Version)
	}
	return diag.Textf("rule %s has no %s model", e.RuleID, e.State)
}

// RelevanceModels returns the models of a rule that were fitted to feedback, the newest proposal first.
func (s *Store) RelevanceModels(ctx context.Context, ruleID string) ([]models.RelevanceModel, error) {
	var found []models.RelevanceModel
	err := s.read.WithContext(ctx).Where("rule_id = ?", ruleID).Order("proposed_at DESC, version").Find(&found).Error
	return found, s.failed(ctx, "read the relevance models of rule "+ruleID, err)
}

// ModelsInUse returns for each rule the model that was accepted last. A rule without one uses the shipped model.
func (s *Store) ModelsInUse(ctx context.Context) ([]models.RelevanceModel, error) {
	inUse, err := modelsInUse(s.read.WithContext(ctx))
	return inUse, s.failed(ctx, "read the relevance models in use", err)
}

func modelsInUse(tx *gorm.DB) ([]models.RelevanceModel, error) {
	var accepted, inUse []models.RelevanceModel
	err := tx.Where("state = ?", models.ModelAccepted).Order("rule_id, decided_at DESC, version").Find(&accepted).Error
	for _, m := range accepted {
		if len(inUse) == 0 || inUse[len(inUse)-1].RuleID != m.RuleID {
			inUse = append(inUse, m)
		}
	}
	return inUse, err
}

// ProposeModel stores a model as a proposal, with an entry of the audit. The model in use and one that is a proposal
// already stay as they are; one that was undone, or accepted before the one in use, is a proposal again.
func (s *Store) ProposeModel(ctx context.Context, m models.RelevanceModel, by string) error {
	return s.change(ctx, "propose a relevance model for rule "+m.RuleID, func(tx *gorm.DB) error {
		inUse, err := modelsInUse(tx.Where("rule_id = ?", m.RuleID))
		if err != nil || len(inUse) > 0 && inUse[0].Version == m.Version {
			return err
		}
		m.State, m.DecidedAt, m.DecidedBy = models.ModelProposed, time.Time{}, ""
		again := clause.OnConflict{
			Columns:   []clause.Column{{Name: "rule_id"}, {Name: "version"}},
			DoUpdates: clause.AssignmentColumns([]string{"state", "proposed_at", "decided_at", "decided_by"}),
			Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "relevance_models.state <> ?", Vars: []any{models.ModelProposed}}}},
		}
		done := tx.Clauses(again).Create(&m)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		log := &auditLog{at: m.ProposedAt, actor: nameOf(by)}
		log.add("model.proposed", m.RuleID, facts{"model": m.Version, "base": m.Base, "relevant": m.Relevant, "irrelevant": m.Irrelevant})
		return log.write(tx)
	})
}

// AcceptModel puts a proposed model in use. The error is a [*NoModelError] if the rule has no such proposal.
func (s *Store) AcceptModel(ctx context.Context, ruleID, version, by string, now time.Time) error {
	return s.change(ctx, "accept a relevance model for rule "+ruleID, func(tx *gorm.DB) error {
		none := &NoModelError{RuleID: ruleID, Version: version, State: models.ModelProposed}
		return decideModel(tx, ruleID, version, none, models.ModelAccepted, by, now)
	})
}

// RefuseModel takes back a proposed model, which was never in use. The error is a [*NoModelError] if the rule has no such
// proposal.
func (s *Store) RefuseModel(ctx context.Context, ruleID, version, by string, now time.Time) error {
	return s.change(ctx, "refuse a relevance model for rule "+ruleID, func(tx *gorm.DB) error {
		none := &NoModelError{RuleID: ruleID, Version: version, State: models.ModelProposed}
		return decideModel(tx, ruleID, version, none, models.ModelUndone, by, now)
	})
}

// UndoModel takes the model in use of a rule out of use, if it has the version, or version is empty. The one that was accepted before it, or the shipped one, is
// in use again. It returns the undone model. The error is a [*NoModelError] if the rule uses no such accepted model.
func (s *Store) UndoModel(ctx context.Context, ruleID, version, by string, now time.Time) (models.RelevanceModel, error) {
	var undone models.RelevanceModel
	err := s.change(ctx, "undo the relevance model of rule "+ruleID, func(tx *gorm.DB) error {
		none := &NoModelError{RuleID: ruleID, State: models.ModelAccepted}
		inUse, err := modelsInUse(tx.Where("rule_id = ?", ruleID))
		if err != nil {
			return err
		}
		if len(inUse) == 0 || version != "" && inUse[0].Version != version {
			return none
		}
		undone = inUse[0]
		return decideModel(tx, ruleID, undone.Version, none, models.ModelUndone, by, now)
	})
	return undone, err
}

// decideModel moves a model from the state of none to another one. It returns none if there is no such model.
func decideModel(tx *gorm.DB, ruleID, version string, none *NoModelError, to models.ModelState, by string, now time.Time) error {
	done := tx.Model(&models.RelevanceModel{}).Where("rule_id = ? AND version = ? AND state = ?", ruleID, version, none.State).
		Updates(map[string]any{"state": to, "decided_at": microsOf(now), "decided_by": nameOf(by)})
	if err := oneRow(done, none); err != nil {
		return err
	}
	log := &auditLog{at: now, actor: nameOf(by)}
	log.add("model."+string(to), ruleID, facts{"model": version})
	return log.write(tx)
}

// A NoExceptionError means that there is no exception to change.
type NoExceptionError struct {
	ID        string
	Exception *models.Exception // the exception, if it is over; nil if there is none
	Among     []Candidate       // some of the exceptions whose IDs begin so, if there are several; or those of the rule
	IsRule    bool              // the ID is that of a rule
}

// Error says why there is no exception to change.
func (e *NoExceptionError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoExceptionError) Text() diag.Text {
	switch {
	case e.IsRule && len(e.Among) == 0:
		return diag.Textf("%s is a rule, and has never had an exception of its own; regwatch exceptions --all lists exceptions with their IDs", e.ID)
	case e.IsRule:
		return diag.Textf("%s is a rule; use the ID of one of its exceptions:%s", e.ID, candidateLines(e.Among))
	case len(e.Among) > 0:
		return diag.Textf("the IDs of several exceptions begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	case e.Exception == nil:
		return diag.Textf("no exception has the ID %q; regwatch exceptions --all lists exceptions with their IDs", e.ID)
	case !e.Exception.EndedAt.IsZero():
		return diag.Textf("exception %s has already been removed by %s; to use it again, run regwatch exceptions undo %s", e.ID, nameOf(e.Exception.EndedBy), e.ID)
	}
	return diag.Textf("exception %s has already expired", e.ID)
}

// AddException stores an exception and returns it as stored.
func (s *Store) AddException(ctx context.Context, x models.Exception) (models.Exception, error) {
	x.By, x.Reason, x.Query = clean(strings.TrimSpace(x.By)), clean(strings.TrimSpace(x.Reason)), clean(x.Query)
	x.ID = models.NewID(x.CreatedAt, "exception", string(x.Scope), x.Target, x.Query, x.By)
	err := s.change(ctx, "add an exception", func(tx *gorm.DB) error {
		if err := tx.Create(&x).Error; err != nil {
			return err
		}
		log := &auditLog{at: x.CreatedAt, actor: nameOf(x.By)}
		about := facts{"scope": x.Scope, "target": x.Target, "query": x.Query, "reason": x.Reason}
		if !x.Until.IsZero() {
			about["until"] = x.Until.UTC()
		}
		if x.FromEvent != "" {
			about["event"] = x.FromEvent
		}
		log.add("exception.added", x.ID, about)
		return log.write(tx)
	})
	return x, err
}

// RemoveException takes an exception out of force and returns it. What it held stays held. The error is a
// [*NoExceptionError] if there is none in force.
func (s *Store) RemoveException(ctx context.Context, id, by string, now time.Time) (models.Exception, error) {
	return s.changeException(ctx, "remove exception "+id, id, func(x *models.Exception) (string, facts, error) {
		if !x.InForce(now) {
			return "", nil, &NoExceptionError{ID: id, Exception: x}
		}
		x.EndedAt, x.EndedBy = now, clean(strings.TrimSpace(by))
		return "exception.removed", facts{}, nil
	}, by, now)
}

// ExtendException changes when an exception expires, also if it has expired; zero is never. The error is a
// [*NoExceptionError] if there is none, or a person removed it.
func (s *Store) ExtendException(ctx context.Context, id string, until time.Time, by string, now time.Time) (models.Exception, error) {
	return s.changeException(ctx, "extend exception "+id, id, func(x *models.Exception) (string, facts, error) {
		if !x.EndedAt.IsZero() {
			return "", nil, &NoExceptionError{ID: id, Exception: x}
		}
		x.Extended, x.UntilBefore, x.Until = true, x.Until, until
		return endChange(x.UntilBefore, until), facts{"before": x.UntilBefore.UTC(), "until": until.UTC()}, nil
	}, by, now)
}

// endChange returns the action of the audit for a new end of an exception. Zero is never.
func endChange(before, until time.Time) string {
	if until.IsZero() || !before.IsZero() && !until.Before(before) {
		return "exception.extended"
	}
	return "exception.shortened"
}

// UndoException undoes the last change of an exception: it is in force again if it was removed, has its earlier end if it
// was extended or shortened, and is removed if it was only added.
func (s *Store) UndoException(ctx context.Context, id, by string, now time.Time) (models.Exception, error) {
	return s.changeException(ctx, "undo the last change of exception "+id, id, func(x *models.Exception) (string, facts, error) {
		switch {
		case !x.EndedAt.IsZero():
			x.EndedAt, x.EndedBy = time.Time{}, ""
			return "exception.restored", facts{}, nil
		case x.Extended:
			about := facts{"before": x.Until.UTC(), "until": x.UntilBefore.UTC()}
			action := endChange(x.Until, x.UntilBefore)
			x.Extended, x.Until, x.UntilBefore = false, x.UntilBefore, time.Time{}
			return action, about, nil
		}
		x.EndedAt, x.EndedBy = now, clean(strings.TrimSpace(by))
		return "exception.removed", facts{}, nil
	}, by, now)
}

// changeException stores what change makes of an exception, with an entry of the audit.
func (s *Store) changeException(ctx context.Context, doing, id string, change func(*models.Exception) (action string, about facts, err error), by string, now time.Time) (models.Exception, error) {
	var x models.Exception
	err := s.change(ctx, doing, func(tx *gorm.DB) error {
		var found []models.Exception
		if err := tx.Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoExceptionError{ID: id}
		}
		x = found[0]
		action, about, err := change(&x)
		if err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add(action, id, about)
		if err := tx.Select("*").Save(&x).Error; err != nil {
			return err
		}
		return log.write(tx)
	})
	return x, err
}

// Exceptions returns all exceptions, also those that are over, newest first.
func (s *Store) Exceptions(ctx context.Context) ([]models.Exception, error) {
	var all []models.Exception
	err := s.read.WithContext(ctx).Order("created_at DESC, id").Find(&all).Error
	return all, s.failed(ctx, "read the exceptions", err)
}

// ExceptionsInForce returns the exceptions that apply at a time, oldest first.
func (s *Store) ExceptionsInForce(ctx context.Context, now time.Time) ([]models.Exception, error) {
	var all []models.Exception
	err := s.read.WithContext(ctx).Where("ended_at = 0 AND (until = 0 OR until > ?)", microsOf(now)).Order("id").Find(&all).Error
	return all, s.failed(ctx, "read the exceptions in force", err)
}

// An ExceptionCount is how many matches an exception held.
type ExceptionCount struct {
	Matches int
	LastAt  time.Time `gorm:"serializer:micros"` // when it held one last
}

// ExceptionCounts returns how many matches each exception has held, by its ID.
func (s *Store) ExceptionCounts(ctx context.Context) (map[string]ExceptionCount, error) {
	var rows []struct {
		ExceptionID string
		ExceptionCount
	}
	err := s.read.WithContext(ctx).Model(&models.Match{}).Where("exception_id <> ''").
		Select("exception_id, COUNT(*) AS matches, MAX(matched_at) AS last_at").Group("exception_id").Find(&rows).Error
	counts := make(map[string]ExceptionCount, len(rows))
	for _, r := range rows {
		counts[r.ExceptionID] = r.ExceptionCount
	}
	return counts, s.failed(ctx, "count what exceptions held", err)
}

// ExceptedSince returns how many matches of a rule exceptions have held since a time.
func (s *Store) ExceptedSince(ctx context.Context, ruleID string, since time.Time) (int, error) {
	var n int64
	err := s.read.WithContext(ctx).Model(&models.Match{}).Where("exception_id <> '' AND rule_id = ? AND matched_at >= ?", ruleID, microsOf(since)).Count(&n).Error
	return int(n), s.failed(ctx, "count what exceptions held of rule "+ruleID, err)
}

// exceptedBetween returns for each exception and rule how many matches the exception held in a window, by when the
// exception was written.
func exceptedBetween(tx *gorm.DB, from, to time.Time) ([]models.ExceptedCount, error) {
	var rows []struct {
		ExceptionID, RuleID string
		Matches             int
	}
	err := tx.Model(&models.Match{}).Where("exception_id <> '' AND matched_at >= ? AND matched_at < ?", microsOf(from), microsOf(to)).
		Select("exception_id, rule_id, COUNT(*) AS matches").Group("exception_id, rule_id").Order("exception_id, rule_id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var all []models.Exception
	if err := tx.Find(&all).Error; err != nil {
		return nil, err
	}
	var counts []models.ExceptedCount
	for _, r := range rows {
		c := models.ExceptedCount{Exception: models.Exception{ID: r.ExceptionID}, RuleID: r.RuleID, Matches: r.Matches}
		if i := slices.IndexFunc(all, func(x models.Exception) bool { return x.ID == r.ExceptionID }); i >= 0 {
			c.Exception = all[i]
		}
		counts = append(counts, c)
	}
	return counts, nil
}

// MatchedEvents returns the events of articles with all of their matches, oldest first.
func (s *Store) MatchedEvents(ctx context.Context, articleIDs []string) ([]models.MatchedEvent, error) {
	var all []models.MatchedEvent
	err := s.view(ctx, "read the events of articles", func(tx *gorm.DB) error {
		all = nil
		var ids []string
		for some := range slices.Chunk(unique(articleIDs), chunk) {
			var more []string
			if err := tx.Model(&models.EventArticle{}).Where("article_id IN ?", some).Distinct().Pluck("event_id", &more).Error; err != nil {
				return err
			}
			ids = append(ids, more...)
		}
		events, err := eventPartsOf(tx, unique(ids), eventParts{places: listPlaces, history: true})
		if err != nil {
			return err
		}
		for _, e := range events {
			matches, err := matchesIn(tx, e.ID)
			if err != nil {
				return err
			}
			all = append(all, models.MatchedEvent{Event: e, Matches: matches})
		}
		return nil
	})
	return all, err
}

// RuleDraft returns the draft that a person has of a rule since a time. ok is false if there is
// none.
func (s *Store) RuleDraft(ctx context.Context, person, ruleID string, since time.Time) (d models.RuleDraft, ok bool, err error) {
	var found []models.RuleDraft
	err = s.read.WithContext(ctx).
		Where("person = ? AND rule_id = ? AND saved_at >= ?", clean(strings.TrimSpace(person)), ruleID, microsOf(since)).Find(&found).Error
	if err != nil || len(found) == 0 {
		return models.RuleDraft{}, false, s.failed(ctx, "read the draft of rule "+ruleID, err)
	}
	return found[0], true, nil
}

// SaveRuleDraft stores a draft in place of the one that the person has of the rule, and deletes
// drafts of everybody that are older than a time. Drafts change nothing, so the audit leaves
// them out.
func (s *Store) SaveRuleDraft(ctx context.Context, d models.RuleDraft, oldest time.Time) error {
	d.Person, d.Text = clean(strings.TrimSpace(d.Person)), clean(d.Text)
	return s.change(ctx, "save the draft of rule "+d.RuleID, func(tx *gorm.DB) error {
		if err := tx.Where("saved_at < ?", microsOf(oldest)).Delete(&models.RuleDraft{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&d).Error
	})
}

// DropRuleDraft deletes the draft that a person has of a rule, if there is one.
func (s *Store) DropRuleDraft(ctx context.Context, person, ruleID string) error {
	return s.change(ctx, "drop the draft of rule "+ruleID, func(tx *gorm.DB) error {
		return tx.Where("person = ? AND rule_id = ?", clean(strings.TrimSpace(person)), ruleID).Delete(&models.RuleDraft{}).Error
	})
}

// DropRuleDrafts deletes the drafts of everybody that were saved before a time.
func (s *Store) DropRuleDrafts(ctx context.Context, before time.Time) error {
	return s.change(ctx, "drop old drafts of rules", func(tx *gorm.DB) error {
		return tx.Where("saved_at < ?", microsOf(before)).Delete(&models.RuleDraft{}).Error
	})
}
