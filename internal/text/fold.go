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

// The ranges of hanFolded and radicalFolded.
const (
	hanStart     = 0x3400
	hanEnd       = 0xA000
	radicalStart = 0x2E80
	radicalEnd   = 0x2FE0
)

// FoldHan returns the character that stands for r and its variants in all folded text; r itself if
// it has none. The result for a common character may be a rare one.
func FoldHan(r rune) rune {
	if r < hanStart {
		return foldRadical(r)
	}
	if r < hanEnd {
		if folded := tableEntry(hanFolded, r-hanStart); folded != utf8.RuneError {
			return folded
		}
	}
	return foldRareHan(r)
}

// foldRadical returns the character that a radical is: PDF files and copied texts have radicals in
// place of characters that look the same.
func foldRadical(r rune) rune {
	if r < radicalStart || r >= radicalEnd {
		return r
	}
	if folded := tableEntry(radicalFolded, r-radicalStart); folded != utf8.RuneError {
		return folded
	}
	return foldRareHan(r)
}

// tableEntry returns an entry of a table in which every character takes three bytes.
func tableEntry(table string, n rune) rune {
	i := 3 * n
	return rune(table[i]&0x0F)<<12 | rune(table[i+1]&0x3F)<<6 | rune(table[i+2]&0x3F)
}

// foldCJK folds one Han or Kana character, given also as it stands in the text.
func foldCJK(r rune, original string) string {
	f := FoldHan(r)
	if f != r {
		return string(f)
	}
	// Compatibility characters have an ordinary equivalent.
	if r >= 0xF900 {
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
