package charset

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// RepairDouble returns a text with the characters restored that were encoded as UTF-8 twice
// ("SociÃ©tÃ©"), and how many those are. A single one must be a sequence that no language
// writes: "CAFÉ”" is also two bytes of UTF-8.
func RepairDouble(text string) (repaired string, count int) {
	var b strings.Builder
	written, before := 0, ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if _, ok := highByte(r); !ok {
			i, before = i+size, r
			continue
		}
		var run []byte // the bytes that the following characters stand for
		var ends []int // where each of the characters ends in the text
		start := i
		for i < len(text) {
			r, size := utf8.DecodeRuneInString(text[i:])
			c, ok := highByte(r)
			if !ok {
				break
			}
			i += size
			run, ends = append(run, c), append(ends, i)
		}
		for p := 0; p < len(run); {
			n, length := sequences(run[p:])
			if n > 1 || n == 1 && isDouble(before, run[p:p+length]) {
				b.WriteString(text[written:start])
				b.Write(run[p : p+length])
				written = ends[p+length-1]
				count += n
			}
			length = max(length, 1)
			before, _ = utf8.DecodeLastRuneInString(text[:ends[p+length-1]])
			start = ends[p+length-1]
			p += length
		}
	}
	if count == 0 {
		return text, 0
	}
	b.WriteString(text[written:])
	return b.String(), count
}

// highByte returns the byte from 0x80 on that Windows-1252 or Latin-1 reads as a character.
func highByte(r rune) (byte, bool) {
	if r >= 0x80 && r < 0xA0 {
		return byte(r), true
	}
	if r < 0x80 || r > 0x2122 { // the trade mark sign, which is the last
		return 0, false
	}
	return charmap.Windows1252.EncodeRune(r)
}

// sequences returns how many characters of UTF-8 a text begins with, and their length.
func sequences(b []byte) (n, length int) {
	for length < len(b) {
		r, size := utf8.DecodeRune(b[length:])
		if r == utf8.RuneError || size == 1 {
			break
		}
		n, length = n+1, length+size
	}
	return n, length
}

// isDouble reports whether a single sequence is a character that was encoded twice, by the
// character before it. The symbols at the end of "Ã©", "Â°" and "Å¡" follow no capital,
// unlike quotes, dashes and spaces.
func isDouble(before rune, seq []byte) bool {
	second := seq[1]
	isSymbol := second > 0xA0 && second != 0xAB && second != 0xAD && second != 0xBB
	_, isHigh := highByte(before)
	afterCapital := before >= 'A' && before <= 'Z' || isHigh && before >= 'À' && before <= 'Þ'
	switch seq[0] {
	case 0xC2, 0xC3:
		return isSymbol || !afterCapital
	case 0xC4, 0xC5:
		return isSymbol
	case 0xE2: // "â€™", "â‚¬", "â„¢"
		return second == 0x80 || second == 0x82 || second == 0x84
	}
	return false
}
