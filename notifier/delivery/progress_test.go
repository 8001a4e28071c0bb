package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// parallel is a channel that may have four messages in progress. Tests say how long the
// send of a message takes, and how it ends.
type parallel struct {
	takes  func(d models.Delivery) time.Duration // nil: 10 ms
	answer func(d models.Delivery) error         // nil: it is taken; one call at a time

	mu    sync.Mutex
	start time.Time
	now   map[string]int  // sends that run, by destination
	most  int             // sends that ran at a time
	tries []time.Duration // when sends began, since start
	took  []string
	finds []string
}

func newParallel() *parallel {
	return &parallel{start: time.Now(), now: map[string]int{}}
}

func (*parallel) MaxInProgress() int { return 4 }

func (p *parallel) Send(ctx context.Context, d models.Delivery) (string, error) {
	p.mu.Lock()
	p.tries = append(p.tries, time.Since(p.start))
	p.now[d.Destination]++
	if p.now[d.Destination] > 1 {
		panic("two messages to one destination at a time")
	}
	running := 0
	for _, n := range p.now {
		running += n
	}
	p.most = max(p.most, running)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.now[d.Destination]--
	}()
	takes := 10 * time.Millisecond
	if p.takes != nil {
		takes = p.takes(d)
	}
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return "", Errorf(Ambiguous, "cut")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answer != nil {
		if err := p.answer(d); err != nil {
			return "", err
		}
	}
	p.took = append(p.took, d.ID)
	return "receipt-" + d.ID, nil
}

// to returns those that were taken of a destination.
func (p *parallel) to(destination string) []string {
	return slices.DeleteFunc(slices.Clone(p.took), func(id string) bool { return !strings.HasPrefix(id, destination) })
}

// askedParallel can be asked what it has.
type askedParallel struct{ *parallel }

func (a askedParallel) Find(_ context.Context, d models.Delivery) (string, bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.finds = append(a.finds, d.ID)
	return "found-" + d.ID, slices.Contains(a.took, d.ID), nil
}

// dueTo returns an outbox with so many deliveries to each address. They are due in turn:
// x0, y0, z0, x1 and so on.
func dueTo(count int, addresses ...string) *outboxfake.Outbox {
	box, at := outboxfake.New(), time.Now()
	for i := range count {
		for k, address := range addresses {
			box.Add(noticetest.Due(fmt.Sprint(address, i), "c", address, at.Add(time.Duration(i*len(addresses)+k)*time.Nanosecond)))
		}
	}
	time.Sleep(time.Millisecond)
	return box
}

func TestEachDestinationIsSentInOrderWhileOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(9, "v", "w", "x", "y", "z")
		ch := newParallel()
		ch.takes = func(d models.Delivery) time.Duration {
			if d.Address == "x" {
				return time.Second
			}
			return 10 * time.Millisecond
		}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 45 {
			t.Fatalf("Drain = %+v, %v", sum, err)
		}
		for _, address := range []string{"v", "w", "x", "y", "z"} {
			if got := ch.to(address); !slices.IsSorted(got) || len(got) != 9 {
				t.Errorf("sent to %s: %v, want 9 in order", address, got)
			}
		}
		if ch.most != 4 {
			t.Errorf("up to %d sends at a time, want 4", ch.most)
		}
		if took := time.Since(ch.start); took > 10*time.Second {
			t.Errorf("took %v; want the others sent beside the slow address", took)
		}
	})
}

func TestThreadIsSentInOrderWhileOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, at := outboxfake.New(), time.Now()
		for part := range 5 {
			for event := range 6 {
				for _, address := range []string{"x", "y", "z"} {
					d := noticetest.Due(fmt.Sprint(address, event, "/", part), "c", address, at.Add(time.Duration(part*6+event)*time.Nanosecond))
					d.Thread = fmt.Sprint(event)
					box.Add(d)
				}
			}
		}
		ch := newParallel()
		ch.takes = func(d models.Delivery) time.Duration {
			return time.Duration(1+len(d.ID)*int(d.ID[1])%7) * time.Millisecond
		}
		// One that fails holds up its own thread alone.
		failed := false
		ch.answer = func(d models.Delivery) error {
			if d.ID == "y1/0" && !failed {
				failed = true
				return Errorf(Temporary, "busy")
			}
			return nil
		}
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Minute)
		last := map[string]string{}
		for _, id := range ch.took {
			thread, part, _ := strings.Cut(id, "/")
			if part <= last[thread] {
				t.Errorf("part %s of thread %s came after part %s", part, thread, last[thread])
			}
			last[thread] = part
		}
		if len(ch.took) != 90 {
			t.Errorf("%d were sent, want 90", len(ch.took))
		}
		if slices.Index(ch.took, "y1/0") < slices.Index(ch.took, "y2/4") {
			t.Error("the other threads waited for the one that failed")
		}
	})
}

// A channel that has taken nothing yet is tried with one message: if its password is
// wrong, several tries at once may lock the account.
func TestFirstMessageGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(1, "w", "x", "y", "z")
		ch := newParallel()
		if sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()); err != nil || sum.Sent != 4 {
			t.Fatalf("Drain = %+v, %v", sum, err)
		}
		want := []time.Duration{0, 10 * time.Millisecond, 10 * time.Millisecond, 10 * time.Millisecond}
		if diff := cmp.Diff(want, ch.tries); diff != "" {
			t.Errorf("sends began at (-want +got):\n%s", diff)
		}
	})
}

// A crash leaves four messages begun, of which some were sent. Each of them is looked up,
// and none is sent twice.
func TestCrashWithSeveralInProgressDoublesNoneThatCanBeLookedUp(t *testing.T) {
	for crash := 1; crash <= 12; crash++ {
		t.Run(fmt.Sprint("after ", crash), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := dueTo(4, "w", "x", "y", "z")
				ch := newParallel()
				ch.takes = func(d models.Delivery) time.Duration { return time.Duration(d.Address[0]-'a') * time.Millisecond }
				// The process dies when so many were taken: what it sends is cut, and nothing
				// is recorded any more.
				ctx, cancel := context.WithCancel(t.Context())
				var dead atomic.Bool
				ch.answer = func(models.Delivery) error {
					if dead.Load() {
						return Errorf(Unreachable, "dead")
					}
					if len(ch.took)+1 == crash {
						dead.Store(true)
						cancel()
					}
					return nil
				}
				box.Fault = func(string) error {
					if dead.Load() {
						return errors.New("dead")
					}
					return nil
				}
				_ = newWorker(box, map[string]Channel{"c": askedParallel{ch}}).Run(ctx)
				ch.answer, box.Fault = nil, nil
				begun := 0
				for _, d := range box.Rows() {
					if d.State == models.DeliveryDue && !d.StartedAt.IsZero() {
						begun++
					}
				}
				if begun == 0 || begun > 4 {
					t.Errorf("the crash left %d begun, want 1 to 4", begun)
				}
				ch.finds = nil
				runFor(t, newWorker(box, map[string]Channel{"c": askedParallel{ch}}), 5*time.Minute)
				slices.Sort(ch.took)
				var want []string
				for _, d := range box.Rows() {
					want = append(want, d.ID)
					if d.State != models.DeliverySent {
						t.Errorf("%s is %s", d.ID, d.State)
					}
				}
				slices.Sort(want)
				if diff := cmp.Diff(want, ch.took); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				if len(ch.finds) != begun {
					t.Errorf("looked up %v, want the %d that were begun", ch.finds, begun)
				}
			})
		})
	}
}

func TestPanicOfOneInProgressLeavesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(3, "w", "x", "y", "z")
		ch := newParallel()
		panicked := false
		ch.answer = func(d models.Delivery) error {
			if d.ID == "x1" && !panicked {
				panicked = true
				panic("a fault")
			}
			return nil
		}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 11 || sum.Panics != 1 || sum.Postponed != 1 {
			t.Errorf("Drain = %+v, %v; want 11 sent and one panic", sum, err)
		}
		if row := box.Row("x1"); row.State != models.DeliveryDue || row.StartedAt.IsZero() || row.Attempts != 1 {
			t.Errorf("%+v; want it begun and due again", row)
		}
	})
}

// What is sent beside a message that meets a rate limit is recorded as it ends, and
// nothing more begins until the pause is over.
func TestRateLimitOfOneInProgressPausesTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(3, "w", "x", "y", "z")
		ch := newParallel()
		ch.takes = func(d models.Delivery) time.Duration { return time.Duration(d.Address[0]-'v') * time.Second }
		limited := false
		var at time.Duration
		ch.answer = func(d models.Delivery) error {
			if d.ID == "w1" && !limited {
				limited, at = true, time.Since(ch.start)
				return &Error{Reason: RateLimited, RetryAfter: 20 * time.Second, Err: errors.New("429")}
			}
			return nil
		}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 12 || sum.Postponed != 1 {
			t.Errorf("Drain = %+v, %v; want all sent, and one postponed before", sum, err)
		}
		after := 0
		for _, try := range ch.tries {
			if try > at && try < at+20*time.Second {
				t.Errorf("a send began %v after the answer, within the pause", try-at)
			}
			if try >= at+20*time.Second {
				after++
			}
		}
		if after == 0 {
			t.Error("nothing was sent after the pause")
		}
		for _, address := range []string{"w", "x", "y", "z"} {
			if got := ch.to(address); !slices.IsSorted(got) || len(got) != 3 {
				t.Errorf("sent to %s: %v, want 3 in order", address, got)
			}
		}
	})
}

// Four messages that fail at once for one cause are one failure of the channel.
func TestSeveralFailuresAtOnceAreOne(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		pauses []time.Duration // between the failures of the channel
	}{
		{"blocked", Errorf(Blocked, "the password is wrong"), []time.Duration{5 * time.Second, 15 * time.Second, 45 * time.Second}},
		{"unreachable", Errorf(Unreachable, "no route"), []time.Duration{5 * time.Second, 15 * time.Second, 45 * time.Second}},
		{"rate limited", &Error{Reason: RateLimited, RetryAfter: 7 * time.Second, Err: errors.New("429")}, []time.Duration{7 * time.Second, 7 * time.Second, 7 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := dueTo(2, "w", "x", "y", "z")
				ch := newParallel()
				ch.answer = func(models.Delivery) error {
					if len(ch.took) == 0 || time.Since(ch.start) > time.Minute {
						return nil
					}
					return tt.err
				}
				d := newWorker(box, map[string]Channel{"c": ch})
				var reports []models.ChannelHealth
				d.OnHealth = func(_ context.Context, h models.ChannelHealth) error { reports = append(reports, h); return nil }
				runFor(t, d, 30*time.Minute)
				if len(ch.took) != 8 {
					t.Fatalf("%d were sent, want 8", len(ch.took))
				}
				if len(reports) > 0 {
					t.Errorf("reported: %+v; want nothing, since it failed a few times within a minute", reports)
				}
				// One is sent, four fail at once, and after each pause one is tried.
				at := 5
				for i, pause := range tt.pauses {
					if got := ch.tries[at+i] - ch.tries[at+i-1] - 10*time.Millisecond; got < pause || got > pause+time.Second {
						t.Errorf("pause %d took %v, want %v", i, got, pause)
					}
				}
			})
		})
	}
}

func TestStopFinishesAllThatAreInProgress(t *testing.T) {
	tests := []struct {
		takes time.Duration
		sent  int
		cut   int
		end   time.Duration
	}{
		{5 * time.Second, 5, 0, 10 * time.Second},
		{25 * time.Second, 1, 4, 36 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.takes.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := dueTo(3, "w", "x", "y", "z")
				ch := newParallel()
				ch.takes = func(models.Delivery) time.Duration { return tt.takes }
				start := time.Now()
				runFor(t, newWorker(box, map[string]Channel{"c": ch}), tt.takes+time.Second) // while the four after the first are sent
				sent, cut := 0, 0
				for _, d := range box.Rows() {
					switch {
					case d.State == models.DeliverySent:
						sent++
					case !d.StartedAt.IsZero():
						cut++
					}
					if d.LeaseToken != "" {
						t.Errorf("%s is still leased", d.ID)
					}
				}
				if sent != tt.sent || cut != tt.cut {
					t.Errorf("%d sent and %d cut, want %d and %d", sent, cut, tt.sent, tt.cut)
				}
				if end := time.Since(start); end != tt.end {
					t.Errorf("Run ended after %v, want %v", end, tt.end)
				}
			})
		})
	}
}

// A send that takes minutes must not keep the results of others from being recorded.
func TestResultIsRecordedWithinASecondOfASlowSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(1, "v", "w", "x")
		ch := newParallel()
		ch.takes = func(d models.Delivery) time.Duration {
			if d.Address == "w" {
				return 20 * time.Second
			}
			return 10 * time.Millisecond
		}
		go func() { _, _ = newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()) }()
		time.Sleep(1100 * time.Millisecond)
		if got := box.Row("x0").State; got != models.DeliverySent {
			t.Errorf("what was sent a second ago is %s", got)
		}
		time.Sleep(time.Minute)
	})
}

// The outbox cannot record while another send runs. When that has ended, the results are
// recorded once more, or what was sent would be sent again.
func TestResultsAreRecordedOnceMoreAfterAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(3, "w", "x", "y", "z")
		ch := newParallel()
		ch.takes = func(d models.Delivery) time.Duration {
			if d.ID == "x0" {
				return 10 * time.Second
			}
			return 10 * time.Millisecond
		}
		failed := 0
		box.Fault = func(call string) error {
			if at := time.Since(ch.start); call == "record" && at > 15*time.Millisecond && at < 8*time.Second {
				failed++
				return errors.New("disk full")
			}
			return nil
		}
		worker := newWorker(box, map[string]Channel{"c": ch})
		if _, err := worker.Drain(t.Context()); err == nil {
			t.Error("Drain hides that results could not be recorded")
		}
		if failed == 0 || failed > 5 {
			t.Errorf("%d records failed, want one with its retries", failed)
		}
		for _, id := range ch.took {
			if row := box.Row(id); row.State != models.DeliverySent {
				t.Errorf("%s was sent and is recorded as %s", id, row.State)
			}
		}
		for _, row := range box.Rows() {
			if row.State == models.DeliveryDue && !slices.Contains(ch.took, row.ID) && row.StartedAt.IsZero() && row.LeaseToken != "" {
				t.Errorf("%s was not sent and is not given back", row.ID)
			}
		}
		if _, err := worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(ch.took)
		if all := len(ch.took); all != 12 || len(slices.Compact(ch.took)) != 12 {
			t.Errorf("%d were sent, want each of 12 once", all)
		}
	})
}

// A thread is gone, and the outbox cannot forget it while it records something else.
func TestThreadThatCannotBeForgottenStaysDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := dueTo(4, "x", "y", "z")
		root := noticetest.Due("a0", "c", "a", time.Now().Add(-time.Hour))
		root.Thread, root.State, root.Receipt = "T", models.DeliverySent, "receipt-a0"
		reply := noticetest.Due("a1", "c", "a", time.Now())
		reply.Thread = "T"
		box.Add(root)
		box.Add(reply)
		ch := newParallel()
		ch.answer = func(d models.Delivery) error {
			if d.Root != nil {
				return Errorf(ThreadGone, "deleted")
			}
			return nil
		}
		forgets := 0
		box.Fault = func(call string) error {
			switch call {
			case "record":
				time.Sleep(300 * time.Millisecond)
			case "forget thread":
				if forgets++; forgets == 1 {
					return errors.New("disk full")
				}
			}
			return nil
		}
		worker := newWorker(box, map[string]Channel{"c": ch})
		if _, err := worker.Drain(t.Context()); err == nil {
			t.Error("Drain hides that the thread could not be forgotten")
		}
		for _, id := range ch.took {
			if row := box.Row(id); row.State != models.DeliverySent {
				t.Errorf("%s was sent and is recorded as %s", id, row.State)
			}
		}
		time.Sleep(time.Minute) // its lease ends
		if _, err := worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if row := box.Row("a1"); row.State != models.DeliverySent || len(ch.took) != 13 {
			t.Errorf("the reply is %s, %d were sent; want it sent, and each of 13 once", row.State, len(ch.took))
		}
	})
}
