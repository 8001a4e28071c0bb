package htmltext

import (
	"strings"
	"unicode/utf8"
)

// Truncate returns at most n characters of a text, with an ellipsis if it is
// longer.
func Truncate(text string, n int) string {
	count := 0
	for i := range text {
		if count++; count > n {
			return strings.TrimSpace(text[:i]) + "…"
		}
	}
	return text
}

// TruncateBytes returns at most n bytes of a text, with an ellipsis if it is longer.
func TruncateBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return strings.TrimSpace(text[:n]) + "…"
}
