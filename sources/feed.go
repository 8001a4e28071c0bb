package sources

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"

	"regwatch/internal/plural"
	"regwatch/internal/weblink"
	"regwatch/sources/fetch"
)

// KindFeed is the kind of a source that is an RSS, Atom, RDF or JSON feed.
const KindFeed = "feed"

const acceptFeed = "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// feedKind reads RSS, Atom, RDF and JSON Feed.
type feedKind struct {
	title, date fieldRule
}

func (feedKind) accept() string { return acceptFeed }

func (k feedKind) read(_ context.Context, _ *Reader, resp fetch.Response) (*readResult, error) {
	text, warning := decode(resp.Body, resp.ContentType)
	feed, err := parseFeed(text)
	if err != nil {
		return nil, notFeedError(err, resp, text)
	}
	if warning != "" {
		feed.warn("%s", warning)
	}
	feed.truncated = feed.truncated || resp.Truncated
	if feed.truncated {
		feed.warn("the feed is truncated: regwatch read %s and will fetch it again at the next scan", plural.Count(len(feed.items), "complete article", "complete articles"))
	}
	if feed.truncated && len(feed.items) == 0 {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a feed that is truncated before its first article; regwatch will retry at the next scan", weblink.Display(resp.URL))
	}
	if feed.count > 0 && len(feed.items) == 0 {
		return nil, fetch.Errorf(fetch.Damaged, "%s sent a feed of %d articles, none of which can be read: it is too damaged to repair", weblink.Display(resp.URL), feed.count)
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

// recordOf returns the record of a feed item.
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

// A parsedFeed is the content of a feed.
type parsedFeed struct {
	readResult
	doc   document // set for XML feeds
	items []feedItem
}

// A feedItem is an item as the library parsed it, and its markup if that is known.
type feedItem struct {
	*gofeed.Item
	text string
}

var (
	errNotAFeed = errors.New("not a feed")
	errTooDeep  = errors.New("nested too deeply")
	errDamaged  = errors.New("damaged")
)

// parseFeed parses a feed of any format and repairs what it can.
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
		f.warn("skipped other text before the feed")
	}
	repaired, repairs := repairXML(doc.text, doc.entities)
	if repairs > 0 {
		f.warn("repaired %d characters that XML does not allow", repairs)
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
		f.warn("the feed has %d articles; only the first %d were read", len(starts), maxItems)
		doc.text = doc.text[:starts[maxItems]]
		starts = starts[:maxItems]
	}
	if tooDeep(doc.text, maxDepth, doc.itemName()) {
		return nil, errTooDeep
	}
	f.truncated = !whole

	var feed *gofeed.Feed
	err := errDamaged
	// Items without end tags look nested, so they can only be parsed one by one.
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
			f.warn("the feed is not well-formed XML, so its articles were read one by one")
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

// safeParse calls the feed parser. A panic on untrusted text fails this feed and not
// the program.
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

// parseJSONFeed parses a JSON Feed item by item, so that a truncated or damaged one
// still gives the items before the damage.
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
		f.warn("the feed has %d articles; only the first %d were read", f.count, maxItems)
	}
	if lost > 0 {
		f.warn("%d of %d articles could not be read", lost, f.count)
	}
	if _, err := d.Token(); err != nil {
		f.truncated = true
	}
}

var pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// notFeedError says what a response is that is not a feed.
func notFeedError(err error, resp fetch.Response, text string) *fetch.Error {
	at := weblink.Display(resp.URL)
	switch {
	case errors.Is(err, errTooDeep):
		return fetch.Errorf(fetch.Damaged, "%s sent a feed that is nested more than %d levels deep, so regwatch did not read it", at, maxDepth)
	case errors.Is(err, errDamaged):
		return fetch.Errorf(fetch.Damaged, "%s sent only the start of a feed; regwatch will retry at the next scan", at)
	case strings.TrimSpace(text) == "":
		return fetch.Errorf(fetch.Empty, "%s sent only white space: the site may have a problem; regwatch will retry at the next scan", at)
	case isChallengePage(text):
		return fetch.ChallengeError(resp.URL)
	case htmlRoot.MatchString(text) || strings.Contains(resp.ContentType, "html"):
		message := at + " sent a web page instead of a feed"
		if m := pageTitle.FindStringSubmatch(text); m != nil && len(m[1]) < 200 {
			message += fmt.Sprintf(" (its title: %q)", plainLine(m[1]))
		}
		if _, feeds := feedLinks(text, resp.URL); len(feeds) > 0 {
			return fetch.Errorf(fetch.NotAFeed, "%s; the page links to this feed: %s", message, feeds[0].URL)
		}
		return fetch.Errorf(fetch.NotAFeed, "%s: check the url of the source; the feed may have moved or be down", message)
	case strings.HasPrefix(text, "%PDF-"):
		return fetch.Errorf(fetch.NotAFeed, "%s sent a PDF instead of a feed: check the url of the source", at)
	case strings.HasPrefix(strings.TrimSpace(text), "{") || strings.HasPrefix(strings.TrimSpace(text), "["):
		return fetch.Errorf(fetch.NotAFeed, "%s sent JSON that is not a JSON Feed: check the url of the source", at)
	}
	return fetch.Errorf(fetch.NotAFeed, "%s sent something that is not a feed: check the url of the source", at)
}
