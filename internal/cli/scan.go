package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

// deliverTimeout is how long a command that ends by itself delivers, unless a flag says
// otherwise.
const deliverTimeout = 5 * time.Minute

func newScan(sh *shell) *cobra.Command {
	o := app.ScanOptions{}
	timeout := durationFlag(deliverTimeout)
	cmd := &cobra.Command{
		Use:   "scan [SOURCE...]",
		Short: "Scan all sources once, or those that you name, and deliver",
		Long: `Read every source once, due or not, and deliver all messages that are due, also
from earlier scans. Sources that you name are read even if they are disabled.

Delivering ends after --deliver-timeout, also if a channel asks regwatch to wait
(HTTP status 429). Messages in progress are finished, which takes at most 10 s
more. regwatch then lists what is still due, with the channel and the reason. The
next scan or regwatch run sends it.

The exit code is 1 if no source could be read. It is 0 if some could be read, or if
messages are still due.

With --dry-run no article is stored and nothing is sent. regwatch shows the alerts that
it would send, and what it would hold back and why.`,
		Example: `  regwatch scan
  regwatch scan hkma-press --dry-run
  regwatch scan --json | jq .alerts`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Sources, o.DeliverTimeout = args, time.Duration(timeout)
			return scan(cmd, sh, o)
		},
	}
	cmd.Flags().Var(&timeout, "deliver-timeout", "how long to deliver at most; 0 is no limit")
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "store no article and send nothing; show the alerts that would be sent")
	return cmd
}

func scan(cmd *cobra.Command, sh *shell, o app.ScanOptions) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	// With --json the standard output holds one JSON value and nothing else.
	progress := &scanPrinter{w: sh.stdout}
	if sh.asJSON {
		progress.w = io.Discard
	}
	o.Scanned = progress.print
	terminal := sh.terminal()
	if o.DryRun {
		terminal = nil
	}
	return sh.withEngine(cmd.Context(), log, terminal, func(e *app.Engine) error {
		result, err := e.Scan(cmd.Context(), o)
		if err != nil {
			return err
		}
		print := sh.printScan
		if o.DryRun {
			print = sh.printDryRun
		}
		err = errors.Join(print(e, result), result.Failed)
		if result.NothingRead() {
			err = errors.Join(err, errReported)
		}
		return err
	})
}

func (sh *shell) printScan(_ *app.Engine, r app.ScanResult) error {
	return sh.print(r, func() error {
		sh.printf("%s.\n%s.\n", scanSummary(r.ScanReport), sh.deliverySummary(r.Deliveries))
		return nil
	})
}

func (sh *shell) printDryRun(e *app.Engine, r app.ScanResult) error {
	return sh.print(r.ScanReport, func() error {
		for _, s := range r.Scanned {
			for _, alert := range s.Alerts {
				text, err := e.AlertText(alert)
				if err != nil {
					return err
				}
				sh.printf("\nWould be sent:\n%s", text)
			}
		}
		sh.printf("\n%s. No article was stored, and nothing was sent.\n", scanSummary(r.ScanReport))
		return nil
	})
}

// A scanPrinter prints a few lines for each scan of a source.
type scanPrinter struct {
	w      io.Writer
	quiet  bool              // leave out scans that found nothing, and failures that were printed before
	errors map[string]string // the last error of each source
}

// print prints one scan.
func (p *scanPrinter) print(s app.SourceScan) {
	if p.quiet && s.New == 0 && len(s.Alerts)+len(s.Held)+len(s.Warnings) == 0 && s.Error == p.errors[s.Source] {
		return
	}
	if p.errors == nil {
		p.errors = make(map[string]string)
	}
	p.errors[s.Source] = s.Error
	switch {
	case s.Error != "":
		fmt.Fprintf(p.w, "✗ %-28s %s\n", s.Source, s.Error)
	case s.NotModified:
		fmt.Fprintf(p.w, "✓ %-28s not changed since the last scan\n", s.Source)
	default:
		fmt.Fprintf(p.w, "✓ %-28s %s, %d new%s (%s)\n", s.Source, plural(s.Items, "article", "articles"), s.New, olderThanLookBack(s.Silent), s.Took.Round(time.Millisecond))
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(p.w, "  ! %s\n", sanitize.Line(w))
	}
	for _, h := range s.Held {
		fmt.Fprintf(p.w, "  %-9s  %s\n             %s\n", heldHow(h), shorten(h.Title, 86), h.Why)
	}
}

// heldHow says whether an alert is held back or deferred, and for whom if others get it now.
func heldHow(h app.HeldAlert) string {
	switch deferred := !h.Until.IsZero(); {
	case deferred && h.Partly:
		return "later for " + h.Recipient
	case deferred:
		return "deferred"
	case h.Partly:
		return "not for " + h.Recipient
	}
	return "held back"
}

func olderThanLookBack(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d of them older than the look-back period of a first scan", n)
}

// scanSummary sums up scans in one sentence.
func scanSummary(r app.ScanReport) string {
	s := plural(r.Sources, "source", "sources") + " scanned"
	if r.Scans > r.Sources {
		s = fmt.Sprintf("%s of %s", plural(r.Scans, "scan", "scans"), plural(r.Sources, "source", "sources"))
	}
	if r.Failures > 0 {
		s += fmt.Sprintf(", %d failed", r.Failures)
	}
	if r.NoNetwork() {
		s += " because no host name resolved: this machine has no network or DNS, or needs a proxy (HTTPS_PROXY)"
	}
	s += fmt.Sprintf("; %s, %s%s", plural(r.New, "new article", "new articles"), plural(r.Events, "new event", "new events"), outcomes(r.NewEvents))
	if n := r.Updates.Total(); n > 0 {
		s += fmt.Sprintf(", %s%s", plural(n, "update of a known event", "updates of known events"), outcomes(r.Updates))
	}
	return s
}

// outcomes lists what became of events, so that the numbers add up to their total.
func outcomes(o app.Outcomes) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{o.Sent, "sent"}, {o.Deferred, "deferred"}, {o.Held, "held back"}, {o.Unrouted, "without a recipient"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// deliverySummary sums up deliveries in one sentence or two.
func (sh *shell) deliverySummary(r app.DeliveryReport) string {
	parts := []string{plural(r.Sent, "message", "messages") + " sent"}
	if r.Due > 0 {
		parts = append(parts, fmt.Sprintf("%d still due (why: %s)", r.Due, sh.command("deliveries --state due")))
	}
	if r.Dead > 0 {
		parts = append(parts, fmt.Sprintf("%d given up (why: %s)", r.Dead, sh.command("deliveries --state dead")))
	}
	text := strings.Join(parts, ", ")
	if len(r.StillDue) == 0 {
		return text
	}
	if r.TimedOut {
		text += fmt.Sprintf(". Delivering was stopped after %s", r.Limit)
	}
	for i, c := range r.StillDue {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		text += fmt.Sprintf("%s%s still due through %s (%s)", sep, plural(c.Deliveries, "message is", "messages are"), c.Channel, shorten(c.Why, 200))
	}
	return text + ". The next scan or regwatch run sends what is still due"
}
