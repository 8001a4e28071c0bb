package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// invisible are the characters without a shape of their own: Unicode's
// Default_Ignorable_Code_Point (soft hyphen, zero-width spaces and joiners,
// direction marks, fillers, variation selectors, tags) and the anchors of
// interlinear annotations.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1},
		{Lo: 0x034F, Hi: 0x034F, Stride: 1},
		{Lo: 0x061C, Hi: 0x061C, Stride: 1},
		{Lo: 0x115F, Hi: 0x1160, Stride: 1},
		{Lo: 0x17B4, Hi: 0x17B5, Stride: 1},
		{Lo: 0x180B, Hi: 0x180F, Stride: 1},
		{Lo: 0x200B, Hi: 0x200F, Stride: 1},
		{Lo: 0x202A, Hi: 0x202E, Stride: 1},
		{Lo: 0x2060, Hi: 0x206F, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xFE00, Hi: 0xFE0F, Stride: 1},
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1},
		{Lo: 0xFFF0, Hi: 0xFFFB, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1BCA0, Hi: 0x1BCA3, Stride: 1},
		{Lo: 0x1D173, Hi: 0x1D17A, Stride: 1},
		{Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1},
	},
	LatinOffset: 1,
}

// Invisible reports whether nobody sees r. Such a character is ignored wherever
// words are compared.
func Invisible(r rune) bool {
	switch {
	case r < 0x00AD, 0x2E80 <= r && r <= 0x9FFF && r != 0x3164: // nearly all of a text
		return false
	}
	return unicode.Is(invisible, r)
}

// Visible returns s without its invisible characters, for comparing. To show a
// text use [Display].
func Visible(s string) string {
	if strings.IndexFunc(s, Invisible) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Invisible(r) {
			return -1
		}
		return r
	}, s)
}

// skipInvisible returns how many bytes of invisible characters s begins with.
func skipInvisible(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !Invisible(r) {
			break
		}
		n += size
	}
	return n
}

// Invisible characters that some texts need.
const (
	nonJoiner    = '\u200C'
	joiner       = '\u200D'
	emojiStyle   = '\uFE0F'
	keycap       = '\u20E3'
	blackFlag    = '\U0001F3F4' // begins the flags of England, Scotland and Wales
	firstTag     = '\U000E0020'
	endOfTags    = '\U000E007F'
	viramaClass  = 9 // canonical combining class
	longestOfTag = 8 // characters of a flag's name, with its end
)

// Display returns s as it is shown: without the invisible characters that do
// not change how it reads. What stays are joiners and non-joiners where Arabic,
// Indic and Mongolian scripts need them (RFC 5892, appendix A.1 and A.2) and what
// holds an emoji together. Showing twice changes nothing.
func Display(s string) string {
	if strings.IndexFunc(s, Invisible) < 0 {
		return s
	}
	runes := []rune(s)
	shown := make([]rune, 0, len(runes))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if !Invisible(r) {
			shown = append(shown, r)
			if r == blackFlag {
				n := tagsOf(runes[i+1:])
				shown = append(shown, runes[i+1:i+1+n]...)
				i += n
			}
			continue
		}
		if needed(shown, r, nextVisible(runes[i+1:])) {
			shown = append(shown, r)
		}
	}
	return string(shown)
}

// nextVisible returns the next character that is seen, and 0 at the end.
func nextVisible(rest []rune) rune {
	for _, r := range rest {
		if !Invisible(r) {
			return r
		}
	}
	return 0
}

// tagsOf returns how many tags name the flag that they follow; none if the name
// does not end.
func tagsOf(rest []rune) int {
	for i, r := range rest {
		switch {
		case i == longestOfTag || r < firstTag || r > endOfTags:
			return 0
		case r == endOfTags:
			return i + 1
		}
	}
	return 0
}

// needed reports whether an invisible character changes how the text reads
// between what is shown before it and the next visible character.
func needed(before []rune, r, next rune) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	switch r {
	case emojiStyle:
		return pictograph(last) || next == keycap && (last == '#' || last == '*' || '0' <= last && last <= '9')
	case joiner:
		if last == emojiStyle && len(before) > 1 {
			last = before[len(before)-2]
		}
		return emojiPart(last) && pictograph(next) || virama(last) || unicode.Is(cursive, last)
	case nonJoiner:
		return virama(last) && unicode.IsLetter(next) || unicode.Is(cursive, last) && unicode.Is(cursive, next)
	case 0x180B, 0x180C, 0x180D, 0x180E, 0x180F: // they choose the form of a Mongolian letter
		return unicode.Is(unicode.Mongolian, last) && !Invisible(last)
	}
	return false
}

// cursive are the scripts whose letters join their neighbours.
var cursive = unicode.Scripts["Arabic"]

// pictograph reports whether r may be an emoji or begin one.
func pictograph(r rune) bool {
	return r >= 0x2000 && unicode.In(r, unicode.So, unicode.Sm) || r == '©' || r == '®'
}

// emojiPart reports whether r may end an emoji: a picture, or the colour of its
// skin.
func emojiPart(r rune) bool {
	return pictograph(r) || 0x1F3FB <= r && r <= 0x1F3FF
}

func virama(r rune) bool {
	return r >= 0x0900 && norm.NFC.PropertiesString(string(r)).CCC() == viramaClass
}
