package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"regwatch/models"
)

// sqliteIndex keeps terms in the FTS5 table articles_fts.
type sqliteIndex struct{}

func (sqliteEngine) index() textIndex { return sqliteIndex{} }

// put takes one statement: FTS5 writes what it has gathered to the disk, as a
// segment of its own, before each statement that may have to be undone.
func (sqliteIndex) put(tx *gorm.DB, texts []indexedText) error {
	list, err := listOf(texts)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT OR REPLACE INTO articles_fts (rowid, terms) SELECT value ->> 0, value ->> 1 FROM json_each(?)", list).Error
}

// search walks the index itself, whose rows come in the order of their numbers.
// The join on the left is left out by SQLite where nothing is asked of i.
func (sqliteIndex) search(c models.Candidate) textQuery {
	return textQuery{
		from:   "articles_fts f LEFT JOIN article_index i ON i.num = f.rowid",
		num:    "f.rowid",
		where:  []string{"articles_fts MATCH ?"},
		args:   []any{ftsQuery(c)},
		within: "i.num IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)",
	}
}

// ftsQuery writes a candidate in the language of FTS5.
func ftsQuery(c models.Candidate) string {
	return writeQuery(c, " AND ", " OR ", func(c models.Candidate) string {
		if strings.ContainsFunc(c.Term, parts) {
			return "" // no term of ours, so no text has it
		}
		if c.Asks == models.HasPrefix {
			return `"` + c.Term + `"*`
		}
		return `"` + c.Term + `"`
	})
}

// parts reports whether the tokenizer parts terms at r.
func parts(r rune) bool {
	return r < utf8.RuneSelf && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// purgePages is how many pages of the index are rewritten in one transaction.
const purgePages = 2000

// purge merges the segments of the index into one. A row that was replaced is
// only marked as gone in the segment that holds its terms, until that segment is
// merged.
func (sqliteIndex) purge(tx *gorm.DB, first bool) (more bool, err error) {
	pages := purgePages
	if first {
		pages = -purgePages // begins a merge of all segments, also of a single one
	}
	var before, after int64
	if err := tx.Raw("SELECT total_changes()").Scan(&before).Error; err != nil {
		return false, err
	}
	if err := tx.Exec("INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)", pages).Error; err != nil {
		return false, err
	}
	err = tx.Raw("SELECT total_changes()").Scan(&after).Error
	// Less than two changes is how FTS5 says that there was nothing to merge.
	return after-before >= 2, err
}
