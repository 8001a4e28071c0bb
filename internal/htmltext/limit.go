package htmltext

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The limits of one page. The largest of 281 real pages that we measured has 12,000 parts, and no tag of them has more than 125
// attributes.
const (
	MaxPage       = 3 << 20 // bytes of a page that are read; the rest is scripts and data
	MaxParts      = 100_000 // tags, texts and attributes
	MaxAttributes = 256     // of one tag; the others are left out
	maxFormatting = 64      // formatting elements, such as b, that may be open at once; the tags of others are left out
)

// limit returns the part of a page that is parsed, how many parts it has, and whether that is not all of it. The nodes of its
// tree have at most four times as many nodes and attributes. It builds no tree.
//
// The parser repeats formatting elements that were not closed in each following block, so each repetition counts as a part. It
// reads the content of svg, math and template by rules of their own. That is no text and left out, so that the parser sees the
// same tokens as this function.
func limit(markup string) (limited string, parts int, cut bool) {
	if len(markup) > MaxPage {
		markup, cut = markup[:MaxPage], true
	}
	l := &limiter{Tokenizer: html.NewTokenizer(strings.NewReader(markup)), markup: markup}
	for l.next() {
		if l.parts > MaxParts {
			cut = true
			break
		}
	}
	if l.kept.Len() == 0 && l.copied == 0 {
		return markup[:l.at], l.parts, cut
	}
	l.kept.WriteString(markup[l.copied:l.at])
	return l.kept.String(), l.parts, cut
}

// A limiter reads the tokens of a page.
type limiter struct {
	*html.Tokenizer
	markup string
	kept   strings.Builder // what is parsed of markup[:copied]
	copied int
	at     int  // the start of the next token
	isRaw  bool // the next token is the content of a script and the like
	parts  int
	open   formatting

	skipped atom.Atom // the element whose content is left out, or 0
	depth   int       // of elements of that name in it
	foreign int       // elements in it whose content is HTML again
}

// next reads a token. It returns false at the end of the page.
func (l *limiter) next() bool {
	start, extra, skip := l.at, 0, 0
	if !l.isRaw {
		if from, to := extraAttributes(l.markup[l.at:]); from > 0 {
			short := l.markup[l.at:l.at+from] + ">"
			l.Tokenizer = html.NewTokenizer(io.MultiReader(strings.NewReader(short), strings.NewReader(l.markup[l.at+to:])))
			extra, skip = l.at+from, to-len(short)
		}
	}
	l.AllowCDATA(l.skipped == atom.Svg || l.skipped == atom.Math)
	kind := l.Next()
	if kind == html.ErrorToken {
		l.at = len(l.markup)
		return false
	}
	l.at += len(l.Raw()) + skip
	l.isRaw = false
	switch kind {
	case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
		raw := l.markup[start:l.at]
		name, more := l.TagName()
		tag := atom.Lookup(name)
		l.isRaw = kind != html.EndTagToken && isRawText(tag)
		size := 1
		for more {
			size++
			_, _, more = l.TagAttr()
		}
		keep := false
		if l.skipped != 0 {
			keep = l.endsSkipped(kind, tag, start)
		}
		if l.skipped == 0 && !keep {
			keep = l.tag(kind, tag, openFormatting{tag, raw, size})
		}
		switch {
		case !keep:
			l.drop(start, l.at, "")
		case extra > 0:
			l.drop(extra, l.at, ">")
		}
	default:
		if l.skipped != 0 {
			l.drop(start, l.at, "")
			break
		}
		l.parts += 1 + l.open.repeated()
	}
	return true
}

// tag counts a tag, and reports whether it stays.
func (l *limiter) tag(kind html.TokenType, tag atom.Atom, as openFormatting) bool {
	l.parts += as.size
	switch {
	case kind == html.EndTagToken:
		l.parts += l.open.end(tag)
	case tag == atom.Svg || tag == atom.Math || tag == atom.Template:
		l.parts += l.open.repeated()
		l.open.block(tag)
		if kind == html.StartTagToken || tag == atom.Template {
			l.skipped, l.depth, l.foreign = tag, 1, 0
		}
	case isFormatting(tag):
		l.parts += l.open.repeated()
		return l.open.start(as)
	case tag == atom.A:
		more, stays := l.open.startLink(as.size)
		l.parts += more
		return stays
	case isInline(tag):
		l.parts += l.open.repeated()
	case IsBlock(tag) || tag == atom.Td || tag == atom.Th:
		l.open.block(tag)
	default:
		l.parts += l.open.repeated()
		l.open.block(tag)
	}
	return true
}

// endsSkipped reads a tag within an element whose content is left out, and reports whether it is its end tag. An element that
// cannot be in it ends it too.
func (l *limiter) endsSkipped(kind html.TokenType, tag atom.Atom, start int) bool {
	isForeign := l.skipped != atom.Template
	if isForeign && l.foreign == 0 && kind != html.EndTagToken && endsForeign(tag) {
		l.drop(start, start, "</"+l.skipped.String()+">") // its end tag is missing
		l.skipped = 0
		return false
	}
	if isForeign && l.isRaw {
		l.NextIsNotRawText()
		l.isRaw = false
	}
	switch {
	case tag == atom.Foreignobject || tag == atom.Desc:
		if kind == html.StartTagToken {
			l.foreign++
		} else if kind == html.EndTagToken {
			l.foreign = max(0, l.foreign-1)
		}
	case tag == l.skipped && kind == html.StartTagToken:
		l.depth++
	case tag == l.skipped && kind == html.EndTagToken:
		if l.depth--; l.depth == 0 {
			l.skipped = 0
			return true
		}
	}
	return false
}

// drop leaves out a part of the markup and puts another text in its place.
func (l *limiter) drop(from, to int, instead string) {
	l.kept.WriteString(l.markup[l.copied:from])
	l.kept.WriteString(instead)
	l.copied = to
}

// formatting counts the elements and attributes that the parser may have to repeat because their elements were not closed.
type formatting struct {
	sure      []openFormatting // no block began in them, so their end tag ends them
	unsure    map[string]int   // the tags of others, and how many of each: the parser repeats at most three that are alike
	size      int              // of sure and unsure
	elements  int              // sure and unsure
	largest   int              // size of one of them
	link      int              // size of the link that is open
	inLink    []atom.Atom      // blocks that are open in it
	outer     int              // largest size of a link that may still be open around a table cell; one is at most
	kept      int              // size of links that the parser keeps although they ended
	keptLinks int
	closed    bool // the parser may have closed some of them since it repeated them
}

type openFormatting struct {
	tag  atom.Atom
	raw  string
	size int // of the tag and its attributes
}

// repeated returns how much the parser repeats at most before a text or an element within a line.
func (f *formatting) repeated() int {
	if !f.closed {
		return 0
	}
	f.closed = false
	return f.size + f.link + f.outer + f.kept
}

// start begins a formatting element. It returns false if there are too many.
func (f *formatting) start(e openFormatting) bool {
	if f.elements >= maxFormatting {
		return false
	}
	f.sure = append(f.sure, e)
	f.elements++
	f.size += e.size
	f.largest = max(f.largest, e.size)
	f.closed = f.closed || e.tag == atom.Nobr // which ends another one
	return true
}

// startLink begins a link, which ends the one before. It returns how much the parser makes besides at most, and whether the
// link stays.
func (f *formatting) startLink(size int) (more int, stays bool) {
	if f.keptLinks >= maxFormatting {
		return 0, false
	}
	more = f.endLink()
	if len(f.inLink) > 0 {
		f.outer = max(f.outer, f.link)
	}
	f.link, f.inLink = 0, f.inLink[:0]
	more += f.repeated()
	f.link = size
	return more, true
}

// An end tag of an element that contains blocks makes the parser repeat it in these blocks, in at most eight of them. If there
// are more, the element stays open in the last.
const maxAdopted = 8

func (f *formatting) endLink() int {
	f.closed = true
	n := len(f.inLink)
	if n >= maxAdopted && f.link > 0 {
		f.kept += f.link
		f.keptLinks++
	}
	more := min(n, maxAdopted) * f.link
	if n == 0 {
		f.link = 0
	}
	return more
}

// block begins an element that is not within a line.
func (f *formatting) block(tag atom.Atom) {
	f.closed = true
	if f.link > 0 && len(f.inLink) < 100 {
		f.inLink = append(f.inLink, tag)
	}
	for _, e := range f.sure {
		if f.unsure == nil {
			f.unsure = make(map[string]int)
		}
		if f.unsure[e.raw] < 3 {
			f.unsure[e.raw]++
		} else {
			f.elements--
			f.size -= e.size
		}
	}
	f.sure = f.sure[:0]
}

// end ends an element. It returns how much the parser makes for that at most.
func (f *formatting) end(tag atom.Atom) int {
	f.closed = true
	switch {
	case tag == atom.A:
		return f.endLink()
	case !isFormatting(tag):
		f.endBlock(tag)
		return 0
	}
	for i := len(f.sure) - 1; i >= 0; i-- {
		if e := f.sure[i]; e.tag == tag {
			f.sure = append(f.sure[:i], f.sure[i+1:]...)
			f.elements--
			f.size -= e.size
			return 0
		}
	}
	if len(f.unsure) > 0 {
		return maxAdopted * f.largest
	}
	return 0
}

// endBlock ends a block in a link, unless the parser ignores the end tag because of what is open within.
func (f *formatting) endBlock(tag atom.Atom) {
	for i := len(f.inLink) - 1; i >= 0; i-- {
		switch f.inLink[i] {
		case tag:
			f.inLink = f.inLink[:i]
			return
		case atom.Table, atom.Td, atom.Th, atom.Caption, atom.Object, atom.Applet, atom.Marquee, atom.Template, atom.Button, atom.Select:
			return
		}
	}
}

// isFormatting reports whether the parser repeats an element that was not closed. Links are repeated too, but at most one.
func isFormatting(tag atom.Atom) bool {
	switch tag {
	case atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// isInline reports whether an element within a line closes no other one.
func isInline(tag atom.Atom) bool {
	switch tag {
	case atom.Span, atom.Sup, atom.Sub, atom.Br, atom.Img, atom.Wbr, atom.Label, atom.Time, atom.Cite, atom.Abbr, atom.Q, atom.Dfn, atom.Kbd, atom.Samp,
		atom.Var, atom.Ins, atom.Del, atom.Mark, atom.Bdi, atom.Bdo, atom.Data:
		return true
	}
	return false
}

// isRawText reports whether the content of an element has no tags.
func isRawText(tag atom.Atom) bool {
	switch tag {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Plaintext, atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp:
		return true
	}
	return false
}

// endsForeign reports whether an element ends svg and math, which cannot contain it (HTML Standard, section 13.2.6.5).
func endsForeign(tag atom.Atom) bool {
	switch tag {
	case atom.B, atom.Big, atom.Blockquote, atom.Body, atom.Br, atom.Center, atom.Code, atom.Dd, atom.Div, atom.Dl, atom.Dt, atom.Em, atom.Embed,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Head, atom.Hr, atom.I, atom.Img, atom.Li, atom.Listing, atom.Menu, atom.Meta,
		atom.Nobr, atom.Ol, atom.P, atom.Pre, atom.Ruby, atom.S, atom.Small, atom.Span, atom.Strong, atom.Strike, atom.Sub, atom.Sup, atom.Table,
		atom.Tt, atom.U, atom.Ul, atom.Var:
		return true
	}
	return false
}

// extraAttributes returns where the attributes of a tag begin that are over the limit, and where the tag ends. From is 0 if a
// text starts with no such tag. The tokenizer would keep all of them in memory.
func extraAttributes(text string) (from, to int) {
	at := 1
	if strings.HasPrefix(text, "</") {
		at = 2
	}
	if len(text) <= at || text[0] != '<' || text[at]|0x20 < 'a' || text[at]|0x20 > 'z' {
		return 0, 0
	}
	// This follows readTag of the tokenizer.
	for at < len(text) && !isSpace(text[at]) && text[at] != '/' && text[at] != '>' {
		at++
	}
	at = skipSpace(text, at)
	for n := 0; at < len(text) && text[at] != '>'; n++ {
		if n == MaxAttributes {
			from = at
		}
		for first := at; at < len(text) && !isSpace(text[at]) && text[at] != '/' && text[at] != '>' && (text[at] != '=' || at == first); {
			at++
		}
		if at = skipSpace(text, at); at < len(text) && text[at] == '/' {
			at++
		} else if at < len(text) && text[at] == '=' {
			at = skipValue(text, skipSpace(text, at+1))
		}
		at = skipSpace(text, at)
	}
	if from == 0 {
		return 0, 0
	}
	return from, min(at+1, len(text))
}

// skipValue returns where the value of an attribute ends that starts at an offset.
func skipValue(text string, at int) int {
	if at >= len(text) || text[at] == '>' {
		return at
	}
	if quote := text[at]; quote == '"' || quote == '\'' {
		end := strings.IndexByte(text[at+1:], quote)
		if end < 0 {
			return len(text)
		}
		return at + 1 + end + 1
	}
	for at++; at < len(text) && !isSpace(text[at]) && text[at] != '>'; {
		at++
	}
	return at
}

func skipSpace(text string, at int) int {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool { return bytes.IndexByte([]byte(" \n\r\t\f"), c) >= 0 }
