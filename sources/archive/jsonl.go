package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
)

// readLines reads one object from each line.
func (s *reader) readLines() error {
	for line := 1; ; line++ {
		text, long, err := s.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return s.unreadable(line, err)
		}
		var failed error
		switch {
		case long:
			failed = s.bad(line, 0, fmt.Sprintf("the line is longer than %d MB", maxRow>>20), "write one article on each line")
		case len(bytes.TrimSpace(text)) > 0:
			failed = s.object(line, text)
		}
		if failed != nil {
			return failed
		}
		if err != nil {
			return nil
		}
	}
}

// line returns the next line without its end. Of a line that is too long it returns only that.
func (s *reader) line() (text []byte, long bool, err error) {
	for {
		part, err := s.in.ReadSlice('\n')
		if len(text)+len(part) > maxRow {
			text, long = nil, true
		}
		if !long {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(text, "\r\n"), long, err
		}
	}
}

// bad hands on a row that cannot be read.
func (s *reader) bad(line, col int, what, want string) error {
	r := Row{Line: line, file: s.Name}
	return s.visit(r, diag.Problems{{File: s.Name, Line: line, Col: col, What: what, Want: want}})
}

// object reads the object on a line.
func (s *reader) object(line int, text []byte) error {
	if i := invalidUTF8(text); i >= 0 {
		row, file := s.notUTF8(line, column(text, i), text)
		if file != nil {
			return file
		}
		return s.bad(line, row.Col, row.What, row.Want)
	}
	s.utf8 = s.utf8 || !isASCII(text)
	v := make(values)
	var found diag.Problems
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	// at is where the next token begins.
	at := func() int {
		i := int(d.InputOffset())
		for i < len(text) && bytes.IndexByte([]byte(" \t\r\n:,"), text[i]) >= 0 {
			i++
		}
		return column(text, i)
	}
	token, err := d.Token()
	if err == nil && token != json.Delim('{') {
		return s.bad(line, 1, "the line is no JSON object", `write it as {"title": "…", "published": "2024-03-01", "link": "https://…", "text": "…"}`)
	}
	for err == nil && d.More() {
		if token, err = d.Token(); err != nil {
			break
		}
		name := strings.ToLower(fmt.Sprint(token))
		col := at()
		var raw json.RawMessage
		if err = d.Decode(&raw); err != nil {
			break
		}
		field := fieldOf(name)
		if field == "" {
			s.ignore(name)
			v[name] = value{}
			continue
		}
		content, what := stringOf(raw)
		if what != "" {
			found = append(found, diag.Problem{File: s.Name, Line: line, Col: col, What: field + " is " + what, Want: "it must be a text in quotes"})
			continue
		}
		v[name] = value{content, col}
	}
	if err == nil {
		_, err = d.Token() // the closing brace
	}
	if err == nil {
		col := at()
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return s.bad(line, col, "there is more after the object", "write one object on each line")
		}
	}
	if err != nil {
		col, what := faultOf(text, err)
		return s.bad(line, col, "the line is no JSON: "+what, "")
	}
	// In what "regwatch articles --json" prints, text says how much of it is stored.
	if _, ok := v["revision"]; ok {
		if _, ok := v["hash"]; ok {
			delete(v, "text")
		}
	}
	return s.row(line, v, found)
}

// stringOf returns the text of a value, or what the value is instead. Null is no value.
func stringOf(raw json.RawMessage) (text, instead string) {
	switch raw[0] {
	case '"':
		err := json.Unmarshal(raw, &text)
		if err != nil {
			return "", "no valid text"
		}
		return text, ""
	case '{':
		return "", "an object"
	case '[':
		return "", "a list"
	case 't', 'f':
		return "", "true or false"
	case 'n':
		return "", ""
	}
	return string(raw), "" // a number, such as a time in seconds
}

// faultOf returns where and why a line ends to be JSON. The decoder of tokens does not know that exactly.
func faultOf(text []byte, err error) (col int, what string) {
	var whole json.RawMessage
	syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(text, &whole))
	switch {
	case !ok:
		return 0, err.Error()
	case int(syntax.Offset) >= len(text):
		return column(text, len(text)), "the object is not complete"
	}
	return column(text, int(syntax.Offset)-1), syntax.Error()
}

// invalidUTF8 returns where a text is not UTF-8; -1 if it is.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

func isASCII(text []byte) bool {
	return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
}

// column returns the column of a byte of a line, from 1, in characters.
func column(text []byte, i int) int { return utf8.RuneCount(text[:min(i, len(text))]) + 1 }
