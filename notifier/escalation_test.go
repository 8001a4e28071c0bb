package notifier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestPlanEscalation(t *testing.T) {
	ladder := models.Routing{
		Recipients: map[string]models.Recipient{
			"compliance": {Destinations: []models.Destination{{Channel: "slack"}}, Zone: "Asia/Hong_Kong"},
			"head":       {Destinations: []models.Destination{{Channel: "mail", Address: "head@example.com"}}, Zone: "Europe/London", Hours: office, Frequency: models.Frequency{Kind: models.Weekly}},
			"board":      {Destinations: []models.Destination{{Channel: "mail", Address: "board@example.com"}}, Zone: "Europe/London"},
			"nowhere":    {},
		},
		Routes: []models.Route{
			{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "compliance"}}},
			{Path: "around", Routes: []models.Route{{Path: "around/within", Lines: []models.RouteLine{{Recipient: "head"}}}}},
			{Path: "up", Lines: []models.RouteLine{{Recipient: "head"}, {Recipient: "nowhere"}}, Escalate: models.Escalation{After: time.Hour, To: "up/most"}, Routes: []models.Route{
				{Path: "up/most", Lines: []models.RouteLine{{Recipient: "board", Mandatory: true}}},
			}},
		},
	}
	alert := waiter(models.NoticeAlert, "E1", 0, models.Critical, "yuan")
	alert.WaitUntil, alert.WaitReasons, alert.CreatedAt = time.Time{}, nil, noon.Add(-30*time.Minute-20*time.Second)
	alert.EscalateAt, alert.EscalateTo = noon.Add(-20*time.Second), "up"
	gone, most, empty := alert, alert, alert
	gone.EscalateTo, most.EscalateTo, empty.EscalateTo = "sideways", "up/most", "around"
	left := []models.OptOut{{Subscription: "up/head", Address: "mail:head@example.com"}, {Subscription: "up/most/board", Address: "mail:board@example.com"}}
	mark := func(by string, relevant bool) models.Feedback {
		return models.Feedback{EventID: "E1", By: by, Relevant: relevant}
	}

	const why = "not_assigned compliance 30m0s"
	tests := []struct {
		name  string
		told  models.Notice
		event models.Event
		c     models.PlanContext
		want  []string
		stop  string
	}{
		{
			"to the next route, whatever the hour, and on from there", alert,
			models.Event{ID: "E1"},
			models.PlanContext{},
			[]string{
				"escalation E1/0 head up/head " + why + " → mail:head@example.com, on at 13:00 to up/most",
				"escalation E1/0 nowhere up/nowhere " + why + " held: no destination, recipient nowhere, on at 13:00 to up/most",
			},
			"",
		},
		{"a route that is gone", gone, models.Event{ID: "E1"}, models.PlanContext{}, []string{"escalation E1/0 compliance default/compliance " + why + " → slack"}, ""},
		{"a route that tells nobody itself any more", empty, models.Event{ID: "E1"}, models.PlanContext{}, []string{"escalation E1/0 compliance default/compliance " + why + " → slack"}, ""},
		{"nobody leaves a mandatory line", most, models.Event{ID: "E1"}, models.PlanContext{OptOuts: left}, []string{"escalation E1/0 board up/most/board " + why + " → mail:board@example.com"}, ""},
		{"marked as not relevant", alert, models.Event{ID: "E1", Feedback: []models.Feedback{mark("ada", false)}}, models.PlanContext{}, nil, "not relevant"},
		{"where people disagree it goes on", most, models.Event{ID: "E1", Feedback: []models.Feedback{mark("ada", false), mark("bob", true)}}, models.PlanContext{}, []string{"escalation E1/0 board up/most/board " + why + " → mail:board@example.com"}, ""},
		{"muted", alert, models.Event{ID: "E1"}, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E1"}}}, nil, "muted, event E1, until 0001-01-01T00:00:00Z"},
		{
			"a mute of something else", most,
			models.Event{ID: "E1"},
			models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E2"}, {Kind: models.MuteEvent, Target: "E1", Recipient: "desk"}}},
			[]string{"escalation E1/0 board up/most/board " + why + " → mail:board@example.com"},
			"",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			notices, stopped := PlanEscalation(tt.told, tt.event, ladder, tt.c, noon)
			var got []string
			for _, n := range notices {
				why := n.Content.Alert.Trigger[0]
				line := fmt.Sprintf("%s %s/%d %s %s %s %s %s", n.Kind, n.SubjectID, n.SubjectRevision, n.Recipient, n.Subscriptions[0], why.Kind, why.Args.Recipient, why.Args.Duration)
				if n.IsHeld() {
					line += " held: " + n.HeldReasons.String()
				}
				for _, d := range n.Deliveries {
					line += " → " + d.Destination
				}
				if !n.EscalateAt.IsZero() {
					line += ", on at " + n.EscalateAt.Format("15:04") + " to " + n.EscalateTo
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || stopped.String() != tt.stop {
				t.Errorf("stopped for %q, want %q; to (-want +got):\n%s", stopped, tt.stop, diff)
			}
		})
	}
}

// An escalation shows the current event, in the thread of the event into which it was
// merged, and once at a shared destination.
func TestPlanEscalationShowsCurrentEvent(t *testing.T) {
	r := models.Routing{
		Recipients: map[string]models.Recipient{
			"head":   {Destinations: []models.Destination{{Channel: "slack"}}},
			"deputy": {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "deputy@example.com"}}},
		},
		Routes: []models.Route{to(models.DefaultRoute, "head"), to("up", "head", "deputy")},
	}
	told := waiter(models.NoticeAlert, "E1", 0, models.Critical, "yuan")
	told.EscalateTo = "up"
	told.Content.Alert.Dates = []models.KeyDate{{Kind: "deadline", Day: "2026-05-01"}}
	event := models.Event{
		ID: "E9", Stage: "adopted", Official: true, Dates: []models.KeyDate{{Kind: "deadline", Day: "2026-04-01"}},
		Articles: []models.EventArticle{{Link: told.Content.Alert.Link}, {SourceName: "SFC", Link: "https://sfc.example/1"}},
	}
	notices, _ := PlanEscalation(told, event, r, models.PlanContext{}, noon)
	var to []string
	for _, n := range notices {
		a := n.Content.Alert
		if a.Stage != "adopted" || !a.Official || a.Dates[0].Day != "2026-04-01" || len(a.OtherSources) != 1 {
			t.Errorf("%s is told %+v, want the event as it stands", n.Recipient, a)
		}
		for _, d := range n.Deliveries {
			to = append(to, n.Recipient+" "+d.Destination+" in "+d.Thread)
		}
	}
	if diff := cmp.Diff([]string{"head slack in E9", "deputy mail:deputy@example.com in E9"}, to); diff != "" {
		t.Errorf("to (-want +got):\n%s", diff)
	}
	if told.Content.Alert.Stage != "" {
		t.Error("the notice that was given has changed")
	}
}
