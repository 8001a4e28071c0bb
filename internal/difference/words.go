package difference

import (
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"
)

// A Piece is words of one of two paragraphs, which the other has or not.
type Piece struct {
	Text    string
	Changed bool // the other does not have it
}

// Words compares two paragraphs word by word; of Chinese, each character is a word. White
// space never counts.
func Words(before, after string) (old, now []Piece) {
	a, b := wordLines(before), wordLines(after)
	edits := udiff.Lines(strings.Join(a, "\n")+"\n", strings.Join(b, "\n")+"\n")
	text := strings.Join(a, "\n") + "\n"
	at := 0
	both := func(s string) {
		s = strings.ReplaceAll(s, "\n", "")
		old, now = with(old, s, false), with(now, s, false)
	}
	for _, e := range edits {
		both(text[at:e.Start])
		old = with(old, strings.ReplaceAll(text[e.Start:e.End], "\n", ""), true)
		now = with(now, strings.ReplaceAll(e.New, "\n", ""), true)
		at = e.End
	}
	both(text[at:])
	return spaceOutside(old), spaceOutside(now)
}

// spaceOutside moves the space after changed words out of them, so that it is not marked.
func spaceOutside(pieces []Piece) []Piece {
	for i := range len(pieces) - 1 {
		text, spaced := strings.CutSuffix(pieces[i].Text, " ")
		if next := &pieces[i+1]; spaced && pieces[i].Changed && !next.Changed {
			pieces[i].Text, next.Text = text, " "+next.Text
		}
	}
	return pieces
}

func with(to []Piece, text string, changed bool) []Piece {
	if text == "" {
		return to
	}
	return append(to, Piece{text, changed})
}

// wordLines cuts a text into words with the space after them.
func wordLines(s string) []string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	var words []string
	start := 0
	for i, r := range s {
		next := i + len(string(r))
		if r == ' ' || unicode.Is(unicode.Han, r) || unicode.IsPunct(r) {
			if unicode.Is(unicode.Han, r) && i > start {
				words = append(words, s[start:i])
				start = i
			}
			words = append(words, s[start:next])
			start = next
		}
	}
	if start < len(s) {
		words = append(words, s[start:])
	}
	return words
}
