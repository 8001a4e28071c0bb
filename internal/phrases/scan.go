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
	entry uint32 // where the anchor's entries begin, from 1 on
}

// A maybe is a hit of which a part has been seen.
type maybe struct {
	Hit
	terms uint32
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
	other // a currency sign, or any other character
	quote // a separator that may begin a possessive s
)

// class is what each byte begins.
var class = func() (c [256]uint8) {
	for b := range c {
		switch {
		case '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z':
			c[b] = word
		case 0xE4 <= b && b <= 0xE9:
			c[b] = han
		case b == '\'' || b == '`':
			c[b] = quote
		case b == '$' || b >= utf8.RuneSelf:
			c[b] = other
		}
	}
	return c
}()

// mayRead are the bytes that a reading in brackets may begin with: a bracket, or
// an invisible character before it.
var mayRead = func() (may [256]bool) {
	for b := range may {
		may[b] = b == '(' || b > utf8.RuneSelf && class[b] != han
	}
	return may
}()

// read cuts t into the tokens of [text.Tokens] and notes the places of anchors.
// It goes through ASCII words eight bytes at a time and through everyday Chinese
// by a table; the rest, and the last characters of a text, are left to package text.
func (s *Set) read(sc *Scratch, t string) {
	tokens, places := sc.Tokens, sc.places
	var before rune // the character that is the token before
	for i := 0; i < len(t); {
		start := i
		switch class[t[i]] {
		case separator, quote:
			i++
			continue
		case word:
			var w uint64
			if i+8 <= len(t) {
				w = load(t, i)
			} else {
				w = chunk(t[i:])
			}
			n := wordLength(w)
			w = (w | 0x20*ones) & low(n) // a digit has the bit that makes a letter small
			h := mix(w)
			i += n
			if n == 8 {
				h, i = longWord(t, h, i)
			}
			end := i
			if i < len(t) {
				if class[t[i]] == separator {
					i++
				} else if i = behindWord(t, i); i < 0 {
					break
				}
			}
			at := int32(len(tokens))
			tokens = append(tokens, Token{h, int32(start), int32(end)})
			before = 0
			if s.filter.has(h) {
				places = append(places, place{hash: h, token: at})
			}
			if s.has.prefix {
				if first := hashHead(w); s.filter.has(first) {
					places = append(places, place{hash: first, token: at})
				}
			}
			continue
		case han:
			if i+8 > len(t) {
				break
			}
			w := load(t, i)
			r := rune(w&0x0F)<<12 | rune(w>>8&0x3F)<<6 | rune(w>>16&0x3F)
			if w&0xC0C000 != 0x808000 || r < text.CommonHanStart || r >= text.CommonHanEnd {
				break
			}
			char := rune(s.fold[r-text.CommonHanStart])
			if char == 0 {
				break
			}
			i += 3
			if mayRead[byte(w>>24)] {
				i += text.PinyinLen(t[i:])
			}
			h, at := hashHan(char), int32(len(tokens))
			tokens = append(tokens, Token{h, int32(start), int32(start) + 3})
			if before != 0 {
				if pair := hashPair(before, char); s.filter.has(pair) {
					places = append(places, place{hash: pair, token: at})
				}
			}
			before = char
			if s.has.char && s.filter.has(h) {
				places = append(places, place{hash: h, token: at})
			}
			continue
		default:
			if r, size := utf8.DecodeRuneInString(t[i:]); separates(r) {
				i += size
				continue
			}
		}
		tok, next := text.Next(t, start)
		i = next
		if tok.Text != "" {
			tokens, places, before = s.note(tokens, places, before, tok)
		}
	}
	sc.Tokens, sc.places = tokens, places
}

// note does for a token of package text what read does for its own.
func (s *Set) note(tokens []Token, places []place, before rune, tok text.Token) ([]Token, []place, rune) {
	h, char := hashToken(tok.Text)
	at := int32(len(tokens))
	tokens = append(tokens, Token{h, int32(tok.Start), int32(tok.End)})
	if s.filter.has(h) {
		places = append(places, place{hash: h, token: at})
	}
	if pair := hashPair(before, char); before != 0 && char != 0 && s.filter.has(pair) {
		places = append(places, place{hash: pair, token: at})
	}
	if first := hashHead(chunk(tok.Text)); s.filter.has(first) {
		places = append(places, place{hash: first, token: at})
	}
	return tokens, places, char
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// wordLength returns how many of the eight bytes from the lowest on are ASCII
// letters and digits.
func wordLength(w uint64) int {
	seven := w &^ highs
	lower := seven | 0x20*ones
	letter := (lower + (0x80-'a')*ones) &^ (lower + (0x80-'z'-1)*ones)
	digit := (seven + (0x80-'0')*ones) &^ (seven + (0x80-'9'-1)*ones)
	stop := ^((letter | digit) &^ w) & highs
	return bits.TrailingZeros64(stop) / 8
}

// low returns a mask of the n lowest bytes.
func low(n int) uint64 { return 1<<(8*n) - 1 }

// longWord goes on with a word whose first eight bytes have the hash h and end at
// i.
func longWord(t string, h uint64, i int) (uint64, int) {
	for {
		w := chunk(t[i:])
		n := wordLength(w)
		if n > 0 {
			h = mix(h ^ (w|0x20*ones)&low(n))
		}
		if i += n; n < 8 {
			return h, i
		}
	}
}

// behindWord returns where to go on behind ASCII letters and digits, or -1 if what
// follows may belong to their word.
func behindWord(t string, end int) int {
	switch class[t[end]] {
	case separator:
		return end
	case quote:
		return end + text.PossessiveLen(t[end:])
	}
	if t[end] == '$' {
		return end
	}
	r, _ := utf8.DecodeRuneInString(t[end:])
	switch {
	case r == '’' || r == '‘' || r == '＇':
		return end + text.PossessiveLen(t[end:])
	case separates(r) || text.CommonHanStart <= r && r < text.CommonHanEnd:
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
