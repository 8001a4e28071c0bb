// Package jsondepth finds JSON that is nested too deeply for parsers.
//
// Start with [Exceeds].
package jsondepth

// Exceeds is tooDeep for JSON.
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
