package rules

import "slices"

// An asked is a question and where it is asked.
type asked struct {
	*node
	from region
}

// A coverage answers whether one question is met wherever another is, by their
// shape. It says yes only where that is so; where it would take long to tell it
// says no.
type coverage struct{ steps int }

const maxCoverSteps = 20_000

// covers reports whether weak is met by every article that meets strong.
func (c *coverage) covers(weak, strong asked) bool {
	c.steps = 0
	return c.over(weak, strong)
}

func (c *coverage) over(weak, strong asked) bool {
	if c.steps++; c.steps > maxCoverSteps {
		return false
	}
	weak, strong = weak.narrowed(), strong.narrowed()
	if weak.from == 0 || strong.from == 0 {
		return false
	}
	return c.parts(weak, strong) || c.whole(weak, strong)
}

func (a asked) narrowed() asked {
	if a.in != 0 {
		a.from &= a.in
	}
	return a
}

func (a asked) kid(n *node) asked { return asked{n, a.from} }

// parts tries what strong is made of: whatever it counts and spoils, it is met
// only if they are.
func (c *coverage) parts(weak, strong asked) bool {
	some := func(k *node) bool { return c.over(weak, strong.kid(k)) }
	switch strong.op {
	case opUse:
		return some(strong.def.node)
	case opAll, opNear:
		return slices.ContainsFunc(strong.kids, some)
	case opAny:
		return !slices.ContainsFunc(strong.kids, func(k *node) bool { return !some(k) })
	}
	return false
}

// whole tries strong as it is.
func (c *coverage) whole(weak, strong asked) bool {
	if weak.min > 1 || len(weak.unless) > 0 {
		return weak.min <= strong.min && c.alike(weak, strong) && spoilsLess(weak.unless, strong.unless)
	}
	some := func(k *node) bool { return c.over(weak.kid(k), strong) }
	switch weak.op {
	case opUse:
		return some(weak.def.node)
	case opAny:
		return slices.ContainsFunc(weak.kids, some)
	case opAll:
		return !slices.ContainsFunc(weak.kids, func(k *node) bool { return !some(k) })
	case opNone:
		return strong.op == opNone && !slices.ContainsFunc(weak.kids, func(not *node) bool {
			return !slices.ContainsFunc(strong.kids, func(k *node) bool { return c.over(strong.kid(k), weak.kid(not)) })
		})
	case opFrom:
		return strong.op == opFrom && weak.node.from.holds(strong.node.from)
	case opTerms:
		return strong.op == opTerms && inside(strong.from, weak.from) && weak.list.holds(strong.list)
	case opNear:
		return strong.op == opNear && inside(strong.from, weak.from) && weak.node.looser(strong.node)
	}
	return false
}

// inside reports whether a lies within b.
func inside(a, b region) bool { return a&^b == 0 }

// alike reports whether the two have the same hits, but for where and how many.
func (c *coverage) alike(weak, strong asked) bool {
	if weak.op != strong.op || !inside(strong.from, weak.from) {
		return false
	}
	switch weak.op {
	case opTerms:
		return weak.list == strong.list
	case opUse:
		return weak.def == strong.def && (weak.from == strong.from || !weak.def.node.refuses())
	case opNear:
		return weak.node.looser(strong.node) && strong.node.looser(weak.node)
	}
	return false
}

// refuses reports whether there is a none in n, which is met less often where
// more is looked at.
func (n *node) refuses() bool {
	return n.op == opNone || n.op == opUse && n.def.node.refuses() || slices.ContainsFunc(n.kids, (*node).refuses)
}

// looser reports whether a near finds whatever another one does.
func (n *node) looser(than *node) bool {
	if n.within != 0 && (than.within == 0 || than.within > n.within) || n.same > than.same {
		return false
	}
	if n.ordered != than.ordered && (n.ordered || len(n.kids) > 2) {
		return false
	}
	if len(n.unless) > 0 {
		return false
	}
	if slices.EqualFunc(n.kids, than.kids, sameNode) {
		return true
	}
	// Of two parts without order either may come first.
	return !n.ordered && !than.ordered && len(n.kids) == 2 && len(than.kids) == 2 &&
		sameNode(n.kids[0], than.kids[1]) && sameNode(n.kids[1], than.kids[0])
}

// sameNode reports whether a and b ask the same in the same words.
func sameNode(a, b *node) bool {
	return a.op == b.op && a.in == b.in && max(a.min, 1) == max(b.min, 1) && a.within == b.within && a.same == b.same && a.ordered == b.ordered &&
		a.def == b.def && sameCondition(a.from, b.from) && sameList(a.list, b.list) && slices.EqualFunc(a.kids, b.kids, sameNode) && slices.EqualFunc(a.unless, b.unless, sameWindow)
}

func sameCondition(a, b *condition) bool {
	return a == b || a != nil && b != nil && a.holds(b) && b.holds(a)
}

// holds reports whether each value of other is one of c.
func (c *condition) holds(other *condition) bool {
	return c.kind == other.kind && !slices.ContainsFunc(other.values, func(v named) bool {
		return !slices.ContainsFunc(c.values, func(own named) bool { return own.name == v.name })
	})
}

func sameWindow(a, b window) bool {
	return a.within == b.within && a.same == b.same && sameNode(a.node, b.node)
}

func sameList(a, b *list) bool {
	return a == b || a != nil && b != nil && a.inline && b.inline && slices.Equal(a.phrases, b.phrases)
}

// spoilsLess reports whether every window of a is one of b.
func spoilsLess(a, b []window) bool {
	return !slices.ContainsFunc(a, func(w window) bool {
		return !slices.ContainsFunc(b, func(v window) bool { return sameWindow(w, v) })
	})
}

// holds reports whether l has a hit wherever other has one, by having its
// phrases or the list itself.
func (l *list) holds(other *list) bool {
	if l == other {
		return true
	}
	if len(l.notIn) > 0 {
		return false
	}
	if slices.ContainsFunc(l.sublists, func(sub *list) bool { return sub.holds(other) }) {
		return true
	}
	return !slices.ContainsFunc(other.phrases, func(p int32) bool { return !slices.Contains(l.phrases, p) }) &&
		!slices.ContainsFunc(other.sublists, func(sub *list) bool { return !l.holds(sub) })
}
