package store

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// filledState is a state of which no field is zero.
func filledState(t testing.TB) models.SourceState {
	t.Helper()
	var state models.SourceState
	v := reflect.ValueOf(&state).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case string, models.Health, models.FailureKind:
			f.SetString(v.Type().Field(i).Name)
		case int, int64:
			f.SetInt(int64(i) + 1)
		case float64:
			f.SetFloat(float64(i) + 0.125)
		case time.Time:
			f.Set(reflect.ValueOf(noon.Add(time.Duration(i) * time.Microsecond)))
		default:
			t.Fatalf("a field of type %s", f.Type())
		}
	}
	state.Generation = 0
	return state
}

// Each field of a state has its column, on both engines, when it is new, when it
// changes, and in a copy of the database.
func TestAStateIsKeptWhole(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		want := filledState(t)
		commit(t, s, models.Scan{State: want, At: noon})
		want.Generation = 1
		check := func(s *Store) {
			t.Helper()
			got, err := s.SourceState(t.Context(), want.SourceID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("SourceState: %v, mismatch (-want +got):\n%s", err, diff)
			}
		}
		check(s)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: want.SourceID, Generation: 1}, At: noon})
		want.Generation = 2
		commit(t, s, models.Scan{State: want, At: noon})
		want.Generation = 3
		check(s)
		to := open(t, freshLike(t, o))
		if err := s.CopyTo(t.Context(), to, nil); err != nil {
			t.Fatal(err)
		}
		check(to)
	})
}
