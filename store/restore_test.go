//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestABackupIsRestored(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	backup := filepath.Join(t.TempDir(), "backup.db")
	s := open(t, o)
	if _, err := s.BackUpTo(t.Context(), backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.BackUpTo(t.Context(), backup, BackupOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an earlier backup: %v", err)
	}
	want := counts(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		before func(t *testing.T)
		lost   int64 // the entry that the sidecar expects; 0: nothing is lost
	}{
		"nothing happened since":   {func(*testing.T) {}, 0},
		"more was stored since":    {func(t *testing.T) { withStories(t, 3, 6, o) }, 24},
		"the file was truncated":   {func(t *testing.T) { withStories(t, 3, 6, o); put(t, o.Path, nil) }, 24},
		"the file was cut":         {func(t *testing.T) { withStories(t, 3, 6, o); put(t, o.Path, bytesOf(t, o.Path)[:5000]) }, 24},
		"the file is gone":         {func(t *testing.T) { withStories(t, 3, 6, o); _ = os.Remove(o.Path) }, 24},
		"there is no sidecar":      {func(t *testing.T) { withStories(t, 3, 6, o); _ = os.Remove(sidecarOf(o.Path)) }, 0},
		"it ended before it ended": {func(t *testing.T) { put(t, o.Path+".restore", []byte("half")) }, 0},
		"the program crashed": {func(t *testing.T) {
			db, wal := crashed(t, o)
			put(t, o.Path, db)
			put(t, o.Path+"-wal", wal)
		}, 24},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.before(t)
			replaced := bytesOf(t, o.Path)
			done, err := Restore(t.Context(), o, backup)
			if err != nil {
				t.Fatal(err)
			}
			if done.Entries != 12 || (done.Loss != nil) != (tt.lost > 0) || done.Loss != nil && (done.Loss.Expected != tt.lost || done.Loss.Found != 12) {
				t.Errorf("Restore = %+v with the loss %v; want 12 entries, and a loss of up to %d", done, done.Loss, tt.lost)
			}
			if done.Aside == "" != (replaced == nil) || replaced != nil && len(bytesOf(t, done.Aside)) < len(replaced) {
				t.Errorf("the replaced file of %d bytes is at %q with %d", len(replaced), done.Aside, len(bytesOf(t, done.Aside)))
			}
			s := open(t, o)
			if got := counts(t, s); got != want || s.DataLoss() != nil {
				t.Errorf("after restoring: %+v, loss %v; want %+v", got, s.DataLoss(), want)
			}
			soundAudit(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestOnlyASoundBackupIsRestored(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	before := bytesOf(t, o.Path)
	folder := t.TempDir()
	tests := map[string]struct {
		content func(t *testing.T, path string)
		want    string
	}{
		"absent":           {func(*testing.T, string) {}, "no such file"},
		"no database":      {func(t *testing.T, path string) { put(t, path, []byte("shopping list, and much more")) }, "is not an SQLite database"},
		"empty":            {func(t *testing.T, path string) { put(t, path, nil) }, "is no database of regwatch"},
		"cut":              {func(t *testing.T, path string) { put(t, path, before[:len(before)/2]) }, "damaged"},
		"another programs": {func(t *testing.T, path string) { _, _ = raw(t, path).Exec("CREATE TABLE x (y)") }, "is no database of regwatch"},
		"newer": {func(t *testing.T, path string) {
			put(t, path, before)
			_, _ = raw(t, path).Exec("INSERT INTO schema_migrations (version_id, is_applied) VALUES (9999, 1); UPDATE schema_support SET oldest = 9999")
		}, "newer regwatch"},
		"tampered with": {func(t *testing.T, path string) {
			put(t, path, before)
			db := raw(t, path)
			for _, trigger := range texts(t, db, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'") {
				_, _ = db.Exec("DROP TRIGGER " + trigger)
			}
			_, _ = db.Exec("UPDATE audit SET detail = '{}' WHERE seq = 3")
		}, "entry 3 was changed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(folder, name+".db")
			tt.content(t, path)
			_, err := Restore(t.Context(), o, path)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Restore = %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := Restore(t.Context(), o, o.Path); err == nil || !strings.Contains(err.Error(), "is the database itself") {
		t.Errorf("from itself: %v", err)
	}
	if s := open(t, o); s.DataLoss() != nil || counts(t, s).Audit != 12 {
		t.Error("a refused backup changed the database")
	}
	if left, _ := filepath.Glob(o.Path + ".re*"); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestNoDatabaseIsReplacedUnderAProgramThatUsesIt(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	backup := filepath.Join(t.TempDir(), "backup.db")
	s := open(t, o)
	if _, err := s.BackUpTo(t.Context(), backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), o, backup); err == nil || !strings.Contains(err.Error(), "another program uses the database") {
		t.Errorf("Restore = %v, want that it is in use", err)
	}
	commitStory(t, s, 3)
	if err := errors.Join(s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), o, backup); err != nil {
		t.Errorf("once it is closed: %v", err)
	}
}

func TestABackupThatCannotShrinkIsRestoredAsOneThatCan(t *testing.T) {
	old, o := oldFile(t), freshSQLite(t)
	if _, err := Restore(t.Context(), o, old.Path); err != nil {
		t.Fatal(err)
	}
	if mode := texts(t, raw(t, o.Path), "PRAGMA auto_vacuum")[0]; mode != "2" {
		t.Errorf("auto_vacuum is %s, want 2", mode)
	}
}
