package diag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
)

func TestProblemStringOmitsUnknownParts(t *testing.T) {
	tests := []struct {
		problem diag.Problem
		want    string
	}{
		{diag.Problem{File: "a.yaml", Line: 3, Col: 5, What: `unknown key "titel"`, Want: "use title"}, `a.yaml:3:5: unknown key "titel"; use title`},
		{diag.Problem{File: "a.yaml", Line: 3, What: "wrong"}, "a.yaml:3: wrong"},
		{diag.Problem{File: "a.yaml", Col: 5, What: "wrong"}, "a.yaml: wrong"},
		{diag.Problem{What: "wrong", Want: "use another"}, "wrong; use another"},
	}
	for _, tt := range tests {
		if got := tt.problem.String(); got != tt.want {
			t.Errorf("String of %+v = %q, want %q", tt.problem, got, tt.want)
		}
	}
}

func TestSortedDropsDuplicates(t *testing.T) {
	first, second := diag.Problem{File: "a", Line: 1, What: "x"}, diag.Problem{File: "a", Line: 2, What: "x"}
	if diff := cmp.Diff(diag.Problems{first, second}, diag.Problems{second, first, second}.Sorted()); diff != "" {
		t.Errorf("Sorted mismatch (-want +got):\n%s", diff)
	}
}

func TestErrOfNoProblemsIsNil(t *testing.T) {
	if err := (diag.Problems{}).Err(); err != nil {
		t.Errorf("Err = %v, want nil", err)
	}
	if err := (diag.Problems{{What: "wrong"}}).Err(); err == nil || err.Error() != "wrong" {
		t.Errorf("Err = %v, want wrong", err)
	}
}
