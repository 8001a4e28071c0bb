package similarity

import (
	"slices"

	"regwatch/internal/text"
)

// The weights from which a term of a headline is rare enough to be part of a name. The
// weight of a term is the natural logarithm of how rare it is.
const (
	latinName = 5.5 // of a word in Latin letters
	hanName   = 7.5 // of a pair of Chinese characters
	rarer     = 4.0 // of a pair that a text about its headline repeats
)

// NameOthers reports whether the headlines of two articles name others: in one place of
// the headline, or anywhere if it is long, each has a name that the other article has nowhere. Two firms that get a
// licence in one week are such articles, however much of the rest is equal.
//
// Two Chinese headlines with one name in Latin letters name the same. Across languages
// only names in Latin letters can be compared.
func NameOthers(a, b *Doc) bool {
	if a.Chinese != b.Chinese {
		return hasForeign(a.Title, latinOnly(a.Names), b, onePlace) && hasForeign(b.Title, latinOnly(b.Names), a, onePlace)
	}
	if a.Chinese && slices.ContainsFunc(latinOnly(a.Names), func(t string) bool { return slices.Contains(b.Names, t) }) {
		return false
	}
	if a.Chinese && hasForeign(a.Title, a.Names, b, anywhere) && hasForeign(b.Title, b.Names, a, anywhere) {
		return true
	}
	return slices.ContainsFunc(blanksOf(a.Title, b.Title), func(x blank) bool {
		return hasForeign(x.a, a.Names, b, onePlace) && hasForeign(x.b, b.Names, a, onePlace)
	})
}

// namesIn returns the terms of a headline that are part of a name: rare ones that the text
// repeats. A rare verb or adjective is mostly not repeated.
func (m *Model) namesIn(title, body []string) []string {
	var names []string
	for _, t := range title {
		least := latinName
		if isHan(t) {
			least = hanName
		}
		if m.weight(t) >= least && slices.Contains(body, t) {
			names = append(names, t)
		}
	}
	return names
}

// repeats reports whether a text has one of the rarer terms of its headline, if the
// headline has any. The text before a paywall often has none.
func (m *Model) repeats(title, body []string) bool {
	told := true
	for _, t := range title {
		if m.weight(t) < rarer {
			continue
		}
		if slices.Contains(body, t) {
			return true
		}
		told = false
	}
	return told
}

// The pairs of Chinese characters that make a name, if both headlines have theirs in one
// place, and if they have them anywhere.
const (
	onePlace = 2
	anywhere = 4
)

// hasForeign reports whether some of the terms are part of a name that an article has
// nowhere: one word, or so many pairs of Chinese characters.
func hasForeign(terms, names []string, d *Doc, pairs int) bool {
	n := 0
	for _, t := range terms {
		if !slices.Contains(names, t) || slices.Contains(d.Lead, t) || slices.Contains(d.Body, t) {
			continue
		}
		if n++; n == pairs || !isHan(t) {
			return true
		}
	}
	return false
}

func latinOnly(terms []string) []string { return slices.DeleteFunc(slices.Clone(terms), isHan) }

// isHan reports whether a term is a pair of Chinese characters.
func isHan(term string) bool {
	for _, r := range term {
		return text.IsCJK(string(r))
	}
	return false
}

// A blank is a place where two headlines differ, with the terms of each.
type blank struct{ a, b []string }

// blanksOf returns the places where each of two headlines has something else, by their
// longest common subsequence.
func blanksOf(a, b []string) []blank {
	common := make([][]int, len(a)+1) // terms in common from a[i] and b[j] on
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var blanks []blank
	i, j := 0, 0 // the terms before which all is done
	add := func(k, l int) {
		if k > i && l > j {
			blanks = append(blanks, blank{a[i:k], b[j:l]})
		}
		i, j = k+1, l+1
	}
	for k, l := 0, 0; k < len(a) && l < len(b); {
		switch {
		case a[k] == b[l]:
			add(k, l)
			k, l = k+1, l+1
		case common[k+1][l] >= common[k][l+1]:
			k++
		default:
			l++
		}
	}
	add(len(a), len(b))
	return blanks
}
