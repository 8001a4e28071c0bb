package rules

import (
	"fmt"
	"maps"
	"slices"

	"regwatch/internal/phrases"
)

// An index tells, from the phrases that an article has, which rules it may meet.
// It looks at no more than which phrases there are; where they stand is for the
// rules that remain.
type index struct {
	set   *phrases.Set
	rules [][]int32 // by phrase: the rules that are asked if it is there
	asks  [][]ask   // by rule: the article may meet it if it passes one of these
}

// An ask is what an article must have: a phrase of every clause.
type ask []clause

// A clause is phrases of which one must be there.
type clause []int32

func newIndex(s *Set) index {
	x := index{rules: make([][]int32, len(s.phrases)), asks: make([][]ask, len(s.rules))}
	ps := make([]phrases.Phrase, len(s.phrases))
	for i, ph := range s.phrases {
		ps[i] = ph.terms()
	}
	var err error
	if x.set, err = phrases.Compile(ps); err != nil {
		panic(fmt.Sprintf("newPhrase lets through what cannot be found: %v", err))
	}
	s.needs = make([][]int, len(s.rules))
	for i, r := range s.rules {
		found := make(map[int]bool)
		nodes := []*node{r.when}
		if r.mention != nil {
			nodes = append(nodes, r.mention)
		}
		for _, n := range nodes {
			n.positive(found)
		}
		s.needs[i] = slices.Sorted(maps.Keys(found))
		for _, n := range nodes {
			a := n.ask()
			if len(a) == 0 {
				a = ask{clauseOf(s.needs[i])}
			}
			x.asks[i] = append(x.asks[i], a)
			for _, p := range s.rarest(a) {
				if under := x.rules[p]; len(under) == 0 || under[len(under)-1] != int32(i) {
					x.rules[p] = append(under, int32(i))
				}
			}
		}
	}
	return x
}

// rarest returns the clause that the fewest articles should meet.
func (s *Set) rarest(a ask) clause {
	return slices.MinFunc(a, func(a, b clause) int { return s.likely(a) - s.likely(b) })
}

// likely guesses how often a clause is met: a long phrase is rarely found.
func (s *Set) likely(c clause) int {
	n := 0
	for _, p := range c {
		length := 0
		for _, t := range s.phrases[p].tokens {
			if t.kind == patternWord {
				length += len(t.forms[0])
			}
		}
		n += 1 << max(0, 20-length)
	}
	return n
}

func clauseOf(phrases []int) clause {
	c := make(clause, len(phrases))
	for i, p := range phrases {
		c[i] = int32(p)
	}
	return c
}

// ask returns what an article must have to meet n. It is empty if no phrase must
// be there.
func (n *node) ask() ask {
	switch n.op {
	case opTerms:
		found := make(map[int]bool)
		n.list.positive(found)
		return ask{clauseOf(slices.Sorted(maps.Keys(found)))}
	case opUse:
		return n.def.node.ask()
	case opAll, opNear:
		var all ask
		for _, k := range n.kids {
			all = append(all, k.ask()...)
		}
		return all
	case opAny:
		return n.askAny()
	}
	return nil // opNone is met by what is not there
}

// askAny joins the shortest clause of each child: one of them must be met.
func (n *node) askAny() ask {
	if len(n.kids) == 1 {
		return n.kids[0].ask()
	}
	var either clause
	for _, k := range n.kids {
		a := k.ask()
		if len(a) == 0 {
			return nil
		}
		either = append(either, slices.MinFunc(a, func(a, b clause) int { return len(a) - len(b) })...)
	}
	slices.Sort(either)
	return ask{slices.Compact(either)}
}

// positive gathers the phrases by which n could be met.
func (n *node) positive(found map[int]bool) {
	switch n.op {
	case opNone:
	case opTerms:
		n.list.positive(found)
	case opUse:
		n.def.node.positive(found)
	default:
		for _, k := range n.kids {
			k.positive(found)
		}
	}
}

func (l *list) positive(found map[int]bool) {
	for _, p := range l.phrases {
		found[p] = true
	}
	for _, sub := range l.sublists {
		sub.positive(found)
	}
}
