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

// slowMail is a channel whose sends may take ten minutes, as SMTP allows.
type slowMail struct{ scripted }

func (*slowMail) MaxSendTime() time.Duration { return 11 * time.Minute }

func TestSendMayTakeAsLongAsTheChannelAllows(t *testing.T) {
	tests := []struct {
		name    string
		channel Channel
		takes   time.Duration
		want    models.DeliveryState
		ends    time.Duration
	}{
		{"within the limit of the channel", &slowMail{}, 10 * time.Minute, models.DeliverySent, 10 * time.Minute},
		{"beyond the limit of the channel", &slowMail{}, 12 * time.Minute, models.DeliveryDue, 11 * time.Minute},
		{"within the common limit", &scripted{}, 29 * time.Second, models.DeliverySent, 29 * time.Second},
		{"beyond the common limit", &scripted{}, 31 * time.Second, models.DeliveryDue, 30 * time.Second},
	}
	for _, tt := range tests {
		for _, reopened := range []bool{false, true} {
			t.Run(fmt.Sprint(tt.name, " reopened ", reopened), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					ch := tt.channel
					switch c := ch.(type) {
					case *slowMail:
						ch = &slowMail{scripted{takes: tt.takes, start: start}}
					case *scripted:
						ch = &scripted{takes: tt.takes, start: start}
						_ = c
					}
					inner := ch
					if reopened {
						ch = Reopen(func() (Channel, error) { return inner, nil })
					}
					box := outboxfake.New(noticetest.Due("a", "c", "", start))
					var answered time.Duration
					d := newWorker(box, map[string]Channel{"c": ch})
					d.OnResult = func(Result) { answered = time.Since(start) }
					if _, err := d.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
					if got := box.Row("a"); got.State != tt.want || answered != tt.ends {
						t.Errorf("%s after %v, want %s after %v", got.State, answered, tt.want, tt.ends)
					}
					if got := box.Row("a"); tt.want == models.DeliveryDue && got.StartedAt.IsZero() {
						t.Error("a send that was cut counts as not begun; it may have arrived")
					}
				})
			})
		}
	}
}

// While one worker waits ten minutes for a mail server, another on the same outbox gets
// neither that delivery nor those behind it. Then it may have the rest.
func TestLeasesAreRenewedWhileASendRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(5, start)
		slow := &slowMail{scripted{takes: 10 * time.Minute, start: start}}
		other := &slowMail{scripted{start: start}}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		done := make(chan error, 2)
		go func() { done <- newWorker(box, map[string]Channel{"c": slow}).Run(ctx) }()
		synctest.Wait() // the slow one has claimed
		go func() { done <- newWorker(box, map[string]Channel{"c": other}).Run(ctx) }()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for _, at := range other.tries {
			if at < 10*time.Minute {
				t.Errorf("the other worker sent %v after %v, while the first had all", other.took, at)
			}
		}
		all := append(slices.Clone(slow.took), other.took...)
		slices.Sort(all)
		if diff := cmp.Diff([]string{"0000", "0001", "0002", "0003", "0004"}, all); diff != "" || slow.took[0] != "0000" {
			t.Errorf("sent by both (-want +got):\n%s", diff)
		}
	})
}

// A batch of a slow channel is given back after a while, so that another process can
// send the rest and a person can drop it.
func TestRestOfASlowBatchIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := manyDue(20, start)
		ch := &scripted{takes: 4 * time.Second, start: start}
		if sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()); err != nil || sum.Sent != 20 {
			t.Fatalf("Drain = %+v, %v", sum, err)
		}
		if n := box.Calls("claim"); n != 8 {
			t.Errorf("%d claims, want one for each 10 s and one that finds nothing", n)
		}
		if !slices.IsSorted(ch.took) {
			t.Errorf("sent in the order %v", ch.took)
		}
	})
}

// A worker whose lease has ended sends nothing that another has claimed and completes
// nothing.
func TestLostDeliveryIsNeitherSentNorCompleted(t *testing.T) {
	tests := []struct {
		name  string
		at    string // the call before which another worker takes the delivery
		takes time.Duration
		sends int // of the lost one, by this worker
	}{
		{"before the start is recorded", "record 1", 0, 0},
		{"before the result is recorded", "record 3", 0, 1},
		{"while the one before it is sent", "renew 1", 20 * time.Second, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ch := &several{scripted{takes: tt.takes, start: start}, 25}
				box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start))
				box.Fault = func(call string) error {
					if fmt.Sprint(call, " ", box.Calls(call)) == tt.at {
						box.Steal("b", start.Add(time.Hour))
					}
					return nil
				}
				sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
				if err != nil || sum.Sent != 1 || box.Row("a").State != models.DeliverySent {
					t.Errorf("Drain = %+v, %v; want the other delivery sent", sum, err)
				}
				if got := box.Row("b"); got.State != models.DeliveryDue || got.LeaseToken != "another worker" || !got.LeaseUntil.Equal(start.Add(time.Hour)) {
					t.Errorf("what another worker holds was changed: %+v", got)
				}
				sends := 0
				for _, id := range ch.took {
					if id == "b" {
						sends++
					}
				}
				if sends != tt.sends {
					t.Errorf("it was sent %d times, want %d", sends, tt.sends)
				}
			})
		})
	}
}

// As when the machine slept: the lease ends, and no renewing has run meanwhile.
func TestDeliveryIsClaimedAgainBeforeItIsSentWhenTheMachineSlept(t *testing.T) {
	for _, stolen := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start))
			ch := &several{scripted{start: start}, 25}
			d := newWorker(box, map[string]Channel{"c": ch})
			var slept atomic.Int64
			d.Now = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
			d.Channels["c"] = &sleepingChannel{ch, func() {
				if !slept.CompareAndSwap(0, int64(2*leaseTime)) {
					return
				}
				if stolen {
					box.Steal("b", start.Add(time.Hour))
				}
			}}
			if _, err := d.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			want, claims := []string{"a", "b"}, 3
			if stolen {
				want, claims = want[:1], 2
			}
			if diff := cmp.Diff(want, ch.took); diff != "" || box.Calls("claim") != claims {
				t.Errorf("stolen %v: %d claims, want %d; sent (-want +got):\n%s", stolen, box.Calls("claim"), claims, diff)
			}
		})
	}
}

// sleepingChannel does something after each send.
type sleepingChannel struct {
	*several

	after func()
}

func (s *sleepingChannel) Send(ctx context.Context, d models.Delivery) (string, error) {
	defer s.after()
	return s.several.Send(ctx, d)
}

func TestRenewalThatFailsIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := outboxfake.New(noticetest.Due("a", "c", "", start))
		box.Fault = func(call string) error {
			if call == "renew" && box.Calls("renew")%2 == 1 {
				return errors.New("database is locked")
			}
			return nil
		}
		ch := &slowMail{scripted{takes: 5 * time.Minute, start: start}}
		sum, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context())
		if err != nil || sum.Sent != 1 || box.Calls("renew") < 19 {
			t.Errorf("Drain = %+v, %v with %d renewals; want it sent", sum, err, box.Calls("renew"))
		}
	})
}

func TestStopCutsALongSendAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ch := &slowMail{scripted{takes: 10 * time.Minute, start: start}}
		box := outboxfake.New(noticetest.Due("a", "c", "", start), noticetest.Due("b", "c", "", start))
		runFor(t, newWorker(box, map[string]Channel{"c": ch}), time.Second)
		if got := time.Since(start); got != 11*time.Second {
			t.Errorf("Run ended after %v, want the grace of 10 s after the stop", got)
		}
		// What was cut may have arrived, and what waited behind it surely has not.
		a, b := box.Row("a"), box.Row("b")
		if a.StartedAt.IsZero() || a.LeaseToken != "" || !b.StartedAt.IsZero() || b.LeaseToken != "" {
			t.Errorf("rows %+v and %+v; want the first begun, the second not, and neither leased", a, b)
		}
	})
}

func TestAmbiguousSendIsKeptAsBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := &scripted{script: []error{Errorf(Ambiguous, "cut"), Errorf(Temporary, "451")}, start: time.Now()}
		box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()), noticetest.Due("b", "c", "", time.Now()))
		if _, err := newWorker(box, map[string]Channel{"c": ch}).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		begun := []bool{!box.Row("a").StartedAt.IsZero(), !box.Row("b").StartedAt.IsZero()}
		if !slices.Equal(begun, []bool{true, false}) {
			t.Errorf("begun %v, want only what may have arrived", begun)
		}
	})
}
