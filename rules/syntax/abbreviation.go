package syntax

import (
	"slices"
	"strings"

	"regwatch/internal/text"
)

// An abbreviation of letters is written with full stops or without: U.S. and US, S.E.C. and SEC. A phrase that
// has one finds both. The form without stops counts only in capitals, so that U.S. does not find the word "us"; the form
// with stops counts only with the stops, so that US does not find "Phase U, S".

const (
	minAbbreviation = 2 // letters
	maxAbbreviation = 5 // letters
	maxVaried       = 2 // abbreviations of one phrase that are written both ways
)

// An abbreviation is the tokens of a phrase from at on: one of all letters, or one for each of them.
type abbreviation struct {
	at      int
	letters string // capitals
	dotted  bool
}

// addAbbreviations finds the abbreviations in a phrase that was read from the tokens of body. Token i of the body is
// token at[i] of the phrase.
func (ph *Phrase) addAbbreviations(body string, tokens []text.Token, at []int) {
	written := func(i int) string { return body[tokens[i].Start:tokens[i].End] }
	joined := func(i int) bool { // to the token before, by a full stop alone
		return 0 < i && i < len(tokens) && body[tokens[i-1].End:tokens[i].Start] == "."
	}
	for i := 0; i < len(tokens) && len(ph.abbreviations) < maxVaried; {
		end := i + 1
		for joined(end) {
			end++
		}
		letters := ""
		for j := i; j < end && (end == i+1 || len(written(j)) == 1); j++ {
			letters += written(j)
		}
		a := abbreviation{at: at[i], letters: strings.ToUpper(letters), dotted: end > i+1}
		long := len(letters) >= minAbbreviation && len(letters) <= maxAbbreviation && ph.Tokens[at[end-1]].Kind == Word
		if long && isLatin(a.letters) && (a.dotted && len(letters) == end-i || !a.dotted && a.letters == letters) {
			ph.abbreviations = append(ph.abbreviations, a)
		}
		i = end
	}
}

func isLatin(capitals string) bool {
	return !strings.ContainsFunc(capitals, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// Spellings returns the phrase, and the same phrase with its abbreviations written in the other way.
func (ph Phrase) Spellings() []Phrase {
	all := []Phrase{ph}
	for _, a := range slices.Backward(ph.abbreviations) { // the last one first, so that at stays right
		for _, p := range all {
			p.Tokens = slices.Clone(p.Tokens)
			if a.dotted {
				p.Tokens = slices.Replace(p.Tokens, a.at, a.at+len(a.letters), undotted(a))
				p.Exact = true // for the token that has Raw
			} else {
				p.Tokens = slices.Replace(p.Tokens, a.at, a.at+1, dotted(a, ph.Exact)...)
				p.Dotted = true
			}
			p.abbreviations = nil
			all = append(all, p)
		}
	}
	return all
}

// undotted returns the pattern of an abbreviation without full stops.
func undotted(a abbreviation) Pattern {
	folded := strings.ToLower(a.letters)
	return Pattern{Kind: Word, Forms: []string{folded, folded + "s"}, Raw: a.letters, NotCurrency: true}
}

// dotted returns the patterns of the letters of an abbreviation, which stand between full stops.
func dotted(a abbreviation, exact bool) []Pattern {
	patterns := make([]Pattern, len(a.letters))
	for i := range patterns {
		letter := a.letters[i : i+1]
		patterns[i] = Pattern{Kind: Word, Forms: []string{strings.ToLower(letter)}, AfterStop: i > 0}
		if exact {
			patterns[i].Raw = letter
		}
	}
	return patterns
}
