package lint

import (
	"slices"

	"regwatch/rules/syntax"
)

// A scopedExpr is an expression and the part of the article in which it is evaluated.
type scopedExpr struct {
	*syntax.Expr
	in syntax.Region
}

// narrowed returns the expression in the region that its own in leaves.
func (s scopedExpr) narrowed() scopedExpr {
	if s.In != 0 {
		s.in &= s.In
	}
	return s
}

func (s scopedExpr) sub(e *syntax.Expr) scopedExpr { return scopedExpr{e, s.in} }

// maxCoverSteps limits how many pairs of expressions one comparison looks at.
const maxCoverSteps = 20_000

// covers reports whether every article that strong matches is also matched by weak. It compares the
// structure of the two. True is always right; false may mean that the answer is unknown, or would
// take too long.
func covers(weak, strong scopedExpr) bool {
	c := comparison{steps: maxCoverSteps}
	return c.covers(weak, strong)
}

type comparison struct{ steps int }

func (c *comparison) covers(weak, strong scopedExpr) bool {
	if c.steps--; c.steps < 0 {
		return false
	}
	weak, strong = weak.narrowed(), strong.narrowed()
	if weak.in == 0 || strong.in == 0 {
		return false
	}
	return c.coversPart(weak, strong) || c.coversWhole(weak, strong)
}

// coversPart compares weak with the parts of strong. Whatever min and unless strong has, it matches
// only if they do.
func (c *comparison) coversPart(weak, strong scopedExpr) bool {
	coversSub := func(e *syntax.Expr) bool { return c.covers(weak, strong.sub(e)) }
	switch strong.Op {
	case syntax.OpUse:
		return coversSub(strong.Def.Expr)
	case syntax.OpAll, syntax.OpNear:
		return slices.ContainsFunc(strong.Sub, coversSub)
	case syntax.OpAny:
		return all(strong.Sub, coversSub)
	}
	return false
}

// coversWhole compares weak, or its parts, with strong as a whole.
func (c *comparison) coversWhole(weak, strong scopedExpr) bool {
	if weak.Min > 1 || len(weak.Unless) > 0 {
		return weak.Min <= strong.Min && sameHits(weak, strong) && hasWindows(strong.Unless, weak.Unless)
	}
	subCovers := func(e *syntax.Expr) bool { return c.covers(weak.sub(e), strong) }
	switch weak.Op {
	case syntax.OpUse:
		return subCovers(weak.Def.Expr)
	case syntax.OpAny:
		return slices.ContainsFunc(weak.Sub, subCovers)
	case syntax.OpAll:
		return all(weak.Sub, subCovers)
	case syntax.OpNone:
		return strong.Op == syntax.OpNone && all(weak.Sub, func(not *syntax.Expr) bool {
			return slices.ContainsFunc(strong.Sub, func(e *syntax.Expr) bool { return c.covers(strong.sub(e), weak.sub(not)) })
		})
	case syntax.OpCondition:
		return strong.Op == syntax.OpCondition && conditionCovers(weak.Condition, strong.Condition)
	case syntax.OpDays:
		return strong.Op == syntax.OpDays && daysCover(weak.Days, strong.Days)
	case syntax.OpAmount:
		return strong.Op == syntax.OpAmount && within(strong.in, weak.in) && amountCovers(weak.Amount, strong.Amount)
	case syntax.OpTerms:
		return strong.Op == syntax.OpTerms && within(strong.in, weak.in) && c.listCovers(weak.List, strong.List)
	case syntax.OpNear:
		return strong.Op == syntax.OpNear && within(strong.in, weak.in) && nearCovers(weak.Expr, strong.Expr)
	}
	return false
}

func all(exprs []*syntax.Expr, f func(*syntax.Expr) bool) bool {
	return !slices.ContainsFunc(exprs, func(e *syntax.Expr) bool { return !f(e) })
}

// within reports whether region a lies within b.
func within(a, b syntax.Region) bool { return a&^b == 0 }

// sameHits reports whether the two expressions have the same hits, without their min and unless, and
// as far as both look in the same region.
func sameHits(weak, strong scopedExpr) bool {
	if weak.Op != strong.Op || !within(strong.in, weak.in) {
		return false
	}
	switch weak.Op {
	case syntax.OpTerms:
		return weak.List == strong.List
	case syntax.OpAmount:
		return *weak.Amount == *strong.Amount
	case syntax.OpUse:
		return weak.Def == strong.Def && (weak.in == strong.in || !containsNone(weak.Def.Expr))
	case syntax.OpNear:
		return nearCovers(weak.Expr, strong.Expr) && nearCovers(strong.Expr, weak.Expr)
	}
	return false
}

// containsNone reports whether there is a none within e. In a larger region it is met less often.
func containsNone(e *syntax.Expr) bool { return findsNone(e, make(map[*syntax.Definition]bool)) }

// findsNone looks into each definition once.
func findsNone(e *syntax.Expr, met map[*syntax.Definition]bool) bool {
	if e.Op == syntax.OpUse && !met[e.Def] {
		met[e.Def] = true
		return findsNone(e.Def.Expr, met)
	}
	return e.Op == syntax.OpNone || slices.ContainsFunc(e.Sub, func(sub *syntax.Expr) bool { return findsNone(sub, met) })
}

// nearCovers reports whether one near has a hit wherever the other has.
func nearCovers(weak, strong *syntax.Expr) bool {
	if weak.Within != 0 && (strong.Within == 0 || strong.Within > weak.Within) || weak.Same > strong.Same {
		return false
	}
	if weak.Ordered != strong.Ordered && (weak.Ordered || len(weak.Sub) > 2) {
		return false
	}
	if len(weak.Unless) > 0 || !slices.EqualFunc(weak.Links, strong.Links, sameLink) {
		return false
	}
	if slices.EqualFunc(weak.Sub, strong.Sub, sameExpr) {
		return true
	}
	// Two parts without order may be swapped.
	return !weak.Ordered && !weak.HasLinks() && !strong.Ordered && len(weak.Sub) == 2 && len(strong.Sub) == 2 &&
		sameExpr(weak.Sub[0], strong.Sub[1]) && sameExpr(weak.Sub[1], strong.Sub[0])
}

// conditionCovers reports whether each value of strong is among those of weak.
func conditionCovers(weak, strong *syntax.Condition) bool {
	return weak.Kind == strong.Kind && !slices.ContainsFunc(strong.Values, func(v syntax.Ident) bool {
		return !slices.ContainsFunc(weak.Values, func(w syntax.Ident) bool { return w.Name == v.Name })
	})
}

// listCovers reports whether weak has a hit wherever strong has one: it contains the phrases of
// strong, or the list itself.
func (c *comparison) listCovers(weak, strong *syntax.List) bool {
	if c.steps--; c.steps < 0 {
		return false
	}
	if weak == strong {
		return true
	}
	if len(weak.NotIn) > 0 {
		return false
	}
	if slices.ContainsFunc(weak.Sublists, func(sub *syntax.List) bool { return c.listCovers(sub, strong) }) {
		return true
	}
	return !slices.ContainsFunc(strong.Phrases, func(p int32) bool { return !slices.Contains(weak.Phrases, p) }) &&
		!slices.ContainsFunc(strong.Sublists, func(sub *syntax.List) bool { return !c.listCovers(weak, sub) })
}

// sameExpr reports whether a and b are the same expression, possibly written twice.
func sameExpr(a, b *syntax.Expr) bool {
	return a.Op == b.Op && a.In == b.In && max(a.Min, 1) == max(b.Min, 1) && a.Within == b.Within && a.Same == b.Same && a.Ordered == b.Ordered &&
		a.Def == b.Def && sameCondition(a.Condition, b.Condition) && sameAmount(a.Amount, b.Amount) && sameDays(a.Days, b.Days) && sameList(a.List, b.List) && slices.EqualFunc(a.Sub, b.Sub, sameExpr) &&
		slices.EqualFunc(a.Links, b.Links, sameLink) && slices.EqualFunc(a.Unless, b.Unless, sameWindow)
}

func sameCondition(a, b *syntax.Condition) bool {
	return a == b || a != nil && b != nil && conditionCovers(a, b) && conditionCovers(b, a)
}

func sameAmount(a, b *syntax.Amount) bool {
	return a == b || a != nil && b != nil && amountCovers(a, b) && amountCovers(b, a)
}

func sameDays(a, b *syntax.Days) bool { return a == b || a != nil && b != nil && *a == *b }

func sameList(a, b *syntax.List) bool {
	return a == b || a != nil && b != nil && a.Inline && b.Inline && slices.Equal(a.Phrases, b.Phrases) && slices.Equal(a.Sublists, b.Sublists)
}

func sameLink(a, b syntax.Link) bool { return a.Reach == b.Reach && sameList(a.Without, b.Without) }

func sameWindow(a, b syntax.Window) bool {
	return a.Within == b.Within && a.Same == b.Same && a.Reach == b.Reach && sameExpr(a.Expr, b.Expr)
}

// hasWindows reports whether each of the wanted windows is among some others.
func hasWindows(windows, wanted []syntax.Window) bool {
	return !slices.ContainsFunc(wanted, func(w syntax.Window) bool {
		return !slices.ContainsFunc(windows, func(v syntax.Window) bool { return sameWindow(w, v) })
	})
}

// amountCovers reports whether every amount that meets strong meets weak.
func amountCovers(weak, strong *syntax.Amount) bool {
	return (weak.Currency == "" || weak.Currency == strong.Currency) && weak.Low() <= strong.Low() && weak.High() >= strong.High()
}

// daysCover reports whether every date that meets strong meets weak.
func daysCover(weak, strong *syntax.Days) bool {
	a, b := weak.Window, strong.Window
	if weak.Kind != strong.Kind || (a.Within > 0) != (b.Within > 0) {
		return false
	}
	return a.Within >= b.Within && a.From <= b.From && (a.Until == "" || b.Until != "" && a.Until >= b.Until)
}
