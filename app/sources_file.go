package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"regwatch/app/newsource"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/store"
)

// A SourceFile is the file in which a source is configured.
type SourceFile struct {
	File string `json:"file"` // below the folder of sources
	Line int    `json:"line"` // on which the source begins
	Hash string `json:"hash"` // of the file
}

// SourceFile returns the file in which a source is configured.
func (a *App) SourceFile(id string) (SourceFile, error) {
	at, _, err := a.sourceFile(id)
	return at, err
}

func (a *App) sourceFile(id string) (SourceFile, []byte, error) {
	if err := a.requireSource(id); err != nil {
		return SourceFile{}, nil, err
	}
	files := sourceFiles(a.dir)
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return SourceFile{}, nil, err
	}
	for _, entry := range entries {
		if path.Ext(entry.Name()) != ".yaml" {
			continue
		}
		text, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			continue // the folder in force is an older one
		}
		if line := sources.LineOf(text, id); line > 0 {
			return SourceFile{entry.Name(), line, fileHash(text)}, text, nil
		}
	}
	return SourceFile{}, nil, inputError("no file of the folder sources has %q any more", id)
}

// PauseSource keeps a source from being scanned, or lets it be scanned again, in the name of
// by. It changes one line of the file of the source. It reports whether the source was not so
// before.
func (a *App) PauseSource(ctx context.Context, id string, paused bool, by string) (changed bool, err error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return false, err
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	at, text, err := a.sourceFile(id)
	if err != nil {
		return false, err
	}
	next, err := sources.SetEnabled(filepath.Join("sources", at.File), text, id, !paused)
	if err != nil {
		return false, refused(err)
	}
	if fileHash(next) == at.Hash {
		return false, nil
	}
	if err := a.checkSourceFile(at.File, next); err != nil {
		return false, err
	}
	action := store.SourceResumed
	if paused {
		action = store.SourcePaused
	}
	err = writeInFolder(filepath.Join(a.dir, "sources"), at.File, next, func() error {
		if now, _, err := a.sourceFile(id); err != nil || now != at {
			return inputError("somebody changed %s at this moment, so nothing was written; try again", filepath.Join("sources", at.File))
		}
		return a.store.RecordSourceFile(ctx, action, id, at.File, at.Hash, fileHash(next), by, a.now().UTC())
	})
	if err != nil {
		return false, err
	}
	return true, a.useSources(ctx)
}

// checkSourceFile returns the mistakes that the folder has if a file of sources has this text.
func (a *App) checkSourceFile(name string, text []byte) error {
	files := userfile.With(sourceFiles(a.dir), map[string][]byte{name: text})
	if _, problems := readFolder(context.Background(), a.dir, files); len(problems) > 0 {
		return problems
	}
	return nil
}

// useSources takes the files of sources into use at once; a running regwatch reads them again
// soon in any case.
func (a *App) useSources(ctx context.Context) error {
	list, problems := sources.Load(sourceFiles(a.dir))
	if len(problems) > 0 {
		return nil // the previous folder stays in use, as after every change with a mistake
	}
	next := *a.Folder()
	next.Sources = list
	return a.useFolder(ctx, &next)
}

// AddSource writes the file of a new source, as SaveSource does, in the name of by, and takes
// it into use.
func (a *App) AddSource(ctx context.Context, text []byte, by string) (SavedSource, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SavedSource{}, err
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	saved, err := SaveSource(a.dir, text)
	if err != nil {
		return SavedSource{}, err
	}
	err = a.store.RecordSourceFile(ctx, store.SourceAdded, saved.ID, filepath.Base(saved.File), "", fileHash(text), by, a.now().UTC())
	if err != nil {
		return SavedSource{}, errors.Join(err, os.Remove(saved.File))
	}
	return saved, a.useSources(ctx)
}

// RemoveAddedSource removes a file that AddSource wrote, in the name of by. A file that was
// changed since is left, which is an error. What was read of the source stays stored.
func (a *App) RemoveAddedSource(ctx context.Context, id, by string) error {
	if err := a.may(ctx, RoleEditor); err != nil {
		return err
	}
	a.saving.Lock()
	defer a.saving.Unlock()
	at, _, err := a.sourceFile(id)
	if err != nil {
		return err
	}
	added, err := a.store.AddedSourceFile(ctx, id)
	if err != nil {
		return err
	}
	if added != at.Hash {
		return inputError("sources/%s was changed since it was added, so it was not removed; remove the source there", at.File)
	}
	files, problems := sources.Load(withoutFile{sourceFiles(a.dir), at.File})
	if len(problems) > 0 {
		return userfile.Below(a.dir, "sources", problems)
	}
	if len(files) == 0 {
		return inputError("it is the only source, and a folder needs one; pause it instead")
	}
	folder, err := os.OpenRoot(filepath.Join(a.dir, "sources"))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := a.store.RecordSourceFile(ctx, store.SourceRemoved, id, at.File, at.Hash, "", by, a.now().UTC()); err != nil {
		return err
	}
	if err := folder.Remove(at.File); err != nil {
		return fmt.Errorf("remove the file of source %s: %w", id, err)
	}
	return a.useSources(ctx)
}

// withoutFile is a folder without one of its files.
type withoutFile struct {
	fs.FS
	name string
}

// ReadDir lists the other files.
func (w withoutFile) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == w.name }), err
}

// A SourcePreview is a proposal for a new source with the rules that its articles match.
type SourcePreview struct {
	newsource.Proposal
	Matches [][]MatchedRule `json:"matches"` // of Articles
}

// PreviewSource proposes a source, and says which rules the first articles match, by the text
// that the source gives at once. A private host is read only if a source of the folder
// already reads the same host and port: then the author of that file has allowed it.
func (a *App) PreviewSource(ctx context.Context, n newsource.Request) (SourcePreview, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SourcePreview{}, err
	}
	n.AllowHosts, n.Preview = a.allowedHosts(n.URL), 10
	proposal, err := newsource.Propose(ctx, a.dir, n)
	if err != nil {
		return SourcePreview{}, err
	}
	p := SourcePreview{Proposal: proposal}
	src := models.Source{ID: p.ID, Name: p.Name, Role: models.Role(p.Role)}
	for _, t := range p.Articles {
		article := models.Article{SourceID: p.ID, Source: src, Title: t.Title, Link: t.Link, Summary: t.Summary, Body: t.Text, Language: t.Language}
		if t.Published != nil {
			article.PublishedAt = *t.Published
		}
		p.Matches = append(p.Matches, matchedRules(changesOf(article, a.Folder(), a.now())))
	}
	return p, nil
}

// allowedHosts returns the private hosts that an address may reach: its own if a source of
// the folder reads the same host and port and may reach it.
func (a *App) allowedHosts(address string) []string {
	at := newsource.AddressOf(models.Source{URL: address})
	for _, src := range a.Folder().Sources {
		known := newsource.AddressOf(src)
		if known.Host == at.Host && known.Scheme == at.Scheme && slices.Contains(src.AllowHosts, at.Hostname()) {
			return []string{at.Hostname()}
		}
	}
	return nil
}

// ScanSource reads one source now, due or not. What is due is then sent as always. The error
// means that the scan was interrupted or not begun.
func (e *Engine) ScanSource(ctx context.Context, id string) (SourceScan, error) {
	if err := e.may(ctx, RoleEditor); err != nil {
		return SourceScan{}, err
	}
	if err := e.checkSources([]string{id}); err != nil {
		return SourceScan{}, err
	}
	var scanned SourceScan
	result, err := e.scanSources(ctx, ScanOptions{Sources: []string{id}, Scanned: func(s SourceScan) {
		if s.Source == id {
			scanned = s
		}
	}})
	e.worker.Wake()
	return scanned, errors.Join(err, result.Failed)
}

// A SourceDay is what is known of a source on one day.
type SourceDay struct {
	Day      string `json:"day"`      // 2006-01-02
	Articles int    `json:"articles"` // new ones that were seen
	Failing  bool   `json:"failing"`  // it could not be read for some or all of the day
	Gap      bool   `json:"gap"`      // articles may have been missed
	Unknown  bool   `json:"unknown"`  // before it was first read
	Skipped  bool   `json:"skipped"`  // nobody tried to read it all day, as far as it is over
}

// A SourceActivity says what a source published in the last days.
type SourceActivity struct {
	Days    []SourceDay `json:"days"`    // the oldest first, today last
	PerDay  float64     `json:"per_day"` // new articles
	Workday float64     `json:"per_weekday"`
	Weekend float64     `json:"per_weekend_day"`
	Known   bool        `json:"known"` // it was watched for at least two weeks, so the figures say something
}

// activityDays is how many days of a source's activity are returned.
const activityDays = 30

// SourceActivities returns what each source of the folder published in the last 30 days, and
// when it could not be read, in days of the App's time zone. Articles of first scans that are
// older than the scan do not count.
func (a *App) SourceActivities(ctx context.Context) (map[string]SourceActivity, error) {
	zone, now := a.Zone(), a.now()
	y, m, d := now.In(zone).Date()
	from := time.Date(y, m, d-activityDays+1, 0, 0, 0, 0, zone)
	seen, err := a.store.ArticleCounts(ctx, from)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, src := range a.Folder().Sources {
		ids = append(ids, src.ID)
	}
	health, err := a.store.SourceHistory(ctx, from, ids...)
	if err != nil {
		return nil, err
	}
	states, err := a.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	scans, err := a.store.ScanDays(ctx, from)
	if err != nil {
		return nil, err
	}
	all := make(map[string]SourceActivity)
	for _, id := range ids {
		act := newActivity(from, now.In(zone), states[id].BaselineAt, seen[id], health[id])
		for i := range act.Days {
			d := &act.Days[i]
			// Scans of days before they were counted are unknown, and the day may still be going on.
			counted := !scans.Since.IsZero() && !scans.Since.After(from.AddDate(0, 0, i))
			d.Skipped = counted && !d.Unknown && d.Articles == 0 && scans.Scans[id][d.Day] == 0
		}
		all[id] = act
	}
	return all, nil
}

func newActivity(from, now, watched time.Time, seen []store.ArticleCount, history []store.SourceChange) SourceActivity {
	var act SourceActivity
	counts := make(map[string]int)
	for _, c := range seen {
		counts[c.From.In(from.Location()).Format(time.DateOnly)] += c.Count
	}
	workdays, weekendDays := 0, 0
	for i := range activityDays {
		begin := from.AddDate(0, 0, i)
		end := begin.AddDate(0, 0, 1)
		day := SourceDay{Day: begin.Format(time.DateOnly), Unknown: watched.IsZero() || !watched.Before(end)}
		day.Articles = counts[day.Day]
		for _, c := range history {
			during := c.From.Before(end) && (c.Until.IsZero() || c.Until.After(begin)) && c.From.Before(now)
			day.Failing = day.Failing || c.Failing && during
			day.Gap = day.Gap || !c.Failing && during
		}
		act.Days = append(act.Days, day)
		if watched.IsZero() || watched.After(begin) || i == activityDays-1 {
			continue // not a whole day
		}
		if wd := begin.Weekday(); wd == time.Saturday || wd == time.Sunday {
			weekendDays++
			act.Weekend += float64(day.Articles)
		} else {
			workdays++
			act.Workday += float64(day.Articles)
		}
	}
	act.Known = workdays+weekendDays >= 14
	if days := workdays + weekendDays; days > 0 {
		act.PerDay = (act.Workday + act.Weekend) / float64(days)
	}
	act.Workday /= float64(max(workdays, 1))
	act.Weekend /= float64(max(weekendDays, 1))
	return act
}

// A WatchedHour says how many sources were scanned in an hour.
type WatchedHour struct {
	From    time.Time
	Sources int  // that were scanned at least once
	Failing int  // of them, none of whose scans succeeded
	Unknown bool // scans were not counted then
}

// watchedHours is how many hours [App.WatchedHours] returns.
const watchedHours = 24

// WatchedHours returns what was scanned in the last 24 hours, the present one last.
func (a *App) WatchedHours(ctx context.Context) ([]WatchedHour, error) {
	last := a.now().UTC().Truncate(time.Hour)
	first := last.Add(-(watchedHours - 1) * time.Hour)
	counted, since, err := a.store.ScanHours(ctx, first)
	if err != nil {
		return nil, err
	}
	hours := make([]WatchedHour, watchedHours)
	for i := range hours {
		from := first.Add(time.Duration(i) * time.Hour)
		hours[i] = WatchedHour{From: from, Unknown: since.IsZero() || from.Before(since)}
	}
	for _, h := range counted {
		if i := int(h.From.Sub(first) / time.Hour); 0 <= i && i < len(hours) {
			hours[i].Sources, hours[i].Failing = h.Sources, h.Failing
		}
	}
	return hours, nil
}

// TrySource reads a source once, as [newsource.Try] does, for an editor.
func (a *App) TrySource(ctx context.Context, t newsource.Trial) (newsource.Result, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return newsource.Result{}, err
	}
	return newsource.Try(ctx, a.dir, t)
}

// A SavedSource is a source that was added.
type SavedSource struct {
	ID   string `json:"id"`
	File string `json:"file"`

	LookBack time.Duration `json:"-"` // how old an article of the first scan may be for an alert
}

// SaveSource writes a new file of the folder sources. Its text has one source, and the
// file gets the ID as its name. Nothing is written if the folder would then have a
// mistake; the error names every one.
func SaveSource(dir string, text []byte) (SavedSource, error) {
	list, problems := sources.Parse(filepath.Join(dir, "sources", "new"), text)
	if len(problems) > 0 {
		return SavedSource{}, problems
	}
	if len(list) != 1 {
		return SavedSource{}, inputError("the file has %d sources; write one source", len(list))
	}
	src := list[0]
	name := src.ID + ".yaml"
	folder := filepath.Join(dir, "sources")
	read, problems := readFolder(context.Background(), dir, userfile.With(userfile.Dir(folder), map[string][]byte{name: text}))
	if len(problems) > 0 {
		return SavedSource{}, problems
	}
	saved := SavedSource{ID: src.ID, File: filepath.Join(folder, name), LookBack: cmp.Or(src.LookBack, read.Config.Scan.LookBack)}
	err := userfile.Create(saved.File, text)
	if errors.Is(err, fs.ErrExist) {
		return SavedSource{}, inputError("%s exists already; choose another ID", saved.File)
	}
	return saved, err
}

// ImportOPML writes the feeds of an OPML file to a new file of the folder sources, for an editor.
func ImportOPML(ctx context.Context, dir string, in newsource.OPMLImport) (newsource.OPMLResult, error) {
	if err := mayIn(ctx, RoleEditor); err != nil {
		return newsource.OPMLResult{}, err
	}
	return newsource.ImportOPML(dir, in)
}
