package app

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/scanner"
)

// Every event counts once, by the best that became of it, so that the numbers add up.
func TestOutcomesOfAScan(t *testing.T) {
	change := func(event string, kind models.ChangeKind) models.Change {
		return models.Change{Kind: kind, Event: models.Event{ID: event}}
	}
	notice := func(event, recipient string, set func(*models.Notice)) models.Notice {
		n := models.Notice{Subject: "event", SubjectID: event, Recipient: recipient, Content: models.Content{Alert: &models.Alert{EventID: event, Title: event}}}
		if set != nil {
			set(&n)
		}
		return n
	}
	held := func(n *models.Notice) { n.HeldReasons = models.NewReasons(models.ReasonMuted, models.ReasonArgs{}) }
	deferred := func(n *models.Notice) { n.WaitUntil = time.Unix(1, 0) }
	got := newSourceScan(scanner.Result{
		Changes: []models.Change{
			change("sent", models.Opened), change("sent", models.Copied), change("later", models.Opened), change("held", models.Opened),
			change("nobody", models.Opened), change("known", models.Copied), change("silent", models.Copied),
		},
		Notices: []models.Notice{
			notice("sent", "desk", held), notice("sent", "legal", nil), notice("sent", "press", deferred),
			notice("later", "desk", deferred), notice("later", "legal", held),
			notice("held", "desk", held), notice("known", "desk", held),
			{Subject: "source", Content: models.Content{Health: &models.HealthReport{}}},
		},
	})
	if diff := cmp.Diff(Outcomes{Sent: 1, Deferred: 1, Held: 1, Unrouted: 1}, got.NewEvents); diff != "" {
		t.Errorf("new events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Outcomes{Held: 1}, got.Updates); diff != "" {
		t.Errorf("updates (-want +got):\n%s", diff)
	}
	if len(got.Alerts) != 1 || got.Alerts[0].EventID != "sent" {
		t.Errorf("alerts %+v, want one", got.Alerts)
	}
	var lines []string
	for _, h := range got.Held {
		line := h.EventID + " for " + h.Recipient
		if h.Partly {
			line += ", others get it"
		}
		if !h.Until.IsZero() {
			line += ", later"
		}
		lines = append(lines, line)
	}
	want := []string{"sent for desk, others get it", "sent for press, others get it, later", "later for desk, later", "later for legal", "held for desk", "known for desk"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
}

// A scanner that has not looked for due work for MaxTickAge gives the watchdog no sign of life.
func TestWatchdogHearsOfAScannerThatStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ticks := 0
		e := &Engine{scanner: &scanner.Scanner{Tick: func() { ticks++ }}}
		alive := e.watchTicks()
		if !alive() {
			t.Error("the scanner stands still before it begins")
		}
		time.Sleep(MaxTickAge + time.Second)
		if alive() {
			t.Errorf("the scanner works %s after its last tick", MaxTickAge+time.Second)
		}
		e.scanner.Tick()
		if !alive() || ticks != 1 {
			t.Errorf("after a tick: alive %v, %d ticks passed on; want true, 1", alive(), ticks)
		}
	})
}
