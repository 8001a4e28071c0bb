package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"gorm.io/driver/sqlite"
	modernc "modernc.org/sqlite" // registers the driver "sqlite", which needs no C compiler
	sqlite3 "modernc.org/sqlite/lib"

	"regwatch/internal/statements"
	"regwatch/internal/userfile"
)

// sqliteDriver is the name of modernc.org/sqlite among the drivers. GORM's dialect links
// another that needs C and is never opened.
const sqliteDriver = "sqlite"

// A sqliteEngine is an SQLite file.
type sqliteEngine struct{ path string }

func (e sqliteEngine) snapshot() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

func (e sqliteEngine) retry(error) bool { return false }

func (e sqliteEngine) jsonRows() string { return "json_each(?) r" }

func (e sqliteEngine) explain(err error) error {
	failed, ok := errors.AsType[*modernc.Error](err)
	if !ok {
		return err
	}
	says := ""
	switch failed.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		says = fmt.Sprintf("the database %s is locked by another program; close that program, or try again when it is done", e.path)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		says = fmt.Sprintf("the database %s is read-only; give the account that runs regwatch the right to write the file and its folder", e.path)
	case sqlite3.SQLITE_CANTOPEN:
		says = fmt.Sprintf("the database %s cannot be opened or created; give the account that runs regwatch the right to write in the folder %s",
			e.path, filepath.Dir(e.path))
	case sqlite3.SQLITE_FULL:
		says = fmt.Sprintf("the disk that holds the database %s is full; nothing of this step was stored, and it is repeated once there is space", e.path)
	case sqlite3.SQLITE_NOTADB:
		says = notADatabase(e.path).Error()
	case sqlite3.SQLITE_CORRUPT:
		says = damaged(e.path).Error()
	case sqlite3.SQLITE_IOERR:
		says = fmt.Sprintf("the disk that holds the database %s failed or is full (%v); check the disk, then start again", e.path, failed)
	default:
		return err
	}
	return &explainedError{message: says, err: err}
}

// A Size is how large an SQLite database is on the disk, in bytes.
type Size struct {
	Bytes int64 `json:"bytes"` // the file and its -wal
	Free  int64 `json:"free"`  // of it, in pages that hold nothing
}

// Size returns how large the database is.
func (s *Store) Size(ctx context.Context) (Size, error) {
	engine, ok := s.engine.(sqliteEngine)
	if !ok {
		return Size{}, errNoFile
	}
	var size Size
	err := s.read.WithContext(ctx).Raw("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size").Scan(&size.Free).Error
	if err != nil {
		return Size{}, s.failed(ctx, "measure the database", err)
	}
	for _, file := range []string{realPath(engine.path), realPath(engine.path) + "-wal"} {
		if info, err := os.Stat(file); err == nil {
			size.Bytes += info.Size()
		}
	}
	return size, nil
}

// errNoFile is returned for PostgreSQL by what works on the file of SQLite.
var errNoFile = errors.New("the database is on PostgreSQL, which looks after its files itself: see autovacuum, pg_dump and pg_restore")

// Compact rewrites the SQLite file without its free pages, and makes it a file that shrinks
// after retention. No other program can write meanwhile. It needs space for two more copies:
// first one in the folder for temporary files, then one in the -wal, whose bytes progress
// counts. Progress may be nil.
func (s *Store) Compact(ctx context.Context, progress Progress) error {
	engine, ok := s.engine.(sqliteEngine)
	if !ok {
		return errNoFile
	}
	size, err := s.Size(ctx)
	if err != nil {
		return err
	}
	progress.report("compacting", 0, 0)
	defer progress.watch("compacting", realPath(engine.path)+"-wal", max(size.Bytes-size.Free, 1))()
	// VACUUM uses the settings of its own connection.
	conn, err := s.pools[0].Conn(ctx)
	if err != nil {
		return err
	}
	for _, statement := range []string{"PRAGMA auto_vacuum = INCREMENTAL", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err = conn.ExecContext(ctx, statement); err != nil {
			break
		}
	}
	return s.failed(ctx, "compact the database", errors.Join(err, conn.Close()))
}

func openSQLite(ctx context.Context, o Options) (*Store, error) {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	for try := 1; ; try++ {
		s := &Store{engine: sqliteEngine{path: path}}
		err := s.openSQLite(ctx, path, o)
		if err == nil {
			return s, nil
		}
		// SQLite ignores the busy timeout when several programs switch a new file to WAL.
		if !busy(err) || try == openTries || !sleep(ctx, openPause) {
			return nil, errors.Join(s.failed(ctx, "open the database", err), s.Close())
		}
		if err := s.Close(); err != nil {
			return nil, s.failed(ctx, "open the database", err)
		}
	}
}

// openTries and openPause limit how long Open waits for programs that create the same file.
const (
	openTries = 10
	openPause = 50 * time.Millisecond
)

// busy reports whether another program holds a lock.
func busy(err error) bool {
	failed, ok := errors.AsType[*modernc.Error](err)
	return ok && failed.Code()&0xff == sqlite3.SQLITE_BUSY
}

// sleep waits, and reports false if the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (s *Store) openSQLite(ctx context.Context, path string, o Options) error {
	if err := checkFile(path); err != nil {
		return err
	}
	guard := newGuard(path)
	if s.loss = guard.checkEmpty(); s.loss != nil && !o.AcceptDataLoss {
		return s.loss
	}
	isNew := false
	if info, err := os.Stat(path); err != nil {
		isNew = createPrivate(path, filepath.Dir(path)) == nil // if it fails, SQLite reports why
	} else {
		isNew = info.Size() == 0
		restrictModes(ctx, path, o.Log)
	}
	if s.loss == nil && !isNew {
		var err error
		if s.loss, err = guard.check(ctx, o); err != nil {
			return err
		}
		if s.loss != nil && !o.AcceptDataLoss {
			return s.loss
		}
	}
	// SQLite has one writer at a time. With a single connection our writes queue in order
	// instead of polling for the lock.
	writer, err := s.openPool(writerDSN(path, isNew, o), 1)
	if err != nil {
		return err
	}
	if s.backup, err = migrateSQLite(ctx, writer, path, o); err != nil {
		return err
	}
	if err := checkWritable(ctx, writer); err != nil {
		return err
	}
	readers, err := s.openPool(readerDSN(path, o), o.Readers)
	if err != nil {
		return err
	}
	if s.write, err = openGORM(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: writer})); err != nil {
		return err
	}
	if s.read, err = openGORM(sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: readers})); err != nil {
		return err
	}
	if err := s.mergeOptOuts(ctx); err != nil {
		return err
	}
	return s.openSidecar(ctx, guard, o.Log)
}

// openSidecar creates or updates the sidecar.
func (s *Store) openSidecar(ctx context.Context, guard guard, log *slog.Logger) error {
	s.sidecar = &sidecar{path: guard.sidecar, database: guard.database, log: log, save: s.saveHead}
	if guard.broken != nil {
		log.ErrorContext(ctx, "the file that guards the database against loss of data cannot be read, and is written anew", "file", guard.sidecar, "error", guard.broken)
	}
	last, err := headOf(s.read.WithContext(ctx))
	if err != nil {
		return err
	}
	if guard.want == nil || *guard.want != last {
		s.sidecar.saveNow(ctx)
	}
	return nil
}

// checkWritable writes and rolls back, so that a read-only file is reported when it is opened
// and not at the first scan.
func checkWritable(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE counters SET value = value")
	return errors.Join(err, tx.Rollback())
}

func (s *Store) openPool(dsn string, size int) (*sql.DB, error) {
	connector, err := statements.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	s.pools = append(s.pools, db)
	return db, nil
}

// writerDSN returns the DSN of the connection that writes. A new file can shrink, which
// [Store.shrink] does; an existing one only after [Store.Compact].
func writerDSN(path string, isNew bool, o Options) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		busyTimeout(o),
		"foreign_keys(1)",
		"journal_mode(WAL)",
		// A commit that has returned survives a power cut.
		"synchronous(FULL)",
		// Retention promises that deleted text is gone from the file too.
		"secure_delete(1)",
		// 32 MB of pages: the parts of the tables that scans read and write.
		"cache_size(-32000)",
		// The -wal becomes small again after a large transaction.
		"journal_size_limit(67108864)",
	}}
	if isNew {
		q.Add("_pragma", "auto_vacuum(incremental)")
	}
	if o.maxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.maxPages))
	}
	return fileURL(path, q)
}

func readerDSN(path string, o Options) string {
	return fileURL(path, url.Values{"mode": {"ro"}, "_pragma": {busyTimeout(o), "query_only(1)", "cache_size(-16000)"}})
}

func busyTimeout(o Options) string {
	return "busy_timeout(" + strconv.FormatInt(o.BusyTimeout.Milliseconds(), 10) + ")"
}

func fileURL(path string, q url.Values) string {
	p := filepath.ToSlash(path)
	if p[0] != '/' {
		p = "/" + p // a drive letter
	}
	return (&url.URL{Scheme: "file", Path: p, OmitHost: true, RawQuery: q.Encode()}).String()
}

// checkFile explains the most common mistakes; SQLite would call each "unable to open database
// file".
func checkFile(path string) error {
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s for it; create the folder, or name another", folder)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; give the account that runs regwatch the right to read and write it", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder; name a file in it", path)
	}
	head := make([]byte, 18)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if n > 0 && !bytes.HasPrefix(head[:n], []byte(sqliteMagic)) {
		return notADatabase(path)
	}
	if n == len(head) {
		return checkLength(f, path, binary.BigEndian.Uint16(head[16:]))
	}
	return nil
}

const sqliteMagic = "SQLite format 3\x00"

// checkLength refuses a file that ends within a page, whose rest SQLite would read as zeros.
// Such a file is sound only if a program died while it moved the -wal into it: the -wal still
// has the whole page.
func checkLength(f *os.File, path string, pageSize uint16) error {
	info, err := f.Stat()
	if err != nil || pageSize < 512 || info.Size()%int64(pageSize) == 0 { // 1 stands for 65536; we make pages of 4096
		return err
	}
	if wal, err := os.Stat(realPath(path) + "-wal"); err == nil && wal.Size() > 0 {
		return nil
	}
	return damaged(path)
}

func damaged(path string) error {
	return fmt.Errorf("the database %s is damaged; stop regwatch, and restore the last backup (regwatch database restore FILE), which keeps the damaged file", path)
}

func notADatabase(path string) error {
	return fmt.Errorf("%s is not an SQLite database; name another file, or move this one away", path)
}

// shrink returns free pages to the file system in small transactions. It keeps a twentieth of
// the file for what comes next. A file that was made before regwatch could do this does not
// shrink before [Store.Compact].
func (s *Store) shrink(ctx context.Context) error {
	if _, ok := s.engine.(sqliteEngine); !ok {
		return nil
	}
	err := s.shrinkInSteps(ctx)
	return s.failed(ctx, "give free pages of the database back", err)
}

// shrinkPages is how many pages are returned in one transaction: 2 MB, so that a scan never
// waits long.
const shrinkPages = 500

// pageCounts returns the kind of vacuum that the file supports, and its pages.
const pageCounts = `SELECT (SELECT auto_vacuum FROM pragma_auto_vacuum) auto,
	(SELECT freelist_count FROM pragma_freelist_count) free, (SELECT page_count FROM pragma_page_count) count`

func (s *Store) shrinkInSteps(ctx context.Context) error {
	steps := 0
	for {
		var page struct{ Auto, Free, Count int64 }
		err := s.read.WithContext(ctx).Raw(pageCounts).Scan(&page).Error
		const incremental = 2
		if err != nil || page.Auto != incremental {
			return err
		}
		keep := page.Count / 20
		if page.Free <= keep {
			break
		}
		if err := s.drain(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", min(shrinkPages, page.Free-keep))); err != nil {
			return err
		}
		steps++
	}
	if steps == 0 {
		return nil
	}
	return s.drain(ctx, "PRAGMA wal_checkpoint(PASSIVE)") // a checkpoint truncates the file
}

// drain runs a statement on the connection that writes and reads all of its rows: SQLite does
// part of the work for each row.
func (s *Store) drain(ctx context.Context, statement string) error {
	rows, err := s.pools[0].QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	return errors.Join(rows.Err(), rows.Close())
}

// privateMode is the mode of every file that the store makes: the database holds the key that
// signs links, and messages.
const privateMode fs.FileMode = 0o600

// createPrivate makes an empty file that other accounts cannot read, whatever the umask is.
// SQLite fills it, and gives its -wal and -shm the same mode. A file that root makes gets the
// owner of the file or folder like.
func createPrivate(path, like string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateMode)
	if err != nil {
		return err
	}
	userfile.OwnLike(f, like)
	return errors.Join(f.Chmod(privateMode), f.Close())
}

// restrictModes removes the rights of other accounts from the database, its additional files
// and its backups. A file of another owner is only logged.
func restrictModes(ctx context.Context, path string, log *slog.Logger) {
	if runtime.GOOS == "windows" {
		return // modes do not restrict other accounts there
	}
	real := realPath(path)
	files := []string{real, real + "-wal", real + "-shm", sidecarOf(path)}
	for _, kind := range []string{".bak-*", ".replaced*"} {
		copies, _ := filepath.Glob(escapeGlob(path) + kind) // the pattern is valid
		files = append(files, copies...)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		was := fmt.Sprintf("%04o", info.Mode().Perm())
		if err := os.Chmod(file, info.Mode().Perm()&^0o077); err != nil {
			log.ErrorContext(ctx, "other accounts can use a file of the database, and its mode cannot be changed; want mode 0600", "file", file, "mode", was, "error", err)
			continue
		}
		log.ErrorContext(ctx, "other accounts could use a file of the database; its mode was changed", "file", file, "old_mode", was)
	}
}

// escapeGlob quotes the special characters of filepath.Glob.
func escapeGlob(path string) string {
	quoted := make([]rune, 0, len(path))
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, r)
	}
	return string(quoted)
}

// realPath returns the file that path links to. SQLite puts the -wal and the -shm beside that.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
