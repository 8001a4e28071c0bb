package notifier

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var routing = models.Routing{
	Recipients: map[string]models.Recipient{
		"compliance": {Name: "compliance", Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "team@example.com"}}, Zone: "Asia/Hong_Kong"},
		"legal":      {Name: "legal", Destinations: []models.Destination{{Channel: "mail", Address: "legal@example.com"}}, Zone: "Europe/London", MinSeverity: models.High},
	},
	Routes: []models.Route{to("default", "compliance"), to("hk-policy", "compliance", "legal")},
	Health: []string{"compliance"},
}

// to returns a route that leads to recipients without conditions.
func to(path string, recipients ...string) models.Route {
	r := models.Route{Path: path}
	for _, name := range recipients {
		r.Lines = append(r.Lines, models.RouteLine{Recipient: name})
	}
	return r
}

func match(rule string, severity models.Severity, strength models.Strength, routes ...string) models.Match {
	return models.Match{
		RuleID: rule, RuleHash: "abcdef0123456789", RuleTitle: rule, Severity: severity, Strength: strength, Routes: routes,
		Hits: []models.Hit{{Field: models.InBody, Start: 4, End: 14, Text: "stablecoin", Paragraph: 1}},
	}
}

func change(kind models.ChangeKind, matches ...models.Match) models.Change {
	a := models.Article{
		ID: "A1", SourceID: "hkma", Title: "Licences granted", Body: "The stablecoin rules begin. More follows.", Revision: 1,
		SeenAt: noon, Source: models.Source{ID: "hkma", Name: "HKMA", Role: models.Regulator},
	}
	return models.Change{
		Kind: kind, Article: a, Matches: matches,
		Event:  models.Event{ID: "E1", Revision: 1, Title: a.Title, Articles: []models.EventArticle{{ArticleID: "A1", SourceName: "HKMA"}}},
		Joined: models.EventArticle{ArticleID: "A1", EventID: "E1", SourceName: "HKMA", JoinedBy: "a copy of the text"},
	}
}

// told formats each notice as one line.
func told(notices []models.Notice) []string {
	var lines []string
	for _, n := range notices {
		line := fmt.Sprintf("%s %s/%d %s %s", n.Kind, n.SubjectID, n.SubjectRevision, n.Recipient, n.Severity)
		if n.IsHeld() {
			line += " held: " + n.HeldReasons.String()
		}
		for _, d := range n.Deliveries {
			line += " → " + d.Destination
		}
		lines = append(lines, line)
	}
	return lines
}

func TestPlan(t *testing.T) {
	baseline := change(models.Opened, match("yuan", models.High, models.Subject))
	baseline.Article.Baseline = true
	draft := match("yuan", models.High, models.Subject)
	draft.Draft = true
	asked := match("ban", models.Low, models.Mention)
	asked.MentionAlerts = true
	known := change(models.Copied, match("yuan", models.High, models.Subject))
	had := []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}, Official: true}}
	known.Event.Notified, known.Event.Revision = had, 2
	wider := change(models.Copied, match("yuan", models.High, models.Subject, "hk-policy"))
	wider.Event.Notified, wider.Event.Revision = had, 2
	graver := change(models.Revised, match("yuan", models.Critical, models.Subject), match("ban", models.Low, models.Subject))
	graver.Event.Notified, graver.Event.Revision = had, 3
	lost := change(models.Copied, match("yuan", models.High, models.Subject))
	lost.Event.Notified, lost.Event.Revision = []models.Notified{{Recipient: "compliance", Lost: true}}, 2
	confirmed := known
	confirmed.Event.Notified, confirmed.Event.Official = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}}}, true
	second := change(models.Copied, match("yuan", models.High, models.Subject))
	second.Event.Revision = 2

	tests := []struct {
		name    string
		changes []models.Change
		want    []string
	}{
		{
			"a rule without routes takes the default",
			[]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))},
			[]string{"alert E1/1 compliance high → slack → mail:team@example.com"},
		},
		{
			"two rules and two routes tell a recipient once",
			[]models.Change{change(models.Opened, match("yuan", models.High, models.Subject, "hk-policy"), match("ban", models.Medium, models.Subject))},
			[]string{"alert E1/1 compliance high → slack → mail:team@example.com", "alert E1/1 legal high → mail:legal@example.com"},
		},
		{
			"a route that is gone does not swallow an alert",
			[]models.Change{change(models.Opened, match("yuan", models.High, models.Subject, "gone"))},
			[]string{"alert E1/1 compliance high → slack → mail:team@example.com"},
		},
		{
			"a mention alone is held",
			[]models.Change{change(models.Opened, match("ban", models.High, models.Mention))},
			[]string{"alert E1/1 compliance high held: mention only, rule ban"},
		},
		{
			"a mention alerts where the rule asks for it",
			[]models.Change{change(models.Opened, asked)},
			[]string{"alert E1/1 compliance low → slack → mail:team@example.com"},
		},
		{
			"a draft counts and never sends",
			[]models.Change{change(models.Opened, draft)},
			[]string{"alert E1/1 compliance high held: draft only, rule yuan"},
		},
		{
			"a first scan is silent",
			[]models.Change{baseline},
			[]string{"alert E1/1 compliance high held: baseline, source HKMA"},
		},
		{
			"too mild for one of two",
			[]models.Change{change(models.Opened, match("yuan", models.Medium, models.Subject, "hk-policy"))},
			[]string{"alert E1/1 compliance medium → slack → mail:team@example.com", "alert E1/1 legal medium held: below severity, recipient legal, severity medium, minimum high"},
		},
		{
			"a known event is an update",
			[]models.Change{known},
			[]string{"update E1/2 compliance high held: known, source HKMA, joined by a copy of the text"},
		},
		{
			"a known event reaches who was not told",
			[]models.Change{wider},
			[]string{"update E1/2 compliance high held: known, source HKMA, joined by a copy of the text", "alert E1/2 legal high → mail:legal@example.com"},
		},
		{
			"a copy in the same scan is an update",
			[]models.Change{change(models.Opened, match("yuan", models.High, models.Subject)), second},
			[]string{"alert E1/1 compliance high → slack → mail:team@example.com", "update E1/2 compliance high held: known, source HKMA, joined by a copy of the text"},
		},
		{
			"a later revision that is graver is told",
			[]models.Change{graver},
			[]string{"update E1/3 compliance critical → slack → mail:team@example.com"},
		},
		{
			"an alert that could not be delivered is told again",
			[]models.Change{lost},
			[]string{"alert E1/2 compliance high → slack → mail:team@example.com"},
		},
		{"no match, no notice", []models.Change{change(models.Opened)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Plan(tt.changes, routing, models.PlanContext{}, noon)
			if diff := cmp.Diff(tt.want, told(got)); diff != "" {
				t.Errorf("Plan (-want +got):\n%s", diff)
			}
			for _, n := range got {
				if n.ID != n.Key() || len(n.Reasons) == 0 || n.Content.Alert == nil {
					t.Errorf("notice without its key, reason or content: %+v", n)
				}
			}
		})
	}
}

func TestPlanAlertListsSubjectsMentionsAndCopies(t *testing.T) {
	c := change(models.Opened, match("ban", models.Medium, models.Mention), match("yuan", models.High, models.Subject), match("ordinance", models.High, models.Mention))
	later := c
	later.Event.Revision = 2
	later.Event.Articles = append(later.Event.Articles, models.EventArticle{ArticleID: "A2", SourceName: "Daily"})
	later.Kind, later.Article.ID = models.Copied, "A2"
	alert := Plan([]models.Change{c, later}, routing, models.PlanContext{}, noon)[0].Content.Alert
	var got []string
	for _, f := range alert.Why {
		got = append(got, "why "+f.RuleID+" "+f.Revision)
	}
	for _, f := range alert.Mentions {
		got = append(got, "mentions "+f.RuleID)
	}
	for _, r := range alert.OtherSources {
		got = append(got, "also "+r.Source)
	}
	want := []string{"why yuan abcdef", "mentions ordinance", "mentions ban", "also Daily"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alert (-want +got):\n%s", diff)
	}
}

func TestExcerpt(t *testing.T) {
	long := "First sentence stands here. " + strings.Repeat("Padding words go on and on here. ", 12) + "Then the renminbi-backed stablecoin is named. And it ends."
	tests := []struct{ name, body, word, want string }{
		{"its sentence", "One. The yuan coin is here. Three.", "yuan coin", "The [yuan coin] is here. Three."},
		{"deep in the body", long, "renminbi-backed stablecoin", "Then the [renminbi-backed stablecoin] is named. And it ends."},
		{"Chinese", "第一句在此。金管局談人民幣穩定幣。第三句。", "人民幣穩定幣", "金管局談[人民幣穩定幣]。第三句。"},
		{"lines are joined", "The yuan\n  coin is here.", "yuan\n  coin", "The [yuan coin] is here."},
		{"a heading above", "The yuan coin in brief\n\nA paragraph follows. It ends.\n\nAnother.", "yuan coin", "The [yuan coin] in brief … A paragraph follows. It ends. Another."},
		{"nothing found", "Just a text.", "", "Just a text."},
		{"empty", "", "", ""},
		{"a sentence without end", strings.Repeat("word ", 200) + "coin " + strings.Repeat("more ", 200), "coin", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var matches []models.Match
			if i := strings.Index(tt.body, tt.word); tt.word != "" {
				matches = []models.Match{{Hits: []models.Hit{{Field: models.InBody, Start: i, End: i + len(tt.word)}}}}
			}
			e := excerpt(tt.body, matches)
			got := e.Text
			for i := len(e.Highlights) - 1; i >= 0; i-- {
				m := e.Highlights[i]
				got = got[:m[0]] + "[" + got[m[0]:m[1]] + "]" + got[m[1]:]
			}
			if tt.want == "" && tt.body != "" {
				if !strings.Contains(got, "["+tt.word+"]") || len([]rune(got)) > excerptRunes+10 {
					t.Errorf("excerpt %q lacks the words or is too long", got)
				}
				return
			}
			if got != tt.want {
				t.Errorf("excerpt = %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("One. 人民幣 coin is here.", 5, 9)
	f.Fuzz(func(t *testing.T, body string, start, end int) {
		e := excerpt(body, []models.Match{{Hits: []models.Hit{{Field: models.InBody, Start: start, End: end}}}})
		previous := 0
		for _, m := range e.Highlights {
			if m[0] < previous || m[1] <= m[0] || m[1] > len(e.Text) {
				t.Fatalf("mark %v of %q is out of order or range", m, e.Text)
			}
			previous = m[1]
		}
	})
}

func TestPlanHealthReportsEachChangeOnce(t *testing.T) {
	src := models.Source{ID: "hkma", Name: "HKMA press releases"}
	state := models.SourceState{SourceID: "hkma", Health: models.Healthy, SucceededAt: noon.Add(-time.Hour)}
	var got []string
	step := func(after models.SourceState) {
		for _, n := range PlanHealth(state, after, src, routing, noon) {
			got = append(got, fmt.Sprintf("%s %s %s", n.Content.Health.Health, n.Content.Health.Error, n.Deliveries[0].Destination))
		}
		after.Generation++
		state = after
	}
	for range 5 {
		step(Failed(state, models.FailureSourceUnreachable, "the host does not answer", noon))
	}
	step(Succeeded(state, src, Yield{}, noon))
	step(Succeeded(state, src, Yield{}, noon))
	want := []string{"failing the host does not answer slack", "healthy the host does not answer slack"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("health notices (-want +got):\n%s", diff)
	}
}

func TestPlanUpdateListsChanges(t *testing.T) {
	c := change(models.Revised, match("yuan", models.Critical, models.Subject), match("ban", models.Low, models.Subject))
	c.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}}}
	c.Event.Official = true
	alert := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0].Content.Alert
	want := []models.Update{
		{Kind: models.UpdateSeverity, From: "high", To: "critical"}, {Kind: models.UpdateRule, To: "ban"}, {Kind: models.UpdateOfficial, To: "HKMA"},
	}
	if diff := cmp.Diff(want, alert.Updates); diff != "" || alert.Trigger.Kind() != models.ReasonEventChanged {
		t.Errorf("triggered by %q with the news (-want +got):\n%s", alert.Trigger, diff)
	}
}

// Two recipients of one channel get one message, and both count as notified.
func TestPlanSendsOneMessageToSharedDestination(t *testing.T) {
	shared := models.Routing{
		Recipients: map[string]models.Recipient{
			"compliance": {Destinations: []models.Destination{{Channel: "slack"}}},
			"counsel":    {Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "counsel@example.com"}}},
		},
		Routes: []models.Route{to("default", "compliance", "counsel"), to("law", "counsel")},
	}
	same := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, shared, models.PlanContext{}, noon)
	want := []string{"alert E1/1 compliance high → slack", "alert E1/1 counsel high → mail:counsel@example.com"}
	if diff := cmp.Diff(want, told(same)); diff != "" {
		t.Errorf("the same rule (-want +got):\n%s", diff)
	}
	more := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject), match("court", models.High, models.Subject, "law"))}, shared, models.PlanContext{}, noon)
	want = []string{"alert E1/1 compliance high → slack", "alert E1/1 counsel high → slack → mail:counsel@example.com"}
	if diff := cmp.Diff(want, told(more)); diff != "" {
		t.Errorf("a rule more for one of them (-want +got):\n%s", diff)
	}
}

// A digest counts held notices by the kind of reason.
func TestPlanRecordsKindOfHold(t *testing.T) {
	draft := match("yuan", models.High, models.Subject)
	draft.Draft = true
	first := change(models.Opened, match("yuan", models.High, models.Subject))
	first.Article.Baseline = true
	known := change(models.Copied, match("yuan", models.High, models.Subject))
	known.Event.Notified = []models.Notified{{Recipient: "desk", Severity: models.High, Rules: []string{"yuan"}}}
	open := func(m models.Match) models.Change { return change(models.Opened, m) }
	mute := models.PlanContext{Mutes: []models.Mute{{Kind: models.MuteEvent, Target: "E1", Until: noon.Add(time.Hour)}}}
	left := models.PlanContext{OptOuts: []models.OptOut{{Subscription: "default/desk", Address: "slack"}}}
	tests := []struct {
		want          models.Hold
		change        models.Change
		circumstances models.PlanContext
	}{
		{models.HeldMention, open(match("yuan", models.High, models.Mention)), models.PlanContext{}},
		{models.HeldDraft, open(draft), models.PlanContext{}},
		{models.HeldBaseline, first, models.PlanContext{}},
		{models.HeldSeverity, open(match("yuan", models.Low, models.Subject)), models.PlanContext{}},
		{models.HeldTold, known, models.PlanContext{}},
		{models.HeldMuted, open(match("yuan", models.High, models.Subject)), mute},
		{models.HeldOptedOut, open(match("yuan", models.High, models.Subject)), left},
		{"", open(match("yuan", models.High, models.Subject)), models.PlanContext{}},
	}
	for _, tt := range tests {
		routing := models.Routing{
			Recipients: map[string]models.Recipient{"desk": {Name: "desk", Destinations: []models.Destination{{Channel: "slack"}}, MinSeverity: models.Medium}},
			Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "desk"}}}},
		}
		if n := Plan([]models.Change{tt.change}, routing, tt.circumstances, noon)[0]; n.HeldAs != tt.want {
			t.Errorf("held as %q (%s), want %q", n.HeldAs, n.HeldReasons.String(), tt.want)
		}
	}
}
