// Package sanitize makes text that others wrote safe to show: one line, no control
// characters, a bounded length, and links that lead where a reader expects.
package sanitize
