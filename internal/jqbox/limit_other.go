//go:build !linux

package jqbox

// limitMemory does nothing: these systems have no limit that holds. See watch.
func limitMemory(uint64) {}
