package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestOpenSaysWhatIsWrongWithAFile(t *testing.T) {
	tests := []struct {
		name  string
		given func(t *testing.T, path string) Options
		want  string // a regular expression
	}{
		{
			"nothing given", func(*testing.T, string) Options { return Options{} },
			`^open the database: neither a SQLite file nor a PostgreSQL DSN is given$`,
		},
		{
			"both given", func(_ *testing.T, path string) Options { return Options{Path: path, DSN: "postgres://u:hush@h/d"} },
			`^open the database: both a SQLite file and a PostgreSQL DSN are given; keep one of them$`,
		},
		{
			"no folder", func(_ *testing.T, path string) Options { return Options{Path: filepath.Join(path, "data.db")} },
			`^open the database: there is no folder /.*/regwatch.db for it; create the folder, or name another$`,
		},
		{
			"a folder", func(t *testing.T, path string) Options { return Options{Path: filepath.Dir(path)} },
			`^open the database: /.* is a folder; name a file in it$`,
		},
		{"a text file", func(t *testing.T, path string) Options {
			write(t, path, "Dear diary,\ntoday nothing was published.\n")
			return Options{Path: path}
		}, `^open the database: /.*/regwatch.db is not an SQLite database; name another file, or move this one away$`},
		{"a database cut short", func(t *testing.T, path string) Options {
			write(t, path, "SQLite format 3\x00\x10")
			return Options{Path: path}
		}, `^open the database: /.*/regwatch.db is not an SQLite database; name another file, or move this one away$`},
		{"another program's database", func(t *testing.T, path string) Options {
			db := raw(t, path)
			if _, err := db.Exec("CREATE TABLE bookmarks (url TEXT)"); err != nil {
				t.Fatal(err)
			}
			return Options{Path: path}
		}, `^open the database: /.*/regwatch.db is the database of another program; name another file$`},
		{"locked by another program", func(t *testing.T, path string) Options {
			if err := open(t, Options{Path: path}).Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := raw(t, path).Exec("BEGIN EXCLUSIVE"); err != nil {
				t.Fatal(err)
			}
			return Options{Path: path, BusyTimeout: 50 * time.Millisecond}
		}, `^open the database: the database /.*/regwatch.db is locked by another program; close that program, or try again when it is done$`},
		{"written by a newer version", func(t *testing.T, path string) Options {
			s := open(t, Options{Path: path})
			if err := s.write.Exec("INSERT INTO schema_migrations (version_id, is_applied) VALUES (99, 1)").Error; err != nil {
				t.Fatal(err)
			}
			if err := s.write.Exec("UPDATE schema_support SET oldest = 98").Error; err != nil {
				t.Fatal(err)
			}
			return Options{Path: path}
		}, `^open the database: the database was written by a newer regwatch \(its tables are version 99 and need a program that knows version 98; this one knows up to \d+\); run that newer version, or restore`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.given(t, filepath.Join(t.TempDir(), "regwatch.db"))
			s, err := Open(t.Context(), o)
			if err == nil {
				t.Fatalf("opened (and closed: %v); want an error like %s", s.Close(), tt.want)
			}
			if !regexp.MustCompile(tt.want).MatchString(err.Error()) {
				t.Errorf("Open = %q\nwant %s", err, tt.want)
			}
		})
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// raw is a connection of its own to a file, as another program's.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open(sqliteDriver, fileURL(path, url.Values{}))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestOpenSaysWhatIsWrongWithPostgres(t *testing.T) {
	given := freshPostgres(t).DSN
	change := func(edit func(*url.URL)) string {
		u, err := url.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		edit(u)
		return u.String()
	}
	tests := []struct {
		name, dsn, want string
	}{
		{
			"wrong password", change(func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "hush-wrong") }),
			"refuses the user regwatch; check the user name and password of the DSN",
		},
		{"unknown user", change(func(u *url.URL) { u.User = url.UserPassword("nobody", "hush") }), "refuses the user nobody"},
		{"unknown database", change(func(u *url.URL) { u.Path = "/nowhere" }), "has no database nowhere; create it with createdb, or name another"},
		{
			"nothing listens", change(func(u *url.URL) { u.Host = "127.0.0.1:1" }),
			"PostgreSQL at 127.0.0.1:1/postgres cannot be reached; check that it runs and that host and port of the DSN are right",
		},
		{"not a DSN", "postgres://regwatch:hush@[::1/x", "the PostgreSQL DSN cannot be read; want postgres://user:password@host:5432/database"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{DSN: tt.dsn})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Open = %v\nwant %s", err, tt.want)
			}
			u, _ := url.Parse(given)
			password, _ := u.User.Password()
			if strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "hush") {
				t.Errorf("Open shows a password: %v", err)
			}
		})
	}
}

func TestANewerSchemaIsRefusedUntouched(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if err := s.write.Exec("INSERT INTO schema_migrations (version_id, is_applied) VALUES (99, true)").Error; err != nil {
			t.Fatal(err)
		}
		if err := s.write.Exec("UPDATE schema_support SET oldest = 99").Error; err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		newer, ok := errors.AsType[*NewerSchemaError](err)
		if !ok || newer.Has != 99 {
			t.Errorf("Open = %v, want a NewerSchemaError for version 99", err)
		}
	})
}

func TestAFullDiskStoresNothingOfTheScan(t *testing.T) {
	o := freshSQLite(t)
	o.maxPages = 150
	s := open(t, o)
	commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1"))
	before := counts(t, s)

	big := article("hkma", "2", "Bank rules", noon.Add(time.Minute))
	big.Body = strings.Repeat("All banks. ", 100_000)
	scan := scanOf(models.SourceState{SourceID: "hkma", Generation: 1}, 1, big, "k2")
	err := s.Commit(t.Context(), scan)
	if err == nil || !strings.Contains(err.Error(), "is full; nothing of this step was stored") {
		t.Errorf("Commit = %v, want it to say that the disk is full", err)
	}
	if diff := cmp.Diff(before, counts(t, s)); diff != "" {
		t.Errorf("Counts mismatch (-want +got):\n%s", diff)
	}
	soundAudit(t, s)

	// With space again, the same scan is committed.
	o.maxPages = 0
	commit(t, open(t, o), scan)
}

func TestLockedDatabaseIsReportedAndLosesNothing(t *testing.T) {
	o := freshSQLite(t)
	o.BusyTimeout = 50 * time.Millisecond
	s := open(t, o)
	other := raw(t, o.Path)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1")
	err := s.Commit(t.Context(), scan)
	if err == nil || !strings.Contains(err.Error(), "commit the scan of source hkma: the database "+o.Path+" is locked by another program") {
		t.Errorf("Commit = %v, want it to say that the database is locked", err)
	}
	// Readers are not held up by it.
	if _, err := s.SourceStates(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := other.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	commit(t, s, scan)
}

func TestEndedContextIsTheError(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Commit(ctx, models.Scan{State: models.SourceState{SourceID: "hkma"}}); !errors.Is(err, context.Canceled) {
			t.Errorf("Commit = %v, want context.Canceled", err)
		}
		if _, err := s.SourceStates(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("SourceStates = %v, want context.Canceled", err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	s := open(t, freshSQLite(t))
	if err := s.read.Exec("UPDATE counters SET value = 7").Error; err == nil {
		t.Error("a connection of the readers has written")
	}
}

func TestAPathMayHoldAnyCharacter(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "日本 50% #1?x=y&z")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "reg watch.db")
	commit(t, open(t, Options{Path: path}), models.Scan{State: models.SourceState{SourceID: "hkma"}})
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the database is not where it was asked for: %v", err)
	}
}

// A program that is killed during its first start may have made the table of
// migrations and no other.
func TestOpenGoesOnAfterAFirstStartThatWasCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "regwatch.db")
	broken := fstest.MapFS{
		"migrations/sqlite/0001_first.sql": {Data: []byte("-- +goose Up\nCREATE TABEL x (id);\n")},
	}
	if _, err := Open(t.Context(), Options{Path: path, migrations: broken}); err == nil {
		t.Fatal("no error of a migration that cannot run")
	}
	s, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
