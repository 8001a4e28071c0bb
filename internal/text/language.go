package text

import "strings"

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
