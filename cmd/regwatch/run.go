package main

import (
	"context"
	"fmt"

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
or SIGTERM). What is in flight is finished first; what is owed after a crash is
delivered at the next start.

Rules and sources may be edited meanwhile: a change is used within a second,
and a faulty one is refused with its place, while what was in force stays.
With web.listen in regwatch.yaml it serves the pages behind the links in mails,
feeds, and /healthz, /readyz and /metrics.
regwatch.yaml is read at the start only. The first scan of a source is silent
but for what was published within its look-back (scan.look_back, 24 hours
unless set).`,
		Example: `  regwatch run
  regwatch -C /etc/regwatch run --log-format json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
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
			if a.listener, err = listen(w.Config); err != nil {
				return err
			}
			fmt.Fprintf(sh.stderr, "regwatch %s watches %s with %s. Stop it with Ctrl-C.\n", version(),
				plural(len(a.settings().Sources), "source", "sources"), plural(len(w.Rules.Rules()), "rule", "rules"))
			if a.listener != nil {
				fmt.Fprintf(sh.stderr, "Its pages are at http://%s.\n", a.listener.Addr())
			}
			return a.run(cmd.Context(), sh)
		},
	}
}

// run scans, delivers, hears what people answer and serves pages, if there is a
// listener, until the context ends.
func (a *app) run(ctx context.Context, sh *shell) error {
	heartbeat, err := a.heartbeat()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if heartbeat != nil {
		a.scanner.Beat = heartbeat.Beat
		group.Go(func() error { heartbeat.Run(ctx); return nil })
	}
	if a.listener != nil {
		pages := a.pages()
		group.Go(func() error { return web.Serve(ctx, a.listener, pages, stopPagesWithin) })
	}
	group.Go(func() error { return a.scanner.Run(ctx) })
	group.Go(func() error { return a.deliverer.Run(ctx) })
	for _, socket := range a.slackSockets() {
		group.Go(func() error { socket.Run(ctx); return nil })
	}
	group.Go(func() error { a.watch(ctx, sh.stderr); return nil })
	return group.Wait()
}
