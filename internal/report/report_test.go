package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func TestOrderPutsTheMostSevereAndThenTheNewestFirst(t *testing.T) {
	events := []models.ReportEvent{
		{ID: "mention", LastSeenAt: noon},
		{ID: "old high", Severity: "high", LastSeenAt: noon.Add(-time.Hour)},
		{ID: "low", Severity: "low", LastSeenAt: noon},
		{ID: "critical", Severity: "critical", LastSeenAt: noon.Add(-time.Hour)},
		{ID: "b high", Severity: "high", LastSeenAt: noon},
		{ID: "a high", Severity: "high", LastSeenAt: noon},
	}
	Order(events)
	var got []string
	for _, e := range events {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"critical", "a high", "b high", "old high", "low", "mention"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompareFindsWhatChanged(t *testing.T) {
	effective := func(day string) []models.KeyDate { return []models.KeyDate{{Day: day, Kind: "effective"}} }
	both := []models.KeyDate{{Day: "2026-12-01", Kind: "effective", Quote: "in force"}, {Day: "2026-11-01", Kind: "deadline"}}
	for _, tt := range []struct {
		name     string
		old, now models.ReportEvent
		want     []models.ReportChange
	}{
		{"nothing", models.ReportEvent{Stage: "proposed", Dates: both, Outlets: 2}, models.ReportEvent{Stage: "proposed", Dates: both, Outlets: 2}, nil},
		{"dates in another order, read from another sentence", models.ReportEvent{Dates: both}, models.ReportEvent{Dates: []models.KeyDate{{Day: "2026-11-01", Kind: "deadline"}, {Day: "2026-12-01", Kind: "effective"}}}, nil},
		{"title, severity and line", models.ReportEvent{Title: "a", Severity: "low", Line: "x"}, models.ReportEvent{Title: "b", Severity: "high"}, nil},
		{"stage", models.ReportEvent{Stage: "proposed"}, models.ReportEvent{Stage: "in-force"}, []models.ReportChange{{Kind: models.ChangedStage, StageBefore: "proposed", Stage: "in-force"}}},
		{"first stage", models.ReportEvent{}, models.ReportEvent{Stage: "proposed"}, []models.ReportChange{{Kind: models.ChangedStage, Stage: "proposed"}}},
		{
			"date moved",
			models.ReportEvent{Dates: effective("2026-12-01")},
			models.ReportEvent{Dates: effective("2027-01-01")},
			[]models.ReportChange{{Kind: models.ChangedDates, DatesBefore: effective("2026-12-01"), Dates: effective("2027-01-01")}},
		},
		{"date gone", models.ReportEvent{Dates: effective("2026-12-01")}, models.ReportEvent{}, []models.ReportChange{{Kind: models.ChangedDates, DatesBefore: effective("2026-12-01")}}},
		{
			"same day of another kind",
			models.ReportEvent{Dates: effective("2026-12-01")},
			models.ReportEvent{Dates: []models.KeyDate{{Day: "2026-12-01", Kind: "deadline"}}},
			[]models.ReportChange{{Kind: models.ChangedDates, DatesBefore: effective("2026-12-01"), Dates: []models.KeyDate{{Day: "2026-12-01", Kind: "deadline"}}}},
		},
		{"confirmed", models.ReportEvent{}, models.ReportEvent{Official: true}, []models.ReportChange{{Kind: models.ChangedOfficial, Official: true}}},
		{"fewer and more publishers", models.ReportEvent{Outlets: 3}, models.ReportEvent{Outlets: 1}, []models.ReportChange{{Kind: models.ChangedSources, SourcesBefore: 3, Sources: 1}}},
		{"all of it", models.ReportEvent{Stage: "proposed", Outlets: 1}, models.ReportEvent{Stage: "passed", Dates: effective("2027-01-01"), Official: true, Outlets: 4}, []models.ReportChange{
			{Kind: models.ChangedStage, StageBefore: "proposed", Stage: "passed"},
			{Kind: models.ChangedDates, Dates: effective("2027-01-01")},
			{Kind: models.ChangedOfficial, Official: true},
			{Kind: models.ChangedSources, SourcesBefore: 1, Sources: 4},
		}},
	} {
		events := []models.ReportEvent{tt.now}
		gone := Compare(events, &models.ReportContent{Events: []models.ReportEvent{tt.old}}, Now{})
		if diff := cmp.Diff(tt.want, events[0].Changes); diff != "" || events[0].New || gone != nil {
			t.Errorf("%s: new %v, gone %v, changes (-want +got):\n%s", tt.name, events[0].New, gone, diff)
		}
	}
}

func TestCompareFollowsMergesAndSaysWhyEventsAreGone(t *testing.T) {
	before := models.ReportContent{Events: []models.ReportEvent{
		{ID: "A", Title: "a"}, {ID: "B", Title: "b", Stage: "proposed"}, {ID: "C", Title: "c"}, {ID: "D", Title: "d"}, {ID: "E", Title: "e", Stage: "passed"}, {ID: "F", Title: "f"}, {ID: "G", Title: "g"},
	}}
	events := []models.ReportEvent{{ID: "B", Stage: "passed"}, {ID: "new"}, {ID: "X", Stage: "passed"}}
	gone := Compare(events, &before, Now{
		Became:  map[string]string{"A": "B", "B": "B", "C": "C", "D": "D", "E": "X", "F": "C"}, // A is part of B, E of X, and F of C
		LeftOut: map[string]bool{"C": true}, Quiet: map[string]bool{"D": true},
	})
	want := []models.ReportGone{
		{ID: "A", Title: "a", Reason: models.GoneMerged, Into: "B"},
		{ID: "C", Title: "c", Reason: models.GoneLeftOut},
		{ID: "D", Title: "d", Reason: models.GoneQuiet},
		{ID: "E", Title: "e", Reason: models.GoneMerged, Into: "X"},
		{ID: "F", Title: "f", Reason: models.GoneLeftOut},
		{ID: "G", Title: "g", Reason: models.GoneOther},
	}
	if diff := cmp.Diff(want, gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	// B is compared with what it was itself, and X, which is new here, with the event that it took in.
	if e := events[0]; e.New || len(e.Changes) != 1 || e.Changes[0].StageBefore != "proposed" {
		t.Errorf("B = %+v", e)
	}
	if !events[1].New {
		t.Error("an event that was in no report is not new")
	}
	if e := events[2]; e.New || len(e.Changes) != 0 {
		t.Errorf("X = %+v", e)
	}
	if diff := cmp.Diff(Count{New: 1, Changed: 1, Same: 1, Gone: 6}, CountOf(models.ReportContent{Events: events, Gone: gone})); diff != "" {
		t.Errorf("CountOf (-want +got):\n%s", diff)
	}
}

func TestCompareOfTheFirstReportMarksNothing(t *testing.T) {
	events := []models.ReportEvent{{ID: "A"}}
	if gone := Compare(events, nil, Now{}); gone != nil || events[0].New {
		t.Errorf("gone %v, events %+v", gone, events)
	}
}

func TestUntilIsTheLastDayOfThePeriod(t *testing.T) {
	for _, tt := range []struct{ zone, to, want string }{
		{"Asia/Hong_Kong", "2026-11-30T16:00:00Z", "2026-11-30"}, // midnight in Hong Kong
		{"UTC", "2026-12-01T00:00:00Z", "2026-11-30"},
		{"America/New_York", "2026-12-01T00:00:00Z", "2026-11-30 19:00"},
		{"UTC", "2026-12-01T09:05:00Z", "2026-12-01 09:05"},
	} {
		to, err := time.Parse(time.RFC3339, tt.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := Until(models.ReportRef{To: to}, models.ReportContent{Zone: tt.zone}); got != tt.want {
			t.Errorf("Until(%s in %s) = %s, want %s", tt.to, tt.zone, got, tt.want)
		}
	}
}

func TestCSSTextKeepsSpaces(t *testing.T) {
	if got, want := cssText(`é b"`), `\0000e9\000020b\000022`; got != want {
		t.Errorf("cssText = %s, want %s", got, want)
	}
}
