package userfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dir returns the folder root as a file system. It reads regular files of at most
// [MaxBytes] only. Names that start with a dot are not listed: they are not
// configuration, and a mounted ConfigMap has a second copy of every file below such a
// name. A link to a folder is listed as a folder, because a ConfigMap uses one for a
// file in a subfolder.
func Dir(root string) fs.FS { return dirFS(root) }

type dirFS string

// Open opens a file, or a folder for listing.
func (d dirFS) Open(name string) (fs.File, error) {
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
func (d dirFS) ReadFile(name string) ([]byte, error) {
	path, err := d.path("read", name)
	if err != nil {
		return nil, err
	}
	return Read(path, MaxBytes)
}

// Stat follows links, as ReadFile does.
func (d dirFS) Stat(name string) (fs.FileInfo, error) {
	path, err := d.path("stat", name)
	if err != nil {
		return nil, err
	}
	return os.Stat(path)
}

// ReadDir lists a folder, sorted by name.
func (d dirFS) ReadDir(name string) ([]fs.DirEntry, error) {
	path, err := d.path("readdir", name)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	viaLink := d.reachedByLink(name, path)
	listed := entries[:0]
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(path, e.Name()))
			if err == nil && info.IsDir() {
				if viaLink {
					continue
				}
				e = fs.FileInfoToDirEntry(info)
			}
		}
		listed = append(listed, e)
	}
	return listed, nil
}

// reachedByLink reports whether the path of a folder contains a link. In such a folder
// no further link to a folder is followed. This guarantees that walking the tree ends,
// even if links form a loop.
func (d dirFS) reachedByLink(name, path string) bool {
	root, err := filepath.EvalSymlinks(string(d))
	if err != nil {
		return true
	}
	resolved, err := filepath.EvalSymlinks(path)
	return err != nil || resolved != filepath.Join(root, filepath.FromSlash(name))
}

func (d dirFS) path(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}
