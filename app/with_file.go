package app

import (
	"io/fs"
	"slices"
	"strings"
)

// withFile is a folder with one more file.
type withFile struct {
	fs.FS
	name string
	text []byte
}

// ReadDir lists the folder and the file, sorted by name.
func (w withFile) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	if err != nil || name != "." {
		return entries, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == w.name })
	entries = append(entries, newFile(w.name))
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// ReadFile reads a file.
func (w withFile) ReadFile(name string) ([]byte, error) {
	if name == w.name {
		return w.text, nil
	}
	return fs.ReadFile(w.FS, name)
}

// newFile is the entry of a regular file.
type newFile string

// Name returns its name.
func (f newFile) Name() string { return string(f) }

// IsDir reports that it is no folder.
func (newFile) IsDir() bool { return false }

// Type is that of a regular file.
func (newFile) Type() fs.FileMode { return 0 }

// Info returns nothing.
func (newFile) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
