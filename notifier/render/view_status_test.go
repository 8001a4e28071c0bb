package render

import (
	"testing"
	"time"

	"regwatch/models"
)

func TestStatusSaysWhereTheStoryContinues(t *testing.T) {
	at := time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC)
	s := models.Status{ContinuesIn: &models.Continuation{EventID: "E2", Title: "Bank\nhalts", By: "mei", At: at, Reason: "one release"}}
	for l, want := range map[Language]string{
		English:            "Continues in “Bank halts”, says mei (28 Aug 06:05 UTC) “one release”",
		TraditionalChinese: "後續見「Bank halts」（由 mei (8月28日 06:05 UTC) 設定） 「one release」",
		SimplifiedChinese:  "后续见“Bank halts”（由 mei (8月28日 06:05 UTC) 设置） “one release”",
	} {
		if got := viewStatus(s, at, time.UTC, l).Moved; got != want {
			t.Errorf("%s: %s\nwant %s", l, got, want)
		}
	}
	if got := viewStatus(models.Status{ContinuesIn: &models.Continuation{Title: "Bank halts"}}, at, time.UTC, English).Moved; got != "Continues in “Bank halts”" {
		t.Errorf("by nobody known: %s", got)
	}
}

func TestStatusSaysWhatEventsAreKeptApart(t *testing.T) {
	at := time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC)
	s := models.Status{Grouping: &models.GroupingDecision{Kind: models.LinkApart, Title: "Bank\nhalts", By: "@mei (U1)", At: at}}
	for l, want := range map[Language]string{
		English:            "Kept apart from “Bank halts” by @mei (28 Aug 06:05 UTC)",
		TraditionalChinese: "與「Bank halts」分開處理（由 @mei (8月28日 06:05 UTC) 設定）",
		SimplifiedChinese:  "与“Bank halts”分开处理（由 @mei (8月28日 06:05 UTC) 设置）",
	} {
		if got := viewStatus(s, at, time.UTC, l).Moved; got != want {
			t.Errorf("%s: %s\nwant %s", l, got, want)
		}
	}
}
