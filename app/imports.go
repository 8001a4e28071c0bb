package app

import (
	"cmp"
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
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/sources/archive"
	"regwatch/store"
)

// An ImportRequest is an archive to load.
type ImportRequest struct {
	File        string    // or - for Stdin
	Stdin       io.Reader // may be nil if File is not -
	Source      string    // the ID of the source of all articles; empty: each row names its own
	AnySource   bool      // accept sources that are not configured
	SkipInvalid bool      // import the other articles though some have faults
	DryRun      bool      // only say what would be done
	By          string
	Progress    Progress // in bytes of the file
}

// An ImportResult is what loading an archive came to.
type ImportResult struct {
	ID      string           `json:"id,omitempty"` // for undo; empty if nothing was added
	File    string           `json:"file"`
	Format  string           `json:"format"` // jsonl, csv or opml
	DryRun  bool             `json:"dry_run,omitempty"`
	Refused bool             `json:"refused,omitempty"` // there are faults, so nothing was imported
	Resumed bool             `json:"resumed,omitempty"` // it continued an import that was interrupted
	Rows    int              `json:"rows"`              // of an OPML file: feeds
	Added   int              `json:"added"`
	Known   int              `json:"known"`   // stored before, or twice in the file
	Invalid int              `json:"invalid"` // rows with faults; of an OPML file: feeds that no source reads
	First   *time.Time       `json:"first_published_at,omitempty"`
	Last    *time.Time       `json:"last_published_at,omitempty"`
	Sources []ImportedSource `json:"sources"`
	Ignored []IgnoredField   `json:"ignored_fields"`
	Faults  diag.Problems    `json:"faults"`          // the first of them
	Feeds   []ImportedFeed   `json:"feeds,omitempty"` // of an OPML file

	Unreadable bool `json:"-"` // the fault is one of the whole file, so no row can be imported
}

// An ImportedSource is a source of articles in an archive.
type ImportedSource struct {
	ID         string `json:"id"`
	Articles   int    `json:"articles"` // in the file
	Configured bool   `json:"configured"`
}

// An ImportedFeed is a feed of an OPML file whose history was read.
type ImportedFeed struct {
	Source   string `json:"source"`          // ID
	Pages    int    `json:"pages"`           // of the feed: its address, and the older ones that it links to
	More     bool   `json:"more,omitempty"`  // it links to more pages than are read
	Articles int    `json:"articles"`        // that were read and have a date
	Undated  int    `json:"undated"`         // articles without a date, which are left out
	Error    string `json:"error,omitempty"` // why reading ended early
}

// An IgnoredField is a field of an archive that means nothing.
type IgnoredField struct {
	Name  string `json:"name"`
	Meant string `json:"meant,omitempty"` // a field with a similar name
}

// maxFaults is how many faults of an archive are returned.
const maxFaults = 20

// Import loads an archive of articles. They are stored with their own dates and never cause an event or a notice. The whole file is
// read first: if it has a fault, nothing is imported unless SkipInvalid is set. Articles that are stored are left out, so that an
// import can be repeated, and continued after it was interrupted.
func (a *App) Import(ctx context.Context, r ImportRequest) (result ImportResult, err error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return ImportResult{}, err
	}
	if r.Source != "" && !r.AnySource {
		if err := a.requireStoredSource(ctx, r.Source); err != nil {
			return ImportResult{}, err
		}
	}
	file, remove, err := openArchive(r)
	if err != nil {
		return ImportResult{}, err
	}
	defer func() { err = errors.Join(err, file.Close(), remove()) }()
	run := importRun{App: a, request: r, file: file, now: a.now().UTC()}
	if err := run.prepare(ctx); err != nil {
		return ImportResult{}, err
	}
	if isMarkup(file) {
		return run.loadFeeds(ctx)
	}
	checked, err := run.check(ctx)
	if err != nil || run.result.Refused || r.DryRun {
		return run.result, err
	}
	return run.load(ctx, checked)
}

// openArchive opens the file of a request. Standard input is copied to a temporary file, as it is read twice.
func openArchive(r ImportRequest) (file *os.File, remove func() error, err error) {
	if r.File != "-" {
		file, err = os.Open(r.File)
		if errors.Is(err, fs.ErrNotExist) {
			err = inputError("the file %s does not exist; name a file of articles (JSON lines or CSV, also compressed by gzip), or - for standard input", r.File)
		}
		return file, func() error { return nil }, err
	}
	if file, err = os.CreateTemp("", "regwatch-import-*"); err != nil {
		return nil, nil, err
	}
	remove = func() error { return os.Remove(file.Name()) }
	if _, err = io.Copy(file, r.Stdin); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("read standard input: %w", err), file.Close(), remove())
	}
	return file, remove, nil
}

// An importRun is one run over an archive.
type importRun struct {
	*App
	request ImportRequest
	file    *os.File
	now     time.Time

	name    string // of the file, for messages
	size    int64
	known   map[string]models.Source // the configured sources
	named   map[string]string        // their IDs by name, in lower case
	scanned map[string]bool          // sources that were scanned once
	unknown map[string]bool          // sources that were reported as unknown
	counts  map[string]int           // rows by source
	result  ImportResult
}

func (i *importRun) prepare(ctx context.Context) error {
	info, err := i.file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return inputError("%s is a folder; name a file of articles", i.request.File)
	}
	i.size, i.name = info.Size(), i.request.File
	if i.name == "-" {
		i.name = "standard input"
	}
	i.result = ImportResult{File: i.name, DryRun: i.request.DryRun, Faults: diag.Problems{}, Sources: []ImportedSource{}, Ignored: []IgnoredField{}}
	i.known, i.named, i.scanned, i.unknown, i.counts = make(map[string]models.Source), make(map[string]string), make(map[string]bool), make(map[string]bool), make(map[string]int)
	for _, src := range i.Folder().Sources {
		i.known[src.ID], i.named[strings.ToLower(src.Name)] = src, src.ID
	}
	states, err := i.store.SourceStates(ctx)
	for _, state := range states {
		i.scanned[state.SourceID] = true
	}
	return err
}

// A countingReader hashes and counts what is read of a file.
type countingReader struct {
	ctx    context.Context
	in     io.Reader
	hash   hash.Hash
	done   int64
	report func(done int64)
}

// Read reads from the file, unless the context has ended.
func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.in.Read(p)
	c.hash.Write(p[:n])
	c.done += int64(n)
	c.report(c.done)
	return n, err
}

// read reads the whole file and returns its hash.
func (i *importRun) read(ctx context.Context, step string, visit func(archive.Row, diag.Problems) error) (string, archive.File, error) {
	if _, err := i.file.Seek(0, io.SeekStart); err != nil {
		return "", archive.File{}, err
	}
	in := &countingReader{ctx: ctx, in: i.file, hash: sha256.New(), report: func(done int64) {
		if i.request.Progress != nil {
			i.request.Progress(step, done, i.size)
		}
	}}
	f, err := archive.Read(in, archive.Options{Name: i.name, Zone: i.Zone(), Now: i.now}, visit)
	if err == nil {
		_, err = io.Copy(io.Discard, in) // what may follow the compressed part
	}
	return hex.EncodeToString(in.hash.Sum(nil)), f, err
}

// check reads the file, counts what is in it and collects its faults. It returns the hash of the file.
func (i *importRun) check(ctx context.Context) (string, error) {
	batch := importBatch{store: func(articles []models.Article) error {
		n, err := i.store.CountUnknown(ctx, articles)
		i.result.Added += n
		i.result.Known += len(articles) - n
		return err
	}}
	sum, f, err := i.read(ctx, "checking", func(row archive.Row, found diag.Problems) error {
		i.result.Rows++
		if !i.request.DryRun {
			row.Text, row.Summary = "", "" // no text is a fault, and cleaning texts takes time
		}
		article, more := i.article(row, found)
		if len(more) > 0 {
			i.result.Invalid++
			if row.Source != "" && i.unknown[row.Source] {
				return nil // the first row of the source was reported
			}
			i.unknown[row.Source] = true
			i.result.Faults = append(i.result.Faults, more[:min(len(more), maxFaults-len(i.result.Faults))]...)
			return nil
		}
		i.count(article)
		if i.request.DryRun {
			return batch.add(article)
		}
		return nil
	})
	if whole, ok := errors.AsType[diag.Problems](err); ok {
		i.result.Faults, i.result.Refused, i.result.Unreadable = append(i.result.Faults, whole...), true, true
		return sum, nil
	}
	if err == nil {
		err = batch.flush()
	}
	i.result.Format = string(f.Format)
	for _, name := range f.Ignored {
		i.result.Ignored = append(i.result.Ignored, IgnoredField{name, archive.Nearest(name)})
	}
	i.listSources()
	i.result.Refused = i.result.Invalid > 0 && !i.request.SkipInvalid
	return sum, err
}

// listSources fills in the sources of the articles, those with most first.
func (i *importRun) listSources() {
	for id, n := range i.counts {
		_, configured := i.known[id]
		i.result.Sources = append(i.result.Sources, ImportedSource{id, n, configured})
	}
	slices.SortFunc(i.result.Sources, func(a, b ImportedSource) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), strings.Compare(a.ID, b.ID))
	})
}

func (i *importRun) count(article models.Article) {
	i.counts[article.SourceID]++
	at := article.PublishedAt
	if i.result.First == nil || at.Before(*i.result.First) {
		i.result.First = &at
	}
	if i.result.Last == nil || at.After(*i.result.Last) {
		i.result.Last = &at
	}
}

// article returns the article of a row, or its faults.
func (i *importRun) article(row archive.Row, found diag.Problems) (models.Article, diag.Problems) {
	if len(found) > 0 {
		return models.Article{}, found
	}
	id := cmp.Or(i.request.Source, row.Source)
	src, configured := i.known[id]
	if name := i.named[strings.ToLower(id)]; !configured && name != "" {
		src, configured = i.known[name], true
	}
	switch {
	case id == "":
		return models.Article{}, diag.Problems{row.Problem("source", "source is missing", "name the ID of a source, or import the file with --source ID")}
	case !configured && !i.scanned[id] && !i.request.AnySource:
		var ids []string
		for known := range i.known {
			ids = append(ids, known)
		}
		slices.Sort(ids)
		return models.Article{}, diag.Problems{row.Problem("source", fmt.Sprintf("source %q does not exist%s", id, yamlnode.DidYouMean(id, ids)),
			"regwatch sources lists them; --source ID takes another for the whole file, --any-source accepts all")}
	case !configured:
		src = models.Source{ID: id, Name: id}
	}
	a := sources.FromArchive(src, sources.Archived{
		Title: row.Title, Text: row.Text, Summary: row.Summary, Link: row.Link, Author: row.Author, Language: row.Language,
		Published: row.Published, PublishedRaw: row.PublishedRaw,
	})
	if a.Title == "" {
		return models.Article{}, diag.Problems{row.Problem("title", "title has no visible character", "give every article a title")}
	}
	return i.identified(a), nil
}

// identified returns an article with what a stored one has.
func (i *importRun) identified(a models.Article) models.Article {
	a.Identity = models.ImportedIdentity(a)
	a.ID, a.SeenAt, a.Hash = models.NewID(i.now, a.SourceID, a.Identity), i.now, a.TextHash()
	return a
}

// load reads the file again and stores its articles.
func (i *importRun) load(ctx context.Context, checked string) (ImportResult, error) {
	started, err := i.start(ctx, checked)
	if err != nil {
		return ImportResult{}, err
	}
	batch := i.batchOf(ctx, started)
	sum, _, err := i.read(ctx, "importing", func(row archive.Row, found diag.Problems) error {
		article, more := i.article(row, found)
		if len(more) > 0 {
			return nil // it was reported
		}
		return batch.add(article)
	})
	if err == nil {
		err = batch.flush()
	}
	if err == nil && sum != checked {
		err = errors.New("the file was changed while it was read; import it again")
	}
	if err != nil {
		return ImportResult{}, fmt.Errorf("import %s: %w; %d articles were added, and the same command continues", i.name, err, i.result.Added)
	}
	if i.result.Added > 0 || i.result.Resumed {
		i.result.ID = started.ID
	}
	return i.result, i.store.FinishImport(ctx, started.ID, i.now)
}

// start returns a new import, or the one of the same file that was interrupted.
func (i *importRun) start(ctx context.Context, hash string) (models.Import, error) {
	before, err := i.store.UnfinishedImport(ctx, hash)
	if before != nil {
		i.result.Resumed = true
		return *before, err
	}
	return models.Import{ID: models.NewID(i.now, "import", hash), File: filepath.Base(i.name), Hash: hash, By: i.request.By, StartedAt: i.now}, err
}

// batchOf returns a batch that stores its articles.
func (i *importRun) batchOf(ctx context.Context, started models.Import) *importBatch {
	return &importBatch{store: func(articles []models.Article) error {
		n, err := i.store.AddImported(ctx, started, articles, i.now)
		i.result.Added += n
		i.result.Known += len(articles) - n
		return err
	}}
}

// An importBatch collects articles until there are enough for a transaction.
type importBatch struct {
	articles []models.Article
	bytes    int
	store    func([]models.Article) error
}

// The most that is stored in one transaction, so that a scan never waits long.
const (
	maxImportBatch = 500
	maxImportBytes = 8 << 20
)

func (b *importBatch) add(a models.Article) error {
	b.articles = append(b.articles, a)
	if b.bytes += len(a.Body) + len(a.Summary); len(b.articles) < maxImportBatch && b.bytes < maxImportBytes {
		return nil
	}
	return b.flush()
}

func (b *importBatch) flush() error {
	if len(b.articles) == 0 {
		return nil
	}
	err := b.store(b.articles)
	b.articles, b.bytes = nil, 0
	return err
}

// An ImportRecord is an archive that was loaded.
type ImportRecord struct {
	ID         string     `json:"id"`
	File       string     `json:"file"`
	State      string     `json:"state"` // finished, interrupted or undone
	Added      int        `json:"added"` // articles
	By         string     `json:"by"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	UndoneAt   *time.Time `json:"undone_at,omitempty"`
	UndoneBy   string     `json:"undone_by,omitempty"`
}

// Imports returns the archives that were loaded, the newest first.
func (a *App) Imports(ctx context.Context) ([]ImportRecord, error) {
	all := []ImportRecord{}
	found, err := a.store.Imports(ctx)
	for _, i := range found {
		state := "finished"
		switch {
		case !i.UndoneAt.IsZero():
			state = "undone"
		case i.FinishedAt.IsZero():
			state = "interrupted"
		}
		all = append(all, ImportRecord{i.ID, i.File, state, i.Added, i.By, i.StartedAt, optionalTime(i.FinishedAt), optionalTime(i.UndoneAt), i.UndoneBy})
	}
	return all, err
}

// An UndoneImport is an import that was undone.
type UndoneImport struct {
	ID      string `json:"id"`
	File    string `json:"file"`
	By      string `json:"by"`
	Removed int    `json:"removed"` // articles
	Kept    int    `json:"kept"`    // articles to which feedback, a match or an event refers
}

// UndoImport deletes the articles that an import added, which is found by its ID or the beginning of it. Articles to which something
// else refers stay. The audit names the person.
func (a *App) UndoImport(ctx context.Context, id, by string, progress Progress) (UndoneImport, error) {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return UndoneImport{}, err
	}
	all, err := a.store.Imports(ctx)
	if err != nil {
		return UndoneImport{}, err
	}
	var found []models.Import
	for _, i := range all {
		if id != "" && strings.HasPrefix(i.ID, strings.ToUpper(id)) {
			found = append(found, i)
		}
	}
	if len(found) > 1 {
		return UndoneImport{}, inputError("several imports have an ID that begins with %q; regwatch import --list lists them", id)
	}
	if len(found) == 0 {
		return UndoneImport{}, refused(&store.NoImportError{ID: id})
	}
	undone, err := a.store.UndoImport(ctx, found[0].ID, by, a.now().UTC(), progressOf(progress, "removing articles"))
	return UndoneImport{found[0].ID, found[0].File, by, undone.Removed, undone.Kept}, err
}
