package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// team is a routing in which anna is absent from 1 to 3 March in Tokyo, and ben is the
// deputy.
func team() models.Routing {
	mail := func(name string) []models.Destination {
		return []models.Destination{{Channel: "mail", Address: name + "@example.com"}}
	}
	return models.Routing{
		Recipients: map[string]models.Recipient{
			"anna": {
				Name: "anna", Destinations: mail("anna"), Zone: "Asia/Tokyo", Language: "zh-Hant", MinSeverity: models.Medium,
				Deputies: []models.Deputy{{Recipient: "ben", From: "2026-03-01", To: "2026-03-03"}},
			},
			"ben": {Name: "ben", Destinations: append(mail("ben"), models.Destination{Channel: "slack"}), Zone: "Europe/London", Language: "en"},
		},
		Routes: []models.Route{to("default", "anna"), to("both", "anna", "ben"), {Path: "must", Lines: []models.RouteLine{{Recipient: "anna", Mandatory: true}}}},
		Health: []string{"anna"},
		Amends: map[string]bool{"mail": true, "slack": true},
	}
}

const standsIn = "deputy, recipient anna, day 2026-03-03"

func TestPlanSendsToDeputy(t *testing.T) {
	high := match("yuan", models.High, models.Subject)
	low := match("yuan", models.Low, models.Subject)
	critical := match("yuan", models.Critical, models.Subject)
	both := match("yuan", models.High, models.Subject, "both")
	other := match("ban", models.High, models.Subject, "default")
	must := match("yuan", models.High, models.Subject, "must")
	left := func(line, address string) models.OptOut {
		return models.OptOut{Subscription: line, Address: address}
	}
	nightly := team()
	ben := nightly.Recipients["ben"]
	ben.Hours = models.Hours{From: 20 * time.Hour, To: 23 * time.Hour, Holidays: map[string]bool{"2026-03-02": true}}
	nightly.Recipients["ben"] = ben
	anna := nightly.Recipients["anna"]
	anna.Hours = models.Hours{Days: []time.Weekday{time.Saturday}}
	nightly.Recipients["anna"] = anna

	const why = " | matched, rule yuan, route default; " + standsIn + " | default/anna"
	tests := []struct {
		name    string
		routing models.Routing
		now     string
		matches []models.Match
		outs    []models.OptOut
		want    []string
	}{
		{"on the day before", team(), "2026-02-28T14:59:59Z", []models.Match{high}, nil, []string{"alert E1/1 anna high → mail:anna@example.com | matched, rule yuan, route default | default/anna"}},
		{"from the first moment of the first day where they are", team(), "2026-02-28T15:00:00Z", []models.Match{high}, nil, []string{"alert E1/1 anna high → mail:ben@example.com → slack" + why}},
		{"to the last of the last day", team(), "2026-03-03T14:59:59Z", []models.Match{high}, nil, []string{"alert E1/1 anna high → mail:ben@example.com → slack" + why}},
		{"and no longer", team(), "2026-03-03T15:00:00Z", []models.Match{high}, nil, []string{"alert E1/1 anna high → mail:anna@example.com | matched, rule yuan, route default | default/anna"}},
		{"critical alerts too", team(), "2026-03-02T12:00:00Z", []models.Match{critical}, nil, []string{"alert E1/1 anna critical → mail:ben@example.com → slack" + why}},
		{"the least severity is that of who is away", team(), "2026-03-02T12:00:00Z", []models.Match{low}, nil, []string{"alert E1/1 anna low held: below severity, recipient anna, severity low, minimum medium" + why}},
		{"one who gets it anyway gets it once, as themselves", team(), "2026-03-02T12:00:00Z", []models.Match{both}, nil, []string{
			"alert E1/1 ben high → mail:ben@example.com → slack | matched, rule yuan, route both | both/ben",
			"alert E1/1 anna high | matched, rule yuan, route both; " + standsIn + " | both/anna",
		}},
		{"but for what only the absent would hear of", team(), "2026-03-02T12:00:00Z", []models.Match{both, other}, nil, []string{
			"alert E1/1 ben high → mail:ben@example.com → slack | matched, rule yuan, route both | both/ben",
			"alert E1/1 anna high → mail:ben@example.com → slack | matched, rule ban yuan, route default both; " + standsIn + " | default/anna both/anna",
		}},
		{"who had left is not told through a deputy", team(), "2026-03-02T12:00:00Z", []models.Match{high}, []models.OptOut{left("default/anna", "mail:anna@example.com")}, []string{
			"alert E1/1 anna high held: opted out, recipient anna, subscription default/anna" + why,
		}},
		{"the deputy may leave that line", team(), "2026-03-02T12:00:00Z", []models.Match{high}, []models.OptOut{left("default/anna", "mail:ben@example.com")}, []string{"alert E1/1 anna high → slack" + why}},
		{"but for one that is mandatory", team(), "2026-03-02T12:00:00Z", []models.Match{must}, []models.OptOut{left("must/anna", "mail:ben@example.com"), left("must/anna", "mail:anna@example.com")}, []string{
			"alert E1/1 anna high → mail:ben@example.com → slack | matched, rule yuan, route must; " + standsIn + " | must/anna",
		}},
		{"the hours are the deputy's", nightly, "2026-03-01T12:00:00Z", []models.Match{high}, nil, []string{"alert E1/1 anna high" + why + " | waits until 1 Mar 20:00: outside hours, recipient ben"}},
		{"and so are the holidays", nightly, "2026-03-02T12:00:00Z", []models.Match{high}, nil, []string{"alert E1/1 anna high" + why + " | waits until 3 Mar 20:00: holiday, recipient ben, day 2026-03-02"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			notices := Plan([]models.Change{change(models.Opened, tt.matches...)}, tt.routing, models.PlanContext{OptOuts: tt.outs}, readTime(t, tt.now))
			var got []string
			for _, n := range notices {
				got = append(got, full(n))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Plan mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanUsesLanguageAndZoneOfDeputy(t *testing.T) {
	notices := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, team(), models.PlanContext{}, noon)
	if c := notices[0].Content; c.Language != "en" || c.Alert.Zone != "Europe/London" {
		t.Errorf("the alert is in %s and %s; want the deputy's", c.Language, c.Alert.Zone)
	}
}

// Notices to the deputy count as sent to the absent recipient: later changes are updates,
// and both destinations show the status.
func TestPlanSendsNothingTwiceAfterAbsence(t *testing.T) {
	back := readTime(t, "2026-03-05T12:00:00Z")
	first := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, team(), models.PlanContext{}, noon)
	history := []models.Notified{{Recipient: first[0].Recipient, Severity: models.High, Rules: []string{"yuan"}, Official: true}}
	again, graver := change(models.Copied, match("yuan", models.High, models.Subject)), change(models.Copied, match("yuan", models.Critical, models.Subject))
	again.Event.Notified, again.Event.Revision = history, 2
	graver.Event.Notified, graver.Event.Revision = history, 2

	const places = " → mail:anna@example.com → mail:ben@example.com → slack"
	for _, tt := range []struct {
		name   string
		change models.Change
		now    time.Time
		want   []string
	}{
		{"nothing new", again, back, []string{"alert", "amend E1/2/2 anna high" + places}},
		{"news after the absence", graver, back, []string{"update E1/2 anna critical → mail:anna@example.com", "amend E1/2/2 anna high" + places}},
		{"news within it", graver, noon, []string{"update E1/2 anna critical → mail:ben@example.com → slack", "amend E1/2/2 anna high" + places}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := told(Plan([]models.Change{tt.change}, team(), models.PlanContext{}, tt.now))
			if tt.want[0] == "alert" {
				tt.want[0] = "update E1/2 anna high held: known, source HKMA, joined by a copy of the text"
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Plan mismatch (-want +got):\n%s", diff)
			}
		})
	}
	// Before the absence the deputy received nothing.
	if got := pastDestinations(team(), "anna", readTime(t, "2026-02-27T00:00:00Z")); len(got) != 1 {
		t.Errorf("before the absence the event may have been told at %v; want anna's place alone", got)
	}
}

func TestFlushFollowsStartAndEndOfAbsence(t *testing.T) {
	r := team()
	ben := r.Recipients["ben"]
	ben.Hours = models.Hours{From: 14 * time.Hour, To: 16 * time.Hour}
	r.Recipients["ben"] = ben
	waited := alertOf("E1")
	waited.Recipient, waited.Subscriptions = "anna", []string{"default/anna"}
	waited.Content.Language, waited.Content.Alert.Zone = "zh-Hant", "Asia/Tokyo"
	waited.ID = waited.Key()
	planned := waited // while ben was the deputy
	planned.Reasons = models.Reasons{{Kind: models.ReasonMatched}, {Kind: models.ReasonDeputy, Args: models.ReasonArgs{Recipient: "anna", Day: "2026-03-03"}}}
	planned.Content.Language = "en"

	for _, tt := range []struct {
		name           string
		waited         models.Notice
		now            time.Time
		language, zone string
		want           string
		notBefore      time.Time
	}{
		{"away since", waited, noon.Add(2 * time.Hour), "en", "Europe/London", "alert E1/0 anna medium → mail:ben@example.com → slack | " + standsIn + " | default/anna", noon.Add(2 * time.Hour)},
		{"back since", planned, noon.AddDate(0, 0, 3), "zh-Hant", "Asia/Tokyo", "alert E1/0 anna medium → mail:anna@example.com | matched | default/anna", noon.AddDate(0, 0, 3)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := PlanFlush([]models.Notice{tt.waited}, map[string]models.Event{"E1": {ID: "E1"}}, r, models.PlanContext{}, tt.now)[0]
			if full(got) != tt.want || got.Content.Language != tt.language || got.Content.Alert.Zone != tt.zone {
				t.Errorf("got  %s in %s and %s\nwant %s in %s and %s", full(got), got.Content.Language, got.Content.Alert.Zone, tt.want, tt.language, tt.zone)
			}
			for _, d := range got.Deliveries {
				if !d.NotBefore.Equal(tt.notBefore) {
					t.Errorf("%s is sent from %s; want %s, in the hours of who reads it", d.Destination, d.NotBefore, tt.notBefore)
				}
			}
		})
	}
	got := PlanFlush([]models.Notice{waited}, map[string]models.Event{"E1": {ID: "E1"}}, r, models.PlanContext{}, noon)[0]
	if !got.WaitUntil.Equal(noon.Add(2*time.Hour)) || got.WaitReasons.String() != "outside hours, recipient ben" {
		t.Errorf("before the deputy's hours it waits until %s for %q", got.WaitUntil, got.WaitReasons)
	}
}

func TestFlushSendsSummaryToDeputy(t *testing.T) {
	var waiting []models.Notice
	for _, n := range alertsOf(12) {
		n.Recipient, n.Subscriptions = "anna", []string{"default/anna"}
		n.ID = n.Key()
		waiting = append(waiting, n)
	}
	for _, n := range PlanFlush(waiting, nil, team(), models.PlanContext{}, noon) {
		if n.Kind != models.NoticeSummary {
			continue
		}
		if diff := cmp.Diff("deferred alerts, count 12; "+standsIn+"; outside hours, recipient compliance", n.Reasons.String()); diff != "" {
			t.Errorf("reasons mismatch (-want +got):\n%s", diff)
		}
		if len(n.Deliveries) != 2 || n.Deliveries[0].Destination != "mail:ben@example.com" || n.Content.Language != "en" {
			t.Errorf("the summary is sent to %v in %s; want it with the deputy", n.Deliveries, n.Content.Language)
		}
		return
	}
	t.Error("there is no summary")
}

func TestEscalationAndHealthReachDeputy(t *testing.T) {
	alert := waiter(models.NoticeAlert, "E1", 0, models.Critical, "yuan")
	alert.Recipient, alert.WaitUntil, alert.EscalateAt, alert.EscalateTo = "ben", time.Time{}, noon, "both"
	notices, _ := PlanEscalation(alert, models.Event{ID: "E1"}, team(), models.PlanContext{}, noon)
	want := []string{
		"escalation E1/0 ben critical → mail:ben@example.com → slack",
		"escalation E1/0 anna critical", // ben already has it
	}
	if diff := cmp.Diff(want, told(notices)); diff != "" {
		t.Errorf("PlanEscalation mismatch (-want +got):\n%s", diff)
	}
	alert.EscalateTo = "default"
	notices, _ = PlanEscalation(alert, models.Event{ID: "E1"}, team(), models.PlanContext{}, noon)
	notices = append(notices, PlanChannelHealth(models.ChannelHealth{Channel: "other", Health: models.Failing, Since: noon}, team(), noon)...)
	notices = append(notices, PlanHealth(models.SourceState{}, models.SourceState{Health: models.Failing}, models.Source{ID: "hkma", Name: "HKMA"}, team(), noon)...)
	notices = append(notices, PlanUnsubscribeRequest(models.OptOut{Subscription: "must/anna", Address: "mail:x@example.com", OptedOutAt: noon}, team())...)
	if len(notices) != 4 {
		t.Fatalf("%d notices; want an escalation, of a channel, of a source and of a request: %v", len(notices), told(notices))
	}
	for _, n := range notices {
		if len(n.Deliveries) != 2 || n.Deliveries[0].Destination != "mail:ben@example.com" || n.Content.Language != "en" || n.Reasons[len(n.Reasons)-1].Kind != models.ReasonDeputy {
			t.Errorf("%s of %s goes to %v in %s because %s; want it with the deputy, who is told why", n.Kind, n.Subject, n.Deliveries, n.Content.Language, n.Reasons)
		}
	}
}

func TestExplainNamesDeputy(t *testing.T) {
	all := Explain([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, team(), models.PlanContext{}, noon)
	anna := all[0]
	if diff := cmp.Diff([]string{"mail:ben@example.com", "slack"}, anna.Over); anna.Recipient != "anna" || diff != "" || anna.Reasons[1].Kind != models.ReasonDeputy {
		t.Errorf("%s is told over %v because %s; want the deputy's destinations and the reason", anna.Recipient, anna.Over, anna.Reasons)
	}
}
