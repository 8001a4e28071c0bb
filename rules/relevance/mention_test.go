package relevance_test

import (
	"testing"

	"regwatch/rules/relevance"
)

func TestMentionsAreListedFromAThresholdOfTheirOwn(t *testing.T) {
	parse := func(mention string) *relevance.Model {
		t.Helper()
		m, err := relevance.Parse([]byte(`{"alert": 0.4, "digest": 0.1` + mention + `}`))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	own, none := parse(`, "mention": 0.6`), parse("")
	for score, want := range map[float64]bool{0.59: false, 0.6: true, 1: true} {
		if got := own.ListsMention(score); got != want {
			t.Errorf("ListsMention(%v) = %v, want %v", score, got, want)
		}
		if none.ListsMention(score) {
			t.Errorf("a model without the threshold lists a mention with score %v", score)
		}
	}
	stricter := own.WithThresholds(relevance.Thresholds{Alert: 0.8, Digest: 0.1})
	if stricter.ListsMention(0.79) || !stricter.ListsMention(0.8) || none.WithThresholds(relevance.Thresholds{Alert: 0.2, Digest: 0.1}).ListsMention(1) {
		t.Error("the threshold of mentions must stay at least that of alerts, and a model without it must not get one")
	}
}
