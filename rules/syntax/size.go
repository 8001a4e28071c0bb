package syntax

import (
	"slices"

	"regwatch/internal/diag"
)

// maxUsed limits what an expression uses: how many expressions there are in its definitions and rules once all of them are
// written out. If each definition uses the next one several times, this number grows with every level, and to explain,
// read or check a rule means to visit all of them. No shipped rule has more than a few hundred.
//
// It limits the lists within a list, too, counted in the same way.
const maxUsed = 10_000

// checkSizes reports the definitions, rules and lists that are too large, of those that use each other the innermost. It
// takes as long as reading their files once.
func (res *resolver) checkSizes(rules []*Rule) {
	c := sizeChecker{res: res, definitions: make(map[*Definition]int), lists: make(map[*List]int)}
	for _, d := range res.table.Definitions {
		c.definition(d, "definition")
	}
	for _, r := range rules {
		for _, name := range r.DefinitionNames {
			c.definition(r.Definitions[name], "definition")
		}
		when := res.whens[r]
		if when == nil {
			when = &Definition{Ident{r.ID, r.WhenPos}, r.When}
		}
		c.definition(when, "rule")
		for _, e := range r.Exprs() {
			if e != r.When {
				c.definition(&Definition{Ident{r.ID, e.at()}, e}, "this expression of rule")
			}
		}
	}
	for _, l := range res.table.Lists {
		c.list(l)
	}
}

// at returns the position of an expression that may be missing.
func (e *Expr) at() Pos {
	if e == nil {
		return Pos{}
	}
	return e.Pos
}

// A sizeChecker knows the sizes of what was measured, or is being measured: something that uses itself is a mistake of its
// own. Sizes are exact up to maxUsed. What uses something that is too large has no size: only the innermost is reported.
type sizeChecker struct {
	res         *resolver
	definitions map[*Definition]int
	lists       map[*List]int
}

// noSize is the size of what is too large, or uses something that is.
const noSize = -1

// definition returns the number of expressions in a definition with all that it uses.
func (c *sizeChecker) definition(d *Definition, what string) int {
	if size, known := c.definitions[d]; known {
		return size
	}
	c.definitions[d] = 1
	written, used := c.expr(d.Expr)
	size := written + used
	if used == noSize {
		size = noSize
	} else if used > maxUsed {
		c.report(d.Pos, diag.Textf("%s %q is too large: the definitions and rules that it uses have more than %d expressions once they are written out", what, d.Name, maxUsed),
			"use fewer of them, or each of them fewer times")
		size = noSize
	}
	c.definitions[d] = size
	return size
}

func (c *sizeChecker) report(at Pos, what, want diag.Text) {
	c.res.tooLarge = true
	c.res.report(at, what, want)
}

// expr returns the number of expressions that are written in an expression, and in what it uses.
func (c *sizeChecker) expr(e *Expr) (written, used int) {
	if e == nil {
		return 0, 0
	}
	written = 1
	if e.Op == OpUse && e.Def != nil {
		what := "definition"
		if e.OfRule {
			what = "rule"
		}
		used = c.definition(e.Def, what)
	}
	parts := slices.Clone(e.Sub)
	for _, w := range e.Unless {
		parts = append(parts, w.Expr)
	}
	for _, part := range parts {
		w, u := c.expr(part)
		written, used = written+w, addSizes(used, u)
	}
	return written, used
}

func addSizes(a, b int) int {
	if a == noSize || b == noSize {
		return noSize
	}
	return min(a+b, maxUsed+1)
}

// list returns the number of lists that a list is once those within it are written out.
func (c *sizeChecker) list(l *List) int {
	if size, known := c.lists[l]; known {
		return size
	}
	c.lists[l] = 1
	size := 1
	for _, sub := range slices.Concat(l.Sublists, l.ExcludedLists) {
		size = addSizes(size, c.list(sub))
	}
	if size > maxUsed {
		c.report(l.Pos, diag.Textf("term list %q is too large: there are more than %d lists within it once they are written out", l.Name, maxUsed),
			"use fewer lists in it, or each of them fewer times")
		size = noSize
	}
	c.lists[l] = size
	return size
}
