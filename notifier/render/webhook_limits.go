package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/sanitize"
)

// A webhookLimit bounds each text and each list of a body.
type webhookLimit struct{ runes, elements int }

// webhookBytes is the largest size of a body: the limit of AWS EventBridge and others.
// The limits are tried in turn until it fits.
const webhookBytes = 256_000

func webhookLimits() []webhookLimit {
	return []webhookLimit{{1000, 500}, {400, 200}, {80, 40}, {80, 10}}
}

// A tidier sanitizes texts within a limit, and counts what it leaves out.
type tidier struct {
	limit   webhookLimit
	omitted map[string]int // elements of lists, by path
}

// tidied returns a value with sanitized one-line texts within a number of bytes of JSON,
// and what was left out of the lists below path. If no limit is small enough, the
// smallest applies.
func tidied[T any](v T, path string, most int) (tidy T, omitted map[string]int, body []byte, err error) {
	for _, limit := range webhookLimits() {
		t := tidier{limit, make(map[string]int)}
		tidy, omitted = t.value("", path, reflect.ValueOf(v)).Interface().(T), t.omitted
		if body, err = encodeJSON(tidy); err != nil || len(body) <= most {
			break
		}
	}
	return tidy, omitted, body, err
}

func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// value returns a sanitized copy of a value. name is the name of its field, path its
// position in the JSON.
func (t tidier) value(name, path string, v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		out := reflect.New(v.Type()).Elem()
		out.SetString(tidyText(name, v.String(), t.limit.runes))
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(t.value(name, path, v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		n := min(v.Len(), t.limit.elements)
		if n < v.Len() {
			t.omitted[path] += v.Len() - n
		}
		out := reflect.MakeSlice(v.Type(), n, n)
		for i := range n {
			out.Index(i).Set(t.value(name, path, v.Index(i)))
		}
		return out
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			field := v.Type().Field(i)
			out.Field(i).Set(t.value(field.Name, below(path, field), v.Field(i)))
		}
		return out
	}
	return v
}

// below returns the path of a field. Paths begin below data, without the envelope.
func below(path string, field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	switch {
	case field.Anonymous, path == "" && name == "data":
		return path
	case path == "":
		return name
	}
	return path + "." + name
}

// tidyText sanitizes a text. A field named link is empty unless it is safe to follow.
func tidyText(name, s string, runes int) string {
	if name == "Link" {
		return sanitize.Link(s)
	}
	// Text that is cut anyway need not be read.
	if most := 2 * utf8.UTFMax * runes; len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	if name == "Text" {
		return sanitize.Truncate(sanitize.Printable(s), runes) // runs of an excerpt keep the spaces at their edges
	}
	return sanitize.Truncate(sanitize.Line(s), runes)
}
