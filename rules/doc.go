// Package rules holds the language of watch rules and finds which rules an
// article meets.
//
// Start with [Load], which reads a folder of rules and their shared vocabulary,
// and with [Set.Match], which is a function of the article alone. Whatever is
// wrong in a rule is returned as a problem with its place, all at once, and a
// [Set] is made only when nothing is wrong. A Set never changes and may be used by
// many goroutines.
//
// A rule written in any script meets articles in English and in Traditional and
// Simplified Chinese alike; the folding is package text's. What a match leads to
// is left to events and notifier.
package rules
