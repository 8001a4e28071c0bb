package rules

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/conditions"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// conditionKeys are the conditions on where an article comes from, and not on what it
// says. Each is met by any one of its values.
var conditionKeys = []string{conditions.Source, conditions.Role, conditions.Language, conditions.Jurisdiction}

// conditionExamples show a condition of each kind in a query.
var conditionExamples = map[string]string{
	conditions.Source: "source:hkma-*", conditions.Role: "role:press", conditions.Language: "language:zh", conditions.Jurisdiction: `jurisdiction:"Hong Kong"`,
}

// A condition is one kind of condition with its values.
type condition struct {
	kind   string // one of conditionKeys
	values []named
}

// conditions reads the keys that ask where an article comes from.
func (p *parser) conditions(m yamlnode.Map) []*node {
	var found []*node
	for _, kind := range conditionKeys {
		v := m.Get(kind)
		if !v.There() {
			continue
		}
		c := &condition{kind: kind}
		for _, item := range v.Items() {
			value := item.String(kind)
			if what, want := conditions.Check(kind, value); what != "" {
				item.Report(what, want)
				continue
			}
			c.values = append(c.values, named{value, p.at(item)})
		}
		if len(v.Items()) == 0 {
			v.Report(kind+" is empty", "want a value")
		}
		found = append(found, &node{op: opFrom, from: c, at: p.at(v)})
	}
	return found
}

// metBy reports whether one of the condition's values is true of an article.
func (c *condition) metBy(o conditions.Attributes) bool {
	return slices.ContainsFunc(c.values, func(v named) bool { return o.Match(c.kind, v.name) })
}

// CheckSources returns a problem for each condition on a source or jurisdiction
// that none of the configured sources has: it would never be met, and nobody
// would notice.
func (s *Set) CheckSources(known []models.Source) diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		nodes := append([]*node{r.when, r.mention}, tagNodes(r.tags)...)
		for _, name := range r.order {
			nodes = append(nodes, r.defines[name].node)
		}
		for _, n := range nodes {
			problems = n.checkSources(problems, known)
		}
	}
	return problems.Sorted()
}

func (n *node) checkSources(problems diag.Problems, known []models.Source) diag.Problems {
	if n == nil {
		return problems
	}
	for _, k := range n.kids {
		problems = k.checkSources(problems, known)
	}
	for _, w := range n.unless {
		problems = w.node.checkSources(problems, known)
	}
	if n.op != opFrom || n.from.kind != conditions.Source && n.from.kind != conditions.Jurisdiction {
		return problems
	}
	for _, v := range n.from.values {
		one := &condition{kind: n.from.kind, values: []named{v}}
		if slices.ContainsFunc(known, func(src models.Source) bool { return one.metBy(conditions.Of(models.Article{Source: src})) }) {
			continue
		}
		problems = append(problems, v.at.problem(fmt.Sprintf("no source has the %s %q", one.called(), v.name), one.wantOf(known)))
	}
	return problems
}

func (c *condition) called() string {
	if c.kind == conditions.Source {
		return "id"
	}
	return c.kind
}

// wantOf names what the sources have, or what is closest where they are many.
func (c *condition) wantOf(known []models.Source) string {
	var have []string
	for _, src := range known {
		if c.kind == conditions.Source {
			have = append(have, src.ID)
		} else {
			have = append(have, src.Jurisdictions...)
		}
	}
	slices.Sort(have)
	have = slices.Compact(have)
	what := map[string]string{conditions.Source: "sources", conditions.Jurisdiction: "jurisdictions of the sources"}[c.kind]
	if near := yamlnode.Nearest(c.values[0].name, have); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	const most = 12 // more are no help
	switch {
	case len(have) == 0:
		return "there are no " + what
	case len(have) > most:
		return fmt.Sprintf("the %s are %s and %d more", what, strings.Join(have[:most], ", "), len(have)-most)
	}
	return fmt.Sprintf("the %s are %s", what, strings.Join(have, ", "))
}

// String says what the condition asks for.
func (c *condition) String() string {
	values := make([]string, len(c.values))
	for i, v := range c.values {
		values[i] = v.name
	}
	return c.kind + " " + yamlnode.Or(values)
}
