package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// The database keeps the days of events when they are stored, changed and merged.
func TestDaysOfEventsFollowTheirKeyDates(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		state := models.SourceState{SourceID: "hkma"}
		dates := [][]models.KeyDate{
			{{Day: "2026-05-01", Kind: "deadline"}, {Day: "2026-05-01", Kind: "effective"}, {Day: "2026-07-01", Kind: "effective", Quote: "\"day\""}},
			{{Day: "2026-05-01", Kind: "deadline"}},
			nil,
		}
		var events []models.Event
		for i, severity := range []models.Severity{models.High, models.Low, models.Low} {
			scan := scanOf(state, int64(i), article("hkma", fmt.Sprint(i), fmt.Sprint("Dated ", i), noon.Add(time.Duration(i)*time.Hour)), fmt.Sprint("k", i))
			e := &scan.Changes[0].Event
			e.Dates, e.Severity, e.RuleIDs, e.Jurisdictions = dates[i], severity, []string{fmt.Sprintf("rule%d", i)}, []string{"Hong Kong"}
			commit(t, s, scan)
			events = append(events, *e)
			state.Generation++
		}
		check := func(when string, f DateFilter, wantDays string, wantEvents ...int) {
			t.Helper()
			counts, err := s.CountDates(t.Context(), f)
			var got []string
			for _, d := range counts {
				got = append(got, fmt.Sprintf("%s:%d/%d", d.Day, d.Dates, d.Severe))
			}
			if err != nil || strings.Join(got, " ") != wantDays {
				t.Errorf("%s: CountDates(%+v) = %q, %v; want %q", when, f, got, err, wantDays)
			}
			var want, ids []string
			for _, i := range wantEvents {
				want = append(want, events[i].ID)
			}
			found, err := s.DatedEvents(t.Context(), f)
			for _, e := range found {
				ids = append(ids, e.ID)
			}
			if diff := cmp.Diff(unique(want), ids); err != nil || diff != "" && len(want)+len(ids) > 0 {
				t.Errorf("%s: DatedEvents(%+v): %v (-want +got)\n%s", when, f, err, diff)
			}
		}
		check("stored", DateFilter{}, "2026-05-01:3/2 2026-07-01:1/1", 0, 1)
		check("stored", DateFilter{From: "2026-05-02"}, "2026-07-01:1/1", 0)
		check("stored", DateFilter{To: "2026-05-01"}, "2026-05-01:3/2", 0, 1)
		check("stored", DateFilter{Kind: "effective"}, "2026-05-01:1/1 2026-07-01:1/1", 0)
		check("stored", DateFilter{Rule: "rule1"}, "2026-05-01:1/0", 1)
		check("stored", DateFilter{Rule: "rule"}, "")
		check("stored", DateFilter{MinSeverity: models.Medium}, "2026-05-01:2/2 2026-07-01:1/1", 0)
		check("stored", DateFilter{Jurisdiction: "Atlantis"}, "")
		for n, want := range []string{"2026-05-01", "2026-05-01", "2026-05-01", "2026-07-01", ""} {
			if day, err := s.DayOfDate(t.Context(), DateFilter{}, n+1, false); day != want || err != nil {
				t.Errorf("DayOfDate(%d) = %q, %v; want %q", n+1, day, err, want)
			}
		}
		if day, err := s.DayOfDate(t.Context(), DateFilter{}, 2, true); day != "2026-05-01" || err != nil {
			t.Errorf("DayOfDate(2, back) = %q, %v", day, err)
		}
		set := func(i int, column string, value any) {
			t.Helper()
			if err := s.write.Exec("UPDATE events SET "+column+" = ? WHERE id = ?", value, events[i].ID).Error; err != nil {
				t.Fatal(err)
			}
		}
		set(0, "dates", `[{"day":"2026-06-01","kind":"deadline"}]`)
		set(2, "dates", `[{"day":"2026-06-01","kind":"deadline"},{"day":"2026-05-01","kind":"deadline"}]`)
		check("changed", DateFilter{}, "2026-05-01:2/0 2026-06-01:2/1", 0, 1, 2)
		set(2, "dates", "null")
		set(1, "dates", nil)
		check("removed", DateFilter{}, "2026-06-01:1/1", 0)
		set(1, "dates", `[{"day":"2026-06-01","kind":"deadline"}]`)
		set(0, "merged_into", events[1].ID)
		check("merged", DateFilter{}, "2026-06-01:1/0", 1)
	})
}

// The days of events that an earlier release stored are those of their key dates.
func TestUpgradeFillsTheDaysOfEvents(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, _ fixtureFile) {
		s := open(t, o)
		var all []models.Event
		if err := s.read.Select("id, dates").Find(&all).Error; err != nil {
			t.Fatal(err)
		}
		want, got := make(map[string]bool), make(map[string]bool)
		for _, e := range all {
			for _, d := range e.Dates {
				want[d.Day+" "+e.ID+" "+d.Kind] = true
			}
		}
		var rows []struct{ Day, EventID, Kind string }
		if err := s.read.Raw("SELECT day, event_id, kind FROM event_days").Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			got[r.Day+" "+r.EventID+" "+r.Kind] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("days of events mismatch (-want +got):\n%s", diff)
		}
	})
}
