package rules_test

import (
	"strings"
	"testing"

	"regwatch/rules"

	"github.com/google/go-cmp/cmp"
)

func TestEvaluateStreamCountsUnlabelledAlertsAsWrong(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+"when: {any: [kiosk]}\n")
	stream := []rules.LabelledArticle{
		{ID: "1", Lang: "en", Title: "A kiosk closes"},
		{ID: "2", Lang: "en", Title: "A kiosk opens"},
		{ID: "3", Lang: "en", Title: "A kiosk is painted"},
		{ID: "4", Lang: "en", Title: "No more machines"},
	}
	report := rules.EvaluateStream(set, stream, map[string][]string{"1": {"r"}, "2": {}, "4": {"r"}})
	want := rules.StreamScore{
		Topic: "r", Lang: "all", Articles: 4, Right: 1, Wrong: 2, Unlabelled: 1, Missed: 1, PerThousand: 750,
		Precision: rules.Wilson(1, 3), Recall: rules.Wilson(1, 2),
		InDigest: rules.InDigest{RecallWithDigest: rules.Wilson(1, 2)},
	}
	if diff := cmp.Diff(want, report.Scores[0]); diff != "" {
		t.Errorf("score (-want +got):\n%s", diff)
	}
	if report.Labelled != 3 || len(report.Mistakes) != 3 {
		t.Errorf("%d labelled, %d mistakes; want 3 and 3", report.Labelled, len(report.Mistakes))
	}
}

func TestReadLabels(t *testing.T) {
	got, err := rules.ReadLabels(strings.NewReader(`{"id": "1", "topics": ["r"], "how": "random"}` + "\n\n" + `{"id": "2", "topics": []}`))
	if diff := cmp.Diff(map[string][]string{"1": {"r"}, "2": {}}, got); diff != "" || err != nil {
		t.Errorf("error %v, labels (-want +got):\n%s", err, diff)
	}
	if _, err := rules.ReadLabels(strings.NewReader(`{"topics": ["r"]}`)); err == nil || !strings.Contains(err.Error(), "line 1 has no id") {
		t.Errorf("error %v, want one with %q", err, "line 1 has no id")
	}
}
