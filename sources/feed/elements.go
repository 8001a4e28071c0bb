package feed

import (
	"cmp"
	"encoding/base64"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/htmltext"
)

// An element is a child of a feed item, as it is written.
type element struct {
	name  string // in lower case, with prefix
	tag   string // the start tag
	inner string // the markup between its tags
}

// childElements returns the children of an item as far as its markup can be read.
// Children of media:group count as those of the item.
func childElements(item string) (list []element) {
	text := item[max(tagLength(item), 0):]
	for i := 0; i < len(text); {
		lt := strings.IndexByte(text[i:], '<')
		if lt < 0 {
			return list
		}
		i += lt
		if skip := opaqueLength(text[i:]); skip > 0 {
			i += skip
			continue
		}
		size := tagLength(text[i:])
		if size < 2 || text[i+1] == '/' {
			return list
		}
		tag := text[i : i+size]
		e := element{name: htmltext.LowerASCII(tagName(tag[1:])), tag: tag}
		i += size
		if !strings.HasSuffix(tag, "/>") {
			length, end := contentLength(text[i:], e.name)
			if end == 0 {
				return list
			}
			e.inner = text[i : i+length]
			i += end
		}
		if e.name == "media:group" {
			list = append(list, childElements(e.tag+e.inner)...)
			continue
		}
		list = append(list, e)
	}
	return list
}

// contentLength returns the length of the element whose start tag has just ended,
// without and with its end tag. Both are 0 if the element does not end.
func contentLength(text, name string) (length, end int) {
	depth := 1
	for i := 0; i < len(text); {
		lt := strings.IndexByte(text[i:], '<')
		if lt < 0 {
			return 0, 0
		}
		i += lt
		rest := text[i:]
		if skip := opaqueLength(rest); skip > 0 {
			i += skip
			continue
		}
		size := tagLength(rest)
		if size < 2 {
			return 0, 0
		}
		switch {
		case rest[1] == '/' && isTag(rest[2:], name):
			if depth--; depth == 0 {
				return i, i + size
			}
		case isTag(rest[1:], name) && !strings.HasSuffix(rest[:size], "/>"):
			depth++
		}
		i += size
	}
	return 0, 0
}

// value returns the text or markup of an element.
func (e element) value() string {
	value := strings.TrimSpace(unescapeXML(e.inner))
	if e.base64() {
		packed := strings.Join(strings.Fields(value), "")
		if plain, err := base64.StdEncoding.DecodeString(packed); err == nil && utf8.Valid(plain) {
			return string(plain)
		}
	}
	return value
}

// base64 reports whether an Atom element is encoded. Atom 0.3 says so in an attribute
// (section 3.1); in Atom 1.0, content that is neither text nor XML is encoded (RFC
// 4287, section 4.1.3.3).
func (e element) base64() bool {
	if mode := attribute(e.tag, "mode"); mode != "" {
		return strings.EqualFold(mode, "base64")
	}
	kind := htmltext.LowerASCII(attribute(e.tag, "type"))
	return e.name == "content" && strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "xml") &&
		!strings.ContainsRune(e.inner, '<')
}

// unescapeXML resolves references and CDATA sections. Child elements stay as they are.
func unescapeXML(inner string) string {
	if strings.Contains(inner, "<") && !strings.Contains(inner, "<![CDATA[") {
		return inner
	}
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(inner, "<![CDATA[")
		b.WriteString(html.UnescapeString(plain))
		if !found {
			return b.String()
		}
		quoted, after, _ := strings.Cut(rest, "]]>")
		b.WriteString(quoted)
		inner = after
	}
}

// supplement adds to an item of a feed what the parser ignores in an item: elements of other
// feed formats, encoded text and the language of single elements.
func (d document) supplement(it *Item, item string) {
	tag := item[:max(tagLength(item), 0)]
	it.Language = cmp.Or(xmlLang(tag), it.Language)
	it.GUID = cmp.Or(it.GUID, attribute(tag, "rdf:about"))
	it.Links = append(it.Links, attribute(tag, "href")) // of CDF, as is its date
	if it.undated() {
		it.Dates = append(it.Dates, attribute(tag, "lastmod"))
	}
	// The language of the text counts, or that of the title if there is no text.
	inherited, ofText, ofTitle, hasText := it.Language, "", "", false
	var links []element
	modified := ""
	for _, e := range childElements(item) {
		value := e.value()
		switch strings.TrimPrefix(e.name, d.prefix) {
		case "id":
			if d.isAtom {
				it.GUID = cmp.Or(value, it.GUID) // character by character: RFC 4287, section 4.2.6.1
			}
		case "title":
			if e.base64() {
				it.Title = value
			}
			if kind := attribute(e.tag, "type"); d.isAtom && (kind == "" || kind == "text") && strings.Contains(value, "<") && !isMarkup(value) {
				it.Title = html.EscapeString(value)
			}
			ofTitle = xmlLang(e.tag)
		case "media:title":
			it.Title = cmp.Or(it.Title, value)
		case "link":
			links = append(links, e)
		case "dcterms:modified":
			modified = value
		case "summary", "description", "abstract":
			if e.base64() || it.Summary == "" {
				it.Summary = value
			}
			if !d.isAtom && e.name == "summary" && value != it.Summary {
				it.Content, it.Summary = cmp.Or(it.Content, it.Summary), value
			}
			ofText, hasText = cmp.Or(ofText, xmlLang(e.tag)), true
		case "media:description", "itunes:summary", "itunes:subtitle":
			it.Summary = cmp.Or(it.Summary, value)
		case "content", "content:encoded", "body", "xhtml:body", "fullitem":
			if e.base64() || it.Content == "" {
				it.Content = value
			}
			ofText, hasText = cmp.Or(xmlLang(e.tag), ofText), true
		case "author":
			it.addAuthor(d.personName(e))
		case "dc:creator", "dc:author":
			it.addAuthor(value)
		case "issued", "dcterms:issued", "created", "dcterms:created":
			if it.undated() {
				it.Dates = append(it.Dates, value)
			}
		}
	}
	if d.isAtom {
		it.preferPages(links)
	}
	if it.undated() {
		it.Dates = append(it.Dates, modified)
	}
	if hasText {
		ofTitle = ""
	}
	it.Language = cmp.Or(ofText, ofTitle, inherited)
}

// language returns the language that applies to all items of the feed.
func (d document) language() string {
	at, size := findTag(d.text[:min(len(d.text), 4<<10)], d.prefix+"channel")
	if at < 0 {
		return xmlLang(d.root)
	}
	return cmp.Or(xmlLang(d.text[at:at+size]), xmlLang(d.root))
}

// xmlLang returns the xml:lang of a tag.
func xmlLang(tag string) string { return attribute(tag, "xml:lang") }

// personName returns the name of a person, or what else identifies one.
func (d document) personName(e element) string {
	if !d.isAtom {
		return e.value()
	}
	name, address := scanField(e.inner, d.prefix+"name"), scanField(e.inner, d.prefix+"email")
	if name != "" && address != "" {
		return name + " (" + address + ")"
	}
	return cmp.Or(name, address)
}

// addAuthor adds an author. If the author is known under a shorter form of the name,
// the longer form replaces it.
func (it *Item) addAuthor(name string) {
	same := func(a, b string) bool {
		return a == b || strings.HasPrefix(a, b+" (") || strings.HasSuffix(a, "("+b+")")
	}
	for i, have := range it.Authors {
		switch {
		case name == "" || same(have, name):
			return
		case have != "" && same(name, have):
			it.Authors[i] = name
			return
		}
	}
	it.Authors = append(it.Authors, name)
}

func (it *Item) undated() bool {
	return !slices.ContainsFunc(it.Dates, func(d string) bool { return strings.TrimSpace(d) != "" })
}
