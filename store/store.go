// Package store keeps what regwatch knows, in SQLite or PostgreSQL.
//
// Start with [Open]. [Store.Unseen], [Store.Candidates] and [Store.PlanContext] read what a
// scan needs, [Store.Commit] writes everything that it decided, [Store.Claim] hands out the
// deliveries that are due, and [Store.Record] stores what became of them.
// [Store.ArticlesMatching] finds stored articles by their words.
//
// It promises:
//   - A scan is committed completely or not at all. One that was decided from outdated reads
//     is refused with [models.ErrStale], however many programs share the database.
//   - A notice and its deliveries are stored once, however often they are planned.
//   - Only the worker that holds the lease of a delivery completes it.
//   - Each entry of the audit holds the hash of the one before, so that [Store.VerifyAudit]
//     detects an entry that was changed or removed.
//
// Both engines pass the same tests. Other packages decide what an article is about, who is
// notified, and when a delivery is tried again.
//
// # Queries
//
// Rows of one table are read and written through GORM with the type of the row: Find, Pluck,
// Create, Updates, Delete. So are lists with a filter, whose conditions are added one by one.
//
// A query that joins tables, groups rows or asks whether other rows exist is one SQL
// statement, run by Raw or Exec, and a constant with a name if it is longer than a line. So is
// what GORM cannot say: a new value computed from the old one, PRAGMA, and the text index.
// The deliveries of a message are claimed and completed by plain SQL as well, for speed.
//
// A condition that a partial index has is written out and not passed as a value: otherwise
// SQLite does not use the index.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// Options say where the database is. One of Path and DSN must be set.
type Options struct {
	Path string // of the SQLite file, which is made when absent; its folder must exist
	DSN  string // of a PostgreSQL database; never shown, as it may hold a password

	BusyTimeout time.Duration // how long to wait for another program's write; 0 means 10 s
	Readers     int           // reads at once; 0 means 4

	// AcceptDataLoss also opens an SQLite file that has lost data. [Store.DataLoss] then
	// returns the loss.
	AcceptDataLoss bool
	// Log gets faults of the files that do not stop the program; nil discards them.
	Log *slog.Logger `json:"-"`

	migrations fs.FS // in place of those of this program
	maxPages   int   // SQLite refuses to grow beyond them, as on a full disk
}

// A Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	// With SQLite, write has one connection, so that the writes of this program queue
	// instead of failing on the lock of the file, and read cannot write. With PostgreSQL
	// they are the same.
	write *gorm.DB
	read  *gorm.DB

	engine  engine
	pools   []*sql.DB // of SQLite: that of write, that of read
	backup  string    // made before a migration; empty if there was none
	sidecar *sidecar  // nil with PostgreSQL
	loss    *DataLossError

	// inspect is called at the end of every transaction that writes; nil in production.
	// Tests check the invariants with it.
	inspect func(tx *gorm.DB) error
}

// An engine is what differs between the databases.
type engine interface {
	// explain returns an error whose message says what to do, or the error itself.
	explain(err error) error
	// retry reports whether the same transaction may succeed when it runs again.
	retry(err error) bool
	// snapshot returns the options of a transaction whose reads see the same moment.
	snapshot() *sql.TxOptions
	// jsonRows is the FROM item r whose column value has the elements of a list in JSON, the
	// parameter of the statement.
	jsonRows() string
	// index returns the text index.
	index() textIndex
}

// Open opens the database, runs the pending migrations and returns it. An existing SQLite file
// is backed up beside itself before a migration. Open refuses a database that a newer regwatch
// has migrated with a [*NewerSchemaError], and an SQLite file that has lost data with a
// [*DataLossError].
func Open(ctx context.Context, o Options) (*Store, error) {
	o.BusyTimeout = cmp.Or(o.BusyTimeout, 10*time.Second)
	o.Readers = cmp.Or(o.Readers, 4)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	switch {
	case o.Path != "" && o.DSN != "":
		return nil, errors.New("open the database: both a SQLite file and a PostgreSQL DSN are given; keep one of them")
	case o.DSN != "":
		return openPostgres(ctx, o)
	case o.Path != "":
		return openSQLite(ctx, o)
	}
	return nil, errors.New("open the database: neither a SQLite file nor a PostgreSQL DSN is given")
}

// Backup returns the file to which [Open] backed up the database before a migration, or
// nothing if there was none.
func (s *Store) Backup() string { return s.backup }

// Close closes every connection. The one that writes is last: SQLite then moves the -wal into
// the database, which a read-only connection cannot do.
func (s *Store) Close() error {
	if s.sidecar != nil {
		s.sidecar.flush(true)
	}
	var errs []error
	for _, p := range slices.Backward(s.pools) {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// ClockAhead returns how far the clock of the database server is ahead of now, to within the
// time of one query; it is negative if the clock is behind. SQLite has no clock of its own: 0.
func (s *Store) ClockAhead(ctx context.Context, now func() time.Time) (time.Duration, error) {
	if _, ok := s.engine.(postgresEngine); !ok {
		return 0, nil
	}
	var theirs int64
	before := now()
	err := s.read.WithContext(ctx).Raw("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint").Scan(&theirs).Error
	took := now().Sub(before)
	return timeOf(theirs).Sub(before.Add(took / 2)), s.failed(ctx, "ask the database for the time", err)
}

// openGORM opens a connection pool with GORM. It logs nothing: the store returns its errors
// and the caller logs them.
func openGORM(d gorm.Dialector) (*gorm.DB, error) {
	schema.RegisterSerializer("micros", micros{})
	schema.RegisterSerializer("numbers", numbers{})
	db, err := gorm.Open(d, &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true, // ours are explicit
		DisableAutomaticPing:   true,
	})
	if err != nil {
		return nil, err
	}
	return db, db.Callback().Query().After("gorm:query").Register("regwatch:reasons", reasonsOfQuery)
}

// change runs fn in a transaction, and runs it again if the database has undone it because of
// a deadlock. So fn must set every variable outside of it anew: what an undone run has left
// there was never stored.
func (s *Store) change(ctx context.Context, doing string, fn func(tx *gorm.DB) error) error {
	commit := fn
	if s.inspect != nil {
		commit = func(tx *gorm.DB) error {
			if err := fn(tx); err != nil {
				return err
			}
			return s.inspect(tx)
		}
	}
	var err error
	for range 5 {
		err = s.write.WithContext(ctx).Transaction(commit)
		if err == nil || !s.engine.retry(err) {
			break
		}
	}
	if err == nil && s.sidecar != nil {
		s.sidecar.touch()
	}
	return s.failed(ctx, doing, err)
}

// view runs fn in a read-only transaction, in which all queries see the database at the same
// moment.
func (s *Store) view(ctx context.Context, doing string, fn func(tx *gorm.DB) error) error {
	err := s.read.WithContext(ctx).Transaction(fn, s.engine.snapshot())
	return s.failed(ctx, doing, err)
}

// failed adds to an error what was being done. If the context has ended, that is the error,
// whatever the database reports.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = ended
	}
	return fmt.Errorf("%s: %w", doing, s.engine.explain(err))
}

// An explainedError is an error of the database with a message that says what to do. It wraps
// the original.
type explainedError struct {
	message string
	err     error
}

func (t *explainedError) Error() string { return t.message }

func (t *explainedError) Unwrap() error { return t.err }

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

// numbers stores a list of numbers as JSON. Signatures are read by the hundred, and the general
// way takes ten times as long.
type numbers struct{}

// Scan reads a stored list.
func (numbers) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	var list []uint32
	s, isText := stored.(string)
	if b, isBytes := stored.([]byte); isBytes {
		s, isText = string(b), true
	}
	if !isText && stored != nil {
		return fmt.Errorf("column %s holds %T where a list of numbers belongs", field.DBName, stored)
	}
	if s != "" && s != "null" {
		inside, open := strings.CutPrefix(s, "[")
		inside, closed := strings.CutSuffix(inside, "]")
		if !open || !closed {
			return fmt.Errorf("column %s holds no list of numbers", field.DBName)
		}
		list = make([]uint32, 0, strings.Count(inside, ",")+1)
		for inside != "" {
			var number string
			number, inside, _ = strings.Cut(inside, ",")
			n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 32)
			if err != nil {
				return fmt.Errorf("column %s: %w", field.DBName, err)
			}
			list = append(list, uint32(n))
		}
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(list))
	return nil
}

// Value gives the text to store.
func (numbers) Value(_ context.Context, _ *schema.Field, _ reflect.Value, value any) (any, error) {
	b, err := json.Marshal(value)
	return string(b), err
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
