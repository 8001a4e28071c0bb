package store

import (
	"strings"

	"gorm.io/gorm"

	"regwatch/models"
)

// postgresIndex keeps terms in the column terms of article_index.
type postgresIndex struct{}

func (postgresEngine) index() textIndex { return postgresIndex{} }

func (postgresIndex) put(tx *gorm.DB, texts []indexedText) error {
	list, err := listOf(texts)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE article_index i SET terms = array_to_tsvector(string_to_array(t.value ->> 1, ' ')) "+
		"FROM json_array_elements(CAST(? AS json)) t WHERE i.num = CAST(t.value ->> 0 AS bigint)", list).Error
}

// search orders by a sum, which no index has: PostgreSQL would otherwise walk all
// rows by their number and unpack the terms of each, as it takes candidates for
// far more common than they are.
func (postgresIndex) search(c models.Candidate) textQuery {
	const matches = "i.terms @@ CAST(? AS tsquery)"
	return textQuery{from: "article_index i", num: "(i.num + 0)", where: []string{matches}, args: []any{tsQuery(c)}, within: matches}
}

// tsQuery writes a candidate as PostgreSQL keeps a query: its terms are taken as
// they are.
func tsQuery(c models.Candidate) string {
	quote := strings.NewReplacer(`'`, `''`, `\`, `\\`)
	return writeQuery(c, " & ", " | ", func(c models.Candidate) string {
		if c.Asks == models.HasPrefix {
			return `'` + quote.Replace(c.Term) + `':*`
		}
		return `'` + quote.Replace(c.Term) + `'`
	})
}

// purge has nothing to do: VACUUM, which PostgreSQL runs by itself, frees the
// terms with the row that held them.
func (postgresIndex) purge(*gorm.DB, bool) (bool, error) { return false, nil }
