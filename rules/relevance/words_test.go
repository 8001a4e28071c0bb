package relevance_test

import (
	"testing"

	"regwatch/internal/i18n"
	"regwatch/rules/relevance"
)

// Package i18n checks that each of its phrases exists in every language.
func TestEveryFeatureHasPhrases(t *testing.T) {
	for _, name := range relevance.Names() {
		clause, words, known := i18n.Feature(name)
		if !known {
			t.Errorf("add phrases for %s to internal/i18n/phrases_relevance.go", name)
			continue
		}
		c, ok := i18n.Find(clause)
		if !ok || c.TakesArguments() != (words != "") {
			t.Errorf("%s has the clause %q with the words %q", name, clause, words)
		}
		if _, ok := i18n.Find(words); words != "" && !ok {
			t.Errorf("%s has the words %q, which are no phrase", name, words)
		}
	}
	for _, name := range []string{"", "public", "title", "title.", "title.newer", "newer.public", "word.rigs"} {
		if clause, words, known := i18n.Feature(name); known {
			t.Errorf("Feature(%q) = %q, %q; want none", name, clause, words)
		}
	}
}
