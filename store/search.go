package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"regwatch/internal/text"
	"regwatch/models"
)

// ArticlesMatching returns at most limit stored articles of a window that may match, the one
// stored last first, in their current revision. For the next page, before is the ID of the
// last article. Source is empty.
//
// An article whose text is not indexed yet may match.
func (s *Store) ArticlesMatching(ctx context.Context, c models.Candidate, w models.ArticleWindow, before string, limit int) ([]models.Article, error) {
	var found []models.Article
	err := s.view(ctx, "search the articles", func(tx *gorm.DB) error {
		found = nil
		q, err := s.matching(tx, c, w)
		if err != nil || q == nil {
			return err
		}
		if before != "" {
			q.and(q.num+" < (SELECT num FROM article_index WHERE article_id = ?)", before)
		}
		return tx.Raw(q.page(), append(q.args, limit)...).Scan(&found).Error
	})
	return found, err
}

// CountMatching returns how many articles ArticlesMatching returns on all pages.
func (s *Store) CountMatching(ctx context.Context, c models.Candidate, w models.ArticleWindow) (int, error) {
	var n int
	err := s.view(ctx, "count the matching articles", func(tx *gorm.DB) error {
		n = 0
		q, err := s.matching(tx, c, w)
		if err != nil || q == nil {
			return err
		}
		return tx.Raw(q.count(), q.args...).Scan(&n).Error
	})
	return n, err
}

// FirstSeen returns when the oldest article was first seen by a scan, or published, or the zero
// time if there is none. By listing it is the earlier of both.
func (s *Store) FirstSeen(ctx context.Context, by models.ArticleTime) (time.Time, error) {
	var at []int64
	first := "SELECT MIN(seen_at) FROM articles WHERE import_id = '' HAVING COUNT(*) > 0"
	if by != models.BySeen {
		first = "SELECT MIN(" + listedAt(by, "seen_at") + ") FROM article_index HAVING COUNT(*) > 0"
	}
	err := s.read.WithContext(ctx).Raw(first).Scan(&at).Error
	if err != nil || len(at) == 0 {
		return time.Time{}, s.failed(ctx, "look up the oldest article", err)
	}
	return timeOf(at[0]), nil
}

// Reindex indexes the text of up to limit articles whose terms are missing or were made by
// another version of the folding. It returns how many are left.
func (s *Store) Reindex(ctx context.Context, limit int) (left int, err error) {
	for done := 0; done < limit; {
		n, err := s.reindexSome(ctx, min(reindexStep, limit-done))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, nil
		}
		done += n
	}
	var n int64
	err = s.read.WithContext(ctx).Model(&articleIndexRow{}).Where("version < ? OR version > ?", text.Version, text.Version).Count(&n).Error
	return int(n), s.failed(ctx, "count the articles that are not indexed", err)
}

// matching returns the query for articles that may match, or nil if none can.
func (s *Store) matching(tx *gorm.DB, c models.Candidate, w models.ArticleWindow) (*textQuery, error) {
	if c.Never() {
		return nil, nil
	}
	q := textQuery{from: "article_index i", num: "i.num", seenAt: "i.seen_at", inOrder: true}
	if c.Asks != models.Anything {
		stale, err := staleRows(tx, 1)
		if err != nil {
			return nil, err
		}
		if q, err = s.engine.index().search(tx, c, len(stale) > 0); err != nil {
			return nil, err
		}
	}
	switch w.By {
	case models.BySeen:
		q.onIndex("NOT i.imported")
	case models.Imported:
		q.onIndex("i.imported")
	}
	at := listedAt(w.By, q.seenAt)
	if !w.Until.IsZero() {
		q.onIndex(at+" < ?", microsOf(w.Until))
	}
	if w.Since.IsZero() {
		return &q, nil
	}
	q.onIndex(at+" >= ?", microsOf(w.Since))
	if !q.inOrder {
		return &q, nil
	}
	// The query must know where to stop. No article was published after it was first seen, so
	// this is far enough back by either time.
	var first []int64
	err := tx.Raw("SELECT MIN(num) FROM article_index WHERE seen_at >= ? HAVING COUNT(*) > 0", microsOf(w.Since)).Scan(&first).Error
	if err != nil || len(first) == 0 {
		return nil, err
	}
	q.and(q.num+" >= ?", first[0])
	return &q, nil
}

// listedAt is the time of a row of article_index by which a window selects it.
func listedAt(by models.ArticleTime, seenAt string) string {
	const dated = "CASE WHEN dated_at = 0 THEN seen_at ELSE dated_at END"
	switch by {
	case models.BySeen:
		return seenAt
	case models.ByListing:
		return "CASE WHEN imported THEN dated_at ELSE seen_at END"
	}
	return dated
}

// A textQuery is a query for rows of article_index, which it calls i.
type textQuery struct {
	from    string // where terms are looked up
	join    string // joins i to it; empty if it is i
	joined  bool   // a condition is on i
	num     string // i.num and i.seen_at, written so that the text index is read
	seenAt  string
	inOrder bool // rows are read by descending number
	where   []string
	args    []any
	among   string // the condition on i that it may match, to be asked about few rows; it has the args of a query without other conditions
}

func (q *textQuery) and(condition string, args ...any) {
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

// onIndex adds a condition on i.
func (q *textQuery) onIndex(condition string, args ...any) {
	q.joined = true
	q.and(condition, args...)
}

// page returns the statement for the newest articles, whose last argument is how many. The
// rows are chosen before their articles are read.
func (q *textQuery) page() string {
	return "SELECT a.* FROM (" + q.rows() + ") n JOIN articles a ON a.id = n.article_id ORDER BY n.num DESC"
}

// rows returns the statement for the numbers and IDs of the newest articles.
func (q *textQuery) rows() string {
	return "SELECT " + q.num + " AS num, i.article_id FROM " + q.from + q.join + q.conditions() + " ORDER BY " + q.num + " DESC LIMIT ?"
}

// numbers returns the statement for the numbers of all articles.
func (q *textQuery) numbers() string {
	from := q.from
	if q.joined {
		from += q.join
	}
	return "SELECT " + q.num + " AS num FROM " + from + q.conditions()
}

// articleIDs returns the statement for the IDs of all articles.
func (q *textQuery) articleIDs() string {
	return "SELECT i.article_id FROM " + q.from + q.join + q.conditions()
}

// count returns the statement that counts the rows. It joins i only if it must: SQLite would
// look up each row.
func (q *textQuery) count() string {
	from := q.from
	if q.joined {
		from += q.join
	}
	return "SELECT COUNT(*) FROM " + from + q.conditions()
}

func (q *textQuery) conditions() string {
	if len(q.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.where, " AND ")
}

// everyTerm is stored for a text with too many terms to index, and matches every query. No
// real term is two symbols.
const everyTerm = "$$"

// maxTerms is the most bytes of distinct terms that are indexed of one text. PostgreSQL takes
// one MiB; a book has less than this.
const maxTerms = 512 << 10

// A textIndex stores the terms of texts under the numbers of article_index.
type textIndex interface {
	// put replaces the terms of texts.
	put(tx *gorm.DB, texts []indexedText) error
	// search returns the query for the articles that may match, and makes the rest of the
	// transaction use the index. Articles whose terms are not indexed match if stale is true.
	search(tx *gorm.DB, c models.Candidate, stale bool) (textQuery, error)
	// remove removes the terms under some numbers.
	remove(tx *gorm.DB, nums []int64) error
	// purge removes replaced terms from the files, one step a call, and reports whether
	// there is more to do.
	purge(tx *gorm.DB, first bool) (more bool, err error)
}

// An articleIndexRow is an article in the text index. The database also gives it a number,
// under which its terms are stored.
type articleIndexRow struct {
	ArticleID string
	SeenAt    time.Time `gorm:"serializer:micros"`
	DatedAt   time.Time `gorm:"serializer:micros"` // when it was published, or seen if that is unknown or earlier
	Imported  bool
	Version   string // of the folding that made the terms
}

func (articleIndexRow) TableName() string { return "article_index" }

// An indexedText is the terms of an article's text and its number.
type indexedText struct {
	num   int64
	terms []string
}

// textsJSON returns the texts as JSON that both engines read: [[num, "its terms"], …].
func textsJSON(texts []indexedText) (string, error) {
	rows := make([][2]any, len(texts))
	for i, t := range texts {
		rows[i] = [2]any{t.num, strings.Join(t.terms, " ")}
	}
	list, err := json.Marshal(rows)
	return string(list), err
}

// writeQuery writes a candidate in the query language of an engine. The function term writes
// one term, or nothing if no text can have it. A text with too many terms is always found.
func writeQuery(c models.Candidate, and, or string, term func(models.Candidate) string) string {
	var write func(models.Candidate) string
	write = func(c models.Candidate) string {
		if c.Asks == models.HasTerm || c.Asks == models.HasPrefix {
			return term(c)
		}
		var parts []string
		for _, p := range c.Parts {
			s := write(p)
			if s == "" && c.Asks == models.AllOf {
				return ""
			}
			if s != "" {
				parts = append(parts, s)
			}
		}
		join := or
		if c.Asks == models.AllOf {
			join = and
		}
		return group(parts, join)
	}
	every := term(models.Candidate{Asks: models.HasTerm, Term: everyTerm})
	if s := write(c); s != "" {
		return every + or + s
	}
	return every
}

// maxOperands is how many operands stand side by side in a query. SQLite's parser copies all
// of them to add one.
const maxOperands = 64

// group joins parts with an operator, in nested groups if they are many.
func group(parts []string, join string) string {
	for len(parts) > maxOperands {
		var groups []string
		for some := range slices.Chunk(parts, maxOperands) {
			groups = append(groups, group(some, join))
		}
		parts = groups
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return "(" + strings.Join(parts, join) + ")"
}

// indexArticles indexes the text of articles. SQLite writes one segment of the index a call,
// so many articles at once are much cheaper, and are found faster later, than one by one.
func (s *Store) indexArticles(tx *gorm.DB, articles []models.Article) error {
	const row = `INSERT INTO article_index (article_id, seen_at, dated_at, imported, version) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (article_id) DO UPDATE SET dated_at = excluded.dated_at, version = excluded.version RETURNING num`
	for some := range slices.Chunk(articles, chunk) {
		texts := make([]indexedText, len(some))
		for i, a := range some {
			var nums []int64
			if err := tx.Raw(row, a.ID, microsOf(a.SeenAt), microsOf(a.PublishedOrSeen()), a.Imported(), text.Version).Scan(&nums).Error; err != nil {
				return err
			}
			texts[i] = indexedText{num: nums[0], terms: termsOf(a.Title, a.Body)}
		}
		// FTS5 also begins a new segment when a number is lower than the one before.
		slices.SortFunc(texts, func(a, b indexedText) int { return cmp.Compare(a.num, b.num) })
		if err := s.engine.index().put(tx, texts); err != nil {
			return err
		}
	}
	return nil
}

func termsOf(title, body string) []string {
	terms := text.Terms(title, body)
	size := 0
	for _, t := range terms {
		if size += len(t); size > maxTerms {
			return []string{everyTerm}
		}
	}
	return terms
}

// A staleRow is an article whose index has to be made again.
type staleRow struct {
	Num       int64
	ArticleID string
}

// staleRows returns at most limit of them, those with the newest folding before ours first.
func staleRows(tx *gorm.DB, limit int) ([]staleRow, error) {
	var rows []staleRow
	for _, side := range []string{"version < ?", "version > ?"} {
		if len(rows) == limit {
			break
		}
		var some []staleRow
		err := tx.Model(&articleIndexRow{}).Where(side, text.Version).Order("version DESC, num DESC").Limit(limit - len(rows)).Find(&some).Error
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// reindexStep is how many articles are indexed in one transaction, so that a scan never waits
// long.
const reindexStep = 500

func (s *Store) reindexSome(ctx context.Context, limit int) (done int, err error) {
	err = s.change(ctx, "index stored texts", func(tx *gorm.DB) error {
		rows, err := staleRows(tx, limit)
		if err != nil {
			return err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.ArticleID
		}
		done = len(rows)
		return s.indexStored(tx, ids)
	})
	return done, err
}

// indexStored indexes the stored text of articles.
func (s *Store) indexStored(tx *gorm.DB, ids []string) error {
	var articles []models.Article
	if err := tx.Where("id IN ?", ids).Find(&articles).Error; err != nil {
		return err
	}
	return s.indexArticles(tx, articles)
}

// purgeIndex removes the terms of deleted texts from the file.
func (s *Store) purgeIndex(ctx context.Context) error {
	for first := true; ; first = false {
		var more bool
		err := s.change(ctx, "remove deleted texts from the index", func(tx *gorm.DB) (err error) {
			more, err = s.engine.index().purge(tx, first)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// A sqliteIndex stores terms in the FTS5 table articles_fts.
type sqliteIndex struct{}

func (sqliteEngine) index() textIndex { return sqliteIndex{} }

// put uses one statement: FTS5 writes what it has collected as a segment of its own before
// each statement that may be undone.
func (sqliteIndex) put(tx *gorm.DB, texts []indexedText) error {
	list, err := textsJSON(texts)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT OR REPLACE INTO articles_fts (rowid, terms) SELECT value ->> 0, value ->> 1 FROM json_each(?)", list).Error
}

func (sqliteIndex) remove(tx *gorm.DB, nums []int64) error {
	return tx.Exec("DELETE FROM articles_fts WHERE rowid IN ?", nums).Error
}

// search reads the FTS5 table itself, whose rows come in the order of their numbers. CROSS JOIN
// tells SQLite to read it first.
func (sqliteIndex) search(_ *gorm.DB, c models.Candidate, stale bool) (textQuery, error) {
	// The plus sign keeps SQLite from looking up each match of the words for each row.
	const among = "+i.num IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
	if stale {
		return textQuery{
			from: "article_index i", num: "i.num", seenAt: "i.seen_at", inOrder: true,
			where: []string{"(i.version <> ? OR i.num IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?))"},
			args:  []any{text.Version, ftsQuery(c)}, among: "(i.version <> ? OR " + among + ")",
		}, nil
	}
	return textQuery{
		from: "articles_fts f", join: " CROSS JOIN article_index i ON i.num = f.rowid", num: "f.rowid", seenAt: "i.seen_at", inOrder: true,
		where: []string{"articles_fts MATCH ?"}, args: []any{ftsQuery(c)}, among: among,
	}, nil
}

// ftsQuery writes a candidate in the query language of FTS5.
func ftsQuery(c models.Candidate) string {
	return writeQuery(c, " AND ", " OR ", func(c models.Candidate) string {
		if strings.ContainsFunc(c.Term, separatesTerms) {
			return "" // no text has such a term
		}
		if c.Asks == models.HasPrefix {
			return `"` + c.Term + `"*`
		}
		return `"` + c.Term + `"`
	})
}

// separatesTerms reports whether the tokenizer splits terms at r.
func separatesTerms(r rune) bool {
	return r < utf8.RuneSelf && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// purge merges the segments of the index into one. A replaced row is only marked as deleted
// until the segment with its terms is merged.
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
	// FTS5 makes fewer than two changes when there is nothing to merge.
	return after-before >= 2, err
}

// purgePages is how many pages of the index are rewritten in one transaction.
const purgePages = 2000

// A postgresIndex stores terms in the column terms of article_index.
type postgresIndex struct{}

func (postgresEngine) index() textIndex { return postgresIndex{} }

func (postgresIndex) put(tx *gorm.DB, texts []indexedText) error {
	list, err := textsJSON(texts)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE article_index i SET terms = array_to_tsvector(string_to_array(t.value ->> 1, ' ')) "+
		"FROM json_array_elements(CAST(? AS json)) t WHERE i.num = CAST(t.value ->> 0 AS bigint)", list).Error
}

// remove has nothing to do: the terms are in the row of article_index.
func (postgresIndex) remove(*gorm.DB, []int64) error { return nil }

// usePostgresIndex leaves PostgreSQL no way but the index of terms, until the transaction
// ends. By itself it often reads all rows: it expects far more matches than there are, and
// does not count the work of unpacking the terms of each row. For the same reason it would
// compile queries and start processes that take longer than the query.
const usePostgresIndex = `SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
	set_config('max_parallel_workers_per_gather', '0', true)`

// search uses sums in place of columns that have an index of their own, which PostgreSQL would
// read for the same reason.
func (postgresIndex) search(tx *gorm.DB, c models.Candidate, stale bool) (textQuery, error) {
	q := textQuery{from: "article_index i", num: "(i.num + 0)", seenAt: "(i.seen_at + 0)", where: []string{"i.terms @@ CAST(? AS tsquery)"}, args: []any{tsQuery(c)}}
	if stale {
		q.where = []string{"(i.version < ? OR i.version > ? OR " + q.where[0] + ")"}
		q.args = []any{text.Version, text.Version, q.args[0]}
	}
	q.among = q.where[0]
	return q, tx.Exec(usePostgresIndex).Error
}

// tsQuery writes a candidate as a tsquery, whose terms PostgreSQL takes as they are.
func tsQuery(c models.Candidate) string {
	quote := strings.NewReplacer(`'`, `''`, `\`, `\\`)
	return writeQuery(c, " & ", " | ", func(c models.Candidate) string {
		if c.Asks == models.HasPrefix {
			return `'` + quote.Replace(c.Term) + `':*`
		}
		return `'` + quote.Replace(c.Term) + `'`
	})
}

// purge has nothing to do: VACUUM, which PostgreSQL runs by itself, deletes the terms with
// their row.
func (postgresIndex) purge(*gorm.DB, bool) (bool, error) { return false, nil }
