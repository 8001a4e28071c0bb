package rules_test

import (
	"math"
	"strings"
	"testing"

	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

func TestEvaluateCountsMistakes(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [aaa], in: title}\nmention: {any: [aaa]}")
	labelled, err := rules.ReadLabelled(strings.NewReader(`{"id":"1","lang":"en","title":"aaa","topics":["r"],"other":1}
{"id":"2","lang":"en","title":"bbb","topics":["r"]}

{"id":"3","lang":"zh-Hant","title":"aaa","topics":["elsewhere"]}
{"id":"4","lang":"en","title":"ccc","text":"aaa","topics":[]}
`))
	if err != nil {
		t.Fatal(err)
	}
	report := rules.Evaluate(set, labelled)
	type figures struct {
		Lang              string
		True, False, Miss int
		P, R              float64
	}
	var got []figures
	for _, s := range report.Scores {
		got = append(got, figures{s.Lang, s.True, s.False, s.Missed, s.Precision.Value, s.Recall.Value})
	}
	want := []figures{{"all", 1, 1, 1, 0.5, 0.5}, {"en", 1, 0, 1, 1, 0.5}, {"zh-Hant", 0, 1, 0, 0, -1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rules.TopicCount{{"elsewhere", 1}}, report.Unknown); diff != "" {
		t.Errorf("unknown topics (-want +got):\n%s", diff)
	}
	wantMisses := []rules.Mistake{{"2", "en", "r", true, "bbb", ""}, {"3", "zh-Hant", "r", false, "aaa", `"aaa"`}}
	if diff := cmp.Diff(wantMisses, report.Mistakes); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
	if _, err := rules.ReadLabelled(strings.NewReader("{\"title\":\"x\"}\nno json\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("ReadLabelled of a line that is not JSON = %v; want an error that names line 2", err)
	}
}

// Textbooks give the interval of 8 of 10 as 0.490 to 0.943.
func TestWilson(t *testing.T) {
	got := rules.Wilson(8, 10)
	if math.Abs(got.Low-0.490) > 0.001 || math.Abs(got.High-0.943) > 0.001 {
		t.Errorf("Wilson(8, 10) = %+v", got)
	}
}
