package rules

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

var (
	regexSigns = regexp.MustCompile(`\||\(\?|\)[?*+{]|\[[^\]]+\]|\.[*+]|\\[bBdDsSwW]|^\^`)
	joinWords  = regexp.MustCompile(`(?:^|\s)(AND|OR|NOT|(?:O?NEAR|UNLESS|ATLEAST)\b(?:/\w+)?|(?i:w|pre)/\d+)(?:\s|\(|$)`)
	fieldSign  = regexp.MustCompile(`(?i)^(title|headline|lead|body|text):\s*(\S.*)`)
	softSign   = regexp.MustCompile(`\p{L}\?\p{L}|^[\p{Ll} ]+!$`)
)

// foreign says what in a phrase looks like another search language, and what to
// write instead; nothing where it is but words. All of it is a phrase's right to
// have, and all of it is passed over when articles are searched.
func foreign(s string, ph phrase) (what, want string) {
	if regexSigns.MatchString(s) {
		if forms := spellOut(s); len(forms) > 0 {
			return "is a regular expression, and is taken as words", "want each form as a phrase of its own: " + strings.Join(forms, ", ")
		}
		return "is a regular expression, and is taken as words", "want words: they are found whole, ban* stands for any ending, and near finds words that stand apart"
	}
	if m := fieldSign.FindStringSubmatch(s); m != nil {
		field := map[string]string{"headline": "title", "text": "body"}[strings.ToLower(m[1])]
		if field == "" {
			field = strings.ToLower(m[1])
		}
		return fmt.Sprintf("looks for the word %q too", m[1]), fmt.Sprintf("want {any: [%s], in: %s} as a question; a phrase is words only", m[2], field)
	}
	if m := joinWords.FindStringSubmatch(s); m != nil && (strings.Contains(m[1], "/") || strings.ToUpper(s) != s) {
		return fmt.Sprintf("looks for the word %s too", m[1]), "want one phrase an entry; a query stands alone, such as when: " + s
	}
	if strings.ContainsAny(s, `"“”`) {
		return "has quotes in it, which find nothing", "want just the words; a phrase is always found as it stands"
	}
	first, last := ph.tokens[0].kind == patternAny, ph.tokens[len(ph.tokens)-1].kind == patternAny
	switch {
	case (first || last) && hanText(s):
		return "wants one character more in the place of *", "want it without *; Chinese words are found wherever their characters stand"
	case first && !strings.HasPrefix(strings.TrimSpace(s), "* "):
		return "wants a whole word in the place of *", "want the words spelled out; * stands for an ending, never for a beginning"
	case first || last:
		return "wants one word more in the place of *", "want it without *, which stands for one word between others"
	}
	if i := slices.IndexFunc(ph.tokens, func(t pattern) bool { return t.kind == patternPrefix }); i >= 0 {
		if at := strings.Index(s, "*"); at+1 < len(s) && unicode.IsLetter(rune(s[at+1])) {
			return "takes what stands behind * as the next word", "want the words spelled out, or * at the end of a word"
		}
	}
	if softSign.MatchString(s) {
		return "has ? or !, which stand for nothing here", "want * for any ending, and other spellings as phrases of their own"
	}
	if s[0] == '-' || s[0] == '+' {
		return fmt.Sprintf("begins with %c, which finds nothing", s[0]), "want none or not_in for what must not be there, and all for what must"
	}
	return "", ""
}

// maxSpelled is the most forms that a suggestion spells out.
const maxSpelled = 8

// spellOut returns the words that a regular expression stands for, without those
// that a phrase finds anyhow: other cases, and plurals. It returns nothing if
// there are too many, or no end of them.
func spellOut(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var forms []string
	var known []phrase
	for _, s := range spellings(re) {
		ph, problem := newPhrase(s)
		if problem != "" {
			return nil
		}
		if !slices.ContainsFunc(known, func(k phrase) bool { return k.covers(ph) && ph.covers(k) }) {
			forms, known = append(forms, strings.TrimSpace(s)), append(known, ph)
		}
	}
	if len(forms) > maxSpelled {
		return nil
	}
	return forms
}

// spellings returns every string that re is met by, or nothing where there are
// many.
func spellings(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpBeginText, syntax.OpEndText:
		return []string{""}
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCapture:
		return spellings(re.Sub[0])
	case syntax.OpQuest:
		return append([]string{""}, spellings(re.Sub[0])...)
	case syntax.OpCharClass:
		var out []string
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if out = append(out, string(r)); len(out) > maxSpelled {
					return nil
				}
			}
		}
		return out
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			forms := spellings(sub)
			if len(forms) == 0 {
				return nil
			}
			out = append(out, forms...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			var longer []string
			for _, head := range out {
				for _, tail := range spellings(sub) {
					longer = append(longer, head+tail)
				}
			}
			if len(longer) > maxSpelled*maxSpelled {
				return nil
			}
			out = longer
		}
		return out
	}
	return nil
}
