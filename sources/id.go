package sources

import (
	"fmt"
	"strings"
	"unicode"
)

// FreeID makes an ID from a name, or else from an address, that is not taken.
func FreeID(name, address string, taken map[string]bool) string {
	slug := func(text string) string {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		id := strings.Join(words, "-")
		return strings.Trim(id[:min(len(id), 50)], "-")
	}
	id := slug(name)
	if id == "" {
		_, rest, _ := strings.Cut(address, "://")
		id = slug(rest)
	}
	free := id
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}
