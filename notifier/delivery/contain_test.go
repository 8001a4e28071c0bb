package delivery

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// crashing panics where a test wants it to: in the call at for the delivery bad, or in
// a call that concerns none.
type crashing struct {
	scripted

	at string
}

func (c *crashing) crash(at string) {
	if c.at == at {
		panic("a page of s3cret")
	}
}

func (c *crashing) Send(ctx context.Context, d models.Delivery) (string, error) {
	if d.ID == "bad" {
		c.crash("Send")
	}
	return c.scripted.Send(ctx, d)
}

func (c *crashing) Find(_ context.Context, d models.Delivery) (string, bool, error) {
	if d.ID == "bad" {
		c.crash("Find")
	}
	return "", false, nil
}

func (c *crashing) Pace() time.Duration        { c.crash("Pace"); return 0 }
func (c *crashing) MaxSendTime() time.Duration { c.crash("MaxSendTime"); return 0 }
func (c *crashing) MaxInProgress() int         { c.crash("MaxInProgress"); return 0 }
func (c *crashing) Amends() bool               { c.crash("Amends"); return true }
func (c *crashing) Idle()                      { c.crash("Idle") }

func TestPanicStopsNeitherOtherDeliveriesNorOtherChannels(t *testing.T) {
	tests := []struct {
		at   string
		want models.DeliveryState // of the delivery bad
		says string               // its error
	}{
		{"Send", models.DeliveryDue, crashed(Ambiguous).Error()},
		{"Find", models.DeliveryDue, crashed(Temporary).Error()},
		{"Pace", models.DeliverySent, ""},
		{"MaxSendTime", models.DeliverySent, ""},
		{"MaxInProgress", models.DeliverySent, ""},
		{"Amends", models.DeliverySent, ""},
		{"Idle", models.DeliverySent, ""},
		{"OnResult", models.DeliverySent, ""},
		{"OnHealth", models.DeliverySent, ""},
		{"Troubled", models.DeliverySent, ""},
	}
	for _, tt := range tests {
		t.Run(tt.at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				bad := noticetest.Due("bad", "c", "x", start)
				bad.StartedAt = start.Add(-time.Minute)
				amendment := noticetest.Due("amendment", "c", "x", start)
				amendment.Amends, amendment.Root = true, &models.Delivery{Receipt: "1"}
				box := outboxfake.New(bad, noticetest.Due("good", "c", "x", start), amendment, noticetest.Due("other", "o", "", start))
				var log bytes.Buffer
				d := newWorker(box, map[string]Channel{"c": &crashing{scripted{start: start}, tt.at}, "o": &scripted{start: start}})
				d.Log = slog.New(slog.NewTextHandler(&log, nil))
				in := func(at string) {
					if tt.at == at {
						panic("a page of s3cret")
					}
				}
				d.OnResult = func(r Result) {
					if r.Delivery.ID == "bad" {
						in("OnResult")
					}
				}
				d.OnHealth = func(context.Context, models.ChannelHealth) error { in("OnHealth"); return nil }
				d.Troubled = func(context.Context) ([]models.ChannelHealth, error) {
					in("Troubled")
					// It delivers again, which is reported.
					return []models.ChannelHealth{{Channel: "c", Health: models.Failing, Since: start.Add(-time.Hour)}}, nil
				}
				sum, err := d.Drain(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for id, want := range map[string]models.DeliveryState{"bad": tt.want, "good": models.DeliverySent, "other": models.DeliverySent} {
					if got := box.Row(id).State; got != want {
						t.Errorf("%s is %s, want %s", id, got, want)
					}
				}
				if got := box.Row("bad"); got.LastError != tt.says {
					t.Errorf("its error is %q, want %q", got.LastError, tt.says)
				}
				logged := strings.Count(log.String(), "panic contained")
				if sum.Panics == 0 || sum.Panics != logged || !strings.Contains(log.String(), "contain_test.go") {
					t.Errorf("%d panics counted and %d logged; want them equal, with a stack:\n%s", sum.Panics, logged, &log)
				}
			})
		})
	}
}

// A message that always crashes is given up like one that always fails.
func TestMessageThatAlwaysCrashesIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		box := outboxfake.New(noticetest.Due("bad", "c", "x", start))
		runFor(t, newWorker(box, map[string]Channel{"c": &crashing{scripted{start: start}, "Send"}}), 48*time.Hour)
		row := box.Row("bad")
		if diff := cmp.Diff(models.DeliveryDead, row.State); diff != "" || row.Attempts != 12 || strings.Contains(row.LastError, "s3cret") {
			t.Errorf("%s after %d attempts: %s", row.State, row.Attempts, row.LastError)
		}
	})
}
