package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/store"
)

// withApp opens the folder for a command that ends by itself.
func (sh *shell) withApp(ctx context.Context, do func(*app.App) error) (err error) {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, sh.dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return do(a)
}

// withEngine opens the folder and what scans and delivers. A nil terminal is for a command
// that sends nothing.
func (sh *shell) withEngine(ctx context.Context, log *slog.Logger, terminal io.Writer, do func(*app.Engine) error) (err error) {
	a, err := app.Open(ctx, sh.dir, log)
	if err != nil {
		return err
	}
	e, err := a.NewEngine(ctx, terminal)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return do(e)
}

// actorName returns the name for the audit log: that of the flag, or else of the user
// who runs the command; empty if the system does not know it.
func actorName(flag string) string {
	if flag != "" {
		return flag
	}
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func newAudit(sh *shell) *cobra.Command {
	var after int64
	var limit int
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show what was known, decided and sent, and when",
		Long: `List the audit trail: one entry for each article seen, match found, event
opened, notice planned or held, and delivery sent. Each entry holds the hash of
the one before.`,
		Example: `  regwatch audit --after 1200 --json
  regwatch audit verify`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			entries, err := s.Audit(cmd.Context(), store.AuditFilter{After: after, OldestFirst: true, Limit: limit})
			if err != nil {
				return err
			}
			if sh.asJSON {
				rows := make([]auditRow, len(entries))
				for i, e := range entries {
					rows[i] = rowOfEntry(e)
				}
				return sh.printJSON(rows)
			}
			if len(entries) == 0 {
				sh.printf("The audit trail has no entry after number %d.\n", after)
				return nil
			}
			table := newTable(sh.stdout, "SEQ", "AT", "ACTOR", "ACTION", "SUBJECT", "DETAIL")
			for _, e := range entries {
				table.row(fmt.Sprint(e.Seq), clock(&e.At, w.Config.Location()), e.Actor, e.Action, e.Subject, e.Detail)
			}
			return table.flush()
		},
	}
	cmd.Flags().Int64Var(&after, "after", 0, "only entries after this sequence number")
	cmd.Flags().IntVar(&limit, "limit", 100, "how many entries at most")
	cmd.AddCommand(&cobra.Command{
		Use:   "verify",
		Short: "Check that no entry was changed or removed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			n, err := s.VerifyAudit(cmd.Context())
			if broken, ok := errors.AsType[*store.BrokenAuditError](err); ok && sh.asJSON {
				return errors.Join(sh.printJSON(map[string]any{"entries": n, "intact": false, "what": broken.Error()}), errReported)
			}
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(map[string]any{"entries": n, "intact": true})
			}
			sh.printf("%s, each following from the one before.\n", plural(int(n), "entry", "entries"))
			return nil
		},
	})
	return cmd
}

// clock renders a time where the reader is.
func clock(t *time.Time, zone *time.Location) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// A table aligns columns for a person.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, head ...string) table {
	t := table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.row(head...)
	return t
}

func (t table) row(cells ...string) {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.w, "\t")
		}
		fmt.Fprint(t.w, sanitize.Line(c))
	}
	fmt.Fprintln(t.w)
}

func (t table) flush() error { return t.w.Flush() }
