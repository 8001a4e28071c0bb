package feed

import (
	"cmp"
	"html"
	"strings"

	"github.com/mmcdole/gofeed"

	"regwatch/internal/htmltext"
)

// MaxItems is how many items of a feed are read. The longest feed of a regulator has
// some hundreds; more come from a mistake or an attack.
const MaxItems = 5000

// MaxValues is how many elements and attributes a feed may have, up to its [MaxItems]th item, and how many values and keys an
// item of a JSON feed. Each takes up to 500 bytes when it is parsed. 5,000 items of 25 elements with an
// attribute each have as many.
const MaxValues = 250_000

// hasMoreElements reports whether a text has more than max elements and attributes, as far as it looks like XML.
func hasMoreElements(text string, max int) bool {
	count, inTag := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inTag && c == '>':
			inTag = false
		case inTag && (c == '"' || c == '\''):
			if end := strings.IndexByte(text[i+1:], c); end >= 0 {
				i += 1 + end
			}
		case inTag && c == '=':
			count++
		case !inTag && c == '<':
			if skip := opaqueLength(text[i:]); skip > 0 {
				i += skip - 1
			} else if inTag = startsTag(text[i:]); inTag && i+1 < len(text) && text[i+1] != '/' {
				count++
			}
		}
		if count > max {
			return true
		}
	}
	return false
}

// itemStarts returns the offsets at which items start. It is a plain scan, so broken
// markup cannot mislead it for long.
func itemStarts(doc document) []int {
	name := strings.TrimPrefix(doc.itemName(), doc.prefix)
	var starts []int
	for i := 0; i < len(doc.text); {
		lt := strings.IndexByte(doc.text[i:], '<')
		if lt < 0 {
			break
		}
		i += lt
		rest := doc.text[i:]
		if skip := opaqueLength(rest); skip > 0 {
			i += skip
			continue
		}
		if isTag(rest[1:], name) || doc.prefix != "" && len(rest) > len(doc.prefix) && strings.EqualFold(rest[1:1+len(doc.prefix)], doc.prefix) && isTag(rest[1+len(doc.prefix):], name) {
			starts = append(starts, i)
		}
		i++
	}
	return starts
}

// itemName returns the name of the elements that contain an article.
func (d document) itemName() string {
	if d.isAtom {
		return d.prefix + "entry"
	}
	return "item" // in RDF, too, it lacks the root's prefix
}

// isTag reports whether s starts with the name of a tag that ends there or continues
// with attributes.
func isTag(s, name string) bool {
	return len(s) > len(name) && strings.EqualFold(s[:len(name)], name) && strings.IndexByte(" \t\r\n/>", s[len(name)]) >= 0
}

// lastEndTag returns the offset of the last end tag with a name, or -1. It does not
// take </feedburner:origLink> for </feed>.
func lastEndTag(text, name string) int {
	lower, end := htmltext.LowerASCII(text), htmltext.LowerASCII("</"+name)
	for at := strings.LastIndex(lower, end); at >= 0; at = strings.LastIndex(lower[:at], end) {
		if isTag(lower[at:], end) {
			return at
		}
	}
	return -1
}

// isComplete reports whether the root element ends; otherwise the feed is truncated.
func isComplete(doc document) bool {
	tail := doc.text[max(0, len(doc.text)-16<<10):]
	return lastEndTag(tail, tagName(doc.root[1:])) >= 0 || strings.HasSuffix(strings.TrimRight(doc.root, " \t\r\n"), "/>")
}

// parseLeniently parses each item by itself, so that a broken item does not affect the
// others. It skips an item that the end of a truncated feed cuts off; the next scan
// gets it whole.
func parseLeniently(doc document, starts []int, whole bool) (items []feedItem, lost int) {
	for n, start := range starts {
		end := len(doc.text)
		last := n+1 == len(starts)
		if !last {
			end = starts[n+1]
		}
		text, complete := doc.itemText(doc.text[start:end])
		if last && !complete && !whole {
			continue
		}
		item := doc.parseItem(text)
		if item == nil {
			item = scanFields(text)
		} else {
			doc.fillLostFields(item, text)
		}
		if item == nil {
			lost++
			continue
		}
		items = append(items, feedItem{Item: item, text: text})
	}
	return items, lost
}

// itemText cuts a segment after the end tag of the item, or adds one.
func (d document) itemText(segment string) (text string, complete bool) {
	name := tagName(segment[1:])
	end := "</" + name
	if at := lastEndTag(segment, name); at >= 0 {
		return segment[:at] + end + ">", true
	}
	if tag := tagLength(segment); tag > 0 && strings.HasSuffix(segment[:tag], "/>") {
		return segment[:tag], true
	}
	return segment + end + ">", false
}

func (d document) wrapItem(inner string) string {
	name := tagName(d.root[1:])
	if d.isAtom || strings.EqualFold(strings.TrimPrefix(name, d.prefix), "rdf") {
		return d.root + inner + "</" + name + ">"
	}
	channel := d.prefix + "channel"
	return d.root + "<" + channel + ">" + inner + "</" + channel + "></" + name + ">"
}

func (d document) parseItem(text string) *gofeed.Item {
	feed, err := safeParse(d.wrapItem(text))
	if err != nil || len(feed.Items) != 1 || !hasContent(feed.Items[0]) {
		return nil
	}
	return feed.Items[0]
}

// hasContent reports whether an item has any text or link.
func hasContent(i *gofeed.Item) bool {
	return i.Title != "" || i.Link != "" || i.GUID != "" || i.Description != "" || i.Content != ""
}

// scanFields takes what it finds from an item that cannot be parsed: the text from
// each known start tag to its end tag or the next known tag.
func scanFields(segment string) *gofeed.Item {
	item := &gofeed.Item{
		Title:       scanField(segment, "title"),
		Link:        scanField(segment, "link"),
		GUID:        cmp.Or(scanField(segment, "guid"), scanField(segment, "id")),
		Description: cmp.Or(scanField(segment, "description"), scanField(segment, "summary")),
		Content:     cmp.Or(scanField(segment, "content:encoded"), scanField(segment, "content")),
		Published:   cmp.Or(scanField(segment, "pubDate"), scanField(segment, "published"), scanField(segment, "dc:date"), scanField(segment, "date")),
		Updated:     scanField(segment, "updated"),
	}
	if item.Link == "" {
		item.Link = atomLink(segment)
	}
	if !hasContent(item) {
		return nil
	}
	return item
}

// fillLostFields sets the fields of an item that the parser lost: an end tag with a
// wrong name makes one field swallow the following ones.
func (d document) fillLostFields(item *gofeed.Item, text string) {
	lost := func(value, name string) bool {
		at, _ := findTag(text, name)
		return value == "" && at >= 0 && scanField(text, name) != ""
	}
	damaged := lost(item.Link, "link") || lost(item.GUID, "guid") || lost(item.Title, "title")
	if d.isAtom {
		damaged = lost(item.GUID, "id") || lost(item.Title, "title") || item.Link == "" && atomLink(text) != ""
	}
	if !damaged {
		return
	}
	found := scanFields(text)
	if found == nil {
		return
	}
	item.Title = cmp.Or(found.Title, item.Title)
	item.Link = cmp.Or(found.Link, item.Link)
	item.GUID = cmp.Or(found.GUID, item.GUID)
	item.Description = cmp.Or(found.Description, item.Description)
	item.Content = cmp.Or(found.Content, item.Content)
	if item.Published == "" {
		item.Published = found.Published
	}
}

// knownFields returns the tags that end a field without an end tag.
func knownFields() []string {
	return []string{
		"title", "link", "guid", "id", "description", "summary", "content:encoded", "content", "pubdate", "published",
		"updated", "dc:date", "dc:creator", "author", "category", "comments", "enclosure", "source",
	}
}

func scanField(segment, name string) string {
	at, size := findTag(segment, name)
	if at < 0 || strings.HasSuffix(segment[at:at+size], "/>") {
		return ""
	}
	inner := segment[at+size:]
	lower := htmltext.LowerASCII(inner)
	end := strings.Index(lower, "</"+htmltext.LowerASCII(name))
	if end < 0 {
		end = len(inner)
		for _, known := range append(knownFields(), "/item", "/entry") {
			for _, open := range []string{"<" + known + ">", "<" + known + " "} {
				if i := strings.Index(lower, open); i >= 0 && i < end {
					end = i
				}
			}
		}
	}
	value := strings.TrimSpace(inner[:end])
	if text, ok := strings.CutPrefix(value, "<![CDATA["); ok {
		text, _, _ = strings.Cut(text, "]]>")
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(html.UnescapeString(value))
}

// findTag returns the offset and the length of the first start tag of an element.
func findTag(segment, name string) (at, size int) {
	return findTagFrom(segment, htmltext.LowerASCII(segment), htmltext.LowerASCII(name), 0)
}

// findTagFrom is findTag from an offset on. It takes the segment in lower case too, so
// that a loop lowers it only once.
func findTagFrom(segment, lower, name string, from int) (at, size int) {
	for {
		i := strings.Index(lower[from:], "<"+name)
		if i < 0 {
			return -1, 0
		}
		at = from + i
		if isTag(segment[at+1:], name) {
			if size = tagLength(segment[at:]); size > 0 {
				return at, size
			}
			return -1, 0
		}
		from = at + 1
	}
}

// atomLink returns the link of an Atom entry: that with rel="alternate", or without a
// rel, which means the same.
func atomLink(segment string) string {
	lower := htmltext.LowerASCII(segment)
	for from := 0; ; {
		at, size := findTagFrom(segment, lower, "link", from)
		if at < 0 {
			return ""
		}
		tag := segment[at : at+size]
		if rel := attribute(tag, "rel"); rel == "" || rel == "alternate" {
			if href := attribute(tag, "href"); href != "" {
				return href
			}
		}
		from = at + size
	}
}

// attribute returns the value of an attribute of a start tag. The case of the name
// does not matter.
func attribute(tag, name string) string {
	rest := strings.TrimRight(strings.TrimPrefix(tag[min(1, len(tag)):], tagName(tag[min(1, len(tag)):])), "/>")
	for {
		rest = strings.TrimLeft(rest, " \t\r\n/")
		end := strings.IndexAny(rest, "= \t\r\n")
		if end < 0 {
			return ""
		}
		key := rest[:end]
		after := strings.TrimLeft(rest[end:], " \t\r\n")
		if !strings.HasPrefix(after, "=") {
			rest = after
			continue
		}
		var value string
		value, rest = cutValue(strings.TrimLeft(after[1:], " \t\r\n"))
		if strings.EqualFold(key, name) {
			return html.UnescapeString(value)
		}
	}
}

// cutValue splits off the value at the start of a text, which is quoted or ends at
// white space.
func cutValue(text string) (value, rest string) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		end := strings.IndexAny(text+" ", " \t\r\n")
		return text[:end], text[end:]
	}
	value, rest, _ = strings.Cut(text[1:], text[:1])
	return value, rest
}
