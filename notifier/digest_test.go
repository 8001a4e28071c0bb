package notifier

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the zones are there on every machine

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func subscription(zone string) models.DigestSubscription {
	return models.DigestSubscription{
		ID: "weekly", Zone: zone, To: []models.Destination{{Channel: "mail", Address: "team@example.com"}},
		Recurrence: models.Recurrence{Every: models.Weekly, Weekday: time.Monday, At: 8*time.Hour + 30*time.Minute},
	}
}

func week(s models.DigestSubscription) models.Period {
	return models.Period{From: noon.AddDate(0, 0, -7), To: noon, Day: noon.Format(time.DateOnly)}
}

func TestPlanDigest(t *testing.T) {
	s := subscription("Asia/Hong_Kong")
	s.Rules = []string{"yuan", "ordinance", "quiet"}
	event := func(id string, severity models.Severity, strength models.Strength, first time.Time, rules ...string) models.Event {
		return models.Event{ID: id, Title: id, Severity: severity, Strength: strength, FirstSeenAt: first, RuleIDs: rules, Articles: []models.EventArticle{{SourceName: "HKMA"}}}
	}
	known := event("baseline", models.High, models.Subject, noon, "yuan")
	known.Baseline = true
	merged := event("merged", models.High, models.Subject, noon, "yuan")
	merged.MergedInto = "grave"
	gathered := Gathered{
		Window: models.Window{
			Events: []models.Event{
				event("mild", models.Low, models.Subject, noon.Add(-time.Hour), "yuan"),
				event("grave", models.High, models.Subject, noon.Add(-2*time.Hour), "ordinance", "ban"),
				event("old, changed", models.High, models.Subject, noon.AddDate(0, 0, -30), "yuan"),
				event("mention", models.High, models.Mention, noon),
				event("mention, asked for", models.Low, models.Mention, noon, "yuan"),
				event("not subscribed", models.High, models.Subject, noon, "ban"),
				known, merged,
			},
			Opened: []models.Opening{
				{FirstSeenAt: noon.Add(-time.Hour), RuleIDs: []string{"yuan", "ban"}},
				{FirstSeenAt: noon.AddDate(0, 0, -7).Add(-time.Microsecond), RuleIDs: []string{"yuan"}},
				{FirstSeenAt: noon.AddDate(0, 0, -84), RuleIDs: []string{"ordinance"}},
				{FirstSeenAt: noon.AddDate(0, 0, -84).Add(-time.Microsecond), RuleIDs: []string{"ordinance"}},
				{FirstSeenAt: noon, RuleIDs: []string{"ordinance"}},
			},
			Held: map[models.Hold]int{models.HeldSeverity: 2, models.HeldMuted: 1, models.HeldTold: 9},
		},
		Rules: []Rule{
			{ID: "yuan", Title: "Yuan coins", Topic: "zz-coins"},
			{ID: "ordinance", Title: "The Ordinance"},
			{ID: "quiet", Title: "Quiet"},
			{ID: "draft", Title: "Draft", Draft: true},
			{ID: "ban", Title: "Bans"},
		},
		Coverage: models.Coverage{Sources: 3, Checked: 2},
	}
	issue, notice := PlanDigest(s, week(s), gathered, noon.Add(2*time.Hour))
	d := notice.Content.Digest
	var got []string
	for _, e := range d.Events {
		mark := ""
		if !e.New {
			mark = " (changed)"
		}
		got = append(got, string(e.Severity)+" "+e.Topic+": "+e.Title+mark)
	}
	want := []string{"high ordinance: grave", "high zz-coins: old, changed (changed)", "low zz-coins: mention, asked for", "low zz-coins: mild"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]models.RuleCount{
		{RuleID: "yuan", Title: "Yuan coins", Events: 3, Weeks: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}},
		{RuleID: "ordinance", Title: "The Ordinance", Events: 1, Weeks: []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{RuleID: "quiet", Title: "Quiet", Weeks: make([]int, 12)},
	}, d.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if len(d.Weeks) != 12 || d.Weeks[0] != "2025-12-08" || d.Weeks[11] != "2026-02-23" {
		t.Errorf("weeks %v; want 12 from 2025-12-08 to 2026-02-23", d.Weeks)
	}
	if diff := cmp.Diff([]models.HeldCount{{Why: models.HeldMuted, Events: 1}, {Why: models.HeldSeverity, Events: 2}}, d.Coverage.Held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	if !issue.Late || !d.Late || issue.LocalDate != "2026-03-02" || len(notice.Deliveries) != 1 || issue.NoticeIDs[0] != notice.ID {
		t.Errorf("issue %+v with %d deliveries; want late, 2026-03-02, one delivery", issue, len(notice.Deliveries))
	}
	if d.ID != issue.ID || notice.SubjectID != issue.ID || !cmp.Equal(notice.Subscriptions, []string{"weekly"}) {
		t.Errorf("digest %s, subject %s, subscriptions %v; want the issue's ID %s in all, and weekly", d.ID, notice.SubjectID, notice.Subscriptions, issue.ID)
	}
}

// What one event became of another's revision is told in one line each.
func TestADigestTellsWhatChanged(t *testing.T) {
	s := subscription("UTC")
	date := func(day, kind string) models.KeyDate { return models.KeyDate{Day: day, Kind: kind} }
	before := models.EventState{Severity: models.Medium, Stage: "proposed", Dates: []models.KeyDate{date("2026-04-01", "deadline"), date("2026-06-01", "effective")}}
	tests := []struct {
		name  string
		now   func(e *models.Event)
		known bool
		want  []models.News
	}{
		{"nothing", func(*models.Event) {}, true, nil},
		{"a new event has not changed", func(e *models.Event) { e.Stage = "adopted" }, false, nil},
		{"a stage", func(e *models.Event) { e.Stage = "adopted" }, true, []models.News{{Kind: models.NewsStage, From: "proposed", To: "adopted"}}},
		{"a stage that is no longer told is not news", func(e *models.Event) { e.Stage = "" }, true, nil},
		{"raised", func(e *models.Event) { e.Severity = models.Critical }, true, []models.News{{Kind: models.NewsSeverity, From: "medium", To: "critical"}}},
		{"lowered is not news", func(e *models.Event) { e.Severity = models.Low }, true, nil},
		{"first official", func(e *models.Event) {
			e.Official = true
			e.Articles = append(e.Articles, models.EventArticle{SourceName: "HKMA", Role: models.Regulator})
		}, true, []models.News{{Kind: models.NewsOfficial, To: "HKMA"}}},
		{"a deadline moved", func(e *models.Event) { e.Dates[0].Day = "2026-05-01" }, true, []models.News{{Kind: models.NewsDate, Of: "deadline", From: "2026-04-01", To: "2026-05-01"}}},
		{"another deadline", func(e *models.Event) { e.Dates = append(e.Dates, date("2026-05-01", "deadline")) }, true, []models.News{{Kind: models.NewsDate, Of: "deadline", To: "2026-05-01"}}},
		{"two for one: which moved is not known", func(e *models.Event) {
			e.Dates = []models.KeyDate{date("2026-05-01", "deadline"), date("2026-05-02", "deadline"), e.Dates[1]}
		}, true, []models.News{{Kind: models.NewsDate, Of: "deadline", To: "2026-05-01"}, {Kind: models.NewsDate, Of: "deadline", To: "2026-05-02"}}},
		{"only the quote differs", func(e *models.Event) { e.Dates[0].Quote = "by 1 April" }, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := models.Event{ID: "E", Title: "Coins", Severity: before.Severity, Stage: before.Stage, Dates: append([]models.KeyDate(nil), before.Dates...), RuleIDs: []string{"yuan"}, FirstSeenAt: noon.AddDate(0, 0, -30)}
			tt.now(&e)
			w := models.Window{Events: []models.Event{e}}
			if tt.known {
				w.Before = map[string]models.EventState{"E": before}
			}
			_, n := PlanDigest(s, week(s), Gathered{Window: w}, noon)
			var got []models.News
			for _, c := range n.Content.Digest.Changes {
				got = append(got, c.News...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADigestTellsOfTheDatesToActOnFirst(t *testing.T) {
	s := subscription("Asia/Hong_Kong")
	s.Rules = []string{"yuan"}
	event := func(id string, severity models.Severity, rule string, days ...string) models.Event {
		e := models.Event{ID: id, Title: id, Severity: severity, RuleIDs: []string{rule}, FirstSeenAt: noon.AddDate(-1, 0, 0), Baseline: id == "known of old"}
		for _, day := range days {
			e.Dates = append(e.Dates, models.KeyDate{Day: day, Kind: "deadline"})
		}
		return e
	}
	dated := []models.Event{
		event("a", models.Low, "yuan", "2026-04-01", "2026-04-02", "2026-03-01", "not a day"),
		event("b", models.High, "yuan", "2026-04-01", "2026-04-01"),
		event("known of old", models.High, "yuan", "2026-03-02"),
		event("of another rule", models.High, "ban", "2026-03-03"),
	}
	_, n := PlanDigest(s, week(s), Gathered{Window: models.Window{Dated: dated}}, noon)
	var got []string
	for _, d := range n.Content.Digest.Dates {
		got = append(got, strings.Join([]string{d.Day, d.Title, strings.Repeat("+", d.Left)}, " "))
	}
	want := []string{"2026-03-02 known of old ", "2026-04-01 b " + strings.Repeat("+", 30), "2026-04-01 a " + strings.Repeat("+", 30)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	// Made at a moment that is the next day in the zone, today is that day.
	_, n = PlanDigest(s, week(s), Gathered{Window: models.Window{Dated: dated[2:3]}}, noon.Add(5*time.Hour))
	if dates := n.Content.Digest.Dates; len(dates) != 0 {
		t.Errorf("on 3 March in Hong Kong there is still %+v", dates)
	}
}

func TestAnEmptyDigestIsToldUnlessAskedNotTo(t *testing.T) {
	s := subscription("Asia/Hong_Kong")
	_, n := PlanDigest(s, week(s), Gathered{Coverage: models.Coverage{Sources: 3}}, noon)
	if n.IsHeld() || len(n.Deliveries) != 1 {
		t.Errorf("held %q, %d deliveries; want an empty week to be sent", n.HeldReasons.String(), len(n.Deliveries))
	}
	s.SkipEmpty = true
	if _, n = PlanDigest(s, week(s), Gathered{}, noon); !n.IsHeld() || len(n.Deliveries) != 0 {
		t.Errorf("held %q, %d deliveries; want it held", n.HeldReasons.String(), len(n.Deliveries))
	}
	near := models.Event{ID: "E", RuleIDs: []string{"yuan"}, Dates: []models.KeyDate{{Day: "2026-03-05", Kind: "deadline"}}}
	if _, n = PlanDigest(s, week(s), Gathered{Window: models.Window{Dated: []models.Event{near}}}, noon); n.IsHeld() {
		t.Errorf("held %q; want a near deadline told though nothing happened", n.HeldReasons.String())
	}
}

func TestWhoHasLeftADigestIsNotSentIt(t *testing.T) {
	left := models.OptOut{Subscription: "weekly", Address: "mail:team@example.com"}
	other := models.OptOut{Subscription: "daily", Address: "mail:boss@example.com"}
	tests := []struct {
		name      string
		optOuts   []models.OptOut
		mandatory bool
		want      []string
		held      bool
	}{
		{"nobody", nil, false, []string{"mail:team@example.com", "mail:boss@example.com"}, false},
		{"one", []models.OptOut{left}, false, []string{"mail:boss@example.com"}, false},
		{"of another subscription", []models.OptOut{other}, false, []string{"mail:team@example.com", "mail:boss@example.com"}, false},
		{"all", []models.OptOut{left, {Subscription: "weekly", Address: "mail:boss@example.com"}}, false, nil, true},
		{"of one that is mandatory, by an admin", []models.OptOut{{Subscription: "weekly", Address: "mail:team@example.com", Forced: true}}, true, []string{"mail:boss@example.com"}, false},
		{"of one that is mandatory", []models.OptOut{left}, true, []string{"mail:team@example.com", "mail:boss@example.com"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := subscription("UTC")
			s.To = append(s.To, models.Destination{Channel: "mail", Address: "boss@example.com"})
			s.Mandatory = tt.mandatory
			_, n := PlanDigest(s, week(s), Gathered{OptOuts: tt.optOuts}, noon)
			var got []string
			for _, d := range n.Deliveries {
				got = append(got, d.Destination)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || n.IsHeld() != tt.held {
				t.Errorf("held %q, destinations (-want +got):\n%s", n.HeldReasons.String(), diff)
			}
		})
	}
}
