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

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func TestReadRefusesWhatIsNoRegularFile(t *testing.T) {
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
	write(t, filepath.Join(folder, "large"), strings.Repeat("x", 101))
	for _, name := range []string{"pipe", "socket", "large"} {
		link(t, name, filepath.Join(folder, "link-to-"+name))
	}
	link(t, "/dev/zero", filepath.Join(folder, "link-to-device"))
	link(t, "link-to-itself", filepath.Join(folder, "link-to-itself"))
	tests := map[string]string{
		"pipe":           "it is a named pipe; want a regular file",
		"link-to-pipe":   "it is a named pipe; want a regular file",
		"socket":         "it is a socket; want a regular file",
		"link-to-socket": "it is a socket; want a regular file",
		"link-to-device": "it is a device; want a regular file",
		".":              "it is a folder; want a regular file",
		"large":          "it has 101 bytes; want at most 100",
		"link-to-large":  "it has 101 bytes; want at most 100",
		"absent":         "no such file or directory",
		"link-to-itself": "too many levels of symbolic links",
	}
	for name, want := range tests {
		text, err := Read(filepath.Join(folder, name), 100)
		failed, ok := errors.AsType[*fs.PathError](err)
		if !ok || failed.Err.Error() != want || text != nil {
			t.Errorf("Read(%s) = %q, %v; want the reason %q", name, text, err, want)
		}
	}
}

func TestReadStopsAtTheLimitOfAFileWithoutASize(t *testing.T) {
	const endless = "/proc/self/maps" // its size is 0
	if info, err := os.Stat(endless); err != nil || info.Size() != 0 {
		t.Skip("there is no file without a size")
	}
	if _, err := Read(endless, 10); err == nil || !strings.Contains(err.Error(), "it is larger than 10 bytes") {
		t.Errorf("Read = %v, want an error about the size", err)
	}
}

func TestReadReadsRegularFilesAndLinksToThem(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "full"), strings.Repeat("x", 100))
	link(t, "full", filepath.Join(folder, "link"))
	for _, name := range []string{"full", "link"} {
		if text, err := Read(filepath.Join(folder, name), 100); err != nil || len(text) != 100 {
			t.Errorf("Read(%s) = %d bytes, %v", name, len(text), err)
		}
	}
}

// namesOf are the files that walking a folder finds.
func namesOf(t *testing.T, fsys fs.FS) []string {
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

// A ConfigMap keeps its files in a folder named after the time, to which ..data
// leads, and shows each first part of a path as a link below ..data.
func TestDirShowsTheFilesOfAConfigMapOnce(t *testing.T) {
	mount := t.TempDir()
	write(t, filepath.Join(mount, "..2026_11_29", "layout.tmpl"), "layout")
	write(t, filepath.Join(mount, "..2026_11_29", "slack", "alert.tmpl"), "alert")
	link(t, "..2026_11_29", filepath.Join(mount, "..data"))
	link(t, "..data/layout.tmpl", filepath.Join(mount, "layout.tmpl"))
	link(t, "..data/slack", filepath.Join(mount, "slack"))
	want := []string{"layout.tmpl", "slack/alert.tmpl"}
	if diff := cmp.Diff(want, namesOf(t, Dir(mount))); diff != "" {
		t.Errorf("mounted as the folder itself (-want +got):\n%s", diff)
	}

	above := t.TempDir()
	link(t, mount, filepath.Join(above, "link"))
	if diff := cmp.Diff(want, namesOf(t, Dir(filepath.Join(above, "link")))); diff != "" {
		t.Errorf("reached by a link (-want +got):\n%s", diff)
	}

	whole := t.TempDir()
	write(t, filepath.Join(whole, "..2026_11_29", "templates", "slack", "alert.tmpl"), "alert")
	link(t, "..2026_11_29", filepath.Join(whole, "..data"))
	link(t, "..data/templates", filepath.Join(whole, "templates"))
	if diff := cmp.Diff([]string{"templates/slack/alert.tmpl"}, namesOf(t, Dir(whole))); diff != "" {
		t.Errorf("mounted one folder up (-want +got):\n%s", diff)
	}
}

func TestDirEndsWhereLinksGoInACircle(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a", "file"), "")
	link(t, "../b", filepath.Join(folder, "a", "b"))
	write(t, filepath.Join(folder, "b", "file"), "")
	link(t, "../a", filepath.Join(folder, "b", "a"))
	link(t, ".", filepath.Join(folder, "self"))
	names := namesOf(t, Dir(folder))
	if len(names) > 20 || !slices.Contains(names, "a/b/file") {
		t.Errorf("found %q", names)
	}
}

func TestDirRefusesPathsOutOfTheFolder(t *testing.T) {
	fsys := Dir(t.TempDir())
	for _, name := range []string{"../x", "/etc/passwd", "a/../../x"} {
		if _, err := fs.ReadFile(fsys, name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("ReadFile(%s) = %v, want ErrInvalid", name, err)
		}
	}
}

func TestHideKeepsTextOfFilesOutsideTheFolderOutOfMessages(t *testing.T) {
	folder, other := t.TempDir(), t.TempDir()
	write(t, filepath.Join(other, "shadow"), "root:$6$hash")
	write(t, filepath.Join(folder, "rules", "own.yaml"), "")
	write(t, filepath.Join(folder, "..data", "mounted.yaml"), "")
	link(t, "../..data/mounted.yaml", filepath.Join(folder, "rules", "mounted.yaml"))
	link(t, filepath.Join(other, "shadow"), filepath.Join(folder, "rules", "linked.yaml"))
	link(t, "/dev/zero", filepath.Join(folder, "rules", "device.yaml"))
	link(t, other, filepath.Join(folder, "sources"))
	quoted := func(name string) diag.Problem {
		return diag.Problem{File: filepath.Join(folder, name), Line: 1, Col: 2, What: `unknown key "root:$6$hash"`, Want: "want root"}
	}
	names := []string{
		"rules/own.yaml", "rules/mounted.yaml", "rules/linked.yaml", "rules/device.yaml", "rules/absent.yaml", "sources/shadow", "sources",
	}
	hidden := []string{"rules/linked.yaml", "sources/shadow"}
	var problems diag.Problems
	for _, name := range names {
		problems = append(problems, quoted(name))
	}
	for i, p := range Hide(folder, problems) {
		if shown := strings.Contains(p.String(), "$6$"); shown == slices.Contains(hidden, names[i]) {
			t.Errorf("the problem of %s is told as %s", names[i], p)
		}
		if p.Line != 1 || p.Col != 2 {
			t.Errorf("the place is lost: %s", p)
		}
	}
}
