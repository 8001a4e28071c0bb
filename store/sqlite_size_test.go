//go:build unix

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// longTexts stores n articles with a text of 20 kB each.
func longTexts(t testing.TB, s *Store, n int) {
	t.Helper()
	for i := range n {
		a := article("hkma", fmt.Sprint("long-", i), fmt.Sprintf("Long %d", i), noon)
		a.Body = strings.Repeat(fmt.Sprintf("long %d ", i), 20_000/8)
		a.Hash = a.TextHash()
		state, err := s.SourceState(t.Context(), "hkma")
		if err != nil {
			t.Fatal(err)
		}
		state.SourceID = "hkma"
		commit(t, s, models.Scan{State: state, Articles: []models.Article{a}, At: noon})
	}
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestANewFileShrinksAfterRetention(t *testing.T) {
	o := freshSQLite(t)
	s := openOrMake(t, o)
	longTexts(t, s, 200)
	before := fileSize(t, o.Path)
	if n, err := s.Expire(t.Context(), noon.Add(time.Hour), noon.Add(2*time.Hour)); n != 200 || err != nil {
		t.Fatalf("Expire = %d, %v", n, err)
	}
	after, err := s.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The texts are there twice: in the article, and in its revision.
	if size := fileSize(t, o.Path); size > before/3 || after.Free > size/20 {
		t.Errorf("the file had %d bytes and now has %d, of which %d are free; want it to shrink", before, size, after.Free)
	}
	soundAudit(t, s)
}

func TestShrinkStopsWithItsContext(t *testing.T) {
	s := open(t, freshSQLite(t))
	longTexts(t, s, 20)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.shrink(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shrink = %v, want that it was canceled", err)
	}
}

// oldFile is a file that was made before files could shrink.
func oldFile(t *testing.T) Options {
	t.Helper()
	o := withStories(t, 0, 1, freshSQLite(t))
	db := raw(t, o.Path)
	for _, statement := range []string{"PRAGMA auto_vacuum = NONE", "VACUUM"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if mode := texts(t, db, "PRAGMA auto_vacuum")[0]; mode != "0" {
		t.Fatalf("auto_vacuum is %s", mode)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnOldFileShrinksOnlyOnceItWasCompacted(t *testing.T) {
	o := oldFile(t)
	s := open(t, o)
	longTexts(t, s, 200)
	before := counts(t, s)
	if n, err := s.Expire(t.Context(), noon.Add(time.Hour), noon.Add(2*time.Hour)); n < 200 || err != nil {
		t.Fatalf("Expire = %d, %v", n, err)
	}
	full, err := s.Size(t.Context())
	if err != nil || full.Free < full.Bytes/4 {
		t.Fatalf("Size = %+v, %v; want much of it free", full, err)
	}
	if err := s.Compact(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	small, err := s.Size(t.Context())
	if err != nil || small.Bytes > full.Bytes/4 || small.Free > 0 {
		t.Errorf("Size = %+v, %v after %+v", small, err, full)
	}
	after := counts(t, s)
	after.Audit = before.Audit
	if after != before {
		t.Errorf("counts %+v, want %+v", after, before)
	}
	soundAudit(t, s)
	if n, err := s.CountMatching(t.Context(), models.Candidate{Asks: models.HasTerm, Term: "story"}, models.ArticleWindow{Until: noon.Add(time.Hour)}); n != 1 || err != nil {
		t.Errorf("the search finds %d articles, %v; want 1", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if mode := texts(t, raw(t, o.Path), "PRAGMA auto_vacuum")[0]; mode != "2" {
		t.Errorf("auto_vacuum is %s after compacting, want 2", mode)
	}
	if s := open(t, o); s.DataLoss() != nil {
		t.Errorf("compacting looks like a loss: %v", s.DataLoss())
	}
}

func TestPostgresIsNotCompacted(t *testing.T) {
	s := open(t, freshPostgres(t))
	_, sizeErr := s.Size(t.Context())
	for _, err := range []error{s.Compact(t.Context(), nil), sizeErr} {
		if err == nil || !strings.Contains(err.Error(), "autovacuum") {
			t.Errorf("got %v, want that PostgreSQL does this itself", err)
		}
	}
	if err := s.shrink(t.Context()); err != nil {
		t.Error(err)
	}
}
