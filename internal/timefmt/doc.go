// Package timefmt formats the zones and clock times that every rendering of a time needs.
//
// Start with [Zone] to convert a time for its reader.
package timefmt
