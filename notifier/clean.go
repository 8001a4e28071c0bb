package notifier

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/models"
)

// oneLine returns text that others wrote as one line that cannot act on what
// shows it: no control characters, no line ends, no marks that turn the reading
// direction of what follows, and single spaces.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(harmless, s)), " ")
}

// Line returns text that others wrote as one line that is safe to show.
func Line(s string) string { return oneLine(s) }

// Link returns an address that may be linked to, or "": only those of http and
// https lead where a reader expects.
func Link(s string) string { return webLink(s) }

// harmless keeps a rune, makes it a space, or drops it (-1).
func harmless(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\r' || unicode.IsSpace(r):
		return ' '
	case r == utf8.RuneError, unicode.IsControl(r), r == '\ufeff':
		return -1
	case r == '\u200e', r == '\u200f', r == '\u061c', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return -1 // direction marks
	case unicode.Is(unicode.Co, r), 0xE0000 <= r && r <= 0xE007F:
		return -1 // private use and invisible tags
	}
	return r
}

// cut shortens text to at most n runes, at the end of a word where it has words,
// and says so with an ellipsis, which counts.
func cut(s string, n int) string {
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

// linkBytes is the longest address that is linked to. Slack rejects one over 3000
// characters, and a mail must stay small.
const linkBytes = 2048

// webLink returns an address that may be linked to, or "".
func webLink(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	if s = u.String(); len(s) > linkBytes {
		return ""
	}
	return s
}

// A segment is a run of an excerpt that is marked or is not.
type segment struct {
	Text   string
	Marked bool
}

// segments splits an excerpt at its marks. A mark that does not fit the text is
// left out: the words matter more than the marking.
func segments(e models.Excerpt, most int) []segment {
	var out []segment
	add := func(text string, marked bool) {
		// Spaces at the edge of a run stay, or words would grow together.
		text = strings.Map(harmless, text)
		if most <= 0 || text == "" {
			return
		}
		if n := utf8.RuneCountInString(text); n > most {
			text = cut(text, most)
			most = 0
		} else {
			most -= n
		}
		out = append(out, segment{text, marked})
	}
	at := 0
	for _, m := range e.Marks {
		if m[0] < at || m[1] <= m[0] || m[1] > len(e.Text) || !boundary(e.Text, m[0]) || !boundary(e.Text, m[1]) {
			continue
		}
		add(e.Text[at:m[0]], false)
		add(e.Text[m[0]:m[1]], true)
		at = m[1]
	}
	add(e.Text[at:], false)
	return out
}

func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }
