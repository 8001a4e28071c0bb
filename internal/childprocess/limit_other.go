//go:build !linux

package childprocess

// limitMemory does nothing: these systems have no limit that holds. See Watch.
func limitMemory(uint64) {}
