package newsource

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/app/webclient"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/sources/feed"
	"regwatch/sources/propose"
)

// A Request says which source to add. Only URL is required.
type Request struct {
	URL        string
	ID         string   // empty: made from the name
	Name       string   // empty: the title of the page or feed
	Role       string   // empty: press
	Kind       string   // empty: a feed if there is one, otherwise the list on the page
	AllowHosts []string // private hosts that the source may reach
	Preview    int      // how many articles the proposal has; 0 is 5
}

// A Proposal is a source file that Propose wrote for an address, and the
// articles that it reads.
type Proposal struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	URL      string      `json:"url"`
	Kind     string      `json:"kind"`
	Role     string      `json:"role"`
	Found    FoundBy     `json:"found"`
	File     string      `json:"file"`     // that SaveSource writes
	Settings string      `json:"settings"` // the text of the file
	Count    int         `json:"article_count"`
	Articles []Article   `json:"articles"` // the first ones
	Warnings []string    `json:"warnings"`
	Feeds    []OtherFeed `json:"other_feeds"` // that the page also names

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

// PrivateHost returns the error of reading an address: a [PrivateHostError] if the
// address is in a private network.
func PrivateHost(address string, err error) error {
	if !isPrivate(err) {
		return err
	}
	return &PrivateHostError{AddressOf(models.Source{URL: address}).Hostname(), err}
}

// previewArticles is how many articles a proposal has unless more are asked for.
const previewArticles = 5

// Propose reads an address and proposes a source for it: the address itself if it is
// a feed or sitemap, a feed that the page names or that is at a usual address, or the
// list of articles on the page. It writes nothing.
func Propose(ctx context.Context, dir string, n Request) (Proposal, error) {
	known, err := loadSources(dir)
	if err != nil {
		return Proposal{}, err
	}
	if err := n.check(known); err != nil {
		return Proposal{}, err
	}
	client, close := webclient.ForFolder(dir)
	defer close()
	finder := sourceFinder{client: client, kind: n.Kind, allow: n.AllowHosts}
	found, err := finder.find(ctx, n.URL)
	if ctx.Err() != nil {
		return Proposal{}, errors.New("interrupted")
	}
	if err != nil {
		return Proposal{}, err
	}
	if err := refuseKnown(found.src.URL, known); err != nil {
		return Proposal{}, err
	}
	return found.propose(dir, n, known)
}

// check refuses what cannot be added.
func (n Request) check(known []models.Source) error {
	switch {
	case !isWebAddress(n.URL):
		return badAddress(n.URL)
	case n.Role != "" && !slices.Contains(sourceRoles(), n.Role):
		return unknownRole(n.Role)
	case n.Kind != "" && !slices.Contains(addedKinds(), n.Kind):
		return diag.Inputf("kind %q cannot be added; use %s", n.Kind, yamlnode.OrText(addedKinds()))
	case slices.ContainsFunc(known, func(s models.Source) bool { return s.ID == n.ID }):
		return diag.Inputf("there is already a source %q; choose another ID", n.ID)
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
	return diag.Inputf("role %q is unknown; use %s", role, yamlnode.OrText(sourceRoles()))
}

func refuseKnown(address string, known []models.Source) error {
	i := slices.IndexFunc(known, func(s models.Source) bool { return s.URL == address })
	if i < 0 {
		return nil
	}
	return diag.Inputf("the source %q already reads %s", known[i].ID, redact.URL(address))
}

// propose writes the file of what was found.
func (f foundSource) propose(dir string, n Request, known []models.Source) (Proposal, error) {
	src := f.src
	src.Name = cmp.Or(strings.Join(strings.Fields(n.Name), " "), f.title, AddressOf(src).Hostname())
	src.ID = cmp.Or(n.ID, sources.FreeID(src.Name, redact.URL(src.URL), takenNames(dir, known)))
	src.Role = models.Role(cmp.Or(n.Role, string(models.Press)))
	text := addedFile(src, f.settings, time.Now())
	file := filepath.Join(dir, "sources", src.ID+".yaml")
	if _, problems := sources.Parse("the new source", text); len(problems) > 0 {
		return Proposal{}, problems
	}
	p := Proposal{
		ID: src.ID, Name: src.Name, URL: redact.URL(src.URL), Kind: src.Kind, Role: string(src.Role), Found: f.by,
		File: file, Settings: redact.Text(string(text)), Count: len(f.read.Articles), Articles: f.read.Articles[:min(len(f.read.Articles), cmp.Or(n.Preview, previewArticles))],
		Warnings: f.read.Warnings, Feeds: otherFeeds(f.others), Text: text,
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

// A sourceFinder looks for what can be read at an address.
type sourceFinder struct {
	client *sources.Client
	kind   string // that the person wants; empty for any
	allow  []string
}

// A foundSource is a source that can be read.
type foundSource struct {
	by       FoundBy
	src      models.Source
	settings string // the lines of its kind
	title    string
	read     Result
	others   []feed.Link
}

// A response is what an address returned.
type response struct {
	body   []byte
	header http.Header
	at     string // the address that responded
}

func (r response) contentType() string { return r.header.Get("Content-Type") }

func (r response) base() *url.URL { return AddressOf(models.Source{URL: r.at}) }

func (f sourceFinder) wants(kind string) bool { return f.kind == "" || f.kind == kind }

func (f sourceFinder) source(kind, address string) models.Source {
	return models.Source{ID: triedID, Name: triedID, Kind: kind, URL: address, AllowHosts: f.allow}
}

func (f sourceFinder) ask(ctx context.Context, address string) (response, error) {
	body, header, at, err := sources.Open(f.source("", address), f.client).Download(ctx)
	if err != nil {
		return response{}, PrivateHost(address, err)
	}
	return response{body, header, at}, nil
}

// find reads an address and returns the best way to read its articles.
func (f sourceFinder) find(ctx context.Context, address string) (foundSource, error) {
	r, err := f.ask(ctx, address)
	if err != nil {
		return foundSource{}, err
	}
	switch form := sources.Sniff(ctx, r.body, r.contentType(), r.base()); form {
	case propose.FormatFeed, propose.FormatJSONFeed:
		return f.given(ctx, sources.KindFeed, r)
	case propose.FormatSitemap:
		return f.given(ctx, sources.KindSitemap, r)
	case propose.FormatListing, propose.FormatArticle:
		return f.onPage(ctx, r)
	case propose.FormatUnknown:
		if strings.Contains(r.contentType(), "html") {
			return f.onPage(ctx, r)
		}
	}
	read := sniffBody(ctx, f.source("", r.at), r.body, r.header)
	return foundSource{}, fmt.Errorf("%s cannot be added: %s", redact.URL(r.at), cmp.Or(read.Error, "it is a file, not a source of articles"))
}

// given reads an address that is a feed or a sitemap itself.
func (f sourceFinder) given(ctx context.Context, kind string, r response) (foundSource, error) {
	if !f.wants(kind) {
		return foundSource{}, diag.Inputf("%s is a %s, not a %s", redact.URL(r.at), kind, f.kind)
	}
	found := f.readFeed(ctx, FoundGiven, kind, r)
	if found.read.Error != "" {
		return foundSource{}, errors.New(found.read.Error)
	}
	return found, nil
}

// readFeed reads a feed or a sitemap.
func (f sourceFinder) readFeed(ctx context.Context, by FoundBy, kind string, r response) foundSource {
	found := foundSource{by: by, src: f.source(kind, r.at), settings: "kind: " + kind + "\n"}
	if kind == sources.KindSitemap { // which may have parts, so that it is fetched again
		found.read = Trial{}.fetch(ctx, found.src, f.client)
		return found
	}
	found.title = feed.Title(r.body, r.contentType())
	found.read = readBody(ctx, found.src, r.body, r.header)
	return found
}

// onPage looks for a feed of a page, and then for a list on it.
func (f sourceFinder) onPage(ctx context.Context, r response) (foundSource, error) {
	title, feeds := feed.Links(ctx, r.body, r.contentType(), r.base())
	if f.kind == sources.KindPage {
		src := f.source(sources.KindPage, r.at)
		return foundSource{by: FoundGiven, src: src, settings: "kind: page\n", title: title, read: readAsPage(ctx, src, r.body, r.header)}, nil
	}
	if f.wants(sources.KindFeed) {
		found, warnings, ok := f.namedFeed(ctx, feeds)
		if !ok {
			found, ok = f.usualFeed(ctx, r.base())
		}
		if ok {
			found.title = cmp.Or(found.title, title)
			found.read.Warnings = append(warnings, found.read.Warnings...)
			return found, nil
		}
	}
	if f.wants(sources.KindListing) {
		if found, ok := f.list(ctx, r); ok {
			found.title, found.others = title, feeds
			return found, nil
		}
	}
	return foundSource{}, fmt.Errorf("no feed and no list of articles was found at %s. Try the address of the site's news page. "+
		"If a script builds the page in the browser, look for the address that the script reads (docs/reference/sources.md, Kind: api). "+
		"To watch the page itself for changes, add it with kind page", redact.URL(r.at))
}

// otherFeeds returns feeds that a page names, as people see them.
func otherFeeds(feeds []feed.Link) []OtherFeed {
	list := []OtherFeed{}
	for _, f := range feeds {
		list = append(list, OtherFeed{URL: redact.URL(f.URL), Title: f.Title})
	}
	return list
}

// mostFeeds is how many of the feeds that a page names are read.
const mostFeeds = 3

// namedFeed returns the first feed that a page names and that can be read, and warnings
// about those that cannot. Feeds of comments come last.
func (f sourceFinder) namedFeed(ctx context.Context, feeds []feed.Link) (found foundSource, warnings []string, ok bool) {
	feeds = slices.Clone(feeds)
	slices.SortStableFunc(feeds, func(a, b feed.Link) int { return cmp.Compare(ofComments(a), ofComments(b)) })
	for i, feed := range feeds[:min(len(feeds), mostFeeds)] {
		found, err := f.feedAt(ctx, FoundNamed, feed.URL)
		if err == nil {
			found.others = slices.Delete(feeds, i, i+1)
			found.title = cmp.Or(found.title, feed.Title)
			return found, warnings, true
		}
		warnings = append(warnings, "the page names a feed that cannot be read: "+err.Error())
	}
	return foundSource{}, warnings, false
}

func ofComments(feed feed.Link) int {
	if strings.Contains(strings.ToLower(feed.URL+" "+feed.Title), "comment") {
		return 1
	}
	return 0
}

// usualFeed returns a feed at one of the addresses where sites usually have one. It must
// have an article: nothing else shows that it is of use.
func (f sourceFinder) usualFeed(ctx context.Context, page *url.URL) (foundSource, bool) {
	for _, address := range usualFeeds(page) {
		if found, err := f.feedAt(ctx, FoundUsual, address); err == nil && len(found.read.Articles) > 0 {
			return found, true
		}
	}
	return foundSource{}, false
}

// usualFeeds are addresses where a site may have a feed: in the folder of the page first.
func usualFeeds(page *url.URL) []string {
	var all []string
	add := func(folder string, names ...string) {
		for _, name := range names {
			at := page.ResolveReference(&url.URL{Path: folder + name}).String()
			if !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	folder := page.Path[:strings.LastIndex(page.Path, "/")+1]
	if folder != "" && folder != "/" {
		add(folder, "feed/", "rss.xml", "feed.xml")
	}
	add("/", "feed/", "rss.xml", "feed.xml", "atom.xml", "index.xml")
	return all
}

// feedAt reads an address that should be a feed.
func (f sourceFinder) feedAt(ctx context.Context, by FoundBy, address string) (foundSource, error) {
	r, err := f.ask(ctx, address)
	if err != nil {
		return foundSource{}, err
	}
	found := f.readFeed(ctx, by, sources.KindFeed, r)
	if found.read.Error != "" {
		return foundSource{}, errors.New(found.read.Error)
	}
	return found, nil
}

// list returns the list of articles on a page.
func (f sourceFinder) list(ctx context.Context, r response) (foundSource, bool) {
	proposals := sources.Propose(ctx, r.body, r.contentType(), r.base(), time.Now())
	if len(proposals) == 0 {
		return foundSource{}, false
	}
	src := f.source(sources.KindListing, r.at)
	src.Listing = proposals[0].Listing
	src.Listing.Paging = models.Paging{}
	return foundSource{by: FoundList, src: src, settings: proposals[0].Settings(), read: readBody(ctx, src, r.body, r.header)}, true
}
