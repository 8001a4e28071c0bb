package charset

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

const (
	// maxStrangeness is what a text in its right encoding has at most: names and old words
	// are rare characters too.
	maxStrangeness = 0.25
	strangeSample  = 2000 // non-ASCII characters that are looked at
)

// strangeness returns the share of the non-ASCII characters of a text that hardly occur in
// running text, as they do after reading it in a wrong encoding. A Big5 text is nearly
// always valid GBK, and the reverse, so that errors alone do not tell them apart.
func strangeness(text string) float64 {
	gbk, big5 := simplifiedchinese.GBK.NewEncoder(), traditionalchinese.Big5.NewEncoder()
	seen, strange := 0, 0
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		if !isCommon(r, gbk, big5) {
			strange++
		}
		if seen++; seen == strangeSample {
			break
		}
	}
	if seen == 0 {
		return 0
	}
	return float64(strange) / float64(seen)
}

// isCommon reports whether a character occurs often. Of Han characters these are the first
// levels of GB 2312 and of Big5, which were chosen by frequency.
func isCommon(r rune, gbk, big5 *encoding.Encoder) bool {
	switch {
	case r == utf8.RuneError || unicode.Is(unicode.Co, r) || r < 0xA0:
		return false
	case r < 0xC0:
		return r == 0xA0 || r == 0xA7 || r == 0xA9 || r == 0xAB || r == 0xAE || r == 0xB0 || r == 0xB7 || r == 0xBB
	case unicode.Is(unicode.Han, r):
		if b, err := gbk.Bytes([]byte(string(r))); err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xD7 && b[1] >= 0xA1 {
			return true
		}
		b, err := big5.Bytes([]byte(string(r)))
		return err == nil && len(b) == 2 && b[0] >= 0xA4 && b[0] <= 0xC6
	}
	return r < 0xFF61 || r > 0xFFDC // half-width katakana and Hangul
}
