package rules

import (
	"cmp"
	"slices"

	"regwatch/models"
	"regwatch/rules/syntax"
)

// A clauseBuilder reduces a rule to a few clauses, each of them a set of terms of which an article must contain one. The
// result accepts more articles than that of a candidateBuilder, but stays small however often a rule uses its lists: if
// every branch requires a word of the same list, one clause says so once.
type clauseBuilder struct {
	terms       []models.Candidate // each once
	numbers     map[models.CandidateKind]map[string]int
	lists       map[*syntax.List]clauses
	definitions map[*syntax.Definition]clauses
}

// clauses must all be met. Without any, every article is accepted. A clause is a sorted list of numbers of terms.
type clauses [][]int

// maxClauses limits the clauses that are kept while building. The shortest ones are kept: they tend to accept the fewest
// articles, and cost the least.
const maxClauses = 8

func newClauseBuilder() *clauseBuilder {
	return &clauseBuilder{
		numbers:     map[models.CandidateKind]map[string]int{models.HasTerm: {}, models.HasPrefix: {}},
		lists:       make(map[*syntax.List]clauses),
		definitions: make(map[*syntax.Definition]clauses),
	}
}

// candidate returns a rule's shortest clauses, with at most maxCandidateTerms terms in all.
func (b *clauseBuilder) candidate(r *syntax.Rule) models.Candidate {
	all := b.expr(r.When)
	if r.Mention != nil {
		all = or(all, b.expr(r.Mention))
	}
	var every []models.Candidate
	size := 0
	for i, clause := range all {
		if size += len(clause); i > 0 && size > maxCandidateTerms {
			break
		}
		either := make([]models.Candidate, len(clause))
		for j, n := range clause {
			either[j] = b.terms[n]
		}
		every = append(every, models.Either(either...))
	}
	return models.Every(every...)
}

func (b *clauseBuilder) expr(e *syntax.Expr) clauses {
	if e == nil {
		return nil
	}
	switch e.Op {
	case syntax.OpTerms:
		return b.list(e.List)
	case syntax.OpUse:
		return b.definition(e.Def)
	case syntax.OpAny:
		either := clauses{{}} // an empty clause is never met
		for _, sub := range e.Sub {
			if either = or(either, b.expr(sub)); either == nil {
				break
			}
		}
		return either
	case syntax.OpAll, syntax.OpNear:
		var every clauses
		for _, sub := range e.Sub {
			every = keepShortest(slices.Concat(every, b.expr(sub)))
		}
		return every
	}
	return nil // none and conditions require no word
}

func (b *clauseBuilder) definition(d *syntax.Definition) clauses {
	if d == nil {
		return nil
	}
	found, known := b.definitions[d]
	if !known {
		found = b.expr(d.Expr)
		b.definitions[d] = found
	}
	return found
}

// list returns one clause with the longest word of each phrase.
func (b *clauseBuilder) list(l *syntax.List) clauses {
	if l == nil {
		return nil
	}
	found, known := b.lists[l]
	if known {
		return found
	}
	either := []int{}
	for _, e := range l.Entries {
		if e.ListName != "" {
			continue
		}
		word := phraseCandidate(e.Phrase, true)
		switch word.Asks {
		case models.Anything:
			b.lists[l] = nil
			return nil
		case models.AnyOf:
			for _, form := range word.Parts {
				either = append(either, b.number(form))
			}
		default:
			either = append(either, b.number(word))
		}
	}
	slices.Sort(either)
	found = clauses{slices.Compact(either)}
	for _, sub := range l.Sublists {
		found = or(found, b.list(sub))
	}
	b.lists[l] = found
	return found
}

func (b *clauseBuilder) number(term models.Candidate) int {
	numbers := b.numbers[term.Asks]
	n, known := numbers[term.Term]
	if !known {
		n = len(b.terms)
		numbers[term.Term] = n
		b.terms = append(b.terms, term)
	}
	return n
}

// or returns clauses that are met if a or b is.
func or(a, b clauses) clauses {
	var all clauses
	for _, x := range a {
		for _, y := range b {
			union := slices.Concat(x, y)
			slices.Sort(union)
			all = append(all, slices.Compact(union))
		}
	}
	return keepShortest(all)
}

// keepShortest drops clauses that another one implies and, if there are still too many, the longest.
func keepShortest(all clauses) clauses {
	slices.SortStableFunc(all, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	var kept clauses
	for _, clause := range all {
		if len(kept) == maxClauses {
			break
		}
		if !slices.ContainsFunc(kept, func(k []int) bool { return isSubset(k, clause) }) {
			kept = append(kept, clause)
		}
	}
	return kept
}

// isSubset reports whether every number of a is in b; both are sorted.
func isSubset(a, b []int) bool {
	for _, n := range a {
		i, found := slices.BinarySearch(b, n)
		if !found {
			return false
		}
		b = b[i+1:]
	}
	return true
}
