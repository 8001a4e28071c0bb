// Package jsondepth finds JSON that is nested too deeply for parsers, or has more values than there should be memory for.
//
// Start with [Exceeds] and [HasMore].
package jsondepth

// Exceeds reports whether a text is nested more than max levels deep.
func Exceeds(text string, max int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > max {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// HasMore reports whether a text has more than max values and keys, including lists and objects.
func HasMore(text string, max int) bool {
	values, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[' || c == ',' || c == ':':
			if values++; values > max {
				return true
			}
		}
	}
	return false
}
