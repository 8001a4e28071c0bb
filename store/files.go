package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"regwatch/internal/userfile"
)

// privateMode is the mode of every file that the store makes: the database
// holds the key that signs links, and what was told to whom.
const privateMode fs.FileMode = 0o600

// createPrivate makes an empty file that other accounts cannot read, whatever
// the umask. SQLite fills it, and gives its -wal and -shm the same mode. Where root
// makes it, it belongs to whom the file or folder like belongs to.
func createPrivate(path, like string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateMode)
	if err != nil {
		return err
	}
	userfile.OwnLike(f, like)
	return errors.Join(f.Chmod(privateMode), f.Close())
}

// tighten takes the rights of other accounts from the database at path, the files
// beside it and its backups. A file of another owner stays as it is, and is logged.
func tighten(ctx context.Context, path string, log *slog.Logger) {
	if runtime.GOOS == "windows" {
		return // where a mode says nothing about other accounts
	}
	real := realPath(path)
	files := []string{real, real + "-wal", real + "-shm", sidecarOf(path)}
	for _, kind := range []string{".bak-*", ".replaced*"} {
		copies, _ := filepath.Glob(escapeGlob(path) + kind) // the pattern is sound
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

// escapeGlob quotes what filepath.Glob would read as a pattern.
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

// realPath is where a database is when path is a link to it. SQLite puts the
// -wal and the -shm there.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
