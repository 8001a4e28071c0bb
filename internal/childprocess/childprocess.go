// Package childprocess runs parts of this program on untrusted data in processes of their own, so that neither their memory nor
// their time is that of the program.
//
// Start with [Command]. The process is this same program with a variable in its environment and none of the secrets. The package
// whose work it does looks for the variable before main, and calls [LimitMemory] and [Watch].
package childprocess

import (
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// outOfMemory is the exit code of a process that has too little memory.
const outOfMemory = 86

// parent is the process that started this one.
var parent = os.Getppid()

// Command returns the command that starts this program with only these variables, as NAME=VALUE, in its environment.
func Command(variables ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program)
	cmd.Env = variables
	if root := os.Getenv("SYSTEMROOT"); root != "" { // without which Windows starts nothing
		cmd.Env = append(cmd.Env, "SYSTEMROOT="+root)
	}
	return cmd, nil
}

// RanOutOfMemory reports whether a process ended by itself because it had too little memory. One that was killed did not, as
// far as this function knows.
func RanOutOfMemory(state *os.ProcessState) bool {
	// Code 2 is that of Go's runtime, when the system gives it no more memory or a stack is too deep.
	code := state.ExitCode()
	return code == outOfMemory || code == 2
}

// LimitMemory limits the memory of this process in bytes. From soft on it collects garbage rather than grow. On Linux the kernel
// gives it no more than hard; see [Watch] for other systems.
func LimitMemory(soft, hard uint64) {
	limitMemory(hard)
	debug.SetMaxStack(int(hard / 4))
	debug.SetMemoryLimit(int64(soft))
}

// Watch ends this process soon after it has more memory than this, and after the program that started it has ended, which a
// process at work does not notice otherwise. It returns when done is closed.
func Watch(most uint64, done <-chan struct{}) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if InUse() > most || os.Getppid() != parent {
				os.Exit(outOfMemory)
			}
		}
	}
}

// InUse returns how many bytes of memory the process has from the system.
func InUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() - sample[1].Value.Uint64()
}
