package store

import (
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

	"gorm.io/driver/sqlite"

	"regwatch/internal/userfile"
)

// BackupOptions say how [Store.BackUpTo] works. The zero value is useful.
type BackupOptions struct {
	Replace  bool     // an existing file
	Progress Progress // may be nil
}

// A Backup is a copy of the database that was verified.
type Backup struct {
	Bytes  int64
	Counts Counts // of what it holds
}

// A Progress is called during long work, from several goroutines. Step says what is done;
// done and total are in bytes or rows, and total is 0 if it is not known.
type Progress func(step string, done, total int64)

func (p Progress) report(step string, done, total int64) {
	if p != nil {
		p(step, done, total)
	}
}

// watchEvery is how often the size of a file is reported.
const watchEvery = 200 * time.Millisecond

// watch reports the size of a file until what it returns is called.
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

// BackUpTo copies an SQLite database to a file while other programs use it, and verifies
// the copy: that SQLite finds no damage, that its audit is intact and part of the audit of
// this database, and that it holds as much. The file appears when it is complete. The error
// is fs.ErrExist if the file exists and is not to be replaced.
func (s *Store) BackUpTo(ctx context.Context, file string, o BackupOptions) (Backup, error) {
	engine, ok := s.engine.(sqliteEngine)
	if !ok {
		return Backup{}, errNoFile
	}
	done, err := s.backUpTo(ctx, engine.path, file, o)
	return done, s.failed(ctx, "back up the database", err)
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

// checkBackupFile refuses a file that a backup must not replace.
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

// verifyCopy checks a copy that was made between two counts of the database, and returns
// what it holds.
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
	copied, err := begin(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: db}))
	if err != nil {
		return held, err
	}
	if held, err = countsOf(copied.WithContext(ctx)); err != nil {
		return held, err
	}
	if err := between(before, held, after); err != nil {
		return held, err
	}
	return held, s.hasEntry(ctx, last)
}

// between compares what a copy holds with what the database held before and after it was
// made. Articles, notices and entries of the audit are never deleted.
func between(before, held, after Counts) error {
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

// hasEntry reports, as an error, that the audit does not have an entry.
func (s *Store) hasEntry(ctx context.Context, last head) error {
	if last.Seq == 0 {
		return nil
	}
	var hashes []string
	err := s.read.WithContext(ctx).Table("audit").Where("seq = ?", last.Seq).Pluck("hash", &hashes).Error
	if err == nil && (len(hashes) != 1 || hashes[0] != last.Hash) {
		err = fmt.Errorf("entry %d of its audit is not the one of the database", last.Seq)
	}
	return err
}

// syncFile writes a file to the disk and returns its size.
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

// syncFolder writes the names in a folder to the disk.
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
