//go:build unix

package sources

import (
	"syscall"
	"time"
)

// cpuTime returns the processor time that f takes. Wall-clock time would include other
// processes.
func cpuTime(f func()) time.Duration {
	before := processCPUTime()
	f()
	return processCPUTime() - before
}

func processCPUTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
