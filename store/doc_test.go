package store

import (
	"os"
	"strings"
	"testing"
)

// The manual names every table and what its key prevents.
func TestManualNamesEveryTable(t *testing.T) {
	manual, err := os.ReadFile("../docs/reference/database.md")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, freshSQLite(t))
	var tables []string
	err = s.read.Raw("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'articles_fts%' AND name <> ?", versionTable).Scan(&tables).Error
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	for _, name := range tables {
		if !strings.Contains(string(manual), "\n| `"+name+"` |") {
			t.Errorf("docs/reference/database.md has no row for the table %s", name)
		}
	}
}
