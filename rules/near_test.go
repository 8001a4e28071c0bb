package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"
)

// near matches if any choice of its parts fits, not only the closest ones.
func TestNearTriesEveryChoice(t *testing.T) {
	tests := []struct {
		query, title string
		want         string
	}{
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a halts b c sale", "court halts a halts b c sale"},
		{"court ONEAR/4 halts ONEAR/4 sale", "court halts a b c d halts sale", ""},
		{"court ONEAR/S halts ONEAR/S sale", "court sale halts", ""},
		// Both other parts would take the licence next to the coin.
		{`coin NEAR/6 licence NEAR/6 "licence fee"`, "coin licence fee and a licence", "coin licence fee and a licence"},
		{`coin NEAR/3 licence NEAR/3 "licence fee"`, "coin licence fee and a licence", ""},
	}
	for _, test := range tests {
		set, problems := rules.Search(test.query)
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

// near matches exactly if some choice of one word for each part fits. The test makes the choices by itself.
func TestNearEqualsBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"court", "halts", "sale", "coin", "with", "then"}
	matched := 0
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
		set, problems := rules.Search(query)
		if len(problems) > 0 {
			t.Fatal(problems.Error())
		}
		want := canChoose(title, parts, nil, within, ordered)
		got := len(set.Match(models.Article{Title: strings.Join(title, " ")})) > 0
		if got != want {
			t.Errorf("%s on %q: %v, want %v", query, title, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < 400 || matched > 3_600 {
		t.Errorf("%d of 4000 match, want neither few nor most", matched)
	}
}

// canChoose reports whether the parts can be chosen from the words of a title: each within reach of the first or, if
// ordered, after the one before it.
func canChoose(title, parts []string, chosen []int, within int, ordered bool) bool {
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
		if reach && canChoose(title, parts, append(slices.Clone(chosen), i), within, ordered) {
			return true
		}
	}
	return false
}
