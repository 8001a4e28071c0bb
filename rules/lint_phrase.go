package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
)

// list looks at the phrases of one list.
func (l *linter) list(of *list) {
	l.twice(of)
	for _, e := range slices.Concat(of.entries, of.notIn) {
		if e.terms == "" {
			l.phrase(e)
		}
	}
	l.blots(of)
	if !l.placed[of] {
		l.covered(of)
	}
}

// twice compares a list's phrases as articles are compared: folded.
func (l *linter) twice(of *list) {
	seen := make(map[string]place)
	for _, e := range of.entries {
		if e.terms != "" {
			continue
		}
		key := text.Fold(e.phrase)
		if _, isRegex := regexOf(e.phrase); isRegex || e.phrase[0] == '=' || strings.ContainsAny(e.phrase, "*#") {
			key = e.phrase
		}
		if first, again := seen[key]; again {
			l.report(e.at, fmt.Sprintf("phrase %q is here twice", e.phrase), fmt.Sprintf("it already stands in line %d; case, hyphens and the two Chinese scripts are equal", first.line))
			continue
		}
		seen[key] = e.at
	}
}

// phrase reports what keeps a phrase from being found, or makes it another one
// than it looks.
func (l *linter) phrase(e entry) {
	ph, problem := newPhrase(e.phrase)
	if problem != "" || ph.regex != nil {
		return
	}
	if what, want := foreign(e.phrase, ph); what != "" {
		l.report(e.at, fmt.Sprintf("phrase %q %s", e.phrase, what), want)
		return
	}
	body, exact := strings.CutPrefix(strings.TrimSpace(e.phrase), "=")
	switch {
	case exact && hanText(body):
		l.report(e.at, fmt.Sprintf("phrase %q keeps to one Chinese script, since = takes every character as it is written", e.phrase), "want it without =, which finds both scripts")
	case strings.Contains(body, "="):
		l.report(e.at, fmt.Sprintf("phrase %q has = within it, where it does nothing", e.phrase), "want = in front of the whole phrase, whose case then counts")
	case len(ph.tokens) > 1 && endsWithin(body):
		l.report(e.at, fmt.Sprintf("phrase %q holds the end of a sentence, over which no phrase is found", e.phrase), "want a phrase for each sentence, joined by all or near")
	}
}

// endsWithin reports whether a sentence ends within s.
func endsWithin(s string) bool {
	var tokens []phrases.Token
	for _, t := range text.Tokens(s) {
		tokens = append(tokens, phrases.Token{Start: int32(t.Start), End: int32(t.End)})
	}
	var d document
	d.read(models.Article{Body: s}, tokens, 0, nil)
	return len(tokens) > 0 && d.sentence[0] != d.sentence[len(tokens)-1]
}

// blots reports longer words that have none of the list's words in them, and
// words of which the longer words leave nothing.
func (l *linter) blots(of *list) {
	if len(of.notIn) == 0 {
		return
	}
	words := l.set.everyPhrase(of)
	for _, e := range of.notIn {
		if e.terms != "" {
			continue
		}
		blot, problem := newPhrase(e.phrase)
		if problem != "" {
			continue
		}
		holds := func(w phrase) bool { return blot.mayHold(w) }
		if !slices.ContainsFunc(words, holds) {
			l.report(e.at, fmt.Sprintf("%q in not_in has no word of the list in it, so that it takes nothing out", e.phrase), "want longer words that hold one of the list's; what spoils a hit close by stands in unless")
		}
		for _, own := range of.entries {
			w, problem := newPhrase(own.phrase)
			switch {
			case own.terms != "" || problem != "" || !blot.leavesNothing(w):
			case len(blot.tokens) == len(w.tokens):
				l.report(own.at, fmt.Sprintf("phrase %q is never found: not_in in line %d takes it out", own.phrase, e.at.line), "want it in one of the two")
			default:
				l.report(own.at, fmt.Sprintf("phrase %q is hardly ever found: %q in not_in takes it out wherever other words stand beside it", own.phrase, e.phrase), "want the longer words spelled out in not_in")
			}
		}
	}
}

// everyPhrase returns the phrases of a list and of the lists within it.
func (s *Set) everyPhrase(of *list) []phrase {
	found := make(map[int32]bool)
	of.positive(found)
	out := make([]phrase, 0, len(found))
	for n := range found {
		out = append(out, s.phrases[n])
	}
	return out
}

// covered reports the phrases of a list that add nothing to a shorter one. Only
// lists whose words need but be there are looked at: elsewhere the longer
// phrase may be what reaches another word.
func (l *linter) covered(of *list) {
	read := make([]phrase, len(of.entries)) // of another list there are no tokens, which cover nothing
	for i, e := range of.entries {
		if e.terms == "" {
			read[i], _ = newPhrase(e.phrase)
		}
	}
	for i, e := range of.entries {
		for j, other := range of.entries {
			long, short := read[i], read[j]
			if i == j || len(short.tokens) == 0 || other.gloss != e.gloss || !short.covers(long) || long.covers(short) {
				continue
			}
			l.report(e.at, fmt.Sprintf("phrase %q adds nothing: %q of the same list is found wherever it is", e.phrase, other.phrase), "want one of them")
			break
		}
	}
}

// covers reports whether p stands wherever q does, within q's words.
func (p phrase) covers(q phrase) bool {
	if p.regex != nil || q.regex != nil {
		return false // nobody can tell
	}
	if p.exact && !q.exact || q.clause && !p.clause && len(p.tokens) > 1 {
		return false
	}
	for at := 0; at+len(p.tokens) <= len(q.tokens); at++ {
		if slices.EqualFunc(p.tokens, q.tokens[at:at+len(p.tokens)], pattern.covers) {
			return true
		}
	}
	return false
}

// covers reports whether every token that meets q meets p.
func (p pattern) covers(q pattern) bool {
	switch p.kind {
	case patternAny:
		return true
	case patternNumber:
		return q.kind == patternNumber
	case patternPrefix:
		return (q.kind == patternPrefix || q.kind == patternWord) && !slices.ContainsFunc(q.forms, func(f string) bool { return !strings.HasPrefix(f, p.forms[0]) })
	}
	if q.kind != patternWord || p.raw != "" && p.raw != q.raw {
		return false
	}
	return !slices.ContainsFunc(q.forms, func(f string) bool { return !slices.Contains(p.forms, f) })
}

// mayHold reports whether a hit of w may lie within a hit of p.
func (p phrase) mayHold(w phrase) bool {
	if p.regex != nil || w.regex != nil {
		return true // for all that anybody can tell
	}
	for at := 0; at+len(w.tokens) <= len(p.tokens); at++ {
		if slices.EqualFunc(p.tokens[at:at+len(w.tokens)], w.tokens, pattern.mayMeet) {
			return true
		}
	}
	return false
}

// mayMeet reports whether one token may meet both.
func (p pattern) mayMeet(q pattern) bool {
	if p.kind > q.kind {
		p, q = q, p
	}
	switch q.kind {
	case patternAny:
		return true
	case patternNumber:
		return p.kind == patternNumber || p.kind == patternWord && !strings.ContainsFunc(p.forms[0], func(r rune) bool { return !unicode.IsDigit(r) })
	case patternPrefix:
		return slices.ContainsFunc(p.forms, func(f string) bool {
			return strings.HasPrefix(f, q.forms[0]) || p.kind == patternPrefix && strings.HasPrefix(q.forms[0], f)
		})
	}
	return slices.ContainsFunc(p.forms, func(f string) bool { return slices.Contains(q.forms, f) })
}

// leavesNothing reports whether p takes out every hit of w that has enough tokens
// beside it: p is w, with any tokens around it.
func (p phrase) leavesNothing(w phrase) bool {
	if p.regex != nil || w.regex != nil || p.exact && !w.exact || len(p.tokens) < len(w.tokens) {
		return false
	}
	fixed := func(t pattern) bool { return t.kind != patternAny }
	for at := 0; at+len(w.tokens) <= len(p.tokens); at++ {
		end := at + len(w.tokens)
		if slices.EqualFunc(p.tokens[at:end], w.tokens, pattern.covers) &&
			!slices.ContainsFunc(slices.Concat(p.tokens[:at], p.tokens[end:]), fixed) {
			return true
		}
	}
	return false
}
