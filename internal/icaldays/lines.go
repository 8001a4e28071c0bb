package icaldays

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A line is a content line of RFC 5545: one or more lines of the file, where each
// after the first starts with white space.
type line struct {
	text      string
	fragments []fragment
}

// A fragment is a line of the file within a content line. Offset is where it starts in
// the text, number is its line number, and indent is how many characters of it are not
// in the text.
type fragment struct{ offset, number, indent int }

func unfold(src []byte) []line {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var lines []line
	for i, raw := range strings.Split(string(src), "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		if raw != "" && (raw[0] == ' ' || raw[0] == '\t') && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.fragments = append(last.fragments, fragment{len(last.text), i + 1, 1})
			last.text += raw[1:]
			continue
		}
		if raw != "" {
			lines = append(lines, line{text: raw, fragments: []fragment{{0, i + 1, 0}}})
		}
	}
	return lines
}

// position returns the line and the column of a byte of the text in the file, both
// from 1.
func (l line) position(offset int) (number, col int) {
	fragment := l.fragments[0]
	for _, p := range l.fragments {
		if p.offset <= offset {
			fragment = p
		}
	}
	return fragment.number, fragment.indent + utf8.RuneCountInString(l.text[fragment.offset:min(offset, len(l.text))]) + 1
}

// A property is a line, split into name and value. The value starts at the offset. Its
// parameters are not needed.
type property struct {
	line   line
	name   string
	value  string
	offset int
}

// property splits a line. A colon inside quotes belongs to a parameter.
func (l line) property() (property, bool) {
	nameEnd := strings.IndexAny(l.text, ";:")
	if nameEnd <= 0 {
		return property{}, false
	}
	quoted := false
	for i, c := range []byte(l.text) {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			return property{l, strings.ToUpper(l.text[:nameEnd]), strings.TrimSpace(l.text[i+1:]), i + 1}, true
		}
	}
	return property{}, false
}

func (p property) isValue(text string) bool { return strings.EqualFold(p.value, text) }

// split splits the value of a property. Each part has its own offset.
func (p property) split(sep string) []property {
	var all []property
	offset := p.offset
	for _, value := range strings.Split(p.value, sep) {
		all = append(all, property{p.line, p.name, value, offset})
		offset += len(value) + len(sep)
	}
	return all
}
