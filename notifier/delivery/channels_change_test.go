package delivery

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
)

// A changed channel finishes its message in progress before its successor begins, and the
// other channels are not disturbed.
func TestSetChannelsWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		old, next, added, same := &scripted{start: start, takes: 5 * time.Second}, &scripted{start: start}, &scripted{start: start}, &scripted{start: start, takes: time.Minute}
		removed := &scripted{start: start}
		box := outboxfake.New(
			noticetest.Due("first", "changed", "", start), noticetest.Due("second", "changed", "", start),
			noticetest.Due("slow", "same", "", start),
			noticetest.Due("new", "added", "", start),
		)
		d := newWorker(box, map[string]Channel{"changed": old, "removed": removed, "same": same})
		d.SendTimeout = 2 * time.Minute
		asked := 0
		d.Troubled = func(context.Context) ([]models.ChannelHealth, error) { asked++; return nil, nil }
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		time.Sleep(time.Second)
		d.SetChannels(map[string]Channel{"changed": next, "added": added, "same": same})
		box.Add(noticetest.Due("late", "removed", "", time.Now()))
		d.Wake()
		time.Sleep(time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			channel *scripted
			want    []time.Duration
		}{
			"changed, before": {old, []time.Duration{5 * time.Second}},
			"changed, after":  {next, []time.Duration{5 * time.Second}},
			"added":           {added, []time.Duration{time.Second}},
			"same":            {same, []time.Duration{time.Minute}},
			"removed":         {removed, nil},
		} {
			if diff := cmp.Diff(tt.want, tt.channel.tries); diff != "" {
				t.Errorf("%s: sends (-want +got):\n%s", name, diff)
			}
		}
		for id, want := range map[string]models.DeliveryState{
			"first": models.DeliverySent, "second": models.DeliverySent, "slow": models.DeliverySent, "new": models.DeliverySent, "late": models.DeliveryDue,
		} {
			if got := box.Row(id).State; got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
		if asked != 3 {
			t.Errorf("reported outages were read %d times, want once at the start and once for each of the two new channels", asked)
		}
	})
}

func TestSetChannelsAfterRunStartsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := outboxfake.New()
		d := newWorker(box, map[string]Channel{"c": &scripted{start: time.Now()}})
		runFor(t, d, time.Second)
		later := &scripted{start: time.Now()}
		box.Add(noticetest.Due("a", "c", "", time.Now()))
		d.SetChannels(map[string]Channel{"c": later})
		time.Sleep(time.Hour)
		if len(later.tries) > 0 {
			t.Errorf("sent after Run had ended: %v", later.tries)
		}
	})
}
