package models

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asks builds a candidate of clauses written as words.
func asks(clauses ...[]string) Candidate {
	var c Candidate
	for _, words := range clauses {
		clause := Clause{}
		for _, w := range words {
			clause = append(clause, Term{Text: w})
		}
		c = append(c, clause)
	}
	return c
}

func TestCandidatesAreJoined(t *testing.T) {
	a, b, c, d := []string{"a"}, []string{"b"}, []string{"c"}, []string{"d"}
	tests := []struct {
		name      string
		got, want Candidate
	}{
		{"a and b", asks(a).And(asks(b)), asks(a, b)},
		{"a and all", asks(a).And(nil), asks(a)},
		{"a or b", asks(a).Or(asks(b)), asks([]string{"a", "b"})},
		{"a or all", asks(a).Or(nil), nil},
		{"all or a", Candidate(nil).Or(asks(a)), nil},
		{"a or never", asks(a).Or(asks([]string{})), asks(a)},
		{"(a and b) or (c and d)", asks(a, b).Or(asks(c, d)), asks([]string{"a", "c"}, []string{"a", "d"}, []string{"b", "c"}, []string{"b", "d"})},
		{"(a and b) or a", asks(a, b).Or(asks(a)), asks(a)},
		{"a twice", asks(a).And(asks(a)), asks(a)},
		{"a and (a or b)", asks(a).And(asks([]string{"b", "a"})), asks(a)},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestACandidateStaysSmall(t *testing.T) {
	var all Candidate
	for i := range 40 {
		all = all.And(asks([]string{fmt.Sprint(i), "x"}))
	}
	if all = all.Or(all.And(asks([]string{"y"}))); len(all) > maxClauses {
		t.Errorf("%d clauses, want at most %d", len(all), maxClauses)
	}
}

func TestNever(t *testing.T) {
	if asks([]string{"a"}).Never() || Candidate(nil).Never() || !asks([]string{"a"}, []string{}).Never() {
		t.Error("only a clause without terms is never met")
	}
}
