package text

import "unicode/utf8"

// Next returns the first token of s at or after i and where to go on behind it.
// It is AppendTokens a token at a time, for scanners that have a faster way
// through ordinary text and come here for the rest. There is no token if next is
// the end of s and the token is empty.
func Next(s string, i int) (t Token, next int) {
	var one [1]Token
	for i < len(s) {
		found := one[:0]
		c := s[i]
		switch {
		case c < utf8.RuneSelf && class[c] == separator:
			i++
			continue
		case c < utf8.RuneSelf && class[c] == currency:
			return Token{s[i : i+1], i, i + 1}, i + 1
		case c < utf8.RuneSelf:
			found, i = appendWord(found, s, i)
		default:
			found, i = appendRune(found, s, i)
		}
		if len(found) > 0 {
			return found[0], i
		}
	}
	return Token{}, i
}

// Reading returns the length of a reading in brackets at the start of rest, which
// follows a Chinese character: it is no part of the text.
func Reading(rest string) int { return pinyin(rest) }

// Possessive returns the length of an apostrophe and s at the start of rest, which
// follows a word: it is no part of the text.
func Possessive(rest string) int { return possessive(rest) }

// Common are the Chinese characters of everyday text, which a scanner may keep in
// a table. Each of them is a token of its own.
const (
	CommonStart = 0x4E00
	CommonEnd   = 0xA000
)

// FoldCommon returns the character that stands for a common one. It is not always
// common itself.
func FoldCommon(r rune) rune { return han.fold(r) }
