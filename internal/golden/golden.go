// Package golden compares what code makes with a file that a person has read
// and approved.
//
// Start with [Assert]. To rewrite the files, set REGWATCH_UPDATE=1, or give
// -update to the tests of packages that use golden files, and read the diff
// before you commit it:
//
//	REGWATCH_UPDATE=1 go test ./...
//	go test ./notifier -update
//
// The variable is the way for the whole tree: `go test ./... -update` also
// rewrites the files, but ends in an error, because a test binary refuses a
// flag that it does not know, and packages without golden files do not know it.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Test flags must be registered before the arguments are parsed, so this is a variable.
// Only package flag writes it.
var update = flag.Bool("update", false, "rewrite the expected output in golden files; read the diff before you commit it")

// Updating reports whether expected output is to be rewritten.
func Updating() bool {
	if *update {
		return true
	}
	asked, _ := strconv.ParseBool(os.Getenv("REGWATCH_UPDATE"))
	return asked
}

// Assert fails the test unless the file at path, relative to the package's folder, equals
// got. When updating, it rewrites the file instead.
func Assert(t testing.TB, path string, got []byte) {
	t.Helper()
	assert(t, path, got, Updating())
}

func assert(t testing.TB, path string, got []byte, updating bool) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && bytes.Equal(want, got) {
		return
	}
	if updating {
		if err := write(path, got); err != nil {
			t.Errorf("update %s: %v", path, err)
		}
		return
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s does not exist; REGWATCH_UPDATE=1 writes it. It would hold:\n%s", path, got)
	case err != nil:
		t.Errorf("read expected output: %v", err)
	case utf8.Valid(want) && utf8.Valid(got):
		t.Errorf("%s mismatch (-want +got); if the change is meant, REGWATCH_UPDATE=1 rewrites it:\n%s", path, cmp.Diff(string(want), string(got)))
	default:
		t.Errorf("%s mismatch: want %d bytes, got %d others; if the change is meant, REGWATCH_UPDATE=1 rewrites it", path, len(want), len(got))
	}
}

func write(path string, got []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, got, 0o644)
}
