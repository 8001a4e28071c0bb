package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"regwatch/models"
)

// chunk is how many values one IN list holds. SQLite takes 32,766 variables in
// a statement and PostgreSQL 65,535; short lists are planned faster.
const chunk = 500

// column collects the values of one column of the rows whose other column has
// one of the values asked for.
func column(query *gorm.DB, want, where string, values []string) ([]string, error) {
	var all []string
	for part := range slices.Chunk(values, chunk) {
		var some []string
		if err := query.Session(&gorm.Session{}).Where(where+" IN ?", part).Pluck(want, &some).Error; err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return unique(all), nil
}

func unique(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// longKey is the length beyond which a key is stored as its hash: PostgreSQL
// indexes no value over some 2,700 bytes, and keys are made of links.
const longKey = 512

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

// clean replaces what PostgreSQL refuses in a text, NUL and bytes that are not
// UTF-8, one for one, so that offsets into the text stay right. Both engines
// store the same.
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
