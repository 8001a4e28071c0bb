package sources

import (
	"cmp"
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
	title, date fieldRule
}

func (feedKind) accept() string { return acceptFeed }

func (k feedKind) read(_ context.Context, _ *Reader, resp response) (*readResult, error) {
	text, warning := decode(resp.body, resp.contentType)
	feed, err := parseFeed(text)
	if err != nil {
		return nil, notFeedError(err, resp, text)
	}
	if warning != "" {
		feed.warn("%s", warning)
	}
	feed.truncated = feed.truncated || resp.truncated
	if feed.truncated {
		feed.warn("the feed is cut off: what came before the cut was read (articles: %d), and the whole is asked for again at the next scan", len(feed.items))
	}
	if feed.truncated && len(feed.items) == 0 {
		return nil, newError(Damaged, "%s sends a feed that is cut off before its first article; it is tried again at the next scan", displayURL(resp.url))
	}
	if feed.count > 0 && len(feed.items) == 0 {
		return nil, newError(Damaged, "%s sends a feed of %d articles of which none can be read: it is damaged beyond repair", displayURL(resp.url), feed.count)
	}
	for _, item := range feed.items {
		rec := recordOf(item.Item)
		if item.text != "" {
			feed.doc.supplement(&rec, item.text)
		}
		k.applyRules(&rec)
		feed.records = append(feed.records, rec)
	}
	return &feed.readResult, nil
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
			rec.authors = append(rec.authors, cmp.Or(p.Name, p.Email))
		}
	}
	if item.DublinCoreExt != nil && len(item.DublinCoreExt.Language) > 0 {
		rec.language = item.DublinCoreExt.Language[0]
	}
	return rec
}

// A parsedFeed is what a feed's text held.
type parsedFeed struct {
	readResult
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
func parseFeed(text string) (*parsedFeed, error) {
	start := strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if strings.HasPrefix(start, "{") {
		return parseJSONFeed(start)
	}
	return parseXMLFeed(text)
}

func parseXMLFeed(text string) (*parsedFeed, error) {
	doc, junk, ok := trimToRoot(text)
	if !ok {
		return nil, errNotAFeed
	}
	f := &parsedFeed{}
	if junk != "" {
		f.warn("something other than the feed stands before it and was skipped")
	}
	repaired, repairs := repairXML(doc.text, doc.entities)
	if repairs > 0 {
		f.warn("%d characters that XML does not allow were mended", repairs)
	}
	doc.text = repaired
	size := tagLength(doc.text)
	if size < 0 {
		return nil, errDamaged
	}
	doc.root = doc.text[:size]
	starts := itemStarts(doc)
	f.count = len(starts)
	whole := isComplete(doc)
	if len(starts) > maxItems {
		f.warn("the feed has %d articles; only the first %d are read", len(starts), maxItems)
		doc.text = doc.text[:starts[maxItems]]
		starts = starts[:maxItems]
	}
	if tooDeep(doc.text, maxDepth, doc.itemName()) {
		return nil, errTooDeep
	}
	f.truncated = !whole

	var feed *gofeed.Feed
	err := errDamaged
	// Items that lack their ends nest; only one by one can they be parsed.
	if !tooDeep(doc.text, maxDepth, "") {
		feed, err = safeParse(doc.text)
	}
	if err == nil {
		for i, item := range feed.Items {
			f.items = append(f.items, feedItem{Item: item})
			if len(feed.Items) == len(starts) {
				f.items[i].text = doc.text[starts[i]:firstOr(starts[i+1:], len(doc.text))]
				doc.fillLostFields(item, f.items[i].text)
			}
		}
		f.language = feed.Language
		f.addresses = append(feed.Links, feed.Link, feed.FeedLink)
	}
	if err != nil || len(f.items) < len(starts) {
		items, lost := parseLeniently(doc, starts, whole)
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
		f.language = scanField(head, "language")
		f.addresses = []string{scanField(head, "link"), atomLink(head)}
	}
	f.language, f.doc = cmp.Or(f.language, doc.language()), doc
	return f, nil
}

// safeParse calls the parser, which reads what strangers wrote: should it ever
// panic at that, one feed fails and not the program.
func safeParse(text string) (feed *gofeed.Feed, err error) {
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
func parseJSONFeed(text string) (*parsedFeed, error) {
	if jsonTooDeep(text, maxDepth) {
		return nil, errTooDeep
	}
	f := &parsedFeed{}
	var version string
	var found bool
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, errNotAFeed
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			f.truncated = true
			break
		}
		if key == "items" {
			found = true
			f.readJSONItems(d)
			if f.truncated {
				break
			}
			continue
		}
		var value any
		if err := d.Decode(&value); err != nil {
			f.truncated = true
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
		f.truncated = true
	}
	if !found && !strings.Contains(version, "jsonfeed.org") {
		return nil, errNotAFeed
	}
	return f, nil
}

func (f *parsedFeed) readJSONItems(d *json.Decoder) {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		f.truncated = errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
		return
	}
	lost := 0
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			f.truncated = true
			return
		}
		if f.count++; f.count > maxItems {
			continue
		}
		feed, err := safeParse(`{"version":"https://jsonfeed.org/version/1.1","items":[` + string(raw) + `]}`)
		if err != nil || len(feed.Items) != 1 || !hasContent(feed.Items[0]) {
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
		f.truncated = true
	}
}

var pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// notFeedError says what an answer is that is no feed.
func notFeedError(err error, resp response, text string) *Error {
	at := displayURL(resp.url)
	switch {
	case errors.Is(err, errTooDeep):
		return newError(Damaged, "%s sends a feed whose elements nest more than %d deep, and was not read: no real feed does that", at, maxDepth)
	case errors.Is(err, errDamaged):
		return newError(Damaged, "%s sends something that begins like a feed and breaks off at once; it is tried again at the next scan", at)
	case strings.TrimSpace(text) == "":
		return newError(Empty, "%s answers with nothing but white space: the site may be in trouble; it is tried again at the next scan", at)
	case isChallengePage(text):
		return newError(Refused, "%s answers with a challenge page that only a browser can pass: ask the publisher for another way, or watch another source", at)
	case htmlRoot.MatchString(text) || strings.Contains(resp.contentType, "html"):
		message := at + " answers with a web page instead of a feed"
		if m := pageTitle.FindStringSubmatch(text); m != nil && len(m[1]) < 200 {
			message += fmt.Sprintf(" (its title: %q)", plainLine(m[1]))
		}
		if feed := discoverFeed(text, resp.url); feed != "" {
			return newError(NotAFeed, "%s; the page names this feed: %s", message, feed)
		}
		return newError(NotAFeed, "%s: check the url of the source, the site may have moved its feed or be down", message)
	case strings.HasPrefix(text, "%PDF-"):
		return newError(NotAFeed, "%s answers with a PDF instead of a feed: check the url of the source", at)
	case strings.HasPrefix(strings.TrimSpace(text), "{") || strings.HasPrefix(strings.TrimSpace(text), "["):
		return newError(NotAFeed, "%s answers with JSON that is not a JSON Feed: check the url of the source", at)
	}
	return newError(NotAFeed, "%s answers with something that is not a feed: check the url of the source", at)
}

// discoverFeed returns the first feed that a page says it has.
func discoverFeed(page string, base *url.URL) string {
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
				return resolveURL(base, values["href"])
			}
		}
	}
}
