package delivery

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

func TestWakeSendsAtOnceAndPollFindsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := &scripted{start: time.Now()}
		box := outboxfake.New()
		d := Deliverer(box, map[string]Channel{"c": ch})
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
				runFor(t, Deliverer(box, map[string]Channel{"c": ch}), time.Second)
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

// slowStart is an outbox in which a start takes a moment, as on a busy disk.
type slowStart struct {
	*outboxfake.Outbox
	stop func()
}

func (s slowStart) MarkStarted(ctx context.Context, d models.Delivery, now time.Time) error {
	s.stop() // the stop comes between the claim and the note of the start
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.Outbox.MarkStarted(ctx, d, now)
}

func TestStopWhileAStartIsNotedFinishesTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		box := outboxfake.New(noticetest.Due("a", "c", "", start))
		d := Deliverer(slowStart{box, cancel}, map[string]Channel{"c": &scripted{start: start}})
		if err := d.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if got := box.Row("a").State; got != models.DeliverySent {
			t.Errorf("state %s, want it sent in the grace that a stop leaves", got)
		}
	})
}

func TestDrainWaitsOnlyWhereTheChannelAsksForIt(t *testing.T) {
	limited := func(wait time.Duration) error {
		return &Error{Reason: RateLimited, RetryAfter: wait, Err: errors.New("429")}
	}
	tests := []struct {
		name   string
		script []error
		want   Summary
		took   time.Duration
	}{
		{"nothing wrong", nil, Summary{Sent: 3}, 2 * time.Second},
		{"a short pause", []error{limited(10 * time.Second)}, Summary{Sent: 3, Postponed: 1}, 12 * time.Second},
		{"a long pause", []error{limited(time.Hour)}, Summary{Postponed: 1}, 0},
		{"blocked", []error{Errorf(Blocked, "x")}, Summary{Postponed: 1}, 0},
		{"dead and others", []error{Errorf(Permanent, "x")}, Summary{Sent: 2, Dead: 1}, 2 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ch := &scripted{script: tt.script, pace: time.Second, start: start}
				box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start), noticetest.Due("d", "c", "", start))
				got, err := Deliverer(box, map[string]Channel{"c": ch}).Drain(t.Context())
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
