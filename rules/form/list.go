package form

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// A list is the words of a YAML list: its own, and those of groups within it.
type list struct {
	node   *yaml.Node // a sequence, or a scalar that stands for one word; nil if there is none
	tokens []token
	others []string // the names of lists that it includes
	known  bool     // the places of all words are known
}

// A token is one word, where it stands.
type token struct {
	word string
	node *yaml.Node
	path []item // the sequences that it is in, the outermost first
}

// An item is an item of a sequence.
type item struct {
	sequence *yaml.Node
	index    int
}

// list reads a YAML list of words.
func (d *document) list(n *yaml.Node) list {
	l := list{node: n, known: true}
	if n == nil {
		return l
	}
	if n.Kind == yaml.ScalarNode {
		l.add(d, n, nil)
		return l
	}
	l.read(d, n, nil)
	return l
}

func (l *list) read(d *document, sequence *yaml.Node, path []item) {
	if sequence.Kind != yaml.SequenceNode {
		if sequence.Kind == yaml.ScalarNode {
			l.add(d, sequence, path)
			l.known = false // a single word in a group
			return
		}
		l.known = false
		return
	}
	for i, n := range sequence.Content {
		at := append(slices.Clone(path), item{sequence, i})
		if n.Kind == yaml.ScalarNode {
			l.add(d, n, at)
			continue
		}
		if _, terms := get(n, "terms"); terms != nil {
			l.others = append(l.others, namesOf(terms)...)
			continue
		}
		_, group := get(n, "any")
		if group == nil {
			l.known = false
			continue
		}
		l.read(d, group, at)
	}
}

func namesOf(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var names []string
	for _, item := range n.Content {
		names = append(names, item.Value)
	}
	return names
}

func (l *list) add(d *document, n *yaml.Node, path []item) {
	_, ok := d.scalarEnd(n)
	l.known = l.known && ok
	l.tokens = append(l.tokens, token{strings.Join(strings.Fields(n.Value), " "), n, path})
}

// words returns the words of the list, in the order of the file.
func (l list) words() []string {
	var words []string
	for _, t := range l.tokens {
		words = append(words, t.word)
	}
	return words
}

// change makes the edits after which the list has some words. A word that is new takes the place of one that is gone, and
// the others follow the last word.
func (l list) change(w *writer, want []string, what diag.Text) error {
	var gone []token
	missing := slices.Clone(want)
	for _, t := range l.tokens {
		if i := slices.Index(missing, t.word); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		} else {
			gone = append(gone, t)
		}
	}
	if len(gone) == 0 && len(missing) == 0 {
		return nil
	}
	if !l.known || l.node == nil {
		line := 1
		if l.node != nil {
			line = l.node.Line
		}
		return &LockedError{what, Lines{line, line}}
	}
	for len(gone) > 0 && len(missing) > 0 {
		t := gone[0]
		end, _ := w.scalarEnd(t.node)
		w.replace(w.start(t.node), end, encode(missing[0], t.inFlow()))
		gone, missing = gone[1:], missing[1:]
	}
	if len(missing) > 0 {
		w.append(l.node, missing)
		return nil
	}
	return w.removeTokens(gone)
}

// inFlow reports whether the token is in brackets.
func (t token) inFlow() bool {
	return slices.ContainsFunc(t.path, func(i item) bool { return i.sequence.Style&yaml.FlowStyle != 0 })
}

// append adds words at the end of a list.
func (w *writer) append(n *yaml.Node, words []string) {
	if n.Kind == yaml.ScalarNode {
		end, _ := w.scalarEnd(n)
		w.replace(w.start(n), w.start(n), "[")
		w.replace(end, end, ", "+flow(words)+"]")
		return
	}
	last := n.Content[len(n.Content)-1]
	end := w.end(last)
	if n.Style&yaml.FlowStyle != 0 {
		w.replace(end, end, ", "+flow(words))
		return
	}
	line := w.text(n.Content[0].Line)
	dash := line[:indentOf(line)] + "- "
	at := w.lineEnd(end)
	for _, word := range words {
		w.replace(at, at, w.newline()+dash+encode(word, false))
	}
}

// removeTokens removes words, and groups that have no word left.
func (w *writer) removeTokens(gone []token) error {
	removed := make(map[*yaml.Node][]int)
	var sequences []*yaml.Node
	var remove func(path []item)
	remove = func(path []item) {
		at := path[len(path)-1]
		if _, known := removed[at.sequence]; !known {
			sequences = append(sequences, at.sequence)
		}
		removed[at.sequence] = append(removed[at.sequence], at.index)
		if len(removed[at.sequence]) == len(at.sequence.Content) && len(path) > 1 {
			delete(removed, at.sequence)
			remove(path[:len(path)-1])
		}
	}
	for _, t := range gone {
		if len(t.path) == 0 {
			return &LockedError{diag.Textf("%s", t.word), Lines{t.node.Line, t.node.Line}}
		}
		remove(t.path)
	}
	for _, sequence := range sequences {
		if indexes, ok := removed[sequence]; ok {
			if err := w.removeItems(sequence, indexes); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeItems removes some items of a list, but not all.
func (w *writer) removeItems(sequence *yaml.Node, indexes []int) error {
	slices.Sort(indexes)
	items := sequence.Content
	locked := &LockedError{"a list", Lines{sequence.Line, sequence.Line}}
	if len(indexes) == len(items) {
		return locked
	}
	if sequence.Style&yaml.FlowStyle == 0 {
		for _, i := range indexes {
			before := strings.TrimSpace(string(w.src[w.starts[items[i].Line-1]:w.start(items[i])]))
			if before != "-" {
				return locked
			}
			w.removeLines(items[i].Line, w.lineAt(w.end(items[i])))
		}
		return nil
	}
	last := len(items) - 1 // the last one that stays
	for slices.Contains(indexes, last) {
		last--
	}
	for _, i := range indexes {
		start, end := w.start(items[i]), 0
		if i < last {
			end = w.start(items[i+1])
		} else {
			start, end = w.end(items[i-1]), w.end(items[i])
		}
		if strings.Contains(string(w.src[start:end]), " #") { // a comment among the words
			return locked
		}
		w.replace(start, end, "")
	}
	return nil
}
