package rules

import (
	"fmt"
	"slices"
)

// logic reports the parts of a rule that can never matter.
func (l *linter) logic(r *Rule) {
	for _, n := range r.questions() {
		if l.dead(n, everywhere) {
			l.reportDead(n, everywhere)
			continue
		}
		l.walk(n, everywhere, nil)
		l.spoils(n)
	}
	var c coverage
	if r.mention != nil && c.covers(asked{r.when, everywhere}, asked{r.mention, everywhere}) {
		l.report(r.mention.at, "nothing is ever a mention: when is met wherever this is", "want a weaker question than when, or no mention")
	}
	for _, t := range r.tags {
		always := c.covers(asked{t.node, everywhere}, asked{r.when, everywhere}) &&
			(r.mention == nil || c.covers(asked{t.node, everywhere}, asked{r.mention, everywhere}))
		if always {
			l.report(t.at, fmt.Sprintf("every match has the tag %q", t.name), "want a tag that tells matches apart")
		}
	}
}

// A walked is a question that was gone through, where it was asked, and the last
// of what was refused beside it.
type walked struct {
	*node
	from    region
	refused *node
}

// walk goes through the questions of which it matters only whether they are met,
// with what must not be met beside them.
func (l *linter) walk(n *node, from region, refused []asked) {
	if n.in != 0 {
		from &= n.in
	}
	key := walked{n, from, nil}
	if len(refused) > 0 {
		key.refused = refused[len(refused)-1].node
	}
	if l.walked[key] {
		return
	}
	l.walked[key] = true
	l.tooMany(n, from)
	if n.min > 1 || len(n.unless) > 0 {
		return
	}
	switch n.op {
	case opUse:
		l.walk(n.def.node, from, refused)
	case opAll:
		if l.clashes(n, from) {
			return
		}
		refused = slices.Concat(refused, n.refusals(from))
		for _, k := range n.kids {
			if k.op == opNone {
				continue
			}
			if no, ok := refuses(refused, asked{k, from}); ok {
				l.report(k.at, fmt.Sprintf("%s can never match: none in line %d refuses it", brief(k), no.at.line), "want one of the two taken out")
				continue
			}
			l.walk(k, from, refused)
		}
	case opAny:
		l.branches(n, from, refused)
	}
}

// refusals are the questions that the none within an all refuses.
func (n *node) refusals(from region) []asked {
	var refused []asked
	for _, k := range n.kids {
		if k.op != opNone {
			continue
		}
		in := asked{k, from}.narrowed().from
		for _, not := range k.kids {
			refused = append(refused, asked{not, in})
		}
	}
	return refused
}

// clashes reports an all that refuses what it asks for.
func (l *linter) clashes(n *node, from region) bool {
	if n.op != opAll {
		return false
	}
	refused := n.refusals(from)
	found := false
	for _, k := range n.kids {
		if no, ok := refuses(refused, asked{k, from}); ok && k.op != opNone {
			l.report(no.at, fmt.Sprintf("this can never match: none refuses %s, and %s is asked for", brief(no), brief(k)), "want one of the two taken out")
			found = true
		}
	}
	return found
}

// branches reports the branches of any that another makes needless, and those
// that what stands beside the any refuses.
func (l *linter) branches(n *node, from region, refused []asked) {
	var c coverage
	for _, k := range n.kids {
		if l.dead(k, from) {
			l.reportDead(k, from)
			l.idle[k] = true
		} else if no, ok := refuses(refused, asked{k, from}); ok {
			l.report(k.at, fmt.Sprintf("the branch %s can never match: none in line %d refuses it", brief(k), no.at.line), "want one of the two taken out")
			l.idle[k] = true
		} else if l.clashes(k, asked{k, from}.narrowed().from) {
			l.idle[k] = true
		}
	}
	for i, k := range n.kids {
		for j, other := range n.kids {
			if i == j || l.idle[k] || l.idle[other] || !c.covers(asked{other, from}, asked{k, from}) {
				continue
			}
			// Of two that say the same, the later goes.
			if i < j && c.covers(asked{k, from}, asked{other, from}) {
				continue
			}
			l.report(k.at, fmt.Sprintf("the branch %s is never needed: %s in line %d is met wherever it is", brief(k), brief(other), other.at.line), "want it taken out, or the other made narrower")
			l.idle[k] = true
		}
		if !l.idle[k] {
			l.walk(k, from, refused)
		}
	}
}

// refuses returns the refused question that is met wherever q is.
func refuses(refused []asked, q asked) (*node, bool) {
	var c coverage
	for _, no := range refused {
		if c.covers(no, q) {
			return no.node, true
		}
	}
	return nil, false
}

// dead reports whether n can never be met from there, for its in.
func (l *linter) dead(n *node, from region) bool {
	if n.in != 0 {
		from &= n.in
	}
	switch n.op {
	case opTerms:
		return from == 0
	case opUse:
		return from == 0 || l.dead(n.def.node, from)
	case opAny:
		return !slices.ContainsFunc(n.kids, func(k *node) bool { return !l.dead(k, from) })
	case opAll:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return l.dead(k, from) })
	case opNear:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return l.dead(k, from) }) || !mayJoin(n.kids, from)
	}
	return false
}

// mayJoin reports whether the parts of a near may stand in one field: the title's
// last words and the body's first are not near each other.
func mayJoin(kids []*node, from region) bool {
	both := everywhere
	for _, k := range kids {
		var fields region
		at := k.reaches(from)
		if at&regionTitle != 0 {
			fields |= regionTitle
		}
		if at&regionBody != 0 {
			fields |= regionBody
		}
		both &= fields
	}
	return both != 0
}

// reaches returns where the hits of n may stand.
func (n *node) reaches(from region) region {
	if n.in != 0 {
		from &= n.in
	}
	switch n.op {
	case opUse:
		return n.def.node.reaches(from)
	case opTerms:
		return from
	}
	var r region
	for _, k := range n.kids {
		r |= k.reaches(from)
	}
	return r
}

func (l *linter) reportDead(n *node, from region) {
	here := from
	if n.in != 0 {
		here &= n.in
	}
	for _, k := range n.kids {
		if n.op != opNone && l.dead(k, here) {
			l.reportDead(k, here)
			if n.op != opAny {
				return
			}
		}
	}
	switch {
	case n.op == opNear && !slices.ContainsFunc(n.kids, func(k *node) bool { return l.dead(k, here) }):
		l.report(n.at, "near can never be met: one part is in the title, another in the body", "want all of its parts in one of them")
	case n.op == opUse && l.dead(n.def.node, everywhere):
		l.reportDead(n.def.node, everywhere)
	case n.op == opUse:
		l.report(n.at, fmt.Sprintf("%s can never be met: the definition looks elsewhere", brief(n)), "want in to lie within the in of the definition")
	case n.op == opTerms:
		l.report(n.at, fmt.Sprintf("%s can never be met: what stands around it looks elsewhere", brief(n)), "want in to lie within the in further out")
	}
}

// A title has seldom more tokens than this; a Chinese character is one.
const titleMax = 60

// tooMany reports a min that no place has room for.
func (l *linter) tooMany(n *node, from region) {
	room, where := 0, ""
	switch from {
	case regionTitle:
		room, where = titleMax, "a title"
	case regionLead:
		room, where = leadMax, "a lead"
	default:
		return
	}
	if size := l.shortest(n); n.min > 1 && n.min*size > room {
		l.report(n.at, fmt.Sprintf("min is %d, and %s has no room for so many", n.min, where), fmt.Sprintf("want at most %d", room/size))
	}
}

// shortest returns the fewest tokens that a hit of n takes up.
func (l *linter) shortest(n *node) int {
	switch n.op {
	case opTerms:
		least := maxPhrase
		for _, ph := range l.set.everyPhrase(n.list) {
			least = min(least, len(ph.tokens))
		}
		return least
	case opUse:
		return l.shortest(n.def.node)
	case opNear:
		sum := 0
		for _, k := range n.kids {
			sum += l.shortest(k)
		}
		return sum
	}
	least := maxPhrase
	for _, k := range n.kids {
		least = min(least, l.shortest(k))
	}
	return least
}

// spoils reports an unless that spoils every hit, as the hit itself meets it.
func (l *linter) spoils(n *node) {
	if l.spoilt[n] {
		return
	}
	l.spoilt[n] = true
	var c coverage
	for _, w := range n.unless {
		bare := *n
		bare.unless, bare.min = nil, 0
		if bare.hasPlace(nil) && (w.same == sameField || bare.op == opTerms) && c.covers(asked{w.node, everywhere}, asked{&bare, everywhere}) {
			l.report(w.node.at, fmt.Sprintf("unless spoils every hit of %s, which meets %s itself", brief(&bare), brief(w.node)), "want words that some hits have close by and others have not")
		}
	}
	if n.op == opUse {
		l.spoils(n.def.node)
	}
	for _, k := range n.kids {
		l.spoils(k)
	}
}

// brief is what n asks for, short enough for a message.
func brief(n *node) string { return cutOff(n.String(), 60) }
