// Package channeltest holds the tests that every channel must pass: retries, size
// limits, harmless text, and no secret in an error or a log.
//
// A channel's own test calls [Run] with a function that makes a [Rig].
package channeltest

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// A Rig is one channel and the stand-in for its far side.
type Rig struct {
	Channel  delivery.Channel
	Address  string
	Secrets  []string
	Received func() []string // every message as text
	Stop     func()          // the far side goes away
	Faults   map[string]Fault
	Echoes   map[string]func(text string) // the far side fails with this text at the next try
}

// A Fault is one way in which the far side fails.
type Fault struct {
	Inject func()
	Want   delivery.Reason
	Kept   int // messages that arrive in spite of it
}

// NewFault returns a fault that inject causes, the reason that the channel must
// give for it, and how many messages arrive in spite of it.
func NewFault(inject func(), want delivery.Reason, kept int) Fault {
	return Fault{Inject: inject, Want: want, Kept: kept}
}

// Run runs the tests that every channel must pass. Each test calls build for
// a channel with a far side of its own.
func Run(t *testing.T, build func(*testing.T) *Rig) {
	for name, test := range map[string]func(*testing.T, *Rig){
		"takes every notice within its limits": takesEveryNoticeWithinItsLimits,
		"takes several at a time":              takesSeveralAtATime,
		"passes nothing that acts":             passesNothingThatActs,
		"costs nothing while unreachable":      costsNothingWhileUnreachable,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, build(t))
		})
	}
	t.Run("faults", func(t *testing.T) { meetsFaults(t, build) })
	t.Run("echoes", func(t *testing.T) { hidesWhatIsEchoed(t, build) })
}

func (r *Rig) delivery(id string, n models.Notice) models.Delivery {
	n.ID = models.HashOf(id)
	d := models.NewDelivery(n.ID, "c", r.Address, noticetest.At("2026-08-28T06:05:00Z"))
	d.Notice, d.StartedAt = n, d.CreatedAt
	return d
}

func takesEveryNoticeWithinItsLimits(t *testing.T, r *Rig) {
	for _, set := range []map[string]models.Notice{noticetest.All(), noticetest.Huge()} {
		for name, n := range set {
			receipt, err := r.Channel.Send(t.Context(), r.delivery(name, n))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if receipt == "" {
				t.Errorf("%s: no receipt", name)
			}
		}
	}
}

func takesSeveralAtATime(t *testing.T, r *Rig) {
	many, ok := r.Channel.(delivery.Concurrent)
	if !ok {
		t.Skip("this channel takes one message at a time")
	}
	n := many.MaxInProgress()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if _, err := r.Channel.Send(t.Context(), r.delivery(fmt.Sprint("at once ", i), noticetest.All()["alert"])); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(r.Received()); got != n {
		t.Errorf("%d messages arrived, want %d", got, n)
	}
}

func passesNothingThatActs(t *testing.T, r *Rig) {
	if _, err := r.Channel.Send(t.Context(), r.delivery("x", noticetest.All()["alert_hostile"])); err != nil {
		t.Fatal(err)
	}
	for _, got := range r.Received() {
		for _, bad := range []string{"\x1b", "\u202e", "\nBcc:", "\x00", `\u001b`} {
			if strings.Contains(got, bad) {
				t.Errorf("%q reached the reader:\n%s", bad, got)
			}
		}
	}
}

func meetsFaults(t *testing.T, build func(*testing.T) *Rig) {
	for name := range build(t).Faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := build(t)
			fault := r.Faults[name]
			// A first message, so that an open connection meets the fault.
			if _, err := r.Channel.Send(t.Context(), r.delivery("before", noticetest.All()["test"])); err != nil {
				t.Fatal(err)
			}
			fault.Inject()
			_, err := r.Channel.Send(t.Context(), r.delivery("x", noticetest.All()["test"]))
			if err == nil {
				t.Fatal("no error")
			}
			if got := delivery.ErrorOf(err).Reason; got != fault.Want {
				t.Errorf("reason %q, want %q (%v)", got, fault.Want, err)
			}
			if got := len(r.Received()) - 1; got != fault.Kept {
				t.Errorf("%d messages arrived, want %d", got, fault.Kept)
			}
			r.checkSecrets(t, err.Error()+fmt.Sprintf("%+v %#v", err, delivery.ErrorOf(err).Err))
			if _, err := r.Channel.Send(t.Context(), r.delivery("x", noticetest.All()["test"])); err != nil {
				t.Errorf("once the fault has passed: %v", err)
			}
		})
	}
}

func costsNothingWhileUnreachable(t *testing.T, r *Rig) {
	if r.Stop == nil {
		t.Skip("this channel has no far side")
	}
	r.Stop()
	var log bytes.Buffer
	d := r.delivery("x", noticetest.All()["alert"])
	d.StartedAt = time.Time{}
	box := outboxfake.New(d)
	worker := &delivery.Worker{Outbox: box, Channels: map[string]delivery.Channel{"c": r.Channel}, Now: time.Now, Jitter: func() float64 { return 0.5 }}
	worker.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	sum, err := worker.Drain(t.Context())
	if err != nil || sum.Postponed != 1 {
		t.Fatalf("Drain = %+v, %v; want one postponed", sum, err)
	}
	row := box.Row(d.ID)
	if row.Attempts != 0 || !strings.Contains(row.LastError, "cannot be reached") {
		t.Errorf("attempts %d, error %q; want none and a sentence that it cannot be reached", row.Attempts, row.LastError)
	}
	r.checkSecrets(t, log.String()+row.LastError)
}

func (r *Rig) checkSecrets(t *testing.T, text string) {
	t.Helper()
	for _, s := range r.Secrets {
		if strings.Contains(text, s) {
			t.Errorf("a secret shows: %s", text)
		}
	}
}
