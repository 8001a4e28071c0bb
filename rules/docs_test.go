package rules_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/events"
	"regwatch/rules"
)

// Each example in the reference of rules is a rule, or one without its first lines, and passes its own examples.
func TestDocsExamples(t *testing.T) {
	page := rulesReference(t, "rules.md", "rule-head.md", "article-parts.md", "relevance.md")
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) < 10 {
		t.Fatalf("%d examples, want one for each key", len(blocks))
	}
	for _, b := range blocks {
		src := string(b[1])
		name := "example"
		if m := regexp.MustCompile(`(?m)^id: (\S+)`).FindStringSubmatch(src); m != nil {
			name = m[1]
		} else {
			src = "id: example\ntitle: Example\n" + src
			if !strings.Contains("\n"+src, "\nseverity:") {
				src += "severity: low\n"
			}
		}
		set, problems := rules.Load(rules.Files(map[string]string{name + ".yaml": src}))
		if len(problems) > 0 {
			t.Errorf("%s\nhas problems:\n%s", src, problems.Error())
			continue
		}
		set = set.WithDates(events.KeyDates)
		if set.Examples() == 0 {
			t.Errorf("%s\nhas no examples", src)
		}
		for _, f := range set.Test() {
			t.Errorf("%s\n%s", src, f)
		}
	}
}

// The reference of rules describes every key that a rule can have.
func TestDocsDescribeEveryKey(t *testing.T) {
	page := rulesReference(t, "rules.md", "rule-head.md", "article-parts.md", "relevance.md", "rule-values.md", "rule-lists.md")
	var root any
	if err := json.Unmarshal(rules.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	for _, k := range keysOf(root, nil) {
		if !strings.Contains(string(page), "`"+k) && !strings.Contains(string(page), k+":") {
			t.Errorf("docs/reference/rules.md does not mention the key %q", k)
		}
	}
}

// rulesReference returns the pages of the manual about rules.
func rulesReference(t *testing.T, names ...string) []byte {
	t.Helper()
	var all []byte
	for _, name := range names {
		page, err := os.ReadFile("../docs/reference/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
	}
	return all
}

// keysOf appends the keys of all mappings that a JSON Schema describes.
func keysOf(schema any, keys []string) []string {
	switch s := schema.(type) {
	case map[string]any:
		for name, value := range s {
			if properties, ok := value.(map[string]any); ok && name == "properties" {
				keys = slices.AppendSeq(keys, maps.Keys(properties))
			}
			keys = keysOf(value, keys)
		}
	case []any:
		for _, value := range s {
			keys = keysOf(value, keys)
		}
	}
	return keys
}
