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

// A part with next or previous stands where it says, seen from the part before it.
func TestNearBindsEachPart(t *testing.T) {
	tests := []struct {
		when, title string
		want        bool
	}{
		{"near: [{any: [ban]}, {any: [coin], next: 3}]", "ban a b coin", true},
		{"near: [{any: [ban]}, {any: [coin], next: 3}]", "ban a b c coin", false},
		{"near: [{any: [ban]}, {any: [coin], next: 3}]", "coin ban", false},
		{"near: [{any: [ban]}, {any: [coin], previous: 2}]", "coin a ban", true},
		{"near: [{any: [ban]}, {any: [coin], previous: 2}]", "coin a b ban", false},
		{"near: [{any: [ban]}, {any: [coin], next: 1}]", "ban coin", true},
		{"near: [{any: [ban]}, {any: [coin], next: 1}]", "ban, coin", false},
		{"near: [{any: [ban]}, {any: [coin], next: 2}]", "ban, coin", true},
		{"near: [{any: [ban]}, {any: [coin], next: 2, without: [on]}]", "ban on coin", false},
		{"near: [{any: [ban]}, {any: [coin], next: 2, without: [on]}]", "on ban a coin on", true},
		{"near: [{any: [ban]}, {any: [coin], previous: 2, without: [on]}]", "coin on ban", false},
		// The second part is bound to the first, the third to the second.
		{"near: [{any: [court]}, {any: [ban], next: 2}, {any: [coin], next: 2}]", "court a ban b coin", true},
		{"near: [{any: [court]}, {any: [ban], next: 2}, {any: [coin], next: 2}]", "court a ban b c coin", false},
		// Another choice of the second part makes room for the third.
		{"near: [{any: [court]}, {any: [ban], next: 9}, {any: [coin], next: 2}]", "court ban a b ban coin", true},
		// A part without its own distance keeps that of the near.
		{"{near: [{any: [court]}, {any: [ban], next: 2}, {any: [coin]}], within: 6}", "coin a b court ban", true},
		{"{near: [{any: [court]}, {any: [ban], without: [not]}], within: 6}", "court does not ban", false},
	}
	for _, tt := range tests {
		set := rules.MustLoad(t, rules.Head+"when:\n  "+tt.when+"\n")
		if got := len(set.Match(models.Article{Title: tt.title})) > 0; got != tt.want {
			t.Errorf("%s on %q: %v, want %v", tt.when, tt.title, got, tt.want)
		}
	}
	set := rules.MustLoad(t, rules.Head+"when: {near: [{any: [ban]}, {any: [coin], next: 9}]}\n")
	if got := set.Match(models.Article{Title: "X", Body: "They ban it. The coin stays."}); len(got) > 0 {
		t.Error("next leaves the sentence")
	}
}

// An exclusion in a part binds to that part, and another hit of the part takes its place.
func TestUnlessBindsToPart(t *testing.T) {
	when := "when: {near: [{any: [curb, ban], unless: {any: [fraud], next: 2}}, {any: [coin], unless: {any: [scam], next: 1}, next: 6}]}\n"
	set := rules.MustLoad(t, rules.Head+when)
	for title, want := range map[string]bool{
		"curb fraud with coin":         false,
		"to curb fraud, ban the coin":  true,
		"ban the coin and fight fraud": true,
		"fraud ban the coin":           true,
		"ban the coin scam":            false,
		"ban the coin, scam or not":    true,
		"ban the coin scam and a coin": true,
	} {
		if got := len(set.Match(models.Article{Title: title})) > 0; got != want {
			t.Errorf("%q: %v, want %v", title, got, want)
		}
	}
}

// near with bound parts matches exactly if some choice of one word for each part fits.
func TestBoundNearEqualsBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	words := []string{"court", "halts", "sale", "coin", "with", "then"}
	matched := 0
	for range 3_000 {
		parts := words[:2+random.IntN(3)]
		next, previous := 1+random.IntN(4), 1+random.IntN(3)
		when := "when:\n  near:\n    - {any: [" + parts[0] + "]}\n"
		for _, part := range parts[1:] {
			when += fmt.Sprintf("    - {any: [%s], next: %d, previous: %d, without: [then]}\n", part, next, previous)
		}
		title := make([]string, 3+random.IntN(9))
		for i := range title {
			title[i] = words[random.IntN(len(words))]
		}
		want := canChooseBound(title, parts, nil, next, previous)
		got := len(rules.MustLoad(t, rules.Head+when).Match(models.Article{Title: strings.Join(title, " ")})) > 0
		if got != want {
			t.Errorf("%s on %q: %v, want %v", when, title, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < 300 || matched > 2_700 {
		t.Errorf("%d of 3000 match, want neither few nor most", matched)
	}
}

// canChooseBound is canChoose for parts that are bound to the one before, without "then" between.
func canChooseBound(title, parts []string, chosen []int, next, previous int) bool {
	if len(parts) == len(chosen) {
		return true
	}
	for i, word := range title {
		if word != parts[len(chosen)] || slices.Contains(chosen, i) {
			continue
		}
		if len(chosen) > 0 {
			last := chosen[len(chosen)-1]
			if i-last > next || last-i > previous || slices.Contains(title[min(i, last)+1:max(i, last)], "then") {
				continue
			}
		}
		if canChooseBound(title, parts, append(slices.Clone(chosen), i), next, previous) {
			return true
		}
	}
	return false
}
