package phrases

import (
	"math/bits"
	"unicode/utf8"

	"regwatch/internal/text"
)

// A place is a token that may be a phrase's anchor, by the hash of that anchor.
type place struct {
	hash  uint64
	token int32
}

// Scan appends the tokens of t to the scratch, and its hits. Phrases do not reach
// from one scanned text into the next. A text has less than two gigabytes.
func (s *Set) Scan(sc *Scratch, t string) {
	base := len(sc.Tokens)
	sc.places = sc.places[:0]
	s.read(sc, t)
	s.find(sc, base, t)
}

// What a byte begins.
const (
	separator = iota
	word
	han   // most likely a character of everyday Chinese
	other // a currency sign or any other character
)

// class is what each byte begins.
var class = func() (c [256]uint8) {
	for b := range c {
		switch {
		case '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z':
			c[b] = word
		case 0xE4 <= b && b <= 0xE9:
			c[b] = han
		case b == '$' || b >= utf8.RuneSelf:
			c[b] = other
		}
	}
	return c
}()

// read cuts t into the tokens of [text.Tokens] and notes the places of anchors.
// It goes through ASCII words eight bytes at a time and through everyday Chinese
// by a table; the rest is left to package text.
func (s *Set) read(sc *Scratch, t string) {
	tokens, places := sc.Tokens, sc.places
	var before rune // the character that is the token before
	for i := 0; i < len(t); {
		var h, head uint64
		var char rune
		start, end := i, i
		switch class[t[i]] {
		case separator:
			i++
			continue
		case word:
			h, head, end = asciiWord(t, i)
			if i = behindWord(t, end); i < 0 {
				h, head, char, start, end, i = slowToken(t, start)
			}
		case han:
			char, i = s.hanAt(t, i)
			if char != 0 {
				h, end = hashHan(char), start+3
			} else {
				h, head, char, start, end, i = slowToken(t, start)
			}
		default:
			if r, size := utf8.DecodeRuneInString(t[i:]); separates(r) {
				i += size
				continue
			}
			h, head, char, start, end, i = slowToken(t, start)
		}
		if start == end {
			break // nothing but signs up to the end
		}
		n := int32(len(tokens))
		tokens = append(tokens, Token{h, int32(start), int32(end)})
		if char != 0 {
			if before != 0 {
				if pair := hashPair(before, char); s.filter.has(pair) {
					places = append(places, place{pair, n})
				}
			}
			before = char
			if s.has.char && s.filter.has(h) {
				places = append(places, place{h, n})
			}
			continue
		}
		before = 0
		if s.filter.has(h) {
			places = append(places, place{h, n})
		}
		if s.has.prefix {
			if first := hashHead(head); s.filter.has(first) {
				places = append(places, place{first, n})
			}
		}
	}
	sc.Tokens, sc.places = tokens, places
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// wordLength returns how many of the eight bytes from the lowest on are ASCII
// letters and digits.
func wordLength(w uint64) int {
	low := w &^ highs
	lower := low | 0x20*ones
	letter := (lower + (0x80-'a')*ones) &^ (lower + (0x80-'z'-1)*ones)
	digit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
	stop := ^((letter | digit) &^ w) & highs
	return bits.TrailingZeros64(stop) / 8
}

// asciiWord reads the ASCII letters and digits at i: the hash of what they fold
// to, the first eight folded bytes, and where they end.
func asciiWord(t string, i int) (h, head uint64, end int) {
	w := eight(t, i)
	n := wordLength(w)
	// A digit has the bit that makes a letter small.
	head = (w | 0x20*ones) & (1<<(8*n) - 1)
	h = mix(head)
	for i += n; n == 8; i += n {
		w = eight(t, i)
		if n = wordLength(w); n == 0 {
			break
		}
		h = mix(h ^ (w|0x20*ones)&(1<<(8*n)-1))
	}
	return h, head, i
}

// eight returns the eight bytes of t at i, zeros behind its end.
func eight(t string, i int) uint64 {
	if i+8 <= len(t) {
		return load(t, i)
	}
	return chunk(t[i:])
}

// behindWord returns where to go on behind ASCII letters and digits, or -1 if what
// follows may belong to their word.
func behindWord(t string, end int) int {
	if end == len(t) {
		return end
	}
	switch c := t[end]; {
	case c == '\'' || c == '`':
		return end + text.Possessive(t[end:])
	case c < utf8.RuneSelf:
		return end
	}
	r, _ := utf8.DecodeRuneInString(t[end:])
	switch {
	case r == '’' || r == '‘' || r == '＇':
		return end + text.Possessive(t[end:])
	case separates(r) || text.CommonStart <= r && r < text.CommonEnd:
		return end
	}
	return -1
}

// separates reports whether r is one of the signs outside ASCII that are most
// often met, all of which part words.
func separates(r rune) bool {
	return 0x2010 <= r && r <= 0x2027 || 0x3000 <= r && r <= 0x3002 || 0x3008 <= r && r <= 0x3011 ||
		0xFF01 <= r && r <= 0xFF0F && r != 0xFF04 || 0xFF1A <= r && r <= 0xFF20 || r == 0x00A0
}

// hanAt returns the folded character at i and where to go on behind it, or 0 if
// package text has to look.
func (s *Set) hanAt(t string, i int) (rune, int) {
	if i+3 > len(t) {
		return 0, i
	}
	b0, b1, b2 := t[i], t[i+1], t[i+2]
	r := rune(b0&0x0F)<<12 | rune(b1&0x3F)<<6 | rune(b2&0x3F)
	if b1&0xC0 != 0x80 || b2&0xC0 != 0x80 || r < text.CommonStart || r >= text.CommonEnd {
		return 0, i
	}
	i += 3
	if i < len(t) && (t[i] == '(' || t[i] == 0xEF) {
		i += text.Reading(t[i:])
	}
	return rune(s.fold[r-text.CommonStart]), i
}

// slowToken reads the next token at or behind i. Without one, start is end.
func slowToken(t string, i int) (h, head uint64, char rune, start, end, next int) {
	tok, next := text.Next(t, i)
	if tok.Text == "" {
		return 0, 0, 0, next, next, next
	}
	h, char = hashToken(tok.Text)
	return h, chunk(tok.Text), char, tok.Start, tok.End, next
}
