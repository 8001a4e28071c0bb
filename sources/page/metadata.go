package page

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"regwatch/internal/lazyregexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"regwatch/internal/dates"
	"regwatch/internal/htmltext"
	"regwatch/internal/jsondepth"
	"regwatch/internal/text"
	"regwatch/internal/weblink"
)

// A metadata is what the markup of a page says about it.
type metadata struct {
	meta      map[string]string // by name, property or itemprop in lower case; the first counts
	jsonLD    []string          // scripts
	title     string            // of the browser tab
	headings  []string          // of the first level
	language  string
	canonical string
}

// readMetadata reads the metadata of a page. Call it before removeBoilerplate, which
// removes the scripts.
func readMetadata(doc *html.Node) metadata {
	md := metadata{meta: make(map[string]string)}
	htmltext.Walk(doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Html:
			md.language = cmp.Or(htmltext.Attr(n, "lang"), htmltext.Attr(n, "xml:lang"))
		case atom.Meta:
			for _, key := range []string{"property", "name", "itemprop"} {
				name, value := strings.ToLower(htmltext.Attr(n, key)), strings.TrimSpace(htmltext.Attr(n, "content"))
				if name != "" && value != "" && md.meta[name] == "" {
					md.meta[name] = value
				}
			}
		case atom.Link:
			if strings.EqualFold(htmltext.Attr(n, "rel"), "canonical") && md.canonical == "" {
				md.canonical = htmltext.Attr(n, "href")
			}
		case atom.Title:
			md.title = cmp.Or(md.title, htmltext.Line(ShortText(n)))
			return false
		case atom.H1:
			if text := htmltext.Line(ShortText(n)); text != "" {
				md.headings = append(md.headings, text)
			}
		case atom.Script:
			if strings.Contains(strings.ToLower(htmltext.Attr(n, "type")), "ld+json") && n.FirstChild != nil {
				md.jsonLD = append(md.jsonLD, n.FirstChild.Data)
			}
		case atom.Svg:
			return false
		}
		return true
	})
	return md
}

// dateMetaNames returns the meta names for the date of an article, the most reliable
// first: those of Open Graph, Chinese ministries, Dublin Core and news.
func dateMetaNames() []string {
	return []string{
		"article:published_time", "og:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date",
		"publication_date", "published_time", "article.published", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
		"citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "date",
	}
}

// published returns the date of the article of a page. A date years ahead of when the page was
// seen is none: it is a mistake or the date of something else. Doc is the page without boilerplate.
func (md metadata) published(doc *html.Node, setting dates.Options) (at time.Time, raw, by string) {
	seen := setting
	setting.Seen = time.Time{}
	read := func(text string) bool {
		d, ok := dates.Parse(text, setting)
		if ok = ok && !seen.IsFarAhead(d.Time); ok {
			at, raw = d.Time, text
		}
		return ok
	}
	for _, script := range md.jsonLD {
		if date := jsonLDValue(script, "datePublished"); read(date) {
			return at, raw, "JSON-LD"
		}
	}
	for _, name := range dateMetaNames() {
		if read(md.meta[name]) {
			return at, raw, "meta"
		}
	}
	htmltext.Walk(doc, func(n *html.Node) bool {
		if raw == "" && (n.DataAtom == atom.Time || htmltext.Attr(n, "itemprop") == "datePublished") {
			_ = read(cmp.Or(htmltext.Attr(n, "datetime"), htmltext.Attr(n, "content"))) || read(htmltext.Line(ShortText(n)))
		}
		return raw == ""
	})
	if raw != "" {
		return at, raw, "time"
	}
	text := dateText(doc)
	if d, ok := dates.Find(text, seen); ok {
		return d.Time, strings.TrimSpace(text), "text"
	}
	return time.Time{}, "", ""
}

// dateClass matches classes of elements that contain little more than a date.
var dateClass = lazyregexp.New(`(?i)(?:^|[\s_-])(?:date|pub-?date|pub-?time|publish-?(?:ed|date|time)?|post-?date|posted|time-?stamp|news-?(?:date|time)|article-?(?:date|time|info|meta)|time|hui12|info-?source|sub-?title|byline|source|laiyuan|riqi|shijian)(?:[\s_-]|$)`)

// dateText returns the text in which a reader would look for the date: the first short
// element with a dateClass and a digit, or else what follows the heading.
func dateText(doc *html.Node) string {
	marked, after := "", ""
	headed := false
	htmltext.Walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.ElementNode && n.DataAtom == atom.H1:
			headed = true
			return false
		case n.Type == html.ElementNode && marked == "" && dateClass.MatchString(htmltext.Attr(n, "class")+" "+htmltext.Attr(n, "id")):
			if text := htmltext.Line(ShortText(n)); strings.ContainsAny(text, "0123456789") {
				marked = text
			}
		case n.Type == html.TextNode && headed && len(after) < 300:
			after += " " + n.Data
		}
		return true
	})
	return cmp.Or(marked, htmltext.TruncateBytes(after, 300))
}

// jsonLDValue returns the first text of a key in a JSON-LD script. That of an article
// comes before others.
func jsonLDValue(script, key string) string {
	if len(script) > 1<<20 || jsondepth.Exceeds(script, 64) {
		return ""
	}
	var value any
	if json.Unmarshal([]byte(strings.TrimSpace(script)), &value) != nil {
		return ""
	}
	anywhere, ofArticle := "", ""
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				look(one)
			}
		case map[string]any:
			text, _ := v[key].(string)
			anywhere = cmp.Or(anywhere, text)
			if kind, _ := json.Marshal(v["@type"]); articleType.Match(kind) {
				ofArticle = cmp.Or(ofArticle, text)
			}
			look(v["@graph"])
			look(v["mainEntity"])
		}
	}
	look(value)
	return cmp.Or(ofArticle, anywhere)
}

var articleType = lazyregexp.New(`(?i)article|posting|report|legislation|publication`)

// headline returns the title of the article of a page.
func (md metadata) headline() string {
	for _, h := range md.headings {
		if strings.Contains(md.title, h) || len(md.headings) == 1 && len(h) > 8 && md.meta["og:title"] == "" {
			return text.Display(h)
		}
	}
	for _, script := range md.jsonLD {
		if title := htmltext.Line(jsonLDValue(script, "headline")); text.Visible(title) != "" {
			return text.Display(title)
		}
	}
	title := htmltext.Line(cmp.Or(md.meta["articletitle"], md.meta["og:title"], md.meta["dc.title"], md.title))
	return text.Display(trimSiteName(title, md.meta["og:site_name"], md.meta["sitename"]))
}

// trimSiteName removes the name of the site from the end of a title.
func trimSiteName(title string, names ...string) string {
	for _, name := range names {
		if head, ok := strings.CutSuffix(title, name); ok && name != "" {
			if head = strings.TrimRight(head, " |-–—_·:»"); head != "" {
				return head
			}
		}
	}
	for _, mark := range []string{" | ", "_", " – ", " — ", " » ", " - "} {
		if i := strings.LastIndex(title, mark); i > 0 && len(title)-i < i {
			return strings.TrimSpace(title[:i])
		}
	}
	return title
}

// ownURL returns the address that a page declares as its own, if it is of the same
// site. Only the front page may declare the address of the front page.
func (md metadata) ownURL(from *url.URL) string {
	address := weblink.Resolve(from, cmp.Or(md.canonical, md.meta["og:url"]))
	u, err := url.Parse(address)
	if err != nil || address == "" || from == nil || weblink.Domain(u) != weblink.Domain(from) {
		return ""
	}
	if strings.Trim(u.Path, "/") == "" && strings.Trim(from.Path, "/") != "" && u.RawQuery == "" {
		return ""
	}
	return address
}
