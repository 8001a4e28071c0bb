package userfile

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// With returns a folder with some files more, or with other texts. The texts are given by path.
func With(folder fs.FS, texts map[string][]byte) fs.FS { return withFiles{folder, texts} }

type withFiles struct {
	fs.FS
	texts map[string][]byte
}

// ReadDir lists a folder and the files, sorted by name.
func (w withFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	added := 0
	for file := range w.texts {
		if path.Dir(file) != path.Clean(name) {
			continue
		}
		added++
		base := path.Base(file)
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base })
		entries = append(entries, newFile(base))
	}
	if added == 0 {
		return entries, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// ReadFile reads a file.
func (w withFiles) ReadFile(name string) ([]byte, error) {
	if text, ok := w.texts[path.Clean(name)]; ok {
		return slices.Clone(text), nil
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
