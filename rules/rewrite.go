package rules

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// AsQueries returns the rule's file with every question on one line, as in media
// and legal search. What is no question stays as it was written, comments too;
// those within a question are lost. There is an error where a name that the rule
// has given cannot be said in a query.
func (r Rule) AsQueries() ([]byte, error) {
	p := &queryPrinter{rule: &r}
	out, err := r.rewrite(func(n *node) *yaml.Node { return scalar(p.query(n)) })
	if p.fault != "" {
		return nil, errors.New(p.fault)
	}
	return out, err
}

// AsYAML returns the rule's file with every question as structured YAML; see
// [Rule.AsQueries] for what stays.
func (r Rule) AsYAML() ([]byte, error) {
	return r.rewrite(func(n *node) *yaml.Node { return structure(&r, n) })
}

// rewrite writes the file anew, with the questions as write has them.
func (r Rule) rewrite(write func(*node) *yaml.Node) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(r.src, &doc); err != nil {
		return nil, fmt.Errorf("read rule %s: %w", r.ID, err)
	}
	root := doc.Content[0]
	lines := strings.SplitAfter(string(bytes.TrimPrefix(r.src, []byte("\xef\xbb\xbf"))), "\n")
	var out bytes.Buffer
	block := root.Style&yaml.FlowStyle == 0 && root.Column == 1
	next := 0 // the first line that is not written yet
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		written := r.question(key.Value, write)
		if block {
			end := len(lines)
			if i+2 < len(root.Content) {
				end = root.Content[i+2].Line - 1
			}
			if written == nil {
				out.WriteString(strings.Join(lines[next:end], ""))
				next = end
				continue
			}
			// The comment above a key is not the one's before it.
			out.WriteString(strings.Join(lines[next:key.Line-1], ""))
			next = end
			for next > key.Line && ownLine(lines[next-1]) {
				next--
			}
		}
		if written != nil {
			value = written
		}
		text, err := encode(key.Value, value)
		if err != nil {
			return nil, fmt.Errorf("write %s of rule %s: %w", key.Value, r.ID, err)
		}
		out.Write(text)
	}
	if block {
		out.WriteString(strings.Join(lines[next:], ""))
	}
	return out.Bytes(), nil
}

// ownLine reports whether a line is empty or a comment that begins the line.
func ownLine(line string) bool {
	return strings.TrimSpace(line) == "" || line[0] == '#'
}

// question returns what takes the place of a key of the rule, or nothing if the
// key has no questions.
func (r Rule) question(key string, write func(*node) *yaml.Node) *yaml.Node {
	m := mapping()
	switch key {
	case "when":
		return write(r.when)
	case "mention":
		return write(r.mention)
	case "define":
		for _, name := range r.order {
			m.put(name, write(r.defines[name].node))
		}
	case "tags":
		for _, t := range r.tags {
			m.put(t.name, write(t.node))
		}
	}
	if len(m.Content) == 0 {
		return nil
	}
	return m.Node
}

func encode(key string, value *yaml.Node) ([]byte, error) {
	m := mapping()
	m.put(key, value)
	return yaml.Dump(m.Node, yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
}
