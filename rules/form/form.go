// Package form shows a rule file as a form, for people who do not write YAML, and writes what they change into the file.
//
// Start with [Read]. [Write] changes only the values that differ from what the form showed: every other byte of the file
// stays as it is, with comments, order and line ends. What the form cannot show is [Locked], and is never touched.
//
// Both work on the positions of YAML nodes. What Write returns is read again and compared with what was asked for, so an
// edit that a form cannot make is an error and never a different rule.
package form

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
	"regwatch/rules/syntax"
)

// A Form is what a form shows of a rule.
type Form struct {
	Title    string
	Why      string
	Draft    bool // it alerts nobody
	Severity string
	Routes   []string // empty: the route default
	Query    string   // the condition, if it is written on one line
	Groups   []Group
	Numbers  []Number // of the conditions
	Places   []Place  // where the conditions look for their words
	Sources  []string // only articles of these; empty: all
	Locked   []Locked // in the order of the file

	// What this form of the rule can change.
	HasSeverity bool
	HasQuery    bool
	HasSources  bool
}

// A Group is a list of words of the rule.
type Group struct {
	Name    string
	Exclude bool     // the rule uses it only to leave articles out
	Unused  bool     // no condition of the rule uses it, nor a list that one uses
	Words   []string // any of which is looked for
	Not     []string // longer phrases in which a word does not count
	Lists   []string // other lists whose words count too; the form does not change them
	Fixed   bool     // its words are in a file of lists, or are written so that the form cannot change them
	Lines   Lines
}

// Locked is a part of the file that the form does not change.
type Locked struct {
	Key   string // of the file, such as define
	Lines Lines
}

// Lines are from the first to the last line of a part of a file, from 1.
type Lines struct{ From, To int }

// Read reads a rule as a form. A rule with mistakes has none.
func Read(name string, src []byte) (Form, diag.Problems) {
	rule, problems := syntax.Parse(name, src)
	if len(problems) > 0 {
		return Form{}, problems
	}
	d, ok := parse(src)
	if !ok {
		return Form{}, diag.Problems{{File: name, What: "the file is not written with one key a line", Want: "edit it as YAML"}}
	}
	f := Form{Title: rule.Title, Why: rule.Why, Draft: rule.Draft, Routes: rule.Routes}
	if severity := d.top("severity"); severity != nil && severity.Kind == yaml.ScalarNode {
		f.Severity, f.HasSeverity = string(rule.Severity), true
	}
	if when := d.top("when"); when != nil && when.Kind == yaml.ScalarNode {
		f.Query, f.HasQuery = when.Value, true
	} else {
		f.HasSources = true
		if s, ok := d.sources(); ok {
			f.Sources = s.words()
		}
	}
	uses := usesOf(rule)
	if terms := d.top("terms"); terms != nil && terms.Kind == yaml.MappingNode {
		for key, value := range pairs(terms) {
			g := d.group(value)
			g.Name, g.Lines = key.Value, Lines{key.Line, d.lineAt(d.end(value))}
			g.Exclude = !uses[key.Value].include && uses[key.Value].exclude
			f.Groups = append(f.Groups, g)
		}
	}
	d.markUnused(f.Groups)
	f.Numbers, _ = d.numbers()
	f.Places, _ = d.places()
	for key, value := range pairs(d.root) {
		if !d.owns(f, key.Value) {
			f.Locked = append(f.Locked, Locked{key.Value, Lines{key.Line, d.lineAt(d.end(value))}})
		}
	}
	return f, nil
}

// markUnused marks the lists whose names stand nowhere in what may use them: conditions, and other lists.
func (d *document) markUnused(groups []Group) {
	var values []string
	var collect func(n *yaml.Node, all bool)
	collect = func(n *yaml.Node, all bool) {
		if n.Kind == yaml.ScalarNode && all {
			values = append(values, n.Value)
		}
		if n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				collect(item, all)
			}
		}
		for key, value := range pairs(n) { // keys are no uses
			collect(value, all || key.Value == "terms")
		}
	}
	for key, value := range pairs(d.root) {
		switch key.Value {
		case "id", "title", "why", "examples":
		case "terms": // words are no uses, other lists are
			for _, list := range pairs(value) {
				collect(list, false)
			}
		default:
			collect(value, true)
		}
	}
	for i, g := range groups {
		groups[i].Unused = !slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, g.Name) })
	}
}

// owns reports whether the form shows all of a key.
func (d *document) owns(f Form, key string) bool {
	switch key {
	case "id", "title", "why", "status", "routes", "terms":
		return true
	case "severity":
		return f.HasSeverity
	case "when":
		return f.HasQuery
	}
	return false
}

// A use says how a rule uses a list of words.
type use struct{ include, exclude bool }

// usesOf returns how the conditions of a rule use its lists, by their names.
func usesOf(rule *syntax.Rule) map[string]use {
	uses := make(map[string]use)
	seen := make(map[string]bool)
	var walk func(e *syntax.Expr, exclude bool)
	note := func(name string, exclude bool) {
		u := uses[name]
		u.exclude, u.include = u.exclude || exclude, u.include || !exclude
		uses[name] = u
	}
	walk = func(e *syntax.Expr, exclude bool) {
		if e == nil {
			return
		}
		switch e.Op {
		case syntax.OpTerms:
			if e.Name != "" {
				note(e.Name, exclude)
			} else if e.List != nil {
				for _, entry := range e.List.Entries {
					if entry.ListName != "" {
						note(entry.ListName, exclude)
					}
				}
			}
		case syntax.OpUse:
			if def := rule.Definitions[e.Name]; def != nil && !seen[e.Name] {
				seen[e.Name] = true
				walk(def.Expr, exclude)
				delete(seen, e.Name)
			}
		}
		for _, sub := range e.Sub {
			walk(sub, exclude || e.Op == syntax.OpNone)
		}
		for _, w := range e.Unless {
			walk(w.Expr, true)
		}
		for _, l := range e.Links {
			if l.Without != nil {
				for _, entry := range l.Without.Entries {
					note(entry.ListName, true)
				}
			}
		}
	}
	for _, e := range rule.Exprs() {
		walk(e, false)
	}
	// The words of a list within another one are used as that one is.
	for range rule.Lists {
		for name, l := range rule.Lists {
			for _, entry := range l.Entries {
				if u := uses[name]; entry.ListName != "" && (u.include || u.exclude) {
					of := uses[entry.ListName]
					uses[entry.ListName] = use{of.include || u.include, of.exclude || u.exclude}
				}
			}
			for _, entry := range l.NotIn {
				if entry.ListName != "" {
					note(entry.ListName, true)
				}
			}
		}
	}
	return uses
}

// A document is the YAML of a file, with the places of its nodes.
type document struct {
	src    []byte
	root   *yaml.Node // a mapping in block style
	starts []int      // the offset of each line
}

// parse reads a file whose top is a mapping with one key a line.
func parse(src []byte) (*document, bool) {
	bom := 0
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		bom = len("\ufeff")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(src[bom:], &root); err != nil || len(root.Content) != 1 {
		return nil, false
	}
	d := &document{src: src, root: root.Content[0], starts: []int{bom}}
	for i, c := range src {
		if c == '\n' {
			d.starts = append(d.starts, i+1)
		}
	}
	return d, d.root.Kind == yaml.MappingNode && d.root.Style&yaml.FlowStyle == 0
}

// pairs returns the keys and values of a mapping.
func pairs(m *yaml.Node) func(func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		for i := 0; m != nil && m.Kind == yaml.MappingNode && i+1 < len(m.Content); i += 2 {
			if !yield(m.Content[i], m.Content[i+1]) {
				return
			}
		}
	}
}

// get returns the key and the value of a mapping; nil if it has no such key.
func get(m *yaml.Node, name string) (key, value *yaml.Node) {
	for key, value := range pairs(m) {
		if key.Value == name {
			return key, value
		}
	}
	return nil, nil
}

func (d *document) top(name string) *yaml.Node {
	_, value := get(d.root, name)
	return value
}

// group reads a list of words.
func (d *document) group(value *yaml.Node) Group {
	var g Group
	words, not := value, (*yaml.Node)(nil)
	if value.Kind == yaml.MappingNode {
		_, words = get(value, "any")
		_, not = get(value, "not_in")
	}
	if words == nil {
		g.Fixed = true // of a file
		return g
	}
	in, exclusions := d.list(words), d.list(not)
	g.Words, g.Not = in.words(), exclusions.words()
	g.Lists = append(in.others, exclusions.others...)
	g.Fixed = !in.known || !exclusions.known
	return g
}

// Equal reports whether two forms show the same, wherever it stands in the file.
func (f Form) Equal(g Form) bool {
	same := func(a, b []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
	}
	return f.Title == g.Title && f.Why == g.Why && f.Draft == g.Draft && f.Severity == g.Severity && f.Query == g.Query && same(f.Routes, g.Routes) && same(f.Sources, g.Sources) &&
		slices.EqualFunc(f.Numbers, g.Numbers, func(a, b Number) bool { return a.Key == b.Key && a.Value == b.Value }) &&
		slices.EqualFunc(f.Places, g.Places, func(a, b Place) bool { return slices.Equal(a.In, b.In) }) &&
		slices.EqualFunc(f.Groups, g.Groups, func(a, b Group) bool {
			return a.Name == b.Name && same(a.Words, b.Words) && same(a.Not, b.Not) && same(a.Lists, b.Lists)
		})
}

// Words reads a field with one word or phrase a line. White space around them does not count, and nor does a second time.
func Words(field string) []string {
	var words []string
	for line := range strings.Lines(field) {
		if w := strings.Join(strings.Fields(line), " "); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}
