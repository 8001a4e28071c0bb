package rules_test

import (
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

func TestTestReportsFailedExamples(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`when: {any: [aaa], in: title}
mention: {any: [aaa, bbb]}
tags: {lifted: {any: [ccc]}}
examples:
  match:
    - aaa and ccc
    - nothing here
    - {title: bbb}
    - {title: bbb, strength: mention}
    - {title: aaa, tags: [lifted]}
  ignore:
    - aaa again
    - bbb is only named
`)
	want := []string{
		`r.yaml:10: "nothing here" should match this rule as a subject but doesn't: "aaa" was not found in the title (line 4)`,
		`r.yaml:11: "bbb" should match as a subject but matches as a mention, by "bbb": "aaa" was not found in the title (line 4)`,
		`r.yaml:13: "aaa" should have the tag lifted but has none`,
		`r.yaml:15: "aaa again" should be ignored but matches, by "aaa"`,
	}
	var got []string
	for _, f := range set.Test() {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

func TestExplainShowsEachExpression(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`terms: {a: [aaa], b: [bbb]}
define: {pair: {near: [a, b], within: 3}}
when:
  any:
    - {use: pair, in: title}
    - {terms: a, in: body, min: 2}
    - {terms: b, in: title}
`)
	got := set.Explain(models.Article{Title: "Some bbb", Body: "An aaa.\n\nAnother aaa and bbb."})[0].String()
	want := `r matches as a subject
  yes when: any of (pair in title; a, 2 times in body; b in title) → "bbb" title, "aaa" ¶1, "aaa" ¶2
    no pair in title
      no a near b within 3
        no a
        yes b → "bbb" title
    yes a, 2 times in body → "aaa" ¶1, "aaa" ¶2
    yes b in title → "bbb" title
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
}

// A long expression is cut, since its parts follow on the next lines.
func TestExplainCutsLongExpressions(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"terms: {a: [aaa]}\nwhen: {any: ["+strings.Repeat("{terms: a, in: title}, ", 100)+"{terms: a}]}\n")
	for line := range strings.Lines(set.Explain(models.Article{Title: "Some aaa"})[0].String()) {
		if len(line) > 260 {
			t.Errorf("line of %d bytes: %s", len(line), line)
		}
	}
}
