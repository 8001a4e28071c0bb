package lint

import (
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// list checks the phrases of one list.
func (l *linter) list(list *syntax.List) {
	l.duplicatePhrases(list)
	l.splitNumbers(phraseItems(list.Entries))
	l.splitNumbers(phraseItems(list.NotIn))
	for _, e := range slices.Concat(list.Entries, list.NotIn) {
		if e.ListName == "" {
			l.phrase(e, list.Inline)
		}
	}
	l.notIn(list)
	// The names of one entity may contain each other, and there may be thousands.
	if !l.positionMatters[list] && list.File.Name == "" {
		l.redundantPhrases(list)
	}
}

// duplicatePhrases compares the phrases of a list as articles are compared: folded.
func (l *linter) duplicatePhrases(list *syntax.List) {
	first := make(map[string]syntax.Pos)
	for _, e := range list.Entries {
		if e.ListName != "" {
			continue
		}
		key := text.Fold(e.Phrase)
		if _, isRegex := syntax.RegexPattern(e.Phrase); isRegex || e.Phrase[0] == '=' || strings.ContainsAny(e.Phrase, "*#") {
			key = e.Phrase
		}
		if pos, ok := first[key]; ok {
			l.report(e.Pos, diag.Textf("duplicate phrase %q", e.Phrase), diag.Textf("it is already on line %d; case, hyphens and the two Chinese scripts make no difference", pos.Line))
			continue
		}
		first[key] = e.Pos
	}
}

// phrase reports what keeps a phrase from matching, or makes it match something unexpected.
func (l *linter) phrase(e syntax.Entry, inline bool) {
	ph, problem := syntax.ParsePhrase(e.Phrase)
	if problem != "" || ph.Regex != nil {
		return
	}
	if what, want := l.meantOtherwise(e, inline); what != "" {
		l.report(e.Pos, diag.Textf("phrase %q %s", e.Phrase, what), want)
		return
	}
	if what, want := foreignSyntax(e.Phrase, ph); what != "" {
		l.report(e.Pos, diag.Textf("phrase %q %s", e.Phrase, what), want)
		return
	}
	body, exact := strings.CutPrefix(strings.TrimSpace(e.Phrase), "=")
	switch {
	case exact && text.HasCJK(body):
		l.report(e.Pos, diag.Textf("phrase %q matches only one Chinese script, because = requires the exact characters", e.Phrase), "remove = to match both")
	case strings.Contains(body, "="):
		l.report(e.Pos, diag.Textf("phrase %q contains =, which has no effect there", e.Phrase), "put = in front of the whole phrase to match its case exactly")
	case !exact && isCommonWord(body, ph):
		l.report(e.Pos, diag.Textf("phrase %q also finds the word %q, because case does not matter", e.Phrase, strings.ToLower(body)),
			diag.Textf("write =%s, which finds %s and %s", body, body, strings.Join(strings.Split(body, ""), ".")+"."))
	case len(ph.Tokens) > 1 && rules.SpansSentences(body):
		l.report(e.Pos, diag.Textf("phrase %q spans two sentences, but a phrase never matches across them", e.Phrase), "use one phrase per sentence, joined by all or near")
	}
}

// isCommonWord reports whether a phrase is an abbreviation in capitals that is also a frequent English word.
func isCommonWord(body string, ph syntax.Phrase) bool {
	if len(ph.Tokens) != 1 || strings.ToUpper(body) != body {
		return false
	}
	switch strings.ToLower(body) {
	case "us", "it", "who", "am", "as", "at", "by", "do", "go", "he", "if", "in", "is", "me", "my", "no", "of", "on", "or", "so", "to", "up", "we",
		"aid", "all", "and", "any", "are", "can", "did", "for", "has", "her", "his", "may", "now", "one", "our", "out", "she", "too", "was", "you":
		return true
	}
	return false
}

// notIn reports exclusions without effect, and phrases that the exclusions leave no hits.
func (l *linter) notIn(list *syntax.List) {
	if len(list.NotIn) == 0 || list.File.Name != "" {
		return
	}
	phrases := l.phrasesOf(list)
	for _, e := range list.NotIn {
		if e.ListName != "" {
			continue
		}
		exclusion, problem := syntax.ParsePhrase(e.Phrase)
		if problem != "" {
			continue
		}
		mayExclude := func(ph syntax.Phrase) bool {
			return slices.ContainsFunc(exclusion.Spellings(), func(x syntax.Phrase) bool { return mayContain(x, ph) })
		}
		if !slices.ContainsFunc(phrases, mayExclude) {
			l.report(e.Pos, diag.Textf("%q under not_in contains no phrase of the list, so it has no effect", e.Phrase), "use longer phrases that contain one of the list's, or unless for words close to a hit")
		}
		for _, own := range list.Entries {
			ph, problem := syntax.ParsePhrase(own.Phrase)
			switch {
			case own.ListName != "" || problem != "" || !excludesEvery(exclusion, ph):
			case len(exclusion.Tokens) == len(ph.Tokens):
				l.report(own.Pos, diag.Textf("phrase %q never matches: not_in on line %d excludes it", own.Phrase, e.Pos.Line), "delete one of the two")
			default:
				l.report(own.Pos, diag.Textf("phrase %q almost never matches: %q under not_in excludes it next to any other word", own.Phrase, e.Phrase), "write out the longer phrases under not_in")
			}
		}
	}
}

// redundantPhrases reports the phrases of a list that match only where a shorter one does. It must
// not be used if the position of hits matters: then only the longer phrase may reach another word.
func (l *linter) redundantPhrases(list *syntax.List) {
	phrases := make([]syntax.Phrase, len(list.Entries)) // no tokens where an entry is another list
	for i, e := range list.Entries {
		if e.ListName == "" {
			phrases[i], _ = syntax.ParsePhrase(e.Phrase)
		}
	}
	for i, e := range list.Entries {
		for j, other := range list.Entries {
			long, short := phrases[i], phrases[j]
			if i == j || len(short.Tokens) == 0 || other.Gloss != e.Gloss || !phraseCovers(short, long) || phraseCovers(long, short) {
				continue
			}
			l.report(e.Pos, diag.Textf("phrase %q is redundant: %q in the same list matches wherever it does", e.Phrase, other.Phrase), "keep one of them")
			break
		}
	}
}

// phraseCovers reports whether p, in any spelling, matches within every hit of q.
func phraseCovers(p, q syntax.Phrase) bool {
	return everySpelling(p, q, spellingCovers)
}

// everySpelling reports whether f holds for each spelling of q and some spelling of p.
func everySpelling(p, q syntax.Phrase, f func(p, q syntax.Phrase) bool) bool {
	spellings := p.Spellings()
	return !slices.ContainsFunc(q.Spellings(), func(q syntax.Phrase) bool {
		return !slices.ContainsFunc(spellings, func(p syntax.Phrase) bool { return f(p, q) })
	})
}

// spellingCovers reports whether p matches within every hit of q.
func spellingCovers(p, q syntax.Phrase) bool {
	if p.Regex != nil || q.Regex != nil {
		return false // unknown
	}
	if p.Exact && !q.Exact || q.Punctuated && !p.Punctuated && len(p.Tokens) > 1 {
		return false
	}
	for at := 0; at+len(p.Tokens) <= len(q.Tokens); at++ {
		if slices.EqualFunc(p.Tokens, q.Tokens[at:at+len(p.Tokens)], patternCovers) {
			return true
		}
	}
	return false
}

// patternCovers reports whether every token that matches q matches p.
func patternCovers(p, q syntax.Pattern) bool {
	switch p.Kind {
	case syntax.AnyWord:
		return true
	case syntax.Number:
		return q.Kind == syntax.Number
	case syntax.Prefix:
		return (q.Kind == syntax.Prefix || q.Kind == syntax.Word) && !slices.ContainsFunc(q.Forms, func(f string) bool { return !strings.HasPrefix(f, p.Forms[0]) })
	}
	if q.Kind != syntax.Word || p.Raw != "" && p.Raw != q.Raw || p.AfterStop && !q.AfterStop || p.NotCurrency && !q.NotCurrency {
		return false
	}
	return !slices.ContainsFunc(q.Forms, func(f string) bool { return !slices.Contains(p.Forms, f) })
}

// mayContain reports whether a hit of ph can lie within a hit of p.
func mayContain(p, ph syntax.Phrase) bool {
	if p.Regex != nil || ph.Regex != nil {
		return true // unknown
	}
	for at := 0; at+len(ph.Tokens) <= len(p.Tokens); at++ {
		if slices.EqualFunc(p.Tokens[at:at+len(ph.Tokens)], ph.Tokens, mayMatchSameToken) {
			return true
		}
	}
	return false
}

// mayMatchSameToken reports whether one token can match both patterns.
func mayMatchSameToken(p, q syntax.Pattern) bool {
	if p.Kind > q.Kind { // so that q is the more general one
		p, q = q, p
	}
	switch q.Kind {
	case syntax.AnyWord:
		return true
	case syntax.Number:
		return p.Kind == syntax.Number || p.Kind == syntax.Word && !strings.ContainsFunc(p.Forms[0], func(r rune) bool { return !unicode.IsDigit(r) })
	case syntax.Prefix:
		return slices.ContainsFunc(p.Forms, func(f string) bool {
			return strings.HasPrefix(f, q.Forms[0]) || p.Kind == syntax.Prefix && strings.HasPrefix(q.Forms[0], f)
		})
	}
	return slices.ContainsFunc(p.Forms, func(f string) bool { return slices.Contains(q.Forms, f) })
}

// excludesEvery reports whether p, in any spelling, excludes every hit of ph, if there are enough tokens around it.
func excludesEvery(p, ph syntax.Phrase) bool { return everySpelling(p, ph, spellingExcludes) }

// spellingExcludes reports whether p is ph with any tokens around it.
func spellingExcludes(p, ph syntax.Phrase) bool {
	if p.Regex != nil || ph.Regex != nil || p.Exact && !ph.Exact || len(p.Tokens) < len(ph.Tokens) {
		return false
	}
	isFixed := func(t syntax.Pattern) bool { return t.Kind != syntax.AnyWord }
	for at := 0; at+len(ph.Tokens) <= len(p.Tokens); at++ {
		end := at + len(ph.Tokens)
		if slices.EqualFunc(p.Tokens[at:end], ph.Tokens, patternCovers) &&
			!slices.ContainsFunc(slices.Concat(p.Tokens[:at], p.Tokens[end:]), isFixed) {
			return true
		}
	}
	return false
}
