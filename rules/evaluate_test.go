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
	wantMisses := []rules.Mistake{{ID: "2", Lang: "en", Topic: "r", Wanted: true, Title: "bbb"}, {ID: "3", Lang: "zh-Hant", Topic: "r", Title: "aaa", Words: `"aaa"`}}
	if diff := cmp.Diff(wantMisses, report.Mistakes); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
	if _, err := rules.ReadLabelled(strings.NewReader("{\"title\":\"x\"}\nno json\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("ReadLabelled of a line that is not JSON = %v; want an error that names line 2", err)
	}
}

// Before, a rule with a condition on the source had recall 0 without a word.
func TestEvaluateReadsWhereAnArticleComesFrom(t *testing.T) {
	for name, tt := range map[string]struct{ when, line string }{
		"source":       {"{any: [aaa], source: sfc-*}", `"source":"sfc-news"`},
		"role":         {"{any: [aaa], role: regulator}", `"role":"regulator"`},
		"language":     {"{any: [aaa], language: zh}", `"lang":"zh-Hant"`},
		"jurisdiction": {"{any: [aaa], jurisdiction: Hong Kong}", `"jurisdictions":["Hong Kong"]`},
	} {
		set := rules.MustLoad(t, rules.Head+"when: "+tt.when)
		labelled, err := rules.ReadLabelled(strings.NewReader(`{"id":"1","title":"aaa","topics":["r"],` + tt.line + "}\n" + `{"id":"2","title":"aaa","topics":[]}`))
		if err != nil {
			t.Fatal(err)
		}
		if s := rules.Evaluate(set, labelled).Scores[0]; s.True != 1 || s.False != 0 || s.Missed != 0 {
			t.Errorf("%s: %d right, %d wrong, %d missed; want 1, 0, 0", name, s.True, s.False, s.Missed)
		}
	}
}

func TestEvaluateCountsTheDigestApart(t *testing.T) {
	set := kioskSet(t, "")
	labelled := []rules.LabelledArticle{
		{ID: "1", Title: likely, Topics: []string{"kiosks"}},
		{ID: "2", Title: lessCertain, Topics: []string{"kiosks"}},
		{ID: "3", Title: lessCertain + " again"},
		{ID: "4", Title: unlikely, Topics: []string{"kiosks"}},
	}
	s := rules.Evaluate(set, labelled).Scores[0]
	if s.True != 1 || s.False != 0 || s.Missed != 2 || s.DigestRight != 1 || s.DigestWrong != 1 || s.RecallWithDigest != rules.Wilson(2, 3) {
		t.Errorf("score %+v; want 1 right, 2 missed, of which one is in the digest, and a wrong entry of the digest", s)
	}
	labels := map[string][]string{"1": {"kiosks"}, "2": {"kiosks"}, "4": {"kiosks"}}
	stream := rules.EvaluateStream(set, labelled, labels).Scores[0]
	if diff := cmp.Diff(s.InDigest, stream.InDigest); diff != "" {
		t.Errorf("entries of the digest on a stream (-labelled +stream):\n%s", diff)
	}
}

// Textbooks give the interval of 8 of 10 as 0.490 to 0.943.
func TestWilson(t *testing.T) {
	got := rules.Wilson(8, 10)
	if math.Abs(got.Low-0.490) > 0.001 || math.Abs(got.High-0.943) > 0.001 {
		t.Errorf("Wilson(8, 10) = %+v", got)
	}
}

// A labelled article can say when it was published, in any form, for a rule with a condition on dates.
func TestEvaluateReadsPublished(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [consultation], deadline: 60d}\n")
	for _, tt := range []struct {
		published string
		found     int
	}{
		{"2026-06-01", 1},
		{"2026-06-01 23:27:54", 1},
		{"Mon, 01 Jun 2026 08:00:00 +0800", 1},
		{"2026-06-01T08:00:00Z", 1},
		{"2026-01-01", 0},
		{"", 0},
		{"some day", 0},
	} {
		line := `{"id": "1", "lang": "en", "title": "Consultation", "text": "Comments close on 20 June 2026.", "topics": ["r"], "published": "` + tt.published + `"}`
		labelled, err := rules.ReadLabelled(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if got := rules.Evaluate(set, labelled).Scores[0].True; got != tt.found {
			t.Errorf("published %q: %d found, want %d", tt.published, got, tt.found)
		}
	}
}
