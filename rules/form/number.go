package form

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// A Number is a number in a condition: how far apart words may be, or how often something must be found.
type Number struct {
	Key   string // within or min
	Of    string // what it is about: the name of a definition, or the words and names of the condition
	Value int
	Line  int
}

// MaxNumber is the most that a form takes.
const MaxNumber = 1000

// numbers returns the numbers of the conditions of a file, in its order, and where they stand.
func (d *document) numbers() (all []Number, nodes []*yaml.Node) {
	var walk func(n *yaml.Node, name string)
	walk = func(n *yaml.Node, name string) {
		if n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				walk(item, name)
			}
			return
		}
		for key, value := range pairs(n) {
			switch key.Value {
			case "within", "min":
				number, err := strconv.Atoi(value.Value)
				if _, sure := d.scalarEnd(value); err == nil && sure && value.Kind == yaml.ScalarNode {
					all = append(all, Number{key.Value, aboutOf(n, name), number, value.Line})
					nodes = append(nodes, value)
				}
			case "any", "all", "none", "near", "unless": // amounts and dates have numbers of another kind
				walk(value, name)
			}
		}
	}
	for key, value := range pairs(d.root) {
		switch key.Value {
		case "when", "mention":
			walk(value, "")
		case "define":
			for name, definition := range pairs(value) {
				walk(definition, name.Value)
			}
		}
	}
	return all, nodes
}

// aboutOf says what a condition is about: its names and words, or the definition that it is in.
func aboutOf(n *yaml.Node, name string) string {
	for _, key := range []string{"near", "use", "terms", "any"} {
		_, value := get(n, key)
		if value == nil {
			continue
		}
		parts := namesIn(value)
		if len(parts) > 0 {
			return strings.Join(parts, ", ")
		}
	}
	return name
}

// namesIn returns the names and words of the parts of a condition.
func namesIn(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var names []string
	for _, part := range n.Content {
		if part.Kind == yaml.ScalarNode {
			names = append(names, part.Value)
			continue
		}
		for _, key := range []string{"terms", "use"} {
			if _, value := get(part, key); value != nil && n.Kind == yaml.SequenceNode {
				names = append(names, namesOf(value)...)
			}
		}
	}
	return names
}

// changeNumbers writes the numbers that differ.
func (w *writer) changeNumbers(now, want []Number) error {
	if slices.Equal(now, want) {
		return nil
	}
	_, nodes := w.numbers()
	if len(nodes) != len(want) {
		return &LockedError{What: "a number", Lines: Lines{1, 1}}
	}
	for i, n := range want {
		if n.Value == now[i].Value {
			continue
		}
		if n.Value < 1 || n.Value > MaxNumber {
			return &NumberError{n}
		}
		end, _ := w.scalarEnd(nodes[i])
		w.replace(w.start(nodes[i]), end, strconv.Itoa(n.Value))
	}
	return nil
}

// A NumberError means that a number is too small or too large.
type NumberError struct{ Number }

// Error names it, and what it may be.
func (e *NumberError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NumberError) Text() diag.Text {
	return diag.Textf("%s of %s must be a whole number from 1 to %d", e.Key, e.Of, MaxNumber)
}
