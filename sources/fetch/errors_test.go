package fetch

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Without a failure kind, readers in other languages would see the name of the reason.
func TestEveryReasonHasFailureKind(t *testing.T) {
	read := func(path, pattern string) []string {
		t.Helper()
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(src), -1) {
			found = append(found, m[1])
		}
		if len(found) == 0 {
			t.Fatalf("%s has no %s", path, pattern)
		}
		return found
	}
	kinds := " " + strings.Join(read("../../models/failure.go", `FailureKind += "(source_\w+)"`), " ") + " "
	reasons := read("errors.go", `\bReason += "([^"]+)"`)
	for _, reason := range reasons {
		if kind := string((&Error{Reason: Reason(reason)}).Failure()); !strings.Contains(kinds, " "+kind+" ") {
			t.Errorf("reason %q: models has no failure %s", reason, kind)
		}
	}
	if n := len(strings.Fields(kinds)); n != len(reasons) {
		t.Errorf("%d reasons and %d failures of sources", len(reasons), n)
	}
}
