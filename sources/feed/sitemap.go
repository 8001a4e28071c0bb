package feed

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"regwatch/internal/charset"
	"regwatch/internal/weblink"
)

// maxAddresses is how many addresses one sitemap may have, by the protocol.
const maxAddresses = 50_000

// ErrNotASitemap is the error of [ParseSitemap] for another format.
var ErrNotASitemap = errors.New("not a sitemap")

// A SitemapEntry is one address of a sitemap.
type SitemapEntry struct {
	Address   string
	Modified  string // as written
	Published string // of a news sitemap, like the next two
	Title     string
	Language  string
}

// A Sitemap is the content of a sitemap or an index.
type Sitemap struct {
	Addresses []SitemapEntry
	Sitemaps  []SitemapEntry // of an index
	Truncated bool
}

// ParseSitemap reads a sitemap, an index, or a text with one address a line. A text that
// was cut loses its last line. It returns ErrNotASitemap or ErrTooDeep.
func ParseSitemap(body []byte, contentType string, cut bool) (Sitemap, error) {
	text, _ := charset.Decode(body, contentType)
	start := strings.TrimSpace(text)
	if !strings.HasPrefix(start, "<") {
		return parseTextSitemap(start, cut)
	}
	if tooDeep(text, MaxDepth, "") {
		return Sitemap{}, ErrTooDeep
	}
	repaired, _ := repairXML(text, nil)
	s := Sitemap{Truncated: cut}
	d := xml.NewDecoder(strings.NewReader(repaired))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	// The text is decoded already, whatever its declaration says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var root, field string
	var entry SitemapEntry
	for {
		token, err := d.Token()
		if err != nil {
			s.Truncated = true
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			field = elementName(t.Name)
			switch {
			case root == "" && field != "urlset" && field != "sitemapindex":
				return s, ErrNotASitemap
			case root == "":
				root = field
			case field == "url" || field == "sitemap":
				entry = SitemapEntry{}
			}
		case xml.CharData:
			entry.set(field, strings.TrimSpace(string(t)))
		case xml.EndElement:
			field = ""
			switch elementName(t.Name) {
			case root:
				return s, nil
			case "url":
				s.Addresses = entry.appendTo(s.Addresses)
			case "sitemap":
				s.Sitemaps = entry.appendTo(s.Sitemaps)
			}
		}
	}
	if root == "" {
		return s, ErrNotASitemap
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

func (entry *SitemapEntry) set(field, text string) {
	switch field {
	case "loc":
		entry.Address += text
	case "lastmod":
		entry.Modified += text
	case "news:publication_date":
		entry.Published += text
	case "news:title":
		entry.Title += text
	case "news:language":
		entry.Language += text
	}
}

func (entry SitemapEntry) appendTo(list []SitemapEntry) []SitemapEntry {
	if entry.Address == "" || len(list) >= maxAddresses {
		return list
	}
	return append(list, entry)
}

// parseTextSitemap parses a text with one address a line.
func parseTextSitemap(text string, cut bool) (Sitemap, error) {
	s := Sitemap{Truncated: cut}
	for line := range strings.Lines(text) {
		entry := SitemapEntry{Address: strings.TrimSpace(line)}
		if entry.Address != "" && weblink.Resolve(nil, entry.Address) == "" {
			return s, ErrNotASitemap
		}
		s.Addresses = entry.appendTo(s.Addresses)
	}
	if cut && len(s.Addresses) > 0 {
		s.Addresses = s.Addresses[:len(s.Addresses)-1] // the last one may be incomplete
	}
	return s, nil
}
