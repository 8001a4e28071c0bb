package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"regwatch/models"
	"regwatch/notifier/render"
)

// deliverWithin is how long a command that ends by itself delivers, unless it is
// told otherwise.
const deliverWithin = 5 * time.Minute

func newScan(sh *shell) *cobra.Command {
	var (
		dryRun bool
		within time.Duration
	)
	cmd := &cobra.Command{
		Use:   "scan [SOURCE...]",
		Short: "Scan every source once, or those named, and deliver",
		Long: `Read every source once, due or not, and deliver what is owed, also from
before. Sources that are named are read even if they are disabled.

Delivering ends after --deliver-timeout, also when a channel keeps asking to wait
(429). What is being sent then is finished, which takes at most 10 s more. What is
still due is named with its channel and the reason; the next scan or regwatch run
sends it.

The exit code is 1 when no source at all could be read. It is 0 when only some
could be read, or when something is still due.

With --dry-run no article is kept and nothing is sent: you see what would be told and what
would be held back, and why.`,
		Example: `  regwatch scan
  regwatch scan hkma-press --dry-run
  regwatch scan --json | jq .alerts`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if within < 0 {
				return usageError{fmt.Errorf("--deliver-timeout %s; want 0, which is no limit, or a duration such as 90s or 15m", within)}
			}
			return scan(cmd, sh, args, dryRun, within)
		},
	}
	cmd.Flags().DurationVar(&within, "deliver-timeout", deliverWithin, "how long to deliver at most; 0 is no limit")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "keep no article and send nothing; show what would be told")
	return cmd
}

func scan(cmd *cobra.Command, sh *shell, only []string, dryRun bool, within time.Duration) error {
	ctx := cmd.Context()
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	// With --json the standard output holds one JSON value and nothing else.
	people := sh.stdout
	if sh.asJSON {
		people = io.Discard
	}
	terminal := sh.terminal()
	if dryRun {
		terminal = nil
	}
	a, err := openApp(ctx, sh.dir, log, terminal)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := knownSources(a.Folder().Sources, only); err != nil {
		return err
	}
	reporter := &reporter{w: people}
	a.Scanner().Report = reporter.report
	scanned := a.Scanner().All(ctx, only, dryRun)
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted; what was found so far is kept, the rest is found by the next scan")
	}
	if dryRun {
		return errors.Join(scanned, tellDryRun(sh, people, reporter, a.Folder().Renderer))
	}
	// What is due is sent, whatever went wrong with one source or one notice.
	planned := errors.Join(a.Scanner().Releases(ctx), a.Scanner().Escalations(ctx), a.Scanner().Reminders(ctx))
	sent, err := engineDeliver(a, ctx, within)
	if err != nil {
		return errors.Join(planned, err)
	}
	if sh.asJSON {
		err = sh.printJSON(struct {
			scanTotal
			Deliveries sending `json:"deliveries"`
		}{reporter.total, sent})
	} else {
		sh.printf("%s.\n%s.\n", reporter.total, sent)
	}
	return errors.Join(err, scanned, planned, reporter.total.failed())
}

func tellDryRun(sh *shell, people io.Writer, r *reporter, words *render.Renderer) error {
	if sh.asJSON {
		return errors.Join(sh.printJSON(r.total), r.total.failed())
	}
	for _, f := range r.total.Findings {
		for _, alert := range f.Alerts {
			text, err := words.Text(models.Notice{
				Kind: models.NoticeAlert, Severity: alert.Severity, Content: models.Content{Alert: &alert}, CreatedAt: time.Now(),
			}, 0)
			if err != nil {
				return err
			}
			fmt.Fprintf(people, "\nWould be told:\n%s", text)
		}
	}
	sh.printf("\n%s. No article was kept, and nothing was sent.\n", r.total)
	return r.total.failed()
}

// knownSources refuses the name of a source that does not exist.
func knownSources(sources []models.Source, named []string) error {
	var ids []string
	for _, src := range sources {
		ids = append(ids, src.ID)
	}
	for _, name := range named {
		if !slices.Contains(ids, name) {
			return usageError{fmt.Errorf("no source is called %q%s; regwatch sources lists them", name, didYouMean(name, ids))}
		}
	}
	return nil
}
