package lint

import (
	"regexp"
	resyntax "regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/rules/syntax"
)

var (
	regexPattern    = regexp.MustCompile(`\||\(\?|\)[?*+{]|\[[^\]]+\]|\.[*+]|\\[bBdDsSwW]|^\^`)
	operatorPattern = regexp.MustCompile(`(?:^|\s)(AND|OR|NOT|(?:O?NEAR|UNLESS|ATLEAST)\b(?:/\w+)?|(?i:w|pre)/\d+)(?:\s|\(|$)`)
	fieldPattern    = regexp.MustCompile(`(?i)^(title|headline|lead|body|text):\s*(\S.*)`)
	wildcardPattern = regexp.MustCompile(`\p{L}\?\p{L}|^[\p{Ll} ]+!$`)
)

// foreignSyntax returns what in a phrase looks like another search language, and what to write
// instead; nothing if the phrase is just words. A phrase may contain all of it, and the matcher
// ignores it, so that nobody would notice the mistake.
func foreignSyntax(s string, ph syntax.Phrase) (what, want diag.Text) {
	if regexPattern.MatchString(s) {
		if forms := spellOut(s); len(forms) > 0 {
			return "looks like a regular expression but is read as words", diag.Textf("write each form as its own phrase: %s", strings.Join(forms, ", "))
		}
		return "looks like a regular expression but is read as words", "use whole words, ban* for any ending, or near for words that stand apart"
	}
	if m := fieldPattern.FindStringSubmatch(s); m != nil {
		field := strings.ToLower(m[1])
		switch field {
		case "headline":
			field = "title"
		case "text":
			field = "body"
		}
		return diag.Textf("also looks for the word %q", m[1]), diag.Textf("use the expression {any: [%s], in: %s}", m[2], field)
	}
	if m := operatorPattern.FindStringSubmatch(s); m != nil && (strings.Contains(m[1], "/") || strings.ToUpper(s) != s) {
		return diag.Textf("also looks for the word %s", m[1]), diag.Textf("write one phrase per entry, or a query on its own, such as when: %s", s)
	}
	if strings.ContainsAny(s, `"“”`) {
		return "contains quotes, which have no effect", "remove them, since a phrase always matches as a whole"
	}
	if what, want := misplacedWildcard(s, ph); what != "" {
		return what, want
	}
	if wildcardPattern.MatchString(s) {
		return "contains ? or !, which have no effect", "use * for any ending, and a phrase of its own for each spelling"
	}
	if s[0] == '-' || s[0] == '+' {
		return diag.Textf("begins with %c, which has no effect", s[0]), "use none or not_in to exclude words, and all to require them"
	}
	return "", ""
}

// misplacedWildcard returns what is wrong with a * that does not do what people expect of it.
func misplacedWildcard(s string, ph syntax.Phrase) (what, want diag.Text) {
	first, last := ph.Tokens[0].Kind == syntax.AnyWord, ph.Tokens[len(ph.Tokens)-1].Kind == syntax.AnyWord
	switch {
	case (first || last) && text.HasCJK(s):
		return "requires one more character where * is", "remove *, since Chinese words match anywhere in a text"
	case first && !strings.HasPrefix(strings.TrimSpace(s), "* "):
		return "requires a whole word where * is", "write out the words, since * stands for the end of a word and never for its beginning"
	case first || last:
		return "requires one more word where * is", "remove it, since * alone stands for one word between two others"
	}
	if slices.ContainsFunc(ph.Tokens, func(t syntax.Pattern) bool { return t.Kind == syntax.Prefix }) {
		if at := strings.Index(s, "*"); at+1 < len(s) && unicode.IsLetter(rune(s[at+1])) {
			return "reads the letters after * as the next word", "write out the words, or put * at the end of a word"
		}
	}
	return "", ""
}

// maxSpelled is the maximum number of forms that a suggestion spells out.
const maxSpelled = 8

// spellOut returns the words that a regular expression stands for, without those that a phrase
// matches anyway: other cases, and plurals. It returns nothing if there are too many.
func spellOut(pattern string) []string {
	re, err := resyntax.Parse(pattern, resyntax.Perl)
	if err != nil {
		return nil
	}
	var forms []string
	var known []syntax.Phrase
	for _, s := range spellings(re) {
		ph, problem := syntax.ParsePhrase(s)
		if problem != "" {
			return nil
		}
		if !slices.ContainsFunc(known, func(k syntax.Phrase) bool { return phraseCovers(k, ph) && phraseCovers(ph, k) }) {
			forms, known = append(forms, strings.TrimSpace(s)), append(known, ph)
		}
	}
	if len(forms) > maxSpelled {
		return nil
	}
	return forms
}

// spellings returns every string that re matches, or nothing if there are many.
func spellings(re *resyntax.Regexp) []string {
	switch re.Op {
	case resyntax.OpEmptyMatch, resyntax.OpWordBoundary, resyntax.OpBeginText, resyntax.OpEndText:
		return []string{""}
	case resyntax.OpLiteral:
		return []string{string(re.Rune)}
	case resyntax.OpCapture:
		return spellings(re.Sub[0])
	case resyntax.OpQuest:
		return append([]string{""}, spellings(re.Sub[0])...)
	case resyntax.OpCharClass:
		return classSpellings(re.Rune)
	case resyntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			forms := spellings(sub)
			if len(forms) == 0 {
				return nil
			}
			out = append(out, forms...)
		}
		return out
	case resyntax.OpConcat:
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

// classSpellings returns the characters of a class, given as pairs of first and last ones.
func classSpellings(class []rune) []string {
	var out []string
	for i := 0; i+1 < len(class); i += 2 {
		for r := class[i]; r <= class[i+1]; r++ {
			if out = append(out, string(r)); len(out) > maxSpelled {
				return nil
			}
		}
	}
	return out
}
