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

// several is a channel that may have several messages in progress.
type several struct {
	scripted

	most int
}

func (s *several) MaxInProgress() int { return s.most }

// watching looks at the outbox whenever a message is sent.
type watching struct {
	Channel

	look func(d models.Delivery)
}

func (w watching) Send(ctx context.Context, d models.Delivery) (string, error) {
	w.look(d)
	return w.Channel.Send(ctx, d)
}

func (w watching) MaxInProgress() int { return maxInProgress(w.Channel) }

func manyDue(n int, start time.Time) *outboxfake.Outbox {
	box := outboxfake.New()
	for i := range n {
		box.Add(noticetest.Due(fmt.Sprintf("%04d", i), "c", "", start))
	}
	return box
}

// A crash at any moment must repeat no more than what may be in progress: what is
// recorded as begun, and whose result is not.
func TestCrashRepeatsNoMoreThanWhatIsInProgress(t *testing.T) {
	tests := []struct {
		name         string
		most         int // 0: the channel does not say
		destinations int
		records      int // at most, of 100 messages
	}{
		{"one at a time", 0, 1, 102},
		{"one at a time, to many", 0, 10, 102},
		{"four to one address", 4, 1, 56},
		{"four to many addresses", 4, 10, 56},
		{"a receiver that drops repeats", 25, 1, 14},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				box := outboxfake.New()
				for i := range 100 {
					box.Add(noticetest.Due(fmt.Sprintf("%04d", i), "c", fmt.Sprint(i%tt.destinations), start))
				}
				inner := &several{scripted{takes: 10 * time.Millisecond, start: start}, tt.most}
				var mu sync.Mutex
				most := 0
				look := func(d models.Delivery) {
					if box.Row(d.ID).StartedAt.IsZero() {
						t.Errorf("%s is sent and its start is not recorded", d.ID)
					}
					begun := 0
					for _, row := range box.Rows() {
						if row.State != models.DeliverySent && !row.StartedAt.IsZero() {
							begun++
						}
					}
					mu.Lock()
					defer mu.Unlock()
					most = max(most, begun)
				}
				sum, err := newWorker(box, map[string]Channel{"c": watching{inner, look}}).Drain(t.Context())
				if err != nil || sum.Sent != 100 {
					t.Fatalf("Drain = %+v, %v", sum, err)
				}
				if want := max(tt.most, 1); most != want {
					t.Errorf("up to %d in progress, want %d", most, want)
				}
				if records, claims := box.Calls("record"), box.Calls("claim"); records > tt.records || claims > 3 {
					t.Errorf("%d records and %d claims, want at most %d and 3", records, claims, tt.records)
				}
			})
		})
	}
}

// A receiver that takes its time must not delay the record of what was sent before.
func TestSlowReceiverIsRecordedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(20, start)
		inner := &several{scripted{takes: 700 * time.Millisecond, start: start}, 25}
		unnoted := 0
		look := func(models.Delivery) {
			n := 0
			for _, id := range inner.took {
				if box.Row(id).State != models.DeliverySent {
					n++
				}
			}
			unnoted = max(unnoted, n)
		}
		if sum, err := newWorker(box, map[string]Channel{"c": watching{inner, look}}).Drain(t.Context()); err != nil || sum.Sent != 20 {
			t.Fatalf("Drain = %+v, %v", sum, err)
		}
		if unnoted > 2 {
			t.Errorf("up to %d messages were sent and not recorded, want those of about a second", unnoted)
		}
	})
}

// With a time between two messages each is recorded before the wait, not after it.
func TestPacedMessageIsRecordedBeforeTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(20, start)
		ch := &several{scripted{pace: time.Second, start: start}, 25}
		done := make(chan error)
		go func() {
			_, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
			done <- err
		}()
		for i := range 20 {
			synctest.Wait()
			for k := range 20 {
				row := box.Row(fmt.Sprintf("%04d", k))
				if sent := row.State == models.DeliverySent; sent != (k <= i) || !sent && !row.StartedAt.IsZero() {
					t.Fatalf("after %d s: delivery %d is %s, started %v", i, k, row.State, row.StartedAt)
				}
			}
			time.Sleep(time.Second)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if n := box.Calls("claim"); n > 4 {
			t.Errorf("%d claims, want some for many", n)
		}
	})
}

// A pause in the middle of a batch gives the rest back as it was, at once.
func TestPauseGivesTheRestOfABatchBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(10, start)
		ch := &several{scripted{script: []error{nil, nil, Errorf(Blocked, "wrong password")}, start: start}, 25}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 2 || sum.Postponed != 1 {
			t.Fatalf("Drain = %+v, %v; want two sent and one postponed", sum, err)
		}
		for i := 3; i < 10; i++ {
			want := noticetest.Due(fmt.Sprintf("%04d", i), "c", "", start)
			if diff := cmp.Diff(want, box.Row(want.ID)); diff != "" {
				t.Errorf("what was not tried has changed (-want +got):\n%s", diff)
			}
		}
	})
}

// What was begun before a crash keeps its first start until it is looked up: the search
// begins there.
func TestLookupOfABatchKnowsTheFirstStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		first := start.Add(-72 * time.Hour)
		box := outboxfake.New()
		for i := range 5 {
			d := noticetest.Due(fmt.Sprint(i), "c", "", start)
			d.StartedAt = first
			box.Add(d)
		}
		ch := &askedRepeats{asked{scripted: scripted{took: []string{"3"}, start: start}, stored: box}}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 5 || sum.Found != 1 {
			t.Fatalf("Drain = %+v, %v; want one found and four sent", sum, err)
		}
		if len(ch.from) != 10 {
			t.Errorf("%d starts seen in 5 lookups, want 10", len(ch.from))
		}
		for _, at := range ch.from {
			if !at.Equal(first) {
				t.Errorf("looked up from %v, want %v", at, first)
			}
		}
	})
}

type askedRepeats struct{ asked }

func (*askedRepeats) MaxInProgress() int { return 25 }

func TestThreadIsSentInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := outboxfake.New()
		var want []string
		for part := range 5 {
			for event := range 30 {
				d := noticetest.Due(fmt.Sprintf("%02d/%d", event, part), "c", "", start.Add(time.Duration(part*30+event)*time.Microsecond))
				d.Thread = fmt.Sprint(event)
				box.Add(d)
				want = append(want, d.ID)
			}
		}
		time.Sleep(time.Second)
		// One that fails holds up its own thread alone.
		ch := &several{scripted{script: []error{nil, Errorf(Temporary, "busy")}, start: time.Now()}, 25}
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Minute)
		last := map[string]string{}
		for _, id := range ch.took {
			event, part := id[:2], id[3:]
			if part <= last[event] {
				t.Errorf("part %s of event %s came after part %s", part, event, last[event])
			}
			last[event] = part
		}
		if len(ch.took) != len(want) {
			t.Errorf("%d sent, want %d", len(ch.took), len(want))
		}
		rest := slices.DeleteFunc(slices.Clone(ch.took), func(id string) bool { return id[:2] == "01" })
		if diff := cmp.Diff(slices.DeleteFunc(want, func(id string) bool { return id[:2] == "01" }), rest); diff != "" {
			t.Errorf("the other threads (-want +got):\n%s", diff)
		}
	})
}

func TestThousandAreSentOldestFirst(t *testing.T) {
	for name, ch := range map[string]interface {
		Channel
		sent() []string
	}{"one by one": &scripted{}, "in batches": &several{most: 25}, "four at a time": &several{most: 4}, "paced": &scripted{pace: time.Second}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				box := outboxfake.New()
				var want []string
				for i := range 1000 {
					d := noticetest.Due(models.HashOf(fmt.Sprint(i)), "c", "", start.Add(time.Duration(i)*time.Microsecond))
					box.Add(d)
					want = append(want, d.ID)
				}
				time.Sleep(time.Second)
				if sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()); err != nil || sum.Sent != 1000 {
					t.Fatalf("Drain = %+v, %v", sum, err)
				}
				if diff := cmp.Diff(want, ch.sent()); diff != "" {
					t.Errorf("order (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRecordThatFailsEndsTheBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(3, start)
		ch := &scripted{start: start}
		down := false
		box.Fault = func(call string) error {
			if down = down || len(ch.took) == 1; down && time.Since(start) < time.Minute {
				return errors.New("disk full")
			}
			return nil
		}
		if _, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()); err == nil {
			t.Error("Drain hides that a send could not be recorded")
		}
		if len(ch.took) != 1 {
			t.Errorf("%d sent while nothing can be recorded, want 1", len(ch.took))
		}
		if row := box.Row("0000"); row.State != models.DeliveryDue || row.StartedAt.IsZero() {
			t.Errorf("%+v; want it begun, so that it is looked up", row)
		}
		if row := box.Row("0001"); !row.StartedAt.IsZero() {
			t.Error("the next was begun before the send was recorded")
		}
	})
}

// slowClaims is an outbox whose claims take long.
type slowClaims struct {
	*outboxfake.Outbox

	takes time.Duration
}

func (s slowClaims) Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	time.Sleep(s.takes)
	return s.Outbox.Claim(ctx, now, channel, limit, lease)
}

func TestSlowClaimIsSent(t *testing.T) {
	for _, takes := range []time.Duration{claimTime + time.Second, renewEvery, leaseTime + time.Second} {
		t.Run(takes.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				box := manyDue(3, start)
				ch := &scripted{start: start}
				leased := watching{ch, func(d models.Delivery) {
					if left := time.Until(box.Row(d.ID).LeaseUntil); left < leaseTime-renewEvery {
						t.Errorf("%s is sent with a lease for another %s", d.ID, left)
					}
				}}
				runFor(t, newWorker(slowClaims{box, takes}, map[string]Channel{"c": leased}), 10*time.Minute)
				if len(ch.took) != 3 {
					t.Errorf("%d were sent, want 3", len(ch.took))
				}
			})
		})
	}
}

// Another worker may claim what this one has claimed before the answer is here.
func TestLeaseLostDuringASlowClaimIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(2, start)
		ch := &scripted{start: start}
		outbox := lateAnswers{box, leaseTime + time.Second, "0000"}
		runFor(t, newWorker(outbox, map[string]Channel{"c": ch}), 10*time.Minute)
		if diff := cmp.Diff([]string{"0001"}, ch.took); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// lateAnswers is an outbox whose claims are answered late. Another worker has then
// claimed one of the deliveries.
type lateAnswers struct {
	*outboxfake.Outbox

	after time.Duration
	lost  string
}

func (l lateAnswers) Claim(ctx context.Context, now time.Time, channel string, limit int, lease time.Duration) ([]models.Delivery, error) {
	claimed, err := l.Outbox.Claim(ctx, now, channel, limit, lease)
	time.Sleep(l.after)
	l.Steal(l.lost, now.Add(time.Hour))
	return claimed, err
}

// An address may be paused while the start of a message to it is recorded, and not any
// more when its turn comes.
func TestMessageToAPausedAddressIsSentAfterThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		archived := &Error{Reason: Blocked, OneAddress: true, Err: errors.New("archived")}
		box := outboxfake.New(noticetest.Due("a", "c", "x", start))
		inner := &several{scripted{script: []error{archived}, start: start}, 25}
		ch := watching{inner, func(d models.Delivery) {
			if box.Row(d.ID).StartedAt.IsZero() {
				t.Errorf("%s is sent and its start is not recorded", d.ID)
			}
		}}
		const later = 3500 * time.Millisecond // the pause is over after 5 s, and the next claim comes after 4 s
		box.Fault = func(call string) error {
			if call == "record" && time.Since(start) > later {
				time.Sleep(2 * time.Second)
			}
			return nil
		}
		go func() {
			time.Sleep(later)
			box.Add(noticetest.Due("b", "c", "x", time.Now()))
			box.Add(noticetest.Due("d", "c", "y", time.Now()))
		}()
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Minute)
		if diff := cmp.Diff([]string{"d", "a", "b"}, inner.took); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}
