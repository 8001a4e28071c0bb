package pdftext

import "unicode"

// isGarbled reports whether a text, as the library returned it, consists of codes that are no
// characters. That is what a file gives whose fonts do not say which characters their glyphs
// are: it looks right on paper, and no word of it can be found.
func isGarbled(pages []string) bool {
	var total, unknown, private, latin, vowels, letters int
	scripts := make(map[*unicode.RangeTable]int)
	for _, p := range pages {
		for _, r := range p {
			if unicode.IsSpace(r) || r == 2 { // U+0002 is a hyphen
				continue
			}
			total++
			switch {
			case r == unicode.ReplacementChar || r == '\ufffe' || r == '\uffff' || unicode.IsControl(r):
				unknown++
			case unicode.Is(unicode.Co, r):
				private++
			case !unicode.IsLetter(r):
			case r < unicode.MaxASCII:
				latin++
				switch r | 0x20 {
				case 'a', 'e', 'i', 'o', 'u', 'y':
					vowels++
				}
			case !unicode.Is(unicode.Latin, r):
				letters++
				scripts[scriptOf(r)]++
			}
		}
	}
	if total < minGarbled {
		return false
	}
	main := 0
	for script, n := range scripts {
		if script != nil {
			main = max(main, n)
		}
	}
	return unknown*12 > total || private*3 > total || // bullets are often private characters
		latin*2 > total && vowels*5 < latin || // a shifted alphabet: "7KH $XWKRULW"
		(letters-main)*4 > total // of several scripts
}

// minGarbled is how many characters are needed to tell.
const minGarbled = 40

// scriptOf returns the script of a letter, or nil for one that few documents have. The scripts
// of Chinese, Japanese and Korean count as one.
func scriptOf(r rune) *unicode.RangeTable {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) || unicode.Is(unicode.Lm, r) {
		return unicode.Han
	}
	for _, script := range []*unicode.RangeTable{unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Thai, unicode.Devanagari, unicode.Georgian, unicode.Armenian} {
		if unicode.Is(script, r) {
			return script
		}
	}
	return nil
}
