package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// AsQueries returns the rule's file with every expression as a query, except those with a reach or a link, which
// queries do not have. Everything else stays as it was written, including comments; only comments within an
// expression are lost. It returns an error if a query cannot express a name in the rule.
func (r Rule) AsQueries() ([]byte, error) {
	p := &queryPrinter{rule: &r}
	out, err := r.rewrite(func(e *Expr) *yaml.Node {
		if e.needsKeys() {
			return exprYAML(&r, e)
		}
		return scalar(p.format(e))
	})
	if p.fault != "" {
		return nil, errors.New(p.fault)
	}
	return out, err
}

// needsKeys reports whether a query cannot express e, because it has a reach or a link.
func (e *Expr) needsKeys() bool {
	return e.HasLinks() || slices.ContainsFunc(e.Sub, (*Expr).needsKeys) ||
		slices.ContainsFunc(e.Unless, func(w Window) bool { return w.Reach != (Reach{}) || w.Expr.needsKeys() })
}

// AsYAML returns the rule's file with every expression as YAML. It keeps the same parts as [Rule.AsQueries].
func (r Rule) AsYAML() ([]byte, error) {
	return r.rewrite(func(e *Expr) *yaml.Node { return exprYAML(&r, e) })
}

// rewrite returns the file with its expressions as format gives them. If the rule is a block mapping, all
// other lines are copied.
func (r Rule) rewrite(format func(*Expr) *yaml.Node) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(r.src, &doc); err != nil {
		return nil, fmt.Errorf("read rule %s: %w", r.ID, err)
	}
	root := doc.Content[0]
	lines := strings.SplitAfter(string(bytes.TrimPrefix(r.src, []byte("\xef\xbb\xbf"))), "\n")
	var out bytes.Buffer
	isBlock := root.Style&yaml.FlowStyle == 0 && root.Column == 1
	next := 0 // index of the first line that is not copied yet
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		written := r.expressionsOf(key.Value, format)
		if isBlock {
			end := len(lines)
			if i+2 < len(root.Content) {
				end = root.Content[i+2].Line - 1
			}
			if written == nil {
				out.WriteString(strings.Join(lines[next:end], ""))
				next = end
				continue
			}
			// The lines above the key, and the comments above the next key, are copied.
			out.WriteString(strings.Join(lines[next:key.Line-1], ""))
			next = end
			for next > key.Line && isBlankOrComment(lines[next-1]) {
				next--
			}
		}
		if written != nil {
			value = written
		}
		text, err := formatKey(key.Value, value)
		if err != nil {
			return nil, fmt.Errorf("write %s of rule %s: %w", key.Value, r.ID, err)
		}
		out.Write(text)
	}
	if isBlock {
		out.WriteString(strings.Join(lines[next:], ""))
	}
	return out.Bytes(), nil
}

// isBlankOrComment reports whether a line is empty, or a comment at the start of the line.
func isBlankOrComment(line string) bool {
	return strings.TrimSpace(line) == "" || line[0] == '#'
}

// expressionsOf returns the new value for a key of the rule, or nil if the key has no expressions.
func (r Rule) expressionsOf(key string, format func(*Expr) *yaml.Node) *yaml.Node {
	m := newMapping()
	switch key {
	case "when":
		return format(r.When)
	case "mention":
		return format(r.Mention)
	case "define":
		for _, name := range r.DefinitionNames {
			m.put(name, format(r.Definitions[name].Expr))
		}
	case "severity":
		for _, c := range r.Severities {
			m.put(string(c.Severity), format(c.Expr))
		}
		if len(r.Severities) > 0 {
			m.put(elseKey, scalar(string(r.Severity)))
		}
	case "tags":
		for _, t := range r.Tags {
			m.put(t.Name, format(t.Expr))
		}
	}
	if len(m.Content) == 0 {
		return nil
	}
	return m.Node
}

func formatKey(key string, value *yaml.Node) ([]byte, error) {
	m := newMapping()
	m.put(key, value)
	return yaml.Dump(m.Node, yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
}
