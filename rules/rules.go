// Package rules matches articles with watch rules.
//
// Start with [Load], which reads a folder of rules and their shared vocabulary, and with [Set.Match],
// which depends on the article alone. All mistakes in the files are returned as problems with their
// positions, and there is a [Set] only if there are none. A Set never changes and may be used by any number
// of goroutines.
//
// A rule in any script matches articles in English and in Traditional and Simplified Chinese alike; package
// text does the folding. The trees of rules are in package syntax, warnings about them in package lint.
// What follows from a match is left to packages events and notifier.
package rules

import "regwatch/rules/syntax"

// A Rule is one watch rule. The rules of a [Set] must not be changed.
type Rule = syntax.Rule

// Schema returns the JSON Schema of a rule file.
func Schema() []byte { return syntax.Schema() }

// VocabularySchema returns the JSON Schema of a file of shared term lists.
func VocabularySchema() []byte { return syntax.VocabularySchema() }
