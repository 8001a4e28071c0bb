package syntax

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/yamlnode"
)

// A Condition is on where an article comes from, and not on its text. It is met by any one of its
// values.
type Condition struct {
	Kind   string // one of the kinds of package conditions
	Values []Ident
}

func conditionKinds() []string {
	return []string{conditions.Source, conditions.Role, conditions.Language, conditions.Jurisdiction}
}

// conditionExample returns a condition of a kind as a query.
func conditionExample(kind string) string {
	switch kind {
	case conditions.Source:
		return "source:hkma-*"
	case conditions.Role:
		return "role:press"
	case conditions.Language:
		return "language:zh"
	default:
		return `jurisdiction:"Hong Kong"`
	}
}

// conditions reads the conditions of an expression on where an article comes from.
func (p *parser) conditions(m yamlnode.Map) []*Expr {
	var found []*Expr
	for _, kind := range conditionKinds() {
		v := m.Get(kind)
		if !v.Exists() {
			continue
		}
		c := &Condition{Kind: kind}
		for _, item := range v.Items() {
			value := item.String(kind)
			if what, want := conditions.Check(kind, value); what != "" {
				item.Report(what, want)
				continue
			}
			c.Values = append(c.Values, Ident{value, p.pos(item)})
		}
		if len(v.Items()) == 0 {
			v.Report(kind+" is empty", "add a value")
		}
		found = append(found, &Expr{Op: OpCondition, Condition: c, Pos: p.pos(v)})
	}
	return found
}

// Match reports whether an article with some attributes meets the condition.
func (c *Condition) Match(a conditions.Attributes) bool {
	return slices.ContainsFunc(c.Values, func(v Ident) bool { return a.Match(c.Kind, v.Name) })
}

// Accepts reports whether one value of an article meets the condition.
func (c *Condition) Accepts(value string) bool {
	return slices.ContainsFunc(c.Values, func(v Ident) bool { return conditions.Match(c.Kind, value, v.Name) })
}

// String describes the condition to a reader.
func (c *Condition) String() string {
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = v.Name
	}
	return c.Kind + " " + yamlnode.Or(values)
}
