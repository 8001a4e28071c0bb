package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"regwatch/internal/text"
)

// A phrase is a sequence of tokens to find side by side.
type phrase struct {
	tokens []pattern
	exact  bool // case counts
	clause bool // written with punctuation inside, which an article may then have
	anchor int  // the token by which it is found
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
func newPhrase(s string) (*phrase, string) {
	ph := &phrase{}
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
			case r == '*' && j == 0 && i > 0 && !text.Single(tokens[i-1].Text) && pos == tokens[i-1].End:
				last := &ph.tokens[len(ph.tokens)-1]
				if utf8.RuneCountInString(tokens[i-1].Text) < minPrefix {
					return nil, "has * behind fewer than three letters"
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
		return nil, "is too long"
	}
	ph.anchor = -1
	for i, t := range ph.tokens {
		if t.kind == patternWord || t.kind == patternPrefix && (ph.anchor < 0 || ph.tokens[ph.anchor].kind != patternWord) {
			ph.anchor = i
		}
	}
	if ph.anchor < 0 {
		return nil, "has no word to look for"
	}
	return ph, ""
}

// clauseBreak reports whether a gap between two tokens holds a comma or the
// like, over which a phrase does not reach.
func clauseBreak(gap string) bool {
	return strings.ContainsAny(gap, ",;:|，、；：")
}

func (p pattern) matches(token string) bool {
	switch p.kind {
	case patternAny:
		return true
	case patternNumber:
		return !strings.ContainsFunc(token, func(r rune) bool { return !unicode.IsDigit(r) })
	case patternPrefix:
		return strings.HasPrefix(token, p.forms[0])
	}
	for _, f := range p.forms {
		if f == token {
			return true
		}
	}
	return false
}

// at reports whether the phrase stands in d with its anchor at token i, and
// where.
func (p *phrase) at(d *document, i int) (span, bool) {
	start := i - p.anchor
	end := start + len(p.tokens)
	if start < 0 || end > len(d.tokens) {
		return span{}, false
	}
	for j, t := range p.tokens {
		pos := start + j
		if j != p.anchor && !t.matches(d.tokens[pos].Text) {
			return span{}, false
		}
		if d.furniture[pos] || j > 0 && (d.sentence[pos] != d.sentence[pos-1] || d.clause[pos] && !p.clause) {
			return span{}, false
		}
		if p.exact && t.raw != "" && d.original(pos) != t.raw && d.original(pos) != t.raw+"s" {
			return span{}, false
		}
	}
	return span{start: start, end: end}, true
}
