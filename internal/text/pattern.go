package text

import "strings"

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
