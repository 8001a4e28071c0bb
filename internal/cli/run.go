package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
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
			return runEngine(cmd.Context(), sh, log, hangups)
		},
	}
}

func runEngine(ctx context.Context, sh *shell, log *slog.Logger, hangups <-chan os.Signal) error {
	return sh.withEngine(ctx, log, sh.stdout, func(e *app.Engine) error {
		folder := e.Folder()
		for _, warning := range folder.Config.Warnings(time.Now()) {
			log.WarnContext(ctx, "the configuration has a likely mistake", "warning", warning.String())
		}
		listener, err := listen(folder.Config)
		if err != nil {
			return err
		}
		fmt.Fprintf(sh.stderr, "regwatch %s watches %s with %s. Stop it with Ctrl-C.\n", app.Version(),
			plural(len(folder.Sources), "source", "sources"), plural(len(folder.Rules.Rules()), "rule", "rules"))
		options := app.RunOptions{Stderr: sh.stderr, Hangups: hangups}
		if listener != nil {
			fmt.Fprintf(sh.stderr, "Its pages are at http://%s.\n", listener.Addr())
			handler := pages(e, log)
			options.Serve = func(ctx context.Context) error { return web.Serve(ctx, listener, handler, stopPagesWithin) }
		}
		return e.Run(ctx, options)
	})
}

// reportDropped logs how many lines of the log could not be written.
func (sh *shell) reportDropped(w io.Writer, dropped int) {
	if log, err := sh.logTo(w, false); err == nil {
		log.Warn("the log was not read, and lines of it were dropped", "dropped", dropped)
	}
}
