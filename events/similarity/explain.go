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
	terms = m.glossed(m.shared(a, b))
	w, least := m.weightsOf(a, b), 0.0
	for i, x := range features(a, b) {
		if v := float64(w.byIndex[i] * x); v < least {
			least, against = v, featureNames[i]
		}
	}
	return terms, against
}

// SharedWords returns the heaviest terms that two articles share, as Explain does, but pairs of
// Chinese characters that are no word come last.
func (m *Model) SharedWords(a, b *Doc) []string {
	terms := m.shared(a, b)
	noWord := func(t string) int {
		if text.HasCJK(t) && len(m.lexicon[t]) == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(noWord(a), noWord(b)) })
	return m.glossed(terms)
}

// shared returns the terms that the leads of two articles share, the heaviest first.
func (m *Model) shared(a, b *Doc) (terms []string) {
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
	return terms
}

// glossed returns the first terms, with the meaning of those that are Chinese.
func (m *Model) glossed(terms []string) []string {
	terms = terms[:min(len(terms), maxTerms)]
	for i, t := range terms {
		if stems := m.lexicon[t]; text.HasCJK(t) && len(stems) > 0 {
			terms[i] += " (" + strings.Join(stems, " ") + ")"
		}
	}
	return terms
}

// Heaviest returns the n heaviest terms of title and lead: in English stems, and of a
// Chinese text its own terms too. Of terms with one weight, such as all that the model has
// never seen, those of the title come first: a short report of the same story has them too.
func (m *Model) Heaviest(p Profile, n int) []string {
	return m.heaviestOf(p, func(terms []string) int { return min(len(terms), n) })
}

// HeaviestWithTies returns the n heaviest terms like [Model.Heaviest], and after them up to
// n more that weigh as much as the last: which of them another article is found by depends
// on its other terms.
func (m *Model) HeaviestWithTies(p Profile, n int) []string {
	return m.heaviestOf(p, func(terms []string) int {
		end := min(len(terms), n)
		for end > 0 && end < min(len(terms), 2*n) && m.weight(terms[end]) == m.weight(terms[end-1]) {
			end++
		}
		return end
	})
}

func (m *Model) heaviestOf(p Profile, most func(sorted []string) int) []string {
	type list struct{ terms, title []string }
	lists := []list{{p.Lead, p.Title}}
	if p.Chinese {
		lists = []list{{p.PivotLead, p.PivotTitle}, {p.Lead, p.Title}}
	}
	var all []string
	for _, l := range lists {
		terms := slices.Clone(l.terms)
		m.sortByWeight(terms)
		slices.SortStableFunc(terms, func(a, b string) int {
			return cmp.Or(cmp.Compare(m.weight(b), m.weight(a)), cmp.Compare(in(b, l.title), in(a, l.title)))
		})
		for _, t := range terms[:most(terms)] {
			if utf8.RuneCountInString(t) > 1 {
				all = appendNew(all, t)
			}
		}
	}
	return all
}

// in returns 1 if a list has a term, and 0 otherwise.
func in(term string, list []string) int {
	if slices.Contains(list, term) {
		return 1
	}
	return 0
}

// InChinese returns at most n Chinese words that mean a stem, those that mean little else first.
func (m *Model) InChinese(stem string, n int) []string {
	var words []string
	for chinese, stems := range m.lexicon {
		if slices.Contains(stems, stem) && text.HasCJK(chinese) && utf8.RuneCountInString(chinese) > 1 {
			words = append(words, chinese)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(m.lexicon[a]), len(m.lexicon[b])), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	return words[:min(len(words), n)]
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
