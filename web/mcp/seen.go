package mcp

import (
	"encoding/json"
	"strings"

	"regwatch/internal/sanitize"
)

// asSeen returns an answer as JSON has it, without the characters that people do not see: a page
// could hide orders to an assistant in them.
func asSeen(answer any) (any, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return seen(value), nil
}

func seen(value any) any {
	switch v := value.(type) {
	case string:
		return visible(v)
	case []any:
		for i := range v {
			v[i] = seen(v[i])
		}
	case map[string]any:
		for name, under := range v {
			if name != ruleText {
				v[name] = seen(under)
			}
		}
	}
	return value
}

// ruleText is the name of the field with the file of a rule, which is given byte for byte.
const ruleText = "rule_text"

// visible removes what sanitize.Printable removes, and keeps the ends of lines.
func visible(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = sanitize.Printable(line)
	}
	return strings.Join(lines, "\n")
}
