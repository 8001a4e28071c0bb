//go:build unix

package store

import (
	"os"
	"syscall"
)

// ownLike gives a file to the owner of another when root made it, as SQLite does
// with the -wal: the account that runs regwatch must be able to use it. Nobody
// else can, so it is no error that it fails.
func ownLike(file *os.File, like string) {
	if os.Geteuid() != 0 {
		return
	}
	info, err := os.Stat(like)
	if err != nil {
		return
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		_ = file.Chown(int(owner.Uid), int(owner.Gid))
	}
}
