// Package plural chooses between the singular and the plural of an English noun.
//
// Use [Count] for a number with its noun and [Word] for the noun or verb alone.
// Texts that readers get in their own language are made by notifier/render.
package plural

import "fmt"

// Count returns a number with its noun: "1 article" or "7 articles".
func Count(n int, one, many string) string { return fmt.Sprintf("%d %s", n, Word(n, one, many)) }

// Word returns one if n is 1, and otherwise many.
func Word(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
