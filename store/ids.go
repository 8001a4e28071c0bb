package store

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// shortIDs compares each ID with the ones before and after it in a table, which have the
// longest beginnings in common with it.
func shortIDs(tx *gorm.DB, table string, ids []string) (map[string]string, error) {
	short := make(map[string]string, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var rows []struct{ ID, Before, After string }
		err := tx.Raw(fmt.Sprintf(`SELECT t.id, COALESCE((SELECT MAX(b.id) FROM %[1]s b WHERE b.id < t.id), '') AS "before",
			COALESCE((SELECT MIN(a.id) FROM %[1]s a WHERE a.id > t.id), '') AS "after" FROM %[1]s t WHERE t.id IN ?`, table), part).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			short[r.ID] = models.ShortID(r.ID, r.Before, r.After)
		}
	}
	return short, nil
}

// mostAmong is how many candidates are named when the beginning of an ID is too short.
const mostAmong = 5

// A Candidate is one of several things whose IDs begin alike.
type Candidate struct {
	ID    string // as much of it as names this one alone
	Title string
}

// amongText lists candidates for a person, one a line.
func amongText(among []Candidate) string {
	width := 0
	for _, c := range among {
		width = max(width, len(c.ID))
	}
	var b strings.Builder
	for _, c := range among {
		fmt.Fprintf(&b, "\n  %-*s  %s", width, c.ID, sanitize.Line(c.Title))
	}
	return b.String()
}
