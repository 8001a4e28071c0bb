package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every example on the page about rules is a rule, or a part of one that lacks
// its head, and does what it says.
func TestExamplesInTheDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) < 10 {
		t.Fatalf("found %d examples; want one for each key", len(blocks))
	}
	for _, b := range blocks {
		src := string(b[1])
		name := "example"
		if m := regexp.MustCompile(`(?m)^id: (\S+)`).FindStringSubmatch(src); m != nil {
			name = m[1]
		} else {
			src = "id: example\ntitle: Example\nseverity: low\n" + src
		}
		set, problems := Load(mapFS(map[string]string{name + ".yaml": src}))
		if len(problems) > 0 {
			t.Errorf("%s\nhas problems:\n%s", src, problems.Error())
			continue
		}
		if set.Examples() == 0 {
			t.Errorf("%s\nhas no examples", src)
		}
		for _, f := range set.Test() {
			t.Errorf("%s\n%s", src, f)
		}
	}
}

// The page has a word on every key that a rule may have.
func TestDocsNameEveryKey(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range [][]string{ruleKeys, listKeys, nodeKeys, windowKeys, examplesKeys, exampleKeys} {
		for _, k := range keys {
			if !strings.Contains(string(page), "`"+k) && !strings.Contains(string(page), k+":") {
				t.Errorf("docs/reference/rules.md does not name the key %q", k)
			}
		}
	}
}
