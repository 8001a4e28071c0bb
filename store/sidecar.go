package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/userfile"
)

// sidecarDelay is how long after a commit the sidecar is written. So it is
// written once a second at most, and a loss of what was committed in the last
// second goes unnoticed.
const sidecarDelay = time.Second

// A sidecar is the small file beside an SQLite file that holds the last entry of
// the audit. With it Open notices that the database has lost what it held: that it
// was cut, that its -wal was deleted, or that an old copy took its place.
//
// The sidecar is written after the commit, under the database's write lock, so
// that it is never ahead of the database and programs that share it take turns.
type sidecar struct {
	path     string
	database string
	log      *slog.Logger
	save     func(context.Context) error // writes the file

	mu      sync.Mutex
	pending bool // a write is on its way
	closed  bool
	failed  bool // the last write failed, and was logged

	writing sync.Mutex
}

func sidecarOf(database string) string { return realPath(database) + ".head" }

// touch has the sidecar written soon.
func (c *sidecar) touch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending || c.closed {
		return
	}
	c.pending = true
	time.AfterFunc(sidecarDelay, func() { c.flush(false) })
}

// flush writes the sidecar if a commit has asked for it. That it cannot be
// written stops nothing: it is logged, once, and tried again after the next commit.
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

// saveHead writes the last entry of the audit to the sidecar of the store.
func (s *Store) saveHead(ctx context.Context) error {
	return s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error { // which writes nothing, and holds the lock
		last, err := headOf(tx)
		if err != nil {
			return err
		}
		return writeSidecar(s.sidecar.path, s.sidecar.database, last)
	})
}

// sidecarText is what the file holds.
type sidecarText struct {
	Seq  int64  `json:"audit_seq"`
	Hash string `json:"audit_hash"`
}

// writeSidecar replaces the file as a whole, so that it is never half written,
// whenever the power fails.
func writeSidecar(path, database string, last head) error {
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

// readSidecar returns nil if there is no such file.
func readSidecar(path string) (*head, error) {
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
	last := head(held)
	return &last, nil
}
