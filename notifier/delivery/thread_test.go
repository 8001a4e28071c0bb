package delivery

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// rooted remembers for each try whether there was a first message to follow up.
type rooted struct {
	amending

	roots []bool
}

func (r *rooted) Send(ctx context.Context, d models.Delivery) (string, error) {
	r.roots = append(r.roots, d.Root != nil)
	return r.amending.Send(ctx, d)
}

func TestThreadWhoseMessageIsGoneBeginsAnew(t *testing.T) {
	gone := Errorf(ThreadGone, "it was deleted")
	tests := []struct {
		name   string
		amends bool
		script []error
		fault  string // the call of the outbox that fails
		want   models.DeliveryState
		roots  []bool // whether each try has a Root
	}{
		{"news is sent by itself", false, []error{gone}, "", models.DeliverySent, []bool{true, false}},
		{"news that fails by itself is tried again", false, []error{gone, Errorf(Blocked, "revoked")}, "", models.DeliveryDue, []bool{true, false}},
		{"a change is dropped", true, []error{gone}, "", models.DeliveryDropped, []bool{true}},
		{"what cannot be noted is not sent twice", false, []error{gone}, "forget thread", models.DeliveryDue, []bool{true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				root := noticetest.Due("root", "c", "", time.Now().Add(-time.Hour))
				root.State, root.Receipt, root.Thread = models.DeliverySent, "C1/1.1", "E"
				d := noticetest.Due("a", "c", "", time.Now())
				d.Thread, d.Amends, d.Root = "E", tt.amends, &root
				box := outboxfake.New(root, d)
				failing := errors.New("the database is locked")
				box.Fault = func(call string) error {
					if call == tt.fault {
						return failing
					}
					return nil
				}
				channel := &rooted{amending: amending{asked{scripted: scripted{script: tt.script}}}}
				if _, err := newWorker(box, map[string]Channel{"c": channel}).Drain(t.Context()); (err != nil) != (tt.fault != "") {
					t.Fatalf("Drain = %v", err)
				}
				if got := box.Row("a"); got.State != tt.want || !slices.Equal(channel.roots, tt.roots) {
					t.Errorf("%s (%s) after tries under a first message: %v; want %s after %v", got.State, got.LastError, channel.roots, tt.want, tt.roots)
				}
				if got := box.Row("root").LastError == models.ThreadGone; got != (tt.fault == "") {
					t.Errorf("the thread is forgotten: %v", got)
				}
			})
		})
	}
}

// A refusal that may have come after the message was taken is looked up before the next
// try, and costs no attempt.
func TestBlockedMessageThatMayHaveArrivedIsLookedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := outboxfake.New(noticetest.Due("a", "c", "", time.Now()))
		refusal := Errorf(Blocked, "what nobody knows")
		refusal.MayHaveArrived = true
		channel := &asked{scripted: scripted{script: []error{refusal}}}
		runFor(t, newWorker(box, map[string]Channel{"c": channel}), time.Hour)
		if got := box.Row("a"); got.State != models.DeliverySent || channel.finds != 1 || got.Attempts != 1 {
			t.Errorf("%s after %d lookups and %d attempts; want it sent, looked up once, and one attempt", got.State, channel.finds, got.Attempts)
		}
	})
}
