package syntax

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"regwatch/internal/diag"
	"regwatch/internal/text"
)

// MaxPhrase is the maximum number of tokens of a phrase. A longer one is pasted text.
const MaxPhrase = 24

// A Phrase matches a sequence of tokens that stand side by side.
type Phrase struct {
	Written    string // in the rule, for messages
	Tokens     []Pattern
	Exact      bool           // case must be the same
	Punctuated bool           // it was written with a comma or the like, which an article may then have
	Dotted     bool           // some patterns have AfterStop
	Regex      *regexp.Regexp // if not nil, it decides, and Tokens are only the literal to look for first

	abbreviations []abbreviation // that Spellings varies
}

// A Pattern matches one token.
type Pattern struct {
	Kind  PatternKind
	Forms []string // of Word: any of them; of Prefix: the prefix
	Raw   string   // of Word, if case must be the same: the word as written

	AfterStop   bool // of Word: only a full stop stands before it
	NotCurrency bool // of Word: no currency sign follows, as in US$
}

// A PatternKind tells which tokens a pattern matches.
type PatternKind int

const (
	Word    PatternKind = iota // one of the forms
	Prefix                     // a token that begins with the form
	AnyWord                    // any token
	Number                     // any token of digits
)

// minPrefix is the minimum number of letters before *. A shorter prefix would match in every sentence.
const minPrefix = 3

// ParsePhrase reads a phrase as a person writes it. If no article can match it, problem says why, in
// words that follow "the phrase".
func ParsePhrase(s string) (ph Phrase, problem diag.Text) {
	s = text.Visible(s)
	if pattern, ok := RegexPattern(s); ok {
		ph, problem, _ := parseRegex(pattern)
		return ph, problem
	}
	ph.Written = strings.TrimSpace(s)
	body, exact := strings.CutPrefix(ph.Written, "=")
	ph.Exact = exact
	tokens := text.Tokens(body)
	if len(tokens) == 0 {
		ph.addWildcards(body, "")
	}
	at := make([]int, len(tokens)) // by token: the index of its pattern
	end := 0                       // of the token before
	for i, t := range tokens {
		gap, before := body[end:t.Start], ""
		if i > 0 {
			before = tokens[i-1].Text
			ph.Punctuated = ph.Punctuated || EndsClause(gap)
		}
		if !ph.addWildcards(gap, before) {
			return Phrase{}, "has * after fewer than three letters"
		}
		at[i] = len(ph.Tokens)
		ph.addWord(t.Text, body[t.Start:t.End])
		end = t.End
	}
	if len(tokens) > 0 && !ph.addWildcards(body[end:], tokens[len(tokens)-1].Text) {
		return Phrase{}, "has * after fewer than three letters"
	}
	if len(ph.Tokens) > MaxPhrase {
		return Phrase{}, "is too long"
	}
	if !slices.ContainsFunc(ph.Tokens, func(p Pattern) bool { return p.Kind == Word || p.Kind == Prefix }) {
		return Phrase{}, "contains no word to look for"
	}
	ph.addAbbreviations(body, tokens, at)
	return ph, ""
}

// addWildcards adds the wildcards of the gap after a word; before is "" at the start of the phrase. It
// returns false if the word is too short for a prefix.
func (ph *Phrase) addWildcards(gap, before string) bool {
	for i, r := range gap {
		switch {
		case r == '*' && i == 0 && before != "" && !text.IsCJK(before):
			if utf8.RuneCountInString(before) < minPrefix {
				return false
			}
			ph.Tokens[len(ph.Tokens)-1] = Pattern{Kind: Prefix, Forms: []string{before}}
		case r == '*':
			ph.Tokens = append(ph.Tokens, Pattern{Kind: AnyWord})
		case r == '#':
			ph.Tokens = append(ph.Tokens, Pattern{Kind: Number})
		}
	}
	return true
}

// addWord adds a word, given folded and as written.
func (ph *Phrase) addWord(folded, written string) {
	word := Pattern{Kind: Word, Forms: []string{folded}}
	if ph.Exact {
		// ATMs is the plural of ATM: the case of the s is not compared.
		word.Raw = norm.NFKC.String(written)
		word.Forms = append(word.Forms, folded+"s")
	} else {
		word.Forms = inflect(folded)
	}
	ph.Tokens = append(ph.Tokens, word)
}

// EndsClause reports whether the gap between two tokens contains a comma or the like. A phrase does not
// match across it.
func EndsClause(gap string) bool {
	for _, r := range gap {
		switch r {
		case ',', ';', ':', '|', '，', '、', '；', '：':
			return true
		}
	}
	return false
}

const phraseHelp = "use words; * after three or more letters stands for any ending and alone for any one word, # stands for any number, = in front requires the exact case"

// comparison is the start of a phrase that compares a number, with or without the word amount before it.
var comparison = regexp.MustCompile(`^\s*(?:(?i:amount)\s*)?(?:[<>≤≥＜＞]=?|[=!]=)\s*[\p{Sc}\p{L}]*\s*\pN`)

// compareHelp says how to compare an amount of money.
func compareHelp(s string) diag.Text {
	i := strings.IndexFunc(s, func(r rune) bool { return strings.ContainsRune("<>=!≤≥＜＞", r) })
	a := MeantAmount(s[max(i, 0):])
	if a == nil {
		a = &Amount{Min: "10m", Currency: "HKD"}
	}
	return diag.Textf("to compare amounts of money, use %s or, in a query, %s", a.InKeys(), a.InQuery())
}

// checkPhrase returns what is wrong with a phrase, and how to fix it. If nothing is wrong, what is empty.
func checkPhrase(s string) (what, want diag.Text) {
	if pattern, ok := RegexPattern(s); ok {
		if _, what, want = parseRegex(pattern); what != "" {
			what = diag.Textf("regular expression %s %s", s, what)
		}
		return what, want
	}
	if comparison.MatchString(s) {
		return diag.Textf("phrase %q looks like a comparison, which no phrase can be", s), compareHelp(s)
	}
	if _, problem := ParsePhrase(s); problem != "" {
		return diag.Textf("phrase %q %s", s, problem), phraseHelp
	}
	return "", ""
}

// inflect returns the singular and the plural of an English word. They count as the same word. Rules are
// expanded, so that articles need no stemming; a form that does not exist does no harm.
func inflect(word string) []string {
	forms := []string{word}
	if len(word) < 3 || strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return forms
	}
	if one := singular(word); one != word {
		return append(forms, one)
	}
	return append(forms, plural(word))
}

func plural(w string) string {
	switch {
	case hasSuffix(w, "s", "x", "z", "ch", "sh"):
		return w + "es"
	case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return w[:len(w)-1] + "ies"
	}
	return w + "s"
}

func singular(w string) string {
	switch {
	case hasSuffix(w, "ss", "us", "is", "news"):
		return w
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case hasSuffix(w, "sses", "xes", "zes", "ches", "shes"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "s") && len(w) > 3:
		return w[:len(w)-1]
	}
	return w
}

func hasSuffix(w string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(w, s) })
}
