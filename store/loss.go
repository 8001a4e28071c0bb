package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gorm.io/gorm"
)

// A DataLossError is answered by Open when an SQLite file no longer holds what
// was committed to it. Nothing was touched.
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

// DataLoss returns the loss that Open has accepted, or nil.
func (s *Store) DataLoss() *DataLossError { return s.loss }

// RecordDataLoss writes to the audit that a person accepted a loss.
func (s *Store) RecordDataLoss(ctx context.Context, loss *DataLossError, by string, now time.Time) error {
	return s.change(ctx, "record the loss of data", func(tx *gorm.DB) error {
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("database.loss_accepted", filepath.Base(loss.Path), facts{"expected": loss.Expected, "expected_hash": loss.ExpectedHash, "found": loss.Found})
		return log.write(tx)
	})
}

// A guard compares a database with its sidecar. The sidecar is read first: the
// database, which another program may be writing, can only be further on.
type guard struct {
	database string
	sidecar  string
	want     *head // nil: there is no sidecar
	broken   error // why the sidecar cannot be read
}

func newGuard(database string) guard {
	g := guard{database: database, sidecar: sidecarOf(database)}
	g.want, g.broken = readSidecar(g.sidecar)
	return g
}

// checkEmpty is for before the file is opened: SQLite deletes the -wal of an
// empty file, from which the data might be saved.
func (g guard) checkEmpty() *DataLossError {
	info, err := os.Stat(g.database)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return g.empty()
	}
	return nil
}

// check is for before the tables are touched. It opens the file for reading, as
// the last program that closes a file it can write moves the -wal into it.
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

// empty judges a database without tables. That there is a sidecar shows that it
// had some, even if the sidecar cannot be read.
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
