// Package newsource finds out how a source can be read: it reads a source once, proposes settings for an address, and reads
// and writes the lists of feeds of other programs (OPML). It stores nothing but files of sources.
package newsource

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"regwatch/app/webclient"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// A Trial says what to read once, and how.
type Trial struct {
	What       string // the ID of a source, a web address, or a file that Open opens
	Kind       string // how to read it; empty to find out
	Settings   string // a file with one source, whose settings are used; Open opens it
	URL        string // the address that a file came from
	Header     http.Header
	AllowHosts []string // private hosts that may be reached
	Pages      int      // how many articles are read in full

	// Open opens a file. Without it no file can be read.
	Open func(name string) (io.ReadCloser, error)
}

// A Result is what reading a source once gave. Nothing of it is stored.
type Result struct {
	Source   string    `json:"source,omitempty"`
	URL      string    `json:"url"`
	Kind     string    `json:"kind"` // "unknown" if nothing could read it
	Articles []Article `json:"articles"`
	Records  int       `json:"records"` // counted in the response, whether or not they could be read
	Warnings []string  `json:"warnings"`
	Error    string    `json:"error,omitempty"`

	// Proposals are settings that read the page as a list of articles. If Kind is
	// listing, the first was used.
	Proposals []ListProposal `json:"proposals,omitempty"`

	// Feeds are those that the page names. They say more of each article than a list and
	// outlive the next design of the page.
	Feeds []OtherFeed `json:"feeds,omitempty"`

	Fault   error `json:"-"` // of Error
	Private bool  `json:"-"` // it failed because the host is private and not allowed
}

// A Article is an article as it would be stored.
type Article struct {
	Title        string     `json:"title"`
	Link         string     `json:"link"`
	ID           string     `json:"id,omitempty"` // the source's own
	Published    *time.Time `json:"published"`
	PublishedRaw string     `json:"published_raw"` // as the source wrote it
	Language     string     `json:"language"`
	Author       string     `json:"author,omitempty"`
	Summary      string     `json:"summary,omitempty"`
	Text         string     `json:"text"`
	TextState    string     `json:"text_state"`      // full, summary, or wanted: a scan fetches the page
	Pages        int        `json:"pages,omitempty"` // of a PDF
}

// triedID is the ID of a source that has no settings.
const triedID = "tried"

// Kinds lists the kinds of source.
func Kinds() []string { return sources.Kinds() }

// Try reads a source, an address or a file once. The folder dir may have mistakes or
// be missing: only its sources and its settings for fetching are used.
func Try(ctx context.Context, dir string, t Trial) (Result, error) {
	src, err := t.source(dir)
	if err != nil {
		return Result{}, err
	}
	body, isFile, err := t.body(dir, src)
	if err != nil {
		return Result{}, err
	}
	var result Result
	if isFile {
		src.URL = cmp.Or(t.URL, t.Header.Get("Content-Location"), src.URL)
		result = readOrSniff(ctx, src, body, t.Header)
	} else {
		client, close := webclient.ForFolder(dir)
		defer close()
		if hasSettings(src) {
			result = t.fetch(ctx, src, client)
		} else {
			result = t.askAndSniff(ctx, src, client)
		}
	}
	if ctx.Err() != nil {
		return Result{}, errors.New("interrupted")
	}
	return result, nil
}

// source returns the source to read, with the settings of the trial.
func (t Trial) source(dir string) (models.Source, error) {
	src := models.Source{ID: triedID, Name: triedID}
	if t.Kind != "" && !slices.Contains(sources.Kinds(), t.Kind) {
		return src, diag.Inputf("kind %q is unknown; use %s", t.Kind, yamlnode.OrText(sources.Kinds()))
	}
	if t.URL != "" && !isWebAddress(t.URL) {
		return src, badAddress(t.URL)
	}
	if t.Settings != "" {
		var err error
		if src, err = t.sourceInFile(); err != nil {
			return src, err
		}
	} else if known, ok := findSource(dir, t.What); ok {
		src = known
	}
	src.Disabled = false
	src.Kind = cmp.Or(t.Kind, src.Kind)
	src.AllowHosts = append(slices.Clone(src.AllowHosts), t.AllowHosts...)
	if isWebAddress(t.What) {
		src.URL = t.What
	}
	src.URL = cmp.Or(t.URL, src.URL)
	return src, nil
}

// sourceInFile reads the file of settings.
func (t Trial) sourceInFile() (models.Source, error) {
	content, err := t.read(t.Settings)
	if err != nil {
		return models.Source{}, err
	}
	list, problems := sources.Parse(t.Settings, content)
	if len(problems) > 0 {
		return models.Source{}, problems
	}
	if len(list) != 1 {
		return models.Source{}, diag.Inputf("%s has %d sources; use a file with one", t.Settings, len(list))
	}
	return list[0], nil
}

// body returns the content of the file to read. It is no file if it is an address or the
// ID of a source.
func (t Trial) body(dir string, src models.Source) (body []byte, isFile bool, err error) {
	if isWebAddress(t.What) || src.ID == t.What {
		return nil, false, nil
	}
	body, err = t.read(t.What)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, diag.Inputf("%q is not a file, a web address or a source of this folder%s; regwatch sources lists its sources",
			redact.URL(t.What), yamlnode.DidYouMean(t.What, sourceIDs(dir)))
	}
	return body, true, err
}

// read returns the content of a file, if it is not larger than a response may be.
func (t Trial) read(name string) ([]byte, error) {
	if t.Open == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, fetch.DefaultMaxBody+1))
	if err == nil && len(body) > fetch.DefaultMaxBody {
		return nil, fmt.Errorf("%s is too large: regwatch reads at most 10 MiB", name)
	}
	return body, err
}

// findSource returns a source of a folder by its ID.
func findSource(dir, id string) (models.Source, bool) {
	list := readableSources(dir)
	i := slices.IndexFunc(list, func(s models.Source) bool { return s.ID == id })
	if i < 0 {
		return models.Source{}, false
	}
	return list[i], true
}

func sourceIDs(dir string) []string {
	var ids []string
	for _, s := range readableSources(dir) {
		ids = append(ids, s.ID)
	}
	return ids
}

// readableSources are the sources of a folder that can be read, whatever mistakes it has.
func readableSources(dir string) []models.Source {
	list, _ := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	return list
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func badAddress(text string) error {
	return diag.Inputf("%q is not a web address; write it in full, such as https://www.example.gov/news/", redact.URL(text))
}

// hasSettings reports whether it is known how to read a source: it is in the folder, or
// its kind needs no settings.
func hasSettings(src models.Source) bool {
	return src.ID != triedID || src.Kind == sources.KindFeed || src.Kind == sources.KindSitemap
}

func readOrSniff(ctx context.Context, src models.Source, body []byte, header http.Header) Result {
	if hasSettings(src) {
		return readBody(ctx, src, body, header)
	}
	return sniffBody(ctx, src, body, header)
}

// readBody reads a response by the settings of a source.
func readBody(ctx context.Context, src models.Source, body []byte, header http.Header) Result {
	if src.Kind == sources.KindPage && page.IsPDF(body, "") {
		return readAsPDF(ctx, src, body)
	}
	batch, err := sources.Open(src, nil).Read(ctx, bytes.Clone(body), header)
	return newResult(src, batch, err)
}

// fetch reads a source, and the pages of its first articles.
func (t Trial) fetch(ctx context.Context, src models.Source, client *sources.Client) Result {
	reader := sources.Open(src, client)
	batch, err := reader.Fetch(ctx, models.Cursor{})
	for i := range min(t.Pages, len(batch.Articles)) {
		full, err := reader.Complete(ctx, batch.Articles[i])
		if err != nil {
			batch.Warnings = append(batch.Warnings, err.Error())
			continue
		}
		batch.Articles[i] = full
	}
	return newResult(src, batch, err)
}

// askAndSniff reads an address that has no settings.
func (t Trial) askAndSniff(ctx context.Context, src models.Source, client *sources.Client) Result {
	body, header, at, err := sources.Open(src, client).Download(ctx)
	if err != nil {
		return failedTrial(src, err)
	}
	src.URL = at
	result := sniffBody(ctx, src, body, header)
	if t.Pages == 0 || result.Kind == sources.KindPage || result.Error != "" {
		return result
	}
	src.Kind = result.Kind
	return t.fetch(ctx, src, client)
}

func newResult(src models.Source, batch models.Batch, err error) Result {
	result := Result{
		Source: src.ID, URL: redact.URL(src.URL), Kind: src.Kind, Records: batch.Items,
		Articles: []Article{}, Warnings: append([]string{}, batch.Warnings...),
	}
	for _, a := range batch.Articles {
		result.Articles = append(result.Articles, newArticle(a))
	}
	if err != nil {
		result.Error, result.Fault, result.Private = err.Error(), err, isPrivate(err)
	}
	return result
}

func newArticle(a models.Article) Article {
	t := Article{
		Title: a.Title, Link: redact.URL(a.Link), ID: redact.URL(a.GUID), PublishedRaw: a.PublishedRaw, Language: a.Language,
		Author: a.Author, Summary: a.Summary, Text: a.Body, TextState: string(a.BodyState),
	}
	if !a.PublishedAt.IsZero() {
		t.Published = &a.PublishedAt
	}
	return t
}

// unreadable is the result for a response that nothing can read.
func unreadable(src models.Source, kind string, err error) Result {
	return Result{Source: src.ID, URL: redact.URL(src.URL), Kind: kind, Articles: []Article{}, Warnings: []string{}, Error: err.Error(), Fault: err}
}

// failedTrial is the result for an address that gave no response.
func failedTrial(src models.Source, err error) Result {
	result := unreadable(src, src.Kind, err)
	result.Private = isPrivate(err)
	return result
}

func isPrivate(err error) bool {
	failed, ok := errors.AsType[*fetch.Error](err)
	return ok && failed.Reason == fetch.PrivateAddress
}
