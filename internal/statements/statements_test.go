package statements

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// openCaching returns a database of one connection and a look at what it keeps.
func openCaching(t *testing.T) (*sql.DB, func() int) {
	t.Helper()
	connector, err := NewConnector("file:" + filepath.ToSlash(filepath.Join(t.TempDir(), "a.db")))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	run(t, db, "CREATE TABLE n (i INTEGER PRIMARY KEY, s TEXT NOT NULL)")
	return db, func() int {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		kept := -1
		if err := conn.Raw(func(c any) error {
			of := c.(*cachingConn)
			if kept = len(of.idle); kept != len(of.used) {
				t.Errorf("%d statements are kept and %d are listed", kept, len(of.used))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return kept
	}
}

func run(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, query string, args ...any,
) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func lines(t *testing.T, db interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, query string, args ...any,
) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.NullString)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, v := range values {
			line += v.(*sql.NullString).String + "|"
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStatementsAreKeptAndBounded(t *testing.T) {
	db, kept := openCaching(t)
	for i := range 50 {
		run(t, db, "INSERT INTO n VALUES (?, ?)", i, fmt.Sprint("v", i))
	}
	if got := kept(); got != 1 {
		t.Errorf("%d statements are kept after one was run 50 times, want 1", got)
	}
	for i := range 3 * maxStatements {
		if got := lines(t, db, fmt.Sprintf("SELECT s FROM n WHERE i = ? AND %d = %[1]d", i), 7); len(got) != 1 || got[0] != "v7|" {
			t.Fatalf("query %d = %q", i, got)
		}
	}
	if got := kept(); got != maxStatements {
		t.Errorf("%d statements are kept, want %d", got, maxStatements)
	}
}

// A statement that was prepared before the tables changed sees them as they are.
func TestKeptStatementSeesAChangedSchema(t *testing.T) {
	db, _ := openCaching(t)
	run(t, db, "INSERT INTO n VALUES (?, ?)", 1, "a")
	const all = "SELECT * FROM n WHERE i > ?"
	if got := lines(t, db, all, 0); len(got) != 1 || got[0] != "1|a|" {
		t.Fatalf("before: %q", got)
	}
	run(t, db, "ALTER TABLE n ADD COLUMN more TEXT NOT NULL DEFAULT 'm'")
	if got := lines(t, db, all, 0); len(got) != 1 || got[0] != "1|a|m|" {
		t.Errorf("after a column was added: %q", got)
	}
	run(t, db, "DROP TABLE n")
	if _, err := db.QueryContext(t.Context(), all, 0); err == nil {
		t.Error("a table that was dropped can be read")
	}
	run(t, db, "CREATE TABLE n (other TEXT, i INTEGER)")
	run(t, db, "INSERT INTO n VALUES (?, ?)", "b", 2)
	if got := lines(t, db, all, 0); len(got) != 1 || got[0] != "b|2|" {
		t.Errorf("of the new table: %q", got)
	}
}

func TestKeptStatementWorksAfterAnError(t *testing.T) {
	db, _ := openCaching(t)
	const insert = "INSERT INTO n VALUES (?, ?)"
	run(t, db, insert, 1, "a")
	for range 3 {
		if _, err := db.ExecContext(t.Context(), insert, 1, "again"); err == nil {
			t.Fatal("a key was stored twice")
		}
		if _, err := db.ExecContext(t.Context(), insert, 1); err == nil {
			t.Fatal("a missing argument is no error")
		}
	}
	run(t, db, insert, 2, "b")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.ExecContext(ended, insert, 3, "c"); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	run(t, db, insert, 3, "c")
	if got := lines(t, db, "SELECT i, s FROM n WHERE i > ? ORDER BY i", 0); fmt.Sprint(got) != "[1|a| 2|b| 3|c|]" {
		t.Errorf("stored %q", got)
	}
}

// The same query runs while the rows of another run of it are read, and rows that are
// not read to their end give their statement back.
func TestKeptStatementIsNotSharedWhileItIsRead(t *testing.T) {
	db, kept := openCaching(t)
	for i := range 10 {
		run(t, db, "INSERT INTO n VALUES (?, ?)", i, fmt.Sprint(i))
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const from = "SELECT s FROM n WHERE i >= ? ORDER BY i"
	outer, err := tx.QueryContext(t.Context(), from, 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for outer.Next() {
		var s string
		if err := outer.Scan(&s); err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
		if inner := lines(t, tx, from, 8); fmt.Sprint(inner) != "[8| 9|]" {
			t.Errorf("the inner query = %q", inner)
		}
		if len(got) == 4 {
			break
		}
	}
	if err := errors.Join(outer.Err(), outer.Close(), tx.Rollback()); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != "[3 4 5 6]" {
		t.Errorf("the outer query = %q", got)
	}
	if got := lines(t, db, from, 9); fmt.Sprint(got) != "[9|]" {
		t.Errorf("afterwards = %q", got)
	}
	if got := kept(); got != 2 {
		t.Errorf("%d statements are kept, want one of each text", got)
	}
}

func TestKeptStatementsServeSeveralGoroutines(t *testing.T) {
	db, _ := openCaching(t)
	db.SetMaxOpenConns(4)
	for i := range 10 {
		run(t, db, "INSERT INTO n VALUES (?, ?)", i, fmt.Sprint(i))
	}
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 200 {
				var s string
				want := fmt.Sprint((g + i) % 10)
				if err := db.QueryRowContext(t.Context(), "SELECT s FROM n WHERE i = ?", (g+i)%10).Scan(&s); err != nil || s != want {
					t.Errorf("%d = %q, %v", (g+i)%10, s, err)
					return
				}
			}
		})
	}
	all.Wait()
}
