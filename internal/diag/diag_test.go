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

func TestMeantReadsWhatAProblemSuggests(t *testing.T) {
	tests := []struct {
		what, want   string
		wrong, right string
	}{
		{`unknown key "titel"`, `did you mean "title"? a rule has id, title`, "titel", "title"},
		{`role "pres" is unknown`, `did you mean "press"?`, "pres", "press"},
		{`unknown name "a\"b"`, `did you mean "ab"?`, `a"b`, "ab"},
		{`severity "mad" is unknown`, "use low, medium, high or critical", "", ""},
		{"the amount is too large", "did you mean 100 million?", "", ""},
		{"the key is unknown", `did you mean "title"?`, "", ""},
		{`unknown key "titel`, `did you mean "title`, "", ""},
	}
	for _, tt := range tests {
		wrong, right, ok := diag.Problem{What: tt.what, Want: tt.want}.Meant()
		if ok != (tt.right != "") || ok && (wrong != tt.wrong || right != tt.right) {
			t.Errorf("Meant of %s; %s = %q, %q, %v, want %q, %q", tt.what, tt.want, wrong, right, ok, tt.wrong, tt.right)
		}
	}
}
