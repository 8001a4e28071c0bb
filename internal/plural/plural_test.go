package plural_test

import (
	"fmt"
	"strings"
	"testing"

	"regwatch/internal/plural"
)

func Example() {
	for _, n := range []int{0, 1, 7} {
		fmt.Println(plural.Count(n, "entry", "entries"), plural.Word(n, "is", "are"), "missing")
	}
	// Output:
	// 0 entries are missing
	// 1 entry is missing
	// 7 entries are missing
}

func FuzzCount(f *testing.F) {
	f.Add(1)
	f.Add(-1)
	f.Fuzz(func(t *testing.T, n int) {
		text := plural.Count(n, "one", "many")
		if want := fmt.Sprint(n); !strings.HasPrefix(text, want+" ") || strings.HasSuffix(text, "one") != (n == 1) {
			t.Errorf("Count(%d) = %q", n, text)
		}
	})
}
