package phrases

import (
	"math/bits"
	"unicode/utf8"

	"regwatch/internal/text"
)

// Scan appends the tokens and hits of t to the buffer. No phrase spans two scanned texts. A text
// must be shorter than two gigabytes.
func (s *Set) Scan(b *Buffer, t string) {
	base := len(b.Tokens)
	b.candidates = b.candidates[:0]
	s.tokenize(b, t)
	s.findHits(b, base, t)
}

// The classes of bytes, by what they begin.
const (
	separator = '.'
	word      = 'w'
	han       = 'h' // most likely a common Han character
	other     = 'o' // a currency sign, or any other character
	quote     = 'q' // a separator that may begin a possessive s
)

// byteClass holds the class of each byte, at its index. It is a string because a constant cannot
// be changed.
const byteClass = "................................" +
	"....o..q........wwwwwwwwww......" + // from the space
	".wwwwwwwwwwwwwwwwwwwwwwwwww....." + // from @
	"qwwwwwwwwwwwwwwwwwwwwwwwwww....." + // from `
	"oooooooooooooooooooooooooooooooo" + // from 0x80
	"oooooooooooooooooooooooooooooooo" + // from 0xA0
	"oooooooooooooooooooooooooooooooo" + // from 0xC0
	"oooohhhhhhoooooooooooooooooooooo" // from 0xE0

// mayBeginPinyin reports whether a pronunciation in brackets may begin with c: a bracket, or an
// invisible character before it.
func mayBeginPinyin(c byte) bool {
	return c == '(' || 0x80 < c && (c < 0xE4 || 0xE9 < c)
}

// tokenize splits t into the tokens of [text.Tokens] and collects the candidates. It reads ASCII
// words eight bytes at a time and common Han characters by a table. Everything else, and the last
// characters of a text, are left to package text.
func (s *Set) tokenize(b *Buffer, t string) {
	tokens, candidates := b.Tokens, b.candidates
	var before rune // the token before, as pairRune returns it
	for i := 0; i < len(t); {
		start := i
		switch byteClass[t[i]] {
		case separator, quote:
			i++
			continue
		case word:
			var w uint64
			if i+8 <= len(t) {
				w = loadAt(t, i)
			} else {
				w = load(t[i:])
			}
			n := wordPrefixLen(w)
			w = (w | 0x20*everyByte) & lowBytes(n) // digits have the bit that makes a letter lower case
			h := mix(w)
			i += n
			if n == 8 {
				h, i = hashLongWord(t, h, i)
			}
			end := i
			if i < len(t) {
				if byteClass[t[i]] == separator {
					i++
				} else if i = afterWord(t, i); i < 0 {
					break
				}
			}
			at := int32(len(tokens))
			tokens = append(tokens, Token{h, int32(start), int32(end)})
			if n == 1 && w >= 'a' {
				if before != 0 {
					if pair := hashPair(before, rune(w)); s.filter.has(pair) {
						candidates = append(candidates, candidate{hash: pair, token: at})
					}
				}
				before = rune(w)
			} else {
				before = 0
			}
			if s.filter.has(h) {
				candidates = append(candidates, candidate{hash: h, token: at})
			}
			if s.anchorKinds.prefix {
				if first := hashPrefix(w); s.filter.has(first) {
					candidates = append(candidates, candidate{hash: first, token: at})
				}
			}
			continue
		case han:
			if i+8 > len(t) {
				break
			}
			w := loadAt(t, i)
			r := rune(w&0x0F)<<12 | rune(w>>8&0x3F)<<6 | rune(w>>16&0x3F)
			if w&0xC0C000 != 0x808000 || r < text.CommonHanStart || r >= text.CommonHanEnd {
				break
			}
			char := rune(s.fold[r-text.CommonHanStart])
			if char == 0 {
				break
			}
			i += 3
			if mayBeginPinyin(byte(w >> 24)) {
				i += text.PinyinLen(t[i:])
			}
			h, at := hashHan(char), int32(len(tokens))
			tokens = append(tokens, Token{h, int32(start), int32(start) + 3})
			if before != 0 {
				if pair := hashPair(before, char); s.filter.has(pair) {
					candidates = append(candidates, candidate{hash: pair, token: at})
				}
			}
			before = char
			if s.anchorKinds.char && s.filter.has(h) {
				candidates = append(candidates, candidate{hash: h, token: at})
			}
			continue
		default:
			if r, size := utf8.DecodeRuneInString(t[i:]); isSeparator(r) {
				i += size
				continue
			}
		}
		tok, next := text.Next(t, start)
		i = next
		if tok.Text != "" {
			tokens, candidates, before = s.addToken(tokens, candidates, before, tok)
		}
	}
	b.Tokens, b.candidates = tokens, candidates
}

// addToken appends a token of package text, and its candidates.
func (s *Set) addToken(tokens []Token, candidates []candidate, before rune, tok text.Token) ([]Token, []candidate, rune) {
	h, char := hashToken(tok.Text)
	char = pairRune(tok.Text, char)
	at := int32(len(tokens))
	tokens = append(tokens, Token{h, int32(tok.Start), int32(tok.End)})
	if s.filter.has(h) {
		candidates = append(candidates, candidate{hash: h, token: at})
	}
	if pair := hashPair(before, char); before != 0 && char != 0 && s.filter.has(pair) {
		candidates = append(candidates, candidate{hash: pair, token: at})
	}
	if first := hashPrefix(load(tok.Text)); s.filter.has(first) {
		candidates = append(candidates, candidate{hash: first, token: at})
	}
	return tokens, candidates, char
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
)

// wordPrefixLen returns how many bytes of w are ASCII letters and digits before the first other
// one, from the lowest byte on. It tests all eight at once.
func wordPrefixLen(w uint64) int {
	seven := w &^ highBits
	lower := seven | 0x20*everyByte
	letter := (lower + (0x80-'a')*everyByte) &^ (lower + (0x80-'z'-1)*everyByte)
	digit := (seven + (0x80-'0')*everyByte) &^ (seven + (0x80-'9'-1)*everyByte)
	stop := ^((letter | digit) &^ w) & highBits
	return bits.TrailingZeros64(stop) / 8
}

// lowBytes returns a mask of the n lowest bytes.
func lowBytes(n int) uint64 { return 1<<(8*n) - 1 }

// hashLongWord continues the hash h of a word whose first eight bytes end at i, and returns it
// with the end of the word.
func hashLongWord(t string, h uint64, i int) (uint64, int) {
	for {
		w := load(t[i:])
		n := wordPrefixLen(w)
		if n > 0 {
			h = mix(h ^ (w|0x20*everyByte)&lowBytes(n))
		}
		if i += n; n < 8 {
			return h, i
		}
	}
}

// afterWord returns the offset at which to continue after a word of ASCII letters and digits that
// ends at end; or -1 if the word may go on with other letters.
func afterWord(t string, end int) int {
	switch byteClass[t[end]] {
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
	case isSeparator(r) || text.CommonHanStart <= r && r < text.CommonHanEnd:
		return end
	}
	return -1
}

// isSeparator reports whether r is one of the most frequent separators outside ASCII.
func isSeparator(r rune) bool {
	return 0x2010 <= r && r <= 0x2027 || 0x3000 <= r && r <= 0x3002 || 0x3008 <= r && r <= 0x3011 ||
		0xFF01 <= r && r <= 0xFF0F && r != 0xFF04 || 0xFF1A <= r && r <= 0xFF20 || r == 0x00A0
}
