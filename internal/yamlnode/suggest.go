package yamlnode

import (
	"slices"
	"strings"

	"regwatch/internal/diag"
)

// Or joins alternatives for a message: a, b or c.
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// OrText is Or for readers of other languages.
func OrText(words []string) diag.Text {
	if len(words) < 2 {
		return diag.Textf("%s", strings.Join(words, ""))
	}
	return diag.Textf("%s or %s", strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}

// Nearest returns the candidate that a mistyped word most likely meant: the one with the smallest
// Levenshtein distance, or "" if none is within two edits.
func Nearest(word string, candidates []string) string {
	best, found := 3, ""
	for _, c := range candidates {
		if d := distance(word, c); d < best && d < len(c) {
			best, found = d, c
		}
	}
	return found
}

// distance returns the Levenshtein distance of two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := previous
			if a[i] != b[j] {
				cost = min(previous, row[j], row[j+1]) + 1
			}
			previous, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// synonym returns the one of some keys that another word for it meant; "" if there is none.
func synonym(word string, keys []string) string {
	words := map[string][]string{
		"min":       {"over", "above", "from", "minimum", "at_least", "more_than"},
		"max":       {"under", "below", "until", "to", "maximum", "at_most", "less_than"},
		"any":       {"or", "words", "phrases"},
		"all":       {"and"},
		"none":      {"not", "exclude", "ignore"},
		"lang":      {"language"},
		"language":  {"lang"},
		"published": {"date", "day"},
		"title":     {"headline", "name"},
		"within":    {"distance"},
	}
	for _, key := range keys {
		if slices.Contains(words[key], strings.ToLower(word)) {
			return key
		}
	}
	return ""
}
