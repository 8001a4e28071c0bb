package form

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/diag"
)

// A LockedError means that a change cannot be made in a form, because of how the file is written.
type LockedError struct {
	What  diag.Text // the part, such as the list yuan
	Lines Lines
}

// Error names the part and its lines.
func (e *LockedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *LockedError) Text() diag.Text {
	return diag.Textf("%s (line %d) is written so that a form cannot change it; edit it as YAML", e.What, e.Lines.From)
}

// An EmptyError means that a field would be left without a value that it needs.
type EmptyError struct{ What diag.Text }

// Error names the field.
func (e *EmptyError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *EmptyError) Text() diag.Text {
	return diag.Textf("%s must not be empty", e.What)
}

// An edit replaces some bytes of the file.
type edit struct {
	start, end int
	text       string
}

// A writer collects the edits of a file.
type writer struct {
	*document
	edits []edit
}

// Write returns the text of a rule with what a form shows. The form must be one that Read returned for the text, with
// fields changed. If nothing was changed, the text is the same.
func Write(name string, src []byte, want Form) ([]byte, error) {
	now, problems := Read(name, src)
	if len(problems) > 0 {
		return nil, problems
	}
	if now.Equal(want) {
		return src, nil
	}
	d, _ := parse(src)
	w := &writer{document: d}
	if err := w.change(now, want); err != nil {
		return nil, err
	}
	text := w.apply()
	got, problems := Read(name, text)
	if len(problems) > 0 {
		return nil, unreadable(problems, want)
	}
	if !got.Equal(want) {
		return nil, &LockedError{What: "a part of the rule", Lines: Lines{1, 1}}
	}
	return text, nil
}

// unreadable is the error about an edit that makes mistakes: those of the words that the person wrote.
func unreadable(problems diag.Problems, want Form) error {
	if want.HasQuery {
		return problems
	}
	return problems[:1]
}

func (w *writer) change(now, want Form) error {
	if strings.TrimSpace(want.Title) == "" {
		return &EmptyError{"the title"}
	}
	status := map[bool]string{true: "draft", false: "active"}
	err := errors.Join(
		w.scalar("title", now.Title, want.Title, "id"),
		w.scalar("why", now.Why, want.Why, "title"),
		w.scalar("status", status[now.Draft], status[want.Draft], "why", "title"),
		w.scalar("severity", now.Severity, want.Severity, "title"),
	)
	if now.HasQuery {
		err = errors.Join(err, w.scalar("when", now.Query, want.Query))
	}
	if err != nil {
		return err
	}
	if err := w.routes(now.Routes, want.Routes); err != nil {
		return err
	}
	if now.HasSources {
		if err := w.changeSources(want.Sources); err != nil {
			return err
		}
	}
	if err := w.changeNumbers(now.Numbers, want.Numbers); err != nil {
		return err
	}
	if err := w.changePlaces(now.Places, want.Places); err != nil {
		return err
	}
	if len(now.Groups) != len(want.Groups) {
		return &LockedError{What: "terms", Lines: Lines{1, 1}}
	}
	for i, g := range want.Groups {
		if err := w.group(now.Groups[i], g); err != nil {
			return err
		}
	}
	return nil
}

// scalar changes the value of a key, or adds the key below one of others.
func (w *writer) scalar(key, now, want string, after ...string) error {
	want = strings.Join(strings.Fields(want), " ")
	if now == want || strings.Join(strings.Fields(now), " ") == want {
		return nil
	}
	node := w.top(key)
	switch {
	case want == "" && key == "why":
		if node != nil {
			return w.removeKey(key)
		}
		return nil
	case want == "":
		return &EmptyError{diag.Textf("the %s", diag.Text(key))}
	case node != nil:
		end, ok := w.scalarEnd(node)
		if !ok || node.Kind != yaml.ScalarNode {
			return &LockedError{diag.Text(key), Lines{node.Line, node.Line}}
		}
		w.replace(w.start(node), end, encode(want, false))
		return nil
	}
	return w.addKey(key+": "+encode(want, false), after...)
}

// addKey adds a line to the top of the file, below one of some keys.
func (w *writer) addKey(text string, after ...string) error {
	for _, key := range after {
		if node := w.top(key); node != nil {
			at := w.lineEnd(w.end(node))
			w.replace(at, at, w.newline()+text)
			return nil
		}
	}
	return &LockedError{diag.Textf("%s", text), Lines{1, 1}}
}

// removeKey removes the lines of a key of the top.
func (w *writer) removeKey(name string) error {
	key, value := get(w.root, name)
	first, last := key.Line, w.lineAt(w.end(value))
	w.removeLines(first, last)
	return nil
}

func (w *writer) removeLines(first, last int) {
	start, end := w.starts[first-1], len(w.src)
	if last < len(w.starts) {
		end = w.starts[last]
	} else if first > 1 {
		start = w.lineEnd(w.starts[first-2]) // the file does not end in a line end
	}
	w.replace(start, end, "")
}

func (w *writer) routes(now, want []string) error {
	if slices.Equal(now, want) {
		return nil
	}
	node := w.top("routes")
	switch {
	case len(want) == 0:
		return w.removeKey("routes")
	case node == nil:
		return w.addKey("routes: ["+flow(want)+"]", "severity", "title")
	}
	return w.list(node).change(w, want, "routes")
}

// sources returns the list of the sources that the condition asks for.
func (d *document) sources() (list, bool) {
	when := d.top("when")
	if _, value := get(when, "source"); value != nil {
		return d.list(value), true
	}
	_, all := get(when, "all")
	if all == nil || all.Kind != yaml.SequenceNode {
		return list{}, false
	}
	for _, item := range all.Content {
		if _, value := get(item, "source"); value != nil && len(item.Content) == 2 {
			return d.list(value), true
		}
	}
	return list{}, false
}

func (w *writer) changeSources(want []string) error {
	now, ok := w.sources()
	if slices.Equal(now.words(), want) {
		return nil
	}
	when := w.top("when")
	locked := &LockedError{"when", Lines{when.Line, when.Line}}
	switch {
	case ok && len(want) == 0:
		return w.removeSources()
	case ok:
		return now.change(w, want, "source")
	case when.Kind != yaml.MappingNode || len(when.Content) == 0:
		return locked
	}
	// Several conditions in one mapping must all be met.
	first, text := when.Content[0], "source: ["+flow(want)+"]"
	at := w.start(first)
	if when.Style&yaml.FlowStyle != 0 {
		w.replace(at, at, text+", ")
		return nil
	}
	indent := string(w.src[w.starts[first.Line-1]:at])
	if strings.TrimSpace(indent) != "" {
		return locked
	}
	w.replace(at, at, text+w.newline()+indent)
	return nil
}

func (w *writer) removeSources() error {
	when := w.top("when")
	if key, value := get(when, "source"); value != nil {
		return w.removePair(when, key, value)
	}
	_, all := get(when, "all")
	for i, item := range all.Content {
		if _, value := get(item, "source"); value != nil && len(item.Content) == 2 {
			return w.removeItems(all, []int{i})
		}
	}
	return nil
}

// removePair removes a key of a mapping that has others.
func (w *writer) removePair(m, key, value *yaml.Node) error {
	locked := &LockedError{diag.Textf("%s", key.Value), Lines{key.Line, key.Line}}
	if len(m.Content) <= 2 {
		return locked
	}
	if m.Style&yaml.FlowStyle == 0 {
		if strings.TrimSpace(string(w.src[w.starts[key.Line-1]:w.start(key)])) != "" {
			return locked
		}
		w.removeLines(key.Line, w.lineAt(w.end(value)))
		return nil
	}
	i := slices.Index(m.Content, key)
	if i+2 < len(m.Content) {
		w.replace(w.start(key), w.start(m.Content[i+2]), "")
	} else {
		w.replace(w.end(m.Content[i-1]), w.end(value), "")
	}
	return nil
}

// group changes the words of a list.
func (w *writer) group(now, want Group) error {
	if slices.Equal(now.Words, want.Words) && slices.Equal(now.Not, want.Not) {
		return nil
	}
	what := diag.Textf("the list %s", now.Name)
	locked := &LockedError{what, now.Lines}
	if now.Name != want.Name || now.Fixed {
		return locked
	}
	if len(want.Words) == 0 && len(now.Lists) == 0 {
		return &EmptyError{what}
	}
	_, value := get(w.top("terms"), now.Name)
	words, not := value, (*yaml.Node)(nil)
	if value.Kind == yaml.MappingNode {
		_, words = get(value, "any")
		_, not = get(value, "not_in")
	}
	if err := w.list(words).change(w, want.Words, what); err != nil {
		return err
	}
	switch {
	case slices.Equal(now.Not, want.Not):
		return nil
	case not != nil && len(want.Not) == 0 && len(w.list(not).others) == 0:
		key, _ := get(value, "not_in")
		return w.removePair(value, key, not)
	case not != nil:
		return w.list(not).change(w, want.Not, what)
	}
	return w.addNot(value, words, "not_in: ["+flow(want.Not)+"]", locked)
}

// addNot adds exclusions to a list that has none.
func (w *writer) addNot(value, words *yaml.Node, not string, locked error) error {
	end := w.end(words)
	switch {
	case value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle != 0:
		w.replace(end, end, ", "+not)
	case value.Kind == yaml.MappingNode:
		key, _ := get(value, "any")
		at := w.lineEnd(end)
		w.replace(at, at, w.newline()+strings.Repeat(" ", key.Column-1)+not)
	case value.Kind == yaml.SequenceNode && value.Style&yaml.FlowStyle != 0:
		at := w.start(value)
		w.replace(at, at, "{any: ")
		w.replace(end, end, ", "+not+"}")
	case value.Kind == yaml.SequenceNode:
		indent := w.text(value.Line)[:indentOf(w.text(value.Line))]
		at := w.starts[value.Line-1]
		w.replace(at, at, indent+"any:"+w.newline())
		at = w.lineEnd(end)
		w.replace(at, at, w.newline()+indent+not)
	default:
		return locked
	}
	return nil
}

func (w *writer) replace(start, end int, text string) {
	w.edits = append(w.edits, edit{start, end, text})
}

// apply returns the file with the edits. Those at one place stand in the order in which they were made.
func (w *writer) apply() []byte {
	slices.SortStableFunc(w.edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range w.edits {
		if e.start > at {
			out = append(out, w.src[at:e.start]...)
		}
		out = append(out, e.text...)
		at = max(at, e.end)
	}
	return append(out, w.src[at:]...)
}

// encode writes a text as a scalar on one line, without quotes where it needs none.
func encode(s string, inFlow bool) string {
	plain := "- " + s
	if inFlow {
		plain = "[" + s + "]"
	}
	var read yaml.Node
	if err := yaml.Unmarshal([]byte(plain+" # end\n"), &read); err == nil && len(read.Content) == 1 {
		if items := read.Content[0].Content; read.Content[0].Kind == yaml.SequenceNode && len(items) == 1 {
			if n := items[0]; n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value == s && n.Style == 0 && !strings.ContainsAny(s, "#\"") {
				return s
			}
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// flow writes words as the items of a list on one line.
func flow(words []string) string {
	items := make([]string, len(words))
	for i, word := range words {
		items[i] = encode(word, true)
	}
	return strings.Join(items, ", ")
}
