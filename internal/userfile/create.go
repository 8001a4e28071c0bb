package userfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Create writes a new file that only its owner can use. The file appears with all of its
// content, so that a program that watches the folder never reads half of it. The error is
// fs.ErrExist if there is a file of this name already.
func Create(path string, text []byte) (err error) {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.Remove(part.Name()); err == nil && !errors.Is(gone, fs.ErrNotExist) {
			err = gone
		}
	}()
	OwnLike(part, filepath.Dir(path))
	_, err = part.Write(text)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return Publish(part.Name(), path, false)
}

// Publish gives a complete file its name. Unless replace is set, the error is fs.ErrExist
// if there is a file of this name already.
func Publish(part, path string, replace bool) error {
	if replace {
		return os.Rename(part, path)
	}
	err := os.Link(part, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links.
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return os.Rename(part, path)
}
