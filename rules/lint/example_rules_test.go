package lint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/events"
	"regwatch/rules"
	"regwatch/rules/lint"
)

const exampleRules = "../../docs/examples"

// The example rules work as a folder of rules does: they load without problems and warnings, and pass their examples.
func TestExampleRulesPass(t *testing.T) {
	set, problems := rules.Load(os.DirFS(exampleRules))
	if len(problems) > 0 {
		t.Fatal(problems.Error())
	}
	set = set.WithDates(events.KeyDates)
	for _, warning := range lint.Check(set) {
		t.Errorf("warning: %s", warning)
	}
	for _, failed := range set.Test() {
		t.Error(failed)
	}
	for _, r := range set.Rules() {
		match, ignore, chinese := 0, 0, 0
		for _, e := range r.Examples {
			if e.Match {
				match++
			} else {
				ignore++
			}
			if strings.HasPrefix(e.Lang, "zh") {
				chinese++
			}
		}
		if match < 3 || ignore < 3 || chinese < 2 || r.Why == "" {
			t.Errorf("%s has %d examples of match, %d of ignore, %d in Chinese, and the reason %q; want at least 3, 3 and 2, and a reason",
				r.ID, match, ignore, chinese, r.Why)
		}
	}
}

// The page of the example rules lists every file of the folder once.
func TestExampleRulesAreListed(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(exampleRules, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`\]\(([a-z/-]+\.(?:yaml|csv))\)`).FindAllSubmatch(page, -1) {
		listed = append(listed, string(m[1]))
	}
	slices.Sort(listed)

	var files []string
	for _, pattern := range []string{"*.yaml", "vocabulary/*", "lists/*"} {
		names, err := filepath.Glob(filepath.Join(exampleRules, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			name, err := filepath.Rel(exampleRules, name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, filepath.ToSlash(name))
		}
	}
	slices.Sort(files)
	if diff := cmp.Diff(files, listed); diff != "" {
		t.Errorf("files of docs/examples mismatch (-in the folder +in README.md):\n%s", diff)
	}
}
