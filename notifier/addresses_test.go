package notifier

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// mailTo returns a recipient with mail addresses.
func mailTo(addresses ...string) models.Recipient {
	r := models.Recipient{Zone: "UTC"}
	for _, a := range addresses {
		r.Destinations = append(r.Destinations, models.Destination{Channel: "mail", Address: a})
	}
	return r
}

// mailing returns a routing whose default route leads to the recipients.
func mailing(recipients map[string]models.Recipient) models.Routing {
	r := models.Routing{Recipients: make(map[string]models.Recipient), Routes: []models.Route{{Path: models.DefaultRoute}}, Amends: map[string]bool{"mail": true}}
	for _, name := range []string{"compliance", "legal"} {
		to, there := recipients[name]
		if !there {
			continue
		}
		to.Name = name
		r.Recipients[name] = to
		r.Routes[0].Lines = append(r.Routes[0].Lines, models.RouteLine{Recipient: name})
		r.Health = append(r.Health, name)
	}
	return r
}

func deliveredTo(notices []models.Notice) []string {
	var all []string
	for _, n := range notices {
		for _, d := range n.Deliveries {
			all = append(all, d.Destination)
		}
	}
	return all
}

// Every plan treats two spellings of a mail address as one destination, within a
// recipient and across recipients, and sends to it as it was written.
func TestPlanSendsOneMailToTwoSpellingsOfAnAddress(t *testing.T) {
	both := []models.Routing{
		mailing(map[string]models.Recipient{"compliance": mailTo("info@bücher.example.com", "Info@XN--BCHER-KVA.example.com")}),
		mailing(map[string]models.Recipient{"compliance": mailTo("info@bücher.example.com"), "legal": mailTo("Info@XN--BCHER-KVA.example.com")}),
	}
	want := []string{"mail:info@bücher.example.com"}
	for _, routing := range both {
		known := change(models.Copied, match("yuan", models.High, models.Subject))
		known.Event.Revision = 2
		for _, name := range slices.Sorted(maps.Keys(routing.Recipients)) {
			known.Event.Notified = append(known.Event.Notified, models.Notified{Recipient: name, Severity: models.High, Rules: []string{"yuan"}, Official: true})
		}
		first, second := alertOf("E1"), alertOf("E2")
		waiting := []models.Notice{first, second}
		if _, two := routing.Recipients["legal"]; two {
			for _, n := range []models.Notice{first, second} {
				n.Recipient, n.Subscriptions = "legal", []string{"default/legal"}
				n.ID = n.Key()
				waiting = append(waiting, n)
			}
		}
		slow := routing
		slow.Recipients = make(map[string]models.Recipient)
		for name, r := range routing.Recipients {
			r.Frequency = models.Frequency{Kind: models.Daily}
			slow.Recipients[name] = r
		}
		gone := alertOf("E1")
		gone.Recipient = "somebody who is gone"
		critical := alertOf("E1")
		critical.EscalateTo, critical.EscalateAt = models.DefaultRoute, noon
		escalated, _ := PlanEscalation(critical, models.Event{ID: "E1"}, routing, models.PlanContext{}, noon)

		plans := map[string][]string{
			"an alert":                    deliveredTo(Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, routing, models.PlanContext{}, noon)),
			"an amendment":                deliveredTo(Plan([]models.Change{known}, routing, models.PlanContext{}, noon)),
			"an alert that waited":        deliveredTo(PlanFlush(waiting[:1], nil, routing, models.PlanContext{}, noon)),
			"a summary":                   deliveredTo(PlanFlush(waiting, nil, slow, models.PlanContext{}, noon)),
			"an alert for who is gone":    deliveredTo(PlanFlush([]models.Notice{gone}, nil, routing, models.PlanContext{}, noon)),
			"an escalation":               deliveredTo(escalated),
			"a status of who was alerted": deliveredTo(PlanStatus(models.Event{ID: "E1"}, Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, routing, models.PlanContext{}, noon), models.Status{}, routing, noon)),
		}
		for name, got := range plans {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d recipients: %s mismatch (-want +got):\n%s", len(routing.Recipients), name, diff)
			}
		}
	}
	digest := subscription("UTC")
	digest.To = mailTo("team@example.com", "TEAM@Example.com").Destinations
	digest.Recipients = []string{"compliance"}
	readers := mailing(map[string]models.Recipient{"compliance": mailTo("Team@example.com", "head@example.com")})
	_, made := PlanDigest(digest, week(digest), Gathered{Routing: readers}, noon)
	if diff := cmp.Diff([]string{"mail:team@example.com", "mail:head@example.com"}, deliveredTo(made)); diff != "" {
		t.Errorf("a digest mismatch (-want +got):\n%s", diff)
	}
	health := mailing(map[string]models.Recipient{"compliance": mailTo("team@example.com", "TEAM@Example.com")})
	if got := deliveredTo(PlanHealth(models.SourceState{}, models.SourceState{Health: models.Failing}, models.Source{ID: "hkma"}, health, noon)); len(got) != 1 {
		t.Errorf("the health of a source goes to %v, want it once", got)
	}
}

func TestPlanComparesSlackChannelsExactly(t *testing.T) {
	r := mailing(map[string]models.Recipient{"compliance": {Destinations: []models.Destination{{Channel: "slack", Address: "#Legal"}, {Channel: "slack", Address: "#legal"}}}})
	want := []string{"slack:#Legal", "slack:#legal"}
	got := deliveredTo(Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, r, models.PlanContext{}, noon))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Plan mismatch (-want +got):\n%s", diff)
	}
}

func TestOptOutAppliesToEverySpelling(t *testing.T) {
	tests := []struct {
		name          string
		written, left string
		forced        bool // the opt-out
		mandatory     bool // the subscription
		gets          bool
	}{
		{"another case of the domain", "team@Example.com", "team@example.com", false, false, false},
		{"another case before the @", "team@example.com", "Team@example.com", false, false, false},
		{"an A-label in the configuration", "info@xn--bcher-kva.example.com", "info@bücher.example.com", false, false, false},
		{"an A-label in the opt-out", "info@BÜCHER.example.com", "info@xn--bcher-kva.example.com", false, false, false},
		{"a mandatory one", "team@Example.com", "team@example.com", false, true, true},
		{"a mandatory one, forced", "team@Example.com", "team@example.com", true, true, false},
		{"another address", "team@example.com", "team@example.org", false, false, true},
	}
	for _, tt := range tests {
		routing := mailing(map[string]models.Recipient{"compliance": mailTo(tt.written)})
		routing.Routes[0].Lines[0].Mandatory = tt.mandatory
		outs := []models.OptOut{
			{Subscription: "default/compliance", Address: "mail:" + tt.left, Forced: tt.forced},
			{Subscription: "weekly", Address: "mail:" + tt.left, Forced: tt.forced},
		}
		c := models.PlanContext{OptOuts: outs}
		alert := change(models.Opened, match("yuan", models.High, models.Subject))
		critical := alertOf("E1")
		critical.EscalateTo, critical.EscalateAt = models.DefaultRoute, noon
		escalated, _ := PlanEscalation(critical, models.Event{ID: "E1"}, routing, c, noon)
		escalated = slices.DeleteFunc(escalated, func(n models.Notice) bool { return n.Kind == models.NoticeHealth })
		gone := alertOf("E1")
		gone.Recipient = "somebody who is gone"
		digest := subscription("UTC")
		digest.Mandatory, digest.To = tt.mandatory, routing.Recipients["compliance"].Destinations
		_, made := PlanDigest(digest, week(digest), Gathered{OptOuts: outs}, noon)
		for name, notices := range map[string][]models.Notice{
			"Plan":                      Plan([]models.Change{alert}, routing, c, noon),
			"PlanFlush":                 PlanFlush([]models.Notice{alertOf("E1")}, nil, routing, c, noon),
			"PlanFlush for who is gone": PlanFlush([]models.Notice{gone}, nil, routing, c, noon),
			"PlanEscalation":            escalated,
			"PlanDigest":                made,
		} {
			if gets := len(deliveredTo(notices)) > 0; gets != tt.gets {
				t.Errorf("%s: by %s it gets a mail: %v, want %v", tt.name, name, gets, tt.gets)
			}
		}
		explained := Explain([]models.Change{alert}, routing, c, noon)[0]
		if gets := len(explained.Over) > 0; gets != tt.gets {
			t.Errorf("%s: Explain says it goes to %v, and not to %v", tt.name, explained.Over, explained.Left)
		}
	}
}

// The hours of a recipient apply to every spelling of the address.
func TestFlushKeepsHoursForEverySpelling(t *testing.T) {
	asleep := mailTo("team@example.com", "Team@example.com")
	asleep.Hours = models.Hours{From: 14 * time.Hour, To: 15 * time.Hour}
	gone := alertOf("E1")
	gone.Recipient = "somebody who is gone"
	for _, n := range PlanFlush([]models.Notice{gone}, nil, mailing(map[string]models.Recipient{"compliance": asleep}), models.PlanContext{}, noon) {
		for _, d := range n.Deliveries {
			if want := noon.Add(2 * time.Hour); !d.NotBefore.Equal(want) {
				t.Errorf("%s is due at %s, want %s", d.Destination, d.NotBefore, want)
			}
		}
	}
}

func TestPlanChannelHealthAvoidsOtherSpellingOfFailingAddress(t *testing.T) {
	routing := mailing(map[string]models.Recipient{"compliance": mailTo("Team@Example.com"), "legal": mailTo("legal@example.com")})
	h := models.ChannelHealth{Channel: "mail", Address: "team@example.com", Health: models.Failing, Since: noon}
	if diff := cmp.Diff([]string{"mail:legal@example.com"}, deliveredTo(PlanChannelHealth(h, routing, noon))); diff != "" {
		t.Errorf("PlanChannelHealth mismatch (-want +got):\n%s", diff)
	}
}

func TestPlanUnsubscribeRequestReportsEachAddressOnce(t *testing.T) {
	routing := mailing(map[string]models.Recipient{"compliance": mailTo("head@example.com")})
	ask := models.OptOut{Subscription: "hk/legal", Address: "mail:team@example.com", OptedOutAt: noon}
	again := ask
	again.Address = "mail:team@Example.com"
	first, second := PlanUnsubscribeRequest(ask, routing), PlanUnsubscribeRequest(again, routing)
	if first[0].ID != second[0].ID {
		t.Error("two spellings of one address make two notices on one day")
	}
	if got := second[0].Content.Health.Detail; got != "mail:team@Example.com" {
		t.Errorf("the notice names %s, want the address as it was written", got)
	}
}
