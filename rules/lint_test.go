package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLint(t *testing.T) {
	set := load(t, head+`terms:
  a: [aaa, stable coin, Stable-Coin, 穩定, 稳定]
  b: [bbb]
  c: [ccc, =CCC]
define:
  p: {terms: a}
  q: {any: [{terms: c}]}
when: {use: p}
examples: {match: [aaa]}
`)
	want := `r.yaml:1:5: the rule has no example to ignore; want one that shares its words and is about something else
r.yaml:5:25: phrase "Stable-Coin" is here twice; it already stands in line 5; case, hyphens and the two Chinese scripts are equal
r.yaml:5:42: phrase "稳定" is here twice; it already stands in line 5; case, hyphens and the two Chinese scripts are equal
r.yaml:6:3: term list "b" is not used; want it used or taken out
r.yaml:7:3: term list "c" is not used; want it used or taken out
r.yaml:10:3: definition "q" is not used; want it used or taken out`
	if diff := cmp.Diff(want, set.Lint().Error()); diff != "" {
		t.Errorf("Lint (-want +got):\n%s", diff)
	}
}

func TestShippedRulesAreTidy(t *testing.T) {
	for _, p := range shippedSet(t).Lint() {
		t.Error(p)
	}
}
