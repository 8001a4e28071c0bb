// Package yamlnode walks a YAML document that a person wrote and collects every
// fault in it, each with its line and column.
//
// Start with [Parse]. The package decides what is well-formed: one document, no
// duplicate keys, no anchors, valid UTF-8 without control characters, bounded in
// size and depth. What the keys mean is left to the caller, who asks a [Node] for what he expects and
// goes on after a fault, so that all faults are found at once.
package yamlnode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// A Node is one value of a document. The zero Node stands for a value that is
// not there: every method on it answers with nothing and reports nothing.
type Node struct {
	doc  *document
	yaml *yaml.Node
}

// Problems returns every fault found in the document so far, in reading order.
func (n Node) Problems() diag.Problems {
	if n.doc == nil {
		return nil
	}
	return n.doc.problems.Sorted()
}

// Report adds a fault at the node: what is wrong, and what would have been right.
func (n Node) Report(what, want string) {
	if n.doc == nil {
		return
	}
	line, col := n.Place()
	n.doc.add(line, col, what, want)
}

// Place returns the node's line and column, both from 1; 0, 0 if it is not there.
func (n Node) Place() (line, col int) {
	if n.yaml == nil {
		return 0, 0
	}
	return n.yaml.Line, n.yaml.Column
}

// File returns the name of the file that the node is in.
func (n Node) File() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.file
}

// There reports whether the node stands in the document, be it null.
func (n Node) There() bool { return n.yaml != nil }

// IsNull reports whether the node is there and empty, as in "key:".
func (n Node) IsNull() bool {
	return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && n.yaml.Tag == "!!null"
}

// IsMap, IsList and IsScalar report the node's shape.
func (n Node) IsMap() bool    { return n.yaml != nil && n.yaml.Kind == yaml.MappingNode }
func (n Node) IsList() bool   { return n.yaml != nil && n.yaml.Kind == yaml.SequenceNode }
func (n Node) IsScalar() bool { return n.yaml != nil && n.yaml.Kind == yaml.ScalarNode && !n.IsNull() }

// A Pair is a key of a mapping with its value.
type Pair struct {
	Key   Node
	Name  string
	Value Node
}

// Pairs returns the pairs of a mapping in the order in which they stand, or
// reports that what ("a term list") is not a mapping. Of a key that stands
// twice, the first is taken.
func (n Node) Pairs(what string) []Pair {
	if n.yaml == nil {
		return nil
	}
	if !n.IsMap() {
		n.Report(fmt.Sprintf("%s is %s", what, n.shape()), "want key: value pairs")
		return nil
	}
	var pairs []Pair
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		key, value := n.yaml.Content[i], n.yaml.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			Node{n.doc, key}.Report("a key is not a plain word", "")
			continue
		}
		if slices.ContainsFunc(pairs, func(p Pair) bool { return p.Name == key.Value }) {
			continue
		}
		pairs = append(pairs, Pair{Key: Node{n.doc, key}, Name: key.Value, Value: Node{n.doc, value}})
	}
	return pairs
}

// A Map is a mapping whose keys are known.
type Map struct {
	node  Node
	pairs []Pair
}

// Map returns the node as a mapping that may have just these keys. What it is
// ("a rule") is for the message that an unknown key earns.
func (n Node) Map(what string, keys ...string) Map {
	pairs := n.Pairs(what)
	for _, p := range pairs {
		if !slices.Contains(keys, p.Name) {
			want := fmt.Sprintf("%s has %s", what, strings.Join(keys, ", "))
			if near := Nearest(p.Name, keys); near != "" {
				want = fmt.Sprintf("did you mean %q? %s", near, want)
			} else if strings.ContainsFunc(p.Name, func(r rune) bool { return r != '_' && !unicode.IsLower(r) }) {
				want = `if it is the start of a text with ": " in it, put quotes around the whole text; ` + want
			}
			p.Key.Report(fmt.Sprintf("unknown key %q", p.Name), want)
		}
	}
	return Map{node: n, pairs: pairs}
}

// Get returns the value of a key; a Node that is not there if the key is absent.
func (m Map) Get(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Value
		}
	}
	return Node{doc: m.node.doc}
}

// Key returns the key itself, for reports about it.
func (m Map) Key(key string) Node {
	for _, p := range m.pairs {
		if p.Name == key {
			return p.Key
		}
	}
	return Node{doc: m.node.doc}
}

// Need returns the value of a key, and reports it if it is absent or empty.
func (m Map) Need(key, want string) Node {
	n := m.Get(key)
	if n.IsNull() && n.doc.hashed[n.yaml] {
		return Node{doc: m.node.doc} // is reported
	}
	if (!n.There() && (m.node.IsMap() || m.node.IsNull())) || n.IsNull() {
		at := m.node
		if n.There() {
			at = m.Key(key)
		}
		at.Report(fmt.Sprintf("%q is missing", key), want)
		return Node{doc: m.node.doc}
	}
	return n
}

// Items returns the values of a list, or the one value that stands alone where
// a list could.
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

// String returns the node's text, or reports that what is no text. Text that
// YAML would read as a number or a truth value is taken as it is written.
func (n Node) String(what string) string {
	if n.yaml == nil || n.IsNull() {
		return ""
	}
	if !n.IsScalar() {
		n.Report(fmt.Sprintf("%s is %s", what, n.shape()), "want a text")
		return ""
	}
	return n.yaml.Value
}

// Strings returns the texts of a list, or of one text alone.
func (n Node) Strings(what string) []string {
	var texts []string
	for _, item := range n.Items() {
		if item.IsNull() {
			if n.doc.hashed[item.yaml] {
				continue // is reported
			}
			item.Report(what+" is empty", "want a text")
			continue
		}
		if s := item.String(what); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// Bool returns a truth value, or reports that it is none.
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
	n.Report(fmt.Sprintf("%s is %q", what, n.yaml.Value), "want true or false")
	return false
}

// Int returns a whole number between low and high, or reports that it is none.
func (n Node) Int(what string, low, high int) int {
	if n.yaml == nil || n.IsNull() {
		return 0
	}
	i, err := strconv.Atoi(n.yaml.Value)
	if !n.IsScalar() || err != nil || i < low || i > high {
		n.Report(fmt.Sprintf("%s is %q", what, n.yaml.Value), fmt.Sprintf("want a whole number from %d to %d", low, high))
		return 0
	}
	return i
}

// OneOf returns a text that must be one of those allowed.
func (n Node) OneOf(what string, allowed ...string) string {
	s := n.String(what)
	if s == "" || slices.Contains(allowed, s) {
		return s
	}
	want := "want " + Or(allowed)
	if lower := strings.ToLower(s); slices.Contains(allowed, lower) {
		want = "want " + lower + ", in lower case"
	}
	n.Report(fmt.Sprintf("%s %q", what, s), want)
	return ""
}

func (n Node) shape() string {
	switch {
	case n.IsMap():
		return "a mapping"
	case n.IsList():
		return "a list"
	case n.IsNull():
		return "empty"
	default:
		return "a single text"
	}
}
