package lint

import (
	"slices"

	"regwatch/internal/diag"
	"regwatch/rules/syntax"
)

// near reports a near that can never match, and parts of it that ask for the same words.
func (l *linter) near(e *syntax.Expr) {
	if !l.partsFit(e) {
		l.report(e.Pos, diag.Textf("near can never match: its %d parts do not fit within %d of the first", len(e.Sub), e.Within),
			"use a greater within, or ordered: true, which counts from each part to the next")
	}
	for j := range e.Sub {
		for i := range j {
			l.sameWords(e.Sub[i], e.Sub[j])
		}
		if j > 0 {
			l.excludedParts(e, j)
		}
	}
}

// maxPlacedParts is the number of parts up to which all ways to place them are tried.
const maxPlacedParts = 10

// partsFit reports whether hits of all other parts fit on the two sides of the first one.
func (l *linter) partsFit(e *syntax.Expr) bool {
	others := len(e.Sub) - 1
	if e.Within == 0 || e.Ordered || e.HasLinks() || others > maxPlacedParts {
		return true
	}
	lengths := make([]int, others)
	for i, sub := range e.Sub[1:] {
		lengths[i] = l.minTokens(sub)
	}
	for right := range 1 << others {
		var total, longest [2]int
		for i, length := range lengths {
			side := right >> i & 1
			total[side] += length
			longest[side] = max(longest[side], length)
		}
		// Of the hits on one side, the outermost only has to begin within reach.
		if total[0]-longest[0] < e.Within && total[1]-longest[1] < e.Within {
			return true
		}
	}
	return false
}

// sameWords reports two parts that find the same words. One word is never two parts.
func (l *linter) sameWords(a, b *syntax.Expr) {
	first, ok := l.partPhrases(a)
	second, ok2 := l.partPhrases(b)
	if !ok || !ok2 || hitRegion(a, syntax.Everywhere) != hitRegion(b, syntax.Everywhere) {
		return
	}
	if containEach(first, second) && containEach(second, first) {
		l.report(b.Pos, diag.Textf("%s and %s find the same words, and one word is never two parts of near, so these must stand in the text twice", brief(a), brief(b)),
			"use other words for one part; for two hits of the same words, use min: 2 instead of near")
		return
	}
	for _, pair := range [][2]*syntax.Expr{{a, b}, {b, a}} {
		long, short := first, second
		if pair[0] == b {
			long, short = second, first
		}
		inLong := func(p syntax.Phrase) bool {
			return slices.ContainsFunc(long, func(q syntax.Phrase) bool { return spellingCovers(p, q) })
		}
		if containEach(long, short) && !slices.ContainsFunc(short, func(p syntax.Phrase) bool { return !inLong(p) }) {
			l.report(b.Pos, diag.Textf("every hit of %s contains one of %s, and one word is never two parts of near, so the words of %s must stand in the text twice", brief(pair[0]), brief(pair[1]), brief(pair[1])),
				diag.Textf("leave out the part %s, or use words for it that %s does not contain", brief(pair[1]), brief(pair[0])))
		}
	}
}

// containEach reports whether each of the long phrases contains one of the short ones.
func containEach(long, short []syntax.Phrase) bool {
	return !slices.ContainsFunc(long, func(q syntax.Phrase) bool {
		return !slices.ContainsFunc(short, func(p syntax.Phrase) bool { return spellingCovers(p, q) })
	})
}

// maxPartPhrases is the number of phrases up to which those of two parts are compared, each with each.
const maxPartPhrases = 5000

// partPhrases returns the phrases whose hits are those of a part; false if it is more than a choice of phrases, or one of
// too many.
func (l *linter) partPhrases(e *syntax.Expr) ([]syntax.Phrase, bool) {
	if e.Min > 1 || len(e.Unless) > 0 {
		return nil, false
	}
	switch e.Op {
	case syntax.OpTerms:
		all := l.phrasesOf(e.List)
		return all, len(all) > 0 && len(all) <= maxPartPhrases && !hasExclusions(e.List)
	case syntax.OpUse:
		return l.partPhrases(e.Def.Expr)
	case syntax.OpAny:
		var all []syntax.Phrase
		for _, sub := range e.Sub {
			phrases, ok := l.partPhrases(sub)
			if all = append(all, phrases...); !ok || len(all) > maxPartPhrases {
				return nil, false
			}
		}
		return all, true
	}
	return nil, false
}

// hasExclusions reports whether a list, or one within it, has not_in.
func hasExclusions(list *syntax.List) bool {
	return slices.ContainsFunc(list.Within(), func(l *syntax.List) bool { return len(l.NotIn) > 0 })
}

// excludedParts reports an unless in part j of near, or in the part from which its distance counts, that excludes every
// hit that is close enough to the other part.
func (l *linter) excludedParts(e *syntax.Expr, j int) {
	reach := e.Link(j).Reach
	i := 0
	if e.Ordered || reach != (syntax.Reach{}) {
		i = j - 1
	}
	backward := syntax.Reach{Next: reach.Previous, Previous: reach.Next} // where part i is, seen from part j
	for _, pair := range []struct {
		part, other *syntax.Expr
		reach       syntax.Reach // where the other is, seen from the part
		ordered     syntax.Reach // the same for ordered
	}{
		{e.Sub[i], e.Sub[j], reach, syntax.Reach{Next: e.Within}},
		{e.Sub[j], e.Sub[i], backward, syntax.Reach{Previous: e.Within}},
	} {
		for _, w := range pair.part.Unless {
			covered := false
			switch {
			case !findsAllOf(w.Expr, pair.other):
			case reach != (syntax.Reach{}) && w.Reach != (syntax.Reach{}):
				covered = reachesAll(w.Reach, pair.reach)
			case reach != (syntax.Reach{}):
				covered = w.Within == 0 || max(reach.Next, reach.Previous) <= w.Within
			case w.Reach == (syntax.Reach{}):
				covered = w.Same <= e.Same && (w.Within == 0 || e.Within > 0 && e.Within <= w.Within)
			case e.Within > 0 && e.Same == syntax.SameSentence: // near may cross a comma, and a reach of 1 may not
				wanted := syntax.Reach{Next: e.Within, Previous: e.Within}
				if e.Ordered {
					wanted = pair.ordered
				}
				covered = reachesAll(w.Reach, wanted) && w.Reach.Next != 1 && w.Reach.Previous != 1
			}
			if covered {
				l.report(w.Expr.Pos, diag.Textf("near can never match: unless excludes every hit of %s that is close enough to %s", brief(pair.part), brief(pair.other)),
					"use a smaller distance in unless than in near, or delete it")
			}
		}
	}
}

// reachesAll reports whether everything within reach b is within reach a.
func reachesAll(a, b syntax.Reach) bool { return a.Next >= b.Next && a.Previous >= b.Previous }

// findsAllOf reports whether the hits of a part are hits of a list that an unless looks for everywhere.
func findsAllOf(e, part *syntax.Expr) bool {
	for e.Op == syntax.OpUse {
		e = e.Def.Expr
	}
	for part.Op == syntax.OpUse {
		part = part.Def.Expr
	}
	return e.Op == syntax.OpTerms && part.Op == syntax.OpTerms && e.In == 0 && e.Min <= 1 && len(e.Unless) == 0 && sameList(e.List, part.List)
}
