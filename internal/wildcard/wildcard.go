// Package wildcard matches texts against patterns in which * stands for any
// characters, or none. There is no other special character and no escape.
//
// Use [Match] for names and [MatchPrefix] for paths, as in a robots.txt. Matching
// takes time in proportion to the length of the text, whatever the pattern.
package wildcard

import "strings"

// Match reports whether all of s matches a pattern.
func Match(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	// The first place of each part is enough: the * behind it covers the rest.
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, last)
}

// MatchPrefix reports whether s starts with a match of a pattern. A $ at the end of
// the pattern makes it match all of s (RFC 9309, section 2.2.3).
func MatchPrefix(pattern, s string) bool {
	if whole, ok := strings.CutSuffix(pattern, "$"); ok {
		return Match(whole, s)
	}
	return Match(pattern+"*", s)
}
