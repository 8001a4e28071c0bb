package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// healthLog collects the reports about channels, refusing the first few.
type healthLog struct {
	refuse int

	mu    sync.Mutex
	lines []string
}

func (l *healthLog) listen(d *Worker, start time.Time) {
	d.OnHealth = func(_ context.Context, h models.ChannelHealth) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.refuse > 0 {
			l.refuse--
			return errors.New("the database is locked")
		}
		l.lines = append(l.lines, fmt.Sprintf("%v %s %s since %v dead %d: %s", time.Since(start).Round(time.Second), h.Name(), h.Health, h.Since.Sub(start).Round(time.Second), h.Dead, h.Error))
		return nil
	}
}

func TestOutageIsReportedOnceAndSoIsItsEnd(t *testing.T) {
	times := func(n int, err error) []error { return slices.Repeat([]error{err}, n) }
	address := &Error{Reason: Blocked, OneAddress: true, Err: errors.New("not in the channel")}
	tests := []struct {
		name   string
		script []error
		refuse int
		want   []string
	}{
		{"it works", nil, 0, nil},
		{"it passes", times(5, Errorf(Blocked, "wrong password")), 0, nil},
		{"blocked", times(9, Errorf(Blocked, "wrong password")), 0, []string{
			"10m5s c failing since 0s dead 0: wrong password",
			"1h10m5s c healthy since 1h10m5s dead 0: wrong password",
		}},
		{"unreachable, then blocked", append(times(4, Errorf(Unreachable, "no network")), times(3, Errorf(Blocked, "wrong password"))...), 0, []string{
			"10m5s c failing since 0s dead 0: wrong password",
			"40m5s c healthy since 40m5s dead 0: wrong password",
		}},
		{"one address", times(7, address), 0, []string{
			"10m10s c:x failing since 0s dead 0: not in the channel",
			"40m10s c:x healthy since 40m10s dead 0: not in the channel",
		}},
		{"asked to wait", times(9, &Error{Reason: RateLimited, RetryAfter: 10 * time.Minute, Err: errors.New("429")}), 0, nil},
		{"the telling fails at first", times(7, Errorf(Blocked, "wrong password")), 1, []string{
			"25m5s c failing since 0s dead 0: wrong password",
			"40m5s c healthy since 40m5s dead 0: wrong password",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				d := newWorker(outboxfake.New(noticetest.Due("a", "c", "x", start)), map[string]Channel{"c": &scripted{script: slices.Clone(tt.script), start: start}})
				got := &healthLog{refuse: tt.refuse}
				got.listen(d, start)
				runFor(t, d, 3*time.Hour)
				if diff := cmp.Diff(tt.want, got.lines); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAnswerEndsARowOfFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		blocked, gone := Errorf(Blocked, "wrong password"), Errorf(Permanent, "no such user")
		first := noticetest.Due("a", "c", "x", start)
		first.Notice.Kind, first.Notice.Subject = models.NoticeHealth, "channel" // its end is not told
		later := noticetest.Due("b", "c", "x", start)
		later.NotBefore = start.Add(time.Hour)
		d := newWorker(outboxfake.New(first, later), map[string]Channel{"c": &scripted{script: []error{blocked, gone, blocked}, start: start}})
		got := &healthLog{}
		got.listen(d, start)
		runFor(t, d, 2*time.Hour)
		if len(got.lines) > 0 {
			t.Errorf("two failures, an hour and an answer apart, are told: %q", got.lines)
		}
	})
}

func TestOutageFromBeforeARestartIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		row := noticetest.Due("a", "c", "", start.Add(-time.Hour))
		row.LastError = "wrong password"
		box := outboxfake.New(row)
		got := &healthLog{}
		for range 2 {
			d := newWorker(box, map[string]Channel{"c": &scripted{script: []error{Errorf(Blocked, "wrong password")}, start: start}})
			got.listen(d, start)
			if _, err := d.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		// The same since makes the same notice, which is stored once.
		want := []string{"0s c failing since -1h0m0s dead 0: wrong password", "1m0s c failing since -1h0m0s dead 0: wrong password"}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// What people were told before a restart is over for them only when they hear it.
func TestEndOfAnOutageIsReportedAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		d := newWorker(outboxfake.New(noticetest.Due("a", "c", "x", start), noticetest.Due("b", "other", "y", start)), map[string]Channel{"c": &scripted{start: start}, "other": &scripted{start: start}})
		d.Troubled = func(context.Context) ([]models.ChannelHealth, error) {
			return []models.ChannelHealth{
				{Channel: "c", Health: models.Failing, Since: start.Add(-time.Hour), Error: "wrong password"},
				{Channel: "c", Address: "x", Health: models.Failing, Since: start.Add(-2 * time.Hour), Error: "archived"},
				{Channel: "c", Address: "z", Health: models.Failing, Since: start.Add(-3 * time.Hour), Error: "archived"}, // nothing is sent there
			}, nil
		}
		got := &healthLog{}
		got.listen(d, start)
		runFor(t, d, time.Minute)
		want := []string{"0s c healthy since 0s dead 0: wrong password", "0s c:x healthy since 0s dead 0: archived"}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// The end of an outage that could not be stored is reported later, also if nothing more
// is sent. Until then the heartbeat is withheld.
func TestEndOfAnOutageIsReportedAgainWhenTheReportFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ch := &scripted{script: slices.Repeat([]error{Errorf(Blocked, "wrong password")}, 9), start: start}
		d := newWorker(outboxfake.New(noticetest.Due("a", "c", "x", start)), map[string]Channel{"c": ch})
		var tries []string
		d.OnHealth = func(_ context.Context, h models.ChannelHealth) error {
			tries = append(tries, fmt.Sprintf("%v %s since %v", time.Since(start).Round(time.Second), h.Health, h.Since.Sub(start).Round(time.Second)))
			if h.Health == models.Healthy && time.Since(start) < 73*time.Minute {
				return errors.New("the database is locked")
			}
			return nil
		}
		runFor(t, d, 6*time.Hour)
		want := []string{
			"10m5s failing since 0s", "1h10m5s healthy since 1h10m5s", "1h11m5s healthy since 1h10m5s",
			"1h12m5s healthy since 1h10m5s", "1h13m5s healthy since 1h10m5s",
		}
		if diff := cmp.Diff(want, tries); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

// People know of an outage whose end could not be reported. If it begins again, they
// are not told a second time that it began.
func TestOutageThatReturnsBeforeItsEndIsReportedIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		blocked := slices.Repeat([]error{Errorf(Blocked, "wrong password")}, 7)
		ch := &scripted{script: slices.Concat(blocked, []error{nil}, blocked), start: start}
		box := outboxfake.New(noticetest.Due("a", "c", "x", start), noticetest.Due("b", "c", "x", start.Add(time.Second)))
		d := newWorker(box, map[string]Channel{"c": ch})
		got := &healthLog{}
		got.listen(d, start)
		store, failed := d.OnHealth, false
		d.OnHealth = func(ctx context.Context, h models.ChannelHealth) error {
			if h.Health == models.Healthy && !failed {
				failed = true
				return errors.New("the database is locked")
			}
			return store(ctx, h)
		}
		runFor(t, d, 6*time.Hour)
		if len(got.lines) != 2 || len(ch.took) != 2 {
			t.Errorf("reported %q and sent %q; want one outage with its end, and both", got.lines, ch.took)
		}
	})
}

func TestDeadLettersAreReportedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := outboxfake.New(noticetest.Due("a", "c", "x", start), noticetest.Due("b", "c", "x", start), noticetest.Due("d", "c", "y", start))
		about := noticetest.Due("e", "c", "z", start)
		about.Notice.Kind, about.Notice.Subject = models.NoticeHealth, "channel"
		box.Add(about)
		d := newWorker(box, map[string]Channel{"c": &scripted{script: slices.Repeat([]error{Errorf(Permanent, "no such user")}, 9), start: start}})
		got := &healthLog{}
		got.listen(d, start)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		time.Sleep(30*time.Minute + time.Second)
		box.Add(noticetest.Due("f", "c", "x", time.Now()))
		time.Sleep(time.Hour)
		box.Add(noticetest.Due("g", "c", "x", time.Now()))
		d.Wake()
		time.Sleep(time.Second)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		slices.Sort(got.lines)
		want := []string{
			"1h1m0s c:x failing since 30m2s dead 1: no such user",
			"1h30m2s c:x failing since 1h30m1s dead 1: no such user",
			"1m0s c:x failing since 0s dead 2: no such user",
			"1m0s c:y failing since 0s dead 1: no such user",
		}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// A kill within the minute before the report must not leave a dead letter unreported.
func TestDeadLettersFromBeforeARestartAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := outboxfake.New(noticetest.Due("b", "c", "x", start.Add(time.Minute)))
		d := newWorker(box, map[string]Channel{"c": &scripted{script: []error{Errorf(Permanent, "mailbox is full")}, start: start}, "other": &scripted{start: start}})
		refused := false
		d.DeadLetters = func(context.Context) ([]models.ChannelHealth, error) {
			if refused {
				return nil, errors.New("the database is locked")
			}
			return []models.ChannelHealth{{Channel: "c", Address: "x", Health: models.Failing, Since: start.Add(-time.Hour), Error: "no such user", Dead: 2}}, nil
		}
		got := &healthLog{}
		got.listen(d, start)
		runFor(t, d, 2*time.Hour)
		want := []string{"0s c:x failing since -1h0m0s dead 2: no such user", "1h0m0s c:x failing since 1m0s dead 1: mailbox is full"}
		if diff := cmp.Diff(want, got.lines); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		refused = true
		if _, err := d.Drain(t.Context()); err != nil {
			t.Errorf("Drain when the dead letters cannot be read: %v", err)
		}
	})
}

func TestMessageThatIsAlwaysRefusedHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ch := &picky{refuses: "bad"}
		box := outboxfake.New(noticetest.Due("bad", "c", "x", start), noticetest.Due("good", "c", "x", start), noticetest.Due("better", "c", "x", start))
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Hour)
		for id, want := range map[string]models.DeliveryState{"bad": models.DeliveryDue, "good": models.DeliverySent, "better": models.DeliverySent} {
			if got := box.Row(id).State; got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
		if got := box.Row("bad").Attempts; got != 0 {
			t.Errorf("being refused cost %d attempts, want none", got)
		}
	})
}

// picky refuses one message by a policy, for ever.
type picky struct{ refuses string }

func (p *picky) Send(_ context.Context, d models.Delivery) (string, error) {
	if d.ID == p.refuses {
		return "", &Error{Reason: Blocked, OneAddress: true, OneMessage: true, Err: errors.New("policy")}
	}
	return "receipt-" + d.ID, nil
}
