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
	"runtime"
	"strconv"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"

	"regwatch/internal/userfile"
	"regwatch/models"
)

// BackupOptions are the options of [Store.BackUpTo]. The zero value is valid.
type BackupOptions struct {
	Replace  bool     // an existing file
	Progress Progress // may be nil
}

// A Backup describes a verified copy of the database.
type Backup struct {
	Bytes  int64
	Counts Counts // of what it holds
}

// A Progress is called during long work, from several goroutines. Step names the work; done
// and total are bytes or rows, and total is 0 if it is unknown.
type Progress func(step string, done, total int64)

func (p Progress) report(step string, done, total int64) {
	if p != nil {
		p(step, done, total)
	}
}

// watchEvery is how often the size of a growing file is reported.
const watchEvery = 200 * time.Millisecond

// watch reports the size of a file until stop is called.
func (p Progress) watch(step, file string, total int64) (stop func()) {
	if p == nil {
		return func() {}
	}
	ticker := time.NewTicker(watchEvery)
	stopped := make(chan struct{})
	go func() {
		for {
			select {
			case <-stopped:
				return
			case <-ticker.C:
			}
			if info, err := os.Stat(file); err == nil {
				p(step, info.Size(), total)
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(stopped)
	}
}

// BackUpTo copies an SQLite database to a file while other programs use it, and verifies the
// copy: SQLite finds no damage, its audit is valid and part of the audit of this database, and
// it holds as many rows. The file appears only when it is complete. The error is fs.ErrExist
// if the file exists and must not be replaced.
func (s *Store) BackUpTo(ctx context.Context, file string, o BackupOptions) (Backup, error) {
	engine, ok := s.engine.(sqliteEngine)
	if !ok {
		return Backup{}, errNoFile
	}
	done, err := s.backUpTo(ctx, engine.path, file, o)
	return done, s.failed(ctx, "back up the database", err)
}

// A Restored describes what [Restore] did.
type Restored struct {
	Entries int64          // in the verified audit of the backup
	Aside   string         // the new name of the replaced file; empty if there was none
	Loss    *DataLossError // what only the replaced file has; nil if nothing
}

// Restore verifies a backup and puts a copy of it in the place of the SQLite file that o
// names. The old file is kept in the same folder under another name. No other program may use the
// database meanwhile.
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

func (s *Store) backUpTo(ctx context.Context, database, file string, o BackupOptions) (done Backup, err error) {
	if err := checkBackupFile(database, file, o.Replace); err != nil {
		return done, err
	}
	part := file + ".part-" + strconv.Itoa(os.Getpid())
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return done, err
	}
	defer func() {
		if gone := os.Remove(part); err == nil && !errors.Is(gone, fs.ErrNotExist) {
			err = gone
		}
	}()
	size, err := s.Size(ctx)
	if err != nil {
		return done, err
	}
	before, err := countsOf(s.read.WithContext(ctx))
	if err != nil {
		return done, err
	}
	stop := o.Progress.watch("copying", part, max(size.Bytes-size.Free, 1))
	err = copyInto(ctx, s.pools[0], part, filepath.Dir(file))
	stop()
	if err != nil {
		return done, err
	}
	after, err := countsOf(s.read.WithContext(ctx))
	if err != nil {
		return done, err
	}
	o.Progress.report("verifying", 0, 0)
	if done.Counts, err = s.verifyCopy(ctx, part, before, after); err != nil {
		return done, fmt.Errorf("the copy is not complete and was deleted: %w", err)
	}
	if done.Bytes, err = syncFile(part); err != nil {
		return done, err
	}
	if err := userfile.Publish(part, file, o.Replace); err != nil {
		return done, err
	}
	return done, syncFolder(filepath.Dir(file))
}

// checkBackupFile refuses a target that must not be replaced.
func checkBackupFile(database, file string, replace bool) error {
	link, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return checkFile(file) // whether its folder exists
	}
	if err != nil {
		return err
	}
	if target, err := os.Stat(file); err == nil {
		for _, own := range []string{realPath(database), realPath(database) + "-wal", realPath(database) + "-shm", sidecarOf(database)} {
			if info, err := os.Stat(own); err == nil && os.SameFile(info, target) {
				return fmt.Errorf("%s belongs to the database itself; name another file", file)
			}
		}
	}
	switch {
	case !replace:
		return &fs.PathError{Op: "create", Path: file, Err: fs.ErrExist}
	case !link.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file; name another file", file)
	}
	return checkFile(file) // only a database is replaced
}

// verifyCopy checks a copy that was made between two counts of the database, and returns what
// the copy holds.
func (s *Store) verifyCopy(ctx context.Context, file string, before, after Counts) (held Counts, err error) {
	o := Options{BusyTimeout: time.Second}
	path, err := filepath.Abs(file)
	if err != nil {
		return held, err
	}
	db, err := sql.Open(sqliteDriver, fileURL(path, url.Values{"mode": {"ro"}, "_pragma": {busyTimeout(o)}}))
	if err != nil {
		return held, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	last, err := checkBackup(ctx, db, file, o)
	if err != nil {
		return held, err
	}
	copied, err := openGORM(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: db}))
	if err != nil {
		return held, err
	}
	if held, err = countsOf(copied.WithContext(ctx)); err != nil {
		return held, err
	}
	if err := checkBetween(before, held, after); err != nil {
		return held, err
	}
	if err := s.CheckAuditHead(ctx, last); err != nil {
		return held, fmt.Errorf("its audit log is not that of the database: %w", err)
	}
	return held, nil
}

// checkBetween refuses a copy that holds fewer rows than the database before the copy, or more
// than after it. Articles, notices and audit entries are never deleted.
func checkBetween(before, held, after Counts) error {
	for _, c := range []struct {
		what                string
		before, held, after int64
	}{
		{"articles", before.Articles, held.Articles, after.Articles},
		{"notices", before.Notices, held.Notices, after.Notices},
		{"entries of the audit", before.Audit, held.Audit, after.Audit},
	} {
		if c.held < c.before || c.held > c.after {
			return fmt.Errorf("it has %d %s, and the database had %d before and %d after", c.held, c.what, c.before, c.after)
		}
	}
	if before == after && held != before {
		return fmt.Errorf("it holds %+v, and the database %+v", held, before)
	}
	return nil
}

// syncFile flushes a file to the disk and returns its size.
func syncFile(path string) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Sync(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// syncFolder flushes the names in a folder to the disk.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // where folders cannot be synced
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
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
	// Not query_only, which forbids VACUUM INTO.
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
	// If the program died here, the next start would report a loss and refuse.
	return done, writeSidecar(sidecarOf(path), path, last)
}

// copyShrinkable sets the connection so that VACUUM INTO makes a file that can shrink. If the
// file can shrink already, the same statement would write to it.
func copyShrinkable(ctx context.Context, db *sql.DB) error {
	var mode int
	err := db.QueryRowContext(ctx, "PRAGMA auto_vacuum").Scan(&mode)
	if err == nil && mode == 0 {
		_, err = db.ExecContext(ctx, "PRAGMA auto_vacuum = INCREMENTAL")
	}
	return err
}

// checkBackup verifies a backup and returns the last entry of its audit.
func checkBackup(ctx context.Context, db *sql.DB, backup string, o Options) (models.AuditHead, error) {
	p, err := migrator(goose.DialectSQLite3, db, "sqlite", o)
	if err != nil {
		return models.AuditHead{}, err
	}
	version, _, err := pending(ctx, db, p, sqliteHasTables)
	if err != nil {
		return models.AuditHead{}, err
	}
	if version == 0 {
		return models.AuditHead{}, fmt.Errorf("%s is no database of regwatch; name a backup", backup)
	}
	var says string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		return models.AuditHead{}, err
	}
	if says != "ok" {
		return models.AuditHead{}, fmt.Errorf("%s is damaged (%s); take another backup", backup, says)
	}
	tx, err := openGORM(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: db}))
	if err != nil {
		return models.AuditHead{}, err
	}
	tx = tx.WithContext(ctx)
	if _, err := verify(tx); err != nil {
		return models.AuditHead{}, err
	}
	return headOf(tx)
}

// lossBy returns what is lost if a backup replaces a database: entries that its sidecar has
// and the backup has not.
func lossBy(path string, last models.AuditHead, backup *sql.DB) (*DataLossError, error) {
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

// refuseUsed refuses a database that another program has open. An empty or damaged file cannot
// be checked.
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

// moveAside renames a database and its -wal.
func moveAside(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	aside, err := freeName(path + ".replaced")
	if err != nil {
		return "", err
	}
	// The -wal goes first: beside the new database SQLite would apply it to that.
	for _, part := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}
