package childprocess

import (
	"os"
	"syscall"
)

// limitMemory makes the kernel refuse more private memory than this, in one step or in many. When memory runs out the kernel
// ends this process first, and not the program that started it.
func limitMemory(bytes uint64) {
	limit := syscall.Rlimit{Cur: bytes, Max: bytes}
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &limit)
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
}
