package scanner

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"regwatch/internal/schedule"
	"regwatch/models"
)

func cronLine(t *testing.T, line string) schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNextScan(t *testing.T) {
	common := Timing{Schedule: cronLine(t, "*/10 * * * *")}
	tests := []struct {
		name  string
		state models.SourceState
		src   models.Source
		t     Timing
		in    time.Duration // from noon; 0 and below is due
		why   string
	}{
		{"never tried", models.SourceState{}, models.Source{}, common, 0, "because it was never read"},
		{"tried in this slot", models.SourceState{AttemptedAt: noon}, models.Source{}, common, 10 * time.Minute, `by its cron line "*/10 * * * *"`},
		{"tried in the last slot", models.SourceState{AttemptedAt: noon.Add(-time.Second)}, models.Source{}, common, 0, "cron"},
		{"a cron line of its own", models.SourceState{AttemptedAt: noon}, models.Source{Cron: "0 13 * * *"}, common, time.Hour, `"0 13 * * *"`},
		{"its own before its rhythm", models.SourceState{AttemptedAt: noon}, models.Source{Cron: "0 13 * * *"}, Timing{}, time.Hour, `"0 13 * * *"`},
		{"asked to be left alone", models.SourceState{AttemptedAt: noon.Add(-time.Hour), NotBefore: noon.Add(time.Minute)}, models.Source{}, common, time.Minute, "asked to be left alone"},
		{"asked before it was ever read", models.SourceState{NotBefore: noon.Add(time.Minute)}, models.Source{}, common, time.Minute, "asked to be left alone"},
		{"left alone long enough", models.SourceState{AttemptedAt: noon.Add(-time.Hour), NotBefore: noon}, models.Source{}, common, 0, "cron"},
		{"failed", models.SourceState{AttemptedAt: noon.Add(-time.Hour), Failures: 3, RetryAt: noon.Add(20 * time.Minute)}, models.Source{}, common, 20 * time.Minute, "because it failed 3 times in a row"},
		{"failed, and asked to be left alone for longer", models.SourceState{AttemptedAt: noon.Add(-time.Hour), Failures: 1, RetryAt: noon.Add(time.Minute), NotBefore: noon.Add(time.Hour)}, models.Source{}, common, time.Hour, "asked to be left alone"},
		{"failed long enough ago", models.SourceState{AttemptedAt: noon.Add(-time.Hour), Failures: 1, RetryAt: noon}, models.Source{}, common, 0, "failed once"},
		{"failed under an older program", models.SourceState{AttemptedAt: noon, Failures: 1}, models.Source{}, common, 10 * time.Minute, "cron"},
		{"the clock was set back", models.SourceState{AttemptedAt: noon.Add(time.Hour), RetryAt: noon.Add(2 * time.Hour), Failures: 1}, models.Source{}, common, 0, "the clock was set back"},
	}
	for _, tt := range tests {
		got := NextScan(tt.state, tt.src, tt.t, noon)
		in := got.At.Sub(noon)
		if tt.in == 0 && in > 0 || tt.in > 0 && in != tt.in || got.Due(noon) != (tt.in == 0) || !strings.Contains(got.String(), tt.why) {
			t.Errorf("%s: in %s, due %t, %q; want in %s, %q", tt.name, in, got.Due(noon), got, tt.in, tt.why)
		}
	}
}

// A source that publishes often is looked at often, within bounds.
func TestRhythm(t *testing.T) {
	published := func(every time.Duration) models.Batch {
		var b models.Batch
		for i := range 200 {
			b.Articles = append(b.Articles, models.Article{PublishedAt: noon.Add(-time.Duration(i) * every)})
		}
		return b
	}
	for _, tt := range []struct {
		name   string
		batch  models.Batch
		expect time.Duration
		t      Timing
		want   time.Duration
		why    string
	}{
		{"nothing known", models.Batch{NotModified: true}, 0, Timing{}, 5 * time.Minute, "until it is known how often it publishes"},
		{"dates that nobody can read", models.Batch{Articles: make([]models.Article, 20)}, 0, Timing{}, 30 * time.Minute, "because it published almost nothing recently"},
		{"every hour", published(time.Hour), 0, Timing{}, 5 * time.Minute, "about 24 articles a day"},
		{"every eight hours", published(8 * time.Hour), 0, Timing{}, 20 * time.Minute, "about 3 articles a day"},
		{"every week", published(7 * day), 0, Timing{}, 30 * time.Minute, "about 2 articles a week"},
		{"every week, with a low ceiling", published(7 * day), 0, Timing{Ceiling: 10 * time.Minute}, 10 * time.Minute, "about 2 articles a week"},
		{"every week, with a high ceiling", published(7 * day), 0, Timing{Ceiling: 12 * time.Hour}, 265 * time.Minute, "about 2 articles a week"},
		{"every hour, with a high floor", published(time.Hour), 0, Timing{Floor: time.Hour}, time.Hour, "about 24 articles a day"},
		{"every week, expected every hour", published(7 * day), time.Hour, Timing{}, 15 * time.Minute, "because it is expected to publish every 1h"},
		{"in the future", models.Batch{Articles: []models.Article{{PublishedAt: noon.Add(time.Hour)}}}, 0, Timing{}, 30 * time.Minute, "about 1 article a day"},
	} {
		state := updateRate(models.SourceState{AttemptedAt: noon}, tt.batch, 0, noon)
		got := NextScan(state, models.Source{ID: "a", Expect: tt.expect}, tt.t, noon)
		if got.Every != tt.want || !strings.Contains(got.Why, tt.why) {
			t.Errorf("%s: every %s, %q; want every %s, %q", tt.name, got.Every, got.Why, tt.want, tt.why)
		}
		if low, high := tt.want*9/10, tt.want*11/10; got.At.Before(noon.Add(low)) || got.At.After(noon.Add(high)) {
			t.Errorf("%s: in %s, want from %s to %s", tt.name, got.At.Sub(noon), low, high)
		}
	}
}

// The rhythm follows what comes, and fades when nothing does.
func TestRhythmChanges(t *testing.T) {
	state, now := updateRate(models.SourceState{}, models.Batch{}, 0, noon), noon
	for range 60 * 24 { // one an hour for sixty days
		now = now.Add(time.Hour)
		state = updateRate(state, models.Batch{}, 1, now)
	}
	if rate := currentRate(state, now); rate < 23 || rate > 25 {
		t.Errorf("after sixty days of one an hour: %.1f a day", rate)
	}
	quiet := now.Add(30 * day)
	if rate := currentRate(state, quiet); rate > 1 {
		t.Errorf("a month later: %.1f a day", rate)
	}
	if same := updateRate(state, models.Batch{}, 0, quiet); same != state {
		t.Errorf("a scan without news changes the rhythm from %+v to %+v", state, same)
	}
	split := updateRate(updateRate(state, models.Batch{Partial: true}, 2, now), models.Batch{}, 3, now)
	if whole := updateRate(state, models.Batch{}, 5, now); math.Abs(split.NewRate-whole.NewRate) > 1e-9 {
		t.Error("articles that are committed in two steps count otherwise than in one")
	}
}

// Sources that begin together do not go on together, and come back apart after a
// failure that they had together.
func TestSourcesKeepApart(t *testing.T) {
	scans, retries := make(map[int]int), make(map[int]int)
	const sources = 1000
	for n := range sources {
		id := fmt.Sprint("source-", n)
		state := updateRate(models.SourceState{AttemptedAt: noon}, models.Batch{}, 0, noon)
		scans[int(NextScan(state, models.Source{ID: id}, Timing{}, noon).At.Sub(noon)/time.Minute)]++
		retries[int(backoff(id, 3, time.Hour)/(5*time.Minute))]++
	}
	for what, count := range map[string]map[int]int{"scans in a minute": scans, "retries in five minutes": retries} {
		if len(count) < 6 {
			t.Errorf("%s: all of them in %d: %v", what, len(count), count)
		}
		for at, n := range count {
			if n > sources/4 {
				t.Errorf("%s: %d of %d at %d", what, n, sources, at)
			}
		}
	}
}

func TestBackoff(t *testing.T) {
	for failures, most := range []time.Duration{0, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 320 * time.Minute, 6 * time.Hour, 6 * time.Hour} {
		if failures == 0 {
			continue
		}
		for n := range 100 {
			got := backoff(fmt.Sprint(n), failures, time.Hour)
			if got < 5*time.Minute || got > most {
				t.Errorf("after %d failures: %s; want from 5m to %s", failures, got, most)
			}
			if again := backoff(fmt.Sprint(n), failures, time.Hour); again != got {
				t.Errorf("after %d failures: %s, and then %s", failures, got, again)
			}
		}
	}
	if got := backoff("a", 1000, time.Hour); got > 6*time.Hour {
		t.Errorf("after a thousand failures: %s", got)
	}
	// What is scanned every second is tried again after seconds.
	if got := backoff("a", 1, time.Second); got < time.Second || got > 2*time.Second {
		t.Errorf("every second, after a failure: %s", got)
	}
}
