//go:build !unix

package sources

import "time"

// cpuTime returns the time that f takes.
func spent(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
