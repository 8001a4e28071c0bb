package models

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryAndEitherJoinCandidates(t *testing.T) {
	term := func(s string) Candidate { return Candidate{Asks: HasTerm, Term: s} }
	all := func(parts ...Candidate) Candidate { return Candidate{Asks: AllOf, Parts: parts} }
	any := func(parts ...Candidate) Candidate { return Candidate{Asks: AnyOf, Parts: parts} }
	a, b, c := term("a"), term("b"), term("c")
	everything, never := Candidate{}, Candidate{Asks: AnyOf}
	tests := []struct {
		name      string
		got, want Candidate
	}{
		{"a and b", Every(a, b), all(a, b)},
		{"a and everything", Every(a, everything), a},
		{"a and never", Every(a, never), never},
		{"a and a", Every(a, a), a},
		{"a and (b and c)", Every(a, Every(b, c)), all(a, b, c)},
		{"nothing asked", Every(), everything},
		{"a or b", Either(a, b), any(a, b)},
		{"a or everything", Either(a, everything), everything},
		{"a or never", Either(a, never), a},
		{"a or a", Either(a, b, a), any(a, b)},
		{"a or (b or c)", Either(a, Either(b, c)), any(a, b, c)},
		{"how a begins is not a", Either(a, Candidate{Asks: HasPrefix, Term: "a"}), any(a, Candidate{Asks: HasPrefix, Term: "a"})},
		{"nothing to choose", Either(), never},
		{"(a and b) or c", Either(Every(a, b), c), any(all(a, b), c)},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
	if a.Never() || everything.Never() || !Every(a, never).Never() {
		t.Error("only what asks for one of nothing is never met")
	}
}

// A naive expansion doubles the expression with each level.
func TestCandidateStaysSmall(t *testing.T) {
	c := Candidate{Asks: HasTerm, Term: "a"}
	for i := range 60 {
		next := Candidate{Asks: HasTerm, Term: fmt.Sprint(i)}
		c = Every(Either(c, next), Either(Every(c, next), Candidate{Asks: HasPrefix, Term: fmt.Sprint(i)}))
	}
	if c.Size() > maxCandidate || c.depth() > maxDepth {
		t.Errorf("candidate has %d terms and is %d deep", c.Size(), c.depth())
	}
	var many []Candidate
	for i := range maxCandidate + 1 {
		many = append(many, Candidate{Asks: HasTerm, Term: fmt.Sprint(i)})
	}
	if got := Either(many...); got.Asks != Anything {
		t.Errorf("candidate of %d terms has kind %v, want anything", len(many), got.Asks)
	}
}
