package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newDatabase(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "database",
		Short: "Restore, compact or move the database",
		Long: `Restore, compact or move the database. "regwatch backup" makes the backup that
"regwatch database restore" puts back.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	backup := newBackup(sh) // its name in earlier releases
	backup.Hidden = true
	cmd.AddCommand(backup, newRestore(sh), acceptsDataLoss(sh, newCompact(sh)), acceptsDataLoss(sh, newCopy(sh)))
	return cmd
}

// withDatabase opens the database of the folder.
func (sh *shell) withDatabase(ctx context.Context, do func(*app.Database) error) (err error) {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	d, err := app.OpenDatabase(ctx, sh.dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return do(d)
}

func newBackup(sh *shell) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Back up the database to a file, also while regwatch runs",
		Long: `Copy the SQLite database to a file and verify the copy. regwatch may run
meanwhile. The copy is opened again: SQLite must find no damage, the audit log must be
intact, and the copy must hold as much as the database. FILE appears only when all of
that is true. An existing file is replaced only with --force.

FILE has mode 0600, because it holds the key that signs links and the messages that
were sent. "regwatch database restore FILE" puts it back.

Back up PostgreSQL with pg_dump.`,
		Example: `  regwatch backup /var/backups/regwatch.db
  regwatch -C /etc/regwatch backup --force /var/backups/regwatch.db`,
		Args: oneArg("the file to write, such as: regwatch backup /var/backups/regwatch.db"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withDatabase(cmd.Context(), func(d *app.Database) error {
				progress, clear := sh.progress(megabytes)
				backup, err := d.BackUp(cmd.Context(), args[0], force, progress)
				clear()
				if exists, ok := errors.AsType[*app.FileExistsError](err); ok {
					return usageError{fmt.Errorf("%s exists already; choose another name, or add --force to replace it", exists.File)}
				}
				if err != nil {
					return err
				}
				return sh.print(backup, func() error { sh.printBackup(backup); return nil })
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace FILE if it exists")
	return cmd
}

func (sh *shell) printBackup(b app.Backup) {
	sh.printf(`Backed up %s, %s, %s and %s of the audit log to %s (%s).
The copy was verified: it is complete, and its audit log is intact.
To restore it, stop regwatch and run:  regwatch%s database restore %s
`, plural(int(b.Articles), "article", "articles"), plural(int(b.Events), "event", "events"), plural(int(b.Notices), "notice", "notices"),
		plural(int(b.AuditEntries), "entry", "entries"), b.File, megabytes(b.Bytes), sh.dirFlag(), shellQuote(b.File))
}

// progress returns a function that shows progress on a terminal, and one that removes what
// it shows. Amount renders what is counted.
func (sh *shell) progress(amount func(int64) string) (app.Progress, func()) {
	line := newProgressLine(sh.stderr)
	if line == nil {
		return nil, func() {}
	}
	return func(step string, done, total int64) {
		text := step + " …"
		if total > 0 {
			text = fmt.Sprintf("%s: %s of %s (%d%%)", step, amount(min(done, total)), amount(total), min(done, total)*100/total)
		}
		line.show(text)
	}, line.clear
}

func newRestore(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Replace the SQLite database with a backup",
		Long: `Verify a backup and put a copy of it in the place of the SQLite database. The file
that it replaces is kept under a name that ends in .replaced. Stop every regwatch that
uses the database first.

regwatch does not know afterwards what it sent since the backup, and may send it again.
If data was lost, the audit log records that.`,
		Example: `  regwatch database restore /var/backups/regwatch.db`,
		Args:    oneArg("the backup, such as: regwatch database restore /var/backups/regwatch.db"),
		RunE: func(cmd *cobra.Command, args []string) error {
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			r, err := app.RestoreDatabase(cmd.Context(), sh.dir, args[0], actorName(""), log)
			if err != nil {
				return err
			}
			return sh.print(r, func() error { sh.printRestored(r); return nil })
		},
	}
}

func (sh *shell) printRestored(r app.RestoredDatabase) {
	sh.printf("Restored %s. Its audit log is intact and has %s.\n", r.Path, plural(int(r.AuditEntries), "entry", "entries"))
	if r.Lost {
		sh.printf("The replaced database had %s. What was sent since the backup may be sent again.\n", plural(int(r.Reached), "entry", "entries"))
	}
	if r.Replaced != "" {
		sh.printf("The replaced file is now %s.\n", r.Replaced)
	}
}

func newCompact(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Give the free space in the SQLite file back to the disk",
		Long: `Write the SQLite file again without the space that deleted texts left. A file from
an early release needs this once; afterwards it shrinks by itself, as new files do.

Stop every regwatch that uses the database first: nothing else can write meanwhile.
The disk needs space for two more copies of what the database holds, one of them in
the folder for temporary files ($SQLITE_TMPDIR). If you interrupt it, the database
stays as it was.`,
		Example: `  regwatch database compact`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withDatabase(cmd.Context(), func(d *app.Database) error {
				progress, clear := sh.progress(megabytes)
				c, err := d.Compact(cmd.Context(), progress)
				clear()
				if err != nil {
					return err
				}
				return sh.print(c, func() error {
					sh.printf("Compacted %s: it had %s and now has %s.\n", d.Path(), megabytes(c.Before.Bytes), megabytes(c.After.Bytes))
					return nil
				})
			})
		},
	}
}

func newCopy(sh *shell) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "copy --to PLACE",
		Short: "Copy everything to another, empty database",
		Long: `Copy everything to an empty database on SQLite or PostgreSQL: articles, events, what
was sent to whom, what is due, and the audit log, which is verified in the copy. If it
fails, the other database stays empty.

Stop the programs that use the database first: what they write later is not copied.
regwatch.yaml does not change. Put the new place into it afterwards, and start regwatch.

PLACE is a file that ends in .db for SQLite, or env:NAME or file:PATH that holds the
DSN of a PostgreSQL database.`,
		Example: `  regwatch database copy --to env:REGWATCH_DSN
  regwatch database copy --to /var/lib/regwatch/moved.db`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usageError{errors.New("add --to with a file that ends in .db, or env:NAME or file:PATH that holds a PostgreSQL DSN")}
			}
			return sh.withDatabase(cmd.Context(), func(d *app.Database) error {
				progress, clear := sh.progress(func(n int64) string { return fmt.Sprint(n) })
				c, err := d.CopyTo(cmd.Context(), to, progress)
				clear()
				if err != nil {
					return err
				}
				return sh.print(c, func() error { sh.printCopy(c); return nil })
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "where to: a file.db, env:NAME or file:PATH")
	return cmd
}

func (sh *shell) printCopy(c app.DatabaseCopy) {
	sh.printf("Copied %s, %s and %s of the audit log, which is intact.\nTo use the copy, write under database in regwatch.yaml:\n    %s\n",
		plural(int(c.Articles), "article", "articles"), plural(int(c.Events), "event", "events"), plural(int(c.Audit), "entry", "entries"), sanitize.Line(c.Setting))
}
