package rules

import (
	"regwatch/models"
	"regwatch/rules/relevance"
	"regwatch/rules/syntax"
)

// shippedModels returns the relevance models of the rules that have one, by ID.
func shippedModels(rules []*syntax.Rule) map[string]*relevance.Model {
	all := make(map[string]*relevance.Model)
	for _, r := range rules {
		if m, ok := relevance.Shipped(r.ID); ok {
			addModel(all, r, m)
		}
	}
	return all
}

// addModel adds the model of a rule as the rule asks for it.
func addModel(to map[string]*relevance.Model, r *syntax.Rule, m *relevance.Model) {
	if r.Relevance.Off {
		return
	}
	t := m.Thresholds()
	if r.Relevance.Alert != nil {
		t.Alert = *r.Relevance.Alert
		t.Digest = min(t.Digest, t.Alert)
	}
	if r.Relevance.Digest != nil {
		t.Digest = *r.Relevance.Digest
		t.Alert = max(t.Digest, t.Alert)
	}
	to[r.ID] = m.WithThresholds(t)
}

// WithModels returns the set with other models for some rules, by ID. The models of the other rules stay, and so do the
// thresholds that rules set. A rule that switches its relevance off gets no model.
func (s *Set) WithModels(models map[string]*relevance.Model) *Set {
	all := make(map[string]*relevance.Model, len(s.models)+len(models))
	for id, m := range s.models {
		all[id] = m
	}
	for _, r := range s.rules {
		if m := models[r.ID]; m != nil {
			addModel(all, r, m)
		}
	}
	with := s.clone()
	with.models = all
	return with
}

// Model returns the relevance model of a rule.
func (s *Set) Model(ruleID string) (*relevance.Model, bool) {
	m, ok := s.models[ruleID]
	return m, ok
}

// score sets the relevance of a match and where the match is shown.
func (s *Set) score(m *models.Match, a models.Article) {
	if model := s.models[m.RuleID]; model != nil {
		setOutcome(m, a, model)
	}
	if s.digest[m.RuleID] && isWanted(m) && !m.Demoted() {
		m.Outcome, m.Relevance.Kept = models.OutcomeDigest, ""
	}
}

// isWanted reports whether a match is what its rule looks for. Unlike Match.Meets it includes drafts.
func isWanted(m *models.Match) bool { return m.Strength == models.Subject || m.MentionAlerts }

// setOutcome scores a match. If it is wanted, it alerts if it is likely, if its source is official, or if it is critical.
// A mention does not alert, but one with a high score is an entry of the digest.
func setOutcome(m *models.Match, a models.Article, model *relevance.Model) {
	m.Outcome = models.OutcomeAlert
	m.Relevance = model.Score(relevance.Of(a, *m))
	switch wanted := isWanted(m); {
	case !wanted && model.ListsMention(m.Relevance.Score):
		m.Outcome = models.OutcomeDigest
	case !wanted || m.Relevance.Level == models.Likely:
	case a.Source.Role.Official():
		m.Relevance.Kept = models.KeptOfficial
	case m.Severity == models.Critical:
		m.Relevance.Kept = models.KeptCritical
	case m.Relevance.Level == models.LessCertain:
		m.Outcome = models.OutcomeDigest
	default:
		m.Outcome = models.OutcomeCount
	}
}

// digestOnly returns the IDs of the rules that ask for the digest.
func digestOnly(rules []*syntax.Rule) map[string]bool {
	ids := make(map[string]bool)
	for _, r := range rules {
		if r.IsForDigest() {
			ids[r.ID] = true
		}
	}
	return ids
}
