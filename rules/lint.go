package rules

import (
	"fmt"
	"maps"
	"slices"

	"regwatch/internal/diag"
	"regwatch/internal/text"
)

// Lint returns what is allowed and yet hardly meant: a rule without examples, a
// list or definition that nothing uses, a phrase that stands twice in one list.
func (s *Set) Lint() diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		problems = append(problems, r.lint()...)
	}
	return problems.Sorted()
}

func (r *Rule) lint() diag.Problems {
	var problems diag.Problems
	report := func(at place, what, want string) { problems = append(problems, at.problem(what, want)) }
	isIgnore := func(e example) bool { return !e.match }
	switch {
	case len(r.examples) == 0:
		report(r.idPlace, "the rule has no examples", "want examples that it must match and that it must ignore")
	case !slices.ContainsFunc(r.examples, isIgnore):
		report(r.idPlace, "the rule has no example to ignore", "want one that shares its words and is about something else")
	}
	lists, defines := make(map[*list]bool), make(map[*define]bool)
	for _, n := range append([]*node{r.when, r.mention}, tagNodes(r.tags)...) {
		n.reach(lists, defines)
	}
	for _, name := range slices.Sorted(maps.Keys(r.lists)) {
		l := r.lists[name]
		if !lists[l] {
			report(l.at, fmt.Sprintf("term list %q is not used", name), "want it used or taken out")
		}
		problems = append(problems, l.lint()...)
	}
	for _, name := range r.order {
		if d := r.defines[name]; !defines[d] {
			report(d.at, fmt.Sprintf("definition %q is not used", name), "want it used or taken out")
		}
	}
	return problems
}

// lint compares a list's phrases as articles are compared: folded.
func (l *list) lint() diag.Problems {
	var problems diag.Problems
	seen := make(map[string]place)
	for _, e := range l.entries {
		if e.terms != "" {
			continue
		}
		key := text.Fold(e.phrase)
		if e.phrase[0] == '=' {
			key = e.phrase
		}
		if first, again := seen[key]; again {
			problems = append(problems, e.at.problem(fmt.Sprintf("phrase %q is here twice", e.phrase), fmt.Sprintf("it already stands in line %d; case, hyphens and the two Chinese scripts are equal", first.line)))
		}
		seen[key] = e.at
	}
	return problems
}

// reach marks the lists and definitions that n draws on.
func (n *node) reach(lists map[*list]bool, defines map[*define]bool) {
	if n == nil {
		return
	}
	if n.op == opTerms {
		n.list.reach(lists)
	}
	if n.op == opUse && !defines[n.def] {
		defines[n.def] = true
		n.def.node.reach(lists, defines)
	}
	for _, k := range n.kids {
		k.reach(lists, defines)
	}
	for _, w := range n.unless {
		w.node.reach(lists, defines)
	}
}

func (l *list) reach(lists map[*list]bool) {
	if lists[l] {
		return
	}
	lists[l] = true
	for _, sub := range slices.Concat(l.sublists, l.blotting) {
		sub.reach(lists)
	}
}
