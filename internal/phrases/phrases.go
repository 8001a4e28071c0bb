// Package phrases finds many phrases in a text in one pass.
//
// Start with [Compile], then [Set.Scan] each text into a [Buffer]. A phrase is a sequence of
// terms, a text a sequence of tokens, and a phrase is found exactly where [text.Tokens] gives
// tokens that its terms accept, one after another. A Set never changes and may be used by any
// number of goroutines, each with its own Buffer. A Buffer that has grown to the size of its texts
// is filled without allocating. What a hit means, and what may stand between two tokens of a
// phrase, is left to the caller.
package phrases

import (
	"errors"
	"fmt"
	"slices"

	"regwatch/internal/text"
)

// A Kind tells which tokens a term accepts.
type Kind uint8

const (
	Word   Kind = iota // a token that equals one of the forms
	Prefix             // a token that begins with the form and is not a single Chinese character
	Any                // any token
	Number             // a token of digits
)

// MinPrefix is the minimum length of a prefix in bytes.
const MinPrefix = 3

// maxTerms limits a phrase, so that a position in it fits into a byte.
const maxTerms = 100

// A Term accepts one token of a phrase. Its forms are folded.
type Term struct {
	Kind  Kind
	Forms []string
}

// A Phrase is a sequence of terms, at least one of them a Word or a Prefix.
type Phrase []Term

// Words returns the phrase that consists of the tokens of s.
func Words(s string) Phrase {
	var buf [8]text.Token
	tokens := text.AppendTokens(buf[:0], s)
	forms := make([]string, len(tokens))
	ph := make(Phrase, len(tokens))
	for i, t := range tokens {
		forms[i] = t.Text
		ph[i].Forms = forms[i : i+1 : i+1]
	}
	return ph
}

func (ph Phrase) check() error {
	searchable := false
	if len(ph) > maxTerms {
		return fmt.Errorf("%d terms are too many; use at most %d", len(ph), maxTerms)
	}
	for _, t := range ph {
		switch t.Kind {
		case Word:
			searchable = true
			if len(t.Forms) == 0 || slices.Contains(t.Forms, "") {
				return errors.New("a word has no form, or an empty one")
			}
		case Prefix:
			searchable = true
			if len(t.Forms) != 1 || len(t.Forms[0]) < MinPrefix {
				return fmt.Errorf("a prefix needs one form of at least %d bytes", MinPrefix)
			}
		}
	}
	if !searchable {
		return errors.New("no word to look for")
	}
	return nil
}

// A Hit is one occurrence of a phrase: the index of the phrase among those compiled, and the
// tokens [Start, End) of the buffer.
type Hit struct {
	Phrase     int32
	Start, End int32
}

// A Token is the position of a token in its text, in bytes.
type Token struct {
	hash       uint64
	Start, End int32
}

// A Buffer holds the tokens and hits of the texts scanned since it was last reset. The zero value
// is ready to use.
type Buffer struct {
	Tokens []Token
	Hits   []Hit // those of one phrase in the order of the text

	// Used within one call of Scan, and kept to save allocations.
	candidates []candidate
	partials   []partial
}

// Reset empties the buffer and keeps its memory.
func (b *Buffer) Reset() {
	b.Tokens, b.Hits, b.candidates = b.Tokens[:0], b.Hits[:0], b.candidates[:0]
}
