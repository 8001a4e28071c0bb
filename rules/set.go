package rules

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/rules/relevance"
	"regwatch/rules/syntax"
)

// A Set is a compiled list of rules, ready to match articles.
type Set struct {
	rules   []*syntax.Rule // by ID
	table   *syntax.Table
	phrases []syntax.Phrase             // of the table
	models  map[string]*relevance.Model // by rule ID; a rule without one alerts to every match
	digest  map[string]bool             // the IDs of rules whose matches are only for the digest

	dates      DateReader  // nil if none
	exceptions *Exceptions // that people wrote; may be nil

	index   index
	program program
	buffers sync.Pool // of *Buffer, for callers that have none
}

// clone returns a set with the same rules and buffers of its own, as a sync.Pool must not be copied.
func (s *Set) clone() *Set {
	return &Set{
		rules: s.rules, table: s.table, phrases: s.phrases, models: s.models, digest: s.digest, dates: s.dates, exceptions: s.exceptions,
		index: s.index, program: s.program,
	}
}

// Rules returns the rules, sorted by ID.
func (s *Set) Rules() []Rule {
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = *r
	}
	return out
}

// Revisions returns the current text of every rule. FirstUsedAt is zero.
func (s *Set) Revisions() []models.RuleRevision {
	out := make([]models.RuleRevision, len(s.rules))
	for i, r := range s.rules {
		out[i] = models.RuleRevision{RuleID: r.ID, Hash: r.Hash, Text: string(r.Source()), Vocabulary: r.ResolvedVocabulary}
	}
	return out
}

// CheckRoutes returns a problem for each route of a rule that is not among those of the configuration.
func (s *Set) CheckRoutes(configured []string) diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		for i, route := range r.Routes {
			if slices.Contains(configured, route) {
				continue
			}
			want := diag.Text("the configuration has no routes")
			if len(configured) > 0 {
				want = diag.Textf("the configuration has %s", strings.Join(configured, ", "))
			}
			problems = append(problems, r.RoutePos[i].Problem(diag.Textf("unknown route %q", route), want))
		}
	}
	return problems
}

// CheckSources returns a problem for each condition on an ID or jurisdiction that no configured source has:
// it would never be met, and nobody would notice.
func (s *Set) CheckSources(configured []models.Source) diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		exprs := r.Exprs()
		for _, name := range r.DefinitionNames {
			exprs = append(exprs, r.Definitions[name].Expr)
		}
		for _, e := range exprs {
			problems = checkSources(problems, e, configured)
		}
	}
	for _, d := range s.table.Definitions {
		problems = checkSources(problems, d.Expr, configured)
	}
	return problems.Sorted()
}

func checkSources(problems diag.Problems, e *syntax.Expr, configured []models.Source) diag.Problems {
	if e == nil {
		return problems
	}
	for _, sub := range e.Sub {
		problems = checkSources(problems, sub, configured)
	}
	for _, w := range e.Unless {
		problems = checkSources(problems, w.Expr, configured)
	}
	if e.Op != syntax.OpCondition || e.Condition.Kind != conditions.Source && e.Condition.Kind != conditions.Jurisdiction {
		return problems
	}
	kind := e.Condition.Kind
	for _, v := range e.Condition.Values {
		if slices.ContainsFunc(configured, func(src models.Source) bool { return conditions.Of(models.Article{Source: src}).Match(kind, v.Name) }) {
			continue
		}
		what := kind
		if kind == conditions.Source {
			what = "id"
		}
		problems = append(problems, v.Pos.Problem(diag.Textf("no source has the %s %q", what, v.Name), sourceHint(kind, v.Name, configured)))
	}
	return problems
}

// sourceHint lists the IDs or jurisdictions of the sources, or suggests the one that was probably meant.
func sourceHint(kind, value string, configured []models.Source) diag.Text {
	var known []string
	what := diag.Text("sources")
	for _, src := range configured {
		if kind == conditions.Source {
			known = append(known, src.ID)
		} else {
			known = append(known, src.Jurisdictions...)
			what = "jurisdictions of the sources"
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if near := yamlnode.Nearest(value, known); near != "" {
		return diag.Textf("did you mean %q?", near)
	}
	const maxListed = 12
	switch {
	case len(known) == 0:
		return diag.Textf("there are no %s", what)
	case len(known) > maxListed:
		return diag.Textf("the %s are %s and %d more", what, strings.Join(known[:maxListed], ", "), len(known)-maxListed)
	}
	return diag.Textf("the %s are %s", what, strings.Join(known, ", "))
}

// Phrases returns the phrases, as they are written, that can make a rule match.
func (s *Set) Phrases(ruleID string) []string {
	found := make(map[int32]bool)
	for _, r := range s.rules {
		if r.ID == ruleID && r.When != nil {
			r.When.CollectPhrases(found)
		}
	}
	var all []string
	for _, n := range slices.Sorted(maps.Keys(found)) {
		all = append(all, s.table.Phrases[n].Written)
	}
	return all
}
