package userfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dir returns the folder root as a file system. It reads regular files of at most
// [MaxBytes] only. Names that start with a dot are not listed: they are not
// configuration, and a mounted ConfigMap has a second copy of every file below such a
// name. A link to a folder is listed as a folder, because a ConfigMap uses one for a
// file in a subfolder; not if it leads back to a folder on the way to it, or around it.
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
	way := d.way(name)
	listed := entries[:0]
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(path, e.Name()))
			if err == nil && info.IsDir() {
				if !way.mayFollow(filepath.Join(path, e.Name())) {
					continue
				}
				e = fs.FileInfoToDirEntry(info)
			}
		}
		listed = append(listed, e)
	}
	return listed, nil
}

// maxLinks is the most links to folders that a path below the root leads through. With the folders on the way never followed
// again, it guarantees that walking the tree ends.
const maxLinks = 4

// A way is how a folder is reached from the root.
type way struct {
	folders []string // on it, without links
	links   int
}

func (d dirFS) way(name string) way {
	var w way
	at := string(d)
	for i, part := range append([]string{""}, strings.Split(name, "/")...) {
		at = filepath.Join(at, part)
		if info, err := os.Lstat(at); i > 0 && err == nil && info.Mode()&fs.ModeSymlink != 0 {
			w.links++
		}
		if real, err := filepath.EvalSymlinks(at); err == nil {
			w.folders = append(w.folders, real)
		}
	}
	return w
}

// mayFollow reports whether a link to a folder in the last folder of the way is followed: not if it leads to a folder on
// the way, or to one around it.
func (w way) mayFollow(link string) bool {
	real, err := filepath.EvalSymlinks(link)
	within := func(folder string) bool {
		rest, ok := strings.CutPrefix(folder, strings.TrimSuffix(real, string(filepath.Separator)))
		return ok && (rest == "" || rest[0] == filepath.Separator)
	}
	return err == nil && w.links < maxLinks && !slices.ContainsFunc(w.folders, within)
}

func (d dirFS) path(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}
