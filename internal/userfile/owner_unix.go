//go:build unix

package userfile

import (
	"os"
	"syscall"
)

// OwnLike gives a file to the owner of another file if root made it: the account that
// runs regwatch must be able to use it. Only root can do this, so failing is no error.
func OwnLike(file *os.File, like string) {
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
