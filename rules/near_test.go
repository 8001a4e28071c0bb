package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"regwatch/models"
)

// A near is met if there is any way to choose its parts, and not only if the
// closest ones fit.
func TestNearTriesEveryChoiceOfItsParts(t *testing.T) {
	tests := []struct {
		query, title string
		want         string
	}{
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a halts b c sale", "court halts a halts b c sale"},
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a b c d halts sale", ""},
		{"court ONEAR/S halts ONEAR/S sale", "court sale halts", ""},
		// The licence beside the coin is wanted by both of the others.
		{`coin NEAR/6 licence NEAR/6 "licence fee"`, "coin licence fee and a licence", "coin licence fee and a licence"},
		{`coin NEAR/3 licence NEAR/3 "licence fee"`, "coin licence fee and a licence", ""},
	}
	for _, test := range tests {
		set, problems := Search(test.query)
		if len(problems) > 0 {
			t.Fatal(problems.Error())
		}
		var got []string
		for _, m := range set.Match(models.Article{Title: test.title}) {
			for _, h := range m.Hits {
				got = append(got, h.Text)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s on %q found %q; want %q", test.query, test.title, got, test.want)
		}
	}
}

// A near is met exactly where trying all choices of one word for each part finds
// one that fits. The choices are made here by themselves: nothing of near is used.
func TestNearIsAllChoicesTried(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"court", "halts", "sale", "coin", "with", "then"}
	met := 0
	for range 4_000 {
		within := 1 + random.IntN(4)
		ordered := random.IntN(2) == 0
		operator := "NEAR"
		if ordered {
			operator = "ONEAR"
		}
		parts := words[:2+random.IntN(3)]
		query := strings.Join(parts, fmt.Sprintf(" %s/%d ", operator, within))
		title := make([]string, 3+random.IntN(9))
		for i := range title {
			title[i] = words[random.IntN(len(words))]
		}
		set, problems := Search(query)
		if len(problems) > 0 {
			t.Fatal(problems.Error())
		}
		want := fits(title, parts, nil, within, ordered)
		got := len(set.Match(models.Article{Title: strings.Join(title, " ")})) > 0
		if got != want {
			t.Errorf("%s on %q: %v; trying all choices says %v", query, title, got, want)
		}
		if want {
			met++
		}
	}
	if met < 400 || met > 3_600 {
		t.Errorf("%d of 4000 are met, which shows little", met)
	}
}

// fits reports whether the parts can be chosen from the words of a title: each
// within reach of the first or, in order, behind the one before it.
func fits(title, parts []string, chosen []int, within int, ordered bool) bool {
	if len(parts) == len(chosen) {
		return true
	}
	for i, word := range title {
		if word != parts[len(chosen)] || slices.Contains(chosen, i) {
			continue
		}
		reach := true
		if len(chosen) > 0 && ordered {
			gap := i - chosen[len(chosen)-1]
			reach = gap >= 1 && gap <= within
		} else if len(chosen) > 0 {
			reach = max(i-chosen[0], chosen[0]-i) <= within
		}
		if reach && fits(title, parts, append(slices.Clone(chosen), i), within, ordered) {
			return true
		}
	}
	return false
}
