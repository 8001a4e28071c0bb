package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"
)

// A Restored says what [Restore] did.
type Restored struct {
	Entries int64          // of the audit in the backup, which was verified
	Aside   string         // where the file is that was replaced; empty if there was none
	Loss    *DataLossError // what the backup does not hold and the replaced file did; nil if nothing
}

// Restore puts a copy of a backup in the place of the SQLite file of o. The backup
// is verified first; the replaced file stays beside it under another name. Nobody
// may use the database meanwhile.
func Restore(ctx context.Context, o Options, backup string) (Restored, error) {
	o.BusyTimeout = cmp.Or(o.BusyTimeout, 10*time.Second)
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return Restored{}, err
	}
	from, err := filepath.Abs(backup)
	if err != nil {
		return Restored{}, err
	}
	engine := sqliteEngine{path: backup}
	done, err := restore(ctx, o, realPath(path), from)
	if err != nil {
		err = fmt.Errorf("restore the database from %s: %w", backup, engine.explain(err))
	}
	return done, err
}

func restore(ctx context.Context, o Options, path, backup string) (done Restored, err error) {
	if err := checkFile(backup); err != nil {
		return done, err
	}
	if _, err := os.Stat(backup); err != nil {
		return done, err
	}
	if realPath(backup) == path {
		return done, errors.New("it is the database itself; name a backup")
	}
	// Read only, yet not by query_only, which forbids VACUUM INTO.
	db, err := sql.Open(sqliteDriver, fileURL(backup, url.Values{"mode": {"ro"}, "_pragma": {busyTimeout(o)}}))
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	last, err := checkBackup(ctx, db, backup, o)
	if err != nil {
		return done, err
	}
	done.Entries = last.Seq

	next := path + ".restore"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return done, err
	}
	if err := copyShrinkable(ctx, db); err != nil {
		return done, err
	}
	like := path
	if _, err := os.Stat(path); err != nil {
		like = filepath.Dir(path)
	}
	if err := copyInto(ctx, db, next, like); err != nil {
		return done, err
	}
	if done.Loss, err = lossBy(path, last, db); err != nil {
		return done, errors.Join(err, os.Remove(next))
	}
	if err := refuseUsed(ctx, path); err != nil {
		return done, errors.Join(err, os.Remove(next))
	}
	if done.Aside, err = moveAside(path); err != nil {
		return done, errors.Join(err, os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return done, err
	}
	// Were it to end here, the next start would see a loss, and refuse.
	return done, writeSidecar(sidecarOf(path), path, last)
}

// copyShrinkable makes the copy of a file that cannot shrink one that can. Where
// it can, the same statement would write to the file.
func copyShrinkable(ctx context.Context, db *sql.DB) error {
	var mode int
	err := db.QueryRowContext(ctx, "PRAGMA auto_vacuum").Scan(&mode)
	if err == nil && mode == 0 {
		_, err = db.ExecContext(ctx, "PRAGMA auto_vacuum = INCREMENTAL")
	}
	return err
}

// checkBackup returns the last entry of the audit of a backup that is sound.
func checkBackup(ctx context.Context, db *sql.DB, backup string, o Options) (head, error) {
	p, err := migrator(goose.DialectSQLite3, db, "sqlite", o)
	if err != nil {
		return head{}, err
	}
	version, _, err := pending(ctx, db, p, sqliteHasTables)
	if err != nil {
		return head{}, err
	}
	if version == 0 {
		return head{}, fmt.Errorf("%s is no database of regwatch; name a backup", backup)
	}
	var says string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		return head{}, err
	}
	if says != "ok" {
		return head{}, fmt.Errorf("%s is damaged (%s); take another backup", backup, says)
	}
	tx, err := begin(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: db}))
	if err != nil {
		return head{}, err
	}
	tx = tx.WithContext(ctx)
	if _, err := verify(tx); err != nil {
		return head{}, err
	}
	return headOf(tx)
}

// lossBy says what is lost when a backup takes the place of a database: what its
// sidecar knows and the backup does not.
func lossBy(path string, last head, backup *sql.DB) (*DataLossError, error) {
	g := newGuard(path)
	if g.want == nil || g.want.Seq == 0 {
		return nil, nil
	}
	if g.want.Seq > last.Seq {
		return g.loss(last.Seq), nil
	}
	var hash string
	err := backup.QueryRow("SELECT hash FROM audit WHERE seq = ?", g.want.Seq).Scan(&hash)
	if err == nil && hash != g.want.Hash {
		return g.loss(last.Seq), nil
	}
	return nil, err
}

// refuseUsed refuses a database that another program has open. One that is empty
// or damaged cannot be asked.
func refuseUsed(ctx context.Context, path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil
	}
	db, err := sql.Open(sqliteDriver, fileURL(path, url.Values{"mode": {"rw"}, "_pragma": {"locking_mode(exclusive)"}}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, "BEGIN IMMEDIATE")
	if closing := db.Close(); err == nil {
		return closing
	}
	if busy(err) {
		return fmt.Errorf("another program uses the database %s; stop it first", path)
	}
	return ctx.Err()
}

// moveAside gives a database and its -wal another name.
func moveAside(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	aside, err := freeName(path + ".replaced")
	if err != nil {
		return "", err
	}
	// The -wal goes first: beside another database it would be played into that.
	for _, part := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}
