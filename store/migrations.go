package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var shipped embed.FS

// versionTable is where goose notes which migrations have run.
const versionTable = "schema_migrations"

// A NewerSchemaError is returned by [Open] when a newer regwatch has migrated the database to
// tables on which this one cannot run.
// Open has changed nothing.
type NewerSchemaError struct {
	Has   int64 // version of the tables
	Known int64 // newest version that this program knows

	Oldest int64 // version that a program must know to run on them
}

// Error says what to do.
func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the database was written by a newer regwatch (its tables are version %d and need a program that knows version %d; this one knows up to %d); "+
		"run that newer version, or restore the backup made before the upgrade", e.Has, e.Oldest, e.Known)
}

// migrateSQLite runs the pending migrations and returns the file to which it backed up the
// database before.
func migrateSQLite(ctx context.Context, db *sql.DB, path string, o Options) (backup string, err error) {
	const exists = sqliteHasTables
	p, err := migrator(goose.DialectSQLite3, db, "sqlite", o)
	if err != nil {
		return "", err
	}
	if _, due, err := pending(ctx, db, p, exists); err != nil || !due {
		return "", err
	}
	unlock, err := lockFile(ctx, path+".migrate", o)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	// Another process may have migrated it while this one waited.
	version, due, err := pending(ctx, db, p, exists)
	if err != nil || !due {
		return "", err
	}
	if version == 0 {
		err = refuseStranger(ctx, db, path)
	} else {
		backup, err = copyBeside(ctx, db, path, version)
	}
	if err != nil {
		return "", err
	}
	_, err = p.Up(ctx)
	return backup, err
}

// sqliteHasTables counts the table of migrations: 0 in a file that is not ours.
const sqliteHasTables = "SELECT COUNT(*) FROM sqlite_master WHERE name = '" + versionTable + "'"

// refuseStranger keeps our tables out of another program's database. A file that has only the
// table of migrations is ours: an earlier start was interrupted.
func refuseStranger(ctx context.Context, db *sql.DB, path string) error {
	var tables int
	err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE tbl_name NOT IN (?, 'sqlite_sequence')", versionTable).Scan(&tables)
	if err != nil {
		return err
	}
	if tables > 0 {
		return fmt.Errorf("%s is the database of another program; name another file", path)
	}
	return nil
}

// copyBeside copies the database to a file named after its version, and never over an earlier
// copy.
func copyBeside(ctx context.Context, db *sql.DB, path string, version int64) (string, error) {
	name, err := freeName(path + ".bak-" + strconv.FormatInt(version, 10))
	if err != nil {
		return "", err
	}
	// An interrupted copy must not look like a backup.
	part := path + partSuffix
	_ = os.Remove(part)
	_ = os.Remove(part + "-journal")
	err = copyInto(ctx, db, part, path)
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return "", fmt.Errorf("back up the database to %s before changing its tables: %w", name, err)
	}
	return name, nil
}

// partSuffix ends the name of a backup that is being made.
const partSuffix = ".bak-part"

// freeName returns the name, with a number appended if it is taken.
func freeName(name string) (string, error) {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			return free, nil
		} else if err != nil {
			return "", err
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// copyInto copies the database to a new file that only this account can read.
func copyInto(ctx context.Context, db *sql.DB, name, like string) error {
	if err := createPrivate(name, like); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", name); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// lockFile lets one process at a time migrate a file. The lock is a second, empty database
// beside the first: SQLite can lock files on every system, and the system releases the locks
// of a dead process. Without it two programs that start at once would both run the migrations.
func lockFile(ctx context.Context, path string, o Options) (unlock func() error, err error) {
	o.BusyTimeout = max(o.BusyTimeout, 60e9)
	db, err := sql.Open(sqliteDriver, fileURL(path, map[string][]string{"_pragma": {busyTimeout(o)}}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(err, conn.Close(), db.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, conn.Close(), db.Close())
	}, nil
}

// migratePostgres runs the pending migrations. It makes no backup: that is the task of
// pg_dump, as docs/reference/database.md says.
func migratePostgres(ctx context.Context, db *sql.DB, o Options) error {
	const exists = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = '" + versionTable + "'"
	p, err := migrator(goose.DialectPostgres, db, "postgres", o, goose.WithSessionLocker(advisoryLock{}))
	if err != nil {
		return err
	}
	if _, due, err := pending(ctx, db, p, exists); err != nil || !due {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	// A newer program may have migrated it while this one waited.
	_, _, err = pending(ctx, db, p, exists)
	return err
}

// advisoryLock lets one process at a time migrate a schema of PostgreSQL. The
// server releases it when the process dies.
type advisoryLock struct{}

const advisoryKey = "hashtextextended('regwatch.migrate.' || current_schema(), 0)"

// SessionLock waits for the lock.
func (advisoryLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+advisoryKey+")")
	return err
}

// SessionUnlock gives it back.
func (advisoryLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock("+advisoryKey+")")
	return err
}

// migrator returns goose for the migrations of one engine.
func migrator(dialect goose.Dialect, db *sql.DB, folder string, o Options, more ...goose.ProviderOption) (*goose.Provider, error) {
	all := o.migrations
	if all == nil {
		all = shipped
	}
	own, err := fs.Sub(all, "migrations/"+folder)
	if err != nil {
		return nil, err
	}
	options := append([]goose.ProviderOption{
		goose.WithTableName(versionTable),
		goose.WithLogger(goose.NopLogger()),
		goose.WithDisableGlobalRegistry(true),
	}, more...)
	return goose.NewProvider(dialect, db, own, options...)
}

// pending returns the version of the tables and whether migrations are due. Version 0 is an
// empty database. It writes nothing.
func pending(ctx context.Context, db *sql.DB, p *goose.Provider, exists string) (version int64, due bool, err error) {
	var known int64
	for _, s := range p.ListSources() {
		known = max(known, s.Version)
	}
	var tables int
	if err := db.QueryRowContext(ctx, exists).Scan(&tables); err != nil {
		return 0, false, err
	}
	if tables > 0 {
		err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+versionTable).Scan(&version)
	}
	if err == nil && version > known {
		err = checkSupport(ctx, db, version, known)
	}
	return version, version < known, err
}

// checkSupport refuses tables that a newer program has migrated, unless they say that this one
// can run on them. Tables of a release before 0018 cannot say so.
func checkSupport(ctx context.Context, db *sql.DB, version, known int64) error {
	oldest := version
	if known >= supportSince {
		if err := db.QueryRowContext(ctx, "SELECT oldest FROM schema_support WHERE name = 'program'").Scan(&oldest); err != nil {
			return err
		}
	}
	if oldest > known {
		return &NewerSchemaError{Has: version, Known: known, Oldest: oldest}
	}
	return nil
}

// supportSince is the first version of the tables that says which programs can run on it.
const supportSince = 18
