package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// fixtureFolder is where the database of each schema is stored as SQL.
var fixtureFolder = filepath.Join("testdata", "upgrade")

func engineOf(o Options) string {
	if o.DSN != "" {
		return "postgres"
	}
	return "sqlite"
}

func fixturePath(version int64, o Options) string {
	return filepath.Join(fixtureFolder, fmt.Sprintf("%04d.%s.sql", version, engineOf(o)))
}

// TestFixtureOfThisSchema checks that the filler can still be run, and stores
// what it wrote where it is asked to and nothing is stored yet.
func TestFixtureOfThisSchema(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		got := fixtureOf(t, o)
		path := fixturePath(newest(t), o)
		if _, err := os.Stat(path); err != nil && os.Getenv(fixtureVariable) != "" {
			write(t, path, got)
		}
		again := fixtureOf(t, freshLike(t, o))
		// PostgreSQL dumps the rows of a table in the order in which they lie on the disk, which changes when it tidies up.
		if diff := cmp.Diff(sortedLines(got), sortedLines(again)); diff != "" {
			t.Errorf("the same program wrote two fixtures (-first +second):\n%s", diff)
		}
	})
}

func sortedLines(text string) []string { return slices.Sorted(strings.SplitSeq(text, "\n")) }

// fixtureOf fills an empty database and returns it as SQL.
func fixtureOf(t testing.TB, o Options) string {
	t.Helper()
	fillFixture(t, o)
	db := plain(t, o)
	// What the program takes at random, or from the clock.
	for _, fix := range []string{
		"UPDATE signing_keys SET secret = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'",
		"UPDATE deliveries SET lease_token = 'TOKEN' || substr(id, 1, 21) WHERE lease_token <> ''",
		"UPDATE schema_migrations SET tstamp = '2026-03-02 12:00:00'",
	} {
		if _, err := db.Exec(fix); err != nil {
			t.Fatal(err)
		}
	}
	if o.DSN != "" {
		return dumpPostgres(t, o)
	}
	return dump(t, o.Path)
}

// plain opens a database beside the store, which therefore cannot hide anything.
func plain(t testing.TB, o Options) *sql.DB {
	t.Helper()
	if o.DSN == "" {
		return raw(t, o.Path)
	}
	config, err := pgx.ParseConfig(o.DSN)
	if err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// dumpPostgres returns the schema of a test as SQL that names no schema, so that
// it can be loaded into any.
func dumpPostgres(t testing.TB, o Options) string {
	t.Helper()
	u, err := url.Parse(o.DSN)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	schema := q.Get("search_path")
	q.Del("search_path")
	u.RawQuery = q.Encode()
	cmd := exec.CommandContext(t.Context(), "pg_dump", "--schema="+schema, "--no-owner", "--no-privileges", "--inserts", "--no-comments")
	// The password stays out of the arguments, which every user of the machine can list.
	password, _ := u.User.Password()
	u.User = url.User(u.User.Username())
	cmd.Args = append(cmd.Args, u.String())
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("pg_dump, which writes the fixture: %v", err)
	}
	// The head has settings that older servers do not know; \restrict is for psql.
	_, text, found := strings.Cut(string(out), "CREATE SCHEMA "+schema+";\n")
	if !found {
		t.Fatalf("pg_dump wrote no schema:\n%s", out)
	}
	text = strings.ReplaceAll(text, schema+".", "")
	text = regexp.MustCompile(`(?m)^\\(un)?restrict .*\n`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`(?m)^--\n-- (Name|Data for Name): .*\n--\n\n+|^--\n-- PostgreSQL database dump complete\n--\n\n+`).ReplaceAllString(text, "")
	return regexp.MustCompile(`\n{3,}`).ReplaceAllString(strings.TrimSpace(text), "\n\n") + "\n"
}

// load fills an empty database from a file of SQL.
func load(t testing.TB, o Options, path string) {
	t.Helper()
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if o.DSN == "" {
		db := raw(t, o.Path)
		if _, err := db.Exec("BEGIN;\n" + string(script) + "COMMIT;\n"); err != nil {
			t.Fatalf("load %s: %v", path, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	conn, err := pgx.Connect(t.Context(), o.DSN)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.PgConn().Exec(t.Context(), string(script)).ReadAll(); err != nil {
		t.Fatalf("load %s: %v", path, err)
	}
	if err := conn.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}
