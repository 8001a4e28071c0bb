package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func notThis(query string) models.Exception {
	return models.Exception{
		Scope: models.ExceptRule, Target: "coin", Query: query, Reason: "no rules", By: "ana", FromEvent: "01E", CreatedAt: noon, Until: noon.AddDate(0, 0, 90),
	}
}

func TestExceptionLifecycle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		must := func(x models.Exception, err error) models.Exception {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		inForce := func(now time.Time) (ids []string) {
			t.Helper()
			all, err := s.ExceptionsInForce(ctx, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range all {
				ids = append(ids, x.ID)
			}
			return ids
		}
		x := must(s.AddException(ctx, notThis("title:staff")))
		stored, err := s.Exceptions(ctx)
		if diff := cmp.Diff([]models.Exception{x}, stored); err != nil || diff != "" {
			t.Fatalf("Exceptions: %v (-want +got):\n%s", err, diff)
		}
		if got := inForce(x.Until.Add(-time.Second)); len(got) != 1 {
			t.Errorf("in force before its end: %v", got)
		}
		if got := inForce(x.Until); got != nil {
			t.Errorf("in force at its end: %v", got)
		}

		later := x.Until.AddDate(0, 0, 30)
		must(s.ExtendException(ctx, x.ID, later, "ben", noon))
		if got := inForce(x.Until); len(got) != 1 {
			t.Error("it was extended and is not in force after its first end")
		}
		must(s.RemoveException(ctx, x.ID, "ben", noon))
		if got := inForce(noon); got != nil {
			t.Errorf("in force after its removal: %v", got)
		}
		for doing, err := range map[string]error{
			"remove again": second(s.RemoveException(ctx, x.ID, "ben", noon)), "extend a removed one": second(s.ExtendException(ctx, x.ID, later, "ben", noon)),
			"remove one that is not there": second(s.RemoveException(ctx, "01NONE", "ben", noon)), "undo one that is not there": second(s.UndoException(ctx, "01NONE", "ben", noon)),
		} {
			if none := new(NoExceptionError); !errors.As(err, &none) {
				t.Errorf("%s: %v; want a NoExceptionError", doing, err)
			}
		}
		if got := must(s.UndoException(ctx, x.ID, "ana", noon)); !got.EndedAt.IsZero() || !got.Until.Equal(later) {
			t.Errorf("after the first undo it ended at %v and lasts until %v; want it in force until %v", got.EndedAt, got.Until, later)
		}
		if got := must(s.UndoException(ctx, x.ID, "ana", noon)); !got.Until.Equal(x.Until) {
			t.Errorf("after the second undo it lasts until %v, want %v", got.Until, x.Until)
		}
		if got := must(s.UndoException(ctx, x.ID, "ana", noon)); got.EndedAt.IsZero() || got.EndedBy != "ana" {
			t.Errorf("after the third undo it ended at %v by %q; want it removed by ana", got.EndedAt, got.EndedBy)
		}

		sooner := noon.Add(time.Hour)
		must(s.UndoException(ctx, x.ID, "ana", noon)) // it was removed
		must(s.ExtendException(ctx, x.ID, sooner, "ben", noon))
		must(s.UndoException(ctx, x.ID, "ana", noon))
		must(s.ExtendException(ctx, x.ID, time.Time{}, "ben", noon))
		must(s.ExtendException(ctx, x.ID, later, "ben", noon))

		forever := notThis("price")
		forever.Until = time.Time{}
		must(s.AddException(ctx, forever))
		if got := inForce(noon.AddDate(50, 0, 0)); len(got) != 1 {
			t.Errorf("in force after 50 years: %v; want the one without an end", got)
		}

		entries, err := s.AuditBySubject(ctx, x.ID)
		var audit []string
		for _, e := range entries {
			audit = append(audit, e.Action+" "+e.Actor)
		}
		want := []string{
			"exception.added ana", "exception.extended ben", "exception.removed ben", "exception.restored ana", "exception.shortened ana", "exception.removed ana",
			"exception.restored ana", "exception.shortened ben", "exception.extended ana", "exception.extended ben", "exception.shortened ben",
		}
		if diff := cmp.Diff(want, audit); err != nil || diff != "" {
			t.Errorf("audit: %v (-want +got):\n%s", err, diff)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestExceptedMatchesAreStoredAndCounted(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		x, err := s.AddException(ctx, notThis("title:staff"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range []string{"hkma", "sfc"} {
			scan := uncertain(source, models.OutcomeExcepted, models.HeldException)
			scan.EventGeneration = generation(t, s)
			scan.Changes[0].Event.ExceptedRules = []string{"coin"}
			scan.Matches[0].ExceptionID, scan.Matches[0].Exception = x.ID, &x
			commit(t, s, scan)
		}
		commit(t, s, scanOf(models.SourceState{SourceID: "mas"}, generation(t, s), article("mas", "mas", "Coins and mas", noon)))

		counts, err := s.ExceptionCounts(ctx)
		if err != nil || len(counts) != 1 || counts[x.ID].Matches != 2 || !counts[x.ID].LastAt.Equal(noon) {
			t.Errorf("counts %+v, %v; want 2 matches at noon", counts, err)
		}
		hour := models.Period{From: noon, To: noon.Add(time.Hour)}
		w, err := s.DigestWindow(ctx, hour, noon, "2026-01-01", "2026-01-02")
		if diff := cmp.Diff([]models.ExceptedCount{{Exception: x, RuleID: "coin", Matches: 2}}, w.Excepted); err != nil || diff != "" {
			t.Errorf("excepted in the window: %v (-want +got):\n%s", err, diff)
		}
		hour.From, hour.To = hour.To, hour.To.Add(time.Hour)
		if w, err := s.DigestWindow(ctx, hour, noon, "2026-01-01", "2026-01-02"); err != nil || w.Excepted != nil {
			t.Errorf("excepted in the next hour: %v, %v; want nothing", w.Excepted, err)
		}
		held, err := s.Events(ctx, EventFilter{From: noon.Add(-time.Hour), To: noon.Add(time.Hour), Held: []models.Hold{models.HeldException}})
		if err != nil || len(held) != 2 || len(held[0].ExceptedRules) != 1 {
			t.Errorf("%d events held by an exception, %v; want 2 with their rule", len(held), err)
		}
		alerts, err := s.AlertsByRule(ctx, noon.Add(-time.Hour))
		if err != nil || alerts["coin"] != 1 {
			t.Errorf("%d alerts of the rule, %v; want the one that nothing held", alerts["coin"], err)
		}

		var articles []string
		for _, e := range held {
			articles = append(articles, e.Articles[0].ArticleID)
		}
		found, err := s.MatchedEvents(ctx, articles)
		if err != nil || len(found) != 2 || len(found[0].Matches) != 1 || found[0].Matches[0].ExceptionID != x.ID {
			t.Errorf("events of the articles %+v, %v; want both with their match", found, err)
		}
	})
}

func generation(t *testing.T, s *Store) int64 {
	t.Helper()
	_, now, err := s.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return now
}
