package render

import (
	"unicode/utf8"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// A segment is a part of an excerpt that is highlighted or not.
type segment struct {
	Text   string
	Marked bool
}

// segments splits an excerpt at its highlights. It ignores a highlight outside the text,
// because the text matters more.
func segments(e models.Excerpt, most int) []segment {
	var out []segment
	add := func(text string, marked bool) {
		// Spaces at the edges of a run stay, to separate words.
		text = sanitize.Printable(text)
		if most <= 0 || text == "" {
			return
		}
		if n := utf8.RuneCountInString(text); n > most {
			text = sanitize.Truncate(text, most)
			most = 0
		} else {
			most -= n
		}
		out = append(out, segment{text, marked})
	}
	at := 0
	for _, m := range e.Highlights {
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
