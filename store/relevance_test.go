package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// uncertain is a scan whose match has an outcome, and whose notice is held for that.
func uncertain(source string, outcome models.Outcome, held models.Hold) models.Scan {
	scan := scanOf(models.SourceState{SourceID: source}, 0, article(source, source, "Coins and "+source, noon))
	e, m, n := &scan.Changes[0].Event, &scan.Matches[0], &scan.Notices[0]
	e.RuleIDs, e.LeadRule, e.Severity = nil, "", ""
	if outcome == models.OutcomeDigest {
		e.DigestRules = []string{"coin"}
	}
	m.Outcome = outcome
	m.Relevance = models.Relevance{Score: 0.25, Model: "m1", Level: models.LessCertain, Reasons: []models.RelevanceReason{{Feature: "title.price"}}}
	n.Deliveries, n.HeldAs, n.HeldReasons = nil, held, models.NewReasons(models.ReasonUnlikely, models.ReasonArgs{Rules: []string{"coin"}, RuleTitles: []string{"title"}, Words: []string{"word"}})
	return scan
}

func TestRelevanceIsStoredWithTheMatch(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := uncertain("hkma", models.OutcomeDigest, models.HeldLessCertain)
		commit(t, s, scan)
		matches, err := s.EventMatches(t.Context(), scan.Changes[0].Event.ID)
		if err != nil || len(matches) != 1 {
			t.Fatalf("%d matches, %v; want one", len(matches), err)
		}
		got := matches[0]
		if diff := cmp.Diff(scan.Matches[0].Relevance, got.Relevance); diff != "" || got.Outcome != models.OutcomeDigest {
			t.Errorf("outcome %q, relevance (-want +got):\n%s", got.Outcome, diff)
		}
		entries, err := s.AuditBySubject(t.Context(), got.ArticleID)
		found := false
		for _, e := range entries {
			if e.Action == "match.found" {
				found = e.Detail == `{"hits":1,"model":"m1","outcome":"digest","part":0,"relevance":0.25,"revision":1,"rule":"coin","rule_hash":"h1","strength":"subject"}`
				t.Log(e.Detail)
			}
		}
		if err != nil || !found {
			t.Errorf("the audit of the match lacks its relevance: %v", err)
		}
	})
}

func TestWindowHasLessCertainMatches(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		digest, count := uncertain("hkma", models.OutcomeDigest, models.HeldLessCertain), uncertain("sfc", models.OutcomeCount, models.HeldUnlikely)
		count.EventGeneration = 1
		commit(t, s, digest)
		commit(t, s, count)
		w := windowOf(t, s, noon.Add(-time.Hour), noon.Add(time.Hour))
		id := digest.Changes[0].Event.ID
		if len(w.DigestMatches) != 1 || len(w.DigestMatches[id]) != 1 || w.DigestMatches[id][0].Relevance.Score != 0.25 {
			t.Errorf("less certain matches %+v; want that of event %s", w.DigestMatches, id)
		}
		if diff := cmp.Diff(map[models.Hold]int{models.HeldLessCertain: 1, models.HeldUnlikely: 1}, w.Held); diff != "" {
			t.Errorf("held (-want +got):\n%s", diff)
		}
		for _, e := range w.Events {
			if (e.ID == id) != (len(e.DigestRules) == 1) {
				t.Errorf("event %s: less certain rules %v", e.ID, e.DigestRules)
			}
		}
		of := func(f EventFilter) string {
			t.Helper()
			f.To = noon.Add(time.Hour)
			events, err := s.Events(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, e := range events {
				got += e.Title
			}
			return got
		}
		unlikely := []models.Hold{models.HeldUnlikely}
		if got := of(EventFilter{Held: unlikely, Rules: []string{"coin"}}); got != "Coins and sfc" {
			t.Errorf("events of coin held as unlikely: %q, want Coins and sfc", got)
		}
		for _, other := range []string{"other", "coi", "coin%", "title", "word"} {
			if got := of(EventFilter{Held: unlikely, Rules: []string{other}}); got != "" {
				t.Errorf("events of %s held as unlikely: %q, want none", other, got)
			}
		}
		for hold, want := range map[models.Hold]string{models.HeldUnlikely: "Coins and sfc", models.HeldLessCertain: "Coins and hkma", models.HeldMuted: ""} {
			if got := of(EventFilter{Held: []models.Hold{hold}}); got != want {
				t.Errorf("events held as %s: %q, want %q", hold, got, want)
			}
		}
	})
}

// A match that does not alert is no alert of its rule, even in an event that others alert to.
func TestAlertsByRuleLeavesOutDemotedMatches(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coins", noon))
		for rule, outcome := range map[string]models.Outcome{"likely": models.OutcomeAlert, "less": models.OutcomeDigest, "un": models.OutcomeCount} {
			m := match(scan.Articles[0], rule)
			m.Outcome = outcome
			scan.Matches = append(scan.Matches, m)
		}
		commit(t, s, scan)
		got, err := s.AlertsByRule(t.Context(), noon.Add(-time.Hour))
		if diff := cmp.Diff(map[string]int{"coin": 1, "likely": 1}, got); err != nil || diff != "" {
			t.Errorf("AlertsByRule: %v, mismatch (-want +got):\n%s", err, diff)
		}
	})
}
