package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/userfile"
	"regwatch/web/evidence"
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
	cmd.AddCommand(newAuditHead(sh), newAuditVerify(sh), newAuditExport(sh))
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

func newAuditHead(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "head",
		Short: "Show the number and the hash of the last entry",
		Long: `Show the number and the hash of the last entry of the audit log. The hash covers every entry
before it. Keep it where nobody who can change the database can change it too; each digest has
one. "regwatch audit verify --head" then proves that the log up to there is still the same.`,
		Example: `  regwatch audit head
  regwatch audit head --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				head, err := a.AuditHead(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(head, func() error {
					if head.Seq == 0 {
						sh.printf("The audit log is empty.\n")
						return nil
					}
					sh.printf("%s\n", head)
					return nil
				})
			})
		},
	}
}

func newAuditVerify(sh *shell) *cobra.Command {
	var heads []string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no entry was changed or removed",
		Long: `Check that no entry of the audit log was changed, added or removed by anything but
regwatch: that each entry has its own hash and holds the hash of the one before.

Somebody who can write to the database could write the whole log anew. --head notices that:
give it a number and hash that you kept, from a digest or from "regwatch audit head".`,
		Example: `  regwatch audit verify
  regwatch audit verify --head 1234:0123456789abcdef0123456789abcdef`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				check, err := a.VerifyAudit(cmd.Context(), heads...)
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
	cmd.Flags().StringArrayVar(&heads, "head", nil, "also check that the log has this entry: NUMBER:HASH; repeat it for several")
	return cmd
}

func newAuditExport(sh *shell) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "export EVENT",
		Short: "Write all that is known of an event as evidence",
		Long: `Write two files with everything that is stored about an event: evidence-EVENT.json, and
evidence-EVENT.html for people, which a browser can print. They hold what was published and
when it was seen, the texts of the rules that found it, who was notified and when, who was
not and why, who decided what, and the entries of the audit log that prove it.

With --json the JSON goes to the standard output and no file is written.`,
		Example: `  regwatch audit export 01K9ZQ4T
  regwatch audit export 01K9ZQ4T --to /srv/evidence`,
		Args: oneArg("the ID of an event, or its first characters; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				evidence, err := a.Evidence(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(evidence, func() error { return sh.writeEvidence(evidence, folder, a.Zone()) })
			})
		},
	}
	cmd.Flags().StringVar(&folder, "to", ".", "the folder for the two files")
	return cmd
}

func (sh *shell) writeEvidence(e app.Evidence, folder string, zone *time.Location) error {
	asJSON, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := evidence.Write(&page, e, zone); err != nil {
		return err
	}
	name := filepath.Join(folder, "evidence-"+e.Event.ID)
	for _, file := range []struct {
		path string
		text []byte
	}{{name + ".json", append(asJSON, '\n')}, {name + ".html", page.Bytes()}} {
		err := userfile.Create(file.path, file.text)
		if errors.Is(err, fs.ErrExist) {
			return usageError{fmt.Errorf("%s exists already; move it away, or choose another folder with --to", file.path)}
		}
		if err != nil {
			return err
		}
		sh.printf("Wrote %s.\n", file.path)
	}
	if !e.LogIntact.Intact {
		return fmt.Errorf("the evidence says that the audit log is not intact: %s", e.LogIntact.What)
	}
	return nil
}
