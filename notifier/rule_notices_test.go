package notifier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// excepted is a match that an exception holds.
func excepted(rule string) models.Match {
	m := match(rule, models.Critical, models.Subject)
	m.Outcome, m.ExceptionID = models.OutcomeExcepted, "X1"
	m.Exception = &models.Exception{ID: "X1", Scope: models.ExceptRule, Target: rule, Query: "staff", By: "ana", Reason: "no rules"}
	return m
}

// Another report of an event that alerted is an update, but not if it matches only by what an exception holds.
func TestExceptionHoldsLaterReports(t *testing.T) {
	c := change(models.Copied, excepted("ban"))
	c.Event.Revision, c.Event.RuleIDs, c.Event.Stage = 2, []string{"ban"}, "in-force"
	c.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"ban"}, Stage: "proposed"}}
	if n := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0]; n.HeldAs != models.HeldException {
		t.Errorf("held as %q, want %q", n.HeldAs, models.HeldException)
	}
}

// A critical match that an exception holds reaches nobody on purpose, so nothing escalates.
func TestExceptedCriticalMatchDoesNotEscalate(t *testing.T) {
	for _, n := range Plan([]models.Change{change(models.Opened, excepted("ban"))}, routing, models.PlanContext{}, noon) {
		if !n.EscalateAt.IsZero() {
			t.Errorf("the notice to %s escalates to %s", n.Recipient, n.EscalateTo)
		}
	}
}

func TestDigestCountsExceptedMatchesOfItsRules(t *testing.T) {
	x, y := models.Exception{ID: "X", Query: "staff"}, models.Exception{ID: "Y", Query: "prices"}
	s := subscription("UTC")
	s.Rules = []string{"ban", "yuan"}
	d := plannedDigest(s, week(s), Gathered{Window: models.Window{Excepted: []models.ExceptedCount{
		{Exception: x, RuleID: "ban", Matches: 2}, {Exception: x, RuleID: "other", Matches: 5}, {Exception: x, RuleID: "yuan", Matches: 1}, {Exception: y, RuleID: "other", Matches: 4},
	}}}, noon).Content.Digest
	if diff := cmp.Diff([]models.ExceptedCount{{Exception: x, Matches: 3}}, d.Coverage.Excepted); diff != "" {
		t.Errorf("excepted (-want +got):\n%s", diff)
	}
}

func TestPlanExceptionEnds(t *testing.T) {
	const day = 24 * time.Hour
	tests := map[string]struct {
		lasts, ago time.Duration // from when it was written to its end, and since when it was written
		change     func(*ExceptionEnd)
		want       []string
	}{
		"eight days left":              {lasts: 90 * day, ago: 82 * day},
		"seven days left":              {lasts: 90 * day, ago: 83 * day, want: []string{"compliance exception_ends"}},
		"the last minute":              {lasts: 90 * day, ago: 90*day - time.Minute, want: []string{"compliance exception_ends"}},
		"expired":                      {lasts: 90 * day, ago: 90 * day, want: []string{"compliance exception_ended"}},
		"expired long ago":             {lasts: 90 * day, ago: 121 * day},
		"written for less than a week": {lasts: 3 * day, ago: day},
		"a short one has expired":      {lasts: 3 * day, ago: 4 * day, want: []string{"compliance exception_ended"}},
		"removed":                      {lasts: 90 * day, ago: 89 * day, change: func(x *ExceptionEnd) { x.Exception.EndedAt = noon.Add(-day) }},
		"never expires":                {lasts: 90 * day, ago: 89 * day, change: func(x *ExceptionEnd) { x.Exception.Until = time.Time{} }},
		"readers of the rule": {lasts: 90 * day, ago: 89 * day, change: func(x *ExceptionEnd) { x.Routes = []string{"hk-policy"} }, want: []string{
			"compliance exception_ends", "legal exception_ends",
		}},
		"a route that is gone": {lasts: 90 * day, ago: 89 * day, change: func(x *ExceptionEnd) { x.Routes = []string{"gone"} }, want: []string{"compliance exception_ends"}},
		"about all rules": {lasts: 90 * day, ago: 89 * day, change: func(x *ExceptionEnd) {
			x.Exception.Scope, x.Exception.Target, x.Routes = models.ExceptAll, "", []string{"hk-policy"}
		}, want: []string{"compliance exception_ends"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			written := noon.Add(-tt.ago)
			x := ExceptionEnd{ExceptionReport: models.ExceptionReport{Exception: models.Exception{
				ID: "X1", Scope: models.ExceptRule, Target: "ban", Query: "staff", CreatedAt: written, Until: written.Add(tt.lasts),
			}}}
			if tt.change != nil {
				tt.change(&x)
			}
			var got []string
			for _, n := range PlanExceptionEnds([]ExceptionEnd{x}, routing, nil, noon) {
				got = append(got, fmt.Sprintf("%s %s", n.Recipient, n.Reasons.Kind()))
				if len(n.Deliveries) == 0 || n.Content.Health.Exception == nil {
					t.Errorf("the notice to %s has %d deliveries and the exception %v", n.Recipient, len(n.Deliveries), n.Content.Health.Exception)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
		})
	}
}

// The key of a notice is the same at each look, and another one when the exception was extended.
func TestExceptionEndIsReportedOncePerEnd(t *testing.T) {
	x := ExceptionEnd{ExceptionReport: models.ExceptionReport{Exception: models.Exception{
		ID: "X1", Scope: models.ExceptAll, Query: "staff", CreatedAt: noon.AddDate(0, 0, -80), Until: noon.AddDate(0, 0, 3),
	}}}
	key := func(now time.Time) string {
		notices := PlanExceptionEnds([]ExceptionEnd{x}, routing, nil, now)
		if len(notices) != 1 {
			t.Fatalf("%d notices, want one", len(notices))
		}
		return notices[0].ID
	}
	first := key(noon)
	if again := key(noon.Add(time.Hour)); again != first {
		t.Error("the same end has two notices")
	}
	if ended := key(noon.AddDate(0, 0, 4)); ended == first {
		t.Error("the notice that it has expired has the key of the notice before")
	}
	x.Exception.Until = x.Exception.Until.AddDate(0, 0, 2)
	if extended := key(noon.AddDate(0, 0, 1)); extended == first {
		t.Error("the new end has the key of the old one")
	}
}

func TestExceptionEndLeavesOutUnsubscribedAddresses(t *testing.T) {
	x := ExceptionEnd{ExceptionReport: models.ExceptionReport{Exception: models.Exception{
		ID: "X1", Scope: models.ExceptRule, Target: "ban", Query: "staff", CreatedAt: noon.AddDate(0, 0, -80), Until: noon.AddDate(0, 0, 3),
	}}, Routes: []string{"hk-policy"}}
	left := []models.OptOut{{Subscription: "hk-policy/legal", Address: "mail:legal@example.com"}}
	for _, n := range PlanExceptionEnds([]ExceptionEnd{x}, routing, left, noon) {
		if n.Recipient == "legal" && (len(n.Deliveries) > 0 || n.HeldReasons.Kind() != models.ReasonOptedOut) {
			t.Errorf("%d deliveries to legal, held because %q", len(n.Deliveries), n.HeldReasons)
		}
	}
}

func TestPlanReviews(t *testing.T) {
	morning := time.Date(2027, 1, 20, 1, 0, 0, 0, time.UTC) // 09:00 in Hong Kong
	tests := map[string]struct {
		day, owner string
		now        time.Time
		want       []string
	}{
		"fifteen days before":     {day: "2027-02-04", now: morning},
		"fourteen days before":    {day: "2027-02-03", now: morning, want: []string{"compliance 0"}},
		"before eight o'clock":    {day: "2027-02-03", now: morning.Add(-2 * time.Hour)},
		"on the day":              {day: "2027-01-20", now: morning, want: []string{"compliance 0"}},
		"a day late":              {day: "2027-01-19", now: morning, want: []string{"compliance 1"}},
		"thirty days late":        {day: "2026-12-21", now: morning, want: []string{"compliance 1"}},
		"thirty-one days late":    {day: "2026-12-20", now: morning, want: []string{"compliance 2"}},
		"an owner by name":        {day: "2027-01-30", owner: "legal", now: morning.Add(2 * time.Hour)},
		"an owner by address":     {day: "2027-01-30", owner: "Legal@example.com", now: morning.Add(9 * time.Hour), want: []string{"legal 0"}},
		"an owner who is unknown": {day: "2027-01-30", owner: "zoe@example.com", now: morning, want: []string{"compliance 0"}},
		"a date that is no date":  {day: "soon", now: morning},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, n := range PlanReviews([]models.RuleReview{{RuleID: "ban", Title: "Bans", Day: tt.day, Owner: tt.owner}}, routing, nil, tt.now) {
				got = append(got, fmt.Sprintf("%s %d", n.Recipient, n.SubjectRevision))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("notices (-want +got):\n%s", diff)
			}
		})
	}
}
