//go:build unix

package store

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// modesOf are the modes of the files in the folder of a database, by what their
// names add to its name.
func modesOf(t *testing.T, path string) map[string]fs.FileMode {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	modes := make(map[string]fs.FileMode)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		modes[strings.TrimPrefix(e.Name(), filepath.Base(path))] = info.Mode().Perm()
	}
	return modes
}

func umask(t *testing.T, mask int) {
	t.Helper()
	was := syscall.Umask(mask)
	t.Cleanup(func() { syscall.Umask(was) })
}

func TestFilesAreMadeForThisAccountAlone(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o277} {
		t.Run(fmt.Sprintf("umask %04o", mask), func(t *testing.T) {
			o := freshSQLite(t)
			umask(t, mask)
			s := openOrMake(t, o)
			commitStory(t, s, 0)
			s.sidecar.flush(false)
			if _, err := s.BackUpTo(t.Context(), o.Path+".own-backup", BackupOptions{}); err != nil {
				t.Fatal(err)
			}
			other := openOrMake(t, Options{Path: o.Path + ".copy"})
			if err := s.CopyTo(t.Context(), other, nil); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), other.Close()); err != nil {
				t.Fatal(err)
			}
			o.migrations = later(t, "ALTER TABLE counters ADD COLUMN note TEXT;")
			open(t, o)
			o.migrations = nil
			modes := modesOf(t, o.Path)
			backup := fmt.Sprintf(".bak-%d", newest(t))
			for _, name := range []string{"", "-wal", "-shm", ".head", ".own-backup", ".copy", ".copy.head", backup} {
				if mode, there := modes[name]; !there || mode != 0o600 {
					t.Errorf("%q has mode %04o (there: %t), want 0600", name, mode, there)
				}
			}
		})
	}
}

func TestARestoredFileIsForThisAccountAlone(t *testing.T) {
	o := withStories(t, 0, 1, freshSQLite(t))
	backup := filepath.Join(t.TempDir(), "backup.db")
	put(t, backup, bytesOf(t, o.Path))
	for _, file := range []string{backup, o.Path} {
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Restore(t.Context(), o, backup); err != nil {
		t.Fatal(err)
	}
	open(t, o)
	for _, name := range []string{"", ".head", ".replaced"} {
		if mode := modesOf(t, o.Path)[name]; mode != 0o600 {
			t.Errorf("%q has mode %04o, want 0600", name, mode)
		}
	}
}

func TestOpenRestrictsModesOfExistingFiles(t *testing.T) {
	o := freshSQLite(t)
	db, wal := crashed(t, withStories(t, 0, 3, o))
	put(t, o.Path, db)
	put(t, o.Path+"-wal", wal)
	put(t, o.Path+".bak-5", nil)
	put(t, o.Path+".bak-6-2", nil)
	put(t, o.Path+"x", nil) // is not ours
	modes := map[string]fs.FileMode{"": 0o644, "-wal": 0o640, ".head": 0o604, ".bak-5": 0o666, ".bak-6-2": 0o444, "x": 0o644}
	for name, mode := range modes {
		if err := os.Chmod(o.Path+name, mode); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := open(t, o).Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{"": 0o600, ".head": 0o600, ".bak-5": 0o600, ".bak-6-2": 0o400, "x": 0o644}
	got := modesOf(t, o.Path)
	for name, mode := range want {
		if got[name] != mode {
			t.Errorf("%q has mode %04o, want %04o", name, got[name], mode)
		}
	}
	for name, mode := range modes {
		line := fmt.Sprintf("file=%s old_mode=%04o\n", o.Path+name, mode)
		if n := strings.Count(log.String(), line); n != 1 && name != "x" || n != 0 && name == "x" {
			t.Errorf("%q is told %d times in:\n%s", line, n, log.String())
		}
	}
	log.Reset()
	if err := open(t, o).Close(); err != nil || log.Len() > 0 {
		t.Errorf("the next start: %v, and it logs\n%s", err, log.String())
	}
}

// The key that signs links is in the table signing_keys of files that only this
// account can read, and nowhere else.
func TestTheSigningKeyIsOnlyInItsTable(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		keys, err := s.SigningKeys(t.Context(), noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RenewSigningKey(t.Context(), "ann", noon); err != nil {
			t.Fatal(err)
		}
		newer, err := s.SigningKeys(t.Context(), noon)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := s.Audit(t.Context(), AuditFilter{OldestFirst: true, Limit: 1000})
		if err != nil || len(entries) == 0 {
			t.Fatalf("the audit: %d entries, %v", len(entries), err)
		}
		written, err := json.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range append(keys, newer...) {
			shown, err := json.Marshal(key)
			if err != nil {
				t.Fatal(err)
			}
			everywhere := string(written) + string(shown) + fmt.Sprintf("%v %+v %#v %s %x %q %d", key, key, key, key, key, key, key)
			if o.Path != "" {
				everywhere += string(bytesOf(t, sidecarOf(o.Path)))
			}
			for _, form := range []string{hex.EncodeToString(key.Secret), string(key.Secret), fmt.Sprint(key.Secret), base64.StdEncoding.EncodeToString(key.Secret)} {
				if strings.Contains(everywhere, form) {
					t.Errorf("key %d is shown: %s", key.Version, everywhere)
				}
			}
		}
	})
}

// An administrator runs a command as root over the database of a service.
func TestFilesThatRootMakesBelongToTheOwnerOfTheDatabase(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	const service = 65534
	o := withStories(t, 0, 1, freshSQLite(t))
	backup := filepath.Join(t.TempDir(), "backup.db")
	put(t, backup, bytesOf(t, o.Path))
	if err := os.Chown(o.Path, service, service); err != nil {
		t.Fatal(err)
	}
	owners := func() string {
		var all []string
		for _, name := range []string{"", ".head"} {
			info, err := os.Stat(o.Path + name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(info.Sys().(*syscall.Stat_t).Uid))
		}
		return strings.Join(all, " ")
	}
	want := fmt.Sprintf("%d %d", service, service)
	withStories(t, 1, 2, o)
	if got := owners(); got != want {
		t.Errorf("after a commit they belong to %s, want %s", got, want)
	}
	if _, err := Restore(t.Context(), o, backup); err != nil {
		t.Fatal(err)
	}
	if got := owners(); got != want {
		t.Errorf("after a restore they belong to %s, want %s", got, want)
	}
}
