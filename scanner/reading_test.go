package scanner

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestWholeDue(t *testing.T) {
	for _, tt := range []struct {
		name string
		full time.Time
		want bool
	}{
		{"never read", time.Time{}, true},
		{"an hour ago", noon.Add(-time.Hour), false},
		{"a day ago", noon.Add(-24 * time.Hour), true},
		{"the clock was set back", noon.Add(time.Hour), true},
	} {
		if got := fullFetchDue(models.SourceState{FullAt: tt.full}, noon); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}

// An address that redirects for good for a day gives way to the new one, until
// that fails or the file names another.
func TestAnAddressThatHasMoved(t *testing.T) {
	const old, next = "http://a.example/old", "http://a.example/new"
	src := models.Source{ID: "a", URL: old}
	at := func(s models.SourceState, address, movedTo string, hours int) models.SourceState {
		batch := models.Batch{Cursor: models.Cursor{URL: src.URL}, Address: address, MovedTo: movedTo}
		return stateAfterFetch(s, s.URL, src, batch, noon.Add(time.Duration(hours)*time.Hour))
	}
	check := func(name string, s models.SourceState, movedTo string, sinceHours int, asked string) {
		t.Helper()
		since := time.Time{}
		if movedTo != "" {
			since = noon.Add(time.Duration(sinceHours) * time.Hour)
		}
		if s.MovedTo != movedTo || !s.MovedSince.Equal(since) || s.Cursor().At != asked {
			t.Errorf("%s: moved to %q since %s, asked at %q; want %q since %s, asked at %q", name, s.MovedTo, s.MovedSince, s.Cursor().At, movedTo, since, asked)
		}
	}
	state := models.SourceState{SourceID: "a", URL: old}
	first := at(state, old, next, 0)
	check("at first", first, next, 0, "")
	check("after 23 hours", at(first, old, next, 23), next, 0, "")
	check("elsewhere meanwhile", at(first, old, "http://a.example/other", 25), "http://a.example/other", 25, "")
	check("back meanwhile", at(first, old, "", 25), "", 0, "")
	check("set back in time", at(first, old, next, -1), next, -1, "")
	adopted := at(first, old, next, 24)
	check("after a day", adopted, next, 0, next)
	check("while it answers", at(adopted, next, "", 48), next, 0, next)
	check("read in another way", at(adopted, "", "", 48), next, 0, next)
	check("it failed, the old one redirects", at(adopted, old, next, 48), next, 48, "")
	check("it failed, the old one answers", at(adopted, old, "", 48), "", 0, "")
	src.URL = "http://a.example/written-by-a-person"
	check("another url in the file", at(adopted, src.URL, "", 48), "", 0, "")
	check("another url that redirects there too", at(first, src.URL, next, 48), next, 48, "")
}

// refusal is an error of a source, as the package sources has them.
type refusal struct {
	wait    time.Duration
	unasked bool
}

func (refusal) Error() string               { return "refused" }
func (r refusal) RetryAfter() time.Duration { return r.wait }
func (r refusal) Skipped() bool             { return r.unasked }

// A source whose host is left alone has not failed; what fails is tried again
// later each time, and what answers is closed again.
func TestFailuresAndRests(t *testing.T) {
	s, now := newScanner(t, &memory{}, nil)
	src := models.Source{ID: "a"}
	state := models.SourceState{SourceID: "a", AttemptedAt: noon.Add(-time.Hour), Health: models.Healthy}

	spared := s.failureScan(state, src, refusal{time.Hour, true}).State
	want := state
	want.AttemptedAt, want.RetryAt, want.NotBefore = noon, noon.Add(time.Hour), noon.Add(time.Hour)
	if diff := cmp.Diff(want, spared); diff != "" {
		t.Errorf("a host that is left alone (-want +got):\n%s", diff)
	}
	for n := 1; n <= 10; n++ {
		state = s.failureScan(state, src, errors.New("down")).State
		wait := state.RetryAt.Sub(*now)
		if state.Failures != n || wait < 5*time.Minute || wait > 6*time.Hour || !state.NotBefore.IsZero() {
			t.Errorf("failure %d: %d in a row, tried again in %s", n, state.Failures, wait)
		}
		// Open: nothing is asked. Half-open: one scan is.
		if NextScan(state, src, Timing{}, state.RetryAt.Add(-time.Second)).Due(state.RetryAt.Add(-time.Second)) || !NextScan(state, src, Timing{}, state.RetryAt).Due(state.RetryAt) {
			t.Errorf("failure %d: not due at %s alone", n, state.RetryAt)
		}
		*now = state.RetryAt
	}
	after, err := s.successScan(t.Context(), state, src, fetchResult{Batch: models.Batch{Wait: time.Minute}}, nil)
	if err != nil || after.State.Failures != 0 || !after.State.RetryAt.IsZero() || !after.State.NotBefore.Equal(now.Add(time.Minute)) {
		t.Errorf("after it answered: %+v, %v; want it closed, and left alone for the minute that it asked for", after.State, err)
	}
}
