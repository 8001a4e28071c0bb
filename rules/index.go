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
//
// Both tables are flat, since with ten thousand rules following pointers to
// them takes longer than looking at what they hold.
type index struct {
	set   *phrases.Set // the phrases of the rules, and behind them the signs of furniture
	rules []int32      // that are asked if a phrase is there, phrase after phrase
	first []int32      // by phrase: where its rules begin, and the next one's
	asks  []int32      // of each rule: how many asks, each with the number of its clauses, each with its length
	at    []int32      // by rule: where its asks begin
}

// An ask is what an article must have: a phrase of every clause. An article may
// meet a rule if it passes one of its asks.
type ask []clause

// A clause is phrases of which one must be there.
type clause []int32

func newIndex(s *Set) index {
	x := index{first: make([]int32, len(s.phrases)+1), at: make([]int32, len(s.rules))}
	ps := make([]phrases.Phrase, 0, len(s.phrases)+len(signs))
	for _, ph := range s.phrases {
		ps = append(ps, ph.terms())
	}
	for _, sign := range signs {
		ps = append(ps, sign.phrase)
	}
	var err error
	if x.set, err = phrases.Compile(ps); err != nil {
		panic(fmt.Sprintf("newPhrase lets through what cannot be found: %v", err))
	}
	asks := make([][]ask, len(s.rules))
	named := make([]int, len(s.phrases)) // how many clauses name each phrase
	for i, r := range s.rules {
		asks[i] = s.asks(r)
		for _, a := range asks[i] {
			for _, p := range slices.Concat(a...) {
				named[p]++
			}
		}
	}
	under := make([][]int32, len(s.phrases)) // rules, by phrase
	for i := range s.rules {
		x.at[i] = int32(len(x.asks))
		x.asks = append(x.asks, int32(len(asks[i])))
		for _, a := range asks[i] {
			rarest := s.rarestLast(a, named)
			x.asks = append(x.asks, int32(len(a)))
			for _, c := range a {
				x.asks = append(append(x.asks, int32(len(c))), c...)
			}
			for _, p := range rarest {
				if n := len(under[p]); n == 0 || under[p][n-1] != int32(i) {
					under[p] = append(under[p], int32(i))
				}
			}
		}
	}
	for p, rules := range under {
		x.rules = append(x.rules, rules...)
		x.first[p+1] = int32(len(x.rules))
	}
	return x
}

// under returns the rules that are asked if a phrase is there.
func (x *index) under(phrase int32) []int32 { return x.rules[x.first[phrase]:x.first[phrase+1]] }

// mayMeet reports whether an article that has the phrases seen passes an ask of
// the rule.
func (x *index) mayMeet(rule int32, seen bits) bool {
	code := x.asks[x.at[rule]:]
	asks := code[0]
	code = code[1:]
	for range asks {
		clauses, passed := code[0], true
		code = code[1:]
		for range clauses {
			n := 1 + code[0]
			passed = passed && slices.ContainsFunc(code[1:n], seen.has)
			code = code[n:]
		}
		if passed {
			return true
		}
	}
	return false
}

// asks returns what an article must have to meet a rule.
func (s *Set) asks(r *Rule) []ask {
	nodes := []*node{r.when}
	if r.mention != nil {
		nodes = append(nodes, r.mention)
	}
	found := make(map[int32]bool)
	for _, n := range nodes {
		n.positive(found)
	}
	asks := make([]ask, len(nodes))
	for i, n := range nodes {
		if asks[i] = n.ask(); len(asks[i]) == 0 {
			asks[i] = ask{slices.Sorted(maps.Keys(found))}
		}
	}
	return asks
}

// rarestLast moves the clause that the fewest articles should meet to the end,
// since a rule is asked because of it, and returns it.
func (s *Set) rarestLast(a ask, named []int) clause {
	rarest := 0
	for i := range a {
		if s.likely(a[i], named) < s.likely(a[rarest], named) {
			rarest = i
		}
	}
	last := len(a) - 1
	a[rarest], a[last] = a[last], a[rarest]
	return a[last]
}

// likely guesses how often a clause is met: what many rules name is often in the
// news and, among equals, a long phrase is rarely found. With ten thousand rules,
// going by length alone asks more than twice as many of them.
func (s *Set) likely(c clause, named []int) int {
	n := 0
	for _, p := range c {
		length := 0
		for _, t := range s.phrases[p].tokens {
			if t.kind == patternWord {
				length += len(t.forms[0])
			}
		}
		n += named[p]<<32 + 1<<max(0, 20-length)
	}
	return n
}

// ask returns what an article must have to meet n. It is empty if no phrase must
// be there.
func (n *node) ask() ask {
	switch n.op {
	case opTerms:
		found := make(map[int32]bool)
		n.list.positive(found)
		return ask{slices.Sorted(maps.Keys(found))}
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
	return nil // opNone and opFrom are met by what is not in the text
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
func (n *node) positive(found map[int32]bool) {
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

func (l *list) positive(found map[int32]bool) {
	for _, p := range l.phrases {
		found[p] = true
	}
	for _, sub := range l.sublists {
		sub.positive(found)
	}
}
