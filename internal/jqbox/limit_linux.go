package jqbox

import "syscall"

// limitMemory makes the kernel refuse more private memory than this, in one step or in many.
func limitMemory(bytes uint64) {
	limit := syscall.Rlimit{Cur: bytes, Max: bytes}
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &limit)
}
