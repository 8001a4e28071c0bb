// Package cli is the regwatch command line: one file for each command, which reads
// flags, calls package app and prints the result as text or JSON.
//
// Start with [Main].
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"regwatch/app"
	"regwatch/internal/diag"
)

// Exit codes.
const (
	exitFailed   = 1 // something could not be done
	exitProblems = 2 // a file or a command line has mistakes
)

// Main runs the command line until it ends or the process is interrupted, and returns
// the exit code: 0, 1 if something could not be done, or 2 if a file or the command
// line has mistakes.
func Main(args []string, stdout, stderr io.Writer) int {
	// net/http logs what a server sends beyond its declared length to the standard
	// logger. That is not JSON and may hold anything, so it is discarded.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	return run(ctx, args, stdout, stderr)
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
	if _, ok := errors.AsType[*app.InputError](err); ok {
		return exitProblems
	}
	return exitFailed
}

// errReported means that a command failed and has already printed why.
var errReported = errors.New("failed")

// errProblems means that there are mistakes, which were printed.
var errProblems = errors.New("mistakes")

// A usageError is a mistake in the command line.
type usageError struct{ error }
