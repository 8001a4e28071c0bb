package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The Han characters of everyday text. Each of them is a token of its own, and a scanner may keep
// them in a table.
const (
	CommonHanStart = 0x4E00
	CommonHanEnd   = 0xA000
)

// The range of hanFolded.
const (
	hanStart = 0x3400
	hanEnd   = 0xA000
)

// FoldHan returns the character that stands for r and its variants in all folded text; r itself if
// it has none. The result for a common character may be a rare one.
func FoldHan(r rune) rune {
	if r < hanStart {
		return r
	}
	if r < hanEnd {
		i := 3 * (r - hanStart) // every character of the table takes three bytes
		folded := rune(hanFolded[i]&0x0F)<<12 | rune(hanFolded[i+1]&0x3F)<<6 | rune(hanFolded[i+2]&0x3F)
		if folded != utf8.RuneError {
			return folded
		}
	}
	return foldRareHan(r)
}

// foldCJK folds one Han or Kana character, given also as it stands in the text.
func foldCJK(r rune, original string) string {
	f := FoldHan(r)
	if f != r {
		return string(f)
	}
	// Radicals and compatibility characters have an ordinary equivalent.
	if r >= 0xF900 || r < 0x3005 {
		n, size := utf8.DecodeRuneInString(norm.NFKC.String(original))
		if size > 0 && n != r {
			return string(FoldHan(n))
		}
	}
	return original
}

// foldWord folds a word that is not plain ASCII. NFKC may expand a letter into spaces and signs,
// which are dropped; the letters that then become neighbours may compose again. So folding repeats
// until nothing changes.
func foldWord(s string) string {
	for range 4 {
		folded := strings.ToLower(norm.NFKC.String(s))
		folded = strings.Map(func(r rune) rune {
			if !isWordRune(r) {
				return -1
			}
			if r >= utf8.RuneSelf {
				return FoldHan(r)
			}
			return r
		}, norm.NFKC.String(folded))
		folded = strings.TrimLeftFunc(folded, unicode.IsMark)
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

// foldCurrency turns a full-width currency sign into the ordinary one. A sign that NFKC expands
// into letters, such as ₨, stays as it is.
func foldCurrency(sign string) string {
	if folded := norm.NFKC.String(sign); utf8.RuneCountInString(folded) == 1 {
		return folded
	}
	return sign
}
