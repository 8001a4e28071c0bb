package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// dump writes a SQLite file as SQL that makes it again.
func dump(t testing.TB, path string) string {
	t.Helper()
	db := raw(t, path)
	var b strings.Builder
	b.WriteString("PRAGMA foreign_keys = OFF;\n")
	for _, table := range texts(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid") {
		create := texts(t, db, "SELECT sql FROM sqlite_master WHERE name = ?", table)[0]
		switch {
		case strings.HasPrefix(create, "CREATE VIRTUAL TABLE"):
			fmt.Fprintf(&b, "%s;\n", create)
			continue // its rows are in tables of its own
		case strings.HasPrefix(table, "articles_fts_"):
			fmt.Fprintf(&b, "DELETE FROM %s;\n", table) // the virtual table has made it
		default:
			fmt.Fprintf(&b, "%s;\n", create)
		}
		columns := texts(t, db, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
		for i, c := range columns {
			columns[i] = "quote(" + c + ")"
		}
		query := "SELECT " + strings.Join(columns, " || ', ' || ") + " FROM " + table
		for _, values := range texts(t, db, query) {
			fmt.Fprintf(&b, "INSERT INTO %s VALUES (%s);\n", table, values)
		}
	}
	for _, more := range texts(t, db, "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid") {
		fmt.Fprintf(&b, "%s;\n", more)
	}
	return b.String()
}

func texts(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
