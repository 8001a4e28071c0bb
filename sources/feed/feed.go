package feed

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed"

	"regwatch/internal/charset"
	"regwatch/internal/plural"
)

// A Feed is the content of a feed.
type Feed struct {
	Items     []Item
	Count     int      // items that a simple count finds, whether or not they can be read
	Language  string   // as the feed declares
	Addresses []string // of the feed and its site, as the feed declares
	Truncated bool     // the feed ends too early
	Warnings  []string // what was repaired or left out
}

func (f *Feed) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

// A feedItem is an item as the library parsed it, and its markup if that is known.
type feedItem struct {
	*gofeed.Item
	text string
}

// The errors of [Parse] and [ParseSitemap].
var (
	ErrNotAFeed = errors.New("not a feed")
	ErrTooDeep  = fmt.Errorf("nested more than %d levels deep", MaxDepth)
	ErrTooMany  = fmt.Errorf("it has more than %d elements and attributes", MaxValues)
	ErrDamaged  = errors.New("only the start of a feed")
)

// Parse reads a feed of any format and repairs what it can. It returns ErrNotAFeed,
// ErrTooDeep, ErrTooMany or ErrDamaged.
func Parse(body []byte, contentType string) (*Feed, error) {
	text, warning := charset.Decode(body, contentType)
	f, err := parseText(text)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		f.warn("%s", warning)
	}
	f.repairDouble()
	for i := range f.Items {
		f.Items[i].dateFromText()
	}
	return f, nil
}

// repairDouble repairs what was encoded twice and is written in references ("&#195;&#169;")
// or in the escapes of JSON.
func (f *Feed) repairDouble() {
	count := 0
	for i := range f.Items {
		it := &f.Items[i]
		for _, field := range []*string{&it.Title, &it.Summary, &it.Content} {
			repaired, n := charset.RepairDouble(*field)
			*field = repaired
			count += n
		}
	}
	if count > 0 {
		f.warn("%s encoded as UTF-8 twice and repaired", plural.Count(count, "character was", "characters were"))
	}
}

func parseText(text string) (*Feed, error) {
	start := strings.TrimLeft(text, " \t\r\n\ufeff\x00")
	if strings.HasPrefix(start, "{") {
		return parseJSONFeed(start)
	}
	return parseXMLFeed(text)
}

func parseXMLFeed(text string) (*Feed, error) {
	doc, junk, ok := trimToRoot(text)
	if !ok {
		return nil, ErrNotAFeed
	}
	f := &Feed{}
	if junk != "" {
		f.warn("skipped other text before the feed")
	}
	closed, unclosed := closeSections(doc.text)
	if unclosed > 0 {
		f.warn("%s that never ended: text may appear in another place", plural.Count(unclosed, "comment or CDATA section was closed", "comments or CDATA sections were closed"))
	}
	doc.text = closed
	repaired, repairs := repairXML(doc.text, doc.entities)
	if repairs > 0 {
		f.warn("repaired %d characters that XML does not allow", repairs)
	}
	doc.text = repaired
	size := tagLength(doc.text)
	if size < 0 {
		return nil, ErrDamaged
	}
	doc.root = doc.text[:size]
	starts := itemStarts(doc)
	f.Count = len(starts)
	whole := isComplete(doc)
	if len(starts) > MaxItems {
		f.warn("the feed has %d articles; only the first %d were read", len(starts), MaxItems)
		doc.text = doc.text[:starts[MaxItems]]
		starts = starts[:MaxItems]
	}
	if hasMoreElements(doc.text, MaxValues) {
		return nil, ErrTooMany
	}
	if tooDeep(doc.text, MaxDepth, doc.itemName()) {
		return nil, ErrTooDeep
	}
	f.Truncated = !whole

	var (
		feed  *gofeed.Feed
		items []feedItem
		err   = ErrDamaged
	)
	// Items without end tags look nested, so they can only be parsed one by one.
	if !tooDeep(doc.text, MaxDepth, "") {
		feed, err = safeParse(doc.text)
	}
	if err == nil {
		for i, item := range feed.Items {
			items = append(items, feedItem{Item: item})
			if len(feed.Items) == len(starts) {
				items[i].text = doc.text[starts[i]:firstOr(starts[i+1:], len(doc.text))]
				doc.fillLostFields(item, items[i].text)
			}
		}
		f.Language = feed.Language
		f.Addresses = append(feed.Links, feed.Link, feed.FeedLink)
	}
	if err != nil || len(items) < len(starts) {
		single, lost := parseLeniently(doc, starts, whole)
		if len(single) > len(items) {
			items = single
		}
		if whole {
			f.warn("the feed is not well-formed XML, so its articles were read one by one")
		}
		if lost > 0 {
			f.warn("%d of %d articles could not be read", lost, f.Count)
		}
	}
	if err != nil {
		head := doc.text[:firstOr(starts, len(doc.text))]
		f.Language = scanField(head, "language")
		f.Addresses = []string{scanField(head, "link"), atomLink(head)}
	}
	f.Language = cmp.Or(f.Language, doc.language())
	files := fileBases(doc.text)
	for _, item := range items {
		it := itemOf(item.Item)
		if item.text != "" {
			doc.supplement(&it, item.text)
		}
		it.leaveFiles(files)
		f.Items = append(f.Items, it)
	}
	return f, nil
}

// safeParse calls the feed parser. A panic on untrusted text fails this feed and not
// the program.
func safeParse(text string) (feed *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			feed, err = nil, ErrDamaged
		}
	}()
	parser := gofeed.NewParser()
	// Otherwise the library looks for an image in a tree of each description, however large that is.
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return parser.ParseString(text)
}

func firstOr(list []int, otherwise int) int {
	if len(list) == 0 {
		return otherwise
	}
	return list[0]
}

// itemOf returns the item that the library parsed.
func itemOf(item *gofeed.Item) Item {
	it := Item{
		GUID:     item.GUID,
		Links:    append([]string{item.Link}, item.Links...),
		Title:    item.Title,
		Summary:  item.Description,
		Content:  item.Content,
		Language: item.Custom["language"],
		Dates:    []string{item.Published, item.Updated, item.Custom["date"]},
	}
	for _, p := range item.Authors {
		if p != nil {
			it.Authors = append(it.Authors, cmp.Or(p.Name, p.Email))
		}
	}
	if item.DublinCoreExt != nil && len(item.DublinCoreExt.Language) > 0 {
		it.Language = item.DublinCoreExt.Language[0]
	}
	return it
}
