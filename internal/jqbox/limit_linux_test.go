package jqbox_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"regwatch/internal/jqbox"
)

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
