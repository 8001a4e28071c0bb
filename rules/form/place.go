package form

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Place says in which part of an article a condition looks for its words.
type Place struct {
	Of   string   // what it is about: as in a [Number]
	In   []string // title, lead and body, in the order of the file; empty: anywhere
	Line int
}

// places returns the places of the conditions of a file, in its order, and their mappings. A condition that asks for a list of
// words has a place; another one if the file says it.
func (d *document) places() (all []Place, mappings []*yaml.Node) {
	var walk func(n *yaml.Node, name string)
	walk = func(n *yaml.Node, name string) {
		if n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				walk(item, name)
			}
			return
		}
		_, in := get(n, "in")
		if _, terms := get(n, "terms"); in != nil || terms != nil {
			p := Place{Of: aboutOf(n, name), Line: n.Line}
			if in != nil {
				p.In = namesOf(in)
			}
			all, mappings = append(all, p), append(mappings, n)
		}
		for key, value := range pairs(n) {
			switch key.Value {
			case "any", "all", "none", "near", "unless":
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
	return all, mappings
}

// changePlaces writes the places that differ.
func (w *writer) changePlaces(now, want []Place) error {
	_, mappings := w.places()
	if len(mappings) != len(want) {
		return &LockedError{What: "a place", Lines: Lines{1, 1}}
	}
	for i, p := range want {
		if slices.Equal(p.In, now[i].In) {
			continue
		}
		if err := w.changePlace(mappings[i], p); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) changePlace(m *yaml.Node, p Place) error {
	locked := &LockedError{What: "a place", Lines: Lines{m.Line, m.Line}}
	text := strings.Join(p.In, ", ")
	if len(p.In) > 1 {
		text = "[" + text + "]"
	}
	key, in := get(m, "in")
	switch {
	case in != nil && len(p.In) == 0:
		return w.removePair(m, key, in)
	case in != nil && (in.Kind == yaml.ScalarNode || in.Style&yaml.FlowStyle != 0):
		if strings.Contains(string(w.src[w.start(in):w.end(in)]), "#") { // a comment in the list
			return locked
		}
		w.replace(w.start(in), w.end(in), text)
		return nil
	case in != nil:
		return locked
	}
	key, terms := get(m, "terms")
	if m.Style&yaml.FlowStyle != 0 {
		end := w.end(terms)
		w.replace(end, end, ", in: "+text)
		return nil
	}
	at := w.lineEnd(w.end(terms))
	w.replace(at, at, w.newline()+strings.Repeat(" ", key.Column-1)+"in: "+text)
	return nil
}
