package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// Line returns text that others wrote as one line that cannot act on what
// shows it: no control characters, no line ends, no marks that turn the reading
// direction of what follows, no invisible characters that hide words, and single spaces.
func Line(s string) string {
	return strings.Join(strings.Fields(Printable(s)), " ")
}

// Printable returns text that others wrote without what [Line] leaves out. Each space
// and line end is one space, so that runs of a text keep those at their edges.
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

// Truncate shortens text to at most n runes, at the end of a word where it has words,
// and says so with an ellipsis, which counts.
func Truncate(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	end := n - 1
	// A mark belongs to the letter before it.
	for end > 0 && unicode.Is(unicode.M, runes[end]) {
		end--
	}
	short := string(runes[:end])
	// Chinese has no spaces; a word is looked for only near the end.
	if i := strings.LastIndexByte(short, ' '); i > len(short)*3/4 && runes[end] != ' ' {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}
