package notifier

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// treeRouting is a routing with narrower routes, lines of several frequencies and a
// mandatory one.
func treeRouting() models.Routing {
	daily, hourly := models.Frequency{Kind: models.Daily, At: 8 * time.Hour}, models.Frequency{Kind: models.Hourly}
	mail := func(name string) []models.Destination {
		return []models.Destination{{Channel: "mail", Address: name + "@example.com"}}
	}
	return models.Routing{
		Recipients: map[string]models.Recipient{
			"compliance": {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "team@example.com"}}, Zone: "Asia/Hong_Kong", Language: "zh-Hant"},
			"legal":      {Destinations: mail("legal"), Zone: "UTC", MinSeverity: models.Medium},
			"oncall":     {Destinations: mail("oncall"), Zone: "UTC", Burst: models.Burst{Over: 2}},
			"nobody":     {},
			"office":     {Destinations: mail("office"), Zone: "UTC", Hours: models.Hours{Days: []time.Weekday{time.Tuesday}}},
		},
		Routes: []models.Route{
			to("default", "compliance"),
			{
				Path: "hk", Lines: []models.RouteLine{{Recipient: "compliance"}, {Recipient: "legal", Frequency: &daily, Mandatory: true}}, Escalate: models.Escalation{After: time.Hour, To: "default"},
				Routes: []models.Route{
					{Path: "hk/urgent", When: models.Condition{Severity: models.High, Roles: []models.Role{models.Regulator}}, Lines: []models.RouteLine{{Recipient: "oncall"}}, Escalate: models.Escalation{After: 30 * time.Minute, To: "default"}},
					{Path: "hk/coins", When: models.Condition{Topics: []string{"stablecoins"}}, Lines: []models.RouteLine{{Recipient: "legal", Frequency: &hourly}}, Escalate: models.Escalation{After: time.Hour, To: "default"}},
				},
			},
			{Path: "narrow", When: models.Condition{Languages: []string{"zh"}}, Lines: []models.RouteLine{{Recipient: "legal"}}},
			to("empty", "nobody"), to("office", "office"),
		},
		Amends: map[string]bool{"slack": true},
	}
}

// full formats a notice with all decisions.
func full(n models.Notice) string {
	s := told([]models.Notice{n})[0] + " | " + n.Reasons.String() + " | " + strings.Join(n.Subscriptions, " ")
	if n.IsDeferred() {
		s += fmt.Sprintf(" | waits until %s: %s", n.WaitUntil.Format("2 Jan 15:04"), n.WaitReasons)
	}
	if n.EscalateTo != "" {
		s += fmt.Sprintf(" | at %s to %s", n.EscalateAt.Format("15:04"), n.EscalateTo)
	}
	return s
}

func TestPlanFollowsRouteTree(t *testing.T) {
	coins := match("yuan", models.High, models.Subject, "hk")
	coins.Topic = "stablecoins"
	milder := coins
	milder.Severity = models.Medium
	press := change(models.Opened, match("ban", models.High, models.Subject, "hk"))
	press.Article.Source.Role = models.Press
	many := func(c models.Change, n int) []models.Change {
		var all []models.Change
		for i := range n {
			c.Event.ID = fmt.Sprint("E", i+1)
			all = append(all, c)
		}
		return all
	}
	tests := []struct {
		name    string
		changes []models.Change
		want    []string
	}{
		{"each narrower route that is met", []models.Change{change(models.Opened, coins)}, []string{
			"alert E1/1 legal high | matched, rule yuan, route hk/coins | hk/coins/legal | waits until 2 Mar 13:00: frequency, recipient legal",
			"alert E1/1 oncall high → mail:oncall@example.com | matched, rule yuan, route hk/urgent | hk/urgent/oncall",
		}},
		{"the lines above, where none is met", []models.Change{press}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com | matched, rule ban, route hk | hk/compliance",
			"alert E1/1 legal high | matched, rule ban, route hk | hk/legal | waits until 3 Mar 08:00: frequency, recipient legal",
		}},
		{"the most urgent pace of several lines", []models.Change{func() models.Change {
			c := press
			c.Matches = append(c.Matches, milder)
			return c
		}()}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com | matched, rule ban, route hk | hk/compliance",
			"alert E1/1 legal high | matched, rule ban yuan, route hk hk/coins | hk/legal hk/coins/legal | waits until 2 Mar 13:00: frequency, recipient legal",
		}},
		{"critical goes at once and goes on", []models.Change{change(models.Opened, match("ban", models.Critical, models.Subject, "hk"))}, []string{
			"alert E1/1 oncall critical → mail:oncall@example.com | matched, rule ban, route hk/urgent | hk/urgent/oncall | at 12:30 to default",
		}},
		{"what no route takes goes to the default", []models.Change{change(models.Opened, match("ban", models.High, models.Subject, "narrow"))}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com | matched, rule ban, route default | default/compliance",
		}},
		{"a mention lends no line to an alert", []models.Change{change(models.Opened, match("ban", models.Medium, models.Subject), match("x", models.High, models.Mention, "hk"))}, []string{
			"alert E1/1 compliance medium → slack → mail:team@example.com | matched, rule ban, route default | default/compliance",
			"alert E1/1 oncall high held: mention only, rule x | matched, rule x, route hk/urgent | hk/urgent/oncall",
		}},
		{"a plan that is a burst waits as a whole", many(change(models.Opened, match("ban", models.High, models.Subject, "hk")), 3), []string{
			"alert E1/1 oncall high | matched, rule ban, route hk/urgent | hk/urgent/oncall | waits until 2 Mar 12:00: burst, recipient oncall, count 2, for 10m0s",
			"alert E2/1 oncall high | matched, rule ban, route hk/urgent | hk/urgent/oncall | waits until 2 Mar 12:00: burst, recipient oncall, count 2, for 10m0s",
			"alert E3/1 oncall high | matched, rule ban, route hk/urgent | hk/urgent/oncall | waits until 2 Mar 12:00: burst, recipient oncall, count 2, for 10m0s",
		}},
		{"a recipient without a destination", []models.Change{change(models.Opened, match("ban", models.High, models.Subject, "empty"))}, []string{
			"alert E1/1 nobody high held: no destination, recipient nobody | matched, rule ban, route empty | empty/nobody",
		}},
		{"outside the hours", []models.Change{change(models.Opened, match("ban", models.High, models.Subject, "office"))}, []string{
			"alert E1/1 office high | matched, rule ban, route office | office/office | waits until 3 Mar 00:00: outside hours, recipient office",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range Plan(tt.changes, treeRouting(), models.PlanContext{}, noon) {
				got = append(got, full(n))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Plan (-want +got):\n%s", diff)
			}
		})
	}
}

// Every kind of preference, and the order of the reasons.
func TestPlanAppliesPreferences(t *testing.T) {
	until := noon.Add(30 * time.Hour)
	rule := models.Mute{Kind: models.MuteRule, Target: "ban", Until: until, By: "ann", Reason: "too\nnoisy"}
	left := func(subscription, address string, forced bool) models.OptOut {
		return models.OptOut{Subscription: subscription, Address: address, Forced: forced}
	}
	one := change(models.Opened, match("ban", models.High, models.Subject))
	two := change(models.Opened, match("ban", models.High, models.Subject), match("coin", models.Medium, models.Subject))
	mandatory := change(models.Opened, match("ban", models.Critical, models.Subject, "hk"))
	mandatory.Article.Source.Role = models.Press
	baseline := one
	baseline.Article.Baseline = true
	tests := []struct {
		name          string
		change        models.Change
		circumstances models.PlanContext
		want          []string
	}{
		{"a muted rule", one, models.PlanContext{Mutes: []models.Mute{rule}}, []string{
			"alert E1/1 compliance high held: muted, rule ban, until 2026-03-03T18:00:00Z, by ann",
		}},
		{"a muted rule beside another", two, models.PlanContext{Mutes: []models.Mute{rule}}, []string{"alert E1/1 compliance medium → slack → mail:team@example.com"}},
		{"a mute of another recipient", one, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteRule, Target: "ban", Until: until, Recipient: "legal"}}}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com",
		}},
		{"a mute that has ended", one, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteRule, Target: "ban", Until: noon}, {Kind: models.MuteEvent, Target: "E1", Until: until, EndedAt: noon}}}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com",
		}},
		{"a muted event", one, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E1", Until: until}}}, []string{
			"alert E1/1 compliance high held: muted, event E1, until 2026-03-03T18:00:00Z",
		}},
		{"a muted source", one, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteSource, Target: "hkma", Until: until, Reason: "moved"}}}, []string{
			"alert E1/1 compliance high held: muted, source hkma, until 2026-03-03T18:00:00Z",
		}},
		{"a first scan is said before a mute", baseline, models.PlanContext{Mutes: []models.Mute{rule}}, []string{
			"alert E1/1 compliance high held: baseline, source HKMA",
		}},
		{"one of two addresses has left", one, models.PlanContext{OptOuts: []models.OptOut{left("default/compliance", "slack", false)}}, []string{
			"alert E1/1 compliance high → mail:team@example.com",
		}},
		{"all addresses have left", one, models.PlanContext{OptOuts: []models.OptOut{left("default/compliance", "slack", false), left("default/compliance", "mail:team@example.com", false)}}, []string{
			"alert E1/1 compliance high held: opted out, recipient compliance, subscription default/compliance",
		}},
		{"another line was left", one, models.PlanContext{OptOuts: []models.OptOut{left("hk/compliance", "slack", false)}}, []string{
			"alert E1/1 compliance high → slack → mail:team@example.com",
		}},
		{"a mandatory line is not left", mandatory, models.PlanContext{OptOuts: []models.OptOut{left("hk/legal", "mail:legal@example.com", false)}}, []string{
			"alert E1/1 compliance critical → slack → mail:team@example.com", "alert E1/1 legal critical → mail:legal@example.com",
		}},
		{"but by an admin", mandatory, models.PlanContext{OptOuts: []models.OptOut{left("hk/legal", "mail:legal@example.com", true)}}, []string{
			"alert E1/1 compliance critical → slack → mail:team@example.com", "alert E1/1 legal critical held: opted out, recipient legal, subscription hk/legal",
		}},
		{"too much of late", change(models.Opened, match("ban", models.High, models.Subject, "hk")), models.PlanContext{Recent: map[string][]time.Time{"oncall": {noon.Add(-time.Minute), noon}}}, []string{
			"alert E1/1 oncall high",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Plan([]models.Change{tt.change}, treeRouting(), tt.circumstances, noon)
			if diff := cmp.Diff(tt.want, told(got)); diff != "" {
				t.Errorf("Plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanSendsUpdates(t *testing.T) {
	dates := func(kinds ...string) []models.KeyDate {
		var all []models.KeyDate
		for _, k := range kinds {
			kind, day, _ := strings.Cut(k, " ")
			all = append(all, models.KeyDate{Kind: kind, Day: day})
		}
		return all
	}
	tests := []struct {
		name       string
		heard, now models.Event // their Stage and Dates
		want       []models.Update
	}{
		{"nothing", models.Event{Stage: "proposed", Dates: dates("deadline 2026-09-30")}, models.Event{Stage: "proposed", Dates: dates("deadline 2026-09-30")}, nil},
		{"another stage", models.Event{Stage: "proposed"}, models.Event{Stage: "in force"}, []models.Update{{Kind: models.UpdateStage, From: "proposed", To: "in force"}}},
		{"a first stage", models.Event{}, models.Event{Stage: "in force"}, []models.Update{{Kind: models.UpdateStage, To: "in force"}}},
		{"a stage that is not found any more", models.Event{Stage: "proposed"}, models.Event{}, nil},
		{
			"a moved deadline",
			models.Event{Dates: dates("deadline 2026-09-30", "effective 2026-12-01")},
			models.Event{Dates: dates("deadline 2026-10-31", "effective 2026-12-01")},
			[]models.Update{{Kind: models.UpdateDate, Of: "deadline", From: "2026-09-30", To: "2026-10-31"}},
		},
		{
			"a deadline moved into the past",
			models.Event{Dates: dates("deadline 2026-09-30")},
			models.Event{Dates: dates("deadline 2026-01-31")},
			[]models.Update{{Kind: models.UpdateDate, Of: "deadline", From: "2026-09-30", To: "2026-01-31"}},
		},
		{
			"a day more",
			models.Event{Dates: dates("deadline 2026-09-30")},
			models.Event{Dates: dates("deadline 2026-09-30", "effective 2026-12-01")},
			[]models.Update{{Kind: models.UpdateDate, Of: "effective", To: "2026-12-01"}},
		},
		{"a day that is today", models.Event{}, models.Event{Dates: dates("deadline 2026-03-02")}, []models.Update{{Kind: models.UpdateDate, Of: "deadline", To: "2026-03-02"}}},
		{"a day that has passed", models.Event{}, models.Event{Dates: dates("effective 2025-08-01")}, nil},
		{
			"the same day of another kind is no move",
			models.Event{Dates: dates("effective 2026-12-01")},
			models.Event{Dates: dates("deadline 2026-12-01")},
			[]models.Update{{Kind: models.UpdateDate, Of: "deadline", To: "2026-12-01"}},
		},
		{"a day less", models.Event{Dates: dates("deadline 2026-09-30")}, models.Event{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := change(models.Copied, match("yuan", models.High, models.Subject))
			c.Event.Revision, c.Event.Stage, c.Event.Dates = 2, tt.now.Stage, tt.now.Dates
			c.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}, Official: true, Stage: tt.heard.Stage, Dates: tt.heard.Dates}}
			n := Plan([]models.Change{c}, treeRouting(), models.PlanContext{}, noon)[0]
			if diff := cmp.Diff(tt.want, n.Content.Alert.Updates); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
			if (!n.IsHeld()) != (len(tt.want) > 0) {
				t.Errorf("held %q with the news %v", n.HeldReasons.String(), tt.want)
			}
		})
	}
}

// The first messages of an event are amended once a scan where the channel allows it.
// Recipients who are first notified in this scan need none.
func TestPlanAmendsFirstMessages(t *testing.T) {
	first := change(models.Copied, match("yuan", models.High, models.Subject))
	first.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}, Official: true}, {Recipient: "oncall"}, {Recipient: "gone"}}
	first.Event.Assignments = []models.Assignment{{EventID: "E1", By: "ann"}}
	first.Event.Revision = 2
	second := first
	second.Event.Revision = 3
	second.Event.Articles = append(second.Event.Articles, models.EventArticle{ArticleID: "A2", SourceName: "Daily", Link: "https://daily.example/1"})
	notices := Plan([]models.Change{first, second}, treeRouting(), models.PlanContext{}, noon)
	last := notices[len(notices)-1]
	if diff := cmp.Diff([]string{
		"update E1/2 compliance high held: known, source HKMA, joined by a copy of the text",
		"update E1/3 compliance high held: known, source HKMA, joined by a copy of the text",
		"amend E1/3/3 compliance high → slack",
	}, told(notices)); diff != "" {
		t.Fatalf("Plan (-want +got):\n%s", diff)
	}
	if last.Subject != "standing" {
		t.Errorf("subject %q, want the one that every release stored", last.Subject)
	}
	if d := last.Deliveries[0]; !d.Amends || d.Thread != "E1" {
		t.Errorf("delivery %+v; want one that amends the thread E1", d)
	}
	want := &models.Status{
		EventID: "E1", Assignments: first.Event.Assignments,
		OtherSources: []models.Reference{{Source: "HKMA"}, {Source: "Daily", Link: "https://daily.example/1"}},
	}
	if diff := cmp.Diff(want, last.Content.Status); diff != "" {
		t.Errorf("standing (-want +got):\n%s", diff)
	}
	opened := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, treeRouting(), models.PlanContext{}, noon)
	if len(opened) != 1 {
		t.Errorf("a new event makes %v; want one alert", told(opened))
	}
}

func TestPlanHealthDelaysUntilHours(t *testing.T) {
	r := treeRouting()
	r.Health = []string{"compliance", "office"}
	h := models.ChannelHealth{Channel: "hook", Health: models.Failing, Since: noon}
	var got []string
	for _, n := range PlanChannelHealth(h, r, noon) {
		for _, d := range n.Deliveries {
			got = append(got, d.Destination+" "+d.NotBefore.Format(time.DateTime))
		}
	}
	want := []string{"slack 2026-03-02 12:00:00", "mail:team@example.com 2026-03-02 12:00:00", "mail:office@example.com 2026-03-03 00:00:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
}

// Key dates are counted from the day on which the notice is planned, where the source is.
func TestRouteTakesEventsByTheirKeyDates(t *testing.T) {
	within := func(days int) *models.DayWindow { return &models.DayWindow{Within: days} }
	routing := models.Routing{
		Recipients: map[string]models.Recipient{
			"team": {Destinations: []models.Destination{{Channel: "mail", Address: "team"}}},
			"desk": {Destinations: []models.Destination{{Channel: "mail", Address: "desk"}}},
		},
	}
	for _, tt := range []struct {
		name  string
		when  models.Condition
		dates []models.KeyDate
		now   string
		want  string
	}{
		{"closes in time", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-05-01", Kind: "deadline"}}, "2026-03-02T12:00:00Z", "desk"},
		{"a day too early", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-05-01", Kind: "deadline"}}, "2026-03-01T12:00:00Z", "team"},
		{"already the next day in Hong Kong", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-05-01", Kind: "deadline"}}, "2026-03-01T16:30:00Z", "desk"},
		{"closed", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-03-01", Kind: "deadline"}}, "2026-03-02T12:00:00Z", "team"},
		{"closes today", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-03-02", Kind: "deadline"}}, "2026-03-02T12:00:00Z", "desk"},
		{"another kind", models.Condition{Deadline: within(60)}, []models.KeyDate{{Day: "2026-04-01", Kind: "effective"}}, "2026-03-02T12:00:00Z", "team"},
		{"no date", models.Condition{Deadline: within(60)}, nil, "2026-03-02T12:00:00Z", "team"},
		{"takes effect in the year", models.Condition{Effective: &models.DayWindow{From: "2026-01-01", Until: "2026-12-31"}}, []models.KeyDate{{Day: "2027-01-01", Kind: "effective"}, {Day: "2026-12-31", Kind: "effective"}}, "2026-03-02T12:00:00Z", "desk"},
		{"one of two conditions", models.Condition{Deadline: within(60), Severity: models.Critical}, []models.KeyDate{{Day: "2026-04-01", Kind: "deadline"}}, "2026-03-02T12:00:00Z", "team"},
	} {
		inner := to("default/soon", "desk")
		inner.When = tt.when
		routing.Routes = []models.Route{{Path: "default", Lines: []models.RouteLine{{Recipient: "team"}}, Routes: []models.Route{inner}}}
		c := change(models.Opened, match("yuan", models.High, models.Subject))
		c.Article.Source.Zone = "Asia/Hong_Kong"
		c.Event.Dates = tt.dates
		var got []string
		for _, n := range Plan([]models.Change{c}, routing, models.PlanContext{}, readMoment(tt.now)) {
			got = append(got, n.Recipient)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: notified %v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCheckConditionNamesKeyDates(t *testing.T) {
	m := match("yuan", models.High, models.Subject)
	c := change(models.Opened, m)
	c.Event.Dates = []models.KeyDate{{Day: "2026-03-20", Kind: "deadline"}, {Day: "2026-04-01", Kind: "effective"}, {Day: "2026-07-01", Kind: "deadline"}}
	got := checkCondition(models.Condition{Deadline: &models.DayWindow{Within: 30}, Effective: &models.DayWindow{Until: "2026-03-31"}}, m, c, noon)
	want := []models.ConditionCheck{
		{Kind: "deadline", Has: []string{"2026-03-20"}, Wanted: []string{"within 30 days"}, Met: true},
		{Kind: "effective", Has: []string{"2026-04-01"}, Wanted: []string{"until 2026-03-31"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}
