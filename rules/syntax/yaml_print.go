package syntax

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// FormatYAML returns an expression of the rule as YAML.
func (r *Rule) FormatYAML(e *Expr) ([]byte, error) {
	return yaml.Dump(exprYAML(r, e), yaml.WithLineWidth(-1))
}

// exprYAML returns the YAML from which an expression of the rule is read.
func exprYAML(r *Rule, e *Expr) *yaml.Node {
	m := newMapping()
	m.putOperator(r, e)
	in := e.In
	if e.Min > 1 && in == 0 {
		in = Everywhere
	}
	if fields := in.keywords(); len(fields) == 1 {
		m.put("in", scalar(fields[0]))
	} else if len(fields) > 1 && (e.Min > 1 || in != Everywhere) {
		m.put("in", inline(scalars(fields)...))
	}
	if e.Min > 1 {
		m.put("min", number(e.Min))
	}
	windows := make([]*yaml.Node, len(e.Unless))
	for i, w := range e.Unless {
		windows[i] = windowYAML(r, w)
	}
	if len(windows) == 1 {
		m.put("unless", windows[0])
	} else if len(windows) > 1 {
		m.put("unless", sequence(windows...))
	}
	return m.inlineIfSmall()
}

// putOperator adds the key of an expression's operator, and the options of near.
func (m mapping) putOperator(r *Rule, e *Expr) {
	switch e.Op {
	case OpTerms:
		if e.List.Inline {
			m.put("any", sequence(phrasesOf(e.List)...))
			return
		}
		m.put("terms", scalar(e.List.Name))
	case OpUse:
		key := "use"
		if e.OfRule {
			key = "rule"
		}
		m.put(key, scalar(e.Name))
	case OpCondition:
		values := make([]*yaml.Node, len(e.Condition.Values))
		for i, v := range e.Condition.Values {
			values[i] = scalar(v.Name)
		}
		if len(values) == 1 {
			m.put(e.Condition.Kind, values[0])
			return
		}
		m.put(e.Condition.Kind, inline(values...))
	case OpAmount:
		m.put("amount", e.Amount.yaml())
	case OpDays:
		m.put(e.Days.Kind, e.Days.yaml())
	case OpAny:
		m.put("any", sequence(alternativesYAML(r, e)...))
	case OpNone:
		m.put("none", sequence(alternativesYAML(r, e)...))
	case OpAll:
		parts := make([]*yaml.Node, len(e.Sub))
		for i, sub := range e.Sub {
			parts[i] = exprYAML(r, sub)
			if list := sub.inlineList(); list != nil && len(list.Entries) == 1 {
				parts[i] = scalar(list.Entries[0].Phrase)
			}
		}
		m.put("all", sequence(parts...))
	case OpNear:
		parts := make([]*yaml.Node, len(e.Sub))
		for i, sub := range e.Sub {
			parts[i] = nearPartYAML(r, sub)
			if link := e.Link(i); link != (Link{}) {
				part := mapping{exprYAML(r, sub)}
				part.putLink(link)
				parts[i] = part.inlineIfSmall()
			}
		}
		m.put("near", sequence(parts...))
		m.putDistance(e.Within, e.Same)
		if e.Ordered {
			m.put("ordered", tagged("true", "!!bool"))
		}
	}
}

// alternativesYAML returns the operands of any and none: the phrases of the first inline list as plain texts,
// and everything else as mappings.
func alternativesYAML(r *Rule, e *Expr) []*yaml.Node {
	var out []*yaml.Node
	hasPhrases := false
	for _, sub := range e.Sub {
		if list := sub.inlineList(); list != nil && !hasPhrases {
			hasPhrases = true
			out = append(out, phrasesOf(list)...)
			continue
		}
		out = append(out, exprYAML(r, sub))
	}
	return out
}

// nearPartYAML returns a part of near: a name, if the part is nothing else.
func nearPartYAML(r *Rule, e *Expr) *yaml.Node {
	if e.isPlain() && e.Op == OpUse && !e.OfRule {
		return scalar(e.Name)
	}
	if e.isPlain() && e.Op == OpTerms && !e.List.Inline {
		if _, taken := r.Definitions[e.List.Name]; !taken {
			return scalar(e.List.Name)
		}
	}
	return exprYAML(r, e)
}

// windowYAML returns an entry of unless, which has terms, use or any.
func windowYAML(r *Rule, w Window) *yaml.Node {
	m := newMapping()
	switch e := w.Expr; {
	case e.isPlain() && e.Op == OpTerms && !e.List.Inline:
		m.put("terms", scalar(e.List.Name))
	case e.isPlain() && e.Op == OpUse && !e.OfRule:
		m.put("use", scalar(e.Name))
	case e.isPlain() && e.Op == OpAmount:
		m.put("amount", e.Amount.yaml())
	case e.isPlain() && e.Op == OpAny:
		m.put("any", sequence(alternativesYAML(r, e)...))
	default:
		m.put("any", sequence(alternativesYAML(r, &Expr{Op: OpAny, Sub: []*Expr{e}})...))
	}
	m.putDistance(w.Within, w.Same)
	m.putReach(w.Reach)
	return m.inlineIfSmall()
}

// A mapping is a YAML mapping to which keys are added.
type mapping struct{ *yaml.Node }

func newMapping() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode}} }

func (m mapping) put(key string, value *yaml.Node) {
	m.Content = append(m.Content, scalar(key), value)
}

func (m mapping) putDistance(within int, same Scope) {
	if within > 0 {
		m.put("within", number(within))
	}
	if same != SameField {
		m.put("same", scalar(same.keyword()))
	}
}

func (m mapping) putReach(r Reach) {
	if r.Next > 0 {
		m.put("next", number(r.Next))
	}
	if r.Previous > 0 {
		m.put("previous", number(r.Previous))
	}
}

func (m mapping) putLink(link Link) {
	m.putReach(link.Reach)
	if link.Without == nil {
		return
	}
	entries := make([]*yaml.Node, len(link.Without.Entries))
	for i, e := range link.Without.Entries {
		entries[i] = scalar(e.Phrase)
		if e.ListName != "" {
			list := newMapping()
			list.put("terms", scalar(e.ListName))
			list.Style = yaml.FlowStyle
			entries[i] = list.Node
		}
	}
	m.put("without", inline(entries...))
}

// maxInline is the maximum number of scalars in a mapping that is written on one line.
const maxInline = 12

func (m mapping) inlineIfSmall() *yaml.Node {
	if size, nested := measure(m.Node); size <= maxInline && !nested {
		m.Style = yaml.FlowStyle
	}
	return m.Node
}

// measure returns the number of scalars within n, and whether a list within it contains anything else.
func measure(n *yaml.Node) (size int, nested bool) {
	if n.Kind == yaml.ScalarNode {
		return 1, false
	}
	for _, child := range n.Content {
		more, below := measure(child)
		size += more
		nested = nested || below || n.Kind == yaml.SequenceNode && child.Kind != yaml.ScalarNode
	}
	return size, nested
}

// sequence returns a list, on one line if it contains only scalars.
func sequence(items ...*yaml.Node) *yaml.Node {
	if !slices.ContainsFunc(items, func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode }) {
		return inline(items...)
	}
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

// inline returns a list on one line.
func inline(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: items}
}

func phrasesOf(l *List) []*yaml.Node {
	out := make([]*yaml.Node, len(l.Entries))
	for i, e := range l.Entries {
		out[i] = scalar(e.Phrase)
	}
	return out
}

func scalars(texts []string) []*yaml.Node {
	out := make([]*yaml.Node, len(texts))
	for i, s := range texts {
		out[i] = scalar(s)
	}
	return out
}

func scalar(s string) *yaml.Node      { return tagged(s, "!!str") }
func number(n int) *yaml.Node         { return tagged(strconv.Itoa(n), "!!int") }
func tagged(s, tag string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s} }
