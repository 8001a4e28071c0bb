package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestTimesInAnyZoneSortAlike(t *testing.T) {
	hongKong := time.FixedZone("HKT", 8*60*60)
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		times := []time.Time{
			time.Date(2026, 3, 2, 9, 0, 0, 0, hongKong), // 01:00 UTC
			time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC),
			time.Date(2026, 3, 2, 9, 45, 0, 0, hongKong), // 01:45 UTC
			time.Date(2026, 3, 2, 2, 0, 0, 1000, time.UTC),
		}
		for i, at := range times {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), at)
			commit(t, s, scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, "k"))
		}
		events, err := s.Events(t.Context(), EventFilter{From: times[0], To: times[3]})
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, e := range events {
			titles = append(titles, e.Title)
		}
		if diff := cmp.Diff([]string{"Step 0", "Step 1", "Step 2"}, titles); diff != "" {
			t.Errorf("Events mismatch (-want +got):\n%s", diff)
		}
		if got := events[0].FirstSeenAt; got != times[0].UTC() {
			t.Errorf("FirstSeenAt = %v, want %v in UTC", got, times[0].UTC())
		}
	})
}
