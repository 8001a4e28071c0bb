package phrases

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/text"
)

// reference finds phrases the slow way: it tries every phrase at every token.
func reference(ps []Phrase, t string) []Hit {
	tokens := text.Tokens(t)
	var hits []Hit
	for n, ph := range ps {
		for i := 0; i+len(ph) <= len(tokens); i++ {
			if accepts(ph, tokens[i:]) {
				hits = append(hits, Hit{int32(n), int32(i), int32(i + len(ph))})
			}
		}
	}
	return hits
}

func accepts(ph Phrase, tokens []text.Token) bool {
	for j, term := range ph {
		token := tokens[j].Text
		ok := true
		switch term.Kind {
		case Word:
			ok = slices.Contains(term.Forms, token)
		case Prefix:
			ok = strings.HasPrefix(token, term.Forms[0]) && !text.IsCJK(token)
		case Number:
			ok = !strings.ContainsFunc(token, func(r rune) bool { return !unicode.IsDigit(r) })
		}
		if !ok {
			return false
		}
	}
	return true
}

// sorted returns hits in the order of reference.
func sorted(hits []Hit) []Hit {
	hits = slices.Clone(hits)
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Phrase, b.Phrase) })
	return hits
}
