package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// Line returns text from outside as one harmless line: without control characters, line
// ends, marks that change the reading direction and invisible characters, and with single
// spaces.
func Line(s string) string {
	return strings.Join(strings.Fields(Printable(s)), " ")
}

// Printable returns text from outside with the characters removed that [Line] removes.
// Each space and line end becomes one space, so that parts of a text keep the spaces at
// their edges.
func Printable(s string) string { return strings.Map(printable, text.Display(s)) }

// printable keeps a rune, makes it a space, or drops it (-1).
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\r' || unicode.IsSpace(r):
		return ' '
	case r == utf8.RuneError, unicode.IsControl(r):
		return -1
	case r == '\u200e', r == '\u200f', r == '\u061c', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return -1 // direction marks
	case unicode.Is(unicode.Co, r):
		return -1 // private use
	}
	return r
}

// Truncate shortens text to at most n runes, if possible at the end of a word, and
// appends an ellipsis, which counts.
func Truncate(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	end := n - 1
	// A combining mark belongs to the letter before it.
	for end > 0 && unicode.Is(unicode.M, runes[end]) {
		end--
	}
	short := string(runes[:end])
	// Chinese has no spaces, so the end of a word counts only near the limit.
	if i := strings.LastIndexByte(short, ' '); i > len(short)*3/4 && runes[end] != ' ' {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}
