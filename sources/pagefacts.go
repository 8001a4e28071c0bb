package sources

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/publicsuffix"

	"regwatch/internal/dates"
	"regwatch/internal/text"
)

// A Page is what one web page says of the article that stands on it.
type Page struct {
	Title        string
	Text         string // its paragraphs separated by a blank line, without menus and lists of other articles
	Language     string
	Canonical    string    // the address that the page says is its own, if that is of the same site
	Published    time.Time // zero if the page does not say
	PublishedRaw string    // the date as the page wrote it
	PublishedBy  string    // where the date stood: "JSON-LD", "meta", "time", "text"
}

// Page reads a page that is at hand, as if the source's address had answered
// with it. Its errors are of type [*Error].
func (r *Reader) Page(ctx context.Context, body []byte, header http.Header) (Page, error) {
	u, err := url.Parse(r.src.URL)
	if err != nil {
		return Page{}, fault(BadAddress, "the url of the source is not a web address")
	}
	p, err := r.page(ctx, answer{url: u, contentType: header.Get("Content-Type"), language: header.Get("Content-Language"), body: body})
	return p, r.redacted(err)
}

// page reads the page of an answer.
func (r *Reader) page(ctx context.Context, a answer) (Page, error) {
	if err := checkPage(a); err != nil {
		return Page{}, err
	}
	text, _ := decode(a.body, a.contentType)
	if guarded(text) {
		return Page{}, fault(Refused, "%s answers with a challenge page that only a browser can pass: the summary is all there is", shown(a.url))
	}
	var p Page
	ok := protect(func() { p = readPage(ctx, text, a.url, r.dating()) })
	if ctx.Err() != nil {
		return Page{}, explain(a.url, 0, ctx.Err())
	}
	if !ok {
		return Page{}, fault(NoText, "%s is built in a way that cannot be read: the summary stands in for it", shown(a.url))
	}
	p.Language = languageOf(p.Title+"\n"+p.Text, first(p.Language, r.src.Language, a.language))
	return p, nil
}

// A facts gathers what the markup of a page says of it.
type facts struct {
	meta      map[string]string // by name, property or itemprop in lower case; the first counts
	linked    []string          // JSON-LD
	title     string            // of the tab
	headings  []string          // of the first level
	language  string
	canonical string
}

// factsOf reads what a page says in its head, before its furniture is removed.
func factsOf(doc *html.Node) facts {
	f := facts{meta: make(map[string]string)}
	walk(doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Html:
			f.language = first(attr(n, "lang"), attr(n, "xml:lang"))
		case atom.Meta:
			for _, key := range []string{"property", "name", "itemprop"} {
				name, value := strings.ToLower(attr(n, key)), strings.TrimSpace(attr(n, "content"))
				if name != "" && value != "" && f.meta[name] == "" {
					f.meta[name] = value
				}
			}
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") && f.canonical == "" {
				f.canonical = attr(n, "href")
			}
		case atom.Title:
			f.title = first(f.title, plainLine(shortText(n)))
			return false
		case atom.H1:
			if text := plainLine(shortText(n)); text != "" {
				f.headings = append(f.headings, text)
			}
		case atom.Script:
			if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
				f.linked = append(f.linked, n.FirstChild.Data)
			}
		case atom.Svg:
			return false
		}
		return true
	})
	return f
}

// dateMeta are the names under which pages give the date of an article, the
// surest first: those of Open Graph, of Chinese ministries, Dublin Core and news.
var dateMeta = []string{
	"article:published_time", "og:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date",
	"publication_date", "published_time", "article.published", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date",
	"citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "date",
}

// published returns the date that a page gives its article. Doc is the page
// without its furniture.
func (f facts) published(doc *html.Node, setting dates.Options) (at time.Time, raw, by string) {
	setting.Seen = time.Time{}
	read := func(text string) bool {
		d, ok := dates.Parse(text, setting)
		if ok {
			at, raw = d.Time, text
		}
		return ok
	}
	for _, script := range f.linked {
		if date := linkedValue(script, "datePublished"); read(date) {
			return at, raw, "JSON-LD"
		}
	}
	for _, name := range dateMeta {
		if read(f.meta[name]) {
			return at, raw, "meta"
		}
	}
	walk(doc, func(n *html.Node) bool {
		if raw == "" && (n.DataAtom == atom.Time || attr(n, "itemprop") == "datePublished") {
			_ = read(first(attr(n, "datetime"), attr(n, "content"))) || read(plainLine(shortText(n)))
		}
		return raw == ""
	})
	if raw != "" {
		return at, raw, "time"
	}
	text := datedText(doc)
	if d, ok := dates.Find(text, setting); ok {
		return d.Time, strings.TrimSpace(text), "text"
	}
	return time.Time{}, "", ""
}

// dateMark names the elements that hold little but a date.
var dateMark = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:date|pub-?date|pub-?time|publish-?(?:ed|date|time)?|post-?date|posted|time-?stamp|news-?(?:date|time)|article-?(?:date|time|info|meta)|time|hui12|info-?source|sub-?title|byline|source|laiyuan|riqi|shijian)(?:[\s_-]|$)`)

// datedText returns the text in which a reader would look for the date: the
// first short element that is marked as one and has a number, or else what
// follows the heading.
func datedText(doc *html.Node) string {
	marked, after := "", ""
	headed := false
	walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.ElementNode && n.DataAtom == atom.H1:
			headed = true
			return false
		case n.Type == html.ElementNode && marked == "" && dateMark.MatchString(attr(n, "class")+" "+attr(n, "id")):
			if text := plainLine(shortText(n)); strings.ContainsAny(text, "0123456789") {
				marked = text
			}
		case n.Type == html.TextNode && headed && len(after) < 300:
			after += " " + n.Data
		}
		return true
	})
	return first(marked, cutBytes(after, 300))
}

// linkedValue returns the first text of a key in the JSON-LD of a script; that
// of an article before that of anything else.
func linkedValue(script, key string) string {
	if len(script) > 1<<20 || jsonTooDeep(script, 64) {
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
			anywhere = first(anywhere, text)
			if kind, _ := json.Marshal(v["@type"]); articleType.Match(kind) {
				ofArticle = first(ofArticle, text)
			}
			look(v["@graph"])
			look(v["mainEntity"])
		}
	}
	look(value)
	return first(ofArticle, anywhere)
}

var articleType = regexp.MustCompile(`(?i)article|posting|report|legislation|publication`)

// headline returns the title of the article on a page.
func (f facts) headline() string {
	for _, h := range f.headings {
		if strings.Contains(f.title, h) || len(f.headings) == 1 && len(h) > 8 && f.meta["og:title"] == "" {
			return text.Display(h)
		}
	}
	for _, script := range f.linked {
		if title := plainLine(linkedValue(script, "headline")); text.Visible(title) != "" {
			return text.Display(title)
		}
	}
	title := plainLine(first(f.meta["articletitle"], f.meta["og:title"], f.meta["dc.title"], f.title))
	return text.Display(withoutSite(title, f.meta["og:site_name"], f.meta["sitename"]))
}

// withoutSite takes the name of the site off the end of a title.
func withoutSite(title string, names ...string) string {
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

// own returns the address that a page says is its own, if it is of the same
// site. The front page is nobody's own address but its own.
func (f facts) own(from *url.URL) string {
	address := resolve(from, first(f.canonical, f.meta["og:url"]))
	u, err := url.Parse(address)
	if err != nil || address == "" || from == nil || owner(u) != owner(from) {
		return ""
	}
	if strings.Trim(u.Path, "/") == "" && strings.Trim(from.Path, "/") != "" && u.RawQuery == "" {
		return ""
	}
	return address
}

// owner returns the part of a host that one owner has.
func owner(u *url.URL) string {
	host := plainHost(u.Hostname())
	if owned, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return owned
	}
	return host
}
