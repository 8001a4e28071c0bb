package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestAuditFilters(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		for i, by := range []string{"ana", "@Ana (U0ANA)", "ben"} {
			at := noon.Add(time.Duration(i) * time.Minute)
			if _, err := s.Assign(t.Context(), models.Assignment{EventID: e.ID, By: by, AssignedAt: at}, nil); err != nil {
				t.Fatal(err)
			}
		}
		mute := models.Mute{Kind: models.MuteRule, Target: "coin", By: "ben", MutedAt: noon, Until: noon.Add(time.Hour)}
		if _, err := s.Mute(t.Context(), mute, nil); err != nil {
			t.Fatal(err)
		}
		first := len(actions(t, s)) - 4 // what the scan did

		for _, tt := range []struct {
			name   string
			filter AuditFilter
			want   []string
		}{
			{"newest first", AuditFilter{Limit: 2}, []string{"ben mute.set", "ben event.taken"}},
			{"oldest first", AuditFilter{After: int64(first), OldestFirst: true, Limit: 2}, []string{"ana event.taken", "@Ana (U0ANA) event.taken"}},
			{"after", AuditFilter{After: int64(first) + 3}, []string{"ben mute.set"}},
			{"an actor in any case", AuditFilter{Actor: "ANA"}, []string{"ana event.taken"}},
			{"actors by a wildcard", AuditFilter{Actor: "*ana*"}, []string{"@Ana (U0ANA) event.taken", "ana event.taken"}},
			{"no other wildcard", AuditFilter{Actor: "%a%"}, nil},
			{"an action", AuditFilter{Action: "mute.set"}, []string{"ben mute.set"}},
			{"actions by a wildcard", AuditFilter{Action: "event.*", Actor: "ben"}, []string{"ben event.taken"}},
			{"a subject", AuditFilter{Subject: "coin"}, []string{"ben mute.set"}},
			{"the beginning of no ID", AuditFilter{Subject: "coi"}, nil},
			{"the beginning of an ID", AuditFilter{Subject: "  " + e.ID[:12], Actor: "ben"}, []string{"ben event.taken"}},
			{"too short a beginning", AuditFilter{Subject: e.ID[:7]}, nil},
		} {
			entries, err := s.Audit(t.Context(), tt.filter)
			var got []string
			for _, entry := range entries {
				got = append(got, fmt.Sprintf("%s %s", entry.Actor, entry.Action))
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
			}
		}
		want := []string{"article.seen", "event.opened", "event.taken", "match.found", "mute.set", "notice.planned"}
		if got, err := s.AuditActions(t.Context()); err != nil || !cmp.Equal(got, want) {
			t.Errorf("AuditActions = %v, %v; want %v", got, err, want)
		}
	})
}

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

// Someone who can write to the database can replace the whole log, with hashes that fit. Only a head that was kept elsewhere shows it.
func TestAuditThatIsWrittenAnewDoesNotHaveAKeptHead(t *testing.T) {
	rewrites := []struct {
		name    string
		rewrite func([]models.AuditEntry) []models.AuditEntry
	}{
		{"another actor", func(all []models.AuditEntry) []models.AuditEntry { all[1].Actor = "nobody"; return all }},
		{"the last entries gone", func(all []models.AuditEntry) []models.AuditEntry { return all[:3] }},
		{"an entry put in", func(all []models.AuditEntry) []models.AuditEntry { return slices.Insert(all, 2, all[0]) }},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range rewrites {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				owe(t, s, 5, noon)
				kept, err := s.AuditHead(t.Context())
				if err != nil || kept.Seq != 5 {
					t.Fatalf("AuditHead = %v, %v; want entry 5", kept, err)
				}
				if err := s.CheckAuditHead(t.Context(), kept); err != nil {
					t.Fatal(err)
				}
				entries, err := s.Audit(t.Context(), AuditFilter{OldestFirst: true})
				if err != nil {
					t.Fatal(err)
				}
				writeAuditAnew(t, s, tt.rewrite(entries))
				if _, err := s.VerifyAudit(t.Context()); err != nil {
					t.Fatalf("VerifyAudit = %v; the chain of the new log is in order", err)
				}
				broken, ok := errors.AsType[*BrokenAuditError](s.CheckAuditHead(t.Context(), kept))
				if !ok || broken.Seq != 5 {
					t.Errorf("CheckAuditHead = %v; want that entry 5 is not the one that was kept", broken)
				}
			})
		}
	})
}

func writeAuditAnew(t *testing.T, s *Store, entries []models.AuditEntry) {
	t.Helper()
	unlockAudit(t, s)
	for _, q := range []string{"DELETE FROM audit", "UPDATE audit_head SET seq = 0, hash = ''"} {
		if err := s.write.Exec(q).Error; err != nil {
			t.Fatal(err)
		}
	}
	log := &auditLog{entries: entries}
	if err := s.write.Transaction(log.write); err != nil {
		t.Fatal(err)
	}
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
