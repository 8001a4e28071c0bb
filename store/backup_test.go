//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestBackupWhileOthersWrite(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	s, other := open(t, o), open(t, o)
	folder := t.TempDir()
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := 3; ; n++ {
			select {
			case <-stop:
				return
			default:
				commitStory(t, other, n)
			}
		}
	})
	for i := range 5 {
		file := filepath.Join(folder, string(rune('a'+i))+".db")
		done, err := s.BackUpTo(t.Context(), file, BackupOptions{})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil || info.Size() != done.Bytes || info.Mode().Perm() != 0o600 {
			t.Errorf("file %v, %v; want %d bytes and mode 0600", info, err, done.Bytes)
		}
		copied := freshSQLite(t)
		if _, err := Restore(t.Context(), copied, file); err != nil {
			t.Fatal(err)
		}
		if got := counts(t, open(t, copied)); got != done.Counts || got.Articles < 3 {
			t.Errorf("the backup has %+v, and BackUpTo returned %+v", got, done.Counts)
		}
	}
	close(stop)
	writing.Wait()
	if parts, _ := filepath.Glob(filepath.Join(folder, "*part*")); len(parts) > 0 {
		t.Errorf("left behind: %v", parts)
	}
}

func TestBackupReplacesOnlyADatabaseAndOnlyIfAsked(t *testing.T) {
	o := withStories(t, 0, 3, freshSQLite(t))
	s := open(t, o)
	folder := t.TempDir()
	earlier := filepath.Join(folder, "earlier.db")
	if _, err := s.BackUpTo(t.Context(), earlier, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	commitStory(t, s, 3)
	notes := filepath.Join(folder, "notes.txt")
	put(t, notes, []byte("not a database"))
	link := filepath.Join(folder, "link.db")
	if err := os.Symlink(o.Path, link); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, file string
		replace    bool
		want       string
	}{
		{"an earlier backup", earlier, false, "already exists"},
		{"the database", o.Path, true, "belongs to the database itself"},
		{"its -wal", o.Path + "-wal", true, "belongs to the database itself"},
		{"its sidecar", sidecarOf(o.Path), true, "belongs to the database itself"},
		{"a link to it", link, true, "belongs to the database itself"},
		{"another file", notes, true, "is not an SQLite database"},
		{"a device", os.DevNull, true, "is not a regular file"},
		{"a folder", folder, true, "is not a regular file"},
		{"in no folder", filepath.Join(folder, "gone", "a.db"), false, "there is no folder"},
		{"an earlier backup, if asked", earlier, true, ""},
	}
	if err := s.saveHead(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		_, err := s.BackUpTo(t.Context(), tt.file, BackupOptions{Replace: tt.replace})
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if exists := errors.Is(err, fs.ErrExist); exists != (tt.want == "already exists") {
			t.Errorf("%s: is fs.ErrExist: %v", tt.name, exists)
		}
	}
	copied := freshSQLite(t)
	if _, err := Restore(t.Context(), copied, earlier); err != nil {
		t.Fatal(err)
	}
	if got, want := counts(t, open(t, copied)), counts(t, s); got != want {
		t.Errorf("the replaced backup has %+v, want %+v", got, want)
	}
	if text := string(bytesOf(t, notes)); text != "not a database" {
		t.Errorf("the other file has %q", text)
	}
}

func TestIncompleteCopyIsNotABackup(t *testing.T) {
	full := Counts{Articles: 10, Notices: 5, Audit: 40}
	more := Counts{Articles: 12, Notices: 6, Audit: 50}
	tests := []struct {
		name                string
		before, held, after Counts
		complete            bool
	}{
		{"nothing was written meanwhile", full, full, full, true},
		{"it is from before a commit", full, full, more, true},
		{"it is from after a commit", full, more, more, true},
		{"it lacks articles", full, Counts{Articles: 9, Notices: 5, Audit: 40}, more, false},
		{"it lacks entries of the audit", full, Counts{Articles: 10, Notices: 5, Audit: 39}, full, false},
		{"it has more than the database", full, more, full, false},
		{"a message was sent meanwhile", full, full, func() Counts { c := full; c.Sent = 1; return c }(), true},
		{"the states differ although nothing was written", full, func() Counts { c := full; c.Sent = 1; return c }(), full, false},
	}
	for _, tt := range tests {
		if err := checkBetween(tt.before, tt.held, tt.after); (err == nil) != tt.complete {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestCopyAndBackupReportProgress(t *testing.T) {
	s, other := open(t, withStories(t, 0, 3, freshSQLite(t))), open(t, freshSQLite(t))
	var done, total int64
	steps := make(map[string]bool)
	if err := s.CopyTo(t.Context(), other, func(step string, n, of int64) {
		steps[step] = true
		if step == "copying" {
			done, total = n, of
		}
	}); err != nil {
		t.Fatal(err)
	}
	if done == 0 || done != total || !steps["verifying"] {
		t.Errorf("the last report was %d of %d rows, steps %v", done, total, steps)
	}
}
