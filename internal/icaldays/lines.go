package icaldays

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A line is a content line as RFC 5545 has it: one or more lines of the file, of which
// all but the first begin with a space.
type line struct {
	text  string
	parts []part
}

// A part is where a line of the file begins in the text.
type part struct{ offset, number, indent int }

func unfold(src []byte) []line {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var lines []line
	for i, raw := range strings.Split(string(src), "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		if raw != "" && (raw[0] == ' ' || raw[0] == '\t') && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.parts = append(last.parts, part{len(last.text), i + 1, 1})
			last.text += raw[1:]
			continue
		}
		if raw != "" {
			lines = append(lines, line{text: raw, parts: []part{{0, i + 1, 0}}})
		}
	}
	return lines
}

// place returns where a byte of the text stands in the file, both from 1.
func (l line) place(offset int) (number, col int) {
	at := l.parts[0]
	for _, p := range l.parts {
		if p.offset <= offset {
			at = p
		}
	}
	return at.number, at.indent + utf8.RuneCountInString(l.text[at.offset:min(offset, len(l.text))]) + 1
}

// A property is a line with its name, and the value that begins at an offset. Its
// parameters do not matter here.
type property struct {
	line   line
	name   string
	value  string
	offset int
}

// property splits a line. A colon between quotes belongs to a parameter.
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

// parts splits the value of a property, each part with its place.
func (p property) parts(sep string) []property {
	var all []property
	offset := p.offset
	for _, value := range strings.Split(p.value, sep) {
		all = append(all, property{p.line, p.name, value, offset})
		offset += len(value) + len(sep)
	}
	return all
}
