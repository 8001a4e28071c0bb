package syntax

import (
	"go.yaml.in/yaml/v4"

	"regwatch/internal/conditions"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// Days is a condition on the key dates that an article states. It is met if one date of the kind lies in the window,
// which counts from the day of the article.
type Days struct {
	Kind   string // conditions.Deadline or conditions.Effective
	Window models.DayWindow
}

// String describes the condition to a reader.
func (d *Days) String() string { return d.Kind + " " + d.Window.String() }

// query returns the condition as a field with its value.
func (d *Days) query() string { return d.Kind + ":" + conditions.FormatDays(d.Window) }

// yaml returns the value of the key deadline or effective.
func (d *Days) yaml() *yaml.Node {
	m := newMapping()
	if d.Window.Within > 0 {
		m.put("within", scalar(conditions.FormatDays(d.Window)))
	}
	for _, pair := range []struct{ key, value string }{{"from", d.Window.From}, {"until", d.Window.Until}} {
		if pair.value != "" {
			m.put(pair.key, scalar(pair.value))
		}
	}
	m.Style = yaml.FlowStyle
	return m.Node
}

// days reads the conditions of an expression on key dates.
func (p *parser) days(m yamlnode.Map) []*Expr {
	var found []*Expr
	for _, kind := range conditions.DayKinds() {
		if v := m.Get(kind); v.Exists() {
			found = append(found, &Expr{Op: OpDays, Days: &Days{kind, conditions.ReadDays(v, kind)}, Pos: p.pos(v)})
		}
	}
	return found
}
