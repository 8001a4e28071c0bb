//go:build unix

package userfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestCreateWritesANewPrivateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.yaml")
	if err := Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing file: %v, want fs.ErrExist", err)
	}
	if text, err := os.ReadFile(path); string(text) != "one" {
		t.Errorf("the file has %q, %v; want one", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if len(entries) != 1 || err != nil {
		t.Errorf("the folder has %v, %v; want the file alone", entries, err)
	}
}

func TestCreateNeedsTheFolder(t *testing.T) {
	if err := Create(filepath.Join(t.TempDir(), "gone", "new.yaml"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Create = %v, want fs.ErrNotExist", err)
	}
}
