package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/store"
)

// A Database is the database of a folder. Unlike an App it needs regwatch.yaml alone, so
// that mistakes in rules or sources do not keep anybody from making a backup.
type Database struct {
	dir    string
	config *configs.Config
	store  *store.Store
}

// OpenDatabase opens the database of a folder. The caller closes it.
func OpenDatabase(ctx context.Context, dir string, log *slog.Logger) (*Database, error) {
	config, problems := configs.Load(dir)
	if len(problems) > 0 {
		return nil, problems
	}
	s, err := openStore(ctx, config, log)
	if err != nil {
		return nil, err
	}
	return &Database{dir, config, s}, nil
}

// Close closes the database.
func (d *Database) Close() error { return d.store.Close() }

// Path is the file of the database; empty if it is on PostgreSQL.
func (d *Database) Path() string { return d.config.Database.Path }

// A Progress is called during long work, from several goroutines. Step says what is done;
// done and total are in bytes or rows, and total is 0 if it is not known.
type Progress = func(step string, done, total int64)

// A Backup is a verified copy of the database.
type Backup struct {
	File         string `json:"file"`
	Bytes        int64  `json:"bytes"`
	Articles     int64  `json:"articles"`
	Events       int64  `json:"events"`
	Notices      int64  `json:"notices"`
	AuditEntries int64  `json:"audit_entries"`
}

// A FileExistsError means that a file is not written because it exists.
type FileExistsError struct{ File string }

// Error says so.
func (e *FileExistsError) Error() string { return e.File + " exists already" }

// BackUp copies the SQLite database to a file, while regwatch may run, and verifies the
// copy. An existing file is a FileExistsError unless replace is set.
func (d *Database) BackUp(ctx context.Context, file string, replace bool, progress Progress) (Backup, error) {
	done, err := d.store.BackUpTo(ctx, file, store.BackupOptions{Replace: replace, Progress: progress})
	if errors.Is(err, fs.ErrExist) {
		return Backup{}, &FileExistsError{file}
	}
	c := done.Counts
	return Backup{file, done.Bytes, c.Articles, c.Events, c.Notices, c.Audit}, err
}

// A Compaction is the size of the database before and after it was compacted.
type Compaction struct {
	After  store.Size `json:"after"`
	Before store.Size `json:"before"`
}

// Compact writes the SQLite file again without its free space.
func (d *Database) Compact(ctx context.Context, progress Progress) (c Compaction, err error) {
	if c.Before, err = d.store.Size(ctx); err != nil {
		return c, err
	}
	if err := d.store.Compact(ctx, progress); err != nil {
		return c, err
	}
	c.After, err = d.store.Size(ctx)
	return c, err
}

// A DatabaseCopy is what a copy holds.
type DatabaseCopy struct {
	store.Counts

	Setting string `json:"-"` // the line of regwatch.yaml under database that uses the copy
}

// CopyTo copies everything to an empty database, and verifies the audit of the copy. To
// is a file that ends in .db, or env:NAME or file:PATH for the DSN of a PostgreSQL database.
func (d *Database) CopyTo(ctx context.Context, to string, progress Progress) (c DatabaseCopy, err error) {
	target, err := copyTarget(d.dir, to)
	if err != nil {
		return c, err
	}
	if own, _ := filepath.Abs(d.Path()); target.Path != "" && own == target.Path {
		return c, inputError("%s is the database itself; name another file", to)
	}
	other, err := store.Open(ctx, target)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	if err := d.store.CopyTo(ctx, other, progress); err != nil {
		return c, err
	}
	indexed := func(done, total int) {
		if progress != nil {
			progress("indexing", int64(done), int64(total))
		}
	}
	if err := indexAll(ctx, other, indexed); err != nil {
		return c, err
	}
	c.Setting = "path: " + to
	if target.DSN != "" {
		c.Setting = "dsn: " + to
	}
	c.Counts, err = other.Counts(ctx)
	return c, err
}

// copyTarget reads where a copy goes. A DSN holds a password, so it is not given itself.
func copyTarget(dir, to string) (store.Options, error) {
	switch {
	case strings.HasPrefix(to, "env:") || strings.HasPrefix(to, "file:"):
		dsn, err := configs.ReadSecret(dir, to)
		if err != nil {
			return store.Options{}, fmt.Errorf("the DSN of the database to copy to: %w", err)
		}
		return store.Options{DSN: dsn}, nil
	case strings.HasSuffix(to, ".db"):
		path, err := filepath.Abs(to)
		info, missing := os.Stat(path)
		// An earlier copy that was deleted left its .head, which is of no use to the new
		// one.
		return store.Options{Path: path, AcceptDataLoss: missing != nil || info.Size() == 0}, err
	}
	return store.Options{}, inputError("a database is copied to a file that ends in .db, or to env:NAME or file:PATH that holds the DSN of a PostgreSQL database; the DSN itself is not given, because it may hold a password")
}

// A RestoredDatabase is what RestoreDatabase did.
type RestoredDatabase struct {
	AuditEntries     int64  `json:"audit_entries"`
	AuditEntriesLost int64  `json:"audit_entries_lost"`
	Replaced         string `json:"replaced"` // where the replaced file is now; empty if there was none

	Path    string `json:"-"` // of the database
	Lost    bool   `json:"-"` // the replaced file held more
	Reached int64  `json:"-"` // the last entry of the audit that was lost
}

// RestoreDatabase verifies a backup and puts a copy of it in the place of the SQLite
// database. If data is lost, the audit records it in the name of by. Nobody may use the
// database meanwhile.
func RestoreDatabase(ctx context.Context, dir, backup, by string, log *slog.Logger) (RestoredDatabase, error) {
	if err := mayIn(ctx, RoleAdmin); err != nil {
		return RestoredDatabase{}, err
	}
	config, problems := configs.Load(dir)
	if len(problems) > 0 {
		return RestoredDatabase{}, problems
	}
	if config.Database.DSN.IsSet() {
		return RestoredDatabase{}, inputError("the database is on PostgreSQL; restore it with pg_restore")
	}
	options, err := storeOptions(config, log)
	if err != nil {
		return RestoredDatabase{}, err
	}
	done, err := store.Restore(ctx, options, backup)
	if err != nil {
		return RestoredDatabase{}, err
	}
	r := RestoredDatabase{AuditEntries: done.Entries, Replaced: done.Aside, Path: config.Database.Path}
	if done.Loss == nil {
		return r, nil
	}
	r.Lost, r.Reached = true, done.Loss.Expected
	r.AuditEntriesLost = max(done.Loss.Expected-done.Loss.Found, 0)
	s, err := store.Open(ctx, options)
	if err != nil {
		return r, err
	}
	err = s.RecordDataLoss(ctx, done.Loss, by, time.Now().UTC())
	return r, errors.Join(err, s.Close())
}
