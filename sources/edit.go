package sources

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// LineOf returns the line of a source file, from 1, on which the source with an ID begins;
// 0 if the file has no such source.
func LineOf(text []byte, id string) int {
	item := sourceNode("a source file", text, id)
	for _, p := range item.Pairs("a source") {
		if p.Name == "id" {
			line, _ := p.Key.Position()
			return line
		}
	}
	return 0
}

// sourceNode returns the mapping of a source in the text of a file; an absent node if there is
// none.
func sourceNode(file string, text []byte, id string) yamlnode.Node {
	for _, p := range yamlnode.Parse(file, text).Pairs("a source file") {
		if p.Name != "sources" {
			continue
		}
		for _, item := range p.Value.Items() {
			isIt := func(p yamlnode.Pair) bool { return p.Name == "id" && p.Value.String("id") == id }
			if slices.ContainsFunc(item.Pairs("a source"), isIt) {
				return item
			}
		}
	}
	return yamlnode.Node{}
}

// SetEnabled returns the text of a source file in which a source is enabled or not, and
// nothing else differs. A source that is enabled needs no key, so a line with the key alone
// is removed. The error says that a person has to edit the file.
func SetEnabled(file string, text []byte, id string, enabled bool) ([]byte, error) {
	before, problems := Parse(file, text)
	if len(problems) > 0 {
		return nil, problems
	}
	i := slices.IndexFunc(before, func(s models.Source) bool { return s.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("%s has no source %q", file, id)
	}
	if before[i].Disabled == !enabled {
		return text, nil
	}
	changed := withEnabled(text, sourceNode(file, text, id).Pairs("a source"), enabled)
	after, problems := Parse(file, changed)
	want := slices.Clone(before)
	want[i].Disabled = !enabled
	if len(problems) > 0 || !reflect.DeepEqual(after, want) {
		return nil, fmt.Errorf("%s:%d: the settings of %q are written in a way that only a person can change; write enabled: %t there", file, LineOf(text, id), id, enabled)
	}
	return changed, nil
}

func withEnabled(text []byte, pairs []yamlnode.Pair, enabled bool) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for _, p := range pairs {
		if p.Name != "enabled" {
			continue
		}
		line, col := p.Value.Position()
		if enabled && strings.TrimSpace(string(lines[line-1])) == "enabled: false" {
			return bytes.Join(slices.Delete(lines, line-1, line), nil)
		}
		head, tail := cutColumn(lines[line-1], col)
		rest := bytes.TrimLeft(tail, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
		lines[line-1] = slices.Concat(head, fmt.Appendf(nil, "%t", enabled), rest)
		return bytes.Join(lines, nil)
	}
	for _, p := range pairs {
		if p.Name != "id" {
			continue
		}
		line, col := p.Key.Position()
		head, tail := cutColumn(lines[line-1], col)
		if bytes.ContainsAny(head, "{") { // a mapping between braces
			lines[line-1] = slices.Concat(head, fmt.Appendf(nil, "enabled: %t, ", enabled), tail)
			return bytes.Join(lines, nil)
		}
		end := "\n"
		if bytes.HasSuffix(tail, []byte("\r\n")) {
			end = "\r\n"
		}
		if !bytes.HasSuffix(tail, []byte("\n")) {
			lines[line-1] = append(slices.Clone(lines[line-1]), '\n')
		}
		added := fmt.Appendf(nil, "%senabled: %t%s", strings.Repeat(" ", col-1), enabled, end)
		return bytes.Join(slices.Insert(lines, line, added), nil)
	}
	return text
}

// cutColumn cuts a line before a column, which counts characters from 1.
func cutColumn(line []byte, col int) (head, tail []byte) {
	runes := []rune(string(line))
	at := min(max(col-1, 0), len(runes))
	return []byte(string(runes[:at])), []byte(string(runes[at:]))
}
