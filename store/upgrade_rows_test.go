package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A rewrite is a change that a migration makes on purpose to rows that were
// there before; a comment on it says why. Every other row must stay as it is.
type rewrite struct {
	version int64 // of the migration
	table   string
	rows    func(before table) table // what the migration makes of them
}

// Migrations 0002 to 0006 only add tables and columns.
var rewrites = []rewrite{
	// Addresses are compared whatever their spelling, so that one has one opt-out: the
	// earliest, and forced if any of them was. Open merges them, for SQL cannot.
	{7, "opt_outs", mergedOptOuts},
}

// mergedOptOuts are those of the fixtures in which an address is spelled in two ways.
func mergedOptOuts(before table) table {
	after := table{columns: before.columns}
	at := func(row []string, column string) *string {
		i := slices.Index(before.columns, column)
		if i < 0 {
			return new(string)
		}
		return &row[i]
	}
	for _, row := range before.rows {
		row = slices.Clone(row)
		switch strings.Trim(*at(row, "subscription"), "'") + " " + strings.Trim(*at(row, "address"), "'") {
		case "weekly mail:team@Example.com", "coins/team mail:team@Example.com", "daily mail:info@xn--bcher-kva.example.com":
			continue // the later ones
		case "coins/team mail:team@example.com", "daily mail:info@bücher.example.com":
			forced := at(row, "forced") // is that of the later one
			*forced = map[string]string{"0": "1", "false": "true"}[*forced]
		}
		after.rows = append(after.rows, row)
	}
	return after
}

// A table is what a database has in one table, as text.
type table struct {
	columns []string
	rows    [][]string
}

// tablesOf reads every table by plain SQL.
func tablesOf(t testing.TB, o Options) map[string]table {
	t.Helper()
	db := plain(t, o)
	names := `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
	columns := `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`
	text := "COALESCE(%s::text, 'NULL')"
	if o.DSN == "" {
		// The words of texts lie in articles_fts, which is read by searching.
		names = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'articles_fts%' ORDER BY 1`
		columns, text = `SELECT name FROM pragma_table_info($1) ORDER BY cid`, "quote(%s)"
	}
	all := make(map[string]table)
	for _, name := range texts(t, db, names) {
		found := table{columns: texts(t, db, columns, name)}
		var asked []string
		for _, c := range found.columns {
			asked = append(asked, fmt.Sprintf(text, c))
		}
		found.rows = cells(t, db, "SELECT "+strings.Join(asked, ", ")+" FROM "+name, len(asked))
		all[name] = found
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}

func cells(t testing.TB, db *sql.DB, query string, columns int) [][]string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all [][]string
	for rows.Next() {
		row, into := make([]string, columns), make([]any, columns)
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// of returns the rows with these columns only, each as one line, sorted.
func (tb table) of(columns []string) (lines []string, missing []string) {
	var at []int
	for _, c := range columns {
		i := slices.Index(tb.columns, c)
		if i < 0 {
			missing = append(missing, c)
			continue
		}
		at = append(at, i)
	}
	for _, row := range tb.rows {
		var line []string
		for _, i := range at {
			line = append(line, tb.columns[i]+"="+row[i])
		}
		lines = append(lines, strings.Join(line, " "))
	}
	slices.Sort(lines)
	return lines, missing
}

// lost says what an upgrade from a version has lost, doubled or changed of what
// was stored. Only the table in which goose records migrations may grow.
func lost(version int64, before, after map[string]table) []string {
	var faults []string
	for name, was := range before {
		is, there := after[name]
		if !there {
			faults = append(faults, "table "+name+" is gone")
			continue
		}
		for _, r := range rewrites {
			if r.table == name && r.version > version {
				was = r.rows(was)
			}
		}
		want, _ := was.of(was.columns)
		got, missing := is.of(was.columns)
		if name == versionTable {
			got = slices.DeleteFunc(got, func(line string) bool { return !slices.Contains(want, line) })
		}
		if len(missing) > 0 {
			faults = append(faults, fmt.Sprintf("table %s has no column %s any more", name, strings.Join(missing, ", ")))
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			faults = append(faults, fmt.Sprintf("table %s mismatch (-before +after):\n%s", name, diff))
		}
	}
	return faults
}

// The tests of upgrades must be able to fail, whatever harm a migration does.
func TestUpgradeTestNoticesWhatAMigrationHarms(t *testing.T) {
	harms := map[string]string{
		"a lost opt-out":              "DELETE FROM opt_outs WHERE address = 'mail:team@Example.com'",
		"a lost assignment":           "DELETE FROM takes WHERE taken_by = 'dana@example.com'",
		"a sent delivery that is due": "UPDATE deliveries SET state = 'due' WHERE receipt <> ''",
		"a doubled delivery": `INSERT INTO deliveries (id, notice_id, channel, address, destination, resend, state, attempts, not_before, lease_token, lease_until, started_at, sent_at, receipt, last_error, created_at)
			SELECT 'x' || id, notice_id, channel, address, destination, 9, state, attempts, not_before, lease_token, lease_until, started_at, sent_at, receipt, last_error, created_at FROM deliveries WHERE state = 'due'`,
		"a notice that waits no longer":   "UPDATE notices SET wait_until = 0 WHERE wait_until <> 0",
		"an escalation that is forgotten": "UPDATE notices SET escalate_at = 0",
		"a mute that has ended":           "UPDATE mutes SET ended_at = 1 WHERE ended_at = 0",
		"a digest that is gone":           "DELETE FROM digest_issues WHERE subscription = 'daily'",
		"another signing key":             "UPDATE signing_keys SET secret = 'ff'",
		"a renamed kind":                  "UPDATE notices SET kind = 'news' WHERE kind = 'update'",
		"a rewritten title":               "UPDATE events SET title = upper(title)",
		"a thread that is cut":            "UPDATE deliveries SET thread = ''",
		"a column that is gone":           "ALTER TABLE takes DROP COLUMN taken_at",
		"a table that is gone":            "DROP TABLE mutes",
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for name, sql := range harms {
			t.Run(name, func(t *testing.T) {
				o := freshLike(t, o)
				load(t, o, fixturePath(6, o))
				before := tablesOf(t, o)
				o.migrations = later(t, sql+";")
				if err := open(t, o).Close(); err != nil {
					t.Fatal(err)
				}
				if faults := lost(6, before, tablesOf(t, o)); len(faults) == 0 {
					t.Error("nothing was noticed")
				}
			})
		}
	})
}
