package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/userfile"
)

const (
	// reloadEvery is how often the names, sizes and times of the files are compared. A
	// change is read when two looks in a row find the same, so that a file that is being
	// written is not read half.
	reloadEvery = 200 * time.Millisecond
	// contentEvery is how often the texts are compared too: every so many looks. An edit
	// may keep the size and the time of a file.
	contentEvery = 5
)

// files holds the folder in force while people edit its files.
type files struct {
	dir     string
	current atomic.Pointer[Folder]

	// Used by open and then by watch alone.
	read *configs.Config // regwatch.yaml as it was last read, also if it has mistakes
	seen string          // the contents of all files when they were last read
}

// openFiles reads a folder. Its contents are noted first, so that watch sees an edit made
// meanwhile.
func openFiles(dir string) (*files, diag.Problems) {
	f := &files{dir: dir}
	w, problems := f.readAgain()
	f.current.Store(w)
	return f, problems
}

func (f *files) get() *Folder { return f.current.Load() }

// readAgain reads the folder and notes what it holds.
func (f *files) readAgain() (*Folder, diag.Problems) {
	seen := folderContent(f.dir)
	next, problems := ReadFolder(f.dir)
	// Which other files there are is known only now, so calendars are read once more.
	f.read, f.seen = next.Config, seen+otherContent(next.Config)
	if len(problems) == 0 {
		next.Config, problems = next.Config.ReloadHolidays()
	}
	return next, problems
}

// watch reads the folder again when a file has changed and at a hangup, until the context
// ends. It gives what it read to changed, with all problems of it.
func (f *files) watch(ctx context.Context, hangups <-chan os.Signal, changed func(next *Folder, problems diag.Problems, hangup bool)) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	var stat string // of the last look
	content := f.seen
	for look := 0; ; look++ {
		hangup := false
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-hangups:
			hangup = true
		}
		previous := content
		if now := f.statistics(); now != stat || previous != f.seen || look%contentEvery == 0 {
			stat, content = now, folderContent(f.dir)+otherContent(f.read)
		}
		if !hangup && (content == f.seen || content != previous) {
			continue
		}
		next, problems := f.readAgain()
		content = f.seen
		changed(next, problems, hangup)
	}
}

// statistics are the names, sizes and times of the files.
func (f *files) statistics() string {
	var b strings.Builder
	add := func(name string, info fs.FileInfo, err error) {
		if err != nil {
			fmt.Fprintf(&b, "%s gone\n", name)
			return
		}
		fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	}
	root := userfile.Dir(f.dir)
	eachFile(root, func(name string) {
		info, err := fs.Stat(root, name) // it follows links, as the readers do
		add(name, info, err)
	})
	for _, path := range f.read.CalendarFiles() {
		info, err := os.Stat(path)
		add(path, info, err)
	}
	return b.String()
}

// eachFile visits the files of a folder that people edit.
func eachFile(root fs.FS, visit func(name string)) {
	visit(configs.FileName)
	for _, folder := range []string{"rules", "sources", "templates"} {
		_ = fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || ext == ".tmpl" {
				visit(name)
			}
			return nil
		})
	}
}

// folderContent is a hash of the texts of a folder.
func folderContent(dir string) string {
	sum := sha256.New()
	root := userfile.Dir(dir)
	eachFile(root, func(name string) {
		text, err := fs.ReadFile(root, name)
		addContent(sum, name, text, err)
	})
	return hex.EncodeToString(sum.Sum(nil))
}

// otherContent is a hash of what a configuration names outside of the folder's files:
// calendars and secrets.
func otherContent(c *configs.Config) string {
	sum := sha256.New()
	for _, path := range c.CalendarFiles() {
		text, err := userfile.Read(path, userfile.MaxBytes)
		addContent(sum, path, text, err)
	}
	for _, secret := range c.SecretValues() {
		addContent(sum, "", []byte(secret), nil)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func addContent(sum hash.Hash, name string, text []byte, err error) {
	fmt.Fprintf(sum, "%q %d %v\n", name, len(text), err)
	sum.Write(text)
}
