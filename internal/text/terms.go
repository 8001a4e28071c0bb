package text

import "unicode/utf8"

// maxTerm is the length in bytes at which an indexed word is cut off. PostgreSQL accepts at most
// 2,046, and nobody searches for words anywhere near that long.
const maxTerm = 64

// Terms returns the terms under which a full-text index finds some texts, each once. A word is one
// term. A Han or Kana character forms a term together with the next one if that is such a
// character too, and is a term alone otherwise. So two neighbouring characters are always one
// term, and a single character is the beginning of a term wherever it stands.
func Terms(texts ...string) []string {
	var terms []string
	seen := make(map[string]bool)
	var tokens []Token
	for _, s := range texts {
		tokens = AppendTokens(tokens[:0], s)
		for i, t := range tokens {
			term := Term(t.Text)
			if IsCJK(t.Text) && i+1 < len(tokens) && IsCJK(tokens[i+1].Text) {
				term = t.Text + tokens[i+1].Text
			}
			if !seen[term] {
				seen[term] = true
				terms = append(terms, term)
			}
		}
	}
	return terms
}

// Term returns the term for a folded word: the word itself, cut off if it is very long.
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
