package notifier

import (
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

func TestPlanUnsubscribeRequestReportsOnceADay(t *testing.T) {
	routing := models.Routing{
		Recipients: map[string]models.Recipient{
			"admin": {Name: "admin", Destinations: []models.Destination{{Channel: "slack"}}, Zone: "Asia/Hong_Kong"},
			"gone":  {Name: "gone"},
		},
		Health: []string{"admin", "gone"},
	}
	ask := models.OptOut{Subscription: "hk-policy/legal", Address: "mail:legal@example.org", OptedOutAt: noticetest.At("2026-08-28T06:05:00Z")}
	first := PlanUnsubscribeRequest(ask, routing)
	if len(first) != 2 || len(first[0].Deliveries) != 1 || !first[1].IsHeld() {
		t.Fatalf("planned %+v; want one for the admin and one that is held", first)
	}
	ask.OptedOutAt = noticetest.At("2026-08-28T20:00:00Z")
	if again := PlanUnsubscribeRequest(ask, routing); again[0].ID != first[0].ID {
		t.Error("asking again on the same day is told again")
	}
	ask.OptedOutAt = noticetest.At("2026-08-29T06:05:00Z")
	if next := PlanUnsubscribeRequest(ask, routing); next[0].ID == first[0].ID {
		t.Error("asking on the next day is not told")
	}
	if h := first[0].Content.Health; h.Subject != "subscription" || h.Name != "hk-policy/legal" || h.Detail != "mail:legal@example.org" {
		t.Errorf("the notice tells of %+v, want the subscription and the address", h)
	}
}
