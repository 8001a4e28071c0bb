package store

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// shrinkPages is how many pages are given back in one transaction: 2 MB, so that
// a scan need not wait.
const shrinkPages = 500

// shrink gives pages that hold nothing back to the disk, in small transactions. A
// twentieth of the file stays, for what comes next. A file that was made before
// regwatch could do this stays as it is until [Store.Compact].
func (s *Store) shrink(ctx context.Context) error {
	if _, ok := s.engine.(sqliteEngine); !ok {
		return nil
	}
	err := s.shrinkInSteps(ctx)
	return s.failed(ctx, "give free pages of the database back", err)
}

func (s *Store) shrinkInSteps(ctx context.Context) error {
	steps := 0
	for {
		var page struct{ Auto, Free, Count int64 }
		err := s.read.WithContext(ctx).Raw("SELECT (SELECT auto_vacuum FROM pragma_auto_vacuum) auto, " +
			"(SELECT freelist_count FROM pragma_freelist_count) free, (SELECT page_count FROM pragma_page_count) count").Scan(&page).Error
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
	return s.drain(ctx, "PRAGMA wal_checkpoint(PASSIVE)") // the file itself is cut by a checkpoint
}

// drain runs a statement on the connection that writes, and reads all its rows:
// SQLite does the work of one row at a time.
func (s *Store) drain(ctx context.Context, statement string) error {
	rows, err := s.pools[0].QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	return errors.Join(rows.Err(), rows.Close())
}

// A Size is how large an SQLite database is on the disk, in bytes.
type Size struct {
	Bytes int64 `json:"bytes"` // the file and its -wal
	Free  int64 `json:"free"`  // of it, in pages that hold nothing
}

// errNoFile is answered where a database is no file of ours.
var errNoFile = errors.New("the database is on PostgreSQL, which looks after its files itself: see autovacuum, pg_dump and pg_restore")

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

// Compact writes the whole SQLite file again without its free pages, and makes it one
// that shrinks by itself after retention. Nobody else can write meanwhile. It needs space
// for two more copies: one in the folder for temporary files, then one in the -wal, whose
// bytes progress counts. Progress may be nil.
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
	// VACUUM makes the file as the same connection asked for it to be.
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
