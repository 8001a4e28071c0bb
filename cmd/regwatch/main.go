// Command regwatch watches what regulators and the press publish, and tells the
// right people what their watch rules care about.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"regwatch/internal/diag"
)

// Exit codes.
const (
	exitFailed   = 1 // something could not be done
	exitProblems = 2 // something a person wrote or typed must be put right
)

func main() {
	// Of a server that sends more than it said, net/http tells the standard logger,
	// with what was sent. That is not for whoever reads our log, and no JSON.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		fmt.Fprintln(stderr, problems)
		return exitProblems
	}
	if errors.Is(err, errProblems) {
		return exitProblems
	}
	if errors.Is(err, errReported) {
		return exitFailed
	}
	fmt.Fprintf(stderr, "regwatch: %v\n", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return exitProblems
	}
	return exitFailed
}

// errReported says that a command failed and has already told how.
var errReported = errors.New("failed")

// errProblems says that there are mistakes, which were told.
var errProblems = errors.New("mistakes")

// A usageError is a command line that cannot be meant.
type usageError struct{ error }
