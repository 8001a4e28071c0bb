package text

import "strings"

// MatchWildcard reports whether s matches a pattern in which * stands for any string, the empty
// one included.
func MatchWildcard(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, parts[0])
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return ok && strings.HasSuffix(s, last)
}

// MatchLanguage reports whether a language tag matches a language range by basic filtering (RFC
// 4647, 3.3.1): the tag equals the range or begins with it and a hyphen. The range * matches every
// tag but the empty one.
func MatchLanguage(languageRange, tag string) bool {
	if tag == "" || languageRange == "*" {
		return tag != ""
	}
	languageRange, tag = strings.ToLower(languageRange), strings.ToLower(tag)
	return tag == languageRange || strings.HasPrefix(tag, languageRange+"-")
}
