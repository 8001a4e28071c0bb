package notifier

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// released formats committed notices, one line each, in the order of delivery.
func released(notices []models.Notice) []string {
	names := make(map[string]string)
	name := func(n models.Notice) string { return fmt.Sprintf("%s %s/%d", n.Kind, n.SubjectID, n.SubjectRevision) }
	for _, n := range notices {
		names[n.ID] = name(n)
	}
	var lines []string
	for _, n := range notices {
		line := name(n) + " " + n.Recipient
		switch {
		case n.IsHeld():
			line += " held: " + n.HeldReasons.String()
		case n.ToldIn != "":
			line += " in " + names[n.ToldIn]
		}
		if n.IsDeferred() {
			line += " waits"
		}
		for _, d := range n.Deliveries {
			line += fmt.Sprintf(" → %s +%d", d.Destination, d.NotBefore.Sub(noon).Microseconds())
		}
		lines = append(lines, line)
	}
	return lines
}

// waiter returns a notice about an event that was deferred until noon.
func waiter(kind models.NoticeKind, event string, revision int, severity models.Severity, rule string) models.Notice {
	n := models.Notice{
		Kind: kind, Subject: "event", SubjectID: event, SubjectRevision: revision, Recipient: "compliance", Severity: severity,
		Subscriptions: []string{"default/compliance"}, CreatedAt: noon.Add(-8*time.Hour + time.Duration(revision)*time.Minute),
		WaitUntil: noon, WaitReasons: models.NewReasons(models.ReasonOutsideHours, models.ReasonArgs{Recipient: "compliance"}),
		Content: models.Content{Alert: &models.Alert{
			EventID: event, Severity: severity, Title: "Title of " + event, Link: "https://example.org/" + event,
			Why: []models.Finding{{RuleID: rule}}, Trigger: models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{}),
		}},
	}
	if kind == models.NoticeUpdate {
		n.Content.Alert.Trigger = models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
		n.Content.Alert.Updates = []models.Update{{Kind: models.UpdateSeverity, To: string(severity)}}
	}
	n.ID = n.Key()
	return n
}

func alertOf(event string) models.Notice {
	return waiter(models.NoticeAlert, event, 0, models.Medium, "yuan")
}

// withDeadline adds a deadline to an alert.
func withDeadline(n models.Notice) models.Notice {
	n.Content.Alert.Dates = []models.KeyDate{{Kind: "deadline", Day: "2031-03-31"}}
	return n
}

func alertsOf(n int) []models.Notice {
	var all []models.Notice
	for i := range n {
		all = append(all, alertOf(fmt.Sprintf("E%02d", i)))
	}
	return all
}

// daily is the routing with a daily line to compliance.
func daily() models.Routing {
	r := routing
	r.Routes = append([]models.Route{{Path: "slow", Lines: []models.RouteLine{{Recipient: "compliance", Frequency: &models.Frequency{Kind: models.Daily}}}}}, r.Routes...)
	return r
}

func TestPlanFlush(t *testing.T) {
	by := func(n models.Notice, lines ...string) models.Notice {
		n.Subscriptions = lines
		return n
	}
	to := func(n models.Notice, recipient string) models.Notice {
		n.Recipient = recipient
		n.ID = n.Key()
		return n
	}
	told := func(severity models.Severity) map[string]models.Event {
		sent := models.Notified{Recipient: "compliance", Severity: severity}
		sent.Sent.Subjects, sent.Sent.Mentions = []string{"yuan", "ban"}, []string{"licence"}
		return map[string]models.Event{"E1": {ID: "E1", Notified: []models.Notified{sent}}}
	}
	both := []models.OptOut{{Subscription: "slow/compliance", Address: "slack"}, {Subscription: "slow/compliance", Address: "mail:team@example.com"}}
	mandatory := daily()
	mandatory.Routes[0].Lines[0].Mandatory = true
	recent := func(n int) models.PlanContext {
		var at []time.Time
		for i := range n {
			at = append(at, noon.Add(-time.Duration(i)*time.Second))
		}
		return models.PlanContext{Recent: map[string][]time.Time{"compliance": at}}
	}

	tests := []struct {
		name    string
		waiting []models.Notice
		events  map[string]models.Event
		routing models.Routing
		c       models.PlanContext
		want    []string
	}{
		{
			name: "few are told one by one, in their order", waiting: []models.Notice{alertOf("E1"), alertOf("E2")},
			want: []string{
				"alert E1/0 compliance → slack +0 → mail:team@example.com +0",
				"alert E2/0 compliance → slack +1 → mail:team@example.com +1",
			},
		},
		{
			name: "an alert and its updates are one", waiting: []models.Notice{
				waiter(models.NoticeUpdate, "E1", 3, models.High, "ban"), alertOf("E1"), waiter(models.NoticeUpdate, "E1", 2, models.Low, "yuan"),
			},
			want: []string{
				"alert E1/0 compliance → slack +0 → mail:team@example.com +0",
				"update E1/2 compliance in alert E1/0", "update E1/3 compliance in alert E1/0",
			},
		},
		{
			name: "so are those of events that became one", waiting: []models.Notice{alertOf("E1"), alertOf("E2")},
			events: map[string]models.Event{"E1": {ID: "E9"}, "E2": {ID: "E9"}},
			want: []string{
				"alert E1/0 compliance → slack +0 → mail:team@example.com +0", "alert E2/0 compliance in alert E1/0",
			},
		},
		{
			name: "what comes by a line with a pace is told together, the rest by itself",
			waiting: []models.Notice{
				by(alertOf("E1"), "slow/compliance"), alertOf("E2"), by(alertOf("E3"), "slow/compliance"), by(alertOf("E4"), "slow/compliance", "default/compliance"),
			},
			routing: daily(),
			want: []string{
				"alert E2/0 compliance → slack +0 → mail:team@example.com +0",
				"alert E4/0 compliance → slack +1 → mail:team@example.com +1",
				"summary compliance/1772452800000000/0 compliance → slack +0 → mail:team@example.com +0",
				"alert E1/0 compliance in summary compliance/1772452800000000/0", "alert E3/0 compliance in summary compliance/1772452800000000/0",
			},
		},
		{
			name: "a single one needs no summary", waiting: []models.Notice{by(alertOf("E1"), "slow/compliance")}, routing: daily(),
			want: []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "what was told lately counts", waiting: []models.Notice{alertOf("E1"), alertOf("E2")}, c: recent(9),
			want: []string{
				"summary compliance/1772452800000000/0 compliance → slack +0 → mail:team@example.com +0",
				"alert E1/0 compliance in summary compliance/1772452800000000/0", "alert E2/0 compliance in summary compliance/1772452800000000/0",
			},
		},
		{
			name: "muted meanwhile", waiting: []models.Notice{alertOf("E1"), alertOf("E2"), waiter(models.NoticeAlert, "E3", 0, models.Low, "ban")},
			c: models.PlanContext{Mutes: []models.Mute{
				{Kind: models.MuteEvent, Target: "E1", By: "ada", Reason: "known", Until: noon.Add(time.Hour)},
				{Kind: models.MuteRule, Target: "ban", Until: noon.Add(time.Hour), Recipient: "compliance"},
				{Kind: models.MuteRule, Target: "yuan", Until: noon.Add(time.Hour), Recipient: "legal"},
			}},
			want: []string{
				"alert E1/0 compliance held: muted, event E1, until 2026-03-02T13:00:00Z, by ada",
				"alert E3/0 compliance held: muted, rule ban, until 2026-03-02T13:00:00Z",
				"alert E2/0 compliance → slack +0 → mail:team@example.com +0",
			},
		},
		{
			name: "a rule that is muted is still told with one that is not", waiting: []models.Notice{alertOf("E1"), waiter(models.NoticeUpdate, "E1", 2, models.Low, "ban")},
			c: models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteRule, Target: "yuan", Until: noon.Add(time.Hour)}}},
			want: []string{
				"alert E1/0 compliance → slack +0 → mail:team@example.com +0", "update E1/2 compliance in alert E1/0",
			},
		},
		{
			name: "a source that is muted", waiting: []models.Notice{alertOf("E1")},
			events: map[string]models.Event{"E1": {ID: "E1", Articles: []models.EventArticle{{SourceID: "hkma", Link: "https://example.org/E1"}}}},
			c:      models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteSource, Target: "hkma", Until: noon.Add(time.Hour)}}},
			want:   []string{"alert E1/0 compliance held: muted, source hkma, until 2026-03-02T13:00:00Z"},
		},
		{
			name: "left meanwhile", waiting: []models.Notice{by(alertOf("E1"), "slow/compliance"), by(alertOf("E2"), "slow/compliance", "default/compliance")},
			routing: daily(), c: models.PlanContext{OptOuts: both},
			want: []string{
				"alert E1/0 compliance held: opted out, recipient compliance, subscription slow/compliance",
				"alert E2/0 compliance → slack +0 → mail:team@example.com +0",
			},
		},
		{
			name: "one place has left", waiting: []models.Notice{by(alertOf("E1"), "slow/compliance")},
			routing: daily(), c: models.PlanContext{OptOuts: both[:1]},
			want: []string{"alert E1/0 compliance → mail:team@example.com +0"},
		},
		{
			name: "nobody leaves a mandatory line", waiting: []models.Notice{by(alertOf("E1"), "slow/compliance")},
			routing: mandatory, c: models.PlanContext{OptOuts: both},
			want: []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "a recipient that is gone", waiting: []models.Notice{to(alertOf("E1"), "nobody")},
			want: []string{"alert E1/0 nobody → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "a recipient that is gone, where those of the default route have left", waiting: []models.Notice{to(alertOf("E1"), "nobody")},
			c:    models.PlanContext{OptOuts: []models.OptOut{{Subscription: "default/compliance", Address: "slack"}, {Subscription: "default/compliance", Address: "mail:team@example.com"}}},
			want: []string{"alert E1/0 nobody held: all opted out, route default, recipient nobody, subscription default/compliance"},
		},
		{
			name: "what became critical was told meanwhile", waiting: []models.Notice{alertOf("E1")}, events: told(models.Critical),
			want: []string{"alert E1/0 compliance held: sent graver, severity critical"},
		},
		{
			name: "what became critical by another rule was told meanwhile without this one", waiting: []models.Notice{waiter(models.NoticeAlert, "E1", 0, models.Medium, "audit")}, events: told(models.Critical),
			want: []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "what only mentioned the rule was told meanwhile", waiting: []models.Notice{waiter(models.NoticeAlert, "E1", 0, models.Medium, "licence")}, events: told(models.Critical),
			want: []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "its date was not told", waiting: []models.Notice{withDeadline(alertOf("E1"))}, events: told(models.Critical),
			want: []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "but later news of what was told at once waits and is told", waiting: []models.Notice{waiter(models.NoticeUpdate, "E1", 4, models.Low, "ban")}, events: told(models.Critical),
			want: []string{"update E1/4 compliance → slack +0 → mail:team@example.com +0"},
		},
		{
			name: "each recipient by itself", waiting: []models.Notice{to(alertOf("E1"), "legal"), alertOf("E1")},
			want: []string{
				"alert E1/0 compliance → slack +0 → mail:team@example.com +0", "alert E1/0 legal → mail:legal@example.com +0",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.routing
			if r.Recipients == nil {
				r = routing
			}
			if diff := cmp.Diff(tt.want, released(PlanFlush(tt.waiting, tt.events, r, tt.c, noon))); diff != "" {
				t.Errorf("PlanRelease (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlushSendsFortyAlertsAsOneSummary(t *testing.T) {
	waiting := alertsOf(40)
	waiting[7] = waiter(models.NoticeAlert, "E07", 0, models.High, "ban")
	waiting[9] = waiter(models.NoticeUpdate, "E09", 2, models.Low, "yuan")
	events := map[string]models.Event{"E07": {
		ID: "E07", Title: "As it stands", Link: "https://example.org/E07", Stage: "adopted", Dates: []models.KeyDate{{Day: "2026-05-01", Kind: "effective"}},
		Articles: []models.EventArticle{{SourceName: "HKMA", Link: "https://example.org/E07"}, {SourceName: "Daily", Link: "https://daily.example"}},
	}}
	got := PlanFlush(waiting, events, routing, models.PlanContext{}, noon)

	var summaries []models.Notice
	for _, n := range got {
		if n.Kind == models.NoticeSummary {
			summaries = append(summaries, n)
			continue
		}
		if n.IsDeferred() || n.ToldIn == "" || len(n.Deliveries) > 0 {
			t.Errorf("%s waits %v, told in %q, %d deliveries; want it told in the summary", n.SubjectID, n.IsDeferred(), n.ToldIn, len(n.Deliveries))
		}
	}
	if len(got) != 41 || len(summaries) != 1 {
		t.Fatalf("%d notices with %d summaries, want the 40 and one summary", len(got), len(summaries))
	}
	n, s := summaries[0], summaries[0].Content.Summary
	if n.Subject != "recipient" || n.Severity != models.High || len(s.Events) != 40 || !s.From.Equal(waiting[0].CreatedAt) || !s.To.Equal(noon) {
		t.Errorf("summary of %s, %s, %d events from %s to %s", n.Subject, n.Severity, len(s.Events), s.From, s.To)
	}
	first := s.Events[0]
	if first.EventID != "E07" || first.Stage != "adopted" || len(first.Dates) != 1 || !first.New || first.Source != "HKMA" {
		t.Errorf("first %+v, want the gravest as it stands", first)
	}
	last := s.Events[39]
	if last.EventID != "E09" || last.New || len(last.News) != 1 {
		t.Errorf("last %+v, want the update with its news", last)
	}
	if want := "outside hours, recipient compliance"; n.Reasons.String() != "deferred alerts, count 40; "+want || s.Reasons.String() != want {
		t.Errorf("because %q, for %q", n.Reasons, s.Reasons)
	}
	for _, d := range n.Deliveries {
		if d.Thread != "" {
			t.Errorf("delivered in thread %q, want none: it tells of many events", d.Thread)
		}
	}
}

// The message in the morning includes the changes of the night.
func TestFlushMergesLaterUpdates(t *testing.T) {
	raised := waiter(models.NoticeUpdate, "E1", 2, models.High, "ban")
	raised.Content.Alert.Trigger = models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})
	first := alertOf("E1")
	first.Content.Alert.Mentions = []models.Finding{{RuleID: "ban"}, {RuleID: "law"}}
	events := map[string]models.Event{"E1": {
		ID: "E1", Official: true, Stage: "adopted", Jurisdictions: []string{"Hong Kong"},
		Articles: []models.EventArticle{{SourceName: "Press", Link: "https://example.org/E1"}, {SourceName: "HKMA", Link: "https://hkma"}},
	}}
	got := PlanFlush([]models.Notice{first, raised}, events, routing, models.PlanContext{}, noon)[0]
	a := got.Content.Alert
	shown := []string{
		string(got.Severity), string(a.Severity), strings.Join(findingRules(a.Why), " "), strings.Join(findingRules(a.Mentions), " "),
		a.Trigger.String(), a.Stage, a.OtherSources[0].Source, fmt.Sprint(len(a.OtherSources), a.Official, len(a.Updates)), got.WaitReasons.String(),
	}
	want := []string{
		"high", "high", "yuan ban", "law", "new event; event changed", "adopted", "HKMA", "1 true 1",
		"outside hours, recipient compliance",
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if a := first.Content.Alert; a.Trigger.String() != "new event" || len(a.Why) != 1 {
		t.Error("the notice that was given has changed")
	}
}

// The default route gets the deferred notices of a removed recipient, with the reason, in
// its own language and hours.
func TestFlushForRemovedRecipientUsesDefaultRoute(t *testing.T) {
	r := models.Routing{
		Recipients: map[string]models.Recipient{
			"lead": {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "slack", Address: "lead"}}, Zone: "Asia/Hong_Kong", Language: "zh-Hant", Hours: office},
			"head": {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "head@example.com"}}, Zone: "Europe/London"},
		},
		Routes: []models.Route{to("default", "lead", "head")},
	}
	n := alertOf("E1")
	n.Recipient, n.Reasons = "gone", models.NewReasons(models.ReasonMatched, models.ReasonArgs{Routes: []string{"hk"}, Rules: []string{"yuan"}})
	n.ID = n.Key()
	got := PlanFlush([]models.Notice{n}, nil, r, models.PlanContext{}, noon)[0]
	if want := "matched, rule yuan, route hk; recipient gone, route default, recipient gone"; got.Reasons.String() != want {
		t.Errorf("reason %q, want %q", got.Reasons, want)
	}
	if diff := cmp.Diff([]string{"default/lead", "default/head"}, got.Subscriptions); diff != "" {
		t.Errorf("subscriptions (-want +got):\n%s", diff)
	}
	if got.Content.Language != "zh-Hant" || got.Content.Alert.Zone != "Asia/Hong_Kong" {
		t.Errorf("told in %s of %s, want the words of the first of the route", got.Content.Language, got.Content.Alert.Zone)
	}
	// Noon is 20:00 in Hong Kong, outside office hours; one channel also has a reader in
	// London.
	var due []string
	for _, d := range got.Deliveries {
		due = append(due, d.Destination+" "+d.NotBefore.Format(time.RFC3339))
	}
	if diff := cmp.Diff([]string{"slack 2026-03-02T12:00:00Z", "slack:lead 2026-03-03T00:00:00Z", "mail:head@example.com 2026-03-02T12:00:00Z"}, due); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
}

// A muted source does not hold reports of the same event by other sources.
func TestFlushMutedSourceKeepsOtherSources(t *testing.T) {
	later := waiter(models.NoticeUpdate, "E1", 2, models.High, "ban")
	later.Content.Alert.Link = "https://sfc.example/1"
	events := map[string]models.Event{"E1": {ID: "E1", Articles: []models.EventArticle{
		{SourceID: "hkma", Link: "https://example.org/E1"}, {SourceID: "sfc", Link: "https://sfc.example/1"},
	}}}
	mute := func(sources ...string) (c models.PlanContext) {
		for _, s := range sources {
			c.Mutes = append(c.Mutes, models.Mute{Kind: models.MuteSource, Target: s, Until: noon.Add(time.Hour)})
		}
		return c
	}
	waiting := []models.Notice{alertOf("E1"), later}
	want := []string{"alert E1/0 compliance → slack +0 → mail:team@example.com +0", "update E1/2 compliance in alert E1/0"}
	if diff := cmp.Diff(want, released(PlanFlush(waiting, events, routing, mute("hkma"), noon))); diff != "" {
		t.Errorf("one of two is muted (-want +got):\n%s", diff)
	}
	const held = " held: muted, source sfc, until 2026-03-02T13:00:00Z"
	want = []string{"alert E1/0 compliance" + held, "update E1/2 compliance" + held}
	if diff := cmp.Diff(want, released(PlanFlush(waiting, events, routing, mute("hkma", "sfc"), noon))); diff != "" {
		t.Errorf("both are muted (-want +got):\n%s", diff)
	}
}

// The thread is that of the current event, even if the notice has an earlier ID.
func TestFlushUsesThreadOfMergedEvent(t *testing.T) {
	got := PlanFlush([]models.Notice{alertOf("E1")}, map[string]models.Event{"E1": {ID: "E9"}}, routing, models.PlanContext{}, noon)
	if n := got[0]; n.SubjectID != "E1" || n.Deliveries[0].Thread != "E9" || n.Deliveries[1].Thread != "E9" {
		t.Errorf("%s in thread %q, want E1 in that of E9", n.SubjectID, n.Deliveries[0].Thread)
	}
}

// Two summaries for one recipient have different IDs, however close in time.
func TestFlushSummariesHaveDistinctIDs(t *testing.T) {
	summary := func(at time.Time, waiting []models.Notice) models.Notice {
		for _, n := range PlanFlush(waiting, nil, routing, models.PlanContext{}, at) {
			if n.Kind == models.NoticeSummary {
				return n
			}
		}
		t.Fatal("no summary")
		return models.Notice{}
	}
	all := alertsOf(40)
	if a, b := summary(noon, all[:20]), summary(noon.Add(time.Millisecond), all[20:]); a.ID == b.ID {
		t.Errorf("both are %s: what the second tells of is lost", a.ID)
	}
}

// Two recipients at one channel get one message of an alert deferred for both.
func TestFlushSendsOneMessageToSharedDestination(t *testing.T) {
	r := models.Routing{
		Recipients: map[string]models.Recipient{
			"compliance": {Destinations: []models.Destination{{Channel: "slack"}}},
			"counsel":    {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "counsel@example.com"}}},
		},
		Routes: []models.Route{to("default", "compliance", "counsel")},
	}
	both := func(notices ...models.Notice) []models.Notice {
		for _, n := range notices {
			n.Recipient, n.Subscriptions = "counsel", []string{"default/counsel"}
			n.ID = n.Key()
			notices = append(notices, n)
		}
		return notices
	}
	want := []string{"alert E1/0 compliance → slack +0", "alert E1/0 counsel → mail:counsel@example.com +0"}
	if diff := cmp.Diff(want, released(PlanFlush(both(alertOf("E1")), nil, r, models.PlanContext{}, noon))); diff != "" {
		t.Errorf("one alert (-want +got):\n%s", diff)
	}
	var summaries []string
	for _, n := range PlanFlush(both(alertsOf(40)...), nil, r, models.PlanContext{}, noon) {
		if n.Kind == models.NoticeSummary {
			for _, d := range n.Deliveries {
				summaries = append(summaries, n.Recipient+" "+d.Destination)
			}
		}
	}
	if diff := cmp.Diff([]string{"compliance slack", "counsel mail:counsel@example.com"}, summaries); diff != "" {
		t.Errorf("forty (-want +got):\n%s", diff)
	}
}

// An assignment made while an alert is deferred is shown in the alert.
func TestFlushShowsAssignments(t *testing.T) {
	r := routing
	r.Amends = map[string]bool{"slack": true}
	events := map[string]models.Event{
		"E1": {ID: "E1", Assignments: []models.Assignment{{EventID: "E1", By: "ada"}}}, "E2": {ID: "E2"},
	}
	got := PlanFlush([]models.Notice{alertOf("E1"), alertOf("E2")}, events, r, models.PlanContext{}, noon)
	var shown []string
	for _, n := range got {
		if n.Kind == models.NoticeAmend {
			d := n.Deliveries[0]
			shown = append(shown, fmt.Sprint(n.Content.Status.Assignments[0].By, " ", d.Destination, " ", d.Thread, " ", d.Amends, " ", d.CreatedAt.After(got[0].Deliveries[0].CreatedAt)))
		}
	}
	if diff := cmp.Diff([]string{"ada slack E1 true true"}, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

// If no program ran when the hours began, or a holiday was added, due notices outside the
// hours are deferred to the next hours, and no delivery has a thread.
func TestFlushOutsideHoursDefersAgain(t *testing.T) {
	r := routing
	r.Recipients = maps.Clone(r.Recipients)
	desk := r.Recipients["compliance"]
	desk.Hours = office
	desk.Hours.Holidays = map[string]bool{"2026-03-03": true}
	r.Recipients["compliance"] = desk
	opens := readTime(t, "2026-03-04T08:00:00+08:00") // noon is in the evening before the holiday
	waiting := append(alertsOf(30), waiter(models.NoticeUpdate, "E01", 2, models.High, "ban"))
	muted := models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E29", Until: noon.Add(time.Hour)}}}
	got := PlanFlush(waiting, nil, r, muted, noon)
	if len(got) != len(waiting) {
		t.Fatalf("%d notices, want each of the %d that waited", len(got), len(waiting))
	}
	for i, n := range got {
		if n.SubjectID == "E29" {
			if !n.IsHeld() || n.IsDeferred() {
				t.Errorf("%s is not held; want what was muted meanwhile held at once", n.SubjectID)
			}
			continue
		}
		const why = "holiday, recipient compliance, day 2026-03-03"
		if !n.WaitUntil.Equal(opens) || n.WaitReasons.String() != why || len(n.Deliveries) > 0 || n.ToldIn != "" || n.IsHeld() {
			t.Errorf("%s waits until %s for %q with %d deliveries; want it to wait until %s for %q", n.SubjectID, n.WaitUntil, n.WaitReasons, len(n.Deliveries), opens, why)
		}
		waiting[i] = n
	}
	var still []models.Notice
	for _, n := range got {
		if n.IsDeferred() {
			still = append(still, n)
		}
	}
	// A notice of a clock that was ahead is checked every minute.
	if again := PlanFlush(still, nil, r, muted, noon.Add(time.Minute)); len(again) > 0 {
		t.Errorf("%d notices are changed that wait on as they did", len(again))
	}
	if told := released(PlanFlush(still[:2], nil, r, muted, opens)); len(told) != 2 || !strings.Contains(told[0], "→ slack") {
		t.Errorf("when the hours begin: %q", told)
	}
	critical := waiter(models.NoticeAlert, "E1", 0, models.Critical, "yuan")
	if told := released(PlanFlush([]models.Notice{critical}, nil, r, models.PlanContext{}, noon)); told[0] != "alert E1/0 compliance → slack +0 → mail:team@example.com +0" {
		t.Errorf("a critical one: %q", told)
	}
}

// The closed hours of one recipient do not delay another at a shared destination.
func TestFlushClosedHoursDelayNoOtherRecipient(t *testing.T) {
	slack := []models.Destination{{Channel: "slack", Address: "#legal"}}
	r := models.Routing{
		Recipients: map[string]models.Recipient{
			"asia":   {Name: "asia", Destinations: slack, Zone: "Asia/Hong_Kong", Hours: office},
			"london": {Name: "london", Destinations: slack, Zone: "Europe/London"},
		},
		Routes: []models.Route{to("default", "asia", "london")},
	}
	waiting := []models.Notice{alertOf("E1"), alertOf("E1")}
	for i, name := range []string{"asia", "london"} {
		waiting[i].Recipient, waiting[i].Subscriptions = name, []string{"default/" + name}
		waiting[i].ID = waiting[i].Key()
	}
	want := []string{"alert E1/0 asia waits", "alert E1/0 london → slack:#legal +0"}
	if diff := cmp.Diff(want, released(PlanFlush(waiting, nil, r, models.PlanContext{}, noon))); diff != "" {
		t.Errorf("PlanFlush (-want +got):\n%s", diff)
	}
}

// If all of the default route is outside hours, the notices of a removed recipient wait
// for the first hours to begin.
func TestFlushForRemovedRecipientWaitsForHours(t *testing.T) {
	r := routing
	r.Recipients = maps.Clone(r.Recipients)
	desk := r.Recipients["compliance"]
	desk.Hours = office
	r.Recipients["compliance"] = desk
	n := alertOf("E1")
	n.Recipient = "gone"
	n.ID = n.Key()
	got := PlanFlush([]models.Notice{n}, nil, r, models.PlanContext{}, noon)[0]
	if want := readTime(t, "2026-03-03T08:00:00+08:00"); !got.WaitUntil.Equal(want) || got.WaitReasons.String() != "outside hours, recipient compliance" {
		t.Errorf("waits until %s for %q, want %s", got.WaitUntil, got.WaitReasons, want)
	}
}

// A release before 0007 stored triggers as English sentences. The flushed alert states
// them in the reader's language, and its updates once.
func TestFlushReadsTextOfEarlierReleases(t *testing.T) {
	news := []models.Update{{Kind: models.UpdateSeverity, To: "high"}}
	for _, tt := range []struct {
		words string
		news  []models.Update
		want  models.Reasons
	}{
		{"new event", nil, models.NewReasons(models.ReasonNewEvent, models.ReasonArgs{})},
		{"the article was completed or edited and now reaches you", nil, models.NewReasons(models.ReasonRevised, models.ReasonArgs{})},
		{"another report of a known event; it reaches you for the first time", nil, models.NewReasons(models.ReasonFirstReport, models.ReasonArgs{})},
		{"an earlier alert of this event could not be delivered", nil, models.NewReasons(models.ReasonLostBefore, models.ReasonArgs{})},
		{"severity now high", news, models.NewReasons(models.ReasonEventChanged, models.ReasonArgs{})},
		{"something else", nil, models.NewReasons(models.ReasonText, models.ReasonArgs{Text: "something else"})},
		{"", nil, nil},
	} {
		n := alertOf("E1")
		n.Content.Alert.Trigger, n.Content.Alert.WhyNow, n.Content.Alert.Updates = nil, tt.words, tt.news
		got := PlanFlush([]models.Notice{n}, nil, routing, models.PlanContext{}, noon)[0]
		if diff := cmp.Diff(tt.want, got.Content.Alert.Trigger); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.words, diff)
		}
	}
	first, later := alertOf("E1"), waiter(models.NoticeUpdate, "E1", 2, models.High, "ban")
	first.Content.Alert.Trigger, first.Content.Alert.WhyNow = nil, "new event"
	later.Content.Alert.Trigger, later.Content.Alert.WhyNow = nil, "severity now high"
	got := PlanFlush([]models.Notice{first, later}, nil, routing, models.PlanContext{}, noon)[0]
	if why := got.Content.Alert.Trigger.String(); why != "new event; event changed" {
		t.Errorf("an alert with its update comes because of %q", why)
	}
}

// A holiday that was added later does not move a daily summary to midnight.
func TestFlushOnHolidayKeepsTimeOfFrequency(t *testing.T) {
	r := daily()
	r.Recipients = maps.Clone(r.Recipients)
	desk := r.Recipients["compliance"]
	desk.Zone, desk.Hours = "Asia/Hong_Kong", models.Hours{Holidays: map[string]bool{"2026-03-02": true}}
	r.Recipients["compliance"] = desk
	r.Routes[0].Lines[0].Frequency = &models.Frequency{Kind: models.Daily, At: 8 * time.Hour}
	slow, other := alertOf("E1"), alertOf("E2")
	slow.Subscriptions = []string{"slow/compliance"}
	var got []string
	for _, n := range PlanFlush([]models.Notice{slow, other}, nil, r, models.PlanContext{}, noon) {
		got = append(got, n.SubjectID+" "+n.WaitUntil.In(time.FixedZone("", 8*3600)).Format("2 Jan 15:04"))
	}
	if diff := cmp.Diff([]string{"E1 3 Mar 08:00", "E2 3 Mar 00:00"}, got); diff != "" {
		t.Errorf("waits until (-want +got):\n%s", diff)
	}
}
