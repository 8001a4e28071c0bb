package sources

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"
)

// KindFeed is a source of RSS, Atom, RDF or JSON Feed.
const KindFeed = "feed"

const acceptFeed = "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// feedKind reads RSS, Atom, RDF and JSON Feed.
type feedKind struct {
	title, date taken
}

func (feedKind) accept() string { return acceptFeed }

func (k feedKind) read(_ context.Context, _ *Reader, a answer) (*found, error) {
	text, warning := decode(a.body, a.contentType)
	feed, err := parseFeed(text)
	if err != nil {
		return nil, describe(err, a, text)
	}
	if warning != "" {
		feed.warn("%s", warning)
	}
	feed.cut = feed.cut || a.cut
	if feed.cut {
		feed.warn("the feed is cut off: what came before the cut was read (articles: %d), and the whole is asked for again at the next scan", len(feed.items))
	}
	if feed.cut && len(feed.items) == 0 {
		return nil, fault(Damaged, "%s sends a feed that is cut off before its first article; it is tried again at the next scan", shown(a.url))
	}
	if feed.count > 0 && len(feed.items) == 0 {
		return nil, fault(Damaged, "%s sends a feed of %d articles of which none can be read: it is damaged beyond repair", shown(a.url), feed.count)
	}
	for _, item := range feed.items {
		rec := recordOf(item.Item)
		if item.text != "" {
			feed.doc.supplement(&rec, item.text)
		}
		k.mend(&rec)
		feed.records = append(feed.records, rec)
	}
	return &feed.found, nil
}

// recordOf takes from an item of a feed what an article is made of.
func recordOf(item *gofeed.Item) record {
	rec := record{
		guid:     item.GUID,
		links:    append([]string{item.Link}, item.Links...),
		title:    item.Title,
		summary:  item.Description,
		content:  item.Content,
		language: item.Custom["language"],
		dates:    []date{{raw: item.Published}, {raw: item.Updated}, {raw: item.Custom["date"]}},
	}
	for _, p := range item.Authors {
		if p != nil {
			rec.authors = append(rec.authors, first(p.Name, p.Email))
		}
	}
	if item.DublinCoreExt != nil && len(item.DublinCoreExt.Language) > 0 {
		rec.language = item.DublinCoreExt.Language[0]
	}
	return rec
}

// A feedText is what a feed's text held.
type feedText struct {
	found
	doc   document // of XML
	items []feedItem
}

// A feedItem is an item as the library read it, and its markup where that is
// known.
type feedItem struct {
	*gofeed.Item
	text string
}

var (
	errNotAFeed = errors.New("not a feed")
	errTooDeep  = errors.New("nested too deeply")
	errDamaged  = errors.New("damaged")
)

// parseFeed reads the text of a feed of any kind, mending what is broken.
func parseFeed(text string) (*feedText, error) {
	start := strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if strings.HasPrefix(start, "{") {
		return parseJSONFeed(start)
	}
	return parseXMLFeed(text)
}

func parseXMLFeed(text string) (*feedText, error) {
	doc, junk, ok := cutToRoot(text)
	if !ok {
		return nil, errNotAFeed
	}
	f := &feedText{}
	if junk != "" {
		f.warn("something other than the feed stands before it and was skipped")
	}
	mended, faults := mend(doc.text, doc.named)
	if faults > 0 {
		f.warn("%d characters that XML does not allow were mended", faults)
	}
	doc.text = mended
	size := tagEnd(doc.text)
	if size < 0 {
		return nil, errDamaged
	}
	doc.root = doc.text[:size]
	starts := itemStarts(doc)
	f.count = len(starts)
	whole := closed(doc)
	if len(starts) > maxItems {
		f.warn("the feed has %d articles; only the first %d are read", len(starts), maxItems)
		doc.text = doc.text[:starts[maxItems]]
		starts = starts[:maxItems]
	}
	if tooDeep(doc.text, MaxDepth, doc.itemName()) {
		return nil, errTooDeep
	}
	f.cut = !whole

	var feed *gofeed.Feed
	err := errDamaged
	// Items that lack their ends nest; only one by one can they be parsed.
	if !tooDeep(doc.text, MaxDepth, "") {
		feed, err = parseWith(doc.text)
	}
	if err == nil {
		for i, item := range feed.Items {
			f.items = append(f.items, feedItem{Item: item})
			if len(feed.Items) == len(starts) {
				f.items[i].text = doc.text[starts[i]:firstOr(starts[i+1:], len(doc.text))]
				doc.complete(item, f.items[i].text)
			}
		}
		f.language = feed.Language
		f.addresses = append(feed.Links, feed.Link, feed.FeedLink)
	}
	if err != nil || len(f.items) < len(starts) {
		items, lost := salvage(doc, starts, whole)
		if len(items) > len(f.items) {
			f.items = items
		}
		if whole {
			f.warn("the feed is not well-formed; its articles were read one by one")
		}
		if lost > 0 {
			f.warn("%d of %d articles could not be read", lost, f.count)
		}
	}
	if err != nil {
		head := doc.text[:firstOr(starts, len(doc.text))]
		f.language = field(head, "language")
		f.addresses = []string{field(head, "link"), linkOf(head)}
	}
	f.language, f.doc = first(f.language, doc.language()), doc
	return f, nil
}

// parseWith calls the parser, which reads what strangers wrote: should it ever
// panic at that, one feed fails and not the program.
func parseWith(text string) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, errDamaged
		}
	}()
	return gofeed.NewParser().ParseString(text)
}

func firstOr(list []int, otherwise int) int {
	if len(list) == 0 {
		return otherwise
	}
	return list[0]
}

// parseJSONFeed reads a JSON Feed item by item, so that a cut or broken one
// still gives what came before.
func parseJSONFeed(text string) (*feedText, error) {
	if jsonTooDeep(text, MaxDepth) {
		return nil, errTooDeep
	}
	f := &feedText{}
	var version string
	var found bool
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, errNotAFeed
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			f.cut = true
			break
		}
		if key == "items" {
			found = true
			f.jsonItems(d)
			if f.cut {
				break
			}
			continue
		}
		var value any
		if err := d.Decode(&value); err != nil {
			f.cut = true
			break
		}
		switch s, _ := value.(string); key {
		case "version":
			version = s
		case "language":
			f.language = s
		case "home_page_url", "feed_url":
			f.addresses = append(f.addresses, s)
		}
	}
	if _, err := d.Token(); err != nil {
		f.cut = true
	}
	if !found && !strings.Contains(version, "jsonfeed.org") {
		return nil, errNotAFeed
	}
	return f, nil
}

func (f *feedText) jsonItems(d *json.Decoder) {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		f.cut = errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
		return
	}
	lost := 0
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			f.cut = true
			return
		}
		if f.count++; f.count > maxItems {
			continue
		}
		feed, err := parseWith(`{"version":"https://jsonfeed.org/version/1.1","items":[` + string(raw) + `]}`)
		if err != nil || len(feed.Items) != 1 || !says(feed.Items[0]) {
			lost++
			continue
		}
		f.items = append(f.items, feedItem{Item: feed.Items[0]})
	}
	if f.count > maxItems {
		f.warn("the feed has %d articles; only the first %d are read", f.count, maxItems)
	}
	if lost > 0 {
		f.warn("%d of %d articles could not be read", lost, f.count)
	}
	if _, err := d.Token(); err != nil {
		f.cut = true
	}
}

var pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// describe says what an answer is that is no feed.
func describe(err error, a answer, text string) *Error {
	at := shown(a.url)
	switch {
	case errors.Is(err, errTooDeep):
		return fault(Damaged, "%s sends a feed whose elements nest more than %d deep, and was not read: no real feed does that", at, MaxDepth)
	case errors.Is(err, errDamaged):
		return fault(Damaged, "%s sends something that begins like a feed and breaks off at once; it is tried again at the next scan", at)
	case strings.TrimSpace(text) == "":
		return fault(Empty, "%s answers with nothing but white space: the site may be in trouble; it is tried again at the next scan", at)
	case guarded(text):
		return fault(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case htmlRoot.MatchString(text) || strings.Contains(a.contentType, "html"):
		message := at + " answers with a web page instead of a feed"
		if m := pageTitle.FindStringSubmatch(text); m != nil && len(m[1]) < 200 {
			message += fmt.Sprintf(" (its title: %q)", plainLine(m[1]))
		}
		if feed := namedFeed(text, a.url); feed != "" {
			return fault(NotAFeed, "%s; the page names this feed: %s", message, feed)
		}
		return fault(NotAFeed, "%s: check the url of the source, the site may have moved its feed or be down", message)
	case strings.HasPrefix(text, "%PDF-"):
		return fault(NotAFeed, "%s answers with a PDF instead of a feed: check the url of the source", at)
	case strings.HasPrefix(strings.TrimSpace(text), "{") || strings.HasPrefix(strings.TrimSpace(text), "["):
		return fault(NotAFeed, "%s answers with JSON that is not a JSON Feed: check the url of the source", at)
	}
	return fault(NotAFeed, "%s answers with something that is not a feed: check the url of the source", at)
}

// namedFeed returns the first feed that a page says it has.
func namedFeed(page string, base *url.URL) string {
	z := html.NewTokenizer(strings.NewReader(page[:min(len(page), 256<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data != "link" {
				continue
			}
			values := make(map[string]string)
			for _, a := range t.Attr {
				values[a.Key] = a.Val
			}
			kind := values["type"]
			if strings.Contains(values["rel"], "alternate") && (strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json")) {
				return resolve(base, values["href"])
			}
		}
	}
}
