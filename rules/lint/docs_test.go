package lint_test

import (
	"os"
	"regexp"
	"testing"

	"regwatch/rules/lint"
)

// The examples about sharing are rules and the files that they use, which their first line names. Beside them is the
// shipped list of regulators.
func TestDocsExamplesOfSharing(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/rule-lists.md")
	if err != nil {
		t.Fatal(err)
	}
	regulators, err := os.ReadFile("../../configs/rules/lists/regulators.csv")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"lists/regulators.csv": string(regulators)}
	count := 0
	for _, b := range regexp.MustCompile("(?s)```(?:yaml|csv)\n(.*?)```").FindAllSubmatch(page, -1) {
		src := string(b[1])
		name := regexp.MustCompile(`^(?:# (\S+)|id: (\S+))`).FindStringSubmatch(src)
		switch {
		case name == nil:
			t.Fatalf("%s\nhas neither the name of a file nor an id", src)
		case name[1] != "":
			files[name[1]] = src
		default:
			files[name[2]+".yaml"] = src
			count++
		}
	}
	set := loadFiles(t, files)
	if count < 5 || set.Examples() < 5*count {
		t.Errorf("%d rules with %d examples, want more", count, set.Examples())
	}
	for _, f := range set.Test() {
		t.Error(f)
	}
	for _, w := range lint.Check(set) {
		t.Errorf("lint: %s", w)
	}
}
