package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"regwatch/web"
)

func newRun(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Scan by cron and deliver, until stopped",
		Long: `Scan every source when its cron line says so, or as often as it publishes,
deliver alerts at once and digests when they are due, until interrupted (Ctrl-C
or SIGTERM). What is being sent is finished first, which takes at most 10 s; a
second signal stops at once. What is due after a crash is delivered at the next
start.

Rules, sources, templates and the .ics files of holidays may be edited meanwhile: a
change is used within a second, and on SIGHUP at once. A faulty one is refused with its place, while what
was in force stays.
A log that nobody reads stops nothing: lines that cannot be written are dropped,
and their number is logged.
With web.listen in regwatch.yaml it serves the pages behind the links in mails,
feeds, and /healthz, /readyz and /metrics.
regwatch.yaml itself is read at the start only. The first scan of a source is silent
but for what was published within its look-back (scan.look_back, 24 hours
unless set).`,
		Example: `  regwatch run
  regwatch -C /etc/regwatch run --log-format json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A closed pipe ends no program that ignores the signal, and a full one
			// blocks none that logs in the background.
			signal.Ignore(syscall.SIGPIPE)
			defer signal.Reset(syscall.SIGPIPE)
			background := newLogWriter(sh.stderr, sh.reportDropped)
			defer background.Close()
			sh.stderr = background
			hangups := make(chan os.Signal, 1)
			signal.Notify(hangups, syscall.SIGHUP)
			defer signal.Stop(hangups)

			log, err := sh.log(false)
			if err != nil {
				return err
			}
			a, err := openApp(cmd.Context(), sh.dir, log, sh.stdout)
			if err != nil {
				return err
			}
			defer a.close()
			w := a.live.get()
			for _, warning := range w.Config.Warnings(time.Now()) {
				log.WarnContext(cmd.Context(), "the configuration has a likely mistake", "warning", warning.String())
			}
			if a.listener, err = listen(w.Config); err != nil {
				return err
			}
			fmt.Fprintf(sh.stderr, "regwatch %s watches %s with %s. Stop it with Ctrl-C.\n", version(),
				plural(len(a.settings().Sources), "source", "sources"), plural(len(w.Rules.Rules()), "rule", "rules"))
			if a.listener != nil {
				fmt.Fprintf(sh.stderr, "Its pages are at http://%s.\n", a.listener.Addr())
			}
			return a.run(cmd.Context(), sh, hangups)
		},
	}
}

const (
	// stopWithin is how long what is being sent may take when regwatch stops.
	stopWithin = 10 * time.Second
	// quitAfter is when regwatch ends though something has not stopped, such as a
	// message to a terminal that nobody reads.
	quitAfter = 30 * time.Second
)

// run scans, delivers, hears what people answer and serves pages, if there is a
// listener, until the context ends. At a hangup it reloads what people edit.
func (a *app) run(ctx context.Context, sh *shell, hangups <-chan os.Signal) error {
	heartbeat, err := a.heartbeat()
	if err != nil {
		return err
	}
	a.deliverer.Grace = stopWithin
	group, running := errgroup.WithContext(ctx)
	if heartbeat != nil {
		a.scanner.Beat = heartbeat.Beat
		group.Go(func() error { heartbeat.Run(running); return nil })
	}
	if a.listener != nil {
		pages := a.pages()
		group.Go(func() error { return web.Serve(running, a.listener, pages, stopPagesWithin) })
	}
	group.Go(func() error { return a.scanner.Run(running) })
	group.Go(func() error { return a.deliverer.Run(running) })
	for _, socket := range a.slackSockets() {
		group.Go(func() error { socket.Run(running); return nil })
	}
	group.Go(func() error { a.watch(running, sh.stderr, hangups); return nil })

	<-running.Done()
	if ctx.Err() != nil {
		a.log.InfoContext(ctx, "stopping: finishing what is being sent, at most 10 s", "why", context.Cause(ctx))
	}
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	timer := time.NewTimer(quitAfter)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err == nil {
			a.log.InfoContext(ctx, "stopped")
		}
		return err
	case <-timer.C:
		return fmt.Errorf("something did not stop within %s; what was being sent may have arrived", quitAfter)
	}
}

// reportDropped logs how many lines of the log could not be written.
func (sh *shell) reportDropped(w io.Writer, dropped int) {
	if log, err := sh.logTo(w, false); err == nil {
		log.Warn("the log was not read, and lines of it were dropped", "dropped", dropped)
	}
}
