package lint

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// tooMuch reports the ways in which a rule matches without any word, if they accept all of the press or all of a language.
func (l *linter) tooMuch(branches []scopedExpr) {
	for _, b := range branches {
		if b.RequiresText() {
			continue
		}
		found := requiredOrigins(b.Expr, nil)
		narrow := slices.ContainsFunc(found, func(c *syntax.Condition) bool { return c.Kind == conditions.Source })
		press := slices.ContainsFunc(found, func(c *syntax.Condition) bool {
			return c.Kind == conditions.Role && slices.ContainsFunc(c.Values, func(v syntax.Ident) bool { return v.Name == string(models.Press) })
		})
		official := slices.ContainsFunc(found, func(c *syntax.Condition) bool { return c.Kind == conditions.Role }) && !press
		if narrow || official || len(found) == 0 {
			continue
		}
		what := found[0].String()
		if press {
			what = "the press"
		}
		l.report(b.Pos, diag.Textf("every article of %s matches, whatever it is about", what), "add words to look for, or the source")
	}
}

// requiredOrigins appends the conditions that an article must meet to meet an expression.
func requiredOrigins(e *syntax.Expr, found []*syntax.Condition) []*syntax.Condition {
	switch e.Op {
	case syntax.OpCondition:
		return append(found, e.Condition)
	case syntax.OpUse:
		return requiredOrigins(e.Def.Expr, found)
	case syntax.OpAll:
		for _, sub := range e.Sub {
			found = requiredOrigins(sub, found)
		}
	case syntax.OpAny:
		if len(e.Sub) == 1 {
			return requiredOrigins(e.Sub[0], found)
		}
	}
	return found
}
