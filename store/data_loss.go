package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/userfile"
	"regwatch/models"
)

// A DataLossError is returned by [Open] when an SQLite file no longer holds what was committed
// to it. Open has changed nothing.
type DataLossError struct {
	Path    string // of the database
	Sidecar string // of the file that says what the database held

	Expected     int64  // the entry of the audit that the sidecar names; 0 if the sidecar cannot be read
	ExpectedHash string // and its hash
	Found        int64  // the last entry of the audit that the database holds; 0 if it is empty or absent
}

// Error says what was found, what was expected, and what to do.
func (e *DataLossError) Error() string {
	expected := fmt.Sprintf("%s says that its audit reached entry %d", e.Sidecar, e.Expected)
	if e.Expected == 0 {
		expected = fmt.Sprintf("%s says that there was one, and cannot be read", e.Sidecar)
	}
	found := fmt.Sprintf("the audit in it ends at entry %d", e.Found)
	switch {
	case e.Found == 0:
		found = "it is empty or absent"
	case e.Found >= e.Expected:
		found = fmt.Sprintf("entry %d in it is another one", e.Expected)
	}
	return fmt.Sprintf("the database %s has lost data: %s, but %s. "+
		"To start now would send again what was sent since. Stop regwatch and restore the last backup (regwatch database restore FILE); "+
		"or go on with what is there (regwatch run --accept-data-loss, once)", e.Path, expected, found)
}

// DataLoss returns the loss that [Open] accepted, or nil.
func (s *Store) DataLoss() *DataLossError { return s.loss }

// RecordDataLoss adds to the audit that a person accepted a loss.
func (s *Store) RecordDataLoss(ctx context.Context, loss *DataLossError, by string, now time.Time) error {
	return s.change(ctx, "record the loss of data", func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("database.loss_accepted", filepath.Base(loss.Path), facts{"expected": loss.Expected, "expected_hash": loss.ExpectedHash, "found": loss.Found})
		return log.write(tx)
	})
}

// A guard compares a database with its sidecar. It reads the sidecar first: another program
// may be writing, and so the database can only be newer than the sidecar, never older.
type guard struct {
	database string
	sidecar  string
	want     *models.AuditHead // nil: there is no sidecar
	broken   error             // why the sidecar cannot be read
}

func newGuard(database string) guard {
	g := guard{database: database, sidecar: sidecarOf(database)}
	g.want, g.broken = readSidecar(g.sidecar)
	return g
}

// checkEmpty runs before SQLite opens the file: SQLite deletes the -wal of an empty file, and
// the -wal may be all that is left of the data.
func (g guard) checkEmpty() *DataLossError {
	info, err := os.Stat(g.database)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return g.empty()
	}
	return nil
}

// check runs before the migrations. It opens the file read-only, as the last program that
// closes a writable file moves the -wal into it.
func (g guard) check(ctx context.Context, o Options) (lost *DataLossError, err error) {
	if g.want == nil && g.broken == nil {
		return nil, nil
	}
	db, err := sql.Open(sqliteDriver, readerDSN(g.database, o))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('audit', 'audit_head')").Scan(&tables); err != nil {
		return nil, err
	}
	if tables < 2 {
		return g.empty(), nil
	}
	if g.want == nil {
		return nil, nil
	}
	var last int64
	err = db.QueryRowContext(ctx, "SELECT seq FROM audit_head WHERE name = 'audit'").Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var hash string
	err = db.QueryRowContext(ctx, "SELECT hash FROM audit WHERE seq = ?", g.want.Seq).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if g.want.Seq == 0 || g.want.Seq <= last && g.want.Hash == hash {
		return nil, nil
	}
	return g.loss(last), nil
}

// empty judges a database without tables. If there is a sidecar, even an unreadable one, there
// was data.
func (g guard) empty() *DataLossError {
	if g.broken != nil {
		return &DataLossError{Path: g.database, Sidecar: g.sidecar}
	}
	if g.want == nil || g.want.Seq == 0 {
		return nil
	}
	return g.loss(0)
}

func (g guard) loss(last int64) *DataLossError {
	return &DataLossError{Path: g.database, Sidecar: g.sidecar, Expected: g.want.Seq, ExpectedHash: g.want.Hash, Found: last}
}

// A sidecar is a small file beside an SQLite file that holds the last entry of the audit. With
// it, [Open] detects that the database was cut, that its -wal was deleted, or that an old copy
// took its place.
//
// The sidecar is never ahead of the database, or a sound database would be refused: it is
// written after the commit, while the write lock of the database is held, which also makes
// programs that share the file take turns.
type sidecar struct {
	path     string
	database string
	log      *slog.Logger
	save     func(context.Context) error // writes the file

	mu      sync.Mutex // guards the three fields below
	pending bool       // a write is scheduled
	closed  bool       // no more writes
	failed  bool       // the last write failed, and was logged

	// writing is held while the file is written, so that two writes never mix and the
	// last flush waits for one that has begun. It is locked before mu.
	writing sync.Mutex
}

// sidecarDelay is how long after a commit the sidecar is written, so at most once a second. A
// loss of commits of the last second is not detected.
const sidecarDelay = time.Second

func sidecarOf(database string) string { return realPath(database) + ".head" }

// touch schedules a write of the sidecar.
func (c *sidecar) touch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending || c.closed {
		return
	}
	c.pending = true
	time.AfterFunc(sidecarDelay, func() { c.flush(false) })
}

// flush writes the sidecar if a write is scheduled. A failure stops nothing: it is logged
// once, and the next commit tries again.
func (c *sidecar) flush(last bool) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	due := c.pending && !c.closed
	c.pending, c.closed = false, c.closed || last
	c.mu.Unlock()
	if due {
		c.saveNow(context.Background())
	}
}

func (c *sidecar) saveNow(ctx context.Context) {
	err := c.save(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && !c.failed {
		c.log.ErrorContext(ctx, "the file that guards the database against loss of data cannot be written; it is tried again after the next change", "file", c.path, "error", err)
	}
	c.failed = err != nil
}

// saveHead writes the last entry of the audit to the sidecar.
func (s *Store) saveHead(ctx context.Context) error {
	return s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error { // writes nothing, and holds the write lock
		last, err := headOf(tx)
		if err != nil {
			return err
		}
		return writeSidecar(s.sidecar.path, s.sidecar.database, last)
	})
}

// sidecarText is the JSON in the file.
type sidecarText struct {
	Seq  int64  `json:"audit_seq"`
	Hash string `json:"audit_hash"`
}

// writeSidecar replaces the file as a whole, so that a power failure never leaves half of it.
func writeSidecar(path, database string, last models.AuditHead) error {
	text, err := json.Marshal(sidecarText(last))
	if err != nil {
		return err
	}
	next := path + ".tmp"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := createPrivate(next, database); err != nil {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return os.Rename(next, path)
}

// readSidecar returns nil if the file does not exist.
func readSidecar(path string) (*models.AuditHead, error) {
	text, err := userfile.Read(path, 4096)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var held sidecarText
	if err := json.Unmarshal(text, &held); err != nil || held.Seq < 0 {
		return nil, fmt.Errorf("%s is not as regwatch wrote it", path)
	}
	last := models.AuditHead(held)
	return &last, nil
}
