package app

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/pdftext"
	"regwatch/internal/plural"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/sources/fetch"
)

// A Source is one source of the folder and its health. Keys and tokens in its addresses
// are replaced by [secret].
type Source struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Kind        string      `json:"kind"`
	URL         string      `json:"url"`
	State       string      `json:"state"`
	Since       *time.Time  `json:"since,omitempty"`
	LastSuccess *time.Time  `json:"last_success,omitempty"`
	LastNew     *time.Time  `json:"last_new_article,omitempty"`
	Records     int         `json:"records"`       // in its last full answer
	Usual       int         `json:"usual_records"` // in a full answer
	NextScan    *time.Time  `json:"next_scan,omitempty"`
	Why         string      `json:"why,omitempty"`      // is next scanned then
	MovedTo     string      `json:"moved_to,omitempty"` // where its address redirects permanently
	Failures    int         `json:"failures"`
	Error       string      `json:"error,omitempty"`
	Detail      string      `json:"detail,omitempty"`
	Gap         *models.Gap `json:"gap,omitempty"` // the last time in which articles may have been missed
	Verified    string      `json:"verified,omitempty"`
	// GivenUp are pages of its articles that are not read again because of what that takes.
	GivenUp []GivenUpPage `json:"given_up_pages,omitempty"`

	Source    models.Source  `json:"-"` // as it is configured, with its secrets
	Health    models.Health  `json:"-"` // empty before its first scan
	WhyText   diag.Text      `json:"-"` // Why, for readers of other languages
	Failure   models.Failure `json:"-"` // why it cannot be read
	Attempted time.Time      `json:"-"` // the last scan, successful or not; zero: none
	details   models.Reasons
	Due       bool `json:"-"` // the next scan reads it
	RecentGap bool `json:"-"` // the gap is recent enough to mention
}

// A GivenUpPage is the page of an article that regwatch reads no more, because reading it ended the program three times or took
// too much memory or time. [App.RetryPage] has it read again.
type GivenUpPage struct {
	Article string    `json:"article"` // its ID
	Title   string    `json:"title"`
	Link    string    `json:"link"`
	At      time.Time `json:"given_up_at"`
	Why     string    `json:"why"` // an English sentence

	ShortID string `json:"-"`
}

// gapShown is how long a gap is worth mentioning.
const gapShown = 30 * 24 * time.Hour

// Sources returns every source of the folder with its health.
func (a *App) Sources(ctx context.Context) ([]Source, error) {
	timing, err := timingOf(a.Config())
	if err != nil {
		return nil, err
	}
	states, err := a.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	givenUp, err := a.givenUpPages(ctx)
	if err != nil {
		return nil, err
	}
	now := a.now()
	all := []Source{}
	for _, src := range a.Folder().Sources {
		s := newSource(src, states[src.ID], timing, now)
		s.GivenUp = givenUp[src.ID]
		all = append(all, s)
	}
	return all, nil
}

// givenUpPages returns by source the pages that are not read again because of what that takes.
func (a *App) givenUpPages(ctx context.Context) (map[string][]GivenUpPage, error) {
	pages, err := a.store.GivenUpPages(ctx)
	if err != nil || len(pages) == 0 {
		return nil, err
	}
	var ids []string
	for _, p := range pages {
		ids = append(ids, p.ArticleID)
	}
	short, err := a.store.ShortArticleIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := make(map[string][]GivenUpPage)
	for _, p := range pages {
		of[p.SourceID] = append(of[p.SourceID], GivenUpPage{p.ArticleID, p.Title, p.Link, p.At, redact.Text(p.Problem), short[p.ArticleID]})
	}
	return of, nil
}

// RetryPage lets the next scan of the source read the page of an article again that could not be read, in the name of by. The
// article is found like the one of [App.Article].
func (a *App) RetryPage(ctx context.Context, id, by string) (Article, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Article{}, err
	}
	found, err := a.findArticle(ctx, id)
	if err != nil {
		return Article{}, err
	}
	retried, err := a.store.RetryPage(ctx, found.ID, by, a.now().UTC())
	if err == nil && !retried {
		err = inputError("regwatch has not given up the page of article %s, so there is nothing to try again; regwatch articles show %s says what its text is", found.ID, found.ID)
	}
	if err != nil {
		return Article{}, err
	}
	found.BodyState = models.BodyWanted
	return newArticle(found, a.sourceNames(), found.ID), nil
}

// sourceStates returns what is stored about each source that was read before.
func (a *App) sourceStates(ctx context.Context) (map[string]models.SourceState, error) {
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[string]models.SourceState, len(states))
	for _, state := range states {
		of[state.SourceID] = state
	}
	return of, nil
}

func newSource(src models.Source, state models.SourceState, timing scanner.Timing, now time.Time) Source {
	known := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	s := Source{
		ID: src.ID, Name: src.Name, Kind: src.Kind, URL: redact.URL(src.URL), State: sourceState(src, state), Since: known(state.HealthSince),
		LastSuccess: known(state.SucceededAt), LastNew: known(state.LastNewAt), Records: state.Items, Usual: state.UsualItems,
		Failures: state.Failures, Error: redact.Text(state.LastError), Detail: render.Reasons(notifier.Details(state, src, now), "en"), Verified: src.Verified,
		Source: src, Health: state.Health, Failure: state.Failure(), Attempted: state.AttemptedAt, details: notifier.Details(state, src, now),
	}
	if next := scanner.NextScan(state, src, timing, now); !src.Disabled {
		s.NextScan, s.Why = known(next.At), next.Text().String()
		s.WhyText = next.Text()
		s.Due = s.NextScan != nil && !next.At.After(now)
	}
	if !state.AdoptedAt.IsZero() && state.URL == src.URL {
		s.MovedTo = redact.URL(state.MovedTo)
	}
	if !state.GapUntil.IsZero() {
		s.Gap = &models.Gap{From: state.GapSince, To: state.GapUntil}
		s.RecentGap = now.Sub(state.GapUntil) < gapShown
	}
	return s
}

// ErrorIn says in a language why the source cannot be read; empty if it can.
func (s Source) ErrorIn(lang string) string {
	if s.Failure.Kind == "" {
		return s.Error
	}
	return redact.Text(render.Failure(s.Failure, lang))
}

// DetailIn says in a language what is wrong with a source that can be read.
func (s Source) DetailIn(lang string) string { return render.Reasons(s.details, lang) }

// sourceState is the health of a source in a few words.
func sourceState(src models.Source, state models.SourceState) string {
	switch {
	case src.Disabled:
		return "disabled"
	case state.SucceededAt.IsZero() && state.Failures == 0:
		return "not scanned yet"
	case !state.Health.Answers():
		return fmt.Sprintf("%s (%d in a row)", state.Health, state.Failures)
	case state.Failures > 0:
		return "failed " + plural.Count(state.Failures, "time", "times")
	}
	return string(cmp.Or(state.Health, models.Healthy))
}

// An opml is a list of subscriptions as feed readers exchange it (OPML 2.0,
// http://opml.org/spec2.opml).
type opml struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Body    []outline `xml:"body>outline"`
}

// An outline is a feed, or a folder of feeds.
type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// maxOPML is the largest OPML file that is read, in bytes.
const maxOPML = 10 << 20

// An OPMLExport is the feeds of a folder as OPML.
type OPMLExport struct {
	OPML    string   `json:"opml"`
	Skipped []string `json:"skipped"` // sources that are disabled or no feeds
	Masked  []string `json:"masked"`  // sources whose key or token was replaced by [secret]
}

// ExportOPML returns the feeds of a folder in OPML 2.0, which feed readers import.
func ExportOPML(dir string) (OPMLExport, error) {
	list, err := loadSources(dir)
	if err != nil {
		return OPMLExport{}, err
	}
	out := opml{Version: "2.0", Title: "Sources of regwatch"}
	export := OPMLExport{Skipped: []string{}, Masked: []string{}}
	for _, src := range list {
		if src.Kind != sources.KindFeed || src.Disabled {
			export.Skipped = append(export.Skipped, src.ID)
			continue
		}
		shown := redact.URL(src.URL)
		out.Body = append(out.Body, outline{Text: src.Name, Title: src.Name, Type: "rss", XMLURL: shown, Language: src.Language})
		if shown != src.URL {
			export.Masked = append(export.Masked, src.ID)
		}
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	export.OPML = xml.Header + string(text) + "\n"
	return export, err
}

// An OPMLImport says which OPML file to import and how.
type OPMLImport struct {
	Name    string // of the file, for errors
	Content io.Reader
	Role    string // of every source
	File    string // to write, in the folder sources
}

// An OPMLResult says what was imported.
type OPMLResult struct {
	File    string   `json:"file"` // empty if there was nothing to add
	Role    string   `json:"role"`
	Added   []string `json:"added"`   // IDs
	Skipped int      `json:"skipped"` // feeds that are read already or have no web address
}

// ImportOPML writes the feeds of an OPML file to a new file of the folder sources. Feeds
// that are read already are skipped.
func ImportOPML(ctx context.Context, dir string, in OPMLImport) (OPMLResult, error) {
	if err := mayIn(ctx, RoleEditor); err != nil {
		return OPMLResult{}, err
	}
	if !slices.Contains(sourceRoles(), in.Role) {
		return OPMLResult{}, unknownRole(in.Role)
	}
	if filepath.Base(in.File) != in.File || filepath.Ext(in.File) != ".yaml" {
		return OPMLResult{}, inputError("%q is not the name of a file in the folder sources; use a name such as imported.yaml", in.File)
	}
	known, err := loadSources(dir)
	if err != nil {
		return OPMLResult{}, err
	}
	outlines, err := in.read()
	if err != nil {
		return OPMLResult{}, err
	}
	added, skipped := newFeeds(outlines, known, models.Role(in.Role))
	result := OPMLResult{Role: in.Role, Added: []string{}, Skipped: skipped}
	if len(added) == 0 {
		return result, nil
	}
	for _, src := range added {
		result.Added = append(result.Added, src.ID)
	}
	text := importedFile(added)
	if _, problems := sources.Parse(in.File, text); len(problems) > 0 {
		return OPMLResult{}, problems
	}
	result.File = filepath.Join(dir, "sources", in.File)
	err = userfile.Create(result.File, text)
	if errors.Is(err, fs.ErrExist) {
		return OPMLResult{}, inputError("%s exists already; choose another name", result.File)
	}
	return result, err
}

// read returns the outlines of the file.
func (in OPMLImport) read() ([]outline, error) {
	var list opml
	err := xml.NewDecoder(io.LimitReader(in.Content, maxOPML)).Decode(&list)
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return nil, inputError("%s:%d: it is not OPML: %s", in.Name, syntax.Line, syntax.Msg)
	}
	if err != nil {
		return nil, inputError("%s is not OPML; use a file that a feed reader exported", in.Name)
	}
	return list.Body, nil
}

// newFeeds returns the feeds of outlines that no known source reads, and how many it
// skipped.
func newFeeds(outlines []outline, known []models.Source, role models.Role) (added []models.Source, skipped int) {
	taken := make(map[string]bool)
	for _, src := range known {
		taken[src.ID], taken[src.URL] = true, true
	}
	var visit func([]outline)
	visit = func(list []outline) {
		for _, o := range list {
			visit(o.Outlines)
			address := strings.TrimSpace(o.XMLURL)
			if address == "" {
				continue
			}
			if taken[address] || !isWebAddress(address) {
				skipped++
				continue
			}
			name := strings.Join(strings.Fields(o.Title), " ")
			if name == "" {
				name = strings.Join(strings.Fields(o.Text), " ")
			}
			if name == "" {
				name = redact.URL(address) // alerts show the name
			}
			id := freeID(name, redact.URL(address), taken)
			taken[id], taken[address] = true, true
			added = append(added, models.Source{ID: id, Name: name, URL: address, Role: role})
		}
	}
	visit(outlines)
	return added, skipped
}

// addressesOf returns the addresses of the feeds of outlines, each once.
func addressesOf(outlines []outline) []string {
	var all []string
	for _, o := range outlines {
		if address := strings.TrimSpace(o.XMLURL); address != "" && !slices.Contains(all, address) {
			all = append(all, address)
		}
		for _, address := range addressesOf(o.Outlines) {
			if !slices.Contains(all, address) {
				all = append(all, address)
			}
		}
	}
	return all
}

// freeID makes an ID from a name, or else from an address, that is not taken.
func freeID(name, address string, taken map[string]bool) string {
	slug := func(text string) string {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		id := strings.Join(words, "-")
		return strings.Trim(id[:min(len(id), 50)], "-")
	}
	id := slug(name)
	if id == "" {
		_, rest, _ := strings.Cut(address, "://")
		id = slug(rest)
	}
	free := id
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}

// importedFile writes sources as a person would.
func importedFile(list []models.Source) []byte {
	var b strings.Builder
	b.WriteString("# Imported from OPML. Check each role: only a regulator or government confirms\n# an event. docs/reference/sources.md explains every key.\n\nsources:\n")
	for _, src := range list {
		fmt.Fprintf(&b, "  - id: %s\n    name: %q\n    url: %q\n    role: %s\n    verified: never\n\n", src.ID, src.Name, src.URL, src.Role)
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n")
}

// newClient returns the client that scans fetch with. The library that reads PDF files
// keeps its compiled form in the user's cache folder. Without a database stored is nil.
func newClient(c *configs.Config, dir string, secrets *redact.Secrets, stored sources.Stored) *sources.Client {
	return sources.NewClient(sources.ClientOptions{
		Options: fetch.Options{
			Product: "regwatch/" + Version(),
			Contact: c.Contact,
			Timeout: c.Scan.Timeout,
			MaxBody: c.Scan.MaxBody,
			Fetches: c.Scan.Parallel,
			Proxy:   http.ProxyFromEnvironment,
			Now:     time.Now,
			Secret:  func(reference string) (string, error) { return configs.ReadSecret(dir, reference) },
			Secrets: secrets,
		},
		PDF:    (&pdftext.Reader{Cache: cacheFolder("pdf")}).Read,
		Stored: stored,
	})
}

// cacheFolder is the folder for files that can be made again; empty if the user has no
// cache folder.
func cacheFolder(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "regwatch", name)
}
