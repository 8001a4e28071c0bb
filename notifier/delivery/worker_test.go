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

// A scripted channel answers with what its script says, one error a call and
// then none, and remembers what it took and when.
type scripted struct {
	script []error
	pace   time.Duration
	takes  time.Duration // how long a send takes

	mu    sync.Mutex
	tries []time.Duration // since start
	took  []string
	start time.Time
}

func (s *scripted) Send(ctx context.Context, d models.Delivery) (string, error) {
	if s.takes > 0 {
		select {
		case <-time.After(s.takes):
		case <-ctx.Done():
			return "", Errorf(Ambiguous, "cut")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries = append(s.tries, time.Since(s.start))
	var err error
	if len(s.script) > 0 {
		err, s.script = s.script[0], s.script[1:]
	}
	// An ambiguous failure here is one of a message that did arrive.
	if err == nil || ErrorOf(err).Reason == Ambiguous {
		s.took = append(s.took, d.ID)
	}
	return "receipt-" + d.ID, err
}

func (s *scripted) sent() []string { return s.took }

func (s *scripted) Pace() time.Duration { return s.pace }

// asked is a scripted channel that can be asked.
type asked struct {
	scripted

	lookups []error // answers to lookups before the true ones
	finds   int
	stored  *outboxfake.Outbox // if not nil, has the starts that lookups would know after a crash
	from    []time.Time        // those starts
}

func (a *asked) Find(_ context.Context, d models.Delivery) (string, bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.finds++
	if a.stored != nil {
		a.from = append(a.from, d.StartedAt, a.stored.Row(d.ID).StartedAt)
	}
	if len(a.lookups) > 0 {
		err := a.lookups[0]
		a.lookups = a.lookups[1:]
		return "", false, err
	}
	return "found-" + d.ID, slices.Contains(a.took, d.ID), nil
}

func newWorker(outbox Outbox, channels map[string]Channel) *Worker {
	return &Worker{Outbox: outbox, Channels: channels, Now: time.Now, Jitter: func() float64 { return 0.5 }}
}

// runFor runs a worker for a time of the bubble's clock.
func runFor(t *testing.T, d *Worker, how time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), how)
	defer cancel()
	if err := d.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestBackoff(t *testing.T) {
	var got []string
	var sum time.Duration
	b := DefaultBackoff()
	for failures := 1; failures < b.MaxAttempts; failures++ {
		wait := b.Wait(failures, 0.5)
		got = append(got, wait.String())
		sum += wait
	}
	want := []string{"5s", "15s", "45s", "2m15s", "6m45s", "20m15s", "1h0m45s", "3h2m15s", "6h0m0s", "6h0m0s", "6h0m0s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if sum < 20*time.Hour || sum > 26*time.Hour {
		t.Errorf("all waits take %v; want about a day", sum)
	}
	if low, high := b.Wait(1, 0), b.Wait(1, 0.999); low != 4*time.Second || high <= 5900*time.Millisecond || high > 6*time.Second {
		t.Errorf("jitter spreads 5s over %v to %v; want 4s to 6s", low, high)
	}
}

func TestReasonDecidesWhatIsDoneNext(t *testing.T) {
	tests := []struct {
		name         string
		script       []error
		wantState    models.DeliveryState
		wantTries    []time.Duration
		wantAttempts int
		wantFinds    int
		wantTook     int
	}{
		{"sent at once", nil, models.DeliverySent, []time.Duration{0}, 1, 0, 1},
		{"temporary", []error{Errorf(Temporary, "a"), Errorf(Temporary, "b")}, models.DeliverySent, []time.Duration{0, 5 * time.Second, 20 * time.Second}, 3, 0, 1},
		{"rate limited, as long as asked", []error{&Error{Reason: RateLimited, RetryAfter: 7 * time.Second, Err: errors.New("429")}}, models.DeliverySent, []time.Duration{0, 7 * time.Second}, 1, 0, 1},
		{"rate limited without a time", []error{Errorf(RateLimited, "429")}, models.DeliverySent, []time.Duration{0, 30 * time.Second}, 1, 0, 1},
		{"unreachable costs nothing", []error{Errorf(Unreachable, "a"), Errorf(Unreachable, "b")}, models.DeliverySent, []time.Duration{0, 5 * time.Second, 20 * time.Second}, 1, 0, 1},
		{"blocked costs nothing", []error{Errorf(Blocked, "a")}, models.DeliverySent, []time.Duration{0, 5 * time.Second}, 1, 0, 1},
		{"ambiguous is looked up and not sent again", []error{Errorf(Ambiguous, "cut")}, models.DeliverySent, []time.Duration{0}, 2, 1, 1},
		{"an error that says nothing is ambiguous", []error{errors.New("?")}, models.DeliverySent, []time.Duration{0}, 2, 1, 1},
		{"permanent", []error{Errorf(Permanent, "no such user")}, models.DeliveryDead, []time.Duration{0}, 1, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ch := &asked{scripted: scripted{script: tt.script, start: time.Now()}}
				box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()))
				d := newWorker(box, map[string]Channel{"c": ch})
				d.Poll = time.Second
				runFor(t, d, time.Hour)
				row := box.Row("a")
				got := []any{row.State, fmt.Sprint(ch.tries), row.Attempts, ch.finds, len(ch.took)}
				want := []any{tt.wantState, fmt.Sprint(tt.wantTries), tt.wantAttempts, tt.wantFinds, tt.wantTook}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("state, tries, attempts, lookups, taken (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestDeliveryIsDeadAfterTwelveAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var script []error
		for range 50 {
			script = append(script, Errorf(Temporary, "451 try later"))
		}
		ch := &scripted{script: script, start: time.Now()}
		box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()))
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), 100*time.Hour)
		row := box.Row("a")
		if row.State != models.DeliveryDead || len(ch.tries) != 12 || row.LastError != "gave up after 12 attempts; the last: 451 try later" {
			t.Errorf("state %s after %d tries: %q", row.State, len(ch.tries), row.LastError)
		}
	})
}

func TestBlockedChannelIsAskedEveryQuarterHourAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var script []error
		for range 300 {
			script = append(script, Errorf(Blocked, "invalid_auth"))
		}
		ch := &scripted{script: script, start: time.Now()}
		box := outboxfake.New()
		for i := range 20 {
			box.Add(noticetest.Due(fmt.Sprint(i), "c", "", time.Now()))
		}
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), 72*time.Hour)
		// 5 s, 15 s, 45 s, 135 s, 405 s and then every 15 minutes: one try for all.
		if n := len(ch.tries); n < 285 || n > 296 {
			t.Errorf("a blocked channel was tried %d times in 72 hours, want about 290", n)
		}
		ch.script = nil
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Hour)
		if len(ch.took) != 20 {
			t.Errorf("took %d messages once it was put right, want 20", len(ch.took))
		}
	})
}

func TestRateLimitsCostNoAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var script []error
		for range 40 {
			script = append(script, &Error{Reason: RateLimited, RetryAfter: 3 * time.Second, Err: errors.New("429")})
		}
		ch := &scripted{script: script, pace: time.Second, start: time.Now()}
		box := outboxfake.New()
		for i := range 10 {
			box.Add(noticetest.Due(fmt.Sprint(i), "c", "", time.Now()))
		}
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), 5*time.Minute)
		if len(ch.took) != 10 {
			t.Errorf("took %d, want 10", len(ch.took))
		}
		for i := 1; i < len(ch.tries); i++ {
			want := time.Second
			if i <= 40 {
				want = 3 * time.Second
			}
			if gap := ch.tries[i] - ch.tries[i-1]; gap < want {
				t.Errorf("try %d came %v after the one before, want at least %v", i, gap, want)
			}
		}
		for i := range 10 {
			if row := box.Row(fmt.Sprint(i)); row.Attempts != 1 {
				t.Errorf("delivery %d cost %d attempts, want 1", i, row.Attempts)
			}
		}
	})
}

func TestOneChannelDoesNotDelayAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := &scripted{script: slices.Repeat([]error{Errorf(Blocked, "x")}, 100), takes: 25 * time.Second, start: time.Now()}
		good := &scripted{start: time.Now()}
		box := outboxfake.New(noticetest.Due("b1", "bad", "", time.Now()), noticetest.Due("b2", "bad", "", time.Now()), noticetest.Due("g1", "good", "", time.Now()), noticetest.Due("g2", "good", "", time.Now()))
		runFor(t, newWorker(box, map[string]Channel{"bad": bad, "good": good}), time.Minute)
		if diff := cmp.Diff([]time.Duration{0, 0}, good.tries); diff != "" {
			t.Errorf("the good channel was used at (-want +got):\n%s", diff)
		}
	})
}

func TestOneAddressDoesNotDelayAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archived := Errorf(Blocked, "is_archived")
		archived.OneAddress = true
		ch := &scripted{script: []error{archived}, start: time.Now()}
		now := time.Now()
		box := outboxfake.New(noticetest.Due("a1", "c", "C1", now), noticetest.Due("a2", "c", "C1", now), noticetest.Due("b", "c", "C2", now))
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), 2*time.Second)
		if diff := cmp.Diff([]string{"b"}, ch.took); diff != "" {
			t.Errorf("taken (-want +got):\n%s", diff)
		}
		if len(ch.tries) != 2 {
			t.Errorf("tried %d times, want once for the archived address and once for the other", len(ch.tries))
		}
	})
}

func TestSuccessEndsPauses(t *testing.T) {
	for _, oneAddress := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			blocked := Errorf(Blocked, "x")
			blocked.OneAddress = oneAddress
			ch := &scripted{script: []error{blocked, blocked, nil, blocked}, start: time.Now()}
			now := time.Now()
			d := newWorker(outboxfake.New(noticetest.Due("a", "c", "C1", now), noticetest.Due("b", "c", "C1", now.Add(time.Minute))), map[string]Channel{"c": ch})
			d.Poll = time.Second
			runFor(t, d, 5*time.Minute)
			// The pause after the success is a first one again.
			want := []time.Duration{0, 5 * time.Second, 20 * time.Second, time.Minute, 65 * time.Second}
			if diff := cmp.Diff(want, ch.tries); diff != "" {
				t.Errorf("one address %v: tries (-want +got):\n%s", oneAddress, diff)
			}
		})
	}
}

func TestCrashAfterSendingIsLookedUpAndNotDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := &asked{scripted: scripted{start: time.Now()}}
		ch.took = []string{"a"} // it arrived, and then we died before noting it
		d := noticetest.Due("a", "c", "", time.Now())
		d.StartedAt, d.LeaseToken, d.LeaseUntil = time.Now(), "dead worker", time.Now().Add(45*time.Second)
		box := outboxfake.New(d)
		var got []Outcome
		del := newWorker(box, map[string]Channel{"c": ch})
		del.OnResult = func(r Result) { got = append(got, r.Outcome) }
		runFor(t, del, 2*time.Minute)
		if row := box.Row("a"); row.State != models.DeliverySent || row.Receipt != "found-a" || len(ch.tries) != 0 {
			t.Errorf("state %s, receipt %q, %d sends; want it found and not sent", row.State, row.Receipt, len(ch.tries))
		}
		if diff := cmp.Diff([]Outcome{Found}, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
}

func TestFailedLookupDelaysTheMessageAndAForbiddenOneDoesNot(t *testing.T) {
	tests := []struct {
		name     string
		lookups  []error
		wantSend []time.Duration
	}{
		{"answers later", []error{Errorf(Temporary, "500"), Errorf(RateLimited, "429")}, []time.Duration{35 * time.Second}},
		{"forbidden", []error{fmt.Errorf("%w: missing_scope", ErrCannotLookUp)}, []time.Duration{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ch := &asked{scripted: scripted{start: time.Now()}, lookups: tt.lookups}
				d := noticetest.Due("a", "c", "", time.Now())
				d.StartedAt = time.Now()
				del := newWorker(outboxfake.New(d), map[string]Channel{"c": ch})
				del.Poll = time.Second
				runFor(t, del, time.Hour)
				if diff := cmp.Diff(tt.wantSend, ch.tries); diff != "" {
					t.Errorf("sends (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRecordOfASendIsRepeatedUntilItSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()))
		failures := 3
		ch := &scripted{start: time.Now()}
		box.Fault = func(c string) error {
			if c == "record" && len(ch.took) == 1 && failures > 0 {
				failures--
				return errors.New("database is locked")
			}
			return nil
		}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || failures != 0 || sum.Sent != 1 || len(ch.took) != 1 {
			t.Errorf("Drain = %+v, %v, taken %v; want one message noted", sum, err, ch.took)
		}
	})
}

func TestOutboxThatFailsIsAskedLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()))
		until := time.Now().Add(time.Minute)
		box.Fault = func(string) error {
			if time.Now().Before(until) {
				return errors.New("connection refused")
			}
			return nil
		}
		ch := &scripted{start: time.Now()}
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), 5*time.Minute)
		if len(ch.took) != 1 {
			t.Errorf("took %d, want 1", len(ch.took))
		}
		if n := box.Calls("claim"); n > 160 {
			t.Errorf("the outbox was called %d times", n)
		}
		if _, err := newWorker(&outboxfake.Outbox{Fault: func(string) error { return errors.New("gone") }}, map[string]Channel{"c": ch}).Drain(t.Context()); err == nil {
			t.Error("Drain hides the outbox's error")
		}
	})
}
