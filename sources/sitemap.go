package sources

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// KindSitemap is a source of addresses: a sitemap, a news sitemap, an index of
// sitemaps, or a text with an address a line (https://www.sitemaps.org/protocol.html,
// https://www.google.com/schemas/sitemap-news/0.9/).
const KindSitemap = "sitemap"

const (
	acceptSitemap = "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"

	defaultNewest = 200
	defaultMaps   = 5
	maxAddresses  = 50_000 // of one sitemap, by the protocol
)

// sitemapKind reads sitemaps.
type sitemapKind struct {
	include, exclude []*regexp.Regexp
	newest, maps     int
	zone             *time.Location
}

func sitemapSettings(n yamlnode.Node, src *models.Source) {
	m := n.Map("a sitemap", "include", "exclude", "newest", "maps")
	src.Sitemap = models.Sitemap{Include: paths(m.Get("include")), Exclude: paths(m.Get("exclude"))}
	if newest := m.Get("newest"); newest.There() {
		src.Sitemap.Newest = newest.Int("newest", 1, maxItems)
	}
	if maps := m.Get("maps"); maps.There() {
		src.Sitemap.Maps = maps.Int("maps", 1, 50)
	}
}

// paths reads patterns of paths.
func paths(n yamlnode.Node) []string {
	var list []string
	for _, item := range n.Items() {
		p := item.String("a path")
		if p != "" && p[0] != '/' && p[0] != '*' {
			item.Report(fmt.Sprintf("path %q", p), "want the beginning of a path, such as /en/press/, or with * for any characters, such as /*.pdf$")
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
		include: pathPatterns(src.Sitemap.Include),
		exclude: pathPatterns(src.Sitemap.Exclude),
		newest:  cmp.Or(src.Sitemap.Newest, defaultNewest),
		maps:    cmp.Or(src.Sitemap.Maps, defaultMaps),
		zone:    zone,
	}, nil
}

// pathPatterns compiles patterns of paths, in which only * and a $ at the end
// mean anything.
func pathPatterns(patterns []string) []*regexp.Regexp {
	var compiled []*regexp.Regexp
	for _, p := range patterns {
		expression := strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*")
		if strings.HasSuffix(expression, `\$`) {
			expression = strings.TrimSuffix(expression, `\$`) + "$"
		}
		compiled = append(compiled, regexp.MustCompile("^"+expression))
	}
	return compiled
}

func (sitemapKind) accept() string { return acceptSitemap }

// A listed is one address of a sitemap.
type listed struct {
	address   string
	modified  string // as written
	published string // of a news sitemap, like the next two
	title     string
	language  string
	at        time.Time // by which the newest are chosen; zero if unknown
}

func (k sitemapKind) read(ctx context.Context, r *Reader, a answer) (*found, error) {
	f := &found{}
	top, err := parseSitemap(a)
	if err != nil {
		return nil, err
	}
	f.cut = top.cut
	addresses := top.addresses
	if len(top.maps) > 0 {
		addresses = append(addresses, k.children(ctx, r, a.url, top.maps, f)...)
		if ctx.Err() != nil {
			return nil, explain(a.url, 0, ctx.Err())
		}
	}
	if f.cut && len(addresses) == 0 {
		return nil, fault(Damaged, "%s sends a sitemap of which no address can be read; it is tried again at the next scan", shown(a.url))
	}
	if f.cut {
		f.warn("the sitemap was not read to its end (addresses: %d), and the whole is asked for again at the next scan", len(addresses))
	}
	k.choose(f, a.url, addresses)
	return f, nil
}

// choose takes the newest articles of a site's addresses.
func (k sitemapKind) choose(f *found, from *url.URL, addresses []listed) {
	seen := make(map[string]bool)
	addresses = slices.DeleteFunc(addresses, func(l listed) bool {
		link := resolve(from, l.address)
		again := link == "" || seen[link] || !k.wanted(link)
		seen[link] = true
		return again
	})
	for i := range addresses {
		l := &addresses[i]
		l.at, _ = parseDate(cmp.Or(l.published, l.modified), k.zone)
	}
	// Stable, because many sites list the newest first and give no dates.
	slices.SortStableFunc(addresses, func(a, b listed) int { return b.at.Compare(a.at) })
	f.count = len(addresses)
	if len(addresses) > k.newest {
		undated := 0
		for _, l := range addresses[k.newest:] {
			if l.at.IsZero() {
				undated++
			}
		}
		if undated > 0 {
			f.warn("%d %s without a date %s left out, and new ones may be among them: raise newest, or have include name fewer", undated, plural(undated, "address", "addresses"), plural(undated, "is", "are"))
		}
		addresses = addresses[:k.newest]
		f.count = k.newest
	}
	for _, l := range addresses {
		f.records = append(f.records, record{
			guid: l.address, links: []string{l.address}, title: l.title, language: l.language,
			dates: []date{{raw: l.published}, {raw: l.modified}},
		})
	}
}

// wanted reports whether an address is an article's by its path and query.
func (k sitemapKind) wanted(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	path := cmp.Or(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	meets := func(p *regexp.Regexp) bool { return p.MatchString(path) }
	return (len(k.include) == 0 || slices.ContainsFunc(k.include, meets)) && !slices.ContainsFunc(k.exclude, meets)
}

// children reads the newest sitemaps of an index. One that cannot be had makes
// the answer a part only, so that all are asked for again.
func (k sitemapKind) children(ctx context.Context, r *Reader, from *url.URL, maps []listed, f *found) []listed {
	if r.client == nil {
		f.warn("this is an index of %d sitemaps, and only an answer is at hand: they are not read", len(maps))
		return nil
	}
	for i := range maps {
		maps[i].at, _ = parseDate(maps[i].modified, k.zone)
	}
	slices.SortStableFunc(maps, func(a, b listed) int { return b.at.Compare(a.at) })
	if n := len(maps) - k.maps; n > 0 && maps[len(maps)-1].at.IsZero() {
		f.warn("%d of the %d sitemaps of the index are not read, and no dates say that they are the older ones: raise maps, or name one of them as the url", n, len(maps))
	}
	var addresses []listed
	for _, m := range maps[:min(len(maps), k.maps)] {
		u, err := url.Parse(resolve(from, m.address))
		// An index is of one site (the protocol, "Sitemaps & Cross Submits"); what
		// strangers write does not choose whom we ask.
		if err != nil || !sameSite(u, from) {
			f.warn("a sitemap of another site is not read: %s", shown(u))
			continue
		}
		a, err := r.client.get(ctx, request{url: u, src: r.src, accept: acceptSitemap})
		if err == nil {
			var child sitemapText
			if child, err = parseSitemap(a); err == nil {
				addresses = append(addresses, child.addresses...)
				f.cut = f.cut || child.cut
			}
		}
		if err != nil {
			f.cut = true
			f.warn("a sitemap of the index could not be read: %v", err)
		}
	}
	return addresses
}

// sameSite reports whether two addresses are of one host, with or without www.
func sameSite(a, b *url.URL) bool {
	plain := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return plain(a) == plain(b)
}

// A sitemapText is what a sitemap held.
type sitemapText struct {
	addresses []listed
	maps      []listed // of an index
	cut       bool
}

// parseSitemap reads a sitemap or an index of them.
func parseSitemap(a answer) (sitemapText, error) {
	text, _ := decode(a.body, a.contentType)
	start := strings.TrimSpace(text)
	if !strings.HasPrefix(start, "<") {
		return textSitemap(start, a)
	}
	if tooDeep(text, MaxDepth, "") {
		return sitemapText{}, fault(Damaged, "%s sends a sitemap whose elements nest more than %d deep, and was not read: no real sitemap does that", shown(a.url), MaxDepth)
	}
	mended, _ := mend(text, nil)
	s := sitemapText{cut: a.cut}
	d := xml.NewDecoder(strings.NewReader(mended))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	// The text is decoded, whatever its declaration still says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var root, field string
	var now listed
	for {
		token, err := d.Token()
		if err != nil {
			s.cut = true
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			field = fieldOf(t.Name)
			switch {
			case root == "" && field != "urlset" && field != "sitemapindex":
				return s, notASitemap(a, text)
			case root == "":
				root = field
			case field == "url" || field == "sitemap":
				now = listed{}
			}
		case xml.CharData:
			now.take(field, strings.TrimSpace(string(t)))
		case xml.EndElement:
			field = ""
			switch fieldOf(t.Name) {
			case root:
				return s, nil
			case "url":
				s.addresses = now.appendTo(s.addresses)
			case "sitemap":
				s.maps = now.appendTo(s.maps)
			}
		}
	}
	if root == "" {
		return s, notASitemap(a, text)
	}
	return s, nil
}

// fieldOf names an element of a sitemap. Those of images and videos have an
// address too, which is no article's.
func fieldOf(name xml.Name) string {
	switch {
	case strings.Contains(name.Space, "news"):
		return "news:" + name.Local
	case strings.Contains(name.Space, "image"), strings.Contains(name.Space, "video"):
		return ""
	}
	return name.Local
}

func (l *listed) take(field, text string) {
	switch field {
	case "loc":
		l.address += text
	case "lastmod":
		l.modified += text
	case "news:publication_date":
		l.published += text
	case "news:title":
		l.title += text
	case "news:language":
		l.language += text
	}
}

func (l listed) appendTo(list []listed) []listed {
	if l.address == "" || len(list) >= maxAddresses {
		return list
	}
	return append(list, l)
}

// textSitemap reads a text with an address a line.
func textSitemap(text string, a answer) (sitemapText, error) {
	s := sitemapText{cut: a.cut}
	for line := range strings.Lines(text) {
		l := listed{address: strings.TrimSpace(line)}
		if l.address != "" && resolve(nil, l.address) == "" {
			return s, notASitemap(a, text)
		}
		s.addresses = l.appendTo(s.addresses)
	}
	if a.cut && len(s.addresses) > 0 {
		s.addresses = s.addresses[:len(s.addresses)-1] // the last may be a part of one
	}
	return s, nil
}

func notASitemap(a answer, text string) *Error {
	at := shown(a.url)
	switch {
	case guarded(text):
		return fault(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case htmlRoot.MatchString(text):
		return fault(NotAFeed, "%s answers with a web page instead of a sitemap: the addresses of a site's sitemaps stand in its robots.txt", at)
	}
	if _, err := parseFeed(text); err == nil {
		return fault(NotAFeed, "%s answers with a feed instead of a sitemap: want kind: feed", at)
	}
	return fault(NotAFeed, "%s answers with something that is not a sitemap: check the url of the source", at)
}
