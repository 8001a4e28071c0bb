package sources

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/internal/wildcard"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// KindSitemap is the kind of a source that is a sitemap, a news sitemap, an index of
// sitemaps, or a text with one address a line (https://www.sitemaps.org/protocol.html,
// https://www.google.com/schemas/sitemap-news/0.9/).
const KindSitemap = "sitemap"

const (
	acceptSitemap = "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"

	defaultNewest   = 200
	defaultSitemaps = 5
	maxAddresses    = 50_000 // of one sitemap, by the protocol
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
		src.Sitemap.Newest = newest.Int("newest", 1, maxItems)
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
			item.Report(fmt.Sprintf("path %q does not start with / or *", p), "use the start of a path, such as /en/press/; * stands for any characters, as in /*.pdf$")
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

// A sitemapEntry is one address of a sitemap.
type sitemapEntry struct {
	address   string
	modified  string // as written
	published string // of a news sitemap, like the next two
	title     string
	language  string
	date      time.Time       // used to select the newest; zero if unknown
	fetched   *models.Fetched // the response with it, if that is not the first
}

func (k sitemapKind) read(ctx context.Context, r *Reader, resp fetch.Response) (*readResult, error) {
	result := &readResult{}
	top, err := parseSitemap(resp)
	if err != nil {
		return nil, err
	}
	result.truncated = top.truncated
	addresses := top.addresses
	if len(top.sitemaps) > 0 {
		addresses = append(addresses, k.readIndex(ctx, r, resp.URL, top.sitemaps, result)...)
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
func (k sitemapKind) selectNewest(result *readResult, from *url.URL, addresses []sitemapEntry) {
	seen := make(map[string]bool)
	addresses = slices.DeleteFunc(addresses, func(entry sitemapEntry) bool {
		link := weblink.Resolve(from, entry.address)
		again := link == "" || seen[link] || !k.isWanted(link)
		seen[link] = true
		return again
	})
	for i := range addresses {
		entry := &addresses[i]
		entry.date, _ = parseDate(cmp.Or(entry.published, entry.modified), k.zone)
	}
	// Stable, because many sites list the newest first and give no dates.
	slices.SortStableFunc(addresses, func(a, b sitemapEntry) int { return b.date.Compare(a.date) })
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
			guid: entry.address, links: []string{entry.address}, title: entry.title, language: entry.language,
			dates: []date{{raw: entry.published}, {raw: entry.modified}}, fetched: entry.fetched,
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
func (k sitemapKind) readIndex(ctx context.Context, r *Reader, from *url.URL, maps []sitemapEntry, result *readResult) []sitemapEntry {
	if r.client == nil {
		result.warn("this is an index of %d sitemaps, which cannot be fetched here", len(maps))
		return nil
	}
	for i := range maps {
		maps[i].date, _ = parseDate(maps[i].modified, k.zone)
	}
	slices.SortStableFunc(maps, func(a, b sitemapEntry) int { return b.date.Compare(a.date) })
	if n := len(maps) - k.maxSitemaps; n > 0 && maps[len(maps)-1].date.IsZero() {
		result.warn("%d of the %d sitemaps of the index were not read, and without dates they may be the newest: raise maps, or use one of them as the url", n, len(maps))
	}
	var addresses []sitemapEntry
	for _, m := range maps[:min(len(maps), k.maxSitemaps)] {
		u, err := url.Parse(weblink.Resolve(from, m.address))
		// An index covers one site (the protocol, "Sitemaps & Cross Submits").
		// Untrusted content must not choose which hosts regwatch contacts.
		if err != nil || !sameSite(u, from) {
			result.warn("skipped a sitemap of another site: %s", weblink.Display(u))
			continue
		}
		resp, err := r.client.Get(ctx, fetch.Request{URL: u, Source: r.src, Accept: acceptSitemap})
		if err == nil {
			var child parsedSitemap
			if child, err = parseSitemap(resp); err == nil {
				fetched := r.fetched(resp)
				for i := range child.addresses {
					child.addresses[i].fetched = fetched
				}
				addresses = append(addresses, child.addresses...)
				result.truncated = result.truncated || child.truncated
			}
		}
		if err != nil {
			result.truncated = true
			result.warn("cannot read a sitemap of the index: %v", err)
		}
	}
	return addresses
}

// sameSite reports whether two addresses have the same host, with or without www.
func sameSite(a, b *url.URL) bool {
	plain := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return plain(a) == plain(b)
}

// A parsedSitemap is the content of a sitemap or an index.
type parsedSitemap struct {
	addresses []sitemapEntry
	sitemaps  []sitemapEntry // of an index
	truncated bool
}

// parseSitemap parses a sitemap or an index.
func parseSitemap(resp fetch.Response) (parsedSitemap, error) {
	text, _ := decode(resp.Body, resp.ContentType)
	start := strings.TrimSpace(text)
	if !strings.HasPrefix(start, "<") {
		return parseTextSitemap(start, resp)
	}
	if tooDeep(text, maxDepth, "") {
		return parsedSitemap{}, fetch.Errorf(fetch.Damaged, "%s sent a sitemap that is nested more than %d levels deep, so regwatch did not read it", weblink.Display(resp.URL), maxDepth)
	}
	repaired, _ := repairXML(text, nil)
	s := parsedSitemap{truncated: resp.Truncated}
	d := xml.NewDecoder(strings.NewReader(repaired))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	// The text is decoded already, whatever its declaration says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var root, field string
	var entry sitemapEntry
	for {
		token, err := d.Token()
		if err != nil {
			s.truncated = true
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			field = elementName(t.Name)
			switch {
			case root == "" && field != "urlset" && field != "sitemapindex":
				return s, notSitemapError(resp, text)
			case root == "":
				root = field
			case field == "url" || field == "sitemap":
				entry = sitemapEntry{}
			}
		case xml.CharData:
			entry.set(field, strings.TrimSpace(string(t)))
		case xml.EndElement:
			field = ""
			switch elementName(t.Name) {
			case root:
				return s, nil
			case "url":
				s.addresses = entry.appendTo(s.addresses)
			case "sitemap":
				s.sitemaps = entry.appendTo(s.sitemaps)
			}
		}
	}
	if root == "" {
		return s, notSitemapError(resp, text)
	}
	return s, nil
}

// elementName returns the name of an element. Elements of images and videos have none,
// because their addresses are not articles.
func elementName(name xml.Name) string {
	switch {
	case strings.Contains(name.Space, "news"):
		return "news:" + name.Local
	case strings.Contains(name.Space, "image"), strings.Contains(name.Space, "video"):
		return ""
	}
	return name.Local
}

func (entry *sitemapEntry) set(field, text string) {
	switch field {
	case "loc":
		entry.address += text
	case "lastmod":
		entry.modified += text
	case "news:publication_date":
		entry.published += text
	case "news:title":
		entry.title += text
	case "news:language":
		entry.language += text
	}
}

func (entry sitemapEntry) appendTo(list []sitemapEntry) []sitemapEntry {
	if entry.address == "" || len(list) >= maxAddresses {
		return list
	}
	return append(list, entry)
}

// parseTextSitemap parses a text with one address a line.
func parseTextSitemap(text string, resp fetch.Response) (parsedSitemap, error) {
	s := parsedSitemap{truncated: resp.Truncated}
	for line := range strings.Lines(text) {
		entry := sitemapEntry{address: strings.TrimSpace(line)}
		if entry.address != "" && weblink.Resolve(nil, entry.address) == "" {
			return s, notSitemapError(resp, text)
		}
		s.addresses = entry.appendTo(s.addresses)
	}
	if resp.Truncated && len(s.addresses) > 0 {
		s.addresses = s.addresses[:len(s.addresses)-1] // the last one may be incomplete
	}
	return s, nil
}

func notSitemapError(resp fetch.Response, text string) *fetch.Error {
	at := weblink.Display(resp.URL)
	switch {
	case isChallengePage(text):
		return fetch.ChallengeError(resp.URL)
	case htmlRoot.MatchString(text):
		return fetch.Errorf(fetch.NotAFeed, "%s sent a web page instead of a sitemap: the robots.txt of a site lists its sitemaps", at)
	}
	if _, err := parseFeed(text); err == nil {
		return fetch.Errorf(fetch.NotAFeed, "%s sent a feed instead of a sitemap: use kind: feed", at)
	}
	return fetch.Errorf(fetch.NotAFeed, "%s sent something that is not a sitemap: check the url of the source", at)
}
