package notifier

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // time zones on every machine

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

// plannedDigest returns the first notice of a digest.
func plannedDigest(s models.DigestSubscription, p models.Period, found Gathered, now time.Time) models.Notice {
	_, notices := PlanDigest(s, p, found, now)
	return notices[0]
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
	issue, notices := PlanDigest(s, week(s), gathered, noon.Add(2*time.Hour))
	notice := notices[0]
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

// All changes of an event are in one line.
func TestPlanDigestListsChanges(t *testing.T) {
	s := subscription("UTC")
	date := func(day, kind string) models.KeyDate { return models.KeyDate{Day: day, Kind: kind} }
	before := models.EventState{Severity: models.Medium, Stage: "proposed", Dates: []models.KeyDate{date("2026-04-01", "deadline"), date("2026-06-01", "effective")}}
	tests := []struct {
		name  string
		now   func(e *models.Event)
		known bool
		want  []models.Update
	}{
		{"nothing", func(*models.Event) {}, true, nil},
		{"a new event has not changed", func(e *models.Event) { e.Stage = "adopted" }, false, nil},
		{"a stage", func(e *models.Event) { e.Stage = "adopted" }, true, []models.Update{{Kind: models.UpdateStage, From: "proposed", To: "adopted"}}},
		{"a stage that is no longer told is not news", func(e *models.Event) { e.Stage = "" }, true, nil},
		{"raised", func(e *models.Event) { e.Severity = models.Critical }, true, []models.Update{{Kind: models.UpdateSeverity, From: "medium", To: "critical"}}},
		{"lowered is not news", func(e *models.Event) { e.Severity = models.Low }, true, nil},
		{"first official", func(e *models.Event) {
			e.Official = true
			e.Articles = append(e.Articles, models.EventArticle{SourceName: "HKMA", Role: models.Regulator})
		}, true, []models.Update{{Kind: models.UpdateOfficial, To: "HKMA"}}},
		{"a deadline moved", func(e *models.Event) { e.Dates[0].Day = "2026-05-01" }, true, []models.Update{{Kind: models.UpdateDate, Of: "deadline", From: "2026-04-01", To: "2026-05-01"}}},
		{"another deadline", func(e *models.Event) { e.Dates = append(e.Dates, date("2026-05-01", "deadline")) }, true, []models.Update{{Kind: models.UpdateDate, Of: "deadline", To: "2026-05-01"}}},
		{"two for one: which moved is not known", func(e *models.Event) {
			e.Dates = []models.KeyDate{date("2026-05-01", "deadline"), date("2026-05-02", "deadline"), e.Dates[1]}
		}, true, []models.Update{{Kind: models.UpdateDate, Of: "deadline", To: "2026-05-01"}, {Kind: models.UpdateDate, Of: "deadline", To: "2026-05-02"}}},
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
			n := plannedDigest(s, week(s), Gathered{Window: w}, noon)
			var got []models.Update
			for _, c := range n.Content.Digest.Changes {
				got = append(got, c.News...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanDigestListsDatesToActOn(t *testing.T) {
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
	n := plannedDigest(s, week(s), Gathered{Window: models.Window{Dated: dated}}, noon)
	var got []string
	for _, d := range n.Content.Digest.Dates {
		got = append(got, strings.Join([]string{d.Day, d.Title, strings.Repeat("+", d.Left)}, " "))
	}
	want := []string{"2026-03-02 known of old ", "2026-04-01 b " + strings.Repeat("+", 30), "2026-04-01 a " + strings.Repeat("+", 30)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
	// If the time of creation is already the next day in the zone, today is that day.
	n = plannedDigest(s, week(s), Gathered{Window: models.Window{Dated: dated[2:3]}}, noon.Add(5*time.Hour))
	if dates := n.Content.Digest.Dates; len(dates) != 0 {
		t.Errorf("on 3 March in Hong Kong there is still %+v", dates)
	}
}

func TestPlanDigestSkipsEmptyDigestOnRequest(t *testing.T) {
	s := subscription("Asia/Hong_Kong")
	n := plannedDigest(s, week(s), Gathered{Coverage: models.Coverage{Sources: 3}}, noon)
	if n.IsHeld() || len(n.Deliveries) != 1 {
		t.Errorf("held %q, %d deliveries; want an empty week to be sent", n.HeldReasons.String(), len(n.Deliveries))
	}
	s.SkipEmpty = true
	if n = plannedDigest(s, week(s), Gathered{}, noon); !n.IsHeld() || len(n.Deliveries) != 0 {
		t.Errorf("held %q, %d deliveries; want it held", n.HeldReasons.String(), len(n.Deliveries))
	}
	near := models.Event{ID: "E", RuleIDs: []string{"yuan"}, Dates: []models.KeyDate{{Day: "2026-03-05", Kind: "deadline"}}}
	if n = plannedDigest(s, week(s), Gathered{Window: models.Window{Dated: []models.Event{near}}}, noon); n.IsHeld() {
		t.Errorf("held %q; want a near deadline told though nothing happened", n.HeldReasons.String())
	}
}

func TestPlanDigestSkipsOptedOutDestination(t *testing.T) {
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
			n := plannedDigest(s, week(s), Gathered{OptOuts: tt.optOuts}, noon)
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

// several is a digest for an address and for recipients with different zones and
// languages.
func several() (models.DigestSubscription, models.Routing) {
	mail := func(name string) []models.Destination {
		return []models.Destination{{Channel: "mail", Address: name + "@example.com"}}
	}
	s := subscription("Asia/Hong_Kong")
	s.Recipients = []string{"anna", "carl", "ben"}
	r := team()
	anna := r.Recipients["anna"]
	anna.Deputies[0].From, anna.Deputies[0].To = "2026-12-01", "2026-12-01"
	r.Recipients["carl"] = models.Recipient{
		Name: "carl", Destinations: append(mail("carl"), models.Destination{Channel: "mail", Address: "team@example.com"}), Zone: "Asia/Hong_Kong", Language: "zh-Hans",
		Hours: models.Hours{From: 8 * time.Hour, To: 19 * time.Hour, Holidays: map[string]bool{"2026-03-03": true}},
	}
	return s, r
}

// digestLines formats the notices of a digest.
func digestLines(notices []models.Notice) []string {
	var lines []string
	for _, n := range notices {
		line := strings.Join([]string{n.Recipient, n.Content.Language, n.Content.Digest.Zone}, " ")
		if n.IsHeld() {
			line += " held: " + n.HeldReasons.String()
		}
		for _, d := range n.Deliveries {
			line += " → " + d.Destination
			if wait := d.NotBefore.Sub(n.CreatedAt); wait > 0 {
				line += " +" + wait.String()
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestPlanDigestUsesSettingsOfEachRecipient(t *testing.T) {
	left := func(address string) models.OptOut {
		return models.OptOut{Subscription: "weekly", Address: address}
	}
	tests := []struct {
		name   string
		change func(s *models.DigestSubscription, r *models.Routing)
		outs   []models.OptOut
		want   []string
	}{
		{"each in their language, zone and hours, and no address twice", func(*models.DigestSubscription, *models.Routing) {}, nil, []string{
			"weekly en Asia/Hong_Kong → mail:team@example.com",
			"weekly/anna zh-Hant Asia/Tokyo → mail:anna@example.com",
			"weekly/carl zh-Hans Asia/Hong_Kong → mail:carl@example.com +36h0m0s", // from 20:00 over a holiday
			"weekly/ben en Europe/London → mail:ben@example.com → slack",
		}},
		{"the digest's own language and zone", func(s *models.DigestSubscription, _ *models.Routing) { s.Language, s.OwnZone = "zh-Hant", true }, nil, []string{
			"weekly zh-Hant Asia/Hong_Kong → mail:team@example.com",
			"weekly/anna zh-Hant Asia/Hong_Kong → mail:anna@example.com",
			"weekly/carl zh-Hant Asia/Hong_Kong → mail:carl@example.com +36h0m0s",
			"weekly/ben zh-Hant Asia/Hong_Kong → mail:ben@example.com → slack",
		}},
		{"recipients alone", func(s *models.DigestSubscription, _ *models.Routing) { s.To = nil }, []models.OptOut{left("mail:anna@example.com"), left("slack")}, []string{
			"weekly/anna zh-Hant Asia/Tokyo held: opted out, recipient anna, subscription weekly",
			"weekly/carl zh-Hans Asia/Hong_Kong → mail:carl@example.com +36h0m0s → mail:team@example.com +36h0m0s",
			"weekly/ben en Europe/London → mail:ben@example.com",
		}},
		{"nobody leaves a mandatory one", func(s *models.DigestSubscription, _ *models.Routing) {
			s.To, s.Recipients, s.Mandatory = nil, []string{"anna"}, true
		}, []models.OptOut{left("mail:anna@example.com")}, []string{"weekly/anna zh-Hant Asia/Tokyo → mail:anna@example.com"}},
		{"the deputy of who is away", func(s *models.DigestSubscription, r *models.Routing) {
			s.To, s.Recipients = nil, []string{"anna"}
			r.Recipients["anna"].Deputies[0].From, r.Recipients["anna"].Deputies[0].To = "2026-03-01", "2026-03-03"
		}, nil, []string{"weekly/anna en Europe/London → mail:ben@example.com → slack"}},
		{"who reads it anyway", func(s *models.DigestSubscription, r *models.Routing) {
			s.To, s.Recipients = nil, []string{"anna", "ben"}
			r.Recipients["anna"].Deputies[0].From, r.Recipients["anna"].Deputies[0].To = "2026-03-01", "2026-03-03"
		}, nil, []string{"weekly/ben en Europe/London → mail:ben@example.com → slack"}},
		{"an empty one that is skipped", func(s *models.DigestSubscription, _ *models.Routing) {
			s.SkipEmpty, s.Recipients = true, []string{"ben"}
		}, nil, []string{
			"weekly en Asia/Hong_Kong held: nothing to say, subscription weekly",
			"weekly/ben en Europe/London held: nothing to say, subscription weekly",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, r := several()
			tt.change(&s, &r)
			issue, notices := PlanDigest(s, week(s), Gathered{Routing: r, OptOuts: tt.outs}, noon)
			if diff := cmp.Diff(tt.want, digestLines(notices)); diff != "" {
				t.Errorf("notices mismatch (-want +got):\n%s", diff)
			}
			ids := make(map[string]bool)
			for i, n := range notices {
				ids[n.ID] = true
				if issue.NoticeIDs[i] != n.ID || n.SubjectID != issue.ID || n.Content.Digest.ID != issue.ID || !cmp.Equal(n.Subscriptions, []string{"weekly"}) {
					t.Errorf("notice %d is %s of %s, left as %v; want the issue %s of weekly", i, n.ID, n.SubjectID, n.Subscriptions, issue.ID)
				}
			}
			if len(ids) != len(notices) || len(issue.NoticeIDs) != len(notices) {
				t.Errorf("%d notices have %d IDs, of which the issue names %d", len(notices), len(ids), len(issue.NoticeIDs))
			}
		})
	}
}

// A reader behind the date line counts days from their own today, and the stored data
// covers the days of all readers.
func TestPlanDigestCountsDaysInZoneOfReader(t *testing.T) {
	s, r := several()
	ben := r.Recipients["ben"]
	ben.Zone = "Pacific/Honolulu"
	r.Recipients["ben"] = ben
	s.Recipients = []string{"ben"}
	now := readTime(t, "2026-03-02T00:32:00Z") // 1 March in Honolulu
	today := models.Event{ID: "E", Title: "Coins", RuleIDs: []string{"yuan"}, Dates: []models.KeyDate{{Day: "2026-03-01", Kind: "deadline"}, {Day: "2026-03-02", Kind: "effective"}}}
	_, notices := PlanDigest(s, week(s), Gathered{Routing: r, Window: models.Window{Dated: []models.Event{today}}}, now)
	var left [][]int
	for _, n := range notices {
		var days []int
		for _, d := range n.Content.Digest.Dates {
			days = append(days, d.Left)
		}
		left = append(left, days)
	}
	if diff := cmp.Diff([][]int{{0}, {0, 1}}, left); diff != "" {
		t.Errorf("days left mismatch (-want +got):\n%s", diff)
	}
	if _, first, last := DigestReach(s, r, week(s), now); first != "2026-03-01" || last != "2026-04-01" {
		t.Errorf("dates are read from %s to %s; want those of both readers, 2026-03-01 to 2026-04-01", first, last)
	}
}

// Events of one matter stand together, where the most severe of them would, by day and stage.
func TestPlanDigestKeepsMattersTogether(t *testing.T) {
	s := subscription("Asia/Hong_Kong")
	event := func(id string, severity models.Severity, matter, stage string, published time.Time) models.Event {
		e := models.Event{
			ID: id, Title: id, Severity: severity, Stage: stage, FirstSeenAt: noon.Add(-time.Hour), RuleIDs: []string{"yuan"},
			Articles: []models.EventArticle{{SourceName: "HKMA", PublishedAt: published}},
		}
		if matter != "" {
			e.Matter = models.MatterRef{ID: matter, Name: "The " + matter, Names: map[string]string{"zh-Hant": matter + "條例"}}
		}
		return e
	}
	day := func(n int) time.Time { return noon.AddDate(0, 0, -n) }
	found := Gathered{Stages: []string{"consultation", "passed", "in-force"}, Window: models.Window{Events: []models.Event{
		event("single", models.Critical, "other", "", day(1)),
		event("alone", models.High, "", "", day(1)),
		event("in force", models.Low, "act", "in-force", day(1)),
		event("passed", models.High, "act", "passed", day(1).Add(time.Hour)),
		event("consulted", models.Medium, "act", "consultation", day(3)),
		event("mild", models.Low, "", "", day(1)),
	}}}
	for language, name := range map[string]string{"en": "The act", "zh-Hant": "act條例", "zh-Hans": "The act"} {
		s.Language = language
		d := plannedDigest(s, week(s), found, noon).Content.Digest
		var got []string
		for _, e := range d.Events {
			got = append(got, e.Title)
		}
		if diff := cmp.Diff([]string{"single", "consulted", "passed", "in force", "alone", "mild"}, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(&models.DigestMatter{ID: "act", Name: name}, d.Events[1].Matter); diff != "" {
			t.Errorf("matter in %s (-want +got):\n%s", language, diff)
		}
	}
}

func TestPlanDigestSaysWhatAnEventIsAboutAndWhoHasIt(t *testing.T) {
	s := subscription("UTC")
	e := models.Event{
		ID: "E", Title: "Coins", Severity: models.High, Stage: "passed", RuleIDs: []string{"yuan"}, FirstSeenAt: noon.AddDate(0, 0, -30),
		Articles:    []models.EventArticle{{Title: "Coins", Extract: []string{"One.", "Two.", "Three."}}},
		Assignments: []models.Assignment{{By: "Ann"}, {}, {By: "Bo"}, {By: "Ann"}},
	}
	w := models.Window{Events: []models.Event{e}, Before: map[string]models.EventState{"E": {Severity: models.High, Stage: "introduced"}}}
	got := plannedDigest(s, week(s), Gathered{Window: w}, noon).Content.Digest.Events[0]
	want := models.DigestEvent{
		Extract: []string{"One.", "Two."}, AssignedTo: []string{"Ann", "Bo"},
		News: []models.Update{{Kind: models.UpdateStage, From: "introduced", To: "passed"}},
	}
	if diff := cmp.Diff(want, models.DigestEvent{Extract: got.Extract, AssignedTo: got.AssignedTo, News: got.News}); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
}
