package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newAudit(sh *shell) *cobra.Command {
	var f app.AuditFilter
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show what was seen, decided and sent, and who did what",
		Long: `List the audit log, the newest entry first. It has an entry for each article seen,
match found, event opened, notice planned or held and message sent, and for each thing
that a person did. Each entry holds the hash of the one before, so a change would show;
"regwatch audit verify" checks that.

A program that follows the log gives the number of the last entry that it has with
--after. It then gets the entries that follow, the oldest first, and so in --json.`,
		Example: `  regwatch audit --actor ana
  regwatch audit --action 'event.*' --subject 01K9ZQ4T
  regwatch audit --after 1200 --json
  regwatch audit verify`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.Limit < 1 {
				return usageError{fmt.Errorf("--limit %d; use 1 or more", f.Limit)}
			}
			f.OldestFirst = f.OldestFirst || cmd.Flags().Changed("after")
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				entries, err := a.Audit(cmd.Context(), f)
				if err != nil {
					return err
				}
				return sh.print(entries, func() error { return sh.printAudit(entries, a) })
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.Actor, "actor", "", "only what this person did, or regwatch itself; * stands for any text")
	flags.StringVar(&f.Action, "action", "", "only this action, such as event.marked or event.*")
	flags.StringVar(&f.Subject, "subject", "", "only entries about this rule, source or address, or about this ID or its first characters")
	flags.BoolVar(&f.OldestFirst, "oldest-first", false, "begin with the oldest entry")
	flags.Int64Var(&f.After, "after", 0, "only entries after this number, the oldest first")
	flags.IntVar(&f.Limit, "limit", 100, "how many entries at most")
	cmd.AddCommand(newAuditVerify(sh))
	return cmd
}

func (sh *shell) printAudit(entries []app.AuditEntry, a *app.App) error {
	if len(entries) == 0 {
		sh.printf("The audit log has no such entry.\n")
		return nil
	}
	table := newTable(sh.stdout, "NUMBER", "AT", "ACTOR", "ACTION", "SUBJECT", "DETAIL")
	for _, e := range entries {
		detail := e.Text
		if detail == "null" {
			detail = ""
		}
		table.row(fmt.Sprint(e.Seq), clock(&e.At, a.Zone()), e.Actor, e.Action, e.Subject, detail)
	}
	return table.flush()
}

func newAuditVerify(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that no entry was changed or removed",
		Long: `Check that no entry of the audit log was changed, added or removed by anything but
regwatch: that each entry has its own hash and holds the hash of the one before.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				check, err := a.VerifyAudit(cmd.Context())
				if err != nil {
					return err
				}
				if !check.Intact && !sh.asJSON {
					return errors.New(check.What)
				}
				err = sh.print(check, func() error {
					sh.printf("The audit log is intact: %s checked.\n", plural(int(check.Entries), "entry", "entries"))
					return nil
				})
				if !check.Intact {
					err = errors.Join(err, errReported)
				}
				return err
			})
		},
	}
}
