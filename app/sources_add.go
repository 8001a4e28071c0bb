package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources"
)

// A NewSource says which source to add. Only URL is required.
type NewSource struct {
	URL        string
	ID         string   // empty: made from the name
	Name       string   // empty: the title of the page or feed
	Role       string   // empty: press
	Kind       string   // empty: a feed if there is one, otherwise the list on the page
	AllowHosts []string // private hosts that the source may reach
}

// A SourceProposal is a source file that ProposeSource wrote for an address, and the
// articles that it reads.
type SourceProposal struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	URL      string         `json:"url"`
	Kind     string         `json:"kind"`
	Role     string         `json:"role"`
	Found    FoundBy        `json:"found"`
	File     string         `json:"file"`     // that SaveSource writes
	Settings string         `json:"settings"` // the text of the file
	Count    int            `json:"article_count"`
	Articles []TriedArticle `json:"articles"` // the first ones
	Warnings []string       `json:"warnings"`
	Feeds    []OtherFeed    `json:"other_feeds"` // that the page also names

	// Text is the text of the file with the keys and tokens that Settings hides.
	Text []byte `json:"-"`
}

// FoundBy is how a source was found.
type FoundBy string

// The ways to find a source.
const (
	FoundGiven FoundBy = "given" // the address itself
	FoundNamed FoundBy = "named" // a feed that the page names
	FoundUsual FoundBy = "usual" // a feed at an address where sites usually have one
	FoundList  FoundBy = "list"  // the list of articles on the page
)

// An OtherFeed is a feed that the page names and the proposal does not use.
type OtherFeed struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// A PrivateHostError means that an address is in a private network.
type PrivateHostError struct {
	Host string
	Err  error
}

// Error says so.
func (e *PrivateHostError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *PrivateHostError) Unwrap() error { return e.Err }

// privateHost returns the error of reading an address: a [PrivateHostError] if the
// address is in a private network.
func privateHost(address string, err error) error {
	if !isPrivate(err) {
		return err
	}
	return &PrivateHostError{addressOf(models.Source{URL: address}).Hostname(), err}
}

// previewArticles is how many articles of a proposal are shown.
const previewArticles = 5

// ProposeSource reads an address and proposes a source for it: the address itself if it is
// a feed or sitemap, a feed that the page names or that is at a usual address, or the
// list of articles on the page. It writes nothing.
func ProposeSource(ctx context.Context, dir string, n NewSource) (SourceProposal, error) {
	known, err := loadSources(dir)
	if err != nil {
		return SourceProposal{}, err
	}
	if err := n.check(known); err != nil {
		return SourceProposal{}, err
	}
	client, close := trialClient(dir)
	defer close()
	finder := sourceFinder{client: client, kind: n.Kind, allow: n.AllowHosts}
	found, err := finder.find(ctx, n.URL)
	if ctx.Err() != nil {
		return SourceProposal{}, errors.New("interrupted")
	}
	if err != nil {
		return SourceProposal{}, err
	}
	if err := refuseKnown(found.src.URL, known); err != nil {
		return SourceProposal{}, err
	}
	return found.propose(dir, n, known)
}

// check refuses what cannot be added.
func (n NewSource) check(known []models.Source) error {
	switch {
	case !isWebAddress(n.URL):
		return badAddress(n.URL)
	case n.Role != "" && !slices.Contains(sourceRoles(), n.Role):
		return unknownRole(n.Role)
	case n.Kind != "" && !slices.Contains(addedKinds(), n.Kind):
		return inputError("kind %q cannot be added; use %s", n.Kind, yamlnode.Or(addedKinds()))
	case slices.ContainsFunc(known, func(s models.Source) bool { return s.ID == n.ID }):
		return inputError("there is already a source %q; choose another ID", n.ID)
	}
	return refuseKnown(n.URL, known)
}

// addedKinds are the kinds that need no settings, or for which they can be found.
func addedKinds() []string {
	return []string{sources.KindFeed, sources.KindListing, sources.KindSitemap, sources.KindPage}
}

// sourceRoles are the roles that a source may have.
func sourceRoles() []string {
	return []string{string(models.Regulator), string(models.Government), string(models.Press)}
}

func unknownRole(role string) error {
	return inputError("role %q is unknown; use %s", role, yamlnode.Or(sourceRoles()))
}

func refuseKnown(address string, known []models.Source) error {
	i := slices.IndexFunc(known, func(s models.Source) bool { return s.URL == address })
	if i < 0 {
		return nil
	}
	return inputError("the source %q already reads %s", known[i].ID, redact.URL(address))
}

// propose writes the file of what was found.
func (f foundSource) propose(dir string, n NewSource, known []models.Source) (SourceProposal, error) {
	src := f.src
	src.Name = cmp.Or(strings.Join(strings.Fields(n.Name), " "), f.title, addressOf(src).Hostname())
	src.ID = cmp.Or(n.ID, freeID(src.Name, redact.URL(src.URL), takenNames(dir, known)))
	src.Role = models.Role(cmp.Or(n.Role, string(models.Press)))
	text := addedFile(src, f.settings, time.Now())
	file := filepath.Join(dir, "sources", src.ID+".yaml")
	if _, problems := sources.Parse("the new source", text); len(problems) > 0 {
		return SourceProposal{}, problems
	}
	p := SourceProposal{
		ID: src.ID, Name: src.Name, URL: redact.URL(src.URL), Kind: src.Kind, Role: string(src.Role), Found: f.by,
		File: file, Settings: redact.Text(string(text)), Count: len(f.read.Articles), Articles: f.read.Articles[:min(len(f.read.Articles), previewArticles)],
		Warnings: f.read.Warnings, Feeds: []OtherFeed{}, Text: text,
	}
	for _, feed := range f.others {
		p.Feeds = append(p.Feeds, OtherFeed{URL: redact.URL(feed.URL), Title: feed.Title})
	}
	return p, nil
}

// takenNames are the IDs and addresses of the sources of a folder, and the names of its
// files.
func takenNames(dir string, known []models.Source) map[string]bool {
	taken := make(map[string]bool)
	for _, src := range known {
		taken[src.ID], taken[src.URL] = true, true
	}
	files, _ := os.ReadDir(filepath.Join(dir, "sources"))
	for _, f := range files {
		taken[strings.TrimSuffix(f.Name(), ".yaml")] = true
	}
	return taken
}

// addedFile writes a source as a person would. Settings are the lines of its kind.
func addedFile(src models.Source, settings string, now time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Added by regwatch sources add. docs/reference/sources.md explains every key.\n\nsources:\n"+
		"  - id: %s\n    name: %q\n    url: %q\n    role: %s\n", src.ID, src.Name, src.URL, src.Role)
	for line := range strings.Lines(settings) {
		b.WriteString("    " + line)
	}
	if len(src.AllowHosts) > 0 {
		fmt.Fprintf(&b, "    allow_hosts: [%s]\n", strings.Join(quoted(src.AllowHosts), ", "))
	}
	fmt.Fprintf(&b, "    verified: %s\n", now.UTC().Format(time.DateOnly))
	return b.Bytes()
}

func quoted(texts []string) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = fmt.Sprintf("%q", t)
	}
	return list
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
	read, problems := readFolder(dir, withFile{userfile.Dir(folder), name, text})
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
