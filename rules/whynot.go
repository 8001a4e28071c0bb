package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// A miss says why an expression is not met, for a person who expected it to be.
type miss struct {
	reasons []diag.Text // one for each condition that fails; empty if the expression is met
	line    int         // of the first of these conditions
	score   float64     // how close the expression is to being met: from 0 for not at all up to 1
}

// newMiss returns a miss for one reason.
func newMiss(reason diag.Text, line int, score float64) miss {
	return miss{[]diag.Text{reason}, line, score}
}

// maxReasons is the number of conditions that a message names.
const maxReasons = 2

// text returns the reasons with the line of the first condition.
func (m miss) text() diag.Text {
	if len(m.reasons) == 0 {
		return ""
	}
	reasons := slices.Clone(m.reasons)
	if more := len(reasons) - maxReasons; more == 1 {
		reasons = append(reasons[:maxReasons], "1 more condition is not met")
	} else if more > 1 {
		reasons = append(reasons[:maxReasons], diag.Textf("%d more conditions are not met", more))
	}
	all := reasons[0]
	for _, r := range reasons[1:] {
		all = diag.Textf("%s; %s", all, r)
	}
	return diag.Textf("%s (line %d)", all, m.line)
}

// Scores of conditions that are not met.
const (
	scoreSimilar  = 0.2 // other words resemble those of a list
	scoreRejected = 0.5 // the words are there, and do not count
	scoreApart    = 0.9 // the parts of near are there, and too far apart
)

// WhyNot says why a rule does not match an article as a subject, with the line of the condition that fails; empty if it
// does, or if the set has no such rule.
func (s *Set) WhyNot(id string, a models.Article) diag.Text {
	i := slices.IndexFunc(s.rules, func(r *syntax.Rule) bool { return r.ID == id })
	if i < 0 {
		return ""
	}
	return s.whyNot(i, a, models.Subject).text()
}

// whyNot returns why the when of a rule, or for a mention its mention, is not met by an article, and the line of the
// condition that fails. Of a roundup it looks at the report that comes closest.
func (s *Set) whyNot(rule int, a models.Article, strength models.Strength) miss {
	e := s.rules[rule].When
	if strength == models.Mention && s.rules[rule].Mention != nil {
		e = s.rules[rule].Mention
	}
	ev := s.evaluate(a)
	sections := splitRoundup(a.Title, a.Body)
	if len(sections) == 0 {
		return ev.whyNot(e, syntax.Everywhere)
	}
	ev.selectPreamble(sections[0])
	best := ev.whyNot(e, syntax.Everywhere)
	for _, section := range sections {
		ev.selectSection(section)
		if m := ev.whyNot(e, syntax.Everywhere); m.score > best.score {
			best = m
		}
	}
	return best
}

// whyNot returns why an expression is not met in a region, by the branch that comes closest. If it is met, the reason is
// empty and the score is 1.
func (ev *evaluator) whyNot(e *syntax.Expr, in syntax.Region) miss {
	if ev.eval(e, in).met {
		return miss{score: 1}
	}
	if reason := ev.whyOptionsFail(e, in); reason != "" {
		return newMiss(reason, e.Pos.Line, scoreApart)
	}
	outer := in
	if e.In != 0 {
		in &= e.In
	}
	switch e.Op {
	case syntax.OpTerms:
		reason, score := ev.whyNoHit(e.List, in, outer)
		return newMiss(reason, e.Pos.Line, score)
	case syntax.OpUse:
		return ev.whyNot(e.Def.Expr, in)
	case syntax.OpAny:
		return ev.whyNotAny(e, in)
	case syntax.OpAll, syntax.OpNear:
		return ev.whyNotAll(e, in)
	case syntax.OpNone:
		for _, sub := range e.Sub {
			if r := ev.eval(sub, in); r.met {
				what := sub.String()
				if len(r.hits) > 0 {
					what = ev.quote(r.hits[0])
				}
				return newMiss(diag.Textf("none excludes the article, because of %s", what), sub.Pos.Line, scoreRejected)
			}
		}
	case syntax.OpAmount:
		reason, score := ev.whyNoAmount(e.Amount, in)
		return newMiss(reason, e.Pos.Line, score)
	case syntax.OpDays:
		return newMiss(ev.whyNotDays(e.Days), e.Pos.Line, 0)
	case syntax.OpCondition:
		return newMiss(ev.whyNotFrom(e.Condition), e.Pos.Line, 0)
	}
	return miss{line: e.Pos.Line}
}

// whyNotAny returns the miss of the branch that comes closest. If nothing of any branch is there, it names them all.
func (ev *evaluator) whyNotAny(e *syntax.Expr, in syntax.Region) miss {
	best := miss{score: -1}
	var labels []string
	for _, sub := range e.Sub {
		if m := ev.whyNot(sub, in); m.score > best.score {
			best = m
		}
		if sub.Op == syntax.OpTerms && sub.In == 0 {
			labels = append(labels, sub.String())
		}
	}
	if best.score == 0 && len(labels) == len(e.Sub) && len(labels) > 1 {
		return newMiss(diag.Textf("no word of %s was found%s", strings.Join(labels, ", "), place(in)), e.Pos.Line, 0)
	}
	return best
}

// whyNotAll returns the misses of the conditions of all or near that are not met.
func (ev *evaluator) whyNotAll(e *syntax.Expr, in syntax.Region) miss {
	var out miss
	for _, sub := range e.Sub {
		m := ev.whyNot(sub, in)
		out.score += m.score / float64(len(e.Sub))
		if len(out.reasons) == 0 {
			out.line = m.line
		}
		out.reasons = append(out.reasons, m.reasons...)
	}
	out.score *= scoreApart
	return out
}

// whyOptionsFail returns why an expression whose operands are met is not met itself: its parts are too far apart, its
// hits are excluded by unless, or they are fewer than min. Otherwise it returns "".
func (ev *evaluator) whyOptionsFail(e *syntax.Expr, in syntax.Region) diag.Text {
	if e.In != 0 {
		in &= e.In
	}
	var hits []span
	switch e.Op {
	case syntax.OpTerms:
		hits = ev.inRegion(ev.list(e.List.Number), in)
	case syntax.OpUse:
		hits = ev.definition(e.Def, in).hits
	case syntax.OpAmount:
		hits = ev.inRegion(ev.amountHits(e.Amount), in)
	case syntax.OpNear:
		if hits = ev.near(e, in, ""); len(hits) == 0 {
			return ev.whyApart(e, in)
		}
	case syntax.OpAny:
		var parts [][]span
		for _, sub := range e.Sub {
			parts = append(parts, ev.eval(sub, in).hits)
		}
		hits = dropOverlaps(ev.concat(parts...))
	}
	if len(hits) == 0 {
		return ""
	}
	kept := hits
	if len(e.Unless) > 0 {
		if kept = ev.dropExcluded(hits, e.Unless); len(kept) == 0 {
			return ev.whyExcluded(hits[0], e.Unless)
		}
	}
	if e.Min > 1 && len(kept) < e.Min {
		return diag.Textf("%s was found %s%s, and min is %d", ev.quote(kept[0]), times(len(kept)), place(in), e.Min)
	}
	return ""
}

func times(n int) diag.Text {
	if n == 1 {
		return "once"
	}
	return diag.Textf("%d times", n)
}

// place returns where a region is, for the end of a sentence.
func place(in syntax.Region) diag.Text {
	if in == syntax.Everywhere {
		return ""
	}
	return diag.Textf(" in the %s", regionName(in))
}

// regionName returns what a region is called after "the". No condition looks into an empty region.
func regionName(in syntax.Region) diag.Text {
	switch in {
	case syntax.RegionTitle:
		return "title"
	case syntax.RegionBody:
		return "body"
	case syntax.RegionLead:
		return "lead"
	case syntax.RegionTitle | syntax.RegionLead:
		return "title or the lead"
	}
	return "title or the body"
}

// whyExcluded returns why a hit is excluded by unless.
func (ev *evaluator) whyExcluded(h span, windows []syntax.Window) diag.Text {
	for _, w := range windows {
		for _, other := range ev.eval(w.Expr, syntax.Everywhere).hits {
			if ev.isWithin(h, other, w) {
				return diag.Textf("unless excludes %s, because of %s", ev.quote(h), ev.quote(other))
			}
		}
	}
	return ""
}

// whyNotFrom returns why the article does not come from where a condition wants it to.
func (ev *evaluator) whyNotFrom(c *syntax.Condition) diag.Text {
	if c.Kind == conditions.TextKind {
		return ev.whyNotKind(c)
	}
	if has := ev.attributes.Values(c.Kind); len(has) > 0 {
		return diag.Textf("the %s of the article is %s, and %s is required", c.Kind, strings.Join(has, ", "), strings.TrimPrefix(c.String(), c.Kind+" "))
	}
	return diag.Textf("the %s of the article is unknown, and %s is required", c.Kind, strings.TrimPrefix(c.String(), c.Kind+" "))
}

// quote returns the words of a hit in quotes.
func (ev *evaluator) quote(h span) string {
	_, src := ev.field(h.start)
	start, end := ev.byteRange(h)
	words := src[start:end]
	if utf8.RuneCountInString(words) > maxQuoted {
		words = string([]rune(words)[:maxQuoted-1]) + "…"
	}
	return fmt.Sprintf("%q", words)
}

const maxQuoted = 60

// whyNoHit returns why a list has no hit in a region, and a score. The region lies within outer.
func (ev *evaluator) whyNoHit(l *syntax.List, in, outer syntax.Region) (reason diag.Text, score float64) {
	if elsewhere := ev.list(l.Number); len(elsewhere) > 0 {
		return ev.whyElsewhere(elsewhere[0], in), scoreRejected
	}
	if rejected := ev.whyRejected(l); rejected != "" {
		return rejected, scoreRejected
	}
	reason = diag.Textf("no word of %s was found%s", l.Label(), place(in))
	switch {
	case l.Inline && len(l.Entries) == 1:
		reason = diag.Textf("%s was not found%s", l.Label(), place(in))
	case l.Inline:
		reason = diag.Textf("none of %s was found%s", l.Label(), place(in))
	}
	if similar := ev.mostSimilar(l); similar != "" {
		return diag.Textf("%s; the nearest is %s", reason, similar), scoreSimilar
	}
	return reason, 0
}

// whyElsewhere returns why a hit does not count, which is not in a region.
func (ev *evaluator) whyElsewhere(h span, in syntax.Region) diag.Text {
	at := diag.Text("title")
	if ev.region(h.start)&syntax.RegionBody != 0 {
		at = "body"
		if in&syntax.RegionBody == syntax.RegionLead {
			at = "body after the lead"
		}
	}
	return diag.Textf("%s is in the %s, and only the %s counts", ev.quote(h), at, regionName(in))
}

// whyRejected returns why words of a list, or of one within it, that are there are not a hit of that list.
func (ev *evaluator) whyRejected(list *syntax.List) diag.Text {
	for _, l := range list.Within() {
		for _, n := range l.Phrases {
			if reason := ev.whyPhraseRejected(n, l); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// whyPhraseRejected returns why the words of a phrase that are there are not a hit of its list.
func (ev *evaluator) whyPhraseRejected(n int32, l *syntax.List) diag.Text {
	p := &ev.set.phrases[n]
	for i := ev.start; i+len(p.Tokens) <= ev.end; i++ {
		if p.Regex != nil || ev.similarity(p, i) < len(p.Tokens) {
			continue
		}
		h := span{start: i, end: i + len(p.Tokens), phrase: n}
		switch {
		case slices.Contains(ev.boilerplate[h.start:h.end], true):
			return diag.Textf("%s is boilerplate, which does not count", ev.quote(h))
		case !ev.seen.has(n) && ev.isInOrder(h, p.Punctuated):
			return diag.Textf("%s is not written as %s", ev.quote(h), p.Written)
		case !ev.seen.has(n):
			return diag.Textf("%s has a comma or the end of a sentence within it", ev.quote(h))
		}
		for _, x := range ev.collect(l.Exclusions, l.ExcludedLists) {
			if x.start <= h.start && h.end <= x.end {
				return diag.Textf("%s is part of %s, which not_in excludes", ev.quote(h), ev.quote(x))
			}
		}
	}
	return ""
}

// isInOrder reports whether the words of a hit stand in one sentence, and in one clause unless punctuated.
func (ev *evaluator) isInOrder(h span, punctuated bool) bool {
	for i := h.start + 1; i < h.end; i++ {
		if ev.sentence[i] != ev.sentence[i-1] || ev.clauseStart[i] && !punctuated {
			return false
		}
	}
	return true
}

// similarity returns how many tokens from token i on match the patterns of a phrase in their places.
func (ev *evaluator) similarity(p *syntax.Phrase, i int) int {
	n := 0
	for j, t := range p.Tokens {
		if tokenMatches(t, ev.folded(i+j)) {
			n++
		}
	}
	return n
}

// tokenMatches reports whether a folded token matches a pattern.
func tokenMatches(p syntax.Pattern, token string) bool {
	switch p.Kind {
	case syntax.AnyWord:
		return true
	case syntax.Number:
		return !strings.ContainsFunc(token, func(r rune) bool { return r < '0' || r > '9' })
	case syntax.Prefix:
		return strings.HasPrefix(token, p.Forms[0])
	}
	return slices.Contains(p.Forms, token)
}

// minSimilar is the number of letters with which two words must begin to be similar.
const minSimilar = 4

// mostSimilar returns the words of the selected part that are most like a phrase of the list, or "": half of the words of a
// phrase, or a word that begins like one.
func (ev *evaluator) mostSimilar(l *syntax.List) diag.Text {
	best, found := 0.0, diag.Text("")
	consider := func(share float64, i int, phrase int32) {
		if p := &ev.set.phrases[phrase]; share > best {
			best = share
			found = diag.Textf("%s, for %q", ev.quote(span{start: i, end: i + len(p.Tokens), phrase: phrase}), p.Written)
		}
	}
	for _, n := range allPhrases(l) {
		p := &ev.set.phrases[n]
		length := len(p.Tokens)
		if p.Regex != nil {
			continue
		}
		for i := ev.start; i+length <= ev.end; i++ {
			if length > 1 {
				if same := ev.similarWords(p, i); 2*same >= length {
					consider(float64(same)/float64(length), i, n)
				}
				continue
			}
			form := p.Tokens[0].Forms[0]
			if shared := sharedPrefix(form, ev.folded(i)); shared >= minSimilar && 3*shared >= 2*len(form) {
				consider(float64(shared)/float64(len(form)+1), i, n)
			}
		}
	}
	return found
}

// similarWords is similarity without the words that nearly every text has.
func (ev *evaluator) similarWords(p *syntax.Phrase, i int) int {
	n := 0
	for j, t := range p.Tokens {
		if token := ev.folded(i + j); (t.Kind == syntax.Word || t.Kind == syntax.Prefix) && tokenMatches(t, token) && (len(token) > 3 || text.IsCJK(token)) {
			n++
		}
	}
	return n
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] && a[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// allPhrases returns the phrases of a list and of the lists within it.
func allPhrases(l *syntax.List) []int32 {
	var all []int32
	for _, within := range l.Within() {
		all = append(all, within.Phrases...)
	}
	return all
}
