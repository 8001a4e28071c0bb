package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

func TestWakeSendsAtOnceAndPollSendsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := &scripted{start: time.Now()}
		box := outboxfake.New()
		d := newWorker(box, map[string]Channel{"c": ch})
		d.Poll = time.Minute
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		time.Sleep(10 * time.Second)
		box.Add(noticetest.Due("woken", "c", "", time.Now()))
		d.Wake()
		time.Sleep(time.Second)
		box.Add(noticetest.Due("polled", "c", "", time.Now()))
		time.Sleep(2 * time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]time.Duration{10 * time.Second, 70 * time.Second}, ch.tries); diff != "" {
			t.Errorf("sends (-want +got):\n%s", diff)
		}
	})
}

func TestStopFinishesWhatIsInFlightWithinTheGrace(t *testing.T) {
	tests := []struct {
		takes     time.Duration
		wantState models.DeliveryState
		wantEnd   time.Duration
	}{
		{5 * time.Second, models.DeliverySent, 5 * time.Second},
		{25 * time.Second, models.DeliveryDue, 11 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.takes.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ch := &scripted{takes: tt.takes, start: start}
				box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start))
				runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Second)
				if got := box.Row("a").State; got != tt.wantState {
					t.Errorf("state %s, want %s", got, tt.wantState)
				}
				if got := box.Row("a"); tt.wantState == models.DeliveryDue && (got.StartedAt.IsZero() || got.LeaseToken != "") {
					t.Errorf("what was cut is not left to be looked up: %+v", got)
				}
				if got := time.Since(start); got != tt.wantEnd {
					t.Errorf("Run ended after %v, want %v", got, tt.wantEnd)
				}
				if !box.Row("b").StartedAt.IsZero() {
					t.Error("another message was begun after the stop")
				}
			})
		})
	}
}

// stoppingOutbox stops the worker while a start is recorded, which takes a moment, as
// on a busy disk.
type stoppingOutbox struct {
	*outboxfake.Outbox
	stop func()
}

func (s stoppingOutbox) Record(ctx context.Context, done []models.Completion, starting []models.Delivery, now time.Time) ([]string, error) {
	s.stop()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.Outbox.Record(ctx, done, starting, now)
}

func TestStopBeforeTheSendGivesTheDeliveryBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start))
		ch := &scripted{start: start}
		if err := newWorker(stoppingOutbox{box, cancel}, map[string]Channel{"c": ch}).Run(ctx); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"a", "b"} {
			if got := box.Row(id); got.State != models.DeliveryDue || !got.StartedAt.IsZero() || got.LeaseToken != "" {
				t.Errorf("%s: state %s, started %v, lease %q; want it as before the claim", id, got.State, got.StartedAt, got.LeaseToken)
			}
		}
		if len(ch.tries) > 0 {
			t.Error("a message was sent after the stop")
		}
	})
}

func TestDrainWaitsOnlyWhereTheChannelAsksForIt(t *testing.T) {
	limited := func(wait time.Duration) error {
		return &Error{Reason: RateLimited, RetryAfter: wait, Err: errors.New("429")}
	}
	left := func(n int, reason string) []StillDue { return []StillDue{{"c", n, reason}} }
	tests := []struct {
		name   string
		script []error
		want   Summary
		took   time.Duration
	}{
		{"nothing wrong", nil, Summary{Sent: 3}, 2 * time.Second},
		{"a short pause", []error{limited(10 * time.Second)}, Summary{Sent: 3, Postponed: 1}, 12 * time.Second},
		{"two short pauses", []error{limited(10 * time.Second), limited(10 * time.Second)}, Summary{Sent: 3, Postponed: 2}, 22 * time.Second},
		{"a long pause", []error{limited(time.Hour)}, Summary{Postponed: 1, StillDue: left(3, "429")}, 0},
		{"nothing but short pauses", slices.Repeat([]error{limited(10 * time.Second)}, 1000), Summary{Postponed: 3, StillDue: left(3, "429")}, 20 * time.Second},
		{"blocked", []error{Errorf(Blocked, "x")}, Summary{Postponed: 1, StillDue: left(3, "x")}, 0},
		{"dead and others", []error{Errorf(Permanent, "x")}, Summary{Sent: 2, Dead: 1}, 2 * time.Second},
		{"one is tried later", []error{Errorf(Temporary, "busy")}, Summary{Sent: 2, Postponed: 1, StillDue: left(1, "busy")}, 2 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ch := &scripted{script: tt.script, pace: time.Second, start: start}
				box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start), noticetest.Due("d", "c", "", start))
				got, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("summary (-want +got):\n%s", diff)
				}
				// The pace after the last message is waited out before looking again.
				if spent := time.Since(start); spent < tt.took || spent > tt.took+2*time.Second {
					t.Errorf("took %v, want about %v", spent, tt.took)
				}
			})
		})
	}
}

func TestDrainEndsAtItsDeadlineAndSaysWhatIsStillDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Millisecond)
		defer cancel()
		slow := &scripted{pace: time.Second, start: start}
		stuck := &scripted{takes: time.Hour, start: start}
		// It asks for a pause that is shorter than Drain waits and longer than the time left.
		limited := &scripted{script: []error{&Error{Reason: RateLimited, RetryAfter: 20 * time.Second, Err: errors.New("429")}}, start: start}
		box := outboxfake.New(noticetest.Due("limited", "limited", "", start))
		for i := range 100 {
			box.Add(noticetest.Due(fmt.Sprintf("slow %03d", i), "slow", "", start))
			box.Add(noticetest.Due(fmt.Sprintf("stuck %03d", i), "stuck", "", start))
		}
		d := newWorker(box, map[string]Channel{"slow": slow, "stuck": stuck, "limited": limited, "done": &scripted{start: start}})
		d.SendTimeout = time.Hour
		got, err := d.Drain(ctx)
		if err != nil {
			t.Fatal(err)
		}
		over := "the time for sending was over"
		want := Summary{Sent: 11, Postponed: 2, StillDue: []StillDue{{"limited", 1, "429"}, {"slow", 89, over}, {"stuck", 100, over}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("summary (-want +got):\n%s", diff)
		}
		if spent := time.Since(start); spent > 21*time.Second {
			t.Errorf("Drain ended after %v, want the deadline and the grace for what is in flight", spent)
		}
		for i := range 100 {
			if row := box.Row(fmt.Sprintf("slow %03d", i)); row.LeaseToken != "" {
				t.Errorf("delivery %d is still leased", i)
			}
		}
	})
}

func TestDrainThatIsCancelledIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newWorker(outboxfake.New(), map[string]Channel{"c": &scripted{}}).Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Drain = %v, want that it was cancelled", err)
	}
}

// A pace or a pause that was made by a clock that was ahead ends as soon as it would
// have, and not hours later.
func TestClockSetBackProlongsNeitherPaceNorPause(t *testing.T) {
	for _, script := range [][]error{nil, {nil, Errorf(Unreachable, "no network")}, {nil, &Error{Reason: Blocked, OneAddress: true, Err: errors.New("archived")}}} {
		for _, back := range []time.Duration{150 * time.Second, 2 * time.Hour} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ch := &scripted{script: script, pace: time.Second, start: start}
				box := outboxfake.New(noticetest.Due("a", "c", "x", start))
				d := newWorker(box, map[string]Channel{"c": ch})
				var offset atomic.Int64
				offset.Store(int64(3 * time.Hour))
				d.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- d.Run(ctx) }()
				time.Sleep(100 * time.Millisecond)
				if len(script) > 0 { // the second message meets the pause
					box.Add(noticetest.Due("failing", "c", "x", start))
					time.Sleep(3 * time.Second)
				}
				offset.Add(-int64(back))
				box.Add(noticetest.Due("after", "c", "x", start))
				time.Sleep(10 * time.Second)
				cancel()
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if got := box.Row("after").State; got != models.DeliverySent {
					t.Errorf("clock set back by %v after %v: what came then is %s, want it sent", back, script, got)
				}
			})
		}
	}
}
