package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// droppingRepeats is a channel whose receiver drops what it has had.
type droppingRepeats struct{ scripted }

func (*droppingRepeats) Deduplicates() bool { return true }

// watching looks at the outbox whenever a message is sent.
type watching struct {
	Channel

	look func(d models.Delivery)
}

func (w watching) Send(ctx context.Context, d models.Delivery) (string, error) {
	w.look(d)
	return w.Channel.Send(ctx, d)
}

type watchingRepeats struct{ watching }

func (watchingRepeats) Deduplicates() bool { return true }

func manyDue(n int, start time.Time) *outboxfake.Outbox {
	box := outboxfake.New()
	for i := range n {
		box.Add(noticetest.Due(fmt.Sprintf("%04d", i), "c", "", start))
	}
	return box
}

// A crash at any send must double no more than what is documented: where the receiver
// does not drop repeats, the one message that is being sent.
func TestCrashRepeatsNoMoreThanOneMessageWhereRepeatsShow(t *testing.T) {
	tests := []struct {
		name         string
		wrap         func(Channel, func(models.Delivery)) Channel
		mostUnnoted  int // sent before, and not recorded
		mostBegun    int // recorded as begun and not sent yet
		mostRecords  int // of 100 messages
		mostClaiming int
	}{
		{"mail", func(c Channel, look func(models.Delivery)) Channel { return watching{c, look} }, 0, 0, 103, 3},
		{"a receiver that drops repeats", func(c Channel, look func(models.Delivery)) Channel { return watchingRepeats{watching{c, look}} }, mostUnrecorded - 1, mostUnrecorded - 1, 7, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				box := manyDue(100, start)
				unnoted, begun := 0, 0
				inner := &scripted{start: start}
				look := func(d models.Delivery) {
					if box.Row(d.ID).StartedAt.IsZero() {
						t.Errorf("%s is sent and its start is not recorded", d.ID)
					}
					u, b := 0, 0
					for i := range 100 {
						row := box.Row(fmt.Sprintf("%04d", i))
						switch sent := slices.Contains(inner.took, row.ID); {
						case sent && row.State != models.DeliverySent:
							u++
						case !sent && row.ID != d.ID && !row.StartedAt.IsZero():
							b++
						}
					}
					unnoted, begun = max(unnoted, u), max(begun, b)
				}
				sum, err := newWorker(box, map[string]Channel{"c": tt.wrap(inner, look)}).Drain(t.Context())
				if err != nil || sum.Sent != 100 {
					t.Fatalf("Drain = %+v, %v", sum, err)
				}
				if unnoted != tt.mostUnnoted || begun != tt.mostBegun {
					t.Errorf("up to %d sent and not recorded, %d begun and not sent; want %d and %d", unnoted, begun, tt.mostUnnoted, tt.mostBegun)
				}
				if records, claims := box.Calls("record"), box.Calls("claim"); records > tt.mostRecords || claims > tt.mostClaiming {
					t.Errorf("%d records and %d claims, want at most %d and %d", records, claims, tt.mostRecords, tt.mostClaiming)
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
		inner := &scripted{takes: 700 * time.Millisecond, start: start}
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
		if sum, err := newWorker(box, map[string]Channel{"c": watchingRepeats{watching{inner, look}}}).Drain(t.Context()); err != nil || sum.Sent != 20 {
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
		ch := &droppingRepeats{scripted{pace: time.Second, start: start}}
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
		ch := &droppingRepeats{scripted{script: []error{nil, nil, Errorf(Blocked, "wrong password")}, start: start}}
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

func (*askedRepeats) Deduplicates() bool { return true }

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
		ch := &droppingRepeats{scripted{script: []error{nil, Errorf(Temporary, "busy")}, start: time.Now()}}
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
	}{"one by one": &scripted{}, "in batches": &droppingRepeats{}, "paced": &scripted{pace: time.Second}} {
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

// An address may be paused when the starts of a part are recorded, and not any more
// when its turn comes.
func TestStartIsRecordedWhenAPauseEndsDuringTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		archived := &Error{Reason: Blocked, OneAddress: true, Err: errors.New("archived")}
		box := outboxfake.New(noticetest.Due("a", "c", "x", start))
		inner := &scripted{script: []error{archived}, start: start}
		ch := watchingRepeats{watching{inner, func(d models.Delivery) {
			if box.Row(d.ID).StartedAt.IsZero() {
				t.Errorf("%s is sent and its start is not recorded", d.ID)
			}
		}}}
		slow := false
		box.Fault = func(call string) error {
			if slow && call == "record" {
				time.Sleep(2 * time.Second)
			}
			return nil
		}
		go func() {
			time.Sleep(3500 * time.Millisecond) // the pause is over after 5 s, and the next claim comes after 4 s
			slow = true
			box.Add(noticetest.Due("b", "c", "x", time.Now()))
			box.Add(noticetest.Due("d", "c", "y", time.Now()))
		}()
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Minute)
		if diff := cmp.Diff([]string{"b", "d", "a"}, inner.took); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}
