package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestATamperedAuditNamesTheFirstBrokenEntry(t *testing.T) {
	tests := []struct {
		name   string
		tamper []string
		seq    int64
		want   string
	}{
		{"a fact changed", []string{"UPDATE audit SET detail = '{}' WHERE seq = 3"}, 3, "entry 3 was changed"},
		{"a time changed", []string{"UPDATE audit SET at = at + 1 WHERE seq = 2"}, 2, "entry 2 was changed"},
		{"an entry removed", []string{"DELETE FROM audit WHERE seq = 3"}, 3, "entry 3 is missing"},
		{"the first removed", []string{"DELETE FROM audit WHERE seq = 1"}, 1, "entry 1 is missing"},
		{"the end cut off", []string{"DELETE FROM audit WHERE seq > 4"}, 5, "entry 5 and what follows are missing"},
		{"all removed", []string{"DELETE FROM audit"}, 1, "entry 1 and what follows are missing"},
		{
			"the end cut off, and the record of it",
			[]string{"DELETE FROM audit WHERE seq > 4", "UPDATE audit_head SET seq = 4"},
			4, "entry 4 is not the one that was written last",
		},
		{
			"one removed and the others moved up",
			[]string{"DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4"},
			3, "entry 3 does not follow the entry before it",
		},
		{
			"one added",
			[]string{"INSERT INTO audit SELECT 7, at, actor, action, subject, detail, hash, 'forged' FROM audit WHERE seq = 6"},
			7, "entry 7 was changed",
		},
		{"the record of the last removed", []string{"DELETE FROM audit_head"}, 0, "the record of the last entry is gone"},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				owe(t, s, 6, noon)
				if n, err := s.VerifyAudit(t.Context()); n != 6 || err != nil {
					t.Fatalf("VerifyAudit before = %d, %v; want 6 sound entries", n, err)
				}
				unlockAudit(t, s)
				for _, q := range tt.tamper {
					if err := s.write.Exec(q).Error; err != nil {
						t.Fatal(err)
					}
				}
				_, err := s.VerifyAudit(t.Context())
				broken, ok := errors.AsType[*BrokenAuditError](err)
				if !ok || broken.Seq != tt.seq || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("VerifyAudit = %v; want entry %d: %s", err, tt.seq, tt.want)
				}
			})
		}
	})
}

// unlockAudit removes what refuses changes, as one with all rights would.
func unlockAudit(t testing.TB, s *Store) {
	t.Helper()
	drops := []string{"DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"}
	if _, ok := s.engine.(postgresEngine); ok {
		drops = []string{"DROP TRIGGER audit_no_change ON audit"}
	}
	for _, q := range drops {
		if err := s.write.Exec(q).Error; err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheDatabaseRefusesToChangeTheAudit(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		owe(t, s, 2, noon)
		for _, q := range []string{"UPDATE audit SET detail = ''", "DELETE FROM audit WHERE seq = 2"} {
			if err := s.write.Exec(q).Error; err == nil || !strings.Contains(err.Error(), "the audit is never") {
				t.Errorf("%s = %v, want it refused", q, err)
			}
		}
		soundAudit(t, s)
	})
}

func TestTheAuditNeverForks(t *testing.T) {
	const writers, each = 4, 15
	onEachEngine(t, func(t *testing.T, o Options) {
		s, other := open(t, o), open(t, o) // as two programs
		var wait sync.WaitGroup
		for w := range writers {
			writer := []*Store{s, other}[w%2]
			wait.Go(func() {
				for i := range each {
					n := models.Notice{Reasons: testReasons(), Kind: models.NoticeTest, Subject: "channel", SubjectID: fmt.Sprint(w, " ", i), CreatedAt: noon}
					n.ID = n.Key()
					if err := writer.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if n, err := s.VerifyAudit(t.Context()); n != writers*each || err != nil {
			t.Errorf("VerifyAudit = %d, %v; want %d sound entries", n, err, writers*each)
		}
	})
}

func TestTheAuditGoesOnWhenTheClockIsSetBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1"))
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma", Generation: 1}, 1, article("hkma", "2", "Bank rules", noon.Add(-time.Hour)), "k2"))
		entries, err := s.Audit(t.Context(), AuditFilter{After: 4, OldestFirst: true})
		if err != nil || len(entries) != 4 || entries[0].Seq != 5 || !entries[0].At.Equal(noon.Add(-time.Hour)) {
			t.Errorf("Audit after 4 = %+v, %v; want entries 5 to 8 at the earlier time", entries, err)
		}
		soundAudit(t, s)
	})
}

func TestExpireDeletesOldTextAndNothingElse(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old := article("hkma", "old", "Old rules", noon)
		edited := article("hkma", "edited", "Edited rules", noon)
		fresh := article("hkma", "fresh", "Fresh rules", noon.Add(48*time.Hour))
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, old, "k"))
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{edited, fresh}, At: noon})
		edited.Body, edited.Revision = "New wording.", 2
		edited.Hash = edited.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 2}, Articles: []models.Article{edited}, At: noon.Add(48 * time.Hour)})
		before := counts(t, s)

		for range 2 { // the second finds nothing to do
			if _, err := s.Expire(t.Context(), noon.Add(24*time.Hour), noon.Add(72*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		before.Audit++
		if diff := cmp.Diff(before, counts(t, s)); diff != "" {
			t.Errorf("Counts mismatch (-want +got):\n%s", diff)
		}
		var articles []models.Article
		if err := s.read.Order("guid DESC").Find(&articles).Error; err != nil {
			t.Fatal(err)
		}
		old.Body, old.Summary, old.BodyState = "", "", models.BodyExpired
		if diff := cmp.Diff([]models.Article{old, fresh, edited}, articles); diff != "" {
			t.Errorf("articles mismatch (-want +got):\n%s", diff)
		}
		var bodies []string
		err := s.read.Table("article_revisions").Order("hash = '"+edited.Hash+"', revision, seen_at, title").Pluck("title || ': ' || body", &bodies).Error
		want := []string{"Edited rules: ", "Old rules: ", "Fresh rules: Fresh rules, at length.", "Edited rules: New wording."}
		if diff := cmp.Diff(want, bodies); err != nil || diff != "" {
			t.Errorf("revisions: %v, mismatch (-want +got):\n%s", err, diff)
		}
		// What the feed still says of an expired article is known.
		unseen, err := s.Unseen(t.Context(), "hkma", []models.Article{old})
		if err != nil || len(unseen) != 0 {
			t.Errorf("Unseen = %v, %v; want none", unseen, err)
		}
		soundAudit(t, s)
	})
}

func TestExpiredTextIsGoneFromTheFile(t *testing.T) {
	o := freshSQLite(t)
	s := open(t, o)
	a := article("hkma", "1", "Coin rules", noon)
	a.Body = strings.Repeat("The quick brown regulator. ", 2000)
	commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{a}, At: noon})
	holds := func() bool {
		t.Helper()
		if err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error; err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(o.Path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), "brown regulator")
	}
	if !holds() {
		t.Fatal("the text is not in the file before, so this test shows nothing")
	}
	if _, err := s.Expire(t.Context(), noon.Add(time.Hour), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if holds() {
		t.Error("the deleted text is still in the file")
	}
}

func TestExpireWorksThroughALongHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		const many = chunk*2 + 7
		scan := models.Scan{State: models.SourceState{SourceID: "hkma"}, At: noon}
		for i := range many {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon))
		}
		commit(t, s, scan)
		n, err := s.Expire(t.Context(), noon.Add(time.Second), noon.Add(time.Hour))
		if n != many || err != nil {
			t.Errorf("Expire = %d, %v; want %d", n, err, many)
		}
		soundAudit(t, s)
	})
}

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

func TestADigestIsMadeOnce(t *testing.T) {
	week := 7 * 24 * time.Hour
	issue := models.DigestIssue{Subscription: "weekly", LocalDate: "2026-03-02", WindowFrom: noon.Add(-week), WindowTo: noon, CreatedAt: noon}
	issue.ID = models.NewID(noon, "weekly")
	sameDay, sameWindow, next := issue, issue, issue
	sameDay.ID, sameDay.WindowFrom = models.NewID(noon, "2"), noon
	sameWindow.ID, sameWindow.LocalDate = models.NewID(noon, "3"), "2026-03-03"
	next.ID, next.LocalDate, next.WindowFrom, next.WindowTo = models.NewID(noon, "4"), "2026-03-09", noon, noon.Add(week)
	tests := []struct {
		name  string
		issue models.DigestIssue
		want  bool
	}{
		{"the first", issue, true},
		{"the same", issue, false},
		{"another of the same day", sameDay, false},
		{"another from the same moment", sameWindow, false},
		{"the next week's", next, true},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if _, found, err := s.LastDigest(t.Context(), "weekly", noon.Add(week)); found || err != nil {
			t.Fatalf("LastDigest = %v, %v before any", found, err)
		}
		stored := 0
		for _, tt := range tests {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeDigest, Subject: "digest", SubjectID: tt.issue.ID, Recipient: tt.name, CreatedAt: noon}
			n.ID = n.Key()
			tt.issue.NoticeIDs = []string{n.ID}
			made, err := s.CommitDigest(t.Context(), tt.issue, []models.Notice{n})
			if made != tt.want || err != nil {
				t.Errorf("CommitDigest(%s) = %v, %v; want %v", tt.name, made, err, tt.want)
			}
			if tt.want {
				stored++
			}
			if got := counts(t, s).Notices; got != int64(stored) {
				t.Errorf("after %s: %d notices, want %d", tt.name, got, stored)
			}
		}
		last, found, err := s.LastDigest(t.Context(), "weekly", noon.Add(week))
		last.NoticeIDs = nil
		if diff := cmp.Diff(next, last); err != nil || !found || diff != "" {
			t.Errorf("LastDigest: %v, %v, mismatch (-want +got):\n%s", found, err, diff)
		}
	})
}
