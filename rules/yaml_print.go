package rules

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// structure writes a node as the YAML that reads as it.
func structure(r *Rule, n *node) *yaml.Node {
	m := mapping()
	switch n.op {
	case opTerms:
		if n.list.inline {
			m.put("any", sequence(phrasesOf(n.list)...))
			break
		}
		m.put("terms", scalar(n.list.name))
	case opUse:
		m.put("use", scalar(n.name))
	case opFrom:
		values := make([]*yaml.Node, len(n.from.values))
		for i, v := range n.from.values {
			values[i] = scalar(v.name)
		}
		if len(values) == 1 {
			m.put(n.from.kind, values[0])
			break
		}
		m.put(n.from.kind, flow(values...))
	case opAny:
		m.put("any", sequence(choices(r, n)...))
	case opNone:
		m.put("none", sequence(choices(r, n)...))
	case opAll:
		parts := make([]*yaml.Node, len(n.kids))
		for i, k := range n.kids {
			parts[i] = structure(r, k)
			if of := k.inlineList(); of != nil && len(of.entries) == 1 {
				parts[i] = scalar(of.entries[0].phrase)
			}
		}
		m.put("all", sequence(parts...))
	case opNear:
		parts := make([]*yaml.Node, len(n.kids))
		for i, k := range n.kids {
			parts[i] = partOfNear(r, k)
		}
		m.put("near", sequence(parts...))
		m.bounds(n.within, n.same)
		if n.ordered {
			m.put("ordered", tagged("true", "!!bool"))
		}
	}
	in := n.in
	if n.min > 1 && in == 0 {
		in = everywhere
	}
	if fields := in.fields(); len(fields) == 1 {
		m.put("in", scalar(fields[0]))
	} else if len(fields) > 1 && (n.min > 1 || in != everywhere) {
		m.put("in", flow(texts(fields)...))
	}
	if n.min > 1 {
		m.put("min", number(n.min))
	}
	if len(n.unless) > 0 {
		windows := make([]*yaml.Node, len(n.unless))
		for i, w := range n.unless {
			windows[i] = windowOf(r, w)
		}
		if len(windows) == 1 {
			m.put("unless", windows[0])
		} else {
			m.put("unless", sequence(windows...))
		}
	}
	return m.done()
}

// choices are the children of any and none: the phrases of the first list that is
// written in its place as they are, and mappings.
func choices(r *Rule, n *node) []*yaml.Node {
	var out []*yaml.Node
	bare := false
	for _, k := range n.kids {
		if of := k.inlineList(); of != nil && !bare {
			bare = true
			for _, e := range of.entries {
				out = append(out, scalar(e.phrase))
			}
			continue
		}
		out = append(out, structure(r, k))
	}
	return out
}

// partOfNear is a name where that is all of it.
func partOfNear(r *Rule, k *node) *yaml.Node {
	if k.plain() && k.op == opUse {
		return scalar(k.name)
	}
	if k.plain() && k.op == opTerms && !k.list.inline {
		if _, taken := r.defines[k.list.name]; !taken {
			return scalar(k.list.name)
		}
	}
	return structure(r, k)
}

// windowOf writes what spoils a hit, which has terms, use or any.
func windowOf(r *Rule, w window) *yaml.Node {
	m := mapping()
	switch n := w.node; {
	case n.plain() && n.op == opTerms && !n.list.inline:
		m.put("terms", scalar(n.list.name))
	case n.plain() && n.op == opUse:
		m.put("use", scalar(n.name))
	case n.plain() && n.op == opAny:
		m.put("any", sequence(choices(r, n)...))
	default:
		m.put("any", sequence(choices(r, &node{op: opAny, kids: []*node{n}})...))
	}
	m.bounds(w.within, w.same)
	return m.done()
}

// A yamlMap is a mapping in the making.
type yamlMap struct{ *yaml.Node }

func mapping() yamlMap { return yamlMap{&yaml.Node{Kind: yaml.MappingNode}} }

func (m yamlMap) put(key string, value *yaml.Node) {
	m.Content = append(m.Content, scalar(key), value)
}

func (m yamlMap) bounds(within int, same bound) {
	if within > 0 {
		m.put("within", number(within))
	}
	if same != sameField {
		m.put("same", scalar([...]string{sameParagraph: "paragraph", sameSentence: "sentence"}[same]))
	}
}

// maxFlow is the most parts of a mapping that is written on one line.
const maxFlow = 12

// done puts what is small on one line, in braces.
func (m yamlMap) done() *yaml.Node {
	if size, deep := measure(m.Node); size <= maxFlow && !deep {
		m.Style = yaml.FlowStyle
	}
	return m.Node
}

// measure counts the scalars within n, and says whether a list in it holds more
// than scalars.
func measure(n *yaml.Node) (size int, deep bool) {
	if n.Kind == yaml.ScalarNode {
		return 1, false
	}
	for _, k := range n.Content {
		more, below := measure(k)
		size += more
		deep = deep || below || n.Kind == yaml.SequenceNode && k.Kind != yaml.ScalarNode
	}
	return size, deep
}

func sequence(items ...*yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Content: items}
	if !slices.ContainsFunc(items, func(k *yaml.Node) bool { return k.Kind != yaml.ScalarNode }) {
		n.Style = yaml.FlowStyle
	}
	return n
}

func flow(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: items}
}

func phrasesOf(l *list) []*yaml.Node {
	out := make([]*yaml.Node, len(l.entries))
	for i, e := range l.entries {
		out[i] = scalar(e.phrase)
	}
	return out
}

func texts(all []string) []*yaml.Node {
	out := make([]*yaml.Node, len(all))
	for i, s := range all {
		out[i] = scalar(s)
	}
	return out
}

func scalar(s string) *yaml.Node      { return tagged(s, "!!str") }
func number(n int) *yaml.Node         { return tagged(strconv.Itoa(n), "!!int") }
func tagged(s, tag string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s} }
