package userfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dir returns the folder root as a file system. Of its files only regular ones
// of at most [MaxBytes] can be read. Names that begin with a dot are not listed:
// they are no configuration, and in a mounted ConfigMap they hold every file a
// second time. A link to a folder is listed as a folder, as a ConfigMap has it
// for a file below a folder.
func Dir(root string) fs.FS { return dir(root) }

type dir string

// Open opens a file, or a folder to look at.
func (d dir) Open(name string) (fs.File, error) {
	path, err := d.path("open", name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return os.Open(path)
	}
	return open(path, MaxBytes)
}

// ReadFile reads a file.
func (d dir) ReadFile(name string) ([]byte, error) {
	path, err := d.path("read", name)
	if err != nil {
		return nil, err
	}
	return Read(path, MaxBytes)
}

// Stat follows links, as reading does.
func (d dir) Stat(name string) (fs.FileInfo, error) {
	path, err := d.path("stat", name)
	if err != nil {
		return nil, err
	}
	return os.Stat(path)
}

// ReadDir lists a folder, sorted by name.
func (d dir) ReadDir(name string) ([]fs.DirEntry, error) {
	path, err := d.path("readdir", name)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	linked := d.linked(name, path)
	shown := entries[:0]
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(path, e.Name()))
			if err == nil && info.IsDir() {
				if linked {
					continue
				}
				e = fs.FileInfoToDirEntry(info)
			}
		}
		shown = append(shown, e)
	}
	return shown, nil
}

// linked reports whether a link leads to a folder. In such a folder no further
// link to a folder is followed, so that links in a circle come to an end.
func (d dir) linked(name, path string) bool {
	root, err := filepath.EvalSymlinks(string(d))
	if err != nil {
		return true
	}
	real, err := filepath.EvalSymlinks(path)
	return err != nil || real != filepath.Join(root, filepath.FromSlash(name))
}

func (d dir) path(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}
