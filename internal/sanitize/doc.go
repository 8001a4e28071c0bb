// Package sanitize makes text from outside safe to show: one line, no control characters,
// a bounded length, and links that lead where a reader expects.
//
// Start with [Line] for text and [Link] for addresses.
package sanitize
