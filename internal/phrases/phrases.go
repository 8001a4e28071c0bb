// Package phrases finds many phrases in a text in one pass.
//
// Start with [Compile], then [Set.Scan] each text into a [Scratch]. A phrase is a
// row of terms, a text a row of tokens, and they meet exactly where [text.Tokens]
// gives tokens that the terms allow. A Set never changes and serves any number of
// goroutines, each with a Scratch of its own; a Scratch that has grown to the
// size of its texts is filled without allocating. Which phrases belong together,
// and what stands between two tokens, is left to the caller.
package phrases

import (
	"errors"
	"fmt"

	"regwatch/internal/text"
)

// A Kind says what a term asks of its token.
type Kind uint8

const (
	Word   Kind = iota // the token is one of the forms
	Prefix             // the token begins with the one form, and is no single Chinese character
	Any                // any token
	Number             // a token of digits
)

// MinPrefix is the fewest bytes that a prefix may have.
const MinPrefix = 3

// maxTerms bounds a phrase, so that a place in it fits a byte.
const maxTerms = 100

// A Term is what one token of a phrase may be. Forms are folded.
type Term struct {
	Kind  Kind
	Forms []string
}

// A Phrase is a row of terms, at least one of them a Word or a Prefix.
type Phrase []Term

// Words returns the phrase that is the tokens of s.
func Words(s string) Phrase {
	var room [8]text.Token
	tokens := text.AppendTokens(room[:0], s)
	forms := make([]string, len(tokens))
	ph := make(Phrase, len(tokens))
	for i, t := range tokens {
		forms[i] = t.Text
		ph[i].Forms = forms[i : i+1 : i+1]
	}
	return ph
}

func (ph Phrase) check() error {
	found := false
	if len(ph) > maxTerms {
		return fmt.Errorf("it has %d terms, and %d is the most", len(ph), maxTerms)
	}
	for _, t := range ph {
		switch t.Kind {
		case Word:
			found = true
			if len(t.Forms) == 0 {
				return errors.New("a word has no form")
			}
		case Prefix:
			found = true
			if len(t.Forms) != 1 || len(t.Forms[0]) < MinPrefix {
				return fmt.Errorf("a prefix wants one form of at least %d bytes", MinPrefix)
			}
		}
	}
	if !found {
		return errors.New("it has no word to look for")
	}
	return nil
}

// A Hit is a phrase, by its place among those compiled, and the tokens
// [Start, End) of the scratch that it met.
type Hit struct {
	Phrase     int32
	Start, End int32
}

// A Token is where a token stands in the text it came from, in bytes.
type Token struct {
	hash       uint64
	Start, End int32
}

// A Scratch holds what was read and found since it was last reset. The zero value
// is ready.
type Scratch struct {
	Tokens []Token
	Hits   []Hit // those of one phrase in the order of the text
	places []place
	maybe  []maybe
}

// Reset forgets everything but keeps the room.
func (sc *Scratch) Reset() {
	sc.Tokens, sc.Hits, sc.places = sc.Tokens[:0], sc.Hits[:0], sc.places[:0]
}
