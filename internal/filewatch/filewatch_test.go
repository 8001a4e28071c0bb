package filewatch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/filewatch"
)

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newFolder returns a folder whose path has no links.
func newFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	do(t, err)
	return dir
}

func TestPlacesFollowLinks(t *testing.T) {
	dir := newFolder(t)
	do(t, os.MkdirAll(filepath.Join(dir, "real", "hk"), 0o755))
	do(t, os.WriteFile(filepath.Join(dir, "real", "hk", "one.yaml"), nil, 0o644))
	do(t, os.Symlink("real", filepath.Join(dir, "data")))
	do(t, os.Symlink("data", filepath.Join(dir, "rules")))
	do(t, os.Symlink(filepath.Join(dir, "loop"), filepath.Join(dir, "loop")))
	at := func(folder, name string) filewatch.Place {
		return filewatch.Place{Folder: filepath.Join(dir, folder), Name: name}
	}
	tests := map[string][]filewatch.Place{
		"real/hk/one.yaml":   {at("real/hk", "one.yaml")},
		"real":               {at("real", "")},
		"rules":              {at("", "rules"), at("", "data"), at("real", "")},
		"rules/hk/one.yaml":  {at("", "rules"), at("", "data"), at("real/hk", "one.yaml")},
		"rules/hk/none.yaml": {at("", "rules"), at("", "data"), at("real/hk", "none.yaml")},
		"loop":               {at("", "loop")},
	}
	for path, want := range tests {
		if diff := cmp.Diff(want, filewatch.Places(filepath.Join(dir, path))); diff != "" {
			t.Errorf("Places(%s) (-want +got):\n%s", path, diff)
		}
	}
}

func TestWatcherSeesWhatMatters(t *testing.T) {
	dir := newFolder(t)
	for _, folder := range []string{"rules", "one", "two"} {
		do(t, os.Mkdir(filepath.Join(dir, folder), 0o755))
	}
	do(t, os.Symlink("one", filepath.Join(dir, "data")))
	w := filewatch.New(func(name string) bool { return strings.HasPrefix(name, ".") })
	defer w.Close()
	do(t, w.Watch(append(filewatch.Places(filepath.Join(dir, "rules")), filewatch.Places(filepath.Join(dir, "data", "x.yaml"))...)))
	write := func(name string) func() {
		return func() { do(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644)) }
	}
	steps := []struct {
		name string
		do   func()
		seen bool
	}{
		{"a file of the folder", write("rules/new.yaml"), true},
		{"a hidden file", write("rules/.#new.yaml"), false},
		{"a file beside the folder", write("regwatch.db-wal"), false},
		{"a file that comes", write("one/x.yaml"), true},
		{"another file there", write("one/y.yaml"), false},
		{"a link that leads elsewhere", func() {
			do(t, os.Symlink("two", filepath.Join(dir, ".data")))
			do(t, os.Rename(filepath.Join(dir, ".data"), filepath.Join(dir, "data")))
		}, true},
	}
	for _, step := range steps {
		for settled := false; !settled; { // events of the step before
			select {
			case <-w.Changed():
			case <-time.After(100 * time.Millisecond):
				settled = true
			}
		}
		step.do()
		wait := 100 * time.Millisecond
		if step.seen {
			wait = 20 * time.Second
		}
		select {
		case <-w.Changed():
			if !step.seen {
				t.Errorf("%s is a change", step.name)
			}
		case <-time.After(wait):
			if step.seen {
				t.Errorf("%s is no change", step.name)
			}
		}
	}
}

func TestWatchLeavesOutWhatDoesNotExist(t *testing.T) {
	w := filewatch.New(func(string) bool { return false })
	defer w.Close()
	do(t, w.Watch([]filewatch.Place{{Folder: filepath.Join(t.TempDir(), "none")}}))
}
