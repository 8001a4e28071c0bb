package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// holdWriteLock keeps every other writer from the SQLite file until the test is
// over or release is called.
func holdWriteLock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open(sqliteDriver, fileURL(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	release = func() { _ = db.Close() } // which rolls back
	t.Cleanup(release)
	return release
}

// An idle claim needs no write lock, so it goes through while another program
// holds it.
func TestClaimWithNothingDueOpensNoWriteTransaction(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, s *Store)
		now     time.Time
		due     bool
	}{
		"no delivery": {func(*testing.T, *Store) {}, noon, false},
		"due later":   {func(t *testing.T, s *Store) { owe(t, s, 1, noon) }, noon.Add(-time.Second), true}, // made at noon, so the clock was set back
		"postponed": {func(t *testing.T, s *Store) {
			owe(t, s, 1, noon)
			d := claim(t, s, noon, 1)[0]
			if err := s.Postpone(t.Context(), d, noon.Add(time.Hour), 1, "refused"); err != nil {
				t.Fatal(err)
			}
		}, noon.Add(time.Minute), false},
		"leased": {func(t *testing.T, s *Store) { owe(t, s, 1, noon); claim(t, s, noon, 1) }, noon.Add(time.Minute), false},
		"sent": {func(t *testing.T, s *Store) {
			owe(t, s, 1, noon)
			if err := s.MarkSent(t.Context(), claim(t, s, noon, 1)[0], "r", noon); err != nil {
				t.Fatal(err)
			}
		}, noon.Add(time.Hour), false},
		"another channel's": {func(t *testing.T, s *Store) {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeTest, Subject: "channel", SubjectID: "x", Recipient: "desk", Reason: "asked for", CreatedAt: noon}
			n.ID = n.Key()
			n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", "a@example.com", noon)}
			if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
				t.Fatal(err)
			}
		}, noon.Add(time.Hour), false},
		"due": {func(t *testing.T, s *Store) { owe(t, s, 2, noon) }, noon.Add(time.Hour), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := freshSQLite(t)
			o.BusyTimeout = time.Millisecond
			s := open(t, o)
			tt.prepare(t, s)
			release := holdWriteLock(t, o.Path)
			claimed, err := s.Claim(t.Context(), tt.now, "slack", 10, lease)
			if tt.due != (err != nil) || len(claimed) > 0 {
				t.Errorf("while another program writes: %d claimed, %v; want an error: %t", len(claimed), err, tt.due)
			}
			release()
			claimed, err = s.Claim(t.Context(), tt.now, "slack", 10, lease)
			if err != nil || tt.due != (len(claimed) > 0) {
				t.Errorf("when nobody writes: %d claimed, %v; want some: %t", len(claimed), err, tt.due)
			}
		})
	}
}

func TestClaimLooksUpWhatIsDueInTheIndex(t *testing.T) {
	s := open(t, freshSQLite(t))
	query := s.read.ToSQL(func(tx *gorm.DB) *gorm.DB {
		return claimable(tx.WithContext(context.Background()), noon, "slack", lease).Limit(1).Pluck("id", new([]string))
	})
	var plan []struct{ Detail string }
	if err := s.read.Raw("EXPLAIN QUERY PLAN " + query).Scan(&plan).Error; err != nil {
		t.Fatal(err)
	}
	if len(plan) == 0 || !strings.Contains(plan[0].Detail, "USING INDEX deliveries_due") {
		t.Errorf("the plan of %s is %v", query, plan)
	}
}
