package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestADatabaseMovesToAnotherEngineAndGoesOnThere(t *testing.T) {
	routes := []struct {
		name     string
		from, to func(testing.TB) Options
	}{
		{"sqlite to sqlite", freshSQLite, freshSQLite},
		{"sqlite to postgres", freshSQLite, freshPostgres},
		{"postgres to sqlite", freshPostgres, freshSQLite},
	}
	for _, route := range routes {
		t.Run(route.name, func(t *testing.T) {
			from, to := open(t, route.from(t)), open(t, route.to(t))
			const many = chunk + 3
			fill(t, from, many)
			if err := from.CopyTo(t.Context(), to, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(counts(t, from), counts(t, to)); diff != "" {
				t.Errorf("Counts mismatch (-from +to):\n%s", diff)
			}
			for _, table := range []string{"article_revisions", "rule_revisions", "event_articles", "event_keys", "marks", "digest_issues", "subscriptions", "opt_outs"} {
				if a, b := rowsOf(t, from, table), rowsOf(t, to, table); a != b || a == 0 {
					t.Errorf("%s has %d rows, its copy %d", table, a, b)
				}
			}
			soundAudit(t, to)
			if left, err := to.Reindex(t.Context(), 10*many); left != 0 || err != nil {
				t.Errorf("Reindex = %d, %v; want none left", left, err)
			}
			if diff := cmp.Diff(found(t, from, asks("coin|more"), noon, time.Time{}), found(t, to, asks("coin|more"), noon, time.Time{})); diff != "" {
				t.Errorf("found by words mismatch (-from +to):\n%s", diff)
			}
			was, generation, err := candidates(t, from, "k")
			if err != nil {
				t.Fatal(err)
			}
			is, _, err := candidates(t, to, "k")
			if diff := cmp.Diff(was, is); err != nil || diff != "" {
				t.Errorf("Candidates: %v, mismatch (-from +to):\n%s", err, diff)
			}
			commit(t, to, scanOf(models.SourceState{SourceID: "hkma", Generation: 1}, generation, article("hkma", "next", "Next rules", noon.Add(time.Hour)), "k2"))
			soundAudit(t, to)

			if err := from.CopyTo(t.Context(), to, nil); !errors.Is(err, ErrNotEmpty) {
				t.Errorf("CopyTo a database in use = %v, want ErrNotEmpty", err)
			}
		})
	}
}

// fill puts something into every table.
func fill(t *testing.T, s *Store, articles int) {
	t.Helper()
	scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k")
	for i := range articles {
		scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint("n", i), "More", noon))
	}
	commit(t, s, scan)
	if _, err := s.AddFeedback(t.Context(), models.Feedback{EventID: scan.Changes[0].Event.ID, By: "ana", Relevant: true, GivenAt: noon}, nil); err != nil {
		t.Fatal(err)
	}
	made, err := s.CommitDigest(t.Context(), models.DigestIssue{ID: "d", Subscription: "weekly", LocalDate: "2026-03-02", WindowTo: noon, CreatedAt: noon}, nil)
	if !made || err != nil {
		t.Fatal(made, err)
	}
	if _, err := s.SubscribedSince(t.Context(), "weekly", noon); err != nil {
		t.Fatal(err)
	}
	if err := s.write.Exec("INSERT INTO opt_outs (subscription, address, opted_out_at) VALUES ('weekly', 'a@example.org', 1)").Error; err != nil {
		t.Fatal(err)
	}
}

func rowsOf(t *testing.T, s *Store, table string) int64 {
	t.Helper()
	var n int64
	if err := s.read.Table(table).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// A table that a migration adds is copied too, but for the words of texts, which
// each engine keeps in its own way, the days of events, which a trigger stores, and which
// programs run.
func TestEveryTableIsCopied(t *testing.T) {
	s := open(t, freshSQLite(t))
	var want, got []string
	err := s.read.Raw("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'articles_fts%' AND name NOT IN (?, 'event_days', 'instances', 'leases')", versionTable).Scan(&want).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range tableCopies() {
		got = append(got, c.table)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tables mismatch (-in the database +copied):\n%s", diff)
	}
}
