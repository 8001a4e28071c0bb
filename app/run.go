package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// stopTimeout is how long messages in progress may take when regwatch stops.
	stopTimeout = 10 * time.Second
	// exitTimeout is when regwatch ends although something has not stopped, such as a
	// message to a terminal that nobody reads.
	exitTimeout = 30 * time.Second
)

// RunOptions are what Run needs besides the folder. All of them are optional.
type RunOptions struct {
	Stderr  io.Writer                   // receives the problems of a rejected change
	Hangups <-chan os.Signal            // each one reloads the files
	Serve   func(context.Context) error // serves pages until its context ends
}

// Run scans, delivers, handles presses of Slack's buttons and reloads the files that
// people edit, until the context ends. Messages in progress are finished first, which
// takes at most 10 s.
func (e *Engine) Run(ctx context.Context, o RunOptions) error {
	heartbeat, err := e.heartbeat()
	if err != nil {
		return err
	}
	e.worker.Grace = stopTimeout
	group, running := errgroup.WithContext(ctx)
	if heartbeat != nil {
		e.scanner.Beat = heartbeat.Beat
		group.Go(func() error { heartbeat.Run(running); return nil })
	}
	if o.Serve != nil {
		group.Go(func() error { return o.Serve(running) })
	}
	group.Go(func() error { return e.scanner.Run(running) })
	group.Go(func() error { return e.worker.Run(running) })
	for _, socket := range e.slackSockets() {
		group.Go(func() error { socket.Run(running); return nil })
	}
	stderr := o.Stderr
	if stderr == nil {
		stderr = io.Discard
	}
	group.Go(func() error { e.watchFiles(running, stderr, o.Hangups); return nil })

	<-running.Done()
	if ctx.Err() != nil {
		e.log.InfoContext(ctx, "stopping: finishing the messages in progress, at most 10 s", "why", context.Cause(ctx))
	}
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	timer := time.NewTimer(exitTimeout)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err == nil {
			e.log.InfoContext(ctx, "stopped")
		}
		return err
	case <-timer.C:
		return fmt.Errorf("something did not stop within %s; messages in progress may have arrived", exitTimeout)
	}
}
