package syntax

import (
	"regexp"
	resyntax "regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/text"
)

// A phrase between slashes is a regular expression, for what words cannot describe, such as the number of
// a case. It matches the article as it is written, except that case makes no difference unless (?-i) says
// so. A match lies within one paragraph and begins and ends at the boundaries of words.
//
// Articles are not searched for it. Each match must contain a literal at the beginning of a word. The
// literal is found together with all other phrases in one pass, and only the paragraphs that contain it
// are searched.

const (
	maxRegex    = 200  // characters
	maxProgram  = 1000 // instructions of package regexp; each takes time at every character of a text
	minRun      = 3    // letters and digits of a literal
	minHanRun   = 2    // Chinese characters of a literal
	maxHanRun   = 12   // Chinese characters of a literal that are looked for
	hanRunWorth = 2    // one Chinese character is as rare as two letters
)

// RegexPattern returns the regular expression of a phrase between slashes.
func RegexPattern(s string) (pattern string, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '/' || s[len(s)-1] != '/' {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// parseRegex reads a regular expression. If it cannot be used, what and want say why and how to fix it.
func parseRegex(pattern string) (Phrase, diag.Text, diag.Text) {
	if n := len([]rune(pattern)); n > maxRegex {
		return Phrase{}, diag.Textf("has %d characters", n), diag.Textf("use at most %d", maxRegex)
	}
	pattern = text.Visible(pattern) // like the text in which it is searched for
	parsed, err := resyntax.Parse(pattern, resyntax.Perl|resyntax.FoldCase)
	if err != nil {
		return Phrase{}, diag.Textf("is not valid: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: ")), "use the syntax of RE2, with \\ in front of a sign that stands for itself"
	}
	if program, err := resyntax.Compile(parsed.Simplify()); err != nil || len(program.Inst) > maxProgram {
		return Phrase{}, "is too large, because it repeats a lot", "use smaller numbers in its braces, or * and +"
	}
	if matchesEmpty(parsed) {
		return Phrase{}, "matches the empty text", "add something that must be there"
	}
	literal := findLiteral(parsed)
	if literal == "" {
		return Phrase{}, diag.Textf("has no literal to look for%s", whyNoLiteral(pattern)), "use three letters or digits in a row that begin a word in every match (four if any sign may follow them), or two Chinese characters; write alternatives as separate phrases"
	}
	ph, problem := ParsePhrase(literal)
	if ph.Regex, err = regexp.Compile("(?i)" + pattern); err != nil {
		return Phrase{}, diag.Textf("is not valid: %s", err.Error()), "make it shorter"
	}
	return ph, problem, ""
}

// matchesEmpty reports whether re can match without a character.
func matchesEmpty(re *resyntax.Regexp) bool {
	switch re.Op {
	case resyntax.OpLiteral, resyntax.OpCharClass, resyntax.OpAnyChar, resyntax.OpAnyCharNotNL, resyntax.OpNoMatch:
		return false
	case resyntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *resyntax.Regexp) bool { return !matchesEmpty(s) })
	case resyntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, matchesEmpty)
	case resyntax.OpCapture, resyntax.OpPlus:
		return matchesEmpty(re.Sub[0])
	case resyntax.OpRepeat:
		return re.Min == 0 || matchesEmpty(re.Sub[0])
	}
	return true
}

// findLiteral returns, as a phrase, the longest literal that every match contains at the beginning of a
// word, or "". A run of letters becomes a prefix, since what follows may continue the word.
func findLiteral(re *resyntax.Regexp) string {
	elements := flatten(re, nil)
	best, weight := "", 0
	wordMayBegin := true // at the current element; a match begins where a word does
	for i, e := range elements {
		switch e.Op {
		case resyntax.OpLiteral:
			var run string
			var n int
			if run, n, wordMayBegin = longestRun(e.Rune, wordMayBegin, noMarkFollows(elements[i+1:])); n > weight {
				best, weight = run, n
			}
		default:
			wordMayBegin = mayBeginWord(e, wordMayBegin)
		}
	}
	return best
}

// mayBeginWord reports whether a word may begin after an element, if one may or may not begin at it.
func mayBeginWord(e *resyntax.Regexp, before bool) bool {
	switch e.Op {
	case resyntax.OpLiteral:
		_, _, after := longestRun(e.Rune, before, true)
		return after
	case resyntax.OpCharClass:
		return isSeparator(e)
	case resyntax.OpPlus:
		return isSeparator(e.Sub[0])
	case resyntax.OpStar, resyntax.OpQuest:
		return before && isSeparator(e.Sub[0])
	case resyntax.OpRepeat:
		return isSeparator(e.Sub[0]) && (before || e.Min > 0)
	}
	return before && isZeroWidth(e.Op)
}

// maxParts is the number of parts of an expression about which a message says why they are no literal.
const maxParts = 4

// whyNoLiteral returns, for each part of an expression, why it is no literal that can be looked for.
func whyNoLiteral(pattern string) diag.Text {
	re, err := resyntax.Parse(pattern, resyntax.Perl) // without FoldCase, which would show in the parts
	if err != nil {
		return ""
	}
	var reasons []diag.Text
	elements := flatten(re, nil)
	wordMayBegin := true
	for i, e := range elements {
		if what := unusableBecause(e, wordMayBegin, noMarkFollows(elements[i+1:])); what != "" {
			reasons = append(reasons, diag.Textf("%s %s", strings.TrimSpace(printed(e)), what))
		}
		wordMayBegin = mayBeginWord(e, wordMayBegin)
	}
	if len(reasons) == 0 {
		return ""
	}
	if len(reasons) > maxParts {
		reasons = append(reasons[:maxParts], "and so on")
	}
	all := reasons[0]
	for _, next := range reasons[1:] {
		all = diag.Textf("%s, %s", all, next)
	}
	return diag.Textf(": %s", all)
}

// printed returns an element as people write it.
func printed(e *resyntax.Regexp) string {
	return strings.NewReplacer("[0-9A-Z_a-z]", `\w`, "[0-9]", `\d`, "(?-s:.)", ".", "(?-s:.", ".").Replace(e.String())
}

// unusableBecause returns why an element is no literal, or "" if it is only signs or a position.
func unusableBecause(e *resyntax.Regexp, wordMayBegin, closed bool) diag.Text {
	switch e.Op {
	case resyntax.OpLiteral:
		return shortBecause(e.Rune, wordMayBegin, closed)
	case resyntax.OpAlternate:
		if i := slices.IndexFunc(e.Sub, func(sub *resyntax.Regexp) bool { return findLiteral(sub) == "" }); i >= 0 && e.Sub[i].Op != resyntax.OpEmptyMatch {
			return diag.Textf("is a choice, in which %s has none", printed(e.Sub[i]))
		}
		return "is a choice"
	case resyntax.OpStar, resyntax.OpQuest:
		return "may be absent"
	case resyntax.OpRepeat, resyntax.OpPlus:
		if e.Op == resyntax.OpRepeat && e.Min == 0 {
			return "may be absent"
		}
		if e.Sub[0].Op == resyntax.OpLiteral || e.Sub[0].Op == resyntax.OpCapture {
			return "is a repetition"
		}
		return "stands for different characters"
	}
	if isZeroWidth(e.Op) || isSeparator(e) {
		return ""
	}
	return "stands for different characters"
}

// shortBecause returns why a literal cannot be looked for, or "" if it has neither letters nor digits.
func shortBecause(literal []rune, wordMayBegin, closed bool) diag.Text {
	letters, han := 0, 0
	for i := 0; i < len(literal); {
		j := i
		for j < len(literal) && isAlphanumeric(literal[j]) {
			j++
		}
		letters = max(letters, j-i)
		if j == i && text.IsCJK(string(literal[i])) {
			han++
		}
		i = max(j, i+1)
	}
	switch {
	case letters >= minRun && !wordMayBegin:
		return "may stand within a word"
	case letters >= minRun && !closed:
		return "needs four letters, because any sign may follow it"
	case letters > 0:
		return "is too short"
	case han > 0:
		return "is only one Chinese character"
	}
	return ""
}

// isZeroWidth reports whether an operator matches a position and no character.
func isZeroWidth(op resyntax.Op) bool {
	switch op {
	case resyntax.OpEmptyMatch, resyntax.OpBeginLine, resyntax.OpEndLine, resyntax.OpBeginText, resyntax.OpEndText,
		resyntax.OpWordBoundary, resyntax.OpNoWordBoundary:
		return true
	}
	return false
}

// flatten appends the elements of a concatenation, including those of groups.
func flatten(re *resyntax.Regexp, dst []*resyntax.Regexp) []*resyntax.Regexp {
	switch re.Op {
	case resyntax.OpConcat:
		for _, s := range re.Sub {
			dst = flatten(s, dst)
		}
		return dst
	case resyntax.OpCapture:
		return flatten(re.Sub[0], dst)
	}
	return append(dst, re)
}

// longestRun returns the longest run of letters or Chinese characters in a literal that begins a word, and
// whether a word may begin after the literal. A run at the end of the literal loses its last letter unless
// closed: a mark after it would change that letter.
func longestRun(literal []rune, wordMayBegin, closed bool) (best string, weight int, after bool) {
	for i := 0; i < len(literal); {
		j, begins := i, wordMayBegin
		switch {
		case isAlphanumeric(literal[i]):
			for j < len(literal) && isAlphanumeric(literal[j]) {
				j++
			}
			wordMayBegin = false
			run := literal[i:j]
			if j == len(literal) && !closed || j < len(literal) && unicode.IsMark(literal[j]) {
				run = run[:len(run)-1]
			}
			if begins && len(run) >= max(minRun, weight+1) {
				best, weight = strings.ToLower(string(run))+"*", len(run)
			}
		case text.IsCJK(string(literal[i])):
			for j < len(literal) && text.IsCJK(string(literal[j])) {
				j++
			}
			wordMayBegin = true
			if run := literal[i:min(j, i+maxHanRun)]; len(run) >= minHanRun && hanRunWorth*len(run) > weight {
				best, weight = string(run), hanRunWorth*len(run)
			}
		default:
			wordMayBegin = separatesWords(literal[i])
			j++
		}
		i = j
	}
	return best, weight, wordMayBegin
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// separatesWords reports whether a word may begin after r. It excludes opening brackets: what follows may
// be the pronunciation of a Chinese character, which is not a word.
func separatesWords(r rune) bool {
	return r < 0x80 && !isAlphanumeric(r) && r != '('
}

// isSeparator reports whether an element matches one character, and only one that separates words.
func isSeparator(re *resyntax.Regexp) bool {
	if re.Op == resyntax.OpLiteral {
		return len(re.Rune) == 1 && separatesWords(re.Rune[0])
	}
	if re.Op != resyntax.OpCharClass || len(re.Rune) == 0 || re.Rune[len(re.Rune)-1] >= 0x80 {
		return false
	}
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if !separatesWords(r) {
				return false
			}
		}
	}
	return true
}

// noMarkFollows reports whether the elements cannot match a mark first.
func noMarkFollows(rest []*resyntax.Regexp) bool {
	for _, e := range rest {
		if isZeroWidth(e.Op) {
			continue
		}
		first, optional := e, false
		switch e.Op {
		case resyntax.OpPlus:
			first = e.Sub[0]
		case resyntax.OpStar, resyntax.OpQuest:
			first, optional = e.Sub[0], true
		case resyntax.OpRepeat:
			first, optional = e.Sub[0], e.Min == 0
		}
		noMark := first.Op == resyntax.OpLiteral && !unicode.IsMark(first.Rune[0]) || first.Op == resyntax.OpCharClass && !mayContainMark(first.Rune)
		if !noMark || !optional {
			return noMark
		}
	}
	return true // a match ends where a word does
}

// mayContainMark reports whether a class, given as pairs of first and last characters, may contain a mark.
// A long range beyond the first marks is not searched.
func mayContainMark(class []rune) bool {
	const firstMark, long = 0x300, 64
	for i := 0; i < len(class); i += 2 {
		for r := max(class[i], firstMark); r <= class[i+1]; r++ {
			if unicode.IsMark(r) || class[i+1]-r > long {
				return true
			}
		}
	}
	return false
}
