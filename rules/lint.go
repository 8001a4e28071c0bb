package rules

import (
	"fmt"
	"maps"
	"slices"

	"regwatch/internal/diag"
)

// Lint returns what is allowed and yet hardly meant: branches and phrases that
// can never matter, words in the manner of another search language, rules that
// their examples do not prove, and rules that nearly coincide.
//
// Where it says that something can never be, that follows from the rule alone,
// whatever the articles are. It does not find everything of the kind.
func (s *Set) Lint() diag.Problems {
	l := &linter{set: s, lists: make(map[*list]bool), walked: make(map[walked]bool), spoilt: make(map[*node]bool), idle: make(map[*node]bool), placed: make(map[*list]bool)}
	for _, r := range s.rules {
		for _, n := range r.questions() {
			l.place(n, false)
		}
	}
	tried := s.tryAll()
	for i, r := range s.rules {
		l.names(r)
		l.logic(r)
		l.examples(r, tried[i])
	}
	l.twins(tried)
	return l.problems.Sorted()
}

// A linter gathers findings over the rules of a set. What several rules share is
// looked at once.
type linter struct {
	set      *Set
	problems diag.Problems
	lists    map[*list]bool // done
	walked   map[walked]bool
	spoilt   map[*node]bool // done
	idle     map[*node]bool // branches that were reported to do nothing
	placed   map[*list]bool // where their hits stand, or how many there are, matters to some rule
}

func (l *linter) report(at place, what, want string) {
	l.problems = append(l.problems, at.problem(what, want))
}

// questions are the nodes that a rule asks an article.
func (r *Rule) questions() []*node {
	nodes := []*node{r.when}
	if r.mention != nil {
		nodes = append(nodes, r.mention)
	}
	return append(nodes, tagNodes(r.tags)...)
}

// names reports the lists and definitions that nothing uses, and looks at the
// phrases of those that are used.
func (l *linter) names(r *Rule) {
	lists, defines := make(map[*list]bool), make(map[*define]bool)
	for _, n := range r.questions() {
		n.reach(lists, defines)
	}
	for _, name := range slices.Sorted(maps.Keys(r.lists)) {
		if own := r.lists[name]; !lists[own] {
			l.report(own.at, fmt.Sprintf("term list %q is not used", name), "want it used or taken out")
			lists[own] = true // its phrases may be wrong all the same
		}
	}
	for _, name := range r.order {
		if d := r.defines[name]; !defines[d] {
			l.report(d.at, fmt.Sprintf("definition %q is not used", name), "want it used or taken out")
		}
	}
	for used := range lists {
		if !l.lists[used] {
			l.lists[used] = true
			l.list(used)
		}
	}
}

// place notes the lists whose hits are more to a rule than being there: near,
// unless, min and not_in ask where hits stand, or count them.
func (l *linter) place(n *node, inside bool) {
	if n == nil {
		return
	}
	inside = inside || n.op == opNear || n.min > 1 || len(n.unless) > 0
	switch n.op {
	case opTerms:
		l.placeList(n.list, inside)
	case opUse:
		l.place(n.def.node, inside)
	}
	for _, k := range n.kids {
		l.place(k, inside)
	}
	for _, w := range n.unless {
		l.place(w.node, true)
	}
}

func (l *linter) placeList(of *list, inside bool) {
	inside = inside || len(of.notIn) > 0
	if inside {
		l.placed[of] = true
	}
	for _, sub := range of.sublists {
		l.placeList(sub, inside)
	}
	for _, sub := range of.blotting {
		l.placeList(sub, true)
	}
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
