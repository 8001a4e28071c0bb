package models

import (
	"cmp"
	"slices"
)

// A Candidate is what the text of an article must hold to be worth reading: of
// each clause one term at least. It stands in for an exact question that only
// the rules can answer, so it may let too many articles through and never too
// few. Nil lets all of them through.
type Candidate []Clause

// A Clause is met by an article that holds any of its terms. One without terms
// is never met.
type Clause []Term

// A Term is a folded word, or two folded characters side by side of a script
// that does not part words. With Prefix it is how the term begins; a single such
// character is written so.
type Term struct {
	Text   string
	Prefix bool
}

// maxClauses bounds a candidate. Beyond some clauses, each further one costs the
// database more than it saves in reading.
const maxClauses = 12

// Never reports whether no article can be a candidate.
func (c Candidate) Never() bool {
	return slices.ContainsFunc(c, func(clause Clause) bool { return len(clause) == 0 })
}

// And returns the candidate of articles that both let through.
func (c Candidate) And(other Candidate) Candidate {
	return tighten(slices.Concat(c, other))
}

// Or returns the candidate of articles that either lets through.
func (c Candidate) Or(other Candidate) Candidate {
	if len(c) == 0 || len(other) == 0 {
		return nil
	}
	all := make(Candidate, 0, len(c)*len(other))
	for _, a := range c {
		for _, b := range other {
			all = append(all, slices.Concat(a, b))
		}
	}
	return tighten(all)
}

// tighten sorts the terms of each clause and drops clauses that ask for no more
// than another does. Of too many, the shortest stay: they tend to ask the most.
func tighten(c Candidate) Candidate {
	for i, clause := range c {
		clause = slices.Clone(clause)
		slices.SortFunc(clause, compareTerms)
		c[i] = slices.Compact(clause)
	}
	slices.SortStableFunc(c, func(a, b Clause) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.CompareFunc(a, b, compareTerms))
	})
	var kept Candidate
	for _, clause := range c {
		if !slices.ContainsFunc(kept, func(k Clause) bool { return within(k, clause) }) {
			kept = append(kept, clause)
		}
	}
	return kept[:min(len(kept), maxClauses)]
}

// within reports whether every term of a is in b. Both are sorted.
func within(a, b Clause) bool {
	for _, t := range a {
		i, found := slices.BinarySearchFunc(b, t, compareTerms)
		if !found {
			return false
		}
		b = b[i+1:]
	}
	return true
}

func compareTerms(a, b Term) int {
	if c := cmp.Compare(a.Text, b.Text); c != 0 || a.Prefix == b.Prefix {
		return c
	}
	if a.Prefix {
		return 1
	}
	return -1
}
