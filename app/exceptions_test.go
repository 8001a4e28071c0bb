package app

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func staffNews(until time.Time) ExceptionRequest {
	return ExceptionRequest{Scope: models.ExceptRule, Target: "kiosk-news", Query: "title:appoints", Reason: "staff news", By: "ana", Until: until}
}

// outcomes returns where the matches of the engine's rules with an article are shown.
func (r *refitRig) outcomes(title string) (all []models.Outcome) {
	for _, m := range r.Folder().Rules.Match(models.Article{Title: title}) {
		all = append(all, m.Outcome)
	}
	return all
}

// What another program writes is used at the next look, and what expires is not used any more.
func TestRunningEngineUsesExceptionsOfOtherPrograms(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	now := time.Now()
	r.now = func() time.Time { return now }
	look := func(want models.Outcome) {
		t.Helper()
		if err := r.useFolder(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := r.outcomes("Gantry appoints a head of kiosks"); !slices.Equal(got, []models.Outcome{want}) {
			t.Errorf("outcomes %q, want %q", got, want)
		}
	}
	look("")
	other := r.open()
	defer other.Close()
	if _, err := other.AddException(t.Context(), staffNews(now.Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	look(models.OutcomeExcepted)
	next, problems := ReadFolder(r.dir) // as after an edit
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := r.useFolder(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	look(models.OutcomeExcepted)
	now = now.Add(time.Hour)
	look("")
}

// The end of an exception is reported once before and once after, whatever is looked at again or restarted.
func TestExceptionEndIsReportedOnce(t *testing.T) {
	r := newRefitRig(t, kioskRule)
	now := time.Now().UTC()
	r.now = func() time.Time { return now }
	until := now.AddDate(0, 0, 60)
	x, err := r.AddException(t.Context(), staffNews(until))
	if err != nil {
		t.Fatal(err)
	}
	report := func(at time.Time, want ...models.ReasonKind) {
		t.Helper()
		for range 2 {
			if err := r.reportRules(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		stored, err := r.store.Notices(t.Context(), now, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []models.ReasonKind
		for _, n := range slices.Backward(stored) {
			got = append(got, n.Reasons.Kind())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("notices (-want +got):\n%s", diff)
		}
	}
	report(until.AddDate(0, 0, -8))
	report(until.AddDate(0, 0, -6), models.ReasonExceptionEnds)
	report(until.AddDate(0, 0, -1), models.ReasonExceptionEnds)
	report(until, models.ReasonExceptionEnds, models.ReasonExceptionEnded)
	now = until.AddDate(0, 0, 1)
	if _, err := r.ExtendException(t.Context(), x.ID, until.AddDate(0, 0, 90), "ben"); err != nil {
		t.Fatal(err)
	}
	now = until.AddDate(0, 0, -60)
	report(until.AddDate(0, 0, 2), models.ReasonExceptionEnds, models.ReasonExceptionEnded)
	report(until.AddDate(0, 0, 89), models.ReasonExceptionEnds, models.ReasonExceptionEnded, models.ReasonExceptionEnds)
}

// A reminder of a review says what the rule did, and is stored once.
func TestReviewIsReminded(t *testing.T) {
	r := newRefitRig(t, kioskRule+"owner: desk\nreview_by: "+time.Now().AddDate(0, 0, 5).Format(time.DateOnly)+"\n")
	r.publish("Aston kiosk ban starts")
	at := time.Now().UTC().Truncate(24 * time.Hour).Add(23 * time.Hour)
	for range 2 {
		if err := r.reportRules(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := r.store.Notices(t.Context(), at, 100)
	if err != nil || len(stored) != 1 {
		t.Fatalf("%d notices, %v; want one", len(stored), err)
	}
	n := stored[0]
	if n.Recipient != "desk" || n.Reasons.Kind() != models.ReasonReviewDue || n.Content.Health.Review == nil || n.Content.Health.Review.Since.IsZero() {
		t.Errorf("the notice to %s because %q has the review %+v; want one to desk, with when the rule was first in force", n.Recipient, n.Reasons, n.Content.Health.Review)
	}
}

func TestProposedWords(t *testing.T) {
	hits := []models.Match{{Hits: []models.Hit{{Text: "kiosks"}, {Text: "穩定幣"}}}}
	for title, want := range map[string][]string{
		"Gantry appoints a new head of kiosks":  {"Gantry", "appoints", "head"},
		"The 2026 list of kiosks, and the list": {"list"},
		"金管局委任新總裁監管穩定幣":                         {"金管局委"},
		"kiosks": nil,
	} {
		if diff := cmp.Diff(want, titleWords(title, hits)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", title, diff)
		}
	}
}
