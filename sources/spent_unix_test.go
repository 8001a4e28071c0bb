//go:build unix

package sources

import (
	"syscall"
	"time"
)

// spent returns the processor time that f takes. The clock would measure what
// else the machine does.
func spent(f func()) time.Duration {
	before := processorTime()
	f()
	return processorTime() - before
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
