package cli

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// cpuTime returns the processor time that this program has taken and, of db if it is PostgreSQL on this machine, that the
// processes of its connections have taken.
func cpuTime(ctx context.Context, db *sql.DB, postgres bool) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	total := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	if !postgres {
		return total
	}
	rows, err := db.QueryContext(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
	if err != nil {
		return 0
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if rows.Scan(&pid) == nil {
			total += processTime(pid)
		}
	}
	return total
}

// processTime reads the processor time of a process; 0 if it is on another machine.
func processTime(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(stat), ") ") // behind the name
	var skip string
	var user, system int64 // in ticks of 10 ms, fields 14 and 15
	_, err = fmt.Sscan(after, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &user, &system)
	if err != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
