package rules

import (
	"fmt"
	mathbits "math/bits"
	"slices"

	"regwatch/models"
)

// A trial is what became of one rule's examples.
type trial struct {
	subjects [][]int32 // by example: the rules that it is a subject of
	branches []asked   // the ways in which the rule may be met
	met      []bool    // by branch: an example to match meets it
}

// tryAll runs the examples of every rule through the whole set.
func (s *Set) tryAll() []trial {
	var sc Scratch
	out := make([]trial, len(s.rules))
	for i, r := range s.rules {
		t := trial{branches: topBranches(r.when, everywhere)}
		t.met = make([]bool, len(t.branches))
		for _, e := range r.examples {
			a := e.article()
			sc.scan(s, a)
			sc.sift()
			rd := sc.read(a)
			var subjects []int32
			rd.views(a, func() {
				for _, k := range sc.rules {
					if !slices.Contains(subjects, k) && s.index.mayMeet(k, rd.seen) && rd.eval(s.rules[k].when, everywhere).ok {
						subjects = append(subjects, k)
					}
				}
				for j, b := range t.branches {
					t.met[j] = t.met[j] || e.match && rd.eval(b.node, b.from).ok
				}
			})
			t.subjects = append(t.subjects, subjects)
		}
		out[i] = t
	}
	return out
}

// views turns the reading to all that rules are asked about, one after another:
// the article, or each report of a digest and what stands above them.
func (r *reading) views(a models.Article, look func()) {
	parts := split(a.Title, a.Body)
	if len(parts) == 0 {
		look()
		return
	}
	for _, p := range parts {
		r.lookAt(p)
		look()
	}
	r.lookAbove(parts[0])
	look()
}

// examples reports what a rule's examples leave open.
func (l *linter) examples(r *Rule, t trial) {
	matches, ignores := 0, 0
	for _, e := range r.examples {
		if e.match {
			matches++
		} else {
			ignores++
		}
	}
	switch {
	case len(r.examples) == 0:
		l.report(r.idPlace, "the rule has no examples", "want examples that it must match and that it must ignore")
		return
	case ignores == 0:
		l.report(r.idPlace, "the rule has no example to ignore", "want one that shares its words and is about something else")
	case matches == 0:
		l.report(r.idPlace, "the rule has no example to match", "want one for each way in which it may match")
		return
	}
	for i, b := range t.branches {
		if len(t.branches) > 1 && !t.met[i] && !l.idle[b.node] {
			l.report(b.at, fmt.Sprintf("no example meets the branch %s", brief(b.node)), "want an example to match that does, so that the branch is known to work")
		}
	}
}

// topBranches returns the ways in which n may be met: the children of any, and
// the names in one use or terms that lists several.
func topBranches(n *node, from region) []asked {
	if n.op != opAny || n.min > 1 || len(n.unless) > 0 {
		return []asked{{n, from}}
	}
	if n.in != 0 {
		from &= n.in
	}
	var out []asked
	for _, k := range n.kids {
		out = append(out, topBranches(k, from)...)
	}
	return out
}

// Two rules nearly coincide where they share so much of their words, and agree
// on so many of the examples that either is met by.
const (
	twinWords    = 0.8
	twinExamples = 0.8
	twinLeast    = 2 // examples; one alone says little
)

// twins reports rules that nearly coincide. A draft beside a rule in force is
// meant to resemble it.
func (l *linter) twins(tried []trial) {
	rules := l.set.rules
	words := make([]bits, len(rules))
	met := make([]bits, len(rules))
	examples := 0
	for _, r := range rules {
		examples += len(r.examples)
	}
	for i, r := range rules {
		found := make(map[int32]bool)
		r.when.positive(found)
		words[i], met[i] = newBits(len(l.set.phrases)), newBits(examples)
		for n := range found {
			words[i].add(n)
		}
	}
	number := int32(0)
	for _, t := range tried {
		for _, subjects := range t.subjects {
			for _, i := range subjects {
				met[i].add(number)
			}
			number++
		}
	}
	for i, a := range rules {
		for j, b := range rules[:i] {
			share, _, _ := words[i].share(words[j])
			if a.Draft != b.Draft || share < twinWords {
				continue
			}
			agree, both, either := met[i].share(met[j])
			if either < twinLeast || agree < twinExamples {
				continue
			}
			l.report(a.idPlace, fmt.Sprintf("rule %q nearly coincides with %q: they share %.0f %% of their words, and of %d examples that meet either, %d meet both", a.ID, b.ID, 100*share, either, both),
				"want one rule, or examples that tell the two apart")
		}
	}
}

func newBits(n int) bits { return make(bits, (n+63)/64) }

// share returns how much of what is in b or c is in both: as a share, and as two
// counts.
func (b bits) share(c bits) (share float64, both, either int) {
	for i := range b {
		both += mathbits.OnesCount64(b[i] & c[i])
		either += mathbits.OnesCount64(b[i] | c[i])
	}
	if either == 0 {
		return 0, 0, 0
	}
	return float64(both) / float64(either), both, either
}
