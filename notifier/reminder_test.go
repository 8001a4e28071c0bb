package notifier

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// remindRouting has a recipient in Hong Kong and others with different settings.
func remindRouting() models.Routing {
	usual := []int{30, 7, 1}
	mail := func(name string) []models.Destination {
		return []models.Destination{{Channel: "mail", Address: name + "@example.com"}}
	}
	return models.Routing{
		Recipients: map[string]models.Recipient{
			"compliance": {Destinations: []models.Destination{{Channel: "slack"}}, Zone: "Asia/Hong_Kong", Language: "zh-Hant", Reminders: usual},
			"office":     {Destinations: mail("office"), Zone: "Europe/London", Hours: office, Reminders: usual},
			"weekly":     {Destinations: mail("weekly"), Zone: "UTC", Frequency: models.Frequency{Kind: models.Weekly, Day: time.Friday, At: 16 * time.Hour}, Reminders: usual},
			"none":       {Destinations: mail("none"), Zone: "UTC"},
			"nowhere":    {Zone: "UTC", Reminders: usual},
		},
		Routes: []models.Route{
			to(models.DefaultRoute, "compliance", "office", "weekly", "none", "nowhere"),
			{Path: "own", Lines: []models.RouteLine{
				{Recipient: "compliance", Reminders: &[]int{}},
				{Recipient: "none", Reminders: &[]int{3}},
				{Recipient: "weekly", Frequency: &models.Frequency{}},
			}},
		},
	}
}

// dated returns an event of 1 March with a key date, to which recipients were alerted
// immediately.
func dated(day string, told ...string) models.Event {
	e := models.Event{
		ID: "E1", Title: "Rules for issuers", Link: "https://example.org/1", Severity: models.High, RuleIDs: []string{"yuan"},
		Dates:    []models.KeyDate{{Day: day, Kind: "deadline"}},
		Articles: []models.EventArticle{{ArticleID: "A1", SourceID: "hkma", SourceName: "HKMA", Title: "Rules for issuers", Link: "https://example.org/1", Dates: []models.KeyDate{{Day: day, Kind: "deadline"}}}},
	}
	for _, name := range told {
		e.Notified = append(e.Notified, models.Notified{
			Recipient: name, Severity: models.High, Rules: []string{"yuan", "mentioned"}, At: readMoment("2026-03-01T12:00:00Z"), Subscriptions: []string{"default/" + name},
		})
	}
	return e
}

func readMoment(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return at
}

// reminded formats planned reminders, one line each.
func reminded(notices []models.Notice) []string {
	var lines []string
	for _, n := range notices {
		r := n.Content.Reminder
		line := fmt.Sprintf("%s to %s, %d days left", n.SubjectID, n.Recipient, r.Left)
		switch {
		case n.IsHeld():
			line += ", held: " + n.HeldReasons.String()
		case n.IsDeferred():
			line += ", waits until " + n.WaitUntil.Format("Mon 2 15:04")
		}
		for _, d := range n.Deliveries {
			line += " → " + d.Destination
		}
		lines = append(lines, line)
	}
	return lines
}

func TestPlanRemindersAreDueInTheMorning(t *testing.T) {
	e := dated("2026-04-30", "compliance")
	var past []models.PastReminder
	var got []string
	began := readMoment("2026-02-01T00:00:00Z")
	for now := readMoment("2026-03-01T12:00:00Z"); now.Before(readMoment("2026-05-03T00:00:00Z")); now = now.Add(15 * time.Minute) {
		for _, n := range PlanReminders([]models.Event{e}, past, remindRouting(), models.PlanContext{}, began, now) {
			got = append(got, now.Format("2 Jan 15:04 ")+reminded([]models.Notice{n})[0])
			past = append(past, models.PastReminder{EventID: "E1", Recipient: n.Recipient, Day: n.Content.Reminder.Day(), Ahead: n.Content.Reminder.Ahead})
		}
	}
	want := []string{
		"31 Mar 00:00 E1/deadline/2026-04-30/30 to compliance, 30 days left → slack",
		"23 Apr 00:00 E1/deadline/2026-04-30/7 to compliance, 7 days left → slack",
		"29 Apr 00:00 E1/deadline/2026-04-30/1 to compliance, 1 days left → slack",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reminders of two months (-want +got):\n%s", diff)
	}
}

func TestPlanReminders(t *testing.T) {
	const began = "2026-02-01T00:00:00Z"
	with := func(e models.Event, change func(*models.Event)) models.Event {
		e.Notified, e.Articles, e.Dates = slices.Clone(e.Notified), slices.Clone(e.Articles), slices.Clone(e.Dates)
		change(&e)
		return e
	}
	line := func(e models.Event, subscription string) models.Event {
		return with(e, func(e *models.Event) { e.Notified[0].Subscriptions = []string{subscription} })
	}
	past := func(recipient string, ahead int) []models.PastReminder {
		return []models.PastReminder{{EventID: "E1", Recipient: recipient, Day: "2026-04-30", Ahead: ahead}}
	}
	april := dated("2026-04-30", "compliance")
	tests := []struct {
		name  string
		event models.Event
		past  []models.PastReminder
		c     models.PlanContext
		began string
		now   string
		want  []string
	}{
		{"a missed one is sent with the days that are left", april, nil, models.PlanContext{}, began, "2026-04-25T03:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 5 days left → slack"}},
		{"only the nearest of those that were missed", april, nil, models.PlanContext{}, began, "2026-04-29T16:30:00Z", []string{"E1/deadline/2026-04-30/1 to compliance, 0 days left → slack"}},
		{"none after the day", april, nil, models.PlanContext{}, began, "2026-04-30T16:30:00Z", nil},
		{"none twice", april, past("compliance", 7), models.PlanContext{}, began, "2026-04-25T03:00:00Z", nil},
		{"none that is further ahead than one that was sent", april, past("compliance", 1), models.PlanContext{}, began, "2026-04-25T03:00:00Z", nil},
		{"what another was reminded of does not count", april, past("legal", 7), models.PlanContext{}, began, "2026-04-25T03:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 5 days left → slack"}},
		{"none that was due before reminders began", april, nil, models.PlanContext{}, "2026-04-23T00:00:01Z", "2026-04-25T03:00:00Z", nil},
		{"the next one after they began", april, nil, models.PlanContext{}, "2026-04-23T00:00:01Z", "2026-04-29T00:00:00Z", []string{"E1/deadline/2026-04-30/1 to compliance, 1 days left → slack"}},
		{"a beginning that a clock noted that was ahead does not count", april, nil, models.PlanContext{}, "2027-01-01T00:00:00Z", "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left → slack"}},
		{"none to who was alerted after it was due", with(april, func(e *models.Event) { e.Notified[0].At = readMoment("2026-04-24T00:00:00Z") }), nil, models.PlanContext{}, began, "2026-04-25T03:00:00Z", nil},
		{"none on the day of the alert", with(april, func(e *models.Event) { e.Notified[0].At = readMoment("2026-04-22T23:00:00Z") }), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", nil},
		{"none of a day that was named after it was due", with(april, func(e *models.Event) { e.Articles[0].StatedAt = readMoment("2026-04-24T00:00:00Z") }), nil, models.PlanContext{}, began, "2026-04-25T03:00:00Z", nil},
		{
			"a day that moved is reminded of again",
			with(april, func(e *models.Event) {
				e.Dates = []models.KeyDate{{Day: "2026-05-31", Kind: "deadline"}}
				e.Articles[0].Dates, e.Articles[0].StatedAt = e.Dates, readMoment("2026-04-26T00:00:00Z")
			}),
			past("compliance", 7),
			models.PlanContext{},
			began, "2026-05-24T00:00:00Z",
			[]string{"E1/deadline/2026-05-31/7 to compliance, 7 days left → slack"},
		},
		{
			"two dates of a day are one reminder",
			with(april, func(e *models.Event) {
				e.Dates = append([]models.KeyDate{{Day: "2026-04-30", Kind: "effective"}}, e.Dates...)
			}),
			nil,
			models.PlanContext{},
			began, "2026-04-23T00:00:00Z",
			[]string{"E1/effective/2026-04-30/7 to compliance, 7 days left → slack"},
		},
		{"who was sent nothing is reminded of nothing", dated("2026-04-30"), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", nil},
		{"nor who lost the alert", with(april, func(e *models.Event) { e.Notified[0].Lost = true }), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", nil},
		{"nor whose alert waits", with(april, func(e *models.Event) { e.Notified[0].At = time.Time{} }), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", nil},
		{"nor whose line has none", line(dated("2026-04-30", "compliance"), "own/compliance"), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", nil},
		{"nor who wants none", dated("2026-04-30", "none"), nil, models.PlanContext{}, began, "2026-04-29T08:00:00Z", nil},
		{"but for a line that says otherwise", line(dated("2026-04-30", "none"), "own/none"), nil, models.PlanContext{}, began, "2026-04-27T08:00:00Z", []string{"E1/deadline/2026-04-30/3 to none, 3 days left → mail:none@example.com"}},
		{
			"who is not configured any more is replaced by the default route, those who know it by themselves",
			dated("2026-04-30", "compliance", "gone"), past("compliance", 7),
			models.PlanContext{},
			began, "2026-04-23T08:00:00Z",
			[]string{
				"E1/deadline/2026-04-30/7 to office, 7 days left → mail:office@example.com",
				"E1/deadline/2026-04-30/7 to weekly, 7 days left, waits until Fri 24 16:00",
				"E1/deadline/2026-04-30/7 to nowhere, 7 days left, held: no destination, recipient nowhere",
			},
		},
		{"a line that is gone has the recipient's own", line(dated("2026-04-30", "compliance"), "gone/compliance"), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left → slack"}},
		{"muted", april, nil, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E1"}}}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left, held: muted, event E1, until 0001-01-01T00:00:00Z"}},
		{"the rule that raised it is muted", april, nil, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteRule, Target: "yuan"}}}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left, held: muted, rule yuan, until 0001-01-01T00:00:00Z"}},
		{"a rule that it mentions is muted", april, nil, models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteRule, Target: "mentioned"}}}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left → slack"}},
		{"not relevant", with(april, func(e *models.Event) { e.Feedback = []models.Feedback{{By: "ada"}} }), nil, models.PlanContext{}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left, held: not relevant"}},
		{"left the line", april, nil, models.PlanContext{OptOuts: []models.OptOut{{Subscription: "default/compliance", Address: "slack"}}}, began, "2026-04-23T00:00:00Z", []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left, held: opted out, recipient compliance, subscription default/compliance"}},
		{"at the weekend it waits for the hours", dated("2026-04-30", "office"), past("office", 30), models.PlanContext{}, began, "2026-04-25T08:00:00Z", []string{"E1/deadline/2026-04-30/7 to office, 5 days left, waits until Mon 27 07:00"}},
		{"before a Monday it comes on the Sunday and waits for the hours", dated("2026-04-27", "office"), nil, models.PlanContext{}, began, "2026-04-26T07:00:00Z", []string{"E1/deadline/2026-04-27/1 to office, 1 days left, waits until Mon 27 07:00"}},
		{"before a Sunday it comes on the Friday", dated("2026-04-26", "office"), []models.PastReminder{{EventID: "E1", Recipient: "office", Day: "2026-04-26", Ahead: 7}}, models.PlanContext{}, began, "2026-04-24T07:00:00Z", []string{"E1/deadline/2026-04-26/1 to office, 2 days left → mail:office@example.com"}},
		{"critical ones wait for nothing", with(dated("2026-04-26", "office"), func(e *models.Event) { e.Notified[0].Severity = models.Critical }), nil, models.PlanContext{}, began, "2026-04-25T07:00:00Z", []string{"E1/deadline/2026-04-26/1 to office, 1 days left → mail:office@example.com"}},
		{"a pace that would be too late moves it ahead", dated("2026-04-29", "weekly"), []models.PastReminder{{EventID: "E1", Recipient: "weekly", Day: "2026-04-29", Ahead: 7}}, models.PlanContext{}, began, "2026-04-24T08:00:00Z", []string{"E1/deadline/2026-04-29/1 to weekly, 5 days left, waits until Fri 24 16:00"}},
		{"the most urgent of several paces counts", with(dated("2026-04-29", "weekly"), func(e *models.Event) { e.Notified[0].Subscriptions = []string{"default/weekly", "own/weekly"} }), nil, models.PlanContext{}, began, "2026-04-22T08:00:00Z", []string{"E1/deadline/2026-04-29/7 to weekly, 7 days left → mail:weekly@example.com"}},
		{"a day that is none", dated("soon", "compliance"), nil, models.PlanContext{}, began, "2026-04-22T08:00:00Z", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := PlanReminders([]models.Event{tt.event}, tt.past, remindRouting(), tt.c, readMoment(tt.began), readMoment(tt.now))
			if diff := cmp.Diff(tt.want, reminded(got)); diff != "" {
				t.Errorf("PlanReminders (-want +got):\n%s", diff)
			}
			for _, n := range got {
				if n.ID != n.Key() || n.Kind != models.NoticeReminder || len(n.Reasons) == 0 || n.Content.Reminder.Source != "HKMA" {
					t.Errorf("notice without its key, reason or content: %+v", n)
				}
				for _, d := range n.Deliveries {
					if d.Thread != "E1" {
						t.Errorf("the reminder is in the thread %q; want that of its event", d.Thread)
					}
				}
			}
		})
	}
}

func TestPlanRemindersSendOneMessageToSharedDestination(t *testing.T) {
	r := remindRouting()
	twin := r.Recipients["compliance"]
	r.Recipients["twin"] = twin
	e := dated("2026-04-30", "compliance", "twin")
	got := reminded(PlanReminders([]models.Event{e}, nil, r, models.PlanContext{}, time.Time{}, readMoment("2026-04-23T00:00:00Z")))
	want := []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left → slack", "E1/deadline/2026-04-30/7 to twin, 7 days left"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PlanReminders (-want +got):\n%s", diff)
	}
}

// manyDated returns events with one date each, and their deferred reminders.
func manyDated(n int, recipient, now string) ([]models.Event, []models.Notice, map[string]models.Event) {
	var events []models.Event
	byID := make(map[string]models.Event)
	for i := range n {
		e := dated("2026-04-30", recipient)
		e.ID = fmt.Sprintf("E%02d", i)
		events = append(events, e)
		byID[e.ID] = e
	}
	waiting := PlanReminders(events, nil, remindRouting(), models.PlanContext{}, time.Time{}, readMoment(now))
	return events, waiting, byID
}

func TestPlanRemindersSendsManyAsSummary(t *testing.T) {
	now := readMoment("2026-04-23T00:00:00Z")
	_, waiting, events := manyDated(12, "compliance", "2026-04-23T00:00:00Z")
	for _, n := range waiting {
		if !n.WaitUntil.Equal(now) || n.WaitReasons.Kind() != models.ReasonBurst || len(n.Deliveries) > 0 {
			t.Fatalf("%s waits until %s for %q; want that all are sent together now", n.SubjectID, n.WaitUntil, n.WaitReasons)
		}
	}
	var lines []string
	for _, n := range PlanFlush(waiting, events, remindRouting(), models.PlanContext{}, now) {
		if s := n.Content.Summary; s != nil {
			lines = append(lines, fmt.Sprintf("summary of %d reminders %t, %s, %v", len(s.Events), s.Reminders, s.Events[0].Dates[0].Day, n.Deliveries[0].Destination))
			continue
		}
		if n.ToldIn == "" || n.IsDeferred() {
			t.Errorf("%s is not told in the summary", n.SubjectID)
		}
	}
	if diff := cmp.Diff([]string{"summary of 12 reminders true, 2026-04-30, slack"}, lines); diff != "" {
		t.Errorf("PlanFlush (-want +got):\n%s", diff)
	}
}

func TestFlushReminders(t *testing.T) {
	friday := "2026-04-24T08:00:00Z"
	with := func(change func(*models.Event)) map[string]models.Event {
		_, _, events := manyDated(1, "weekly", friday)
		e := events["E00"]
		change(&e)
		return map[string]models.Event{"E00": e}
	}
	nothing := func(*models.Event) {}
	tests := []struct {
		name   string
		events map[string]models.Event
		c      models.PlanContext
		now    string
		want   []string
	}{
		{"with the days that are left by then", with(nothing), models.PlanContext{}, "2026-04-27T08:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 3 days left → mail:weekly@example.com"}},
		{"not after the day", with(nothing), models.PlanContext{}, "2026-05-01T08:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left, held: date passed, day 2026-04-30"}},
		{"not of a day that moved", with(func(e *models.Event) { e.Dates[0].Day = "2026-05-30" }), models.PlanContext{}, "2026-04-24T16:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left, held: date moved, day 2026-04-30"}},
		{"in the thread of what its event became", with(func(e *models.Event) { e.ID = "E77" }), models.PlanContext{}, "2026-04-24T16:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left → mail:weekly@example.com in E77"}},
		{"of an event that is not known any more", nil, models.PlanContext{}, "2026-04-24T16:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left → mail:weekly@example.com"}},
		{"muted since", with(nothing), models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E00"}}}, "2026-04-24T16:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left, held: muted, event E00, until 0001-01-01T00:00:00Z"}},
		{"not relevant", with(func(e *models.Event) { e.Feedback = []models.Feedback{{By: "ada"}} }), models.PlanContext{}, "2026-04-24T16:00:00Z", []string{"E00/deadline/2026-04-30/1 to weekly, 6 days left, held: not relevant"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, waiting, _ := manyDated(1, "weekly", friday)
			got := PlanFlush(waiting, tt.events, remindRouting(), tt.c, readMoment(tt.now))
			lines := reminded(got)
			for i, n := range got {
				if len(n.Deliveries) > 0 && n.Deliveries[0].Thread != "E00" {
					lines[i] += " in " + n.Deliveries[0].Thread
				}
			}
			if diff := cmp.Diff(tt.want, lines); diff != "" {
				t.Errorf("PlanFlush (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlushSendsNearestReminder(t *testing.T) {
	_, nearer, events := manyDated(1, "weekly", "2026-04-24T08:00:00Z")
	further := nearer[0]
	content := *further.Content.Reminder
	content.Ahead = 7
	further.SubjectID, further.Content.Reminder = "E00/deadline/2026-04-30/7", &content
	further.ID = further.Key()
	got := reminded(PlanFlush([]models.Notice{further, nearer[0]}, events, remindRouting(), models.PlanContext{}, readMoment("2026-04-24T16:00:00Z")))
	want := []string{
		"E00/deadline/2026-04-30/7 to weekly, 6 days left, held: nearer, day 2026-04-30",
		"E00/deadline/2026-04-30/1 to weekly, 6 days left → mail:weekly@example.com",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PlanFlush (-want +got):\n%s", diff)
	}
}

func TestRemindersOfRemovedRecipientUseDefaultRoute(t *testing.T) {
	_, waiting, events := manyDated(1, "weekly", "2026-04-24T08:00:00Z")
	r := remindRouting()
	delete(r.Recipients, "weekly")
	r.Routes = []models.Route{to(models.DefaultRoute, "compliance")}
	got := reminded(PlanFlush(waiting, events, r, models.PlanContext{}, readMoment("2026-04-24T16:00:00Z")))
	if diff := cmp.Diff([]string{"E00/deadline/2026-04-30/1 to weekly, 5 days left → slack"}, got); diff != "" {
		t.Errorf("PlanFlush (-want +got):\n%s", diff)
	}
}

func TestRemindersReachCoversAllZones(t *testing.T) {
	first, last, none := RemindersReach(remindRouting(), readMoment("2026-04-24T08:00:00Z"))
	if first > "2026-04-23" || last < "2026-05-25" || none {
		t.Errorf("RemindersReach = %s to %s, none %t; want the 30 days from yesterday", first, last, none)
	}
	if _, _, none := RemindersReach(routing, noon); !none {
		t.Error("RemindersReach finds reminders where nobody wants any")
	}
}

func TestReminderGoesToDeputyOnce(t *testing.T) {
	r := remindRouting()
	r.Recipients["compliance"] = models.Recipient{
		Destinations: []models.Destination{{Channel: "slack"}}, Zone: "UTC", Reminders: []int{7},
		Deputies: []models.Deputy{{Recipient: "none", From: "2026-04-20", To: "2026-04-25"}},
	}
	r.Recipients["none"] = models.Recipient{Destinations: []models.Destination{{Channel: "mail", Address: "none@example.com"}}, Zone: "UTC", Reminders: []int{7}}
	began, now := readMoment("2026-02-01T00:00:00Z"), readMoment("2026-04-23T08:00:00Z")

	alone := PlanReminders([]models.Event{dated("2026-04-30", "compliance")}, nil, r, models.PlanContext{}, began, now)
	if got, want := reminded(alone), []string{"E1/deadline/2026-04-30/7 to compliance, 7 days left → mail:none@example.com"}; !cmp.Equal(got, want) || alone[0].Reasons[len(alone[0].Reasons)-1].Kind != models.ReasonDeputy {
		t.Errorf("reminders %q because %q, want %q because of the deputy", got, alone[0].Reasons, want)
	}
	both := PlanReminders([]models.Event{dated("2026-04-30", "compliance", "none")}, nil, r, models.PlanContext{}, began, now)
	want := []string{
		"E1/deadline/2026-04-30/7 to none, 7 days left → mail:none@example.com",
		"E1/deadline/2026-04-30/7 to compliance, 7 days left",
	}
	if diff := cmp.Diff(want, reminded(both)); diff != "" {
		t.Errorf("reminders where the deputy is reminded anyway (-want +got):\n%s", diff)
	}
}
