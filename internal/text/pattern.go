package text

import "strings"

// Wildcard reports whether s is the pattern, in which * stands for anything,
// and for nothing.
func Wildcard(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return s == pattern
	}
	s, begins := strings.CutPrefix(s, parts[0])
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return begins && strings.HasSuffix(s, last)
}

// InRange reports whether a language range takes a tag, by basic filtering
// (RFC 4647, 3.3.1): the tag is the range, or begins with it and a hyphen; and
// the range * takes every tag.
func InRange(wanted, tag string) bool {
	if tag == "" || wanted == "*" {
		return tag != ""
	}
	wanted, tag = strings.ToLower(wanted), strings.ToLower(tag)
	return tag == wanted || strings.HasPrefix(tag, wanted+"-")
}
