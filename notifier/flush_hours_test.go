package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A machine that scans once a night, outside the hours of a recipient, sends deferred
// notices on the third night at the latest.
func TestFlushOutsideHoursSendsOnThirdNight(t *testing.T) {
	r := models.Routing{
		Recipients: map[string]models.Recipient{"desk": {
			Name: "desk", Zone: "UTC", Hours: models.Hours{From: 9 * time.Hour, To: 18 * time.Hour},
			Destinations: []models.Destination{{Channel: "slack"}},
		}},
		Routes: []models.Route{to("default", "desk")},
	}
	evening := time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)
	alert := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject, "default"))}, r, models.PlanContext{}, evening)
	gone := alertOf("E2")
	gone.Recipient, gone.WaitUntil, gone.WaitReasons = "somebody who is gone", evening, nil
	gone.ID = gone.Key()
	for name, tt := range map[string]struct {
		notice models.Notice
		nights int // number of flushes
	}{
		"an alert, planned in the night before": {alert[0], 2},
		"one of who is gone":                    {gone, 3},
	} {
		t.Run(name, func(t *testing.T) {
			n, now := tt.notice, evening
			var sent []string
			for night := 1; night < 10; night++ {
				now = now.AddDate(0, 0, 1)
				if n.WaitUntil.After(now) {
					t.Fatalf("night %d: it waits until %s, after the next scan", night, n.WaitUntil)
				}
				for _, released := range PlanFlush([]models.Notice{n}, nil, r, models.PlanContext{}, now) {
					n = released
				}
				if !n.IsDeferred() {
					sent = deliveredTo([]models.Notice{n})
					if night != tt.nights {
						t.Errorf("sent in night %d, want %d", night, tt.nights)
					}
					break
				}
			}
			if diff := cmp.Diff([]string{"slack"}, sent); diff != "" {
				t.Errorf("sent to (-want +got):\n%s", diff)
			}
		})
	}
}

// Critical notices are sent outside hours, even if they were deferred with others.
func TestFlushSendsCriticalOutsideHours(t *testing.T) {
	r := models.Routing{
		Recipients: map[string]models.Recipient{"compliance": {
			Name: "compliance", Zone: "UTC", Hours: models.Hours{From: 14 * time.Hour, To: 18 * time.Hour},
			Destinations: []models.Destination{{Channel: "slack"}},
		}},
		Routes: []models.Route{to("default", "compliance")},
	}
	for severity, waits := range map[models.Severity]bool{models.High: true, models.Critical: false} {
		n := waiter(models.NoticeAlert, "E1", 0, severity, "yuan")
		n.WaitReasons = nil
		got := PlanFlush([]models.Notice{n}, nil, r, models.PlanContext{}, noon)
		if len(got) != 1 || got[0].IsDeferred() != waits || waits != (len(got[0].Deliveries) == 0) {
			t.Errorf("%s: planned %v, want it to wait: %v", severity, got, waits)
		}
	}
}

// Recipients of the default route whose deputy has unsubscribed get the notices of a
// removed recipient in their own hours.
func TestFlushForRemovedRecipientKeepsHoursOfDefaultRoute(t *testing.T) {
	r := team()
	anna, ben := r.Recipients["anna"], r.Recipients["ben"]
	ben.Hours = models.Hours{From: 20 * time.Hour, To: 21 * time.Hour}
	r.Recipients["anna"], r.Recipients["ben"] = anna, ben
	var c models.PlanContext
	for _, d := range ben.Destinations {
		address := d.Channel
		if d.Address != "" {
			address += ":" + d.Address
		}
		c.OptOuts = append(c.OptOuts, models.OptOut{Subscription: "default/anna", Address: address})
	}
	n := alertOf("E1")
	n.Recipient = "somebody who is gone"
	n.ID = n.Key()
	got := PlanFlush([]models.Notice{n}, nil, r, c, noon)
	if len(got) != 1 || got[0].IsDeferred() || len(got[0].Deliveries) == 0 {
		t.Errorf("planned %v, want it sent at once", released(got))
	}
}

func TestFlushDefersRemindersTwiceAtMost(t *testing.T) {
	_, waiting, events := manyDated(1, "weekly", "2026-04-24T08:00:00Z")
	r := remindRouting()
	weekly := r.Recipients["weekly"]
	weekly.Frequency, weekly.Hours = models.Frequency{}, models.Hours{From: 9 * time.Hour, To: 18 * time.Hour}
	r.Recipients["weekly"] = weekly
	n := waiting[0]
	var got []string
	for _, evening := range []string{"2026-04-24T20:00:00Z", "2026-04-25T20:00:00Z", "2026-04-26T20:00:00Z"} {
		planned := PlanFlush([]models.Notice{n}, events, r, models.PlanContext{}, readMoment(evening))
		got = append(got, reminded(planned)...)
		n = planned[0]
	}
	want := []string{
		"E00/deadline/2026-04-30/1 to weekly, 6 days left, waits until Sat 25 09:00",
		"E00/deadline/2026-04-30/1 to weekly, 6 days left, waits until Sun 26 09:00",
		"E00/deadline/2026-04-30/1 to weekly, 4 days left → mail:weekly@example.com",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PlanFlush (-want +got):\n%s", diff)
	}
}

// All notices of an event that every destination already has are completed.
func TestFlushCompletesNoticesSentElsewhere(t *testing.T) {
	r := shared()
	told := models.Notified{Recipient: "ben", Severity: models.High, Rules: []string{"yuan"}, At: noon.Add(-time.Hour), Destinations: r.Recipients["ben"].Destinations}
	event := models.Event{ID: "E1", Articles: []models.EventArticle{{Link: "https://example.org/E1"}}, Notified: []models.Notified{told}}
	var waiting []models.Notice
	for revision := range 2 {
		n := waiter(models.NoticeAlert, "E1", revision, models.Medium, "yuan")
		n.Recipient, n.Subscriptions = "anna", []string{"both/anna"}
		n.ID = n.Key()
		waiting = append(waiting, n)
	}
	for _, n := range PlanFlush(waiting, map[string]models.Event{"E1": event}, r, models.PlanContext{}, noon) {
		if n.IsDeferred() || len(n.Deliveries) > 0 {
			t.Errorf("revision %d waits: %v, with %d deliveries", n.SubjectRevision, n.IsDeferred(), len(n.Deliveries))
		}
		waiting = waiting[1:]
	}
	if len(waiting) > 0 {
		t.Errorf("%d notices still wait", len(waiting))
	}
}
