package delivery

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// amending is a channel that can change what it has sent, and be asked what it
// has.
type amending struct{ asked }

func (*amending) Amends() bool { return true }

func TestAmendmentIsDroppedWithoutAMessageToChange(t *testing.T) {
	root := models.Delivery{ID: "root", Receipt: "C1/1.1"}
	tests := []struct {
		name    string
		channel Channel
		root    *models.Delivery
		started bool
		want    models.DeliveryState
		tries   int
	}{
		{"changed", &amending{}, &root, false, models.DeliverySent, 1},
		{"cut before: changed again, and never looked up", &amending{}, &root, true, models.DeliverySent, 1},
		{"no first message", &amending{}, nil, false, models.DeliveryDropped, 0},
		{"a channel that cannot change anything", &asked{}, &root, false, models.DeliveryDropped, 0},
		{"the first message is gone", &amending{asked{scripted: scripted{script: []error{Errorf(Moot, "it was deleted")}}}}, &root, false, models.DeliveryDropped, 1},
		{"behind a channel that is made anew", Reopen(func() (Channel, error) { return &amending{}, nil }), &root, false, models.DeliverySent, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := noticetest.Due("a", "c", "", time.Now())
				d.Amends, d.Root = true, tt.root
				if tt.started {
					d.StartedAt = time.Now().Add(-time.Minute)
				}
				box := outboxfake.New(d)
				if _, err := newWorker(box, map[string]Channel{"c": tt.channel}).Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := box.Row("a"); got.State != tt.want || tt.want == models.DeliveryDropped && got.LastError == "" {
					t.Errorf("%s (%s), want %s", got.State, got.LastError, tt.want)
				}
				if a, ok := tt.channel.(*amending); ok && (len(a.tries) != tt.tries || a.finds != 0) {
					t.Errorf("%d tries and %d lookups, want %d and none", len(a.tries), a.finds, tt.tries)
				}
			})
		})
	}
}

// A channel that cannot be opened now may be able to amend when a person has put
// it right, so nothing is dropped meanwhile.
func TestAmendmentWaitsForAChannelThatCannotBeOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := noticetest.Due("a", "c", "", time.Now())
		d.Amends, d.Root = true, &models.Delivery{Receipt: "C1/1.1"}
		box := outboxfake.New(d)
		shut := Reopen(func() (Channel, error) { return nil, errors.New("environment variable SLACK_BOT_TOKEN is not set") })
		if _, err := newWorker(box, map[string]Channel{"c": shut}).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := box.Row("a"); got.State != models.DeliveryDue || got.LastError == "" {
			t.Errorf("%s (%s), want it due, with the reason", got.State, got.LastError)
		}
	})
}
