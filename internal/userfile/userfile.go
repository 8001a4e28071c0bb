// Package userfile reads and writes the files that a person configures: regwatch.yaml,
// rules, sources, vocabularies, templates and secrets.
//
// Start with [Read] for one file and [Dir] for a folder. Both read regular files
// only and stop at a size, so that a link to a device, a named pipe or an endless
// file is an error and never a hang. Links are followed. [Hide] keeps the text of
// a file outside the configuration folder out of messages. [Create] writes a new file.
package userfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// MaxBytes is the largest file that [Dir] reads. The largest shipped one has
// some 20 KB.
const MaxBytes = 1 << 20

// A Refusal says why a file is not read. It is the Err of a [*fs.PathError].
type Refusal string

// Error returns the reason.
func (r Refusal) Error() string { return string(r) }

// Read returns what a regular file of at most limit bytes holds.
func Read(path string, limit int64) ([]byte, error) {
	f, err := open(path, limit)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The size may be wrong: files of /proc have none, and others grow.
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, refuse(path, "it is larger than %d bytes", limit)
	}
	return text, nil
}

// open opens a regular file. It looks first, because opening a device can have
// effects, and again when the file is open, because a link may have changed in
// between. O_NONBLOCK makes the opening of a named pipe return.
func open(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := check(path, info, limit); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err = f.Stat()
	if err == nil {
		err = check(path, info, limit)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func check(path string, info fs.FileInfo, limit int64) error {
	switch mode := info.Mode(); {
	case mode.IsRegular() && info.Size() > limit:
		return refuse(path, "it has %d bytes; want at most %d", info.Size(), limit)
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return refuse(path, "it is a folder; want a regular file")
	case mode&fs.ModeNamedPipe != 0:
		return refuse(path, "it is a named pipe; want a regular file")
	case mode&fs.ModeSocket != 0:
		return refuse(path, "it is a socket; want a regular file")
	case mode&fs.ModeDevice != 0:
		return refuse(path, "it is a device; want a regular file")
	}
	return refuse(path, "it is not a regular file")
}

func refuse(path, format string, args ...any) error {
	return &fs.PathError{Op: "read", Path: path, Err: Refusal(fmt.Sprintf(format, args...))}
}
