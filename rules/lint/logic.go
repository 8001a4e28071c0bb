package lint

import (
	"slices"

	"regwatch/internal/diag"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// logic reports the parts of a rule that can never match, or make no difference.
func (l *linter) logic(r *rules.Rule) {
	for _, e := range r.Exprs() {
		if neverMatches(e, syntax.Everywhere) {
			l.reportNeverMatches(e, syntax.Everywhere)
			continue
		}
		l.walk(e, syntax.Everywhere, nil)
		l.positions(e)
	}
	whole := func(e *syntax.Expr) scopedExpr { return scopedExpr{e, syntax.Everywhere} }
	if r.Mention != nil && covers(whole(r.When), whole(r.Mention)) {
		l.report(r.Mention.Pos, "mention never applies: when matches wherever it does", "use a weaker condition than when, or delete mention")
	}
	for _, t := range r.Tags {
		always := covers(whole(t.Expr), whole(r.When)) && (r.Mention == nil || covers(whole(t.Expr), whole(r.Mention)))
		if always {
			l.report(t.Pos, diag.Textf("every match gets the tag %q", t.Name), "use a condition that only some matches meet, or delete the tag")
		}
	}
}

// A visit identifies an expression that was walked: itself, where it is evaluated, and the last
// expression that is excluded beside it.
type visit struct {
	*syntax.Expr
	in       syntax.Region
	excluded *syntax.Expr
}

// walk checks the expressions of which only matters whether they match, and not where. None of the
// excluded expressions, which stand beside e, may match.
func (l *linter) walk(e *syntax.Expr, in syntax.Region, excluded []scopedExpr) {
	if e.In != 0 {
		in &= e.In
	}
	key := visit{e, in, nil}
	if len(excluded) > 0 {
		key.excluded = excluded[len(excluded)-1].Expr
	}
	if l.visited[key] {
		return
	}
	l.visited[key] = true
	l.minTooHigh(e, in)
	if e.Min > 1 || len(e.Unless) > 0 {
		return
	}
	switch e.Op {
	case syntax.OpUse:
		l.walk(e.Def.Expr, in, excluded)
	case syntax.OpAll:
		l.walkAll(e, in, excluded)
	case syntax.OpAny:
		l.walkAny(e, in, excluded)
	}
}

// walkAll checks the operands of all. Its none excludes what stands beside it.
func (l *linter) walkAll(e *syntax.Expr, in syntax.Region, excluded []scopedExpr) {
	if l.contradicts(e, in) {
		return
	}
	excluded = slices.Concat(excluded, exclusions(e, in))
	for _, sub := range e.Sub {
		if sub.Op == syntax.OpNone {
			continue
		}
		if not, ok := excludes(excluded, scopedExpr{sub, in}); ok {
			l.report(sub.Pos, diag.Textf("%s can never match: none on line %d excludes it", brief(sub), not.Pos.Line), "delete one of the two")
			continue
		}
		l.walk(sub, in, excluded)
	}
}

// walkAny reports the branches of any that can never match, and those that another branch makes
// redundant.
func (l *linter) walkAny(e *syntax.Expr, in syntax.Region, excluded []scopedExpr) {
	for _, sub := range e.Sub {
		if neverMatches(sub, in) {
			l.reportNeverMatches(sub, in)
			l.reported[sub] = true
		} else if not, ok := excludes(excluded, scopedExpr{sub, in}); ok {
			l.report(sub.Pos, diag.Textf("the branch %s can never match: none on line %d excludes it", brief(sub), not.Pos.Line), "delete one of the two")
			l.reported[sub] = true
		} else if l.contradicts(sub, scopedExpr{sub, in}.narrowed().in) {
			l.reported[sub] = true
		}
	}
	for i, sub := range e.Sub {
		l.redundantBranch(e, i, in)
		if !l.reported[sub] {
			l.walk(sub, in, excluded)
		}
	}
}

// redundantBranch reports branch i of any if another branch covers it.
func (l *linter) redundantBranch(e *syntax.Expr, i int, in syntax.Region) {
	branch := e.Sub[i]
	for j, other := range e.Sub {
		if i == j || l.reported[branch] || l.reported[other] || !covers(scopedExpr{other, in}, scopedExpr{branch, in}) {
			continue
		}
		// Of two that are equal, the later one is redundant.
		if i < j && covers(scopedExpr{branch, in}, scopedExpr{other, in}) {
			continue
		}
		l.report(branch.Pos, diag.Textf("the branch %s is redundant: %s on line %d matches wherever it does", brief(branch), brief(other), other.Pos.Line), "delete it, or narrow the other one")
		l.reported[branch] = true
	}
}

// exclusions returns the expressions that the none within an all excludes.
func exclusions(e *syntax.Expr, in syntax.Region) []scopedExpr {
	var excluded []scopedExpr
	for _, sub := range e.Sub {
		if sub.Op != syntax.OpNone {
			continue
		}
		narrowed := scopedExpr{sub, in}.narrowed().in
		for _, not := range sub.Sub {
			excluded = append(excluded, scopedExpr{not, narrowed})
		}
	}
	return excluded
}

// excludes returns the excluded expression that matches wherever e does.
func excludes(excluded []scopedExpr, e scopedExpr) (*syntax.Expr, bool) {
	for _, not := range excluded {
		if covers(not, e) {
			return not.Expr, true
		}
	}
	return nil, false
}

// contradicts reports an all that excludes what it requires.
func (l *linter) contradicts(e *syntax.Expr, in syntax.Region) bool {
	if e.Op != syntax.OpAll {
		return false
	}
	excluded := exclusions(e, in)
	found := false
	for _, sub := range e.Sub {
		if not, ok := excludes(excluded, scopedExpr{sub, in}); ok && sub.Op != syntax.OpNone {
			l.report(not.Pos, diag.Textf("this can never match: none excludes %s, but %s is required", brief(not), brief(sub)), "delete one of the two")
			found = true
		}
	}
	return found
}

// neverMatches reports whether e, evaluated in a region, can never match because of an in.
func neverMatches(e *syntax.Expr, in syntax.Region) bool {
	if e.In != 0 {
		in &= e.In
	}
	never := func(sub *syntax.Expr) bool { return neverMatches(sub, in) }
	switch e.Op {
	case syntax.OpTerms, syntax.OpAmount:
		return in == 0
	case syntax.OpUse:
		return in == 0 || never(e.Def.Expr)
	case syntax.OpAny:
		return all(e.Sub, never)
	case syntax.OpAll:
		return slices.ContainsFunc(e.Sub, never)
	case syntax.OpNear:
		return slices.ContainsFunc(e.Sub, never) || !inOneField(e.Sub, in)
	}
	return false
}

// inOneField reports whether the parts of a near can be in the same field: the last words of the
// title and the first ones of the body are not near each other.
func inOneField(parts []*syntax.Expr, in syntax.Region) bool {
	shared := syntax.Everywhere
	for _, part := range parts {
		var fields syntax.Region
		at := hitRegion(part, in)
		if at&syntax.RegionTitle != 0 {
			fields |= syntax.RegionTitle
		}
		if at&syntax.RegionBody != 0 {
			fields |= syntax.RegionBody
		}
		shared &= fields
	}
	return shared != 0
}

// hitRegion returns where the hits of e can be.
func hitRegion(e *syntax.Expr, in syntax.Region) syntax.Region {
	if e.In != 0 {
		in &= e.In
	}
	switch e.Op {
	case syntax.OpUse:
		return hitRegion(e.Def.Expr, in)
	case syntax.OpTerms, syntax.OpAmount:
		return in
	}
	var r syntax.Region
	for _, sub := range e.Sub {
		r |= hitRegion(sub, in)
	}
	return r
}

// reportNeverMatches reports the innermost reason why e can never match.
func (l *linter) reportNeverMatches(e *syntax.Expr, in syntax.Region) {
	narrowed := in
	if e.In != 0 {
		narrowed &= e.In
	}
	for _, sub := range e.Sub {
		if e.Op != syntax.OpNone && neverMatches(sub, narrowed) {
			l.reportNeverMatches(sub, narrowed)
			if e.Op != syntax.OpAny {
				return
			}
		}
	}
	switch {
	case e.Op == syntax.OpNear && !slices.ContainsFunc(e.Sub, func(sub *syntax.Expr) bool { return neverMatches(sub, narrowed) }):
		l.report(e.Pos, "near can never match: one part is in the title, another in the body", "put all of its parts in the same field")
	case e.Op == syntax.OpUse && neverMatches(e.Def.Expr, syntax.Everywhere):
		l.reportNeverMatches(e.Def.Expr, syntax.Everywhere)
	case e.Op == syntax.OpUse:
		l.report(e.Pos, diag.Textf("%s can never match: the definition looks in another part of the article", brief(e)), "use an in that lies within the definition's in")
	case e.Op == syntax.OpTerms || e.Op == syntax.OpAmount:
		l.report(e.Pos, diag.Textf("%s can never match: the expression around it looks in another part of the article", brief(e)), "use an in that lies within the outer in")
	}
}

// maxTitleTokens is more than nearly every title has. A Chinese character is one token.
const maxTitleTokens = 60

// minTooHigh reports a min for which the title or the lead is too short.
func (l *linter) minTooHigh(e *syntax.Expr, in syntax.Region) {
	room, where := 0, ""
	switch in {
	case syntax.RegionTitle:
		room, where = maxTitleTokens, "a title"
	case syntax.RegionLead:
		room, where = rules.MaxLeadTokens, "a lead"
	default:
		return
	}
	if size := l.minTokens(e); e.Min > 1 && e.Min*size > room {
		l.report(e.Pos, diag.Textf("min is %d, but %s is too short for that", e.Min, where), diag.Textf("use at most %d", room/size))
	}
}

// minTokens returns the length of the shortest possible hit of e.
func (l *linter) minTokens(e *syntax.Expr) int {
	switch e.Op {
	case syntax.OpTerms:
		shortest := syntax.MaxPhrase
		for _, ph := range l.phrasesOf(e.List) {
			shortest = min(shortest, len(ph.Tokens))
		}
		return shortest
	case syntax.OpAmount:
		return 2 // a number, and its scale or currency
	case syntax.OpUse:
		return l.minTokens(e.Def.Expr)
	case syntax.OpNear:
		sum := 0
		for _, sub := range e.Sub {
			sum += l.minTokens(sub)
		}
		return sum
	}
	shortest := syntax.MaxPhrase
	for _, sub := range e.Sub {
		shortest = min(shortest, l.minTokens(sub))
	}
	return shortest
}

// positions checks the options about where hits are, in an expression and all that is within it.
func (l *linter) positions(e *syntax.Expr) {
	if l.positionsChecked[e] {
		return
	}
	l.positionsChecked[e] = true
	l.unless(e)
	switch e.Op {
	case syntax.OpNear:
		l.near(e)
	case syntax.OpAll:
		l.splitNumbers(operandItems(e))
	case syntax.OpUse:
		l.positions(e.Def.Expr)
	}
	for _, sub := range e.Sub {
		l.positions(sub)
	}
	for _, w := range e.Unless {
		l.positions(w.Expr)
	}
}

// unless reports an unless that excludes every hit, because the hit itself matches it, and a without that has no effect.
func (l *linter) unless(e *syntax.Expr) {
	for _, link := range e.Links {
		if link.Without != nil && max(link.Reach.Next, link.Reach.Previous) == 1 {
			l.report(link.Without.Pos, "without has no effect: no word stands between neighbours", "delete it, or allow a greater distance with next or previous")
		}
	}
	for _, w := range e.Unless {
		if w.Reach != (syntax.Reach{}) {
			continue // a hit is neither after nor before itself
		}
		bare := *e
		bare.Unless, bare.Min = nil, 0
		if bare.HasPosition() && (w.Same == syntax.SameField || bare.Op == syntax.OpTerms) && covers(scopedExpr{w.Expr, syntax.Everywhere}, scopedExpr{&bare, syntax.Everywhere}) {
			l.report(w.Expr.Pos, diag.Textf("unless excludes every hit of %s, because the hit itself matches %s", brief(&bare), brief(w.Expr)), "use words that are close to only some of the hits")
		}
	}
}
