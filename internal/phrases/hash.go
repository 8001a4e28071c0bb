package phrases

import (
	"unicode/utf8"

	"regwatch/internal/text"
)

// Tokens are compared by 64-bit hashes alone. Those of words up to eight bytes and
// of Chinese characters are the token itself, mixed, and never equal for two. Two
// longer words would have to be looked for over some 2^64 pairs; and who could
// make one up gains nothing that writing the word itself would not give.

// mix spreads a key over 64 bits, and no two keys to the same.
func mix(key uint64) uint64 {
	h := key * 0x9E3779B97F4A7C15
	return h ^ h>>32
}

// A word's first byte is never zero, so the key of a character, which has its low
// byte zero, is no word's, and that of two characters none of one.

func hashHan(r rune) uint64 { return mix(uint64(r) << 8) }

func hashPair(a, b rune) uint64 { return mix(uint64(a)<<32 | uint64(b)<<8) }

// hashToken returns the hash of a folded token, and the character that it is, if
// it is one of everyday Chinese.
func hashToken(token string) (h uint64, char rune) {
	if len(token) == 3 && token[0] >= 0xE4 {
		if r, _ := utf8.DecodeRuneInString(token); text.CommonHanStart <= r && r < text.CommonHanEnd {
			return hashHan(r), r
		}
	}
	h = mix(chunk(token))
	for len(token) > 8 {
		token = token[8:]
		h = mix(h ^ chunk(token))
	}
	return h, 0
}

// chunk returns the first eight bytes of s, or as many as there are.
func chunk(s string) uint64 {
	if len(s) >= 8 {
		return load(s, 0)
	}
	var c uint64
	for i := range len(s) {
		c |= uint64(s[i]) << (8 * i)
	}
	return c
}

// load returns the eight bytes of s at i.
func load(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// hashHead returns the hash of the first three bytes of a prefix, of which chunk
// holds at least those. No character is that large.
func hashHead(chunk uint64) uint64 { return mix(chunk << 40) }

// A filter says of most hashes that were never added that they were not: one
// load decides. It has about sixteen bits for each.
type filter struct {
	words []uint64
	shift uint
}

func newFilter(n int) filter {
	size, shift := 64, uint(58)
	for size*4 < n && size < 1<<16 {
		size, shift = size*2, shift-1
	}
	return filter{make([]uint64, size), shift}
}

func filterBits(h uint64) uint64 { return 1<<(h&63) | 1<<(h>>6&63) }

func (f *filter) add(h uint64) { f.words[h>>f.shift] |= filterBits(h) }

func (f *filter) has(h uint64) bool {
	b := filterBits(h)
	return f.words[h>>f.shift]&b == b
}
