package store

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"regwatch/models"
)

// later adds a migration to those of both engines, as a next version of the
// program would.
func later(t testing.TB, sql string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(shipped, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := shipped.ReadFile(path)
		all[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		all["migrations/"+engine+"/9000_later.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + sql)}
	}
	return all
}

// newest is the version of the tables that the program makes.
func newest(t testing.TB) int64 {
	t.Helper()
	names, err := fs.Glob(shipped, "migrations/sqlite/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("the migrations: %v, %v", names, err)
	}
	version, err := goose.NumericComponent(slices.Max(names))
	if err != nil {
		t.Fatal(err)
	}
	return version
}

func TestTheFileIsCopiedBeforeItsTablesChange(t *testing.T) {
	o := freshSQLite(t)
	s := open(t, o)
	commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1"))
	if s.Backup() != "" {
		t.Errorf("a new database was backed up to %s", s.Backup())
	}
	before := counts(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	taken := fmt.Sprintf("%s.bak-%d", o.Path, newest(t))
	write(t, taken, "an earlier copy, of which nothing may be lost")

	o.migrations = later(t, "ALTER TABLE counters ADD COLUMN note TEXT; UPDATE counters SET value = value + 100;")
	next := open(t, o)
	if want := taken + "-2"; next.Backup() != want {
		t.Fatalf("backed up to %q, want %q", next.Backup(), want)
	}
	if got, err := os.ReadFile(taken); err != nil || string(got) != "an earlier copy, of which nothing may be lost" {
		t.Errorf("the earlier copy now holds %q, %v", got, err)
	}
	if _, generation, err := next.Candidates(t.Context()); generation != 101 || err != nil {
		t.Errorf("generation = %d, %v after the migration; want 101", generation, err)
	}
	if again := open(t, o); again.Backup() != "" {
		t.Errorf("backed up to %s though nothing was to change", again.Backup())
	}

	// The copy is a whole database of the former version.
	restored := open(t, Options{Path: next.Backup()})
	if diff := cmp.Diff(before, counts(t, restored)); diff != "" {
		t.Errorf("counts of the copy mismatch (-want +got):\n%s", diff)
	}
	soundAudit(t, restored)
}

func TestAFailedMigrationChangesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		commit(t, open(t, o), models.Scan{State: models.SourceState{SourceID: "hkma"}})
		broken := o
		broken.migrations = later(t, "UPDATE counters SET value = value + 100; INSERT INTO nowhere VALUES (1);")
		if _, err := Open(t.Context(), broken); err == nil {
			t.Fatal("a migration that cannot run was passed over")
		}
		s := open(t, o)
		if _, generation, err := s.Candidates(t.Context()); generation != 0 || err != nil {
			t.Errorf("generation = %d, %v; want 0, as before", generation, err)
		}
	})
}

func TestProgramsThatStartTogetherMigrateOnce(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, o Options)
	}{
		{"a new database", func(*testing.T, Options) {}},
		{"an existing database", func(t *testing.T, o Options) {
			commit(t, open(t, o), models.Scan{State: models.SourceState{SourceID: "hkma"}})
		}},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				o := freshLike(t, o)
				tt.prepare(t, o)
				// It takes long enough that all are there before the first is done.
				o.migrations = later(t, `UPDATE counters SET value = value + 100 + (
					WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT MIN(i) - 1 FROM n);`)
				openTogether(t, o, 6)
				if _, generation, err := open(t, o).Candidates(t.Context()); generation != 100 || err != nil {
					t.Errorf("generation = %d, %v; want 100: the migration has run once", generation, err)
				}
			})
		}
	})
}

func openTogether(t *testing.T, o Options, programs int) {
	t.Helper()
	var wait sync.WaitGroup
	for range programs {
		wait.Go(func() {
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// A column that only one engine has would be found only by a person who moves from one to
// the other.
func TestBothEnginesHaveTheSameColumnsAndKeys(t *testing.T) {
	postgres := open(t, freshPostgres(t))
	sqlite := open(t, freshSQLite(t))
	questions := []struct{ name, sqlite, postgres string }{
		{
			"columns",
			`SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
				WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'schema_migrations'
					AND t.name NOT LIKE 'articles_fts%' ORDER BY 1`, // the words of texts lie there, or
			`SELECT table_name || '.' || column_name FROM information_schema.columns
				WHERE table_schema = current_schema() AND table_name <> 'schema_migrations'
					AND table_name || '.' || column_name <> 'article_index.terms' ORDER BY 1`, // here
		},
		{
			"unique keys",
			`SELECT t.name || ' ' || (SELECT group_concat(name, ',') FROM (SELECT c.name FROM pragma_index_info(i.name) c ORDER BY c.name))
				FROM sqlite_master t, pragma_index_list(t.name) i
				WHERE t.type = 'table' AND i."unique" AND t.name <> 'schema_migrations'
					AND t.name NOT LIKE 'articles_fts%' ORDER BY 1`,
			`SELECT t.relname || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C")
					FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (i.indkey))
				FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
				WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace
					AND t.relname <> 'schema_migrations'
					-- SQLite needs no index for a number that is the row's own.
					AND NOT (t.relname IN ('matches', 'audit', 'article_index') AND i.indisprimary) ORDER BY 1`,
		},
	}
	for _, q := range questions {
		var want, got []string
		if err := sqlite.read.Raw(q.sqlite).Scan(&want).Error; err != nil {
			t.Fatal(err)
		}
		if err := postgres.read.Raw(q.postgres).Scan(&got).Error; err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if len(want) < 10 {
			t.Errorf("%d %s found on SQLite; the question is wrong", len(want), q.name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s mismatch (-sqlite +postgres):\n%s", q.name, diff)
		}
	}
}
