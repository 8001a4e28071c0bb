package similarity

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/text"
)

// maxTerms is how many shared terms explain a score.
const maxTerms = 5

// Explain returns the heaviest terms that two articles share, the heaviest first, and
// the feature that speaks most against one event; empty if none does. A Chinese term has
// its meaning in brackets if the lexicon knows it.
func (m *Model) Explain(a, b *Doc) (terms []string, against string) {
	of, other := a.PivotLead, b.PivotLead
	switch {
	case a.Chinese && b.Chinese:
		of, other = a.Lead, b.Lead
	case !a.Chinese && !b.Chinese:
		of, other = a.Lead, b.Lead
	case a.Chinese:
		other = b.Lead
	default:
		of = a.Lead
	}
	for _, t := range of {
		if slices.Contains(other, t) {
			terms = append(terms, t)
		}
	}
	m.sortByWeight(terms)
	terms = terms[:min(len(terms), maxTerms)]
	for i, t := range terms {
		if stems := m.lexicon[t]; text.HasCJK(t) && len(stems) > 0 {
			terms[i] += " (" + strings.Join(stems, " ") + ")"
		}
	}
	w, least := m.weightsOf(a, b), 0.0
	for i, x := range features(a, b) {
		if v := float64(w.byIndex[i] * x); v < least {
			least, against = v, featureNames[i]
		}
	}
	return terms, against
}

// Heaviest returns the heaviest terms of title and lead: in English stems, and of a
// Chinese text its own terms too.
func (m *Model) Heaviest(p Profile, n int) []string {
	lists := [][]string{p.Lead}
	if p.Chinese {
		lists = [][]string{p.PivotLead, p.Lead}
	}
	var all []string
	for _, terms := range lists {
		terms = slices.Clone(terms)
		m.sortByWeight(terms)
		for _, t := range terms[:min(len(terms), n)] {
			if utf8.RuneCountInString(t) > 1 {
				all = appendNew(all, t)
			}
		}
	}
	return all
}

func (m *Model) sortByWeight(terms []string) {
	slices.SortStableFunc(terms, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.weight(b), m.weight(a)), strings.Compare(a, b))
	})
}

// Terms returns the terms of tokens, each once: the stems of words, without stop words and
// numbers, and pairs of neighboring Chinese characters.
func Terms(tokens []text.Token) []string { return surface(nil, tokens) }

// Rarity returns how rare a term is: its inverse document frequency.
func (m *Model) Rarity(term string) float64 { return m.weight(term) }
