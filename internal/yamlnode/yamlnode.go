// Package yamlnode reads a YAML document that a person wrote and collects all mistakes in it, each
// with its line and column.
//
// Start with [Parse]. The package decides what is well-formed: one document without duplicate
// keys, anchors or control characters, in valid UTF-8, limited in size and depth. What the keys
// mean is left to the caller, which asks a [Node] for the values it expects and continues after a
// mistake, so that all of them are found at once.
package yamlnode

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// A Node is one value of a document. The zero Node stands for a value that is absent: each of its
// methods returns the zero value and reports nothing.
type Node struct {
	doc  *document
	yaml *yaml.Node
}

// Problems returns all problems found in the document so far, in the order of their positions.
func (n Node) Problems() diag.Problems {
	if n.doc == nil {
		return nil
	}
	return n.doc.problems.Sorted()
}

// Report adds a problem at the node: what is wrong, and how to fix it.
func (n Node) Report(what, want diag.Text) {
	if n.doc == nil {
		return
	}
	line, col := n.Position()
	n.doc.add(line, col, what, want)
}

// Position returns the node's line and column, both from 1; 0, 0 if the node is absent.
func (n Node) Position() (line, col int) {
	if n.yaml == nil {
		return 0, 0
	}
	return n.yaml.Line, n.yaml.Column
}

// File returns the name of the node's file.
func (n Node) File() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.file
}

// Exists reports whether the document has the node, even if its value is null.
func (n Node) Exists() bool { return n.yaml != nil }

// IsNull reports whether the document has the node, and its value is null, as in "key:".
func (n Node) IsNull() bool {
	return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && n.yaml.Tag == "!!null"
}

// IsMap reports whether the node is a mapping.
func (n Node) IsMap() bool { return n.yaml != nil && n.yaml.Kind == yaml.MappingNode }

// IsList reports whether the node is a list.
func (n Node) IsList() bool { return n.yaml != nil && n.yaml.Kind == yaml.SequenceNode }

// IsScalar reports whether the node is a single value other than null.
func (n Node) IsScalar() bool { return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && !n.IsNull() }

// shape returns the node's kind, for messages.
func (n Node) shape() diag.Text {
	switch {
	case n.IsMap():
		return "a mapping"
	case n.IsList():
		return "a list"
	case n.IsNull():
		return "empty"
	default:
		return "a single value"
	}
}

// A Pair is a key of a mapping with its value.
type Pair struct {
	Key   Node
	Name  string
	Value Node
}

// Pairs returns the pairs of a mapping in their order, or reports that the node, called what in
// the message ("a term list"), is not a mapping. Of a duplicate key it returns the first pair.
func (n Node) Pairs(what string) []Pair {
	if n.yaml == nil {
		return nil
	}
	if !n.IsMap() {
		n.Report(diag.Textf("%s is %s", diag.Text(what), n.shape()), "use key: value pairs")
		return nil
	}
	var pairs []Pair
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		key, value := n.yaml.Content[i], n.yaml.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			Node{n.doc, key}.Report("a key is not a single word", "")
			continue
		}
		if slices.ContainsFunc(pairs, func(p Pair) bool { return p.Name == key.Value }) {
			continue
		}
		pairs = append(pairs, Pair{Key: Node{n.doc, key}, Name: key.Value, Value: Node{n.doc, value}})
	}
	return pairs
}

// A Map is a mapping whose keys have been checked.
type Map struct {
	node  Node
	pairs []Pair
}

// Map returns the node as a mapping and reports every key that is not among keys. The message
// calls the node what ("a rule"). A key that was probably mistyped is read as the one that it meant, so that it causes
// no second message about a key that is missing.
func (n Node) Map(what string, keys ...string) Map {
	pairs := n.Pairs(what)
	for i, p := range pairs {
		if slices.Contains(keys, p.Name) {
			continue
		}
		meant, value, want := n.meantKey(p, keys)
		has := diag.Textf("%s has %s", diag.Text(what), strings.Join(keys, ", "))
		if want != "" {
			has = diag.Textf("%s %s", want, has)
		}
		p.Key.Report(diag.Textf("unknown key %q", p.Name), has)
		if meant != "" && !slices.ContainsFunc(pairs, func(p Pair) bool { return p.Name == meant }) {
			pairs[i].Name, pairs[i].Value = meant, value
		}
	}
	return Map{node: n, pairs: pairs}
}

// meantKey returns the key that an unknown one probably meant, with its value; empty if none is likely. Want says so,
// or what else it may be.
func (n Node) meantKey(p Pair, keys []string) (meant string, value Node, want diag.Text) {
	inBraces := n.yaml.Style&yaml.FlowStyle != 0
	if key, text, ok := strings.Cut(p.Name, "："); ok && slices.Contains(keys, key) {
		if text = strings.TrimSpace(text); text != "" && p.Value.IsNull() {
			scalar := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: p.Key.yaml.Line, Column: p.Key.yaml.Column}
			return key, Node{n.doc, scalar}, diag.Textf("： is full-width: write %s: %s;", key, text)
		}
		return key, p.Value, diag.Textf("： is full-width: write %s: and a space;", key)
	}
	if near := Nearest(p.Name, keys); near != "" {
		return near, p.Value, diag.Textf("did you mean %q?", near)
	}
	if other := synonym(p.Name, keys); other != "" {
		return other, p.Value, diag.Textf("did you mean %q?", other)
	}
	switch {
	case p.Value.IsNull() && inBraces:
		want = "if this is the rest of a text with a comma, put quotes around the whole text;"
	case strings.ContainsFunc(p.Name, func(r rune) bool { return r != '_' && !unicode.IsLower(r) }):
		want = `if this is the start of a text that contains ": ", put quotes around the whole text;`
	}
	return "", Node{}, want
}

// Get returns the value of a key; an absent Node if the mapping does not have the key.
func (m Map) Get(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Value
		}
	}
	return Node{doc: m.node.doc}
}

// Key returns the node of the key itself, to report a problem at it.
func (m Map) Key(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Key
		}
	}
	return Node{doc: m.node.doc}
}

// Required returns the value of a required key, and reports a problem if it is absent or empty.
func (m Map) Required(key string, want diag.Text) Node {
	n := m.Get(key)
	if n.IsNull() && n.doc.commentedOut[n.yaml] {
		return Node{doc: m.node.doc} // already reported
	}
	if (!n.Exists() && (m.node.IsMap() || m.node.IsNull())) || n.IsNull() {
		at := m.node
		if n.Exists() {
			at = m.Key(key)
		}
		at.Report(diag.Textf("%q is missing", key), want)
		return Node{doc: m.node.doc}
	}
	return n
}

// Items returns the values of a list, or the node itself if it is a single value: a list of one
// value may be written without brackets.
func (n Node) Items() []Node {
	switch {
	case n.yaml == nil || n.IsNull():
		return nil
	case n.IsList():
		items := make([]Node, len(n.yaml.Content))
		for i, c := range n.yaml.Content {
			items[i] = Node{n.doc, c}
		}
		return items
	default:
		return []Node{n}
	}
}

// String returns the node's text, or reports that it is a mapping or a list. A text that YAML
// would read as a number or a boolean is returned as it is written.
func (n Node) String(what string) string {
	if n.yaml == nil || n.IsNull() {
		return ""
	}
	if !n.IsScalar() {
		n.Report(diag.Textf("%s is %s", diag.Text(what), n.shape()), "use a text")
		return ""
	}
	return n.yaml.Value
}

// Strings returns the texts of a list, or of a single text.
func (n Node) Strings(what string) []string {
	var texts []string
	for _, item := range n.Items() {
		if item.IsNull() {
			if n.doc.commentedOut[item.yaml] {
				continue // already reported
			}
			item.Report(diag.Textf("%s is empty", diag.Text(what)), "use a text")
			continue
		}
		if s := item.String(what); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// Bool returns a boolean, or reports that the node is none.
func (n Node) Bool(what string) bool {
	if n.yaml == nil || n.IsNull() {
		return false
	}
	switch n.yaml.Value {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	n.Report(diag.Textf("%s is %q", diag.Text(what), n.yaml.Value), "use true or false")
	return false
}

// numberWithUnit is a whole number with a word behind it, such as 12 words.
var numberWithUnit = regexp.MustCompile(`^(\d+)\s*\p{L}+$`)

// Int returns a whole number from low to high, or reports that the node is none.
func (n Node) Int(what string, low, high int) int {
	if n.yaml == nil || n.IsNull() {
		return 0
	}
	i, err := strconv.Atoi(n.yaml.Value)
	if !n.IsScalar() || err != nil || i < low || i > high {
		want := diag.Textf("use a whole number from %d to %d", low, high)
		if m := numberWithUnit.FindStringSubmatch(n.yaml.Value); m != nil {
			if i, err := strconv.Atoi(m[1]); err == nil && i >= low && i <= high {
				want = diag.Textf("write %s", m[1])
			}
		}
		n.Report(diag.Textf("%s is %q", diag.Text(what), n.yaml.Value), want)
		return 0
	}
	return i
}

// OneOf returns a text, or reports that it is not one of those allowed.
func (n Node) OneOf(what string, allowed ...string) string {
	s := n.String(what)
	if s == "" || slices.Contains(allowed, s) {
		return s
	}
	want := diag.Textf("use %s", OrText(allowed))
	if lower := strings.ToLower(s); slices.Contains(allowed, lower) {
		want = diag.Textf("use %s, in lower case", lower)
	}
	n.Report(diag.Textf("%s %q is unknown", diag.Text(what), s), want)
	return ""
}
