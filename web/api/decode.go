package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// bodyFile is what the problems of a body name as their file.
const bodyFile = "body"

// decode reads a JSON object into a struct, and returns each mistake with its line and column. A name
// that the struct lacks is a mistake: it may be a typing error, and what it should do would not be done.
func decode(text []byte, into any) diag.Problems {
	if !utf8.Valid(text) {
		return diag.Problems{at(text, validLength(text), "the body is not UTF-8", "")}
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		offset := len(text)
		if fault, ok := errors.AsType[*json.SyntaxError](err); ok {
			offset = max(0, int(fault.Offset)-1)
		}
		return diag.Problems{at(text, offset, "the body is not JSON: "+strings.TrimPrefix(err.Error(), "json: "), "")}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if first, _ := dec.Token(); first != json.Delim('{') {
		return diag.Problems{at(text, 0, "the body is not an object", "write it in braces: {…}")}
	}
	fields := fieldsOf(reflect.TypeOf(into).Elem())
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	var mistakes diag.Problems
	seen := make(map[string]bool)
	for dec.More() {
		nameAt := int(dec.InputOffset()) + bytes.IndexByte(text[dec.InputOffset():], '"')
		token, _ := dec.Token() // the text is JSON
		name := token.(string)
		var value json.RawMessage
		_ = dec.Decode(&value)
		valueAt := int(dec.InputOffset()) - len(value)
		i := -1
		for j, f := range fields {
			if f.name == name {
				i = j
			}
		}
		switch {
		case i < 0:
			want := "use " + yamlnode.Or(names)
			if near := yamlnode.Nearest(name, names); near != "" {
				want = fmt.Sprintf("did you mean %q?", near)
			}
			mistakes = append(mistakes, at(text, nameAt, fmt.Sprintf("unknown name %q", name), want))
		case seen[name]:
			mistakes = append(mistakes, at(text, nameAt, fmt.Sprintf("%q is there twice", name), "keep one"))
		case string(value) == "null":
			mistakes = append(mistakes, at(text, valueAt, fmt.Sprintf("%q is null", name), "leave it out"))
		default:
			field := reflect.ValueOf(into).Elem().FieldByIndex(fields[i].index)
			if err := json.Unmarshal(value, field.Addr().Interface()); err != nil {
				mistakes = append(mistakes, at(text, valueAt, fmt.Sprintf("%q is not %s", name, kindOf(field.Type())), ""))
				break
			}
			if !textsOf(field) {
				mistakes = append(mistakes, at(text, valueAt, fmt.Sprintf("%q has the character U+0000", name), "leave it out"))
			}
		}
		seen[name] = true
	}
	for _, f := range fields {
		if !f.optional && !seen[f.name] {
			mistakes = append(mistakes, at(text, 0, fmt.Sprintf("%q is missing", f.name), ""))
		}
	}
	return mistakes.Sorted()
}

// textsOf reports whether each text of a field can be stored.
func textsOf(field reflect.Value) bool {
	switch value := field.Interface().(type) {
	case string:
		return isText(value)
	case []string:
		return !slices.ContainsFunc(value, func(text string) bool { return !isText(text) })
	}
	return true
}

// kindOf is a kind of value in words.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return "a list of texts"
	}
	return "a text"
}

// at is a mistake at an offset of a text.
func at(text []byte, offset int, what, want string) diag.Problem {
	offset = min(offset, len(text))
	before := text[:offset]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return diag.New(bodyFile, line, column, diag.Textf("%s", what), diag.Textf("%s", want))
}

// validLength is how much of a text is UTF-8.
func validLength(text []byte) int {
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRune(text[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}
