package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Invisible reports whether r has no shape of its own, so that a reader cannot see it: Unicode's
// Default_Ignorable_Code_Point and the anchors of interlinear annotations. Such a character is
// ignored wherever words are compared.
func Invisible(r rune) bool {
	switch {
	case r < 0x00AD, 0x2E80 <= r && r <= 0x9FFF && r != 0x3164: // nearly all text
		return false
	case r == 0x00AD, // soft hyphen
		r == 0x034F,                                          // combining grapheme joiner
		r == 0x061C,                                          // Arabic letter mark
		0x115F <= r && r <= 0x1160, r == 0x3164, r == 0xFFA0, // Hangul fillers
		0x17B4 <= r && r <= 0x17B5,   // Khmer inherent vowels
		0x180B <= r && r <= 0x180F,   // Mongolian variation selectors
		0x200B <= r && r <= 0x200F,   // zero-width space and joiners, direction marks
		0x202A <= r && r <= 0x202E,   // direction overrides
		0x2060 <= r && r <= 0x206F,   // word joiner, invisible operators, direction isolates
		0xFE00 <= r && r <= 0xFE0F,   // variation selectors
		r == 0xFEFF,                  // byte order mark
		0xFFF0 <= r && r <= 0xFFFB,   // reserved, and anchors of annotations
		0x1BCA0 <= r && r <= 0x1BCA3, // shorthand controls
		0x1D173 <= r && r <= 0x1D17A, // musical controls
		0xE0000 <= r && r <= 0xE0FFF: // tags and more variation selectors
		return true
	}
	return false
}

// Visible returns s without its invisible characters, for comparing. To show a text, use
// [Display].
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

// The characters that decide whether an invisible character is needed.
const (
	nonJoiner     = '\u200C'
	joiner        = '\u200D'
	emojiSelector = '\uFE0F' // asks for the emoji form of the character before it
	keycap        = '\u20E3'
	blackFlag     = '\U0001F3F4' // begins the flags of England, Scotland and Wales
	firstTag      = '\U000E0020'
	lastTag       = '\U000E007F' // ends the name of a flag
	maxFlagTags   = 8            // of a flag's name, with its end
	viramaClass   = 9            // the canonical combining class of a virama
)

// Display returns s without the invisible characters that do not change how it reads. It keeps
// joiners and non-joiners where Arabic, Indic and Mongolian scripts need them (RFC 5892, appendix
// A.1 and A.2), and what holds an emoji together. Calling it on its result changes nothing.
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
				n := flagTags(runes[i+1:])
				shown = append(shown, runes[i+1:i+1+n]...)
				i += n
			}
			continue
		}
		if isNeeded(shown, r, nextVisible(runes[i+1:])) {
			shown = append(shown, r)
		}
	}
	return string(shown)
}

// nextVisible returns the first visible character of rest, or 0.
func nextVisible(rest []rune) rune {
	for _, r := range rest {
		if !Invisible(r) {
			return r
		}
	}
	return 0
}

// flagTags returns how many tags at the start of rest name the flag before them, or 0 if the name
// has no end.
func flagTags(rest []rune) int {
	for i, r := range rest {
		switch {
		case i == maxFlagTags || r < firstTag || r > lastTag:
			return 0
		case r == lastTag:
			return i + 1
		}
	}
	return 0
}

// isNeeded reports whether the invisible character r changes how the text reads, given what is
// shown before it and the next visible character.
func isNeeded(before []rune, r, next rune) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	switch r {
	case emojiSelector:
		return isPictograph(last) || next == keycap && (last == '#' || last == '*' || '0' <= last && last <= '9')
	case joiner:
		if last == emojiSelector && len(before) > 1 {
			last = before[len(before)-2]
		}
		return endsEmoji(last) && isPictograph(next) || isVirama(last) || unicode.Is(unicode.Arabic, last)
	case nonJoiner:
		return isVirama(last) && unicode.IsLetter(next) || unicode.Is(unicode.Arabic, last) && unicode.Is(unicode.Arabic, next)
	case 0x180B, 0x180C, 0x180D, 0x180E, 0x180F: // they choose the form of a Mongolian letter
		return unicode.Is(unicode.Mongolian, last) && !Invisible(last)
	}
	return false
}

// isPictograph reports whether r may be an emoji or begin one.
func isPictograph(r rune) bool {
	return r >= 0x2000 && unicode.In(r, unicode.So, unicode.Sm) || r == '©' || r == '®'
}

// endsEmoji reports whether r may be the last character of an emoji: a pictograph or a skin tone.
func endsEmoji(r rune) bool {
	return isPictograph(r) || 0x1F3FB <= r && r <= 0x1F3FF
}

func isVirama(r rune) bool {
	return r >= 0x0900 && norm.NFC.PropertiesString(string(r)).CCC() == viramaClass
}
