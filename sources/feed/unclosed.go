package feed

import (
	"regexp"
	"slices"
	"strings"
)

var itemTag = regexp.MustCompile(`(?i)</?(?:[a-z_][\w.-]*:)?(?:item|entry)[\s/>]`)

// closeSections ends the CDATA sections and comments of a feed that do not end where they
// should, so that they do not swallow the items up to the end of the next one. It returns
// how many those are. A section whose element does not end either is left as it is: the
// feed is cut there.
func closeSections(text string) (closed string, unclosed int) {
	if !strings.Contains(text, "<!") {
		return text, 0
	}
	items := readItemTags(text)
	cdataEnd, commentEnd := nextIndex{of: "]]>"}, nextIndex{of: "-->"}
	var b strings.Builder
	written := 0
	for i := 0; ; {
		lt := strings.Index(text[i:], "<!")
		if lt < 0 {
			break
		}
		i += lt
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, "<![CDATA["):
			end := cdataEnd.from(text, i)
			if at, open := unclosedCDATA(text, i, end, items); open {
				b.WriteString(text[written:at] + "]]>")
				written, i = at, at
				unclosed++
				continue
			}
			i = min(end+len("]]>"), len(text))
		case strings.HasPrefix(rest, "<!--"):
			end := commentEnd.from(text, i)
			nested := strings.Contains(text[i+1:end], "<!--")
			if end == len(text) || nested && !items.balanced(i, end) {
				b.WriteString(text[written:i])
				i += len("<!--")
				written = i
				unclosed++
				continue
			}
			i = end + len("-->")
		default:
			i += len("<!")
		}
	}
	if unclosed == 0 {
		return text, 0
	}
	b.WriteString(text[written:])
	return b.String(), unclosed
}

// unclosedCDATA reports whether the CDATA section at start lacks its end, and where it
// should be: its element or its item ends before the next section begins, or the text has
// no "]]>" at all.
func unclosedCDATA(text string, start, end int, items itemTags) (at int, open bool) {
	from := start + len("<![CDATA[")
	limit := len(text)
	if end < limit {
		inner := strings.Index(text[from:max(from, end)], "<![CDATA[")
		if inner < 0 {
			return 0, false
		}
		limit = from + inner
	}
	itemEnd, ends := items.firstEnd(from, limit)
	if ends {
		limit = itemEnd
	}
	parent := tagName(text[strings.LastIndexByte(text[:start], '<')+1 : start])
	if i := strings.Index(text[from:limit], "</"+parent); i >= 0 && parent != "" && parent[0] != '/' {
		return from + i, true
	}
	return itemEnd, ends
}

// A nextIndex finds the next place of a text, and searches each part of it once.
type nextIndex struct {
	of       string
	searched bool
	found    int
}

// from returns the first place at or after i, or the length of the text. Calls come in
// order.
func (n *nextIndex) from(text string, i int) int {
	if !n.searched || n.found < i {
		n.searched, n.found = true, len(text)
		if at := strings.Index(text[i:], n.of); at >= 0 {
			n.found = i + at
		}
	}
	return n.found
}

// itemTags are the tags that start and end the items of a feed, in order.
type itemTags []itemTagAt

type itemTagAt struct {
	at    int
	isEnd bool
	open  int // how many items are open after it
}

func readItemTags(text string) (tags itemTags) {
	open := 0
	for _, m := range itemTag.FindAllStringIndex(text, -1) {
		isEnd := text[m[0]+1] == '/'
		if open++; isEnd {
			open -= 2
		}
		tags = append(tags, itemTagAt{at: m[0], isEnd: isEnd, open: open})
	}
	return tags
}

// within returns the tags of a part of the text.
func (t itemTags) within(from, to int) itemTags {
	index := func(at int) int {
		i, _ := slices.BinarySearchFunc(t, at, func(tag itemTagAt, at int) int { return tag.at - at })
		return i
	}
	return t[index(from):max(index(from), index(to))]
}

func (t itemTags) firstEnd(from, to int) (at int, ok bool) {
	for _, tag := range t.within(from, to) {
		if tag.isEnd {
			return tag.at, true
		}
	}
	return 0, false
}

// balanced reports whether a part of the text ends the items that it starts, and no others.
func (t itemTags) balanced(from, to int) bool {
	part := t.within(from, to)
	if len(part) == 0 {
		return true
	}
	last := part[len(part)-1]
	return !part[0].isEnd && last.open == part[0].open-1
}
