package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// unreached returns a routing whose route team escalates, and the opt-out of its only
// address.
func unreached() (r models.Routing, teamLeft models.OptOut) {
	mail := func(name string) []models.Destination {
		return []models.Destination{{Channel: "mail", Address: name + "@example.com"}}
	}
	r = models.Routing{
		Recipients: map[string]models.Recipient{
			"desk":  {Name: "desk", Destinations: mail("desk"), Zone: "UTC"},
			"legal": {Name: "legal", Destinations: mail("legal"), Zone: "UTC"},
			"lead":  {Name: "lead", Destinations: mail("lead"), Zone: "UTC"},
			"ops":   {Name: "ops", Destinations: mail("ops"), Zone: "UTC", Hours: models.Hours{From: 20 * time.Hour, To: 21 * time.Hour}},
			"empty": {Name: "empty", Zone: "UTC"},
		},
		Routes: []models.Route{
			to("default", "legal"),
			{Path: "team", Lines: []models.RouteLine{{Recipient: "desk"}, {Recipient: "empty"}}, Escalate: models.Escalation{After: time.Hour, To: "up"}},
			{Path: "flat", Lines: []models.RouteLine{{Recipient: "desk"}}},
			to("up", "lead"),
		},
		Health: []string{"ops"},
	}
	return r, models.OptOut{Subscription: "team/desk", Address: "mail:desk@example.com"}
}

func TestPlanEscalatesUnreachedCriticalAlert(t *testing.T) {
	r, teamLeft := unreached()
	flatLeft := models.OptOut{Subscription: "flat/desk", Address: "mail:desk@example.com"}
	muted := []models.Mute{{Kind: models.MuteRule, Target: "yuan", Recipient: "legal", Until: noon.Add(time.Hour)}}
	told := func(severity models.Severity, lost bool) []models.Notified {
		return []models.Notified{{Recipient: "lead", Severity: severity, Lost: lost, At: noon}}
	}
	draft := match("ban", models.Critical, models.Subject, "up")
	draft.Draft = true
	for _, tt := range []struct {
		name     string
		severity models.Severity
		routes   []string
		c        models.PlanContext
		told     []models.Notified
		also     models.Match // of another rule
		want     []string     // the recipients of escalating notices, with route and time
	}{
		{"everybody has left", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, nil, models.Match{}, []string{"desk up 12:00"}},
		{"by a route that does not escalate", models.Critical, []string{"flat"}, models.PlanContext{OptOuts: []models.OptOut{flatLeft}}, nil, models.Match{}, []string{"desk default 12:00"}},
		{"not if it is less severe", models.High, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, nil, models.Match{}, nil},
		{"in its time if somebody gets it", models.Critical, []string{"team"}, models.PlanContext{}, nil, models.Match{}, []string{"desk up 13:00"}},
		{"not if another recipient gets it", models.Critical, []string{"team", "default"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, nil, models.Match{}, nil},
		{"not if another recipient asked for silence", models.Critical, []string{"team", "default"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}, Mutes: muted}, nil, models.Match{}, nil},
		{"not again if it has escalated before", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, told(models.Critical, false), models.Match{}, nil},
		{"but if that was lost", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, told(models.Critical, true), models.Match{}, []string{"desk up 12:00"}},
		{"or it was less severe then", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, told(models.High, false), models.Match{}, []string{"desk up 12:00"}},
		{"a mention of another rule reaches nobody", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, nil, match("ban", models.Critical, models.Mention, "up"), []string{"desk up 12:00"}},
		{"nor does a draft", models.Critical, []string{"team"}, models.PlanContext{OptOuts: []models.OptOut{teamLeft}}, nil, draft, []string{"desk up 12:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opened, copied := change(models.Opened, match("yuan", tt.severity, models.Subject, tt.routes...)), change(models.Copied, match("yuan", tt.severity, models.Subject, tt.routes...))
			if also := tt.also; also.RuleID != "" {
				opened.Matches, copied.Matches = append(opened.Matches, also), append(copied.Matches, also)
			}
			opened.Event.Notified, copied.Event.Notified = tt.told, tt.told
			copied.Event.Revision = 2
			var got []string
			for _, n := range Plan([]models.Change{opened, copied}, r, tt.c, noon) {
				if !n.EscalateAt.IsZero() {
					got = append(got, n.Recipient+" "+n.EscalateTo+" "+n.EscalateAt.Format("15:04"))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("what escalates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanEscalationFallsBackToDefaultRoute(t *testing.T) {
	r, _ := unreached()
	left := func(lines ...string) (c models.PlanContext) {
		for _, line := range lines {
			for _, who := range []string{"lead", "legal"} {
				c.OptOuts = append(c.OptOuts, models.OptOut{Subscription: line, Address: "mail:" + who + "@example.com"})
			}
		}
		return c
	}
	both := r
	both.Routes = append([]models.Route{to("default", "lead", "legal")}, r.Routes[1:]...)
	alert := waiter(models.NoticeAlert, "E1", 0, models.Critical, "yuan")
	alert.Recipient, alert.WaitUntil, alert.WaitReasons = "desk", time.Time{}, nil
	alert.HeldReasons = models.NewReasons(models.ReasonOptedOut, models.ReasonArgs{Recipient: "desk", Subscriptions: []string{"team/desk"}})
	alert.CreatedAt, alert.EscalateAt, alert.EscalateTo = noon, noon, "up"

	const why = " | opted out, recipient desk, subscription team/desk | "
	leadHeld := "escalation E1/0 lead critical held: opted out, recipient lead, subscription up/lead" + why + "up/lead"
	for _, tt := range []struct {
		name    string
		routing models.Routing
		c       models.PlanContext
		want    []string
	}{
		{"somebody is on the route", r, models.PlanContext{}, []string{"escalation E1/0 lead critical → mail:lead@example.com" + why + "up/lead"}},
		{"nobody is", r, left("up/lead"), []string{leadHeld, "escalation E1/0 legal critical → mail:legal@example.com" + why + "default/legal"}},
		{"who is on both has one notice", both, left("up/lead"), []string{
			"escalation E1/0 lead critical → mail:lead@example.com" + why + "default/lead",
			"escalation E1/0 legal critical → mail:legal@example.com" + why + "default/legal",
		}},
		{"nobody is on either", r, left("up/lead", "default/legal"), []string{
			leadHeld, "escalation E1/0 legal critical held: opted out, recipient legal, subscription default/legal" + why + "default/legal",
			"health E1/0 ops critical → mail:ops@example.com | reaches nobody, route default | health/ops",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			notices, stopped := PlanEscalation(alert, models.Event{ID: "E1"}, tt.routing, tt.c, noon)
			var got []string
			for _, n := range notices {
				got = append(got, full(n))
				if n.Kind == models.NoticeHealth && (n.Deliveries[0].NotBefore.After(noon) || n.Content.Health.Detail != "E1") {
					t.Errorf("%+v is sent from %s; want it now", n.Content.Health, n.Deliveries[0].NotBefore)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || len(stopped) > 0 {
				t.Errorf("PlanEscalation (-want +got):\n%s\nstopped %s", diff, stopped)
			}
		})
	}
}
