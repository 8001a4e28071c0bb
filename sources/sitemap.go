package sources

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/internal/charset"
	"regwatch/internal/dates"
	"regwatch/internal/diag"
	"regwatch/internal/htmltext"
	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/internal/wildcard"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/feed"
	"regwatch/sources/fetch"
	"regwatch/sources/page"
)

// KindSitemap is the kind of a source that is a sitemap, a news sitemap, an index of
// sitemaps, or a text with one address a line (https://www.sitemaps.org/protocol.html,
// https://www.google.com/schemas/sitemap-news/0.9/).
const KindSitemap = "sitemap"

const (
	acceptSitemap = "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"

	defaultNewest   = 200
	defaultSitemaps = 5
)

// sitemapKind reads sitemaps.
type sitemapKind struct {
	include, exclude       []string // patterns of paths, see [wildcard.MatchPrefix]
	maxNewest, maxSitemaps int
	zone                   *time.Location
}

func sitemapSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a sitemap", "include", "exclude", "newest", "maps")
	src.Sitemap = models.Sitemap{Include: pathPatternsSetting(m.Get("include")), Exclude: pathPatternsSetting(m.Get("exclude"))}
	if newest := m.Get("newest"); newest.Exists() {
		src.Sitemap.Newest = newest.Int("newest", 1, feed.MaxItems)
	}
	if maps := m.Get("maps"); maps.Exists() {
		src.Sitemap.Maps = maps.Int("maps", 1, 50)
	}
}

// pathPatternsSetting reads path patterns.
func pathPatternsSetting(n yamlnode.Node) []string {
	var list []string
	for _, item := range n.Items() {
		p := item.String("a path")
		if p != "" && p[0] != '/' && p[0] != '*' {
			item.Report(diag.Textf("path %q does not start with / or *", p), "use the start of a path, such as /en/press/; * stands for any characters, as in /*.pdf$")
			continue
		}
		list = append(list, p)
	}
	return list
}

func openSitemap(src models.Source) (kind, error) {
	zone, err := time.LoadLocation(src.Zone)
	if err != nil {
		zone = time.UTC
	}
	return sitemapKind{
		include:     src.Sitemap.Include,
		exclude:     src.Sitemap.Exclude,
		maxNewest:   cmp.Or(src.Sitemap.Newest, defaultNewest),
		maxSitemaps: cmp.Or(src.Sitemap.Maps, defaultSitemaps),
		zone:        zone,
	}, nil
}

func (sitemapKind) accept() string { return acceptSitemap }

// A datedEntry is one address of a sitemap.
type datedEntry struct {
	feed.SitemapEntry
	date    time.Time       // used to select the newest; zero if unknown
	fetched *models.Fetched // the response with it, if that is not the first
}

// dated returns entries with their dates, which the response with them gave.
func (k sitemapKind) dated(entries []feed.SitemapEntry, fetched *models.Fetched) []datedEntry {
	list := make([]datedEntry, len(entries))
	for i, e := range entries {
		list[i] = datedEntry{SitemapEntry: e, fetched: fetched}
		read, _ := dates.Parse(cmp.Or(e.Published, e.Modified), dates.Options{Zone: k.zone})
		list[i].date = read.Time
	}
	return list
}

func (k sitemapKind) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	result := &readResult{}
	top, err := parseSitemap(ctx, resp)
	if err != nil {
		return nil, err
	}
	result.truncated = top.Truncated
	addresses := k.dated(top.Addresses, nil)
	if len(top.Sitemaps) > 0 {
		addresses = append(addresses, k.readIndex(ctx, r, resp.URL, k.dated(top.Sitemaps, nil), result)...)
		if ctx.Err() != nil {
			return nil, fetch.Describe(resp.URL, 0, ctx.Err())
		}
	}
	if result.truncated && len(addresses) == 0 {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a sitemap without a readable address; regwatch will retry at the next scan", weblink.Display(resp.URL))
	}
	if result.truncated {
		result.warn("the sitemap is incomplete: regwatch read %d addresses and will fetch it again at the next scan", len(addresses))
	}
	k.selectNewest(result, resp.URL, addresses)
	return result, nil
}

// selectNewest adds the newest addresses that the settings want.
func (k sitemapKind) selectNewest(result *readResult, from *url.URL, addresses []datedEntry) {
	seen := make(map[string]bool)
	addresses = slices.DeleteFunc(addresses, func(entry datedEntry) bool {
		link := weblink.Resolve(from, entry.Address)
		again := link == "" || seen[link] || !k.isWanted(link)
		seen[link] = true
		return again
	})
	// Stable, because many sites list the newest first and give no dates.
	slices.SortStableFunc(addresses, func(a, b datedEntry) int { return b.date.Compare(a.date) })
	result.count = len(addresses)
	if len(addresses) > k.maxNewest {
		undated := 0
		for _, entry := range addresses[k.maxNewest:] {
			if entry.date.IsZero() {
				undated++
			}
		}
		if undated > 0 {
			result.warn("%s without a date %s left out, and some of them may be new: raise newest or narrow include", plural.Count(undated, "address", "addresses"), plural.Word(undated, "is", "are"))
		}
		addresses = addresses[:k.maxNewest]
		result.count = k.maxNewest
	}
	for _, entry := range addresses {
		result.records = append(result.records, record{
			Item: feed.Item{
				GUID: entry.Address, Links: []string{entry.Address}, Title: entry.Title, Language: entry.Language,
				Dates: []string{entry.Published, entry.Modified},
			},
			fetched: entry.fetched,
		})
	}
}

// isWanted reports whether the include and exclude settings select an address.
func (k sitemapKind) isWanted(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	matches := func(pattern string) bool { return wildcard.MatchPrefix(pattern, path) }
	return (len(k.include) == 0 || slices.ContainsFunc(k.include, matches)) && !slices.ContainsFunc(k.exclude, matches)
}

// readIndex reads the newest sitemaps of an index. If one cannot be read, the result
// is truncated, so that the next scan reads them all again.
func (k sitemapKind) readIndex(ctx context.Context, r *Reader, from *url.URL, maps []datedEntry, result *readResult) []datedEntry {
	if r.client == nil {
		result.warn("this is an index of %d sitemaps, which cannot be fetched here", len(maps))
		return nil
	}
	newestFirst := func(a, b datedEntry) int { return b.date.Compare(a.date) }
	slices.SortStableFunc(maps, newestFirst)
	var addresses []datedEntry
	seen := map[string]bool{from.String(): true}
	total, indexes := len(maps), 0
	for left := k.maxSitemaps; len(maps) > 0 && left > 0 && indexes <= k.maxSitemaps; left-- {
		m := maps[0]
		maps = maps[1:]
		u, err := url.Parse(weblink.Resolve(from, m.Address))
		// An index covers one site (the protocol, "Sitemaps & Cross Submits").
		// Untrusted content must not choose which hosts regwatch contacts.
		if err != nil || !sameSite(u, from) {
			result.warn("skipped a sitemap of another site: %s", weblink.Display(u))
			continue
		}
		if seen[u.String()] {
			left++
			continue
		}
		seen[u.String()] = true
		child, fetched, err := k.fetchSitemap(ctx, r, u)
		if err != nil {
			result.truncated = true
			result.warn("cannot read a sitemap of the index: %v", err)
			continue
		}
		addresses = append(addresses, k.dated(child.Addresses, fetched)...)
		result.truncated = result.truncated || child.Truncated
		if len(child.Sitemaps) == 0 {
			continue
		}
		// An index within the index. The protocol forbids it and sites have it.
		inner := k.dated(child.Sitemaps, nil)
		for i := range inner {
			inner[i].Address = weblink.Resolve(u, inner[i].Address)
			if inner[i].date.IsZero() {
				inner[i].date = m.date
			}
		}
		maps = append(inner, maps...)
		slices.SortStableFunc(maps, newestFirst)
		total += len(inner) - 1
		indexes++
		left++
	}
	if len(maps) > 0 && maps[len(maps)-1].date.IsZero() {
		result.warn("%d of the %d sitemaps of the index were not read, and without dates they may be the newest: raise maps, or use one of them as the url", len(maps), total)
	}
	return addresses
}

// fetchSitemap fetches a sitemap of an index.
func (k sitemapKind) fetchSitemap(ctx context.Context, r *Reader, u *url.URL) (feed.Sitemap, *models.Fetched, error) {
	resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: acceptSitemap})
	if err != nil {
		return feed.Sitemap{}, nil, err
	}
	s, err := parseSitemap(ctx, resp)
	return s, r.fetched(resp), err
}

// sameSite reports whether two addresses have the same host, with or without www.
func sameSite(a, b *url.URL) bool {
	plain := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return plain(a) == plain(b)
}

// parseSitemap parses a sitemap or an index.
func parseSitemap(ctx context.Context, resp fetch.Response) (feed.Sitemap, error) {
	var s feed.Sitemap
	var err error
	if waited := feed.WithMemory(ctx, resp.Body, func() { s, err = feed.ParseSitemap(resp.Body, resp.ContentType, resp.Truncated) }); waited != nil {
		return s, feedWaitError(resp.URL, waited)
	}
	if err != nil {
		return s, notSitemapError(ctx, err, resp)
	}
	return s, nil
}

// notSitemapError says what a response is that is not a sitemap.
func notSitemapError(ctx context.Context, err error, resp fetch.Response) *fetch.Error {
	at := weblink.Display(resp.URL)
	text, _ := charset.Decode(resp.Body, resp.ContentType)
	switch {
	case errors.Is(err, feed.ErrTooDeep):
		return fetch.Errorf(fetch.Damaged, "%s sent a sitemap that is nested more than %d levels deep, so regwatch did not read it", at, feed.MaxDepth)
	case page.IsChallenge(ctx, text):
		return fetch.ChallengeError(resp.URL)
	case htmltext.IsPage(text):
		return fetch.Errorf(fetch.NotAFeed, "%s sent a web page instead of a sitemap: the robots.txt of a site lists its sitemaps", at)
	}
	notFeed := errors.New("it was not parsed")
	if waited := feed.WithMemory(ctx, resp.Body, func() { _, notFeed = feed.Parse(resp.Body, resp.ContentType) }); waited == nil && notFeed == nil {
		return fetch.Errorf(fetch.NotAFeed, "%s sent a feed instead of a sitemap: use kind: feed", at)
	}
	return fetch.Errorf(fetch.NotAFeed, "%s sent something that is not a sitemap: check the url of the source", at)
}
