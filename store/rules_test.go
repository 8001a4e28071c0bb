package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestRulesInForceAreRecordedWhenTheyChange(t *testing.T) {
	a := models.RuleRevision{RuleID: "a", Hash: "1", Text: "id: a\n"}
	b := models.RuleRevision{RuleID: "b", Hash: "1", Text: "id: b\n"}
	b2 := models.RuleRevision{RuleID: "b", Hash: "2", Text: "id: b\ntitle: B\n"}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		sets := [][]models.RuleRevision{{a, b}, {b, a}, {a, b2}, {a, b}} // the second is the first
		for i, set := range sets {
			if err := s.RecordRules(t.Context(), set, noon.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(actions(t, s)); got != 3 {
			t.Errorf("%d entries in the audit, want 3", got)
		}
		var kept []models.RuleRevision
		if err := s.read.Order("rule_id, hash").Find(&kept).Error; err != nil {
			t.Fatal(err)
		}
		want := []models.RuleRevision{a, b, b2}
		want[0].FirstUsedAt, want[1].FirstUsedAt, want[2].FirstUsedAt = noon, noon, noon.Add(2*time.Hour)
		if diff := cmp.Diff(want, kept); diff != "" {
			t.Errorf("revisions mismatch (-want +got):\n%s", diff)
		}
		of, err := s.RuleRevisions(t.Context(), "b")
		if diff := cmp.Diff([]models.RuleRevision{want[2], want[1]}, of); err != nil || diff != "" {
			t.Errorf("RuleRevisions of b: %v, mismatch (-want +got):\n%s", err, diff)
		}
	})
}

// applicationOf is a rule applied to a stored article, which opens an event and owes an
// alert.
func applicationOf(generation int64, a models.Article) models.Scan {
	scan := scanOf(models.SourceState{}, generation, a, "k:"+a.ID)
	scan.Articles, scan.At = nil, noon.Add(time.Hour)
	scan.Applied = &models.RuleApplication{RuleID: "coin", RuleHash: "h1", Since: noon.Add(-time.Hour), Articles: 1, By: "ada"}
	return scan
}

func TestCommitStoresAnApplicationInTheNameOfAPerson(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := article("hkma", "1", "Coin rules", noon), article("sfc", "2", "Coin bans", noon)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{one}, At: noon})
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "sfc"}, Articles: []models.Article{two}, At: noon})
		scan := applicationOf(0, one)
		more := applicationOf(0, two)
		scan.Matches, scan.Changes, scan.Notices = append(scan.Matches, more.Matches...), append(scan.Changes, more.Changes...), append(scan.Notices, more.Notices...)
		commit(t, s, scan)

		got, err := s.MatchedArticles(t.Context(), "coin", "h1")
		if diff := cmp.Diff(map[string]bool{one.ID: true, two.ID: true}, got); err != nil || diff != "" {
			t.Errorf("MatchedArticles: %v, mismatch (-want +got):\n%s", err, diff)
		}
		if got, err := s.MatchedArticles(t.Context(), "coin", "h2"); err != nil || len(got) > 0 {
			t.Errorf("MatchedArticles of another revision = %v, %v; want none", got, err)
		}
		if c := counts(t, s); c.Events != 2 || c.Due != 2 {
			t.Errorf("stored %+v; want 2 events and 2 deliveries due", c)
		}
		entries, err := s.AuditBySubject(t.Context(), "coin")
		if err != nil || len(entries) != 1 || entries[0].Action != "rule.applied" || entries[0].Actor != "ada" {
			t.Errorf("audit of the rule = %+v, %v; want one rule.applied by ada", entries, err)
		}
		soundAudit(t, s)
		if err := s.Commit(t.Context(), scan); !errors.Is(err, models.ErrStale) {
			t.Errorf("the same again: %v; want %v, as the events have changed", err, models.ErrStale)
		}
	})
}

func TestAnApplicationIsStaleIfAnArticleWasRevised(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{a}, At: noon})
		scan := applicationOf(0, a)
		a.Revision, a.Body = 2, "Other words."
		a.Hash = a.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{a}, At: noon})
		if err := s.Commit(t.Context(), scan); !errors.Is(err, models.ErrStale) {
			t.Errorf("Commit = %v; want %v", err, models.ErrStale)
		}
		if c := counts(t, s); c.Events != 0 || c.Notices != 0 {
			t.Errorf("stored %+v; want no event and no notice", c)
		}
	})
}

func TestAlertsByRuleCountsEventsOfAWindow(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k:1")
		mention := match(a, "ban")
		mention.Strength = models.Mention
		scan.Matches = append(scan.Matches, mention)
		scan.Notices = append(scan.Notices, alert(scan.Changes[0].Event, "board", noon))
		commit(t, s, scan)
		for _, tt := range []struct {
			name  string
			since time.Time
			want  map[string]int
		}{
			{"an event that two people were alerted to counts once, and a mention not", noon, map[string]int{"coin": 1}},
			{"an older alert does not count", noon.Add(time.Second), map[string]int{}},
		} {
			got, err := s.AlertsByRule(t.Context(), tt.since)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v, mismatch (-want +got):\n%s", tt.name, err, diff)
			}
			alerts, err := s.RuleAlerts(t.Context(), tt.since)
			if err != nil || len(alerts) != tt.want["coin"] {
				t.Errorf("%s: RuleAlerts = %+v, %v; want %d", tt.name, alerts, err, tt.want["coin"])
			}
			for _, one := range alerts {
				if want := (RuleAlert{RuleID: "coin", EventID: scan.Changes[0].Event.ID, At: noon}); one != want {
					t.Errorf("%s: RuleAlerts has %+v, want %+v", tt.name, one, want)
				}
			}
		}
	})
}

func TestRulesChangedIsWhenTheNewestRevisionWasFirstUsed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i, hash := range []string{"one", "two"} {
			if err := s.RecordRules(t.Context(), []models.RuleRevision{{RuleID: "coin", Hash: hash}}, noon.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		changed, err := s.RulesChanged(t.Context())
		if diff := cmp.Diff(map[string]time.Time{"coin": noon.Add(time.Hour)}, changed); err != nil || diff != "" {
			t.Errorf("RulesChanged: %v, mismatch (-want +got):\n%s", err, diff)
		}
	})
}

func TestASavedRuleIsInTheAudit(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if err := s.RecordRuleSave(t.Context(), "coin", "", "abc", "ada", noon); err != nil {
			t.Fatal(err)
		}
		entries, err := s.AuditBySubject(t.Context(), "coin")
		if err != nil || len(entries) != 1 {
			t.Fatalf("AuditBySubject = %v, %v; want one entry", entries, err)
		}
		if e := entries[0]; e.Action != "rule.saved" || e.Actor != "ada" || e.Detail != `{"after":"abc","before":""}` {
			t.Errorf("entry = %+v; want rule.saved by ada with both hashes", e)
		}
		soundAudit(t, s)
	})
}
