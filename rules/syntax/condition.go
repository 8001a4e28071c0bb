package syntax

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// A Condition is on where an article comes from, or on the kind of its text as a whole. It is met by any one of its
// values.
type Condition struct {
	Kind   string // one of the kinds of package conditions
	Values []Ident
}

// amountField is the field of a query for amounts.
const amountField = "amount"

// ruleField is the field of a query that names a rule.
const ruleField = "rule"

// valueFields returns the fields of a query that have a value.
func valueFields() []string {
	return append(append(conditionKinds(), conditions.DayKinds()...), amountField, ruleField)
}

func conditionKinds() []string {
	return []string{conditions.Source, conditions.Role, conditions.Language, conditions.Jurisdiction, conditions.TextKind}
}

// conditionExample returns a condition of a kind as a query.
func conditionExample(kind string) diag.Text {
	if kind == conditions.Deadline || kind == conditions.Effective {
		return diag.Textf("%s or %s", kind+":60d", kind+":2026-01-01..2026-12-31")
	}
	example := `jurisdiction:"Hong Kong"`
	switch kind {
	case conditions.Source:
		example = "source:hkma-*"
	case conditions.Role:
		example = "role:press"
	case conditions.Language:
		example = "language:zh"
	case conditions.TextKind:
		example = "kind:opinion"
	case amountField:
		example = `amount:">=10m HKD"`
	}
	return diag.Textf("%s", example)
}

// conditions reads the conditions of an expression on the article as a whole.
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
			v.Report(diag.Textf("%s is empty", diag.Text(kind)), "add a value")
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
