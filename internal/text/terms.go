package text

import "unicode/utf8"

// maxTerm is the most bytes of a word that an index holds. PostgreSQL takes no
// more than 2,046, and no word that anybody looks for is near as long.
const maxTerm = 64

// Terms returns what a full-text index holds of some texts, each term once. A
// word is a term. A character of a script without spaces begins a term with the
// next one, if that is such a character too, and is one alone otherwise: so two
// characters side by side are one term, and a single one is the beginning of a
// term wherever it stands.
func Terms(texts ...string) []string {
	var terms []string
	met := make(map[string]bool)
	var tokens []Token
	for _, s := range texts {
		tokens = AppendTokens(tokens[:0], s)
		for i, t := range tokens {
			term := Term(t.Text)
			if Single(t.Text) && i+1 < len(tokens) && Single(tokens[i+1].Text) {
				term = t.Text + tokens[i+1].Text
			}
			if !met[term] {
				met[term] = true
				terms = append(terms, term)
			}
		}
	}
	return terms
}

// Term returns the term by which an index holds a folded word: the word, cut
// off if it is very long.
func Term(word string) string {
	if len(word) <= maxTerm {
		return word
	}
	end := maxTerm
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}
