package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/relevance"
	"regwatch/scanner"
	"regwatch/store"
)

// refitWindow is how far back a proposal says what it would have changed.
const refitWindow = 90 * 24 * time.Hour

// maxChangedWeights is how many changed weights a proposal shows.
const maxChangedWeights = 8

// A Refit is a relevance model that was fitted to the feedback on a rule, beside the model in use.
type Refit struct {
	RuleID     string `json:"rule_id"`
	Title      string `json:"title"` // of the rule
	Version    string `json:"version"`
	State      string `json:"state"`          // proposed, or accepted: it is in use already
	Base       string `json:"base,omitempty"` // the version that it starts from; empty: feedback alone
	InUse      string `json:"in_use,omitempty"`
	Relevant   int    `json:"relevant"` // events with feedback that it learned from
	Irrelevant int    `json:"irrelevant"`
	Disputed   int    `json:"disputed,omitempty"` // of the relevant ones
	Expired    int    `json:"expired,omitempty"`  // events that were left out, because their texts were deleted by age

	Thresholds       RelevanceThresholds  `json:"thresholds"`
	ThresholdsBefore *RelevanceThresholds `json:"thresholds_before,omitempty"` // nil: no model is in use
	RuleThresholds   bool                 `json:"rule_thresholds,omitempty"`   // the rule's file sets them

	Changed  []ChangedWeight `json:"changed"` // weights, the most changed first
	Backtest Backtest        `json:"backtest"`
}

// RelevanceThresholds are the scores from which a match is likely and less certain.
type RelevanceThresholds = relevance.Thresholds

// A ChangedWeight is a feature whose weight differs between the model in use and a proposed one.
type ChangedWeight struct {
	Feature string  `json:"feature"`
	Text    string  `json:"text"` // the feature in words
	Before  float64 `json:"before"`
	After   float64 `json:"after"`
}

// A RefitRequest asks for a relevance model that is fitted to the feedback on a rule.
type RefitRequest struct {
	RuleID   string
	By       string
	Progress Progress
}

// ProposeRefit fits a relevance model to the feedback on a rule, stores it as a proposal, and returns what it would have
// changed over the last 90 days. Nothing uses it until AcceptRefit.
func (a *App) ProposeRefit(ctx context.Context, r RefitRequest) (Refit, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Refit{}, err
	}
	rule, err := a.scoredRule(r.RuleID)
	if err != nil {
		return Refit{}, err
	}
	folder, now := a.Folder(), a.now().UTC()
	marks, expired, err := a.markedMatches(ctx, rule.ID)
	if err != nil {
		return Refit{}, err
	}
	samples, p := samplesOf(marks), Refit{RuleID: rule.ID, Title: rule.Title, Expired: expired, InUse: versionInUse(folder.Rules, rule.ID)}
	p.count(marks)
	base, baseVersion := refitBase(folder, rule.ID, expired > 0)
	file, err := relevance.Refit(base, samples)
	if few, ok := errors.AsType[*relevance.TooFewError](err); ok {
		return Refit{}, tooFewMarks(rule.ID, few, expired)
	}
	if err != nil {
		return Refit{}, err
	}
	file.Rule, file.Command = rule.ID, "regwatch rules refit "+rule.ID
	text, err := file.Encode()
	if err != nil {
		return Refit{}, err
	}
	model, err := relevance.Parse(text)
	if err != nil {
		return Refit{}, err
	}
	p.Version, p.Base = model.Version(), baseVersion
	before, _ := folder.Rules.Model(rule.ID)
	p.Changed = changedWeights(before, file)
	if err := a.tryRefit(ctx, &p, rule, model, marks, now, r.Progress); err != nil {
		return Refit{}, err
	}
	p.State = string(models.ModelProposed)
	if p.Version == p.InUse {
		p.State = string(models.ModelAccepted)
	}
	return p, a.store.ProposeModel(ctx, models.RelevanceModel{
		RuleID: rule.ID, Version: p.Version, File: string(text), Base: p.Base, Relevant: p.Relevant, Irrelevant: p.Irrelevant, ProposedAt: now,
	}, r.By)
}

// scoredRule returns a rule in force that does not switch its relevance off.
func (a *App) scoredRule(id string) (rules.Rule, error) {
	rule, err := a.Rules().find(id)
	if err == nil && rule.Relevance.Off {
		return rule, inputError("rule %s has relevance: off, so no model scores its matches; remove that key from %s first", id, filepath.Join(rulesFolder(a.dir), rule.File))
	}
	return rule, err
}

// markedMatches returns the matches of a rule that people marked, and how many cannot be read any more.
func (a *App) markedMatches(ctx context.Context, ruleID string) ([]scanner.MarkedMatch, int, error) {
	folder := a.Folder()
	// Feedback on an article that was seen this moment counts, so the end is in the future.
	return scanner.MarkedMatches(ctx, a.store, folder.Rules, ruleID, folder.Sources, a.now().UTC().AddDate(0, 0, 1))
}

func samplesOf(marks []scanner.MarkedMatch) []relevance.Sample {
	var samples []relevance.Sample
	for _, m := range marks {
		samples = append(samples, relevance.Sample{Features: relevance.Of(m.Article, m.Match), Relevant: m.Verdict == models.Relevant, Weight: 1})
	}
	return samples
}

// count counts the marks.
func (p *Refit) count(marks []scanner.MarkedMatch) {
	for _, m := range marks {
		if m.Verdict == models.Relevant {
			p.Relevant++
		} else {
			p.Irrelevant++
		}
		if m.Disputed {
			p.Disputed++
		}
	}
}

func tooFewMarks(ruleID string, few *relevance.TooFewError, expired int) error {
	left := ""
	if expired > 0 {
		left = fmt.Sprintf(" (%d more cannot be used, because the texts were deleted by age)", expired)
	}
	return inputError("rule %s has feedback on too few events: %d relevant and %d not relevant%s; a refit needs at least %d, with %d of each kind. Give feedback with: regwatch events feedback EVENT relevant|irrelevant --rule %s",
		ruleID, few.Relevant, few.Irrelevant, left, relevance.LeastMarks, relevance.LeastOfKind, ruleID)
}

// refitBase returns the model that a refit starts from, with its version. That is the shipped one, so that the same
// feedback gives the same model; but if texts were deleted, the accepted model alone remembers the feedback on them.
func refitBase(folder *Folder, ruleID string, forgotten bool) (*relevance.File, string) {
	base := folder.models.read[ruleID]
	if base == nil || !forgotten {
		base, _ = relevance.Shipped(ruleID)
	}
	if base == nil {
		return nil, ""
	}
	f := base.File()
	return &f, base.Version()
}

// versionInUse returns the version of the model of a rule; empty if it has none.
func versionInUse(set *rules.Set, ruleID string) string {
	if m, ok := set.Model(ruleID); ok {
		return m.Version()
	}
	return ""
}

// changedWeights returns the weights that a model changes most. A rule without a model has none.
func changedWeights(before *relevance.Model, after relevance.File) []ChangedWeight {
	var was relevance.File
	if before != nil {
		was = before.File()
	}
	all := []ChangedWeight{}
	add := func(prefix string, before, after map[string]float64) {
		names := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			if before[name] != after[name] {
				all = append(all, ChangedWeight{prefix + name, render.FeatureText(prefix + name), before[name], after[name]})
			}
		}
	}
	add("", was.Features, after.Features)
	add("word.", was.Words, after.Words)
	change := func(c ChangedWeight) float64 { return math.Abs(c.After - c.Before) }
	slices.SortStableFunc(all, func(a, b ChangedWeight) int { return cmp.Compare(change(b), change(a)) })
	return all[:min(len(all), maxChangedWeights)]
}

// tryRefit says what the proposed model would have changed: the rule with it is tried beside the rule as it is. The window also has
// the imported articles that it learned from.
func (a *App) tryRefit(ctx context.Context, p *Refit, rule rules.Rule, model *relevance.Model, marks []scanner.MarkedMatch, now time.Time, progress Progress) error {
	folder := a.Folder()
	set, err := a.loadOne(rule.ID, filepath.Join(rulesFolder(a.dir), rule.File), rule.Source())
	if err != nil {
		return err
	}
	t := scanner.Trial{
		RuleID: rule.ID, Sources: folder.Sources, Since: now.Add(-refitWindow), Until: now, Zone: a.Zone(), Progress: progressOf(progress, "reading articles"),
		Draft: folder.inUse(set).WithModels(map[string]*relevance.Model{rule.ID: model}), Saved: folder.inUse(set),
	}
	for _, m := range marks {
		if at := m.Article.PublishedOrSeen(); m.Article.Imported() && at.Before(t.Since) {
			t.Since = at
		}
	}
	if m, ok := t.Saved.Model(rule.ID); ok {
		before := m.Thresholds()
		p.ThresholdsBefore = &before
	}
	if m, ok := t.Draft.Model(rule.ID); ok {
		p.Thresholds = m.Thresholds()
	}
	p.RuleThresholds = rule.Relevance.Alert != nil || rule.Relevance.Digest != nil
	if err := a.indexTexts(ctx, progress); err != nil {
		return err
	}
	p.Backtest = Backtest{Tried: "the proposed model", Beside: "the rule as it is now", Title: rule.Title, Since: t.Since, Now: t.Until}
	if p.Backtest.Backtest, err = scanner.TryRule(ctx, a.store, t); err != nil {
		return err
	}
	p.Backtest.PrecisionNote = whyUnmeasured(p.Backtest.Backtest)
	return nil
}

// A RefitDecision is what a person decided about a relevance model.
type RefitDecision struct {
	RuleID  string `json:"rule_id"`
	Version string `json:"version"`
	State   string `json:"state"` // accepted or undone
	By      string `json:"by"`
	InUse   string `json:"in_use,omitempty"` // the version that is in use now; empty: the rule has no model
}

// AcceptRefit takes a proposed relevance model into use. A running regwatch uses it within seconds, for articles that come
// from then on. The audit names the person.
func (a *App) AcceptRefit(ctx context.Context, ruleID, version, by string) (RefitDecision, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RefitDecision{}, err
	}
	if _, err := a.scoredRule(ruleID); err != nil {
		return RefitDecision{}, err
	}
	all, err := a.store.RelevanceModels(ctx, ruleID)
	if err != nil {
		return RefitDecision{}, err
	}
	i := slices.IndexFunc(all, func(m models.RelevanceModel) bool { return m.Version == version })
	switch {
	case i < 0:
		return RefitDecision{}, inputError("rule %s has no proposed model %q; regwatch rules refit %s --history lists them", ruleID, version, ruleID)
	case a.Folder().models.version(ruleID) == version:
		return RefitDecision{}, inputError("model %s of rule %s is in use already", version, ruleID)
	case all[i].State != models.ModelProposed:
		return RefitDecision{}, inputError("model %s of rule %s is %s; regwatch rules refit %s proposes one again", version, ruleID, all[i].State, ruleID)
	}
	if _, err := relevance.Parse([]byte(all[i].File)); err != nil {
		return RefitDecision{}, inputError("model %s of rule %s was made by another version of regwatch and cannot be used (%v); regwatch rules refit %s proposes another", version, ruleID, err, ruleID)
	}
	if err := a.store.AcceptModel(ctx, ruleID, version, by, a.now().UTC()); err != nil {
		return RefitDecision{}, bare[*store.NoModelError](err)
	}
	return a.decided(ctx, RefitDecision{RuleID: ruleID, Version: version, State: string(models.ModelAccepted), By: by})
}

// RefuseRefit refuses a proposed relevance model, so that nobody is asked about it again. It can be proposed again. The
// audit names the person.
func (a *App) RefuseRefit(ctx context.Context, ruleID, version, by string) (RefitDecision, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RefitDecision{}, err
	}
	err := a.store.RefuseModel(ctx, ruleID, version, by, a.now().UTC())
	if _, none := errors.AsType[*store.NoModelError](err); none {
		return RefitDecision{}, inputError("rule %s has no proposed model %q", ruleID, version)
	}
	return RefitDecision{RuleID: ruleID, Version: version, State: string(models.ModelUndone), By: by, InUse: versionInUse(a.Folder().Rules, ruleID)}, err
}

// UndoRefit takes the accepted relevance model of a rule out of use: that of a version if it is in use, or whichever is if
// version is empty. The one before it is in use again: the one that was accepted before, or the shipped one, or none. The
// audit names the person.
func (a *App) UndoRefit(ctx context.Context, ruleID, version, by string) (RefitDecision, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RefitDecision{}, err
	}
	if err := a.requireStoredRule(ctx, ruleID); err != nil {
		return RefitDecision{}, err
	}
	undone, err := a.store.UndoModel(ctx, ruleID, version, by, a.now().UTC())
	if _, none := errors.AsType[*store.NoModelError](err); none {
		if version != "" {
			return RefitDecision{}, inputError("rule %s no longer uses model %s, so there is nothing to undo", ruleID, version)
		}
		return RefitDecision{}, inputError("rule %s uses no model from feedback, so there is nothing to undo", ruleID)
	}
	if err != nil {
		return RefitDecision{}, err
	}
	return a.decided(ctx, RefitDecision{RuleID: ruleID, Version: undone.Version, State: string(models.ModelUndone), By: by})
}

// decided takes the models in use after a decision into use here too.
func (a *App) decided(ctx context.Context, d RefitDecision) (RefitDecision, error) {
	if err := a.useFolder(ctx, nil); err != nil {
		return RefitDecision{}, err
	}
	d.InUse = versionInUse(a.Folder().Rules, d.RuleID)
	return d, nil
}

// A RefitModel is a relevance model that was fitted to feedback.
type RefitModel struct {
	Version    string     `json:"version"`
	State      string     `json:"state"` // proposed, accepted or undone
	InUse      bool       `json:"in_use"`
	Base       string     `json:"base,omitempty"`
	Relevant   int        `json:"relevant"`
	Irrelevant int        `json:"irrelevant"`
	ProposedAt time.Time  `json:"proposed_at"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	DecidedBy  string     `json:"decided_by,omitempty"`
}

// A RefitHistory is the relevance models of a rule.
type RefitHistory struct {
	RuleID  string       `json:"rule_id"`
	InUse   string       `json:"in_use,omitempty"`  // empty: the rule has no model
	Shipped string       `json:"shipped,omitempty"` // the one that comes with regwatch
	Models  []RefitModel `json:"models"`            // those from feedback, the newest proposal first
}

// RefitHistory returns the relevance models of a rule.
func (a *App) RefitHistory(ctx context.Context, ruleID string) (RefitHistory, error) {
	if err := a.requireStoredRule(ctx, ruleID); err != nil {
		return RefitHistory{}, err
	}
	all, err := a.store.RelevanceModels(ctx, ruleID)
	if err != nil {
		return RefitHistory{}, err
	}
	h := RefitHistory{RuleID: ruleID, InUse: versionInUse(a.Folder().Rules, ruleID), Models: []RefitModel{}}
	if m, ok := relevance.Shipped(ruleID); ok {
		h.Shipped = m.Version()
	}
	for _, m := range all {
		h.Models = append(h.Models, RefitModel{
			Version: m.Version, State: string(m.State), InUse: m.Version == h.InUse, Base: m.Base, Relevant: m.Relevant, Irrelevant: m.Irrelevant,
			ProposedAt: m.ProposedAt, DecidedAt: optionalTime(m.DecidedAt), DecidedBy: m.DecidedBy,
		})
	}
	return h, nil
}

// A RefitHint says that a rule has enough feedback for a refit.
type RefitHint struct {
	RuleID string `json:"rule_id"`
	Marks  int    `json:"marks"` // events with feedback that is newer than the last model
}

// RefitHint returns a hint for the rule, or for the rule that leads the event if it is empty; nil if there is not enough
// feedback since its last model.
func (a *App) RefitHint(ctx context.Context, e Event, ruleID string) (*RefitHint, error) {
	rule, err := a.scoredRule(cmp.Or(ruleID, e.LeadRule))
	if err != nil {
		return nil, nil // it is not in force, or has no model
	}
	known, err := a.store.RelevanceModels(ctx, rule.ID)
	if err != nil {
		return nil, err
	}
	marks, _, err := a.markedMatches(ctx, rule.ID)
	if err != nil {
		return nil, err
	}
	var p Refit
	p.count(slices.DeleteFunc(marks, func(m scanner.MarkedMatch) bool { return len(known) > 0 && !m.MarkedAt.After(known[0].ProposedAt) }))
	if relevance.EnoughMarks(p.Relevant, p.Irrelevant) != nil {
		return nil, nil
	}
	return &RefitHint{rule.ID, p.Relevant + p.Irrelevant}, nil
}
