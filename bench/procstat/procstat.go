// Package procstat reads what processes have used, for measurements.
//
// Start with [TimeOf] and [Peak], which read /proc.
package procstat

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Peak reads VmHWM of a process in /proc, in MB; 0 where there is no /proc.
func Peak(process string) float64 {
	status, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib * 1024 / 1e6
		}
	}
	return 0
}

// TimeOf reads what another process has used so far from /proc; 0 where there is no /proc.
func TimeOf(process string) time.Duration {
	stat, err := os.ReadFile("/proc/" + process + "/stat")
	if err != nil {
		return 0
	}
	// The second field is the program's name in parentheses and may hold spaces.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	const tick = 10 * time.Millisecond // Linux counts in hundredths of a second here
	return time.Duration(user+system) * tick
}
