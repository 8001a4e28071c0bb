package sources

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainLine returns markup as one line of text: a title or a name. It has no
// marks of the direction of writing, which make a line show other than it is.
func plainLine(markup string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, plainText(markup))
	return strings.Join(strings.Fields(text), " ")
}

// plainText returns markup as plain text, its paragraphs separated by a blank
// line. Markup that was escaped twice is read twice. What looks like a tag and
// is none of HTML's ("<AxCNH>") stays, as the word that it is.
func plainText(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return formatParagraphs(dropControls(markup))
	}
	text := stripTags(markup)
	if isDoubleEscaped(text) {
		text = stripTags(text)
	}
	return formatParagraphs(text)
}

// isDoubleEscaped reports whether text without tags still holds markup. A single
// tag may be what the text is about; an end tag or a line break is not.
func isDoubleEscaped(text string) bool {
	lower := strings.ToLower(text)
	for _, mark := range []string{"</p>", "<br>", "<br/>", "<br />", "</a>", "</div>", "</b>", "</strong>", "</em>", "</i>", "</span>", "</li>", "&nbsp;", "&amp;", "&quot;", "&#39;", "&lt;", "&rsquo;", "&ldquo;"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// isNotText are the elements whose text is not text to read.
func isNotText(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Svg, atom.Math, atom.Object, atom.Noembed, atom.Noframes,
		atom.Head, atom.Select, atom.Button, atom.Textarea, atom.Audio, atom.Video, atom.Canvas:
		return true
	}
	return false
}

// isBlock are the elements that begin and end a paragraph.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Caption, atom.Blockquote, atom.Pre,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Main, atom.Aside, atom.Nav, atom.Figure, atom.Figcaption, atom.Address, atom.Fieldset, atom.Form, atom.Details, atom.Summary, atom.Center, atom.Body:
		return true
	}
	return false
}

// The marks that strip and textOf leave for tidy. Neither can come from text:
// both are illegal in HTML and XML.
const (
	paragraphBreak = '\x01'
	lineBreak      = '\x02'
)

// stripTags removes tags from markup and marks where paragraphs and lines end. It
// reads tokens and builds no tree, so no nesting can hurt it.
func stripTags(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	z.SetMaxBuf(0)
	var within atom.Atom // a isNotText element
	at := 0
	ends := make(map[atom.Atom]int) // where the last end tag of each stands
	for {
		kind := z.Next()
		at += len(z.Raw())
		if kind == html.ErrorToken {
			// The last token may be text with a "<" that starts no tag.
			if within == 0 {
				b.WriteString(dropControls(html.UnescapeString(string(z.Raw()))))
			}
			return b.String()
		}
		switch kind {
		case html.TextToken:
			if within == 0 {
				b.WriteString(dropControls(string(z.Text())))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case within != 0:
				if kind == html.EndTagToken && tag == within {
					within = 0
				}
			case tag == 0 && !strings.Contains(string(name), ":") && !strings.Contains(string(name), "-") && !strings.ContainsAny(raw, "=/"):
				b.WriteString(dropControls(raw))
			case tag == atom.Br:
				b.WriteByte(lineBreak)
			case isBlock(tag):
				b.WriteByte(paragraphBreak)
			case tag == atom.Td || tag == atom.Th:
				b.WriteByte(' ')
			case kind == html.StartTagToken && isNotText(tag):
				last, known := ends[tag]
				if !known {
					last = strings.LastIndex(lowerASCII(markup), "</"+string(name))
					ends[tag] = last
				}
				// What never ends would hide the rest, unless it is no text at all.
				if last < at && tag != atom.Script && tag != atom.Style {
					z.NextIsNotRawText()
					continue
				}
				within = tag
			}
		}
	}
}

// dropControls drops control characters, so that only our marks are left of them. The
// one of Latin 1 that is a line break becomes one.
func dropControls(s string) string {
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

// formatParagraphs turns marks and stray white space into paragraphs separated by one blank
// line, without space at the ends of lines. Two line breaks make a paragraph;
// so does one that is followed by the indentation with which Chinese
// paragraphs begin.
func formatParagraphs(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	// Text that has no marks separates its paragraphs by blank lines itself.
	blank := "\n\n"
	if strings.ContainsAny(text, string(paragraphBreak)+string(lineBreak)) {
		blank = string(paragraphBreak)
	}
	var paragraphs []string
	for part := range strings.SplitSeq(text, string(paragraphBreak)) {
		for piece := range strings.SplitSeq(part, blank) {
			var lines []string
			flush := func() {
				if len(lines) > 0 {
					paragraphs = append(paragraphs, strings.Join(lines, "\n"))
				}
				lines = nil
			}
			for line := range strings.SplitSeq(piece, string(lineBreak)) {
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

// collapseSpaces makes one space of white space, and none where the source breaks a
// line between two Han characters.
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
		if space && last != 0 && !(broken && isWide(last) && isWide(r)) {
			b.WriteByte(' ')
		}
		space, broken = false, false
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// isWide reports whether a character is written without spaces around it.
func isWide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF5E
}
