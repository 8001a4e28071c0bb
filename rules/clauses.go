package rules

import (
	"cmp"
	"slices"

	"regwatch/models"
)

// A clauser reduces a rule to a few clauses, each of them terms of which one must
// be there. It says less than a sifter does and stays small however often a
// rule names its lists: where each branch needs a word of the same list, one
// clause says so once.
type clauser struct {
	terms   []models.Candidate // each once
	numbers map[models.CandidateKind]map[string]int
	lists   map[*list]clauses
	defs    map[*define]clauses
}

// clauses are all to be met; none at all let everything through. A clause is the
// numbers of its terms in order.
type clauses [][]int

// maxClauses bounds the clauses that are carried along. The shortest stay: they
// tend to let the least through, and cost the least.
const maxClauses = 8

func newClauser() *clauser {
	return &clauser{
		numbers: map[models.CandidateKind]map[string]int{models.HasTerm: {}, models.HasPrefix: {}},
		lists:   make(map[*list]clauses),
		defs:    make(map[*define]clauses),
	}
}

// candidate is a rule's shortest clauses, up to wideCandidate terms in all.
func (c *clauser) candidate(r *Rule) models.Candidate {
	all := c.node(r.when)
	if r.mention != nil {
		all = or(all, c.node(r.mention))
	}
	var every []models.Candidate
	size := 0
	for i, clause := range all {
		if size += len(clause); i > 0 && size > wideCandidate {
			break
		}
		either := make([]models.Candidate, len(clause))
		for j, n := range clause {
			either[j] = c.terms[n]
		}
		every = append(every, models.Either(either...))
	}
	return models.Every(every...)
}

func (c *clauser) node(n *node) clauses {
	if n == nil {
		return nil
	}
	switch n.op {
	case opTerms:
		return c.list(n.list)
	case opUse:
		if n.def == nil {
			return nil
		}
		found, known := c.defs[n.def]
		if !known {
			found = c.node(n.def.node)
			c.defs[n.def] = found
		}
		return found
	case opAny:
		either := clauses{{}} // none of none is never met
		for _, k := range n.kids {
			if either = or(either, c.node(k)); either == nil {
				break
			}
		}
		return either
	case opAll, opNear:
		var every clauses
		for _, k := range n.kids {
			every = shortest(slices.Concat(every, c.node(k)))
		}
		return every
	}
	return nil // opNone and opFrom are met by what is not in the text
}

// list is one clause, of the longest word of each phrase.
func (c *clauser) list(l *list) clauses {
	if l == nil {
		return nil
	}
	found, known := c.lists[l]
	if known {
		return found
	}
	either := []int{}
	for _, e := range l.entries {
		if e.terms != "" {
			continue
		}
		word := ofPhrase(e.phrase, true)
		if word.Asks == models.Anything {
			c.lists[l] = nil
			return nil
		}
		if word.Asks == models.AnyOf {
			for _, form := range word.Parts {
				either = append(either, c.number(form))
			}
			continue
		}
		either = append(either, c.number(word))
	}
	slices.Sort(either)
	found = clauses{slices.Compact(either)}
	for _, sub := range l.sublists {
		found = or(found, c.list(sub))
	}
	c.lists[l] = found
	return found
}

func (c *clauser) number(term models.Candidate) int {
	of := c.numbers[term.Asks]
	n, known := of[term.Term]
	if !known {
		n = len(c.terms)
		of[term.Term] = n
		c.terms = append(c.terms, term)
	}
	return n
}

// or returns what is met where a or b is.
func or(a, b clauses) clauses {
	var all clauses
	for _, x := range a {
		for _, y := range b {
			both := slices.Concat(x, y)
			slices.Sort(both)
			all = append(all, slices.Compact(both))
		}
	}
	return shortest(all)
}

// shortest drops clauses that ask for no more than another does, and of too many
// the longest.
func shortest(all clauses) clauses {
	slices.SortStableFunc(all, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	var kept clauses
	for _, clause := range all {
		if len(kept) == maxClauses {
			break
		}
		if !slices.ContainsFunc(kept, func(k []int) bool { return within(k, clause) }) {
			kept = append(kept, clause)
		}
	}
	return kept
}

// within reports whether every number of a is in b; both are in order.
func within(a, b []int) bool {
	for _, n := range a {
		i, found := slices.BinarySearch(b, n)
		if !found {
			return false
		}
		b = b[i+1:]
	}
	return true
}
