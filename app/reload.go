package app

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/userfile"
)

// reloadEvery is how often the files that people edit are looked at. A change
// is taken up when two looks in a row find the same, so that a file that is
// being written is not read half.
const reloadEvery = 200 * time.Millisecond

// files holds the folder in force while people edit its files.
type files struct {
	dir     string
	current atomic.Pointer[Folder]
	inForce string // the files' fingerprint when they were read
}

// openFiles reads a folder. The fingerprint is taken first, so that an edit made
// meanwhile is seen by watch.
func openFiles(dir string) (*files, diag.Problems) {
	f := &files{dir: dir}
	f.inForce = f.fingerprint()
	w, problems := ReadFolder(dir)
	if len(problems) == 0 {
		// Which calendars there are is known only now, so they are read once more.
		f.inForce += calendarFingerprint(w.Config)
		w.Config, problems = w.Config.ReloadHolidays()
	}
	f.current.Store(w)
	return f, problems
}

func (f *files) get() *Folder { return f.current.Load() }

// watch reloads rules, sources, templates and holidays when they change and at a hangup, until
// the context ends. A faulty set never replaces a working one.
func (f *files) watch(ctx context.Context, log *slog.Logger, hangups <-chan os.Signal, taken func(*Folder), refused func(diag.Problems)) {
	inForce := f.inForce
	started := f.configFingerprint()
	config := started
	previous := inForce
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-hangups:
			asked = true
			log.InfoContext(ctx, "SIGHUP: reading rules, sources and templates again")
		}
		if now := f.configFingerprint(); now != config || asked && now != started {
			config = now
			log.WarnContext(ctx, "regwatch.yaml has changed and is read at the next start", "file", filepath.Join(f.dir, configs.FileName))
		}
		now := f.fingerprint() + calendarFingerprint(f.get().Config)
		if !asked && (now == inForce || now != previous) {
			previous = now
			continue
		}
		inForce, previous = now, now
		next := *f.get()
		config, problems := next.Config.ReloadHolidays()
		next.Config = config
		if problems = append(problems, next.readParts(f.dir, sourceFiles(f.dir))...); len(problems) > 0 {
			refused(problems.Sorted())
			continue
		}
		f.current.Store(&next)
		taken(&next)
	}
}

func (f *files) configFingerprint() string {
	return fingerprintOf(userfile.Dir(f.dir), configs.FileName)
}

func (f *files) fingerprint() string {
	root := userfile.Dir(f.dir)
	return fingerprintOf(root, "rules") + fingerprintOf(root, "sources") + fingerprintOf(root, "templates")
}

// calendarFingerprint tells whether a calendar of holidays has changed.
func calendarFingerprint(c *configs.Config) string {
	var b strings.Builder
	for _, path := range c.CalendarFiles() {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		} else {
			fmt.Fprintf(&b, "%s gone\n", path)
		}
	}
	return b.String()
}

// fingerprintOf tells whether anything below a path has changed: the names,
// sizes and times of its YAML files and templates.
func fingerprintOf(root fs.FS, path string) string {
	var b strings.Builder
	_ = fs.WalkDir(root, path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if ext := filepath.Ext(name); ext != ".yaml" && ext != ".yml" && ext != ".tmpl" {
			return nil
		}
		// Stat follows links, as the readers do.
		if info, err := fs.Stat(root, name); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return b.String()
}
