package jqbox_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regwatch/internal/jqbox"
)

const parentVariable = "REGWATCH_JQ_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) != "" {
		_, _ = jqbox.Run(context.Background(), "last(repeat(1))", nil, 1)
	}
	os.Exit(m.Run())
}

// An expression that never ends does not outlive a program that is killed.
func TestProcessEndsWithTheProgram(t *testing.T) {
	program := exec.CommandContext(t.Context(), os.Args[0])
	program.Env = append(os.Environ(), parentVariable+"=1")
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	children := func() []string {
		all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", program.Process.Pid))
		var ids []string
		for _, file := range all {
			text, _ := os.ReadFile(file)
			ids = append(ids, strings.Fields(string(text))...)
		}
		return ids
	}
	var ids []string
	for ids = children(); len(ids) == 0; ids = children() {
		if t.Context().Err() != nil {
			t.Fatal("no expression was started")
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond) // it is at work
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait()
	for range 1000 {
		stat, err := os.ReadFile("/proc/" + ids[0] + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s still runs its expression", ids[0])
}

// The kernel says what the largest process took.
func TestProcessStaysSmall(t *testing.T) {
	for _, expression := range []string{`"a" * 2e9 | length`, `reduce range(60) as $i ("abc"; . + .)`, `[range(1e10)]`} {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		_, _ = jqbox.Run(ctx, expression, nil, 10)
		cancel()
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		t.Fatal(err)
	}
	const beside = 128 << 20 // the program itself, which is not counted
	if got := usage.Maxrss << 10; got > jqbox.MaxMemory+beside {
		t.Errorf("a process took %d MB, want at most %d", got>>20, (jqbox.MaxMemory+beside)>>20)
	}
}
