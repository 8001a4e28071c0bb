package yamlnode

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/diag"
)

// maxSuggested is how many names a hint names.
const maxSuggested = 4

// DidYouMean returns a hint at the known name that is nearest to a mistyped one, or
// nothing. It belongs directly after the mistyped name in a sentence.
func DidYouMean(name string, known []string) diag.Text {
	longer := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(k, strings.ToLower(name)+"-") })
	if len(longer) > 0 && name != "" {
		slices.Sort(longer)
		quoted := make([]string, 0, maxSuggested)
		for _, k := range longer[:min(len(longer), maxSuggested)] {
			quoted = append(quoted, fmt.Sprintf("%q", k))
		}
		return diag.Textf(" (did you mean %s?)", OrText(quoted))
	}
	if near := Nearest(name, known); near != "" {
		return diag.Textf(" (did you mean %q?)", near)
	}
	return ""
}
