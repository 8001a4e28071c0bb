package feed

import (
	"path"
	"regexp"
	"strings"

	"regwatch/internal/htmltext"
)

var (
	baseAttribute = regexp.MustCompile(`(?i)\sxml:base\s*=\s*["']([^"'?#]*)`)
	timeTag       = regexp.MustCompile(`(?i)<time\s[^>]*datetime\s*=[^>]*>`)
)

// fileBases returns the names of the files that are the base of links of a feed. The
// library takes each for a folder.
func fileBases(text string) map[string]bool {
	names := make(map[string]bool)
	if !strings.Contains(htmltext.LowerASCII(text), "xml:base") { // much faster than the expression
		return names
	}
	for _, m := range baseAttribute.FindAllStringSubmatch(text, 100) {
		_, place, isAbsolute := strings.Cut(m[1], "://")
		if !isAbsolute {
			place = "/" + m[1]
		}
		if name := path.Base(place); !strings.HasSuffix(place, "/") && strings.Contains(place, "/") && path.Ext(name) != "" {
			names[name] = true
		}
	}
	return names
}

// leaveFiles removes files from the folders of the item's links: what is relative to
// /news/feed.xml lies in /news/.
func (it *Item) leaveFiles(names map[string]bool) {
	for i, link := range it.Links {
		for name := range names {
			if strings.Contains(link, "/"+name+"/") {
				it.FormerLink = link
				link = strings.Replace(link, "/"+name+"/", "/", 1)
			}
		}
		it.Links[i] = link
	}
}

// preferPages puts the page of an Atom entry before its other forms, such as JSON or PDF.
func (it *Item) preferPages(links []element) {
	first, best := "", ""
	for _, e := range links {
		href := attribute(e.tag, "href")
		if rel := attribute(e.tag, "rel"); href == "" || rel != "" && rel != "alternate" {
			continue
		}
		if first == "" {
			first = href
		}
		kind := htmltext.LowerASCII(attribute(e.tag, "type"))
		if best == "" && (strings.Contains(kind, "html") || kind == "") {
			best = href
		}
	}
	if best == "" || best == first || len(it.Links) == 0 {
		return
	}
	for _, link := range it.Links[1:] { // as the library resolved it
		if strings.HasSuffix(link, strings.TrimLeft(best, "./")) {
			it.FormerLink = it.Links[0]
			it.Links = append([]string{link}, it.Links...)
			return
		}
	}
}

// dateFromText adds the dates that are marked as such in the texts of an item, after its own
// dates.
func (it *Item) dateFromText() {
	for _, text := range []string{it.Summary, it.Content} {
		if !strings.Contains(htmltext.LowerASCII(text), "<time") {
			continue
		}
		for _, tag := range timeTag.FindAllString(text, 3) {
			it.Dates = append(it.Dates, attribute(tag, "datetime"))
		}
	}
}

// isMarkup reports whether a text that should be plain is HTML nevertheless: it ends
// elements or has references. A single "<col>" is what the text is about.
func isMarkup(text string) bool {
	return strings.Contains(text, "</") || strings.Contains(htmltext.LowerASCII(text), "<br") || strings.Contains(text, "/>") ||
		strings.Contains(text, "=") || strings.Contains(text, "<!") || reference.MatchString(text)
}

var reference = regexp.MustCompile(`&(?:#?\w{2,8});`)
