// Package userfile reads and writes the files that people configure: regwatch.yaml,
// rules, sources, vocabularies, templates and secrets.
//
// Start with [Read] for one file and [Dir] for a folder. Both read only regular files
// up to a size limit, so that a link to a device, a named pipe or an endless file
// causes an error and never blocks. Links are followed. [HideOutsideText] keeps the
// text of files outside the configuration folder out of messages. [Create] writes a new
// file.
package userfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// MaxBytes is the size limit of files that [Dir] reads. The largest shipped file has
// about 20 KB.
const MaxBytes = 1 << 20

// A RejectedError is the reason why a file is not read. It is the Err of an
// [*fs.PathError].
type RejectedError string

// Error returns the reason.
func (r RejectedError) Error() string { return string(r) }

// Read returns the content of a regular file of at most limit bytes.
func Read(path string, limit int64) ([]byte, error) {
	f, err := open(path, limit)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The size can be wrong: files in /proc have size 0, and a file can grow.
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, reject(path, "it is larger than %d bytes", limit)
	}
	return text, nil
}

// open opens a regular file. It checks the type before opening, because opening a
// device can have side effects, and again afterwards, because a link can change in
// between. O_NONBLOCK makes opening a named pipe return at once.
func open(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := checkFile(path, info, limit); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err = f.Stat()
	if err == nil {
		err = checkFile(path, info, limit)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func checkFile(path string, info fs.FileInfo, limit int64) error {
	switch mode := info.Mode(); {
	case mode.IsRegular() && info.Size() > limit:
		return reject(path, "it has %d bytes; the limit is %d", info.Size(), limit)
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return reject(path, "it is a folder; use a regular file")
	case mode&fs.ModeNamedPipe != 0:
		return reject(path, "it is a named pipe; use a regular file")
	case mode&fs.ModeSocket != 0:
		return reject(path, "it is a socket; use a regular file")
	case mode&fs.ModeDevice != 0:
		return reject(path, "it is a device; use a regular file")
	}
	return reject(path, "it is not a regular file; use a regular file")
}

func reject(path, format string, args ...any) error {
	return &fs.PathError{Op: "read", Path: path, Err: RejectedError(fmt.Sprintf(format, args...))}
}
