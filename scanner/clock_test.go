package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A feed is a source to which a test adds articles while it is read.
type feed struct {
	mu       sync.Mutex
	articles []models.Article
	err      error
}

func (f *feed) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return models.Batch{Articles: slices.Clone(f.articles), Items: len(f.articles)}, f.err
}

func (f *feed) Complete(_ context.Context, a models.Article) (models.Article, error) { return a, nil }

func (f *feed) publish(title string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := item("a", title, 0)
	a.PublishedAt = time.Time{}
	f.articles = append(f.articles, a)
}

func (f *feed) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// A running scanner has a wall clock that a test sets. It lives in a bubble.
type running struct {
	*Scanner
	memory *memory
	feed   *feed
	start  time.Time
	moved  atomic.Int64
	log    bytes.Buffer

	mu    sync.Mutex
	ticks []time.Duration // by the monotonic clock
}

func startRunning(t *testing.T, cron string) *running {
	t.Helper()
	r := &running{memory: newMemory(), feed: &feed{}, start: time.Now()}
	r.Scanner, _ = newScanner(t, r.memory, map[string]*script{"a": nil})
	settings := r.Settings()
	settings.Timing = Timing{}
	settings.Sources[0].Cron = cron
	r.Settings = func() Settings { return settings }
	r.Open = func(models.Source) Reader { return r.feed }
	r.Now = func() time.Time { return time.Now().Add(time.Duration(r.moved.Load())) }
	r.Elapsed = func() time.Duration { return time.Since(r.start) }
	r.Tick = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ticks = append(r.ticks, r.Elapsed())
	}
	r.Log = slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	return r
}

// set moves the wall clock to so far from the right time.
func (r *running) set(offset time.Duration) { r.moved.Store(int64(offset)) }

func (r *running) told() []string {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	return r.memory.owed()
}

// pass lets time go by.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

var (
	schedules = []string{"", "* * * * *", "*/10 * * * *", "0 9 * * *", "@every 10s"}
	offsets   = []time.Duration{-150 * time.Second, -2 * time.Hour, 150 * time.Second, 2 * time.Hour}
)

func TestRunTicksEveryMinuteWhateverTheClockShows(t *testing.T) {
	for _, cron := range schedules {
		for _, offset := range offsets {
			t.Run(fmt.Sprintf("%s %q", offset, cron), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := startRunning(t, cron)
					for range 3 {
						pass(7*time.Minute + 13*time.Second)
						r.set(offset)
						pass(7*time.Minute + 13*time.Second)
						r.set(0)
					}
					pass(5 * time.Minute)
					r.mu.Lock()
					defer r.mu.Unlock()
					for i := 1; i < len(r.ticks); i++ {
						if gap := r.ticks[i] - r.ticks[i-1]; gap > time.Minute || gap <= 0 {
							t.Errorf("tick %d came %s after the one before; want more than 0 and at most 1m", i, gap)
						}
					}
					if n := len(r.ticks); n < 45 || cron != "@every 10s" && n > 70 {
						t.Errorf("%d ticks in 48 minutes", n)
					}
				})
			})
		}
	}
}

func TestStoriesAreToldOnceAndWithinAMinuteWhateverTheClockShows(t *testing.T) {
	for _, offset := range offsets {
		t.Run(offset.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRunning(t, "* * * * *")
				var want []string
				publish := func() {
					t.Helper()
					title := fmt.Sprintf("Stablecoin story %d about %s", len(want), models.HashOf(fmt.Sprint(len(want))))
					r.feed.publish(title)
					want = append(want, "alert: "+title)
					pass(time.Minute + time.Second)
					if diff := cmp.Diff(want, r.told()); diff != "" {
						t.Errorf("told a minute after story %d (-want +got):\n%s", len(want), diff)
					}
				}
				pass(10 * time.Minute)
				publish()
				for range 2 {
					r.set(offset)
					publish()
					pass(20 * time.Minute)
					publish()
					r.set(0)
					publish()
					pass(20 * time.Minute)
				}
				pass(3 * time.Hour)
				if diff := cmp.Diff(want, r.told()); diff != "" {
					t.Errorf("told in the end (-want +got):\n%s", diff)
				}
			})
		})
	}
}

type leftAlone struct{ error }

func (leftAlone) Skipped() bool             { return true }
func (leftAlone) RetryAfter() time.Duration { return 10 * time.Minute }

// Whatever the next scan was computed from, a clock that is put right makes no
// source wait for the time that the wrong clock showed.
func TestNextScanThatAWrongClockComputedIsNotWaitedFor(t *testing.T) {
	for _, cron := range schedules {
		for name, fault := range map[string]error{"answers": nil, "fails": errors.New("down"), "asks to be left alone": tooMany{errors.New("429")}, "was not asked": leftAlone{errors.New("resting")}} {
			t.Run(fmt.Sprintf("%s %q", name, cron), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := startRunning(t, cron)
					r.set(24 * time.Hour)
					r.feed.fail(fault)
					pass(24*time.Hour + time.Minute) // a daily cron line has run by the wrong clock
					r.feed.fail(nil)
					r.set(0)
					r.feed.publish("A stablecoin story")
					pass(time.Minute)
					if diff := cmp.Diff([]string{"alert: A stablecoin story"}, slices.DeleteFunc(r.told(), func(s string) bool { return strings.HasPrefix(s, "health") })); diff != "" {
						t.Errorf("told a minute after the clock was put right (-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}

func TestSettingTheClockIsLoggedOnceWithItsSize(t *testing.T) {
	for _, tt := range []struct {
		offset time.Duration
		want   []string
	}{
		{-150 * time.Second, []string{"moved_by=-2m30s", "moved_by=2m30s"}},
		{-2 * time.Hour, []string{"moved_by=-2h0m0s", "moved_by=2h0m0s"}},
		{2 * time.Hour, []string{"moved_by=2h0m0s", "moved_by=-2h0m0s"}},
		{time.Second, nil},
	} {
		t.Run(tt.offset.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRunning(t, "")
				pass(10 * time.Minute)
				r.set(tt.offset)
				pass(10 * time.Minute)
				r.set(0)
				pass(10 * time.Minute)
				var got []string
				for _, field := range strings.Fields(r.log.String()) {
					if strings.HasPrefix(field, "moved_by=") {
						got = append(got, field)
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("jumps logged (-want +got):\n%s\nthe log is:\n%s", diff, r.log.String())
				}
			})
		})
	}
}

func TestCronLineOfASourceIsReadInTheConfiguredZone(t *testing.T) {
	hongKong, err := time.LoadLocation("Asia/Hong_Kong")
	if err != nil {
		t.Fatal(err)
	}
	state := models.SourceState{AttemptedAt: noon}
	for _, tt := range []struct {
		name string
		src  models.Source
		zone *time.Location
		want string
	}{
		{"configured", models.Source{Cron: "0 9 * * *"}, hongKong, "2026-03-03T01:00:00Z"},
		{"configured, and the source has its own for dates", models.Source{Cron: "0 9 * * *", Zone: "America/New_York"}, hongKong, "2026-03-03T01:00:00Z"},
		{"none", models.Source{Cron: "0 9 * * *", Zone: "America/New_York"}, nil, "2026-03-03T09:00:00Z"},
	} {
		if got := NextScan(state, tt.src, Timing{Zone: tt.zone}, noon).At.UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: next scan at %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDeletingOldTextDelaysNoTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ticks, runs atomic.Int64
		r := &running{memory: newMemory(), feed: &feed{}, start: time.Now()}
		r.Scanner, _ = newScanner(t, r.memory, map[string]*script{"a": {}})
		settings := r.Settings()
		settings.KeepText = 24 * time.Hour
		r.Settings = func() Settings { return settings }
		r.Now = time.Now
		r.Tick = func() { ticks.Add(1) }
		r.Expire = func(context.Context, time.Time, time.Time) (int, error) {
			runs.Add(1)
			<-release
			return 0, nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		pass(30*time.Minute + time.Second)
		if ticks.Load() < 30 || runs.Load() != 1 {
			t.Errorf("%d ticks and %d runs of the deletion in 30 minutes; want 31 and 1", ticks.Load(), runs.Load())
		}
		close(release)
		pass(23 * time.Hour)
		if runs.Load() != 1 {
			t.Errorf("%d runs within a day, want 1", runs.Load())
		}
		pass(time.Hour)
		if runs.Load() != 2 {
			t.Errorf("%d runs after a day, want 2", runs.Load())
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestPageIsNotTriedOftenerWhileTheClockIsBehind(t *testing.T) {
	for _, tt := range []struct {
		seen  time.Duration // from now
		tries int
		want  bool
	}{
		{0, 0, true},
		{-9 * time.Minute, 1, false},
		{-10 * time.Minute, 1, true},
		{2 * time.Hour, 1, false},
		{365 * 24 * time.Hour, 1, true},
	} {
		if got := pageRetryDue(models.Article{SeenAt: noon.Add(tt.seen), BodyTries: tt.tries}, noon); got != tt.want {
			t.Errorf("seen %s from now, tried %d times: due %t, want %t", tt.seen, tt.tries, got, tt.want)
		}
	}
}
