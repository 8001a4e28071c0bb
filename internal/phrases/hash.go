package phrases

import (
	"unicode/utf8"

	"regwatch/internal/text"
)

// Tokens are compared by their 64-bit hashes alone. The hash of a word of up to eight bytes or of a
// Chinese character is the token itself, mixed, so two such tokens never share one. For two longer
// words, an attacker would have to search some 2^64 pairs, and would gain no more than by writing
// the word itself.

// mix spreads a key over 64 bits. It maps no two keys to the same hash.
func mix(key uint64) uint64 {
	h := key * 0x9E3779B97F4A7C15
	return h ^ h>>32
}

// The first byte of a word is never zero. The key of a character has a zero in its low byte, so it
// is not the key of a word; and the key of a pair is not the key of a character.

func hashHan(r rune) uint64 { return mix(uint64(r) << 8) }

func hashPair(a, b rune) uint64 { return mix(uint64(a)<<32 | uint64(b)<<8) }

// hashToken returns the hash of a folded token, and the character if it is one common Han
// character.
func hashToken(token string) (h uint64, char rune) {
	if len(token) == 3 && token[0] >= 0xE4 {
		if r, _ := utf8.DecodeRuneInString(token); text.CommonHanStart <= r && r < text.CommonHanEnd {
			return hashHan(r), r
		}
	}
	h = mix(load(token))
	for len(token) > 8 {
		token = token[8:]
		h = mix(h ^ load(token))
	}
	return h, 0
}

// pairRune returns what a token is as half of a pair: its common Han character, given as han, or its
// letter, if it is a single one as in U.S.; otherwise 0.
func pairRune(token string, han rune) rune {
	if len(token) == 1 && 'a' <= token[0] && token[0] <= 'z' {
		return rune(token[0])
	}
	return han
}

// hashPrefix returns the hash of the first three bytes of w, which holds the beginning of a token.
// No character is large enough to have the same key.
func hashPrefix(w uint64) uint64 { return mix(w << 40) }

// load returns the first eight bytes of s, the first one lowest; zeros follow a shorter s.
func load(s string) uint64 {
	if len(s) >= 8 {
		return loadAt(s, 0)
	}
	var w uint64
	for i := range len(s) {
		w |= uint64(s[i]) << (8 * i)
	}
	return w
}

// loadAt returns the eight bytes of s from i on. The compiler makes one instruction of it.
func loadAt(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
