package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestScansAreCountedByHourAndDay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if days, err := s.ScanDays(t.Context(), noon); err != nil || !days.Since.IsZero() || len(days.Scans) != 0 {
			t.Errorf("ScanDays before the first scan = %+v, %v", days, err)
		}
		scan := func(source string, at time.Time, failures int) {
			t.Helper()
			state, err := s.SourceState(t.Context(), source)
			if err != nil {
				t.Fatal(err)
			}
			state.Failures = failures
			if err := s.Commit(t.Context(), models.Scan{State: state, At: at}); err != nil {
				t.Fatal(err)
			}
		}
		scan("old", noon.Add(-91*24*time.Hour), 0)
		scan("a", noon, 0)
		scan("a", noon.Add(30*time.Minute), 1)
		scan("b", noon.Add(59*time.Minute), 1)
		scan("b", noon.Add(time.Hour), 2)
		scan("a", noon.Add(5*time.Hour), 0) // the next day in Hong Kong, if noon is in the afternoon there

		hours, since, err := s.ScanHours(t.Context(), noon.Add(-24*time.Hour))
		want := []ScanHour{{noon.Truncate(time.Hour), 2, 1}, {noon.Truncate(time.Hour).Add(time.Hour), 1, 1}, {noon.Truncate(time.Hour).Add(5 * time.Hour), 1, 0}}
		if diff := cmp.Diff(want, hours); err != nil || diff != "" || !since.Equal(noon.Truncate(time.Hour)) {
			t.Errorf("ScanHours since %s (-want +got):\n%s%v", since, diff, err)
		}
		zone := time.FixedZone("", int((24*time.Hour-noon.Sub(noon.Truncate(24*time.Hour))-2*time.Hour)/time.Second)) // midnight is two hours after noon
		from := noon.In(zone).AddDate(0, 0, -29)
		days, err := s.ScanDays(t.Context(), from)
		first, second := noon.In(zone).Format(time.DateOnly), noon.Add(5*time.Hour).In(zone).Format(time.DateOnly)
		wantDays := map[string]map[string]int{"a": {first: 2, second: 1}, "b": {first: 2}}
		if diff := cmp.Diff(wantDays, days.Scans); err != nil || diff != "" {
			t.Errorf("ScanDays (-want +got):\n%s%v", diff, err)
		}
		if !days.Since.Equal(noon.Truncate(time.Hour)) {
			t.Errorf("counted since %s, want %s: what is older is forgotten", days.Since, noon.Truncate(time.Hour))
		}
	})
}
