package diag

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Text is a sentence, or a part of one, that can be said in other languages: an English format of
// package fmt with its arguments. A constant is a Text without arguments. [Textf] makes others. Two
// texts are equal if formats and arguments are.
type Text string

// A Text with arguments is a NUL and a JSON list of the format and the arguments. An argument is a
// [textArg] and a Text, or a [valueArg] and what was formatted by a verb of the format.
const (
	textArg  = "t"
	valueArg = "s"
)

// verb is a verb of package fmt. Formats of texts use no stars. Only translations have indexes.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?[A-Za-z]|%%`)

// Textf returns a text. Arguments of type Text keep their own format. Others are values, such as names, and are the same in every language.
func Textf(format string, args ...any) Text {
	parts := []string{format}
	for _, v := range verb.FindAllString(format, -1) {
		if v == "%%" {
			continue
		}
		i := len(parts) - 1
		switch {
		case i >= len(args):
			parts = append(parts, valueArg+v) // its argument is missing
		default:
			if text, ok := args[i].(Text); ok && v == "%s" {
				parts = append(parts, textArg+string(text))
				continue
			}
			parts = append(parts, valueArg+strings.ReplaceAll(fmt.Sprintf(v, args[i]), "\x00", "\ufffd"))
		}
	}
	encoded, err := json.Marshal(parts)
	if err != nil { // cannot be: these are strings
		return Text(fmt.Sprintf(format, args...))
	}
	return Text("\x00" + string(encoded))
}

// Format returns the English format, by which translations are found.
func (t Text) Format() string {
	format, _ := t.parts()
	return format
}

func (t Text) parts() (format string, args []string) {
	encoded, ok := strings.CutPrefix(string(t), "\x00")
	if !ok {
		return string(t), nil
	}
	var parts []string
	if json.Unmarshal([]byte(encoded), &parts) != nil || len(parts) == 0 {
		return strings.ReplaceAll(string(t), "\x00", "\ufffd"), nil
	}
	return parts[0], parts[1:]
}

// String returns the text in English.
func (t Text) String() string { return t.In(func(format string) string { return format }) }

// In returns the text in another language. Translate returns the translation of a format, which takes
// the arguments in the same order or by their index, as %[2]s, or the format itself if there is none.
// Only arguments of type Text are translated; names and values stay as they are.
func (t Text) In(translate func(format string) string) string {
	format, args := t.parts()
	if len(args) == 0 && !strings.HasPrefix(string(t), "\x00") {
		return translate(format)
	}
	next := 0
	return verb.ReplaceAllStringFunc(translate(format), func(v string) string {
		if v == "%%" {
			return "%"
		}
		i := next
		next++
		if index := verb.FindStringSubmatch(v)[1]; index != "" {
			i, _ = strconv.Atoi(index)
			i--
		}
		if i < 0 || i >= len(args) {
			return v
		}
		if text, ok := strings.CutPrefix(args[i], textArg); ok {
			return Text(text).In(translate)
		}
		return strings.TrimPrefix(args[i], valueArg)
	})
}
