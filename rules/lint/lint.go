// Package lint warns about likely mistakes in rules that are valid: branches and phrases that have
// no effect, syntax of other search languages, rules without examples for each of their branches,
// and rules that are almost the same.
//
// Start with [Check]. A warning that something can never match or is redundant follows from the
// rule alone, so it holds for every article. Check does not find all such cases.
package lint

import (
	"context"
	"maps"
	"slices"
	"time"

	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// Check returns the warnings about the rules of a set.
func Check(s *rules.Set) diag.Problems { return CheckContext(context.Background(), s) }

// CheckContext is Check, which ends early when the context does: the warnings are then those found so far.
func CheckContext(ctx context.Context, s *rules.Set) diag.Problems {
	l := &linter{
		ctx:              ctx,
		rules:            s.Rules(),
		phrases:          make(map[*syntax.List][]syntax.Phrase),
		checked:          make(map[*syntax.List]bool),
		positionMatters:  make(map[*syntax.List]bool),
		visited:          make(map[visit]bool),
		positionsChecked: make(map[*syntax.Expr]bool),
		reported:         make(map[*syntax.Expr]bool),
	}
	for i := range l.rules {
		for _, e := range l.rules[i].Exprs() {
			l.markPositions(e, false)
		}
	}
	runs := runExamples(ctx, s, l.rules)
	for i := range l.rules {
		if ctx.Err() != nil {
			break
		}
		r := &l.rules[i]
		l.unusedNames(r)
		l.logic(r)
		l.relevance(r)
		l.tooMuch(runs[i].branches)
		l.examples(r, runs[i])
	}
	l.similarRules(runs)
	return l.problems.Sorted()
}

// A linter collects warnings. The maps keep it from checking twice what several rules share.
type linter struct {
	ctx      context.Context
	rules    []rules.Rule
	problems diag.Problems

	phrases          map[*syntax.List][]syntax.Phrase // of phrasesOf
	checked          map[*syntax.List]bool
	positionMatters  map[*syntax.List]bool // some rule depends on where the list's hits are, or on their number
	visited          map[visit]bool
	positionsChecked map[*syntax.Expr]bool
	reported         map[*syntax.Expr]bool // branches with a warning that they have no effect
}

func (l *linter) report(at syntax.Pos, what, want diag.Text) {
	l.problems = append(l.problems, at.Problem(what, want))
}

// unusedNames reports the term lists and definitions of a rule that nothing uses, and checks the
// phrases of all lists that the rule uses or has.
func (l *linter) unusedNames(r *rules.Rule) {
	lists, definitions := make(map[*syntax.List]bool), make(map[*syntax.Definition]bool)
	for _, e := range r.Exprs() {
		markUsed(e, lists, definitions)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Lists)) {
		if own := r.Lists[name]; !lists[own] {
			l.report(own.Pos, diag.Textf("term list %q is not used", name), "use it or delete it")
			lists[own] = true
		}
	}
	for _, name := range r.DefinitionNames {
		if d := r.Definitions[name]; !definitions[d] {
			l.report(d.Pos, diag.Textf("definition %q is not used", name), "use it or delete it")
		}
	}
	for list := range lists {
		if !l.checked[list] {
			l.checked[list] = true
			l.list(list)
		}
	}
}

// relevance reports thresholds that demote nothing.
func (l *linter) relevance(r *rules.Rule) {
	settings := r.Relevance
	if r.Severity == models.Critical && len(r.Severities) == 0 && (settings.Alert != nil || settings.Digest != nil) {
		l.report(settings.Pos, "the thresholds have no effect: the matches of a critical rule always alert", "delete relevance, or use a lower severity")
	}
}

// markUsed marks the lists and definitions that an expression refers to, directly or through
// others.
func markUsed(e *syntax.Expr, lists map[*syntax.List]bool, definitions map[*syntax.Definition]bool) {
	if e == nil {
		return
	}
	if e.Op == syntax.OpTerms {
		markListUsed(e.List, lists)
	}
	if e.Op == syntax.OpUse && !definitions[e.Def] {
		definitions[e.Def] = true
		markUsed(e.Def.Expr, lists, definitions)
	}
	for _, sub := range e.Sub {
		markUsed(sub, lists, definitions)
	}
	for _, link := range e.Links {
		if link.Without != nil {
			markListUsed(link.Without, lists)
		}
	}
	for _, w := range e.Unless {
		markUsed(w.Expr, lists, definitions)
	}
}

func markListUsed(list *syntax.List, lists map[*syntax.List]bool) {
	if lists[list] {
		return
	}
	lists[list] = true
	for _, sub := range slices.Concat(list.Sublists, list.ExcludedLists) {
		markListUsed(sub, lists)
	}
}

// markPositions fills positionMatters: near, unless, min and not_in depend on where hits are, or on
// their number.
func (l *linter) markPositions(e *syntax.Expr, matters bool) {
	if e == nil {
		return
	}
	matters = matters || e.Op == syntax.OpNear || e.Min > 1 || len(e.Unless) > 0
	switch e.Op {
	case syntax.OpTerms:
		l.markListPositions(e.List, matters)
	case syntax.OpUse:
		l.markPositions(e.Def.Expr, matters)
	}
	for _, sub := range e.Sub {
		l.markPositions(sub, matters)
	}
	for _, link := range e.Links {
		if link.Without != nil {
			l.markListPositions(link.Without, true)
		}
	}
	for _, w := range e.Unless {
		l.markPositions(w.Expr, true)
	}
}

func (l *linter) markListPositions(list *syntax.List, matters bool) {
	matters = matters || len(list.NotIn) > 0
	if matters {
		if l.positionMatters[list] {
			return // and so do those within it
		}
		l.positionMatters[list] = true
	}
	for _, sub := range list.Sublists {
		l.markListPositions(sub, matters)
	}
	for _, sub := range list.ExcludedLists {
		l.markListPositions(sub, true)
	}
}

// phrasesOf returns the phrases of a list and of the lists within it.
func (l *linter) phrasesOf(list *syntax.List) []syntax.Phrase {
	if all, ok := l.phrases[list]; ok {
		return all
	}
	var all []syntax.Phrase
	for _, within := range list.Within() {
		for _, e := range within.Entries {
			if e.ListName != "" {
				continue
			}
			if ph, problem := syntax.ParsePhrase(e.Phrase); problem == "" {
				all = append(all, ph.Spellings()...)
			}
		}
	}
	l.phrases[list] = all
	return all
}

// brief describes an expression in a message.
func brief(e *syntax.Expr) string {
	const maxLen = 60
	if r := []rune(e.String()); len(r) > maxLen {
		return string(r[:maxLen-1]) + "…"
	}
	return e.String()
}

// Reviews warns about rules whose review date has passed.
func Reviews(s *rules.Set, now time.Time) diag.Problems {
	var problems diag.Problems
	today := now.Format(time.DateOnly)
	for _, r := range s.Rules() {
		if r.ReviewBy != "" && r.ReviewBy < today {
			problems = append(problems, r.ReviewPos.Problem(diag.Textf("the rule was to be reviewed by %s", r.ReviewBy), diag.Textf("check that it still finds what you need, then run: regwatch rules reviewed %s --next DATE", r.ID)))
		}
	}
	return problems.Sorted()
}
