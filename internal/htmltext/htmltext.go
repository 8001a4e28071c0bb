// Package htmltext turns markup into text, and walks the trees of pages.
//
// Start with [Line] for a title and [Plain] for a text of paragraphs. Markup may be
// malicious: reading it takes a time in proportion to its size.
package htmltext

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Line returns markup as one line of text, for a title or a name. It drops
// bidirectional control characters, which can make a line look like another.
func Line(markup string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, Plain(markup))
	return strings.Join(strings.Fields(text), " ")
}

// Plain returns markup as plain text, with paragraphs separated by a blank line.
// It decodes markup that was escaped twice. Text that looks like an unknown tag
// ("<AxCNH>") is kept.
func Plain(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return Paragraphs(DropControls(markup))
	}
	text := stripTags(markup)
	if isDoubleEscaped(text) {
		text = stripTags(text)
	}
	return Paragraphs(text)
}

// isDoubleEscaped reports whether text without tags still contains markup. A single
// start tag may be what the text is about; an end tag or a line break is not.
func isDoubleEscaped(text string) bool {
	lower := strings.ToLower(text)
	for _, mark := range []string{"</p>", "<br>", "<br/>", "<br />", "</a>", "</div>", "</b>", "</strong>", "</em>", "</i>", "</span>", "</li>", "&nbsp;", "&amp;", "&quot;", "&#39;", "&lt;", "&rsquo;", "&ldquo;"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// IsNotText reports whether the content of an element is not text to read.
func IsNotText(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Svg, atom.Math, atom.Object, atom.Noembed, atom.Noframes,
		atom.Head, atom.Select, atom.Button, atom.Textarea, atom.Audio, atom.Video, atom.Canvas:
		return true
	}
	return false
}

// IsBlock reports whether an element starts and ends a paragraph.
func IsBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Caption, atom.Blockquote, atom.Pre,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Main, atom.Aside, atom.Nav, atom.Figure, atom.Figcaption, atom.Address, atom.Fieldset, atom.Form, atom.Details, atom.Summary, atom.Center, atom.Body:
		return true
	}
	return false
}

// The marks that stripTags and textOf leave for Paragraphs. They cannot come
// from a text, because DropControls removes both characters. Text that skips
// DropControls breaks this.
const (
	ParagraphBreak = '\x01'
	LineBreak      = '\x02'
)

// stripTags removes tags from markup and marks where paragraphs and lines end. It
// reads tokens and builds no tree, so deep nesting is harmless.
func stripTags(markup string) string {
	var b inlineText
	z := html.NewTokenizer(strings.NewReader(markup))
	z.SetMaxBuf(0)
	var within atom.Atom // the element whose content is skipped
	at := 0
	ends := elementEnds{markup: markup, last: make(map[atom.Atom]int)}
	for {
		kind := z.Next()
		at += len(z.Raw())
		if kind == html.ErrorToken {
			// The last token may be text with a "<" that starts no tag.
			if within == 0 {
				b.WriteString(DropControls(html.UnescapeString(string(z.Raw()))))
			}
			return string(b.text)
		}
		switch kind {
		case html.TextToken:
			if within == 0 {
				b.WriteString(DropControls(string(z.Text())))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			name, hasAttr := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case within != 0:
				if kind == html.EndTagToken && tag == within {
					within = 0
				}
				if kind == html.EndTagToken || ends.hides(tag, at, kind == html.SelfClosingTagToken) {
					continue
				}
			case kind != html.EndTagToken && IsNotText(tag) && ends.hides(tag, at, kind == html.SelfClosingTagToken):
				within = tag
				continue
			}
			// To the tokenizer all that follows <iframe/>, <title> or <plaintext> is plain.
			z.NextIsNotRawText()
			switch {
			case within != 0:
			case tag == 0 && !strings.Contains(string(name), ":") && !strings.Contains(string(name), "-") && !strings.ContainsAny(raw, "=/"):
				b.WriteString(DropControls(raw))
			case tag == atom.Br:
				b.WriteString(string(LineBreak))
			case IsBlock(tag):
				b.WriteString(string(ParagraphBreak))
			case tag == atom.Td || tag == atom.Th:
				b.WriteString(" ")
			case kind == html.EndTagToken:
				b.endElement(tag)
			case kind == html.StartTagToken:
				b.startElement(tag, attributes(z, hasAttr))
			}
		}
	}
}

// elementEnds knows where elements end whose content is not text.
type elementEnds struct {
	markup string
	lower  string            // the markup in lower case, once it is needed
	last   map[atom.Atom]int // the offset of the last end tag of each
}

// hides reports whether the content of an element that starts before an offset is left out.
// An element that never ends would hide the rest, except where its content is never text. One
// that is closed in its start tag, as in XML, is empty, unless it is a script that ends before
// the next one starts: browsers do not close it.
func (e *elementEnds) hides(tag atom.Atom, at int, isClosed bool) bool {
	neverText := tag == atom.Script || tag == atom.Style
	if isClosed && !neverText || tag == 0 {
		return false
	}
	if e.lower == "" {
		e.lower = LowerASCII(e.markup)
	}
	if isClosed {
		content, _, _ := strings.Cut(e.lower[at:], "<"+tag.String())
		return strings.Contains(content, "</"+tag.String())
	}
	last, known := e.last[tag]
	if !known {
		last = strings.LastIndex(e.lower, "</"+tag.String())
		e.last[tag] = last
	}
	return last >= at || neverText
}

// attributes returns the attributes of the current tag, which are read if one is asked for.
func attributes(z *html.Tokenizer, more bool) func(key string) string {
	var values map[string]string
	return func(key string) string {
		for more {
			var name, value []byte
			name, value, more = z.TagAttr()
			if values == nil {
				values = make(map[string]string)
			}
			if _, known := values[string(name)]; !known {
				values[string(name)] = string(value)
			}
		}
		return values[key]
	}
}

// DropControls removes control characters, so that only our marks use them. U+0085,
// the line break of Latin 1, becomes a line feed.
func DropControls(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return r
		case r == 0x85:
			return '\n'
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// Paragraphs turns marks and white space into paragraphs separated by one blank
// line, without space at line ends. Two line breaks end a paragraph; so does one
// before the indentation of a Chinese paragraph.
func Paragraphs(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	// A text without marks separates its paragraphs by blank lines.
	blank := "\n\n"
	if strings.ContainsAny(text, string(ParagraphBreak)+string(LineBreak)) {
		blank = string(ParagraphBreak)
	}
	var paragraphs []string
	for part := range strings.SplitSeq(text, string(ParagraphBreak)) {
		for piece := range strings.SplitSeq(part, blank) {
			var lines []string
			flush := func() {
				if len(lines) > 0 {
					paragraphs = append(paragraphs, strings.Join(lines, "\n"))
				}
				lines = nil
			}
			for line := range strings.SplitSeq(piece, string(LineBreak)) {
				if strings.HasPrefix(strings.TrimLeft(line, " \t\n\u00a0"), "\u3000") {
					flush()
				}
				if line = collapseSpaces(line); line == "" {
					flush()
					continue
				}
				lines = append(lines, line)
			}
			flush()
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// collapseSpaces turns white space into one space, or nothing where a line breaks
// between two Han characters.
func collapseSpaces(line string) string {
	var b strings.Builder
	b.Grow(len(line))
	var last rune
	space, broken := false, false
	for _, r := range line {
		if unicode.IsSpace(r) {
			space, broken = true, broken || r == '\n'
			continue
		}
		if r == '\u200b' || r == '\ufeff' { // zero width: never part of a text
			continue
		}
		if space && last != 0 && !(broken && IsWide(last) && IsWide(r)) {
			b.WriteByte(' ')
		}
		space, broken = false, false
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// IsWide reports whether a character is written without spaces around it.
func IsWide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF5E
}

// LowerASCII lowers ASCII letters and keeps every byte at its offset, which
// strings.ToLower does not.
func LowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

var (
	pageRoot  = regexp.MustCompile(`(?i)<(?:!doctype\s+html|html|head|body)[\s>]`)
	pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
)

// IsPage reports whether a text has the root of a web page.
func IsPage(text string) bool { return pageRoot.MatchString(text) }

// TitleMarkup returns the markup of the title of a page or a feed.
func TitleMarkup(text string) (title string, ok bool) {
	m := pageTitle.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return m[1], true
}
