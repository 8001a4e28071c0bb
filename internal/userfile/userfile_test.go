//go:build unix

package userfile

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, to, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func TestReadRejectsFilesThatAreNotRegular(t *testing.T) {
	folder := t.TempDir()
	pipe, socket := filepath.Join(folder, "pipe"), filepath.Join(folder, "socket")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	writeFile(t, filepath.Join(folder, "large"), strings.Repeat("x", 101))
	for _, name := range []string{"pipe", "socket", "large"} {
		symlink(t, name, filepath.Join(folder, "link-to-"+name))
	}
	symlink(t, "/dev/zero", filepath.Join(folder, "link-to-device"))
	symlink(t, "link-to-itself", filepath.Join(folder, "link-to-itself"))
	tests := map[string]string{
		"pipe":           "it is a named pipe; use a regular file",
		"link-to-pipe":   "it is a named pipe; use a regular file",
		"socket":         "it is a socket; use a regular file",
		"link-to-socket": "it is a socket; use a regular file",
		"link-to-device": "it is a device; use a regular file",
		".":              "it is a folder; use a regular file",
		"large":          "it has 101 bytes; the limit is 100",
		"link-to-large":  "it has 101 bytes; the limit is 100",
		"absent":         "no such file or directory",
		"link-to-itself": "too many levels of symbolic links",
	}
	for name, want := range tests {
		text, err := Read(filepath.Join(folder, name), 100)
		failed, ok := errors.AsType[*fs.PathError](err)
		if !ok || failed.Err.Error() != want || text != nil {
			t.Errorf("Read(%s) = %q, %v; want reason %q", name, text, err, want)
		}
	}
}

func TestReadLimitsFileWithoutSize(t *testing.T) {
	const endless = "/proc/self/maps" // its size is 0
	if info, err := os.Stat(endless); err != nil || info.Size() != 0 {
		t.Skip("this system has no file with size 0")
	}
	if _, err := Read(endless, 10); err == nil || !strings.Contains(err.Error(), "it is larger than 10 bytes") {
		t.Errorf("Read = %v, want a size error", err)
	}
}

func TestReadAcceptsRegularFilesAndLinks(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "full"), strings.Repeat("x", 100))
	symlink(t, "full", filepath.Join(folder, "link"))
	for _, name := range []string{"full", "link"} {
		if text, err := Read(filepath.Join(folder, name), 100); err != nil || len(text) != 100 {
			t.Errorf("Read(%s) = %d bytes, %v", name, len(text), err)
		}
	}
}

// walkFiles returns the names of all files in a tree.
func walkFiles(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if _, err := fs.ReadFile(fsys, name); err != nil {
			return err
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A ConfigMap keeps its files in a folder named after the time. The link ..data points
// to it, and each top-level name is a link below ..data.
func TestDirListsConfigMapFilesOnce(t *testing.T) {
	mount := t.TempDir()
	writeFile(t, filepath.Join(mount, "..2026_11_29", "layout.tmpl"), "layout")
	writeFile(t, filepath.Join(mount, "..2026_11_29", "slack", "alert.tmpl"), "alert")
	symlink(t, "..2026_11_29", filepath.Join(mount, "..data"))
	symlink(t, "..data/layout.tmpl", filepath.Join(mount, "layout.tmpl"))
	symlink(t, "..data/slack", filepath.Join(mount, "slack"))
	want := []string{"layout.tmpl", "slack/alert.tmpl"}
	if diff := cmp.Diff(want, walkFiles(t, Dir(mount))); diff != "" {
		t.Errorf("mounted as the folder (-want +got):\n%s", diff)
	}

	above := t.TempDir()
	symlink(t, mount, filepath.Join(above, "link"))
	if diff := cmp.Diff(want, walkFiles(t, Dir(filepath.Join(above, "link")))); diff != "" {
		t.Errorf("reached through a link (-want +got):\n%s", diff)
	}

	whole := t.TempDir()
	writeFile(t, filepath.Join(whole, "..2026_11_29", "templates", "slack", "alert.tmpl"), "alert")
	symlink(t, "..2026_11_29", filepath.Join(whole, "..data"))
	symlink(t, "..data/templates", filepath.Join(whole, "templates"))
	if diff := cmp.Diff([]string{"templates/slack/alert.tmpl"}, walkFiles(t, Dir(whole))); diff != "" {
		t.Errorf("mounted as the parent folder (-want +got):\n%s", diff)
	}
}

func TestDirStopsAtLinkLoop(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "a", "file"), "")
	symlink(t, "../b", filepath.Join(folder, "a", "b"))
	writeFile(t, filepath.Join(folder, "b", "file"), "")
	symlink(t, "../a", filepath.Join(folder, "b", "a"))
	symlink(t, ".", filepath.Join(folder, "self"))
	names := walkFiles(t, Dir(folder))
	if len(names) > 20 || !slices.Contains(names, "a/b/file") {
		t.Errorf("found %q", names)
	}
}

func TestDirRejectsPathsOutsideFolder(t *testing.T) {
	fsys := Dir(t.TempDir())
	for _, name := range []string{"../x", "/etc/passwd", "a/../../x"} {
		if _, err := fs.ReadFile(fsys, name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("ReadFile(%s) = %v, want ErrInvalid", name, err)
		}
	}
}

func TestHideOutsideTextHidesOnlyOutsideText(t *testing.T) {
	folder, other := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(other, "shadow"), "root:$6$hash")
	writeFile(t, filepath.Join(folder, "rules", "own.yaml"), "")
	writeFile(t, filepath.Join(folder, "..data", "mounted.yaml"), "")
	symlink(t, "../..data/mounted.yaml", filepath.Join(folder, "rules", "mounted.yaml"))
	symlink(t, filepath.Join(other, "shadow"), filepath.Join(folder, "rules", "linked.yaml"))
	symlink(t, "/dev/zero", filepath.Join(folder, "rules", "device.yaml"))
	symlink(t, other, filepath.Join(folder, "sources"))
	quoted := func(name string) diag.Problem {
		return diag.Problem{File: filepath.Join(folder, name), Line: 1, Col: 2, What: `unknown key "root:$6$hash"`, Want: "use root"}
	}
	names := []string{
		"rules/own.yaml", "rules/mounted.yaml", "rules/linked.yaml", "rules/device.yaml", "rules/absent.yaml", "sources/shadow", "sources",
	}
	hidden := []string{"rules/linked.yaml", "sources/shadow"}
	var problems diag.Problems
	for _, name := range names {
		problems = append(problems, quoted(name))
	}
	for i, p := range HideOutsideText(folder, problems) {
		if shown := strings.Contains(p.String(), "$6$"); shown == slices.Contains(hidden, names[i]) {
			t.Errorf("%s: problem is shown as %s", names[i], p)
		}
		if p.Line != 1 || p.Col != 2 {
			t.Errorf("position is lost: %s", p)
		}
	}
}
