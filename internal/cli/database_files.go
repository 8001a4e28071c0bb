package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/store"
)

func newBackup(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy an SQLite database to a file, while regwatch runs",
		Long: `Copy the SQLite database to a file that must not exist yet. regwatch may run
meanwhile. The copy has mode 0600: it holds the key that signs links, and what
was told to whom.

Back up PostgreSQL with pg_dump.`,
		Example: `  regwatch database backup /var/backups/regwatch.db`,
		Args:    oneArg("the file to write, such as: regwatch database backup /var/backups/regwatch.db"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			_, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			if err := s.BackUpTo(cmd.Context(), args[0]); err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(map[string]string{"file": args[0]})
			}
			sh.printf("wrote %s\n", args[0])
			return nil
		},
	}
}

func newRestore(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the SQLite database",
		Long: `Verify a backup and put a copy of it in the place of the SQLite database. The
file that it replaces stays beside it with .replaced in its name. Stop every
regwatch that uses the database first.

What was sent after the backup is not known afterwards, and may be sent again.
If anything is lost, the audit records it.`,
		Example: `  regwatch database restore /var/backups/regwatch.db`,
		Args:    oneArg("the backup, such as: regwatch database restore /var/backups/regwatch.db"),
		RunE:    func(cmd *cobra.Command, args []string) error { return restoreDatabase(cmd, sh, args[0]) },
	}
}

func restoreDatabase(cmd *cobra.Command, sh *shell, backup string) (err error) {
	ctx := cmd.Context()
	config, problems := configs.Load(sh.dir)
	if len(problems) > 0 {
		return problems
	}
	if config.Database.DSN.IsSet() {
		return usageError{errors.New("the database is on PostgreSQL; restore it with pg_restore")}
	}
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	options, err := app.StoreOptions(config, log)
	if err != nil {
		return err
	}
	done, err := store.Restore(ctx, options, backup)
	if err != nil {
		return err
	}
	if done.Loss != nil {
		s, err := store.Open(ctx, options)
		if err != nil {
			return err
		}
		err = s.RecordDataLoss(ctx, done.Loss, actorName(""), time.Now().UTC())
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	if sh.asJSON {
		lost := int64(0)
		if done.Loss != nil {
			lost = done.Loss.Expected - done.Loss.Found
		}
		return sh.printJSON(map[string]any{"audit_entries": done.Entries, "audit_entries_lost": max(lost, 0), "replaced": done.Aside})
	}
	sh.printf("Restored %s with %s of the audit, which holds.\n", config.Database.Path, plural(int(done.Entries), "entry", "entries"))
	if done.Loss != nil {
		sh.printf("The audit had reached entry %d. What was sent since the backup may be sent again.\n", done.Loss.Expected)
	}
	if done.Aside != "" {
		sh.printf("The file that was there before is %s.\n", done.Aside)
	}
	return nil
}

func newCompact(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Make the SQLite file as small as what it holds",
		Long: `Write the SQLite file anew without the space that deleted texts left. A file
that an earlier regwatch made needs this once; then it shrinks by itself after
retention, as new files do.

Stop every regwatch that uses the database first: nobody can write meanwhile.
It needs room for two more copies of what the database holds, one of them in the
folder for temporary files ($SQLITE_TMPDIR). Interrupted, it leaves the database
as it was.`,
		Example: `  regwatch database compact`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return compactDatabase(cmd, sh) },
	}
}

func compactDatabase(cmd *cobra.Command, sh *shell) (err error) {
	ctx := cmd.Context()
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	before, err := s.Size(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stderr, "Compacting %s, which has %s, %s of them free …\n", w.Config.Database.Path, megabytes(before.Bytes), megabytes(before.Free))
	if err := s.Compact(ctx); err != nil {
		return err
	}
	after, err := s.Size(ctx)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]store.Size{"before": before, "after": after})
	}
	sh.printf("%s before, %s now.\n", megabytes(before.Bytes), megabytes(after.Bytes))
	return nil
}

// megabytes renders a number of bytes for a person.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
