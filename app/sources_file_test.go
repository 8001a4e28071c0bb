package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/store"
)

const pausedFiles = "sources:\n  - {id: one, name: One, url: 'https://one.example/feed', role: press}\n  - {id: two, name: Two, url: 'https://two.example/feed', role: press}\n"

func pausable(t *testing.T) *App {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"regwatch.yaml": "recipients: {all: {send: [terminal]}}\nroutes: {default: [all]}\n", "rules/everything.yaml": refRule, "sources/both.yaml": pausedFiles,
	})
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func TestPauseSourceKeepsWhatSomebodyElseWrote(t *testing.T) {
	a := pausable(t)
	file := filepath.Join(a.Dir(), "sources", "both.yaml")
	// Somebody adds a comment after the folder was read.
	if err := os.WriteFile(file, []byte("# Mine.\n"+pausedFiles), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, err := a.PauseSource(t.Context(), "two", true, "ana"); !changed || err != nil {
		t.Fatalf("PauseSource = %v, %v", changed, err)
	}
	text, err := os.ReadFile(file)
	want := "# Mine.\n" + strings.Replace(pausedFiles, "{id: two", "{enabled: false, id: two", 1)
	if diff := cmp.Diff(want, string(text)); diff != "" || err != nil {
		t.Errorf("the file (-want +got):\n%s%v", diff, err)
	}
	if !a.Folder().Sources[1].Disabled || a.Folder().Sources[0].Disabled {
		t.Error("the pause of two, and of it alone, is not in use")
	}
	if changed, err := a.PauseSource(t.Context(), "two", true, "ana"); changed || err != nil {
		t.Errorf("paused again: %v, %v", changed, err)
	}
	if _, err := a.PauseSource(t.Context(), "three", true, "ana"); err == nil || !strings.Contains(err.Error(), `"three" does not exist`) {
		t.Errorf("an unknown source: %v", err)
	}
}

func TestPauseSourceWritesNothingToAFileWithMistakes(t *testing.T) {
	a := pausable(t)
	file := filepath.Join(a.Dir(), "sources", "both.yaml")
	broken := strings.Replace(pausedFiles, "role: press}\n  - {id: two", "role: pres}\n  - {id: two", 1)
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.PauseSource(t.Context(), "two", true, "ana"); err == nil || !strings.Contains(err.Error(), "pres") {
		t.Errorf("a file with a mistake: %v", err)
	}
	if text, _ := os.ReadFile(file); string(text) != broken {
		t.Errorf("the file was changed:\n%s", text)
	}
}

func TestRemoveAddedSourceLeavesAFileThatWasChanged(t *testing.T) {
	a := pausable(t)
	added, err := a.AddSource(t.Context(), []byte("sources:\n  - {id: new, name: New, url: 'https://new.example/', role: press}\n"), "ana")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(added.File, []byte("# Edited.\nsources:\n  - {id: new, name: New, url: 'https://new.example/', role: press}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.RemoveAddedSource(t.Context(), "new", "ana"); err == nil || !strings.Contains(err.Error(), "was changed since") {
		t.Errorf("a changed file: %v", err)
	}
	if err := a.RemoveAddedSource(t.Context(), "one", "ana"); err == nil {
		t.Error("a source that nobody added was removed")
	}
	if _, err := os.Stat(added.File); err != nil {
		t.Error(err)
	}
}

func TestActivityCountsWholeDaysOnly(t *testing.T) {
	zone := time.FixedZone("HKT", 8*3600)
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, zone) // a Sunday
	day := func(n int) time.Time { return from.AddDate(0, 0, n) }
	var seen []store.ArticleCount
	for i := range 30 {
		if wd := day(i).Weekday(); wd != time.Saturday && wd != time.Sunday {
			seen = append(seen, store.ArticleCount{From: day(i).Add(9 * time.Hour).UTC(), Count: 3})
		}
	}
	history := []store.SourceChange{{From: day(10).Add(time.Hour), Until: day(11).Add(time.Hour), Failing: true}, {From: day(20).Add(time.Hour), Until: day(20).Add(2 * time.Hour)}}
	act := newActivity(from, day(29).Add(12*time.Hour), day(4), seen, history)
	var marks strings.Builder
	for _, d := range act.Days {
		switch {
		case d.Unknown:
			marks.WriteByte('-')
		case d.Failing:
			marks.WriteByte('F')
		case d.Gap:
			marks.WriteByte('G')
		case d.Articles > 0:
			marks.WriteByte('x')
		default:
			marks.WriteByte('.')
		}
	}
	// From Sunday, 1 November: unknown until Thursday; Saturdays and Sundays have nothing new.
	if got, want := marks.String(), "----xx..xxFFx..xxxxxG.xxxxx..x"; got != want {
		t.Errorf("the days are\n%s, want\n%s", got, want)
	}
	if act.Workday != 3 || act.Weekend != 0 || !act.Known {
		t.Errorf("%v a weekday, %v on weekends, known %v; want 3, 0, true", act.Workday, act.Weekend, act.Known)
	}
	if young := newActivity(from, day(29), day(20), seen, nil); young.Known {
		t.Error("nine days say how often it publishes")
	}
}

func TestKeyDatesAreFilteredAndSorted(t *testing.T) {
	e, ids := doubtful(t)
	for i, id := range ids[:2] {
		event, err := e.store.FindEvent(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for step, day := range []string{"2026-12-0", "2027-01-0"}[:2-i] { // the first event's date moves
			event.Revision++
			event.Dates = []models.KeyDate{{Kind: "effective", Day: day + []string{"5", "3"}[i], Quote: "in force then"}}
			event.Articles[0].Dates, event.Articles[0].StatedAt = event.Dates, linkNoon
			article, err := e.store.FindArticle(t.Context(), event.Articles[0].ArticleID, "")
			if err != nil {
				t.Fatal(err)
			}
			_, generation, err := e.store.Candidates(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			state, err := e.store.SourceState(t.Context(), event.Articles[0].SourceID)
			if err != nil {
				t.Fatal(err)
			}
			err = e.store.Commit(t.Context(), models.Scan{
				State: state, At: e.now().Add(time.Duration(step) * time.Hour), EventGeneration: generation,
				Changes: []models.Change{{Kind: models.Revised, Event: event, Joined: event.Articles[0], Article: article}},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	days := func(f DateFilter) []string {
		found, err := e.KeyDates(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.DateDetails(t.Context(), found); err != nil {
			t.Fatal(err)
		}
		all := []string{}
		for _, d := range found {
			all = append(all, d.Day+strings.TrimRight(" "+d.MovedFrom, " "))
		}
		return all
	}
	for _, tt := range []struct {
		name string
		f    DateFilter
		want []string
	}{
		{"all", DateFilter{}, []string{"2026-12-03", "2027-01-05 2026-12-05"}},
		{"from", DateFilter{From: "2027-01-01"}, []string{"2027-01-05 2026-12-05"}},
		{"until", DateFilter{To: "2026-12-31"}, []string{"2026-12-03"}},
		{"another kind", DateFilter{Kind: "deadline"}, []string{}},
		{"another rule", DateFilter{Rule: "none"}, []string{}},
		{"another place", DateFilter{Jurisdiction: "Atlantis"}, []string{}},
		{"the earliest", DateFilter{Limit: 1}, []string{"2026-12-03"}},
		{"the latest", DateFilter{Limit: 1, Latest: true}, []string{"2027-01-05 2026-12-05"}},
		{"as many as there are", DateFilter{Limit: 2, Latest: true}, []string{"2026-12-03", "2027-01-05 2026-12-05"}},
		{"more than there are", DateFilter{Limit: 3}, []string{"2026-12-03", "2027-01-05 2026-12-05"}},
		{"the earliest from a day", DateFilter{From: "2026-12-04", Limit: 1}, []string{"2027-01-05 2026-12-05"}},
		{"the latest until a day", DateFilter{To: "2027-01-04", Limit: 1, Latest: true}, []string{"2026-12-03"}},
	} {
		if diff := cmp.Diff(tt.want, days(tt.f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	counts, err := e.CountDates(t.Context(), DateFilter{From: "2026-12-01", To: "2026-12-31"})
	if want := []DayCount{{Day: "2026-12-03", Dates: 1, Severe: 1}}; err != nil || !cmp.Equal(want, counts) {
		t.Errorf("CountDates = %+v, %v; want %+v", counts, err, want)
	}
	if _, err := e.KeyDates(t.Context(), DateFilter{Severity: "hihg"}); err == nil {
		t.Error("an unknown severity was accepted")
	}
}

func TestHoursAndDaysWithoutAScanAreNamed(t *testing.T) {
	a := pausable(t)
	now := time.Date(2026, 11, 30, 12, 30, 0, 0, time.UTC)
	a.SetClock(func() time.Time { return now })
	scan := func(at time.Time, failures int) {
		t.Helper()
		state, err := a.store.SourceState(t.Context(), "one")
		if err != nil {
			t.Fatal(err)
		}
		if state.BaselineAt.IsZero() {
			state.BaselineAt = at
		}
		state.Failures = failures
		if err := a.store.Commit(t.Context(), models.Scan{State: state, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	scan(now.AddDate(0, 0, -4), 0)
	scan(now.AddDate(0, 0, -2), 0)
	scan(now.Add(-2*time.Hour), 1)
	activities, err := a.SourceActivities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var marks strings.Builder
	for _, d := range activities["one"].Days {
		switch {
		case d.Unknown:
			marks.WriteByte('-')
		case d.Skipped:
			marks.WriteByte('!')
		default:
			marks.WriteByte('.')
		}
	}
	if got, want := marks.String(), strings.Repeat("-", 25)+".!.!."; got != want {
		t.Errorf("the days are %s, want %s", got, want)
	}
	hours, err := a.WatchedHours(t.Context())
	if err != nil || len(hours) != 24 {
		t.Fatal(len(hours), err)
	}
	for i, h := range hours {
		want := WatchedHour{From: now.Truncate(time.Hour).Add(time.Duration(i-23) * time.Hour)}
		if i == 21 {
			want.Sources, want.Failing = 1, 1
		}
		if h != want {
			t.Errorf("hour %d is %+v, want %+v", i, h, want)
		}
	}
}
