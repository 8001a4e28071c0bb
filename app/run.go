package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"regwatch/internal/redact"
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
	Stderr  io.Writer                   // receives the mistakes of a rejected change
	Hangups <-chan os.Signal            // each one reads all files again
	Secrets *redact.Secrets             // of the log; receives the secrets of a changed configuration
	Serve   func(context.Context) error // serves pages until its context ends
}

// Run scans, delivers, handles presses of Slack's buttons and takes changes of the folder
// into use, until the context ends. Messages in progress are finished first, which
// takes at most 10 s.
func (e *Engine) Run(ctx context.Context, o RunOptions) error {
	heartbeat, err := e.heartbeat()
	if err != nil {
		return err
	}
	e.logWarnings(ctx)
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
	sockets := &slackSockets{engine: e, open: make(map[string]openSocket), run: func(do func()) {
		group.Go(func() error { do(); return nil })
	}}
	sockets.update(running, e.Config())
	changes := newReloader(e, o, sockets)
	group.Go(func() error { changes.watch(running, o.Hangups); return nil })

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
