package main

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
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/sources"
)

// reloadEvery is how often the files that people edit are looked at. A change
// is taken up when two looks in a row find the same, so that a file that is
// being written is not read half.
const reloadEvery = 200 * time.Millisecond

// A written is what a person wrote into one folder and what is in force of it.
type written struct {
	Config  *configs.Config
	Sources []models.Source
	Rules   *rules.Set
	Words   *render.Renderer
	Faults  diag.Problems // of templates: the shipped one stays in force, and nothing is held up
}

// read reads a folder and returns every problem in it.
func read(dir string) (written, diag.Problems) {
	config, problems := configs.Load(dir)
	w := written{Config: config}
	if _, err := os.Stat(filepath.Join(dir, configs.FileName)); err != nil {
		return w, problems // the wrong folder: that its parts are missing says nothing more
	}
	more := w.reload(dir)
	return w, append(problems, more...).Sorted()
}

// reload reads what may change while regwatch runs: sources, rules and templates.
func (w *written) reload(dir string) diag.Problems {
	w.Words, w.Faults = render.Load(userfile.Dir(dir))
	w.Faults = below(dir, "templates", w.Faults)
	var problems diag.Problems
	set, found := rules.Load(userfile.Dir(filepath.Join(dir, "rules")))
	problems = append(problems, below(dir, "rules", found)...)
	list, found := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	problems = append(problems, below(dir, "sources", found)...)
	w.Rules, w.Sources = set, list
	if len(problems) > 0 {
		if len(found) > 0 {
			list = nil // names that are not there may stand in what could not be read
		}
		names := rules.CheckNames(userfile.Dir(filepath.Join(dir, "rules")), w.Config.RouteNames(), list)
		return append(problems, below(dir, "rules", names)...)
	}
	// A folder without rules or sources is in order and watches nothing, which
	// nobody wants and nobody would notice.
	if len(set.Rules()) == 0 {
		problems = append(problems, diag.Problem{File: filepath.Join(dir, "rules"), What: "there is no rule", Want: "want one *.yaml file a rule; regwatch init writes three"})
	}
	if len(list) == 0 {
		problems = append(problems, diag.Problem{File: filepath.Join(dir, "sources"), What: "there is no source", Want: "want *.yaml files with a list under sources; regwatch init writes some"})
	}
	problems = append(problems, below(dir, "rules", set.CheckRoutes(w.Config.RouteNames()))...)
	problems = append(problems, below(dir, "rules", set.CheckSources(list))...)
	var ids []string
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	named := append(w.Config.CheckRules(ids), w.Config.CheckRoutes(namedRules(set), list)...)
	return append(problems, userfile.Hide(dir, named)...)
}

// below gives problems found within a folder the path from where the user is,
// and keeps the text of files outside the configuration folder out of them.
func below(dir, folder string, found diag.Problems) diag.Problems {
	moved := make(diag.Problems, len(found))
	for i, p := range found {
		if !strings.HasPrefix(p.File, folder+"/") {
			p.File = filepath.Join(folder, p.File)
		}
		p.File = filepath.Join(dir, p.File)
		moved[i] = p
	}
	return userfile.Hide(dir, moved)
}

// A live holds what is in force while people edit the files beneath it.
type live struct {
	dir     string
	current atomic.Pointer[written]
	inForce string // the files' fingerprint when they were read
}

// readLive reads a folder. The fingerprint is taken first, so that an edit made
// meanwhile is seen by watch.
func readLive(dir string) (*live, diag.Problems) {
	l := &live{dir: dir}
	l.inForce = l.fingerprint()
	w, problems := read(dir)
	if len(problems) == 0 {
		// Which calendars there are is known only now, so they are read once more.
		l.inForce += calendarFingerprint(w.Config)
		w.Config, problems = w.Config.ReloadHolidays()
	}
	l.current.Store(&w)
	return l, problems
}

func (l *live) get() *written { return l.current.Load() }

// watch reloads rules, sources, templates and holidays when they change and at a hangup, until
// the context ends. A faulty set never replaces a working one.
func (l *live) watch(ctx context.Context, log *slog.Logger, hangups <-chan os.Signal, taken func(*written), refused func(diag.Problems)) {
	inForce := l.inForce
	started := l.configFingerprint()
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
		if now := l.configFingerprint(); now != config || asked && now != started {
			config = now
			log.WarnContext(ctx, "regwatch.yaml has changed and is read at the next start", "file", filepath.Join(l.dir, configs.FileName))
		}
		now := l.fingerprint() + calendarFingerprint(l.get().Config)
		if !asked && (now == inForce || now != previous) {
			previous = now
			continue
		}
		inForce, previous = now, now
		next := *l.get()
		config, problems := next.Config.ReloadHolidays()
		next.Config = config
		if problems = append(problems, next.reload(l.dir)...); len(problems) > 0 {
			refused(problems.Sorted())
			continue
		}
		l.current.Store(&next)
		taken(&next)
	}
}

func (l *live) configFingerprint() string {
	return fingerprintOf(userfile.Dir(l.dir), configs.FileName)
}

func (l *live) fingerprint() string {
	root := userfile.Dir(l.dir)
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

// namedRules are the rules as the routes of the configuration know them.
func namedRules(set *rules.Set) []configs.Rule {
	var named []configs.Rule
	for _, r := range set.Rules() {
		named = append(named, configs.Rule{ID: r.ID, Topic: r.Topic, Severity: r.Severity, Routes: r.Routes})
	}
	return named
}
