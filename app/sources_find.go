package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/sources"
)

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
	read     TrialResult
	others   []sources.FeedLink
}

// A response is what an address returned.
type response struct {
	body   []byte
	header http.Header
	at     string // the address that responded
}

func (r response) contentType() string { return r.header.Get("Content-Type") }

func (r response) base() *url.URL { return addressOf(models.Source{URL: r.at}) }

func (f sourceFinder) wants(kind string) bool { return f.kind == "" || f.kind == kind }

func (f sourceFinder) source(kind, address string) models.Source {
	return models.Source{ID: triedID, Name: triedID, Kind: kind, URL: address, AllowHosts: f.allow}
}

func (f sourceFinder) ask(ctx context.Context, address string) (response, error) {
	body, header, at, err := sources.Open(f.source("", address), f.client).Download(ctx)
	if err != nil {
		return response{}, privateHost(address, err)
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
	case sources.FormatFeed, sources.FormatJSONFeed:
		return f.given(ctx, sources.KindFeed, r)
	case sources.FormatSitemap:
		return f.given(ctx, sources.KindSitemap, r)
	case sources.FormatListing, sources.FormatArticle:
		return f.onPage(ctx, r)
	case sources.FormatUnknown:
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
		return foundSource{}, inputError("%s is a %s, not a %s", redact.URL(r.at), kind, f.kind)
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
	found.title = sources.FeedTitle(r.body, r.contentType())
	found.read = readBody(ctx, found.src, r.body, r.header)
	return found
}

// onPage looks for a feed of a page, and then for a list on it.
func (f sourceFinder) onPage(ctx context.Context, r response) (foundSource, error) {
	title, feeds := sources.FeedLinks(r.body, r.contentType(), r.base())
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

// mostFeeds is how many of the feeds that a page names are read.
const mostFeeds = 3

// namedFeed returns the first feed that a page names and that can be read, and warnings
// about those that cannot. Feeds of comments come last.
func (f sourceFinder) namedFeed(ctx context.Context, feeds []sources.FeedLink) (found foundSource, warnings []string, ok bool) {
	feeds = slices.Clone(feeds)
	slices.SortStableFunc(feeds, func(a, b sources.FeedLink) int { return cmp.Compare(ofComments(a), ofComments(b)) })
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

func ofComments(feed sources.FeedLink) int {
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
	proposals := sources.Propose(ctx, r.body, r.contentType(), r.base())
	if len(proposals) == 0 {
		return foundSource{}, false
	}
	src := f.source(sources.KindListing, r.at)
	src.Listing = proposals[0].Listing
	src.Listing.Paging = models.Paging{}
	return foundSource{by: FoundList, src: src, settings: proposals[0].Settings(), read: readBody(ctx, src, r.body, r.header)}, true
}
