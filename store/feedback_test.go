package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// raise stores an event of one article that the rule coin raised, and returns it.
func raise(t *testing.T, s *Store, guid string, at time.Time) models.Event {
	t.Helper()
	state, err := s.SourceState(t.Context(), "hkma")
	if err != nil {
		t.Fatal(err)
	}
	_, generation, err := s.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scan := scanOf(state, generation, article("hkma", guid, "Coin rules "+guid, at), "k"+guid)
	commit(t, s, scan)
	return scan.Changes[0].Event
}

func mark(t *testing.T, s *Store, m models.Feedback) models.Feedback {
	t.Helper()
	stored, err := s.AddFeedback(t.Context(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// said is who said what of an event, in short.
func said(t *testing.T, s *Store, event string) []string {
	t.Helper()
	all, err := s.Feedback(t.Context(), []string{event})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range all[event] {
		verdict := "irrelevant"
		if m.Relevant {
			verdict = "relevant"
		}
		out = append(out, strings.TrimSpace(m.By+" "+m.RuleID+" "+verdict+" "+m.Note))
	}
	return out
}

func TestFeedbackIsPersonal(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		stored := mark(t, s, models.Feedback{EventID: e.ID, By: " ana ", Note: "a\x00 price", GivenAt: noon})
		want := models.Feedback{EventID: e.ID, By: "ana", RuleHash: "h1", Note: "a  price", GivenAt: noon}
		if diff := cmp.Diff(want, stored); diff != "" {
			t.Errorf("Mark mismatch (-want +got):\n%s", diff)
		}
		mark(t, s, models.Feedback{EventID: e.ID, By: "ben", Relevant: true, GivenAt: noon.Add(1 * time.Minute)})
		mark(t, s, models.Feedback{EventID: e.ID, Relevant: true, GivenAt: noon.Add(2 * time.Minute)})
		mark(t, s, models.Feedback{EventID: e.ID, RuleID: "coin", By: "ana", Relevant: true, GivenAt: noon.Add(3 * time.Minute)})
		mark(t, s, models.Feedback{EventID: e.ID, By: "ana", Relevant: true, GivenAt: noon.Add(4 * time.Minute)})
		mark(t, s, models.Feedback{EventID: e.ID, By: "ana", Relevant: true, GivenAt: noon.Add(5 * time.Minute)}) // the same again
		if diff := cmp.Diff([]string{"ben  relevant", "relevant", "ana coin relevant", "ana  relevant"}, said(t, s, e.ID)); diff != "" {
			t.Errorf("marks mismatch (-want +got):\n%s", diff)
		}

		entries, err := s.Audit(t.Context(), AuditFilter{OldestFirst: true})
		if err != nil {
			t.Fatal(err)
		}
		var trail []string
		for _, a := range entries {
			if strings.HasPrefix(a.Action, "event.mark") {
				trail = append(trail, a.Actor+" "+a.Detail)
			}
		}
		wantTrail := []string{
			`ana {"note":"a  price","relevant":false,"rule":"","rule_hash":"h1"}`,
			`ben {"note":"","relevant":true,"rule":"","rule_hash":"h1"}`,
			`somebody unknown {"note":"","relevant":true,"rule":"","rule_hash":"h1"}`,
			`ana {"note":"","relevant":true,"rule":"coin","rule_hash":"h1"}`,
			`ana {"note":"","relevant":true,"rule":"","rule_hash":"h1","was_relevant":false}`,
		}
		if diff := cmp.Diff(wantTrail, trail); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

func TestRemoveFeedback(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		mark(t, s, models.Feedback{EventID: e.ID, By: "ana", GivenAt: noon})
		mark(t, s, models.Feedback{EventID: e.ID, RuleID: "coin", By: "ana", Relevant: true, GivenAt: noon})
		if err := s.RemoveFeedback(t.Context(), models.Feedback{EventID: e.ID, By: "ana"}, noon, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ana coin relevant"}, said(t, s, e.ID)); diff != "" {
			t.Errorf("marks mismatch (-want +got):\n%s", diff)
		}
		tests := []struct {
			mark models.Feedback
			want string
		}{
			{models.Feedback{EventID: e.ID, By: "ana"}, "ana gave no feedback on event " + e.ID + "; there is feedback by ana on rule coin"},
			{models.Feedback{EventID: e.ID, RuleID: "coin"}, "somebody unknown gave no feedback on rule coin for event " + e.ID + "; there is feedback by ana on rule coin"},
			{models.Feedback{EventID: "none", By: "ana"}, `no event has the ID "none"`},
		}
		for _, tt := range tests {
			if err := s.RemoveFeedback(t.Context(), tt.mark, noon, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Unmark(%+v) = %v, want %q", tt.mark, err, tt.want)
			}
		}
		all := actions(t, s)
		if last := all[len(all)-1]; last != "event.unmarked" {
			t.Errorf("the audit ends with %s", last)
		}
		soundAudit(t, s)
	})
}

func TestFeedbackFollowsAMerge(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Hour))
		mark(t, s, models.Feedback{EventID: one.ID, By: "ana", GivenAt: noon})
		mark(t, s, models.Feedback{EventID: two.ID, By: "ana", Relevant: true, GivenAt: noon.Add(time.Minute)})
		mark(t, s, models.Feedback{EventID: one.ID, By: "ben", GivenAt: noon})
		if err := s.write.Exec("UPDATE events SET merged_into = ? WHERE id = ?", two.ID, one.ID).Error; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ben  irrelevant", "ana  relevant"}, said(t, s, two.ID)); diff != "" {
			t.Errorf("marks after the merge (-want +got):\n%s", diff)
		}
		if m := mark(t, s, models.Feedback{EventID: one.ID, By: "ben", Relevant: true, GivenAt: noon.Add(time.Hour)}); m.EventID != two.ID {
			t.Errorf("the mark went to %s, want the event that it became", m.EventID)
		}
		if e, err := s.FindEvent(t.Context(), one.ID); err != nil || e.ID != two.ID {
			t.Errorf("FindEvent of a merged event = %s, %v", e.ID, err)
		}
		if err := s.RemoveFeedback(t.Context(), models.Feedback{EventID: two.ID, By: "ana"}, noon, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ben  relevant"}, said(t, s, two.ID)); diff != "" {
			t.Errorf("marks after one was taken back (-want +got):\n%s", diff)
		}
	})
}

func TestAddFeedbackErrors(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		_, err := s.AddFeedback(t.Context(), models.Feedback{EventID: e.ID, RuleID: "bread", GivenAt: noon}, nil)
		if raised, ok := errors.AsType[*NotRaisedError](err); !ok || !strings.Contains(raised.Error(), `"bread" did not match event `+e.ID+"; it was matched by coin") {
			t.Errorf("Mark of another rule = %v", err)
		}
		_, err = s.AddFeedback(t.Context(), models.Feedback{EventID: "none", GivenAt: noon}, nil)
		if _, ok := errors.AsType[*NoEventError](err); !ok {
			t.Errorf("Mark of no event = %v", err)
		}
		if rowsOf(t, s, "marks") != 0 {
			t.Error("a refused mark was stored")
		}
	})
}

func TestAnEventIsFoundByTheBeginningOfItsID(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := raise(t, s, "1", noon), raise(t, s, "2", noon.Add(time.Microsecond))
		for _, id := range []string{one.ID, strings.ToLower(one.ID), one.ID[:15]} {
			if e, err := s.FindEvent(t.Context(), id); err != nil || e.ID != one.ID || len(e.Articles) != 1 {
				t.Errorf("FindEvent(%s) = %+v, %v", id, e, err)
			}
		}
		for id, want := range map[string]string{
			"":                "regwatch events lists events",
			"穩定":              "regwatch events lists events",
			"%":               "regwatch events lists events",
			one.ID + "0":      "regwatch events lists events",
			one.ID[:5]:        "\n  " + models.ShortID(one.ID, two.ID) + "  Coin rules 1\n",
			two.ID[:5] + "  ": "\n  " + models.ShortID(two.ID, one.ID) + "  Coin rules 2",
		} {
			_, err := s.FindEvent(t.Context(), id)
			if none, ok := errors.AsType[*NoEventError](err); !ok || !strings.Contains(none.Error(), want) {
				t.Errorf("FindEvent(%q) = %v, want it to say %q", id, err, want)
			}
		}
	})
}

func TestRatedEventsHaveTheirTexts(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old, recent := raise(t, s, "1", noon), raise(t, s, "2", noon.AddDate(0, 0, 10))
		raise(t, s, "3", noon.AddDate(0, 0, 11)) // of which nobody says anything
		mark(t, s, models.Feedback{EventID: old.ID, By: "ana", GivenAt: noon})
		mark(t, s, models.Feedback{EventID: recent.ID, By: "ana", Relevant: true, GivenAt: noon})
		of := func(since, until time.Time) []models.RatedEvent {
			t.Helper()
			marked, err := s.RatedEvents(t.Context(), models.ArticleWindow{Since: since, Until: until})
			if err != nil {
				t.Fatal(err)
			}
			return marked
		}
		got := of(noon.AddDate(0, 0, 5), noon.AddDate(0, 0, 20))
		if len(got) != 1 || got[0].Event.ID != recent.ID || len(got[0].Feedback) != 1 || len(got[0].Articles) != 1 || got[0].Articles[0].Body == "" {
			t.Errorf("MarkedEvents = %+v; want the one of the window, with its text", got)
		}
		if _, err := s.Expire(t.Context(), noon.AddDate(0, 0, 5), noon.AddDate(0, 0, 20)); err != nil {
			t.Fatal(err)
		}
		got = of(noon, noon.AddDate(0, 0, 20))
		if len(got) != 2 || got[0].Judgeable() || !got[1].Judgeable() {
			t.Errorf("MarkedEvents = %+v; want both, the older without its text", got)
		}
	})
}
