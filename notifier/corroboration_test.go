package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// waitingRouting returns a routing whose default route waits.
func waitingRouting(after models.Corroboration) models.Routing {
	r := models.Routing{Recipients: map[string]models.Recipient{"desk": {Name: "desk", Destinations: []models.Destination{{Channel: "terminal"}}, Zone: "UTC"}}}
	r.Routes = []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "desk"}}, After: after}}
	return r
}

func reportOf(id, link string, role models.Role, joinedBy string) models.EventArticle {
	a := models.EventArticle{ArticleID: id, SourceID: id, SourceName: id, Link: link, Role: role, Strength: models.Subject, JoinedBy: joinedBy}
	if joinedBy == "a similar report" {
		a.Similarity = &models.Similarity{}
	}
	return a
}

func eventChange(severity models.Severity, articles ...models.EventArticle) models.Change {
	e := models.Event{ID: "E1", Revision: len(articles), Title: "T", RuleIDs: []string{"r"}, Severity: severity, Strength: models.Subject, Articles: articles}
	for _, a := range articles {
		e.Official = e.Official || a.Role.Official()
	}
	last := articles[len(articles)-1]
	kind := models.Opened
	if len(articles) > 1 {
		kind = models.Similar
	}
	return models.Change{
		Kind: kind, Event: e, Joined: last, Article: models.Article{ID: last.ArticleID, Link: last.Link, SourceID: last.SourceID, Source: models.Source{ID: last.SourceID, Name: last.SourceID, Role: last.Role}},
		Matches: []models.Match{{RuleID: "r", RuleHash: "h", Severity: severity, Strength: models.Subject}},
	}
}

func TestRouteWaitsForOtherSources(t *testing.T) {
	two := models.Corroboration{Sources: 2, Within: 6 * time.Hour}
	official := models.Corroboration{Official: true, Within: time.Hour}
	one := reportOf("a", "https://news.a.example/1", models.Press, "opened the event")
	for _, tt := range []struct {
		name     string
		after    models.Corroboration
		severity models.Severity
		articles []models.EventArticle
		waits    time.Duration
		why      models.ReasonKind
	}{
		{"one source", two, models.High, []models.EventArticle{one}, 6 * time.Hour, models.ReasonAwaitsSources},
		{"two sources", two, models.High, []models.EventArticle{one, reportOf("b", "https://b.example/1", models.Press, "a similar report")}, 0, ""},
		{"a copy", two, models.High, []models.EventArticle{one, reportOf("b", "https://b.example/1", models.Press, "a copy of the text")}, 6 * time.Hour, models.ReasonAwaitsSources},
		{"two sites of one publisher", two, models.High, []models.EventArticle{one, reportOf("b", "https://www.a.example/2", models.Press, "a similar report")}, 6 * time.Hour, models.ReasonAwaitsSources},
		{"publishers under one public suffix", two, models.High, []models.EventArticle{reportOf("a", "https://a.com.hk/1", models.Press, "opened the event"), reportOf("b", "https://b.com.hk/1", models.Press, "a similar report")}, 0, ""},
		{"press alone", official, models.High, []models.EventArticle{one}, time.Hour, models.ReasonAwaitsOfficial},
		{"an official source", official, models.High, []models.EventArticle{reportOf("r", "https://r.example/1", models.Regulator, "opened the event")}, 0, ""},
		{"critical does not wait", two, models.Critical, []models.EventArticle{one}, 0, ""},
		{"critical waits if the route says so", models.Corroboration{Sources: 2, Within: 6 * time.Hour, Critical: true}, models.Critical, []models.EventArticle{one}, 6 * time.Hour, models.ReasonAwaitsSources},
		{"nothing to wait for", models.Corroboration{}, models.High, []models.EventArticle{one}, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := Plan([]models.Change{eventChange(tt.severity, tt.articles...)}, waitingRouting(tt.after), models.PlanContext{}, noon)[0]
			want := time.Time{}
			if tt.waits > 0 {
				want = noon.Add(tt.waits)
			}
			if !n.WaitUntil.Equal(want) || n.WaitReasons.Kind() != tt.why || n.IsHeld() || (len(n.Deliveries) == 0) != n.IsDeferred() {
				t.Errorf("waits until %v for %s, held %s, %d deliveries; want until %v for %s", n.WaitUntil, n.WaitReasons, n.HeldReasons, len(n.Deliveries), want, tt.why)
			}
		})
	}
}

// A recipient of two routes waits only if both do, and only for the shorter time.
func TestOneRouteThatDoesNotWaitIsEnough(t *testing.T) {
	c := eventChange(models.High, reportOf("a", "https://a.example/1", models.Press, "opened the event"))
	c.Matches[0].Routes = []string{"slow", "other"}
	for _, tt := range []struct {
		other models.Corroboration
		want  time.Time
	}{
		{models.Corroboration{}, time.Time{}},
		{models.Corroboration{Official: true, Within: time.Hour}, noon.Add(time.Hour)},
	} {
		r := waitingRouting(models.Corroboration{})
		r.Routes = append(r.Routes,
			models.Route{Path: "slow", Lines: []models.RouteLine{{Recipient: "desk"}}, After: models.Corroboration{Sources: 2, Within: 6 * time.Hour}},
			models.Route{Path: "other", Lines: []models.RouteLine{{Recipient: "desk"}}, After: tt.other},
		)
		if n := Plan([]models.Change{c}, r, models.PlanContext{}, noon)[0]; !n.WaitUntil.Equal(tt.want) {
			t.Errorf("with a route after %+v it waits until %v, want %v", tt.other, n.WaitUntil, tt.want)
		}
	}
}

func TestFlushReleasesWhatIsCorroborated(t *testing.T) {
	after := models.Corroboration{Sources: 2, Within: 6 * time.Hour}
	routing := waitingRouting(after)
	first := reportOf("a", "https://a.example/1", models.Press, "opened the event")
	second := reportOf("b", "https://b.example/1", models.Press, "a similar report")
	deferred := Plan([]models.Change{eventChange(models.High, first)}, routing, models.PlanContext{}, noon)
	alone, both := eventChange(models.High, first).Event, eventChange(models.High, first, second).Event
	merged := both
	merged.ID = "E0"
	none := waitingRouting(models.Corroboration{})
	for _, tt := range []struct {
		name    string
		event   models.Event
		routing models.Routing
		at      time.Duration
		sent    bool
		trigger []models.ReasonKind
	}{
		{"still alone", alone, routing, time.Hour, false, nil},
		{"a second source", both, routing, time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesReached}},
		{"merged with another event", merged, routing, time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesReached}},
		{"the deadline", alone, routing, 6 * time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesMissing}},
		{"the route no longer waits: until the deadline", alone, none, time.Hour, false, nil},
		{"and then it is sent", alone, none, 7 * time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesMissing}},
		{"the event is gone", models.Event{}, routing, 6 * time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesMissing}},
		{"the clock was ahead", alone, routing, -2 * time.Hour, true, []models.ReasonKind{models.ReasonNewEvent, models.ReasonSourcesMissing}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := PlanFlush(deferred, map[string]models.Event{"E1": tt.event}, tt.routing, models.PlanContext{}, noon.Add(tt.at))
			if !tt.sent {
				if len(got) != 0 {
					t.Errorf("flushed %+v", got)
				}
				return
			}
			if len(got) != 1 || len(got[0].Deliveries) != 1 || got[0].IsDeferred() {
				t.Fatalf("flushed %+v, want one notice with a delivery", got)
			}
			var kinds []models.ReasonKind
			for _, r := range got[0].Content.Alert.Trigger {
				kinds = append(kinds, r.Kind)
			}
			if diff := cmp.Diff(tt.trigger, kinds); diff != "" {
				t.Errorf("why now (-want +got):\n%s", diff)
			}
		})
	}
}

// An update while the alert waits is sent with it, and not before.
func TestUpdateWaitsWithItsAlert(t *testing.T) {
	routing := waitingRouting(models.Corroboration{Sources: 3, Within: 6 * time.Hour})
	first := reportOf("a", "https://a.example/1", models.Press, "opened the event")
	alert := Plan([]models.Change{eventChange(models.Medium, first)}, routing, models.PlanContext{}, noon)[0]
	graver := eventChange(models.High, first, reportOf("b", "https://b.example/1", models.Press, "a similar report"))
	graver.Event.Notified = []models.Notified{{Recipient: "desk", Severity: models.Medium, Rules: []string{"r"}, WaitUntil: alert.WaitUntil}}
	update := Plan([]models.Change{graver}, routing, models.PlanContext{}, noon.Add(time.Hour))[0]
	if !update.WaitUntil.Equal(alert.WaitUntil) || update.Kind != models.NoticeUpdate {
		t.Errorf("the %s waits until %v, its alert until %v", update.Kind, update.WaitUntil, alert.WaitUntil)
	}
	critical := graver
	critical.Matches = []models.Match{{RuleID: "r", RuleHash: "h", Severity: models.Critical, Strength: models.Subject}}
	if n := Plan([]models.Change{critical}, routing, models.PlanContext{}, noon.Add(time.Hour))[0]; n.IsDeferred() || len(n.Deliveries) != 1 {
		t.Errorf("a critical update waits until %v", n.WaitUntil)
	}
	// Once the recipient was sent the event, later updates do not wait.
	graver.Event.Notified = []models.Notified{{Recipient: "desk", Severity: models.Medium, Rules: []string{"r"}, At: noon}}
	if n := Plan([]models.Change{graver}, routing, models.PlanContext{}, noon.Add(time.Hour))[0]; n.IsDeferred() || n.IsHeld() {
		t.Errorf("an update of a sent alert waits until %v, held %s", n.WaitUntil, n.HeldReasons)
	}
}

// A critical alert that waits and is sent early escalates as long after as any other.
func TestEscalationCountsFromWhenAWaitingAlertIsSent(t *testing.T) {
	routing := waitingRouting(models.Corroboration{Sources: 2, Within: 48 * time.Hour, Critical: true})
	routing.Routes[0].Escalate = models.Escalation{After: 30 * time.Minute, To: models.DefaultRoute}
	first := reportOf("a", "https://a.example/1", models.Press, "opened the event")
	both := eventChange(models.Critical, first, reportOf("b", "https://b.example/1", models.Press, "a similar report")).Event
	deferred := Plan([]models.Change{eventChange(models.Critical, first)}, routing, models.PlanContext{}, noon)
	if !deferred[0].IsDeferred() || deferred[0].EscalateAt.IsZero() {
		t.Fatalf("planned %+v, want an alert that waits and escalates", deferred[0])
	}
	for _, after := range []time.Duration{5 * time.Minute, 48 * time.Hour} {
		now := noon.Add(after)
		got := PlanFlush(deferred, map[string]models.Event{"E1": both}, routing, models.PlanContext{}, now)
		if len(got) != 1 || !got[0].EscalateAt.Equal(now.Add(30*time.Minute)) {
			t.Errorf("after %v: flushed %d, escalates at %v, want 30 minutes later", after, len(got), got[0].EscalateAt)
		}
	}
}

// An alert that leaves with another one says nothing of sources that it did not wait for to
// the end.
func TestAlertThatIsSentForAnotherReasonNamesNoMissingSource(t *testing.T) {
	routing := waitingRouting(models.Corroboration{Sources: 2, Within: 6 * time.Hour})
	first := reportOf("a", "https://a.example/1", models.Press, "opened the event")
	waiting := Plan([]models.Change{eventChange(models.High, first)}, routing, models.PlanContext{}, noon)[0]
	update := waiting
	update.Kind, update.SubjectRevision, update.WaitUntil, update.WaitReasons = models.NoticeUpdate, 2, noon.Add(time.Minute), nil
	update.ID = update.Key()
	got := PlanFlush([]models.Notice{waiting, update}, map[string]models.Event{"E1": eventChange(models.High, first).Event}, routing, models.PlanContext{}, noon.Add(5*time.Minute))
	for _, n := range got {
		for _, r := range n.Content.Alert.Trigger {
			if r.Kind == models.ReasonSourcesMissing {
				t.Errorf("%s is sent after 5 minutes because of %+v", n.Kind, r)
			}
		}
	}
	if len(got) == 0 {
		t.Error("nothing was flushed")
	}
}

// Two routes that wait for the same give one reason, with the time that counts.
func TestReasonOfTwoWaitingRoutesHasTheShorterTime(t *testing.T) {
	c := eventChange(models.High, reportOf("a", "https://a.example/1", models.Press, "opened the event"))
	c.Matches[0].Routes = []string{"slow", "fast"}
	r := waitingRouting(models.Corroboration{})
	for path, within := range map[string]time.Duration{"slow": 24 * time.Hour, "fast": time.Hour} {
		r.Routes = append(r.Routes, models.Route{Path: path, Lines: []models.RouteLine{{Recipient: "desk"}}, After: models.Corroboration{Sources: 2, Within: within}})
	}
	n := Plan([]models.Change{c}, r, models.PlanContext{}, noon)[0]
	if len(n.WaitReasons) != 1 || n.WaitReasons[0].Args.Duration != time.Hour || len(n.WaitReasons[0].Args.Routes) != 2 {
		t.Errorf("it waits because of %+v, want one reason of two routes with an hour", n.WaitReasons)
	}
}

// A copy stays one after a person merged its event into another.
func TestMergedCopyIsNoIndependentSource(t *testing.T) {
	own, copied := reportOf("a", "https://a.example/1", models.Press, "opened the event"), reportOf("b", "https://b.example/1", models.Press, "merged by a person")
	e := models.Event{ID: "E1", Articles: []models.EventArticle{own, copied}}
	if got := independentSources(e); got != 2 {
		t.Errorf("%d sources before anything is known of the merge, want 2", got)
	}
	e.Links = []models.EventLink{{Kind: models.LinkMerge, Articles: []models.LinkedArticle{{ArticleID: "b", JoinedBy: models.JoinedByText}}}}
	if got := independentSources(e); got != 1 {
		t.Errorf("%d sources, want 1: the other one was a copy", got)
	}
}
