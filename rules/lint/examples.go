package lint

import (
	"context"
	"math/bits"
	"slices"

	"regwatch/internal/diag"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// An exampleRun is the result of matching the examples of one rule.
type exampleRun struct {
	subjects [][]int      // by example: the rules that match it as a subject
	branches []scopedExpr // the ways in which the rule can match
	met      []bool       // by branch: an example under match meets it
}

// runExamples matches the examples of every rule with the whole set.
func runExamples(ctx context.Context, s *rules.Set, all []rules.Rule) []exampleRun {
	var buf rules.Buffer
	runs := make([]exampleRun, len(all))
	for i := range all {
		run := exampleRun{branches: topBranches(all[i].When, syntax.Everywhere)}
		run.met = make([]bool, len(run.branches))
		for _, example := range all[i].Examples {
			if ctx.Err() != nil {
				break
			}
			var subjects []int
			s.Probe(&buf, example.Article(), func(p rules.Probe) {
				for _, rule := range p.Subjects() {
					if !slices.Contains(subjects, rule) {
						subjects = append(subjects, rule)
					}
				}
				for j, b := range run.branches {
					run.met[j] = run.met[j] || example.Match && p.Meets(b.Expr, b.in)
				}
			})
			run.subjects = append(run.subjects, subjects)
		}
		runs[i] = run
	}
	return runs
}

// topBranches returns the ways in which an expression can match: the operands of any, and the names
// in a use or terms that has several.
func topBranches(e *syntax.Expr, in syntax.Region) []scopedExpr {
	if e.Op != syntax.OpAny || e.Min > 1 || len(e.Unless) > 0 {
		return []scopedExpr{{e, in}}
	}
	if e.In != 0 {
		in &= e.In
	}
	var branches []scopedExpr
	for _, sub := range e.Sub {
		branches = append(branches, topBranches(sub, in)...)
	}
	return branches
}

// examples reports what the examples of a rule do not prove.
func (l *linter) examples(r *rules.Rule, run exampleRun) {
	l.splitNumbers(exampleItems(r))
	l.placeholders(r)
	l.exampleLanguages(r)
	matches, ignores := 0, 0
	for _, e := range r.Examples {
		if e.Match {
			matches++
		} else {
			ignores++
		}
	}
	switch {
	case len(r.Examples) == 0:
		l.report(r.IDPos, "the rule has no examples", "add articles that it must match and articles that it must ignore")
		return
	case ignores == 0:
		l.report(r.IDPos, "the rule has no example under ignore", "add one that contains its words but is about something else")
	case matches == 0:
		l.report(r.IDPos, "the rule has no example under match", "add one for each way in which it can match")
		return
	}
	l.undatedExamples(r)
	for i, b := range run.branches {
		if len(run.branches) > 1 && !run.met[i] && !l.reported[b.Expr] {
			l.report(b.Pos, diag.Textf("no example matches the branch %s", brief(b.Expr)), "add one, to prove that the branch works")
		}
	}
}

// undatedExamples reports examples without a day where the rule asks for key dates: they never have one.
func (l *linter) undatedExamples(r *rules.Rule) {
	exprs := r.Exprs()
	for _, name := range r.DefinitionNames {
		exprs = append(exprs, r.Definitions[name].Expr)
	}
	if !slices.ContainsFunc(exprs, asksForDays) {
		return
	}
	for _, e := range r.Examples {
		if e.Published.IsZero() {
			l.report(e.Pos, "the example has no day, so that it never meets deadline and effective", "add published, such as published: 2026-12-31")
		}
	}
}

// asksForDays reports whether there is a condition on key dates within an expression.
func asksForDays(e *syntax.Expr) bool {
	return e.Op == syntax.OpDays || slices.ContainsFunc(e.Sub, asksForDays)
}

// Two rules are similar if they share this much of their phrases and of the examples that either
// matches. A single example proves little.
const (
	similarPhrases  = 0.8
	similarExamples = 0.8
	minExamples     = 2
)

// similarRules reports rules that are almost the same. A draft is meant to resemble the active rule
// that it replaces, so the two are not compared.
func (l *linter) similarRules(runs []exampleRun) {
	phrases, matched := make([]bitset, len(l.rules)), make([]bitset, len(l.rules))
	for i := range l.rules {
		found := make(map[int32]bool)
		l.rules[i].When.CollectPhrases(found)
		for n := range found {
			phrases[i].add(int(n))
		}
	}
	example := 0
	for _, run := range runs {
		for _, subjects := range run.subjects {
			for _, i := range subjects {
				matched[i].add(example)
			}
			example++
		}
	}
	for i := range l.rules {
		if l.ctx.Err() != nil {
			return
		}
		for j := range i {
			a, b := &l.rules[i], &l.rules[j]
			share, _, _ := overlap(phrases[i], phrases[j])
			if a.Draft != b.Draft || share < similarPhrases {
				continue
			}
			agreement, both, either := overlap(matched[i], matched[j])
			if either < minExamples || agreement < similarExamples {
				continue
			}
			l.report(a.IDPos, diag.Textf("rule %q is almost the same as %q: they share %.0f %% of their phrases, and of %d examples that match either, %d match both", a.ID, b.ID, 100*share, either, both),
				"merge them, or add examples that only one of them matches")
		}
	}
}

// A bitset is a set of small numbers. The zero value is empty.
type bitset []uint64

func (b *bitset) add(n int) {
	for len(*b) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

// overlap returns how many numbers are in both sets and in either, and the former as a share of the
// latter.
func overlap(a, b bitset) (share float64, both, either int) {
	if len(a) < len(b) {
		a, b = b, a
	}
	for i, word := range a {
		if i == len(b) {
			for _, rest := range a[i:] {
				either += bits.OnesCount64(rest)
			}
			break
		}
		both += bits.OnesCount64(word & b[i])
		either += bits.OnesCount64(word | b[i])
	}
	if either == 0 {
		return 0, 0, 0
	}
	return float64(both) / float64(either), both, either
}
