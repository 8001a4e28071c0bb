package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"regwatch/app/channels"
	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/filewatch"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/notifier/render"
)

const (
	// reloadEvery is how long after a change the files are looked at, and looked at again until two looks in a row find the
	// same, so that a file that is being written is not read half.
	reloadEvery = 200 * time.Millisecond
	// pollEvery is how often names, sizes and times are compared although no change was reported: network shares report none.
	pollEvery = 5 * time.Second
	// contentEvery is how often the texts are compared too: every so many polls. An edit may keep the size and the time of a
	// file.
	contentEvery = 12
	// retryEvery is how long after a change was rejected it is read again: what was wrong may be gone, such as a file that
	// nobody may read. It doubles up to maxRetry.
	retryEvery = time.Second
	maxRetry   = time.Minute
)

// files holds the folder in force while people edit its files.
type files struct {
	dir     string
	current atomic.Pointer[Folder]

	// Used by open and then by watch alone.
	read  *configs.Config // regwatch.yaml as it was last read, also if it has mistakes
	seen  string          // the contents of all files when they were last read
	again bool            // they are not in force, or not wholly: they are to be read again
	retry bool            // they are being read again, without a change
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
	next.content = seen
	return next, problems
}

// watch reads the folder again when a file has changed and at a hangup, until the context
// ends. It gives what it read to changed, with all problems of it. What could not be taken into use is read again from time
// to time.
func (f *files) watch(ctx context.Context, hangups <-chan os.Signal, changed func(next *Folder, problems diag.Problems, hangup bool)) {
	watcher := filewatch.New(userfile.IsLeftover)
	defer watcher.Close()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	look := time.NewTimer(0) // once at the start: an edit may have been made since the folder was read
	looking := true
	retry := time.NewTimer(0)
	retry.Stop()
	wait := retryEvery
	var stat string
	content := f.seen
	for polls := 1; ; {
		hangup, due := false, false
		select {
		case <-ctx.Done():
			return
		case <-watcher.Changed():
			if !looking { // so that many changes do not put it off
				looking = true
				look.Reset(reloadEvery)
			}
			continue
		case <-poll.C:
			now := f.statistics()
			if polls++; now == stat && polls%contentEvery != 0 && strings.HasSuffix(f.seen, otherContent(f.read)) {
				continue
			}
			stat = now
		case <-look.C:
			looking = false
			stat = f.statistics()
		case <-retry.C:
			due = true
		case <-hangups:
			hangup = true
		}
		_ = watcher.Watch(f.places()) // what cannot be watched is polled
		previous := content
		content = folderContent(f.dir) + otherContent(f.read)
		if content != previous {
			looking = true
			look.Reset(reloadEvery)
		}
		if !hangup && (content != previous || content == f.seen && !due) {
			continue
		}
		f.again, f.retry = false, content == f.seen
		if !f.retry {
			wait = retryEvery
		}
		next, problems := f.readAgain()
		content = f.seen
		changed(next, problems, hangup)
		if retry.Stop(); f.again {
			retry.Reset(wait)
			wait = min(2*wait, maxRetry)
		}
	}
}

// editedFolders are the folders of a folder whose files people edit.
func editedFolders() []string { return []string{"rules", "sources", "templates"} }

// places are those where a change can change what the folder says. The database is in the folder too, and changes all the
// time.
func (f *files) places() []filewatch.Place {
	places := filewatch.Places(filepath.Join(f.dir, configs.FileName))
	root := userfile.Dir(f.dir)
	for _, folder := range editedFolders() {
		_ = fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
				places = append(places, filewatch.Places(filepath.Join(f.dir, filepath.FromSlash(name)))...)
			}
			return nil
		})
	}
	for _, path := range f.read.CalendarFiles() {
		places = append(places, filewatch.Places(path)...)
	}
	return places
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
	for _, folder := range editedFolders() {
		_ = fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if (err != nil || !d.IsDir()) && !userfile.IsLeftover(name) {
				visit(name) // also a folder that cannot be read
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

// A reloader takes changes of the folder into use while the engine runs.
type reloader struct {
	engine  *Engine
	stderr  io.Writer       // receives the mistakes of a rejected change
	secrets *redact.Secrets // of the log; may be nil
	sockets *slackSockets

	started map[string]string // the values of the restart keys that are in use
	read    map[string]string // those that regwatch.yaml had when it was last used

	rejected string // the mistakes of the last change, if it was rejected
}

// newReloader is called when the engine starts to run.
func newReloader(e *Engine, o RunOptions, sockets *slackSockets) *reloader {
	values := restartValues(e.Config())
	stderr := o.Stderr
	if stderr == nil {
		stderr = io.Discard
	}
	return &reloader{engine: e, stderr: stderr, secrets: o.Secrets, sockets: sockets, started: values, read: values}
}

// watch takes changes into use until the context ends, and at a hangup reads everything
// again.
func (r *reloader) watch(ctx context.Context, hangups <-chan os.Signal) {
	e := r.engine
	e.files.watch(ctx, hangups, func(next *Folder, problems diag.Problems, hangup bool) {
		if hangup {
			e.log.InfoContext(ctx, "SIGHUP: reading regwatch.yaml, rules, sources and templates again")
		}
		var opened channels.Set
		if len(problems) == 0 {
			opened, problems = r.prepare(next)
		}
		if len(problems) > 0 {
			e.files.again = true
			if e.files.retry && !hangup && problems.Error() == r.rejected {
				return // they were reported
			}
			r.rejected = problems.Error()
			fmt.Fprintln(r.stderr, problems)
			e.log.ErrorContext(ctx, "change rejected: still using the previous rules, sources and configuration; fix the errors above", "problems", len(problems))
			return
		}
		r.rejected = ""
		r.keepUntilRestart(ctx, next, hangup)
		r.use(ctx, next, opened)
	})
}

// prepare opens the channels of a folder that are new or changed. Nothing is in use yet, so
// that a change with a mistake changes nothing.
func (r *reloader) prepare(next *Folder) (channels.Set, diag.Problems) {
	if missing, _ := next.Config.CheckSecrets(); len(missing) > 0 {
		return nil, missing
	}
	// From now on they may show up in an error.
	secrets := next.Config.SecretValues()
	r.engine.parts.Secrets.Add(secrets...)
	if r.secrets != nil {
		r.secrets.Add(secrets...)
	}
	opened, err := r.engine.channels.Next(next.Config, r.engine.parts)
	if err != nil {
		return nil, diag.Problems{{File: filepath.Join(r.engine.dir, configs.FileName), What: err.Error()}}
	}
	return opened, nil
}

// use takes a folder into use.
func (r *reloader) use(ctx context.Context, next *Folder, opened channels.Set) {
	e := r.engine
	if err := e.store.RecordRules(ctx, next.Rules.Revisions(), e.now()); err != nil {
		e.files.again = true
		e.log.ErrorContext(ctx, "the new rules were not recorded", "error", err)
	}
	next.Renderer.SetConsole(render.Console(next.Config.Web.Console())) // the address in use, which a restart may change
	e.renderer.Become(next.Renderer)
	changed := changedRules(e.Folder().Rules, next.Rules)
	if err := e.useFolder(ctx, next); err != nil {
		e.files.again = true
		e.log.ErrorContext(ctx, "the relevance models and exceptions in use were not read: those of before stay in use", "error", err)
	}
	e.channels = opened
	e.worker.SetChannels(opened.All())
	r.sockets.update(ctx, next.Config)
	logTemplateProblems(ctx, e.log, next.TemplateProblems)
	logSkipped(ctx, e.log, next.Skipped)
	e.logWarnings(ctx)
	e.log.InfoContext(ctx, "configuration, rules and sources reloaded", "rules", len(next.Rules.Rules()), "sources", len(next.Sources),
		"channels", len(next.Config.Channels), "recipients", len(next.Config.Recipients), "digests", len(next.Config.Digests))
	if len(changed) > 0 {
		e.log.InfoContext(ctx, "rules look forward: to alert about stored articles, run regwatch rules apply RULE --since 7d", "changed_rules", changed)
	}
	if err := errors.Join(e.reportRemovedChannels(ctx), e.registerAddresses(ctx, e.now())); err != nil {
		e.log.ErrorContext(ctx, "the new channels and addresses were not recorded", "error", err)
	}
	e.worker.Wake()
}

// keepUntilRestart makes a new configuration keep the values that only a restart changes,
// and logs the keys that regwatch.yaml has changed; at a hangup all that wait.
func (r *reloader) keepUntilRestart(ctx context.Context, next *Folder, hangup bool) {
	values, now := restartValues(next.Config), r.engine.Config()
	for _, key := range restartKeys() {
		value := values[key.name]
		if value == r.started[key.name] {
			continue
		}
		if hangup || value != r.read[key.name] {
			r.engine.log.WarnContext(ctx, "this key is read only when regwatch starts: restart regwatch to use its new value", "key", key.name)
		}
		key.keep(next.Config, now)
	}
	r.read = values
}

// A restartKey is a key of regwatch.yaml that is read only when regwatch starts.
type restartKey struct {
	name  string
	value func(*configs.Config) []any
	keep  func(next, now *configs.Config)
}

func restartKeys() []restartKey {
	return []restartKey{
		{"contact", func(c *configs.Config) []any { return []any{c.Contact} }, func(next, now *configs.Config) { next.Contact = now.Contact }},
		{"database", func(c *configs.Config) []any { return []any{c.Database.Path, c.Database.DSN} }, func(next, now *configs.Config) { next.Database = now.Database }},
		{"heartbeat", func(c *configs.Config) []any { return []any{c.Heartbeat.URL} }, func(next, now *configs.Config) { next.Heartbeat = now.Heartbeat }},
		{"scan.max_body", func(c *configs.Config) []any { return []any{c.Scan.MaxBody} }, func(next, now *configs.Config) { next.Scan.MaxBody = now.Scan.MaxBody }},
		{"scan.parallel", func(c *configs.Config) []any { return []any{c.Scan.Parallel} }, func(next, now *configs.Config) { next.Scan.Parallel = now.Scan.Parallel }},
		{"scan.timeout", func(c *configs.Config) []any { return []any{c.Scan.Timeout} }, func(next, now *configs.Config) { next.Scan.Timeout = now.Scan.Timeout }},
		// Links to pages that nobody serves yet would lead nowhere.
		{"web.login", func(c *configs.Config) []any {
			return []any{c.Web.Login.Users, c.Web.Login.OIDC, c.Web.Login.OIDC.ClientSecret, c.Web.Login.Proxy}
		}, func(next, now *configs.Config) { next.Web.Login = now.Web.Login }},
		{"web.listen", func(c *configs.Config) []any { return []any{c.Web.Listen} }, func(next, now *configs.Config) {
			next.Web.Listen, next.Web.Public, next.Web.Off = now.Web.Listen, now.Web.Public, now.Web.Off
		}},
	}
}

// RestartKeys returns the keys of regwatch.yaml that are read only when regwatch starts. All
// others can change while it runs.
func RestartKeys() []string {
	var names []string
	for _, key := range restartKeys() {
		names = append(names, key.name)
	}
	return names
}

// restartValues returns the values of the restart keys for comparison.
func restartValues(c *configs.Config) map[string]string {
	values := make(map[string]string)
	for _, key := range restartKeys() {
		values[key.name] = configs.Fingerprint(key.value(c)...)
	}
	return values
}
