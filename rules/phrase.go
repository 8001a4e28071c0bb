package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
)

// A phrase is a sequence of tokens to find side by side.
type phrase struct {
	tokens []pattern
	exact  bool           // case counts
	clause bool           // written with punctuation inside, which an article may then have
	regex  *regexp.Regexp // decides, where it is not nil; the tokens are its literal
}

// A pattern is what one token of a phrase may be.
type pattern struct {
	kind  patternKind
	forms []string // patternWord: any of them; patternPrefix: the one prefix
	raw   string   // as written, where case counts
}

type patternKind int

const (
	patternWord patternKind = iota
	patternPrefix
	patternAny    // any one token
	patternNumber // any token of digits
)

// minPrefix is the fewest letters that may stand before a *; fewer would be
// found in every sentence.
const minPrefix = 3

// newPhrase reads a phrase as a person writes it, or says in half a sentence why
// it cannot be found.
func newPhrase(s string) (phrase, string) {
	s = text.Visible(s)
	if pattern, ok := regexOf(s); ok {
		ph, problem, _ := newRegex(pattern)
		return ph, problem
	}
	var ph phrase
	body, exact := strings.CutPrefix(strings.TrimSpace(s), "=")
	ph.exact = exact
	tokens := text.Tokens(body)
	pos := 0
	for i := 0; i <= len(tokens); i++ {
		gapEnd := len(body)
		if i < len(tokens) {
			gapEnd = tokens[i].Start
		}
		gap := body[pos:gapEnd]
		if i > 0 && i < len(tokens) && clauseBreak(gap) {
			ph.clause = true
		}
		for j, r := range gap {
			switch {
			case r == '*' && j == 0 && i > 0 && !text.IsCJK(tokens[i-1].Text) && pos == tokens[i-1].End:
				last := &ph.tokens[len(ph.tokens)-1]
				if utf8.RuneCountInString(tokens[i-1].Text) < minPrefix {
					return phrase{}, "has * behind fewer than three letters"
				}
				*last = pattern{kind: patternPrefix, forms: []string{tokens[i-1].Text}}
			case r == '*':
				ph.tokens = append(ph.tokens, pattern{kind: patternAny})
			case r == '#':
				ph.tokens = append(ph.tokens, pattern{kind: patternNumber})
			}
		}
		if i == len(tokens) {
			break
		}
		t := tokens[i]
		pos = t.End
		w := pattern{kind: patternWord, forms: []string{t.Text}}
		if exact {
			// ATMs is the plural of ATM; case counts in the rest.
			w.raw = norm.NFKC.String(body[t.Start:t.End])
			w.forms = append(w.forms, t.Text+"s")
		} else {
			w.forms = inflect(t.Text)
		}
		ph.tokens = append(ph.tokens, w)
	}
	if len(ph.tokens) > maxPhrase {
		return phrase{}, "is too long"
	}
	if !slices.ContainsFunc(ph.tokens, func(p pattern) bool { return p.kind == patternWord || p.kind == patternPrefix }) {
		return phrase{}, "has no word to look for"
	}
	return ph, ""
}

// clauseBreak reports whether a gap between two tokens holds a comma or the
// like, over which a phrase does not reach.
func clauseBreak(gap string) bool {
	return gap != "" && gap != " " && strings.ContainsAny(gap, ",;:|，、；：")
}

// phraseFault says what is wrong with a phrase, and what would be right; what is
// empty if nothing is.
func phraseFault(s string) (what, want string) {
	if pattern, ok := regexOf(s); ok {
		if _, what, want = newRegex(pattern); what != "" {
			what = fmt.Sprintf("regular expression %s %s", s, what)
		}
		return what, want
	}
	if _, problem := newPhrase(s); problem != "" {
		return fmt.Sprintf("phrase %q %s", s, problem), phraseWant
	}
	return "", ""
}

// terms returns what to look for; fits decides on what was found.
func (p *phrase) terms() phrases.Phrase {
	kinds := [...]phrases.Kind{patternWord: phrases.Word, patternPrefix: phrases.Prefix, patternAny: phrases.Any, patternNumber: phrases.Number}
	terms := make(phrases.Phrase, len(p.tokens))
	for i, t := range p.tokens {
		terms[i] = phrases.Term{Kind: kinds[t.kind], Forms: t.forms}
	}
	return terms
}

// fits reports whether the words of the phrase, the first of which is a token of
// d, stand as they should: in the article's own text, in one sentence, without a
// comma that the phrase has not, and in its case where that counts.
func (p *phrase) fits(d *document, first int) bool {
	for j := range p.tokens {
		pos := first + j
		if d.furniture[pos] || j > 0 && (d.sentence[pos] != d.sentence[pos-1] || d.clause[pos] && !p.clause) {
			return false
		}
		if !p.exact {
			continue
		}
		if raw := p.tokens[j].raw; raw != "" {
			if o := d.original(pos); o != raw && o != raw+"s" {
				return false
			}
		}
	}
	return true
}
