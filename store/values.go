package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// micros stores a time as microseconds since 1970 UTC, and the zero time as 0. Both engines
// compare and sort numbers alike, and times in different zones as text not at all.
type micros struct{}

// Scan reads a stored number into a time field.
func (micros) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	n, ok := stored.(int64)
	if !ok && stored != nil {
		return fmt.Errorf("column %s holds %T where a time in microseconds belongs", field.DBName, stored)
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(timeOf(n)))
	return nil
}

// Value gives the number to store for a time field.
func (micros) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	t, ok := value.(time.Time)
	if !ok {
		return nil, fmt.Errorf("field %s is %T and not a time", field.Name, value)
	}
	return microsOf(t), nil
}

func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// clean replaces NUL and bytes that are not UTF-8, which PostgreSQL refuses, one for one, so
// that offsets into the text stay valid. Both engines store the same text.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	b := []byte(s)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b[i] = '?'
		case r == 0:
			b[i] = ' '
		}
		i += size
	}
	return string(b)
}

func columnKey(key string) string {
	if len(key) <= longKey {
		return clean(key)
	}
	return "hash:" + models.HashOf(key)
}

func columnKeys(keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = columnKey(k)
	}
	return unique(out)
}

// longKey is the length from which a key is stored as its hash. Keys contain links, and
// PostgreSQL indexes no value over about 2,700 bytes.
const longKey = 512

// chunk is the number of values in one IN list. SQLite allows 32,766 variables in a statement
// and PostgreSQL 65,535; short lists are planned faster.
const chunk = 500

func unique(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// oneRow returns refused if the statement changed no row.
func oneRow(done *gorm.DB, refused error) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return refused
	}
	return done.Error
}

// escapeLike escapes a text so that LIKE finds it literally.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// idNeighbours selects the IDs just before and after given IDs of a table.
const idNeighbours = `SELECT t.id, COALESCE((SELECT MAX(b.id) FROM %[1]s b WHERE b.id < t.id), '') AS "before",
	COALESCE((SELECT MIN(a.id) FROM %[1]s a WHERE a.id > t.id), '') AS "after" FROM %[1]s t WHERE t.id IN ?`

// shortIDs compares each ID with its neighbours in a table, which share the longest prefix
// with it.
func shortIDs(tx *gorm.DB, table string, ids []string) (map[string]string, error) {
	short := make(map[string]string, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var rows []struct{ ID, Before, After string }
		if err := tx.Raw(fmt.Sprintf(idNeighbours, table), part).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			short[r.ID] = models.ShortID(r.ID, r.Before, r.After)
		}
	}
	return short, nil
}

// maxCandidates is how many candidates an error names when a prefix is not unique.
const maxCandidates = 5

// A Candidate is one of several objects whose IDs have the same prefix.
type Candidate struct {
	ID    string // as much of it as names this one alone
	Title string
}

// candidateLines lists candidates, one a line.
func candidateLines(among []Candidate) string {
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
