package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/configs"
	"regwatch/store"
)

func newDatabase(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "database",
		Short: "Back up, restore, compact or move the database",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var to string
	copyTo := &cobra.Command{
		Use:   "copy --to PLACE",
		Short: "Copy everything to another, empty database",
		Long: `Copy everything to another database, of the same kind or not: articles, events,
what was told to whom, what is owed, and the audit, which is verified in the
copy. It happens in one transaction; if it fails the copy is empty.

Stop the programs that use the database first: what they commit later is not
copied. The configuration is left as it is; name the new place in it, and start.

PLACE is a file that ends in .db for SQLite; or env:NAME or file:PATH, where the
DSN of a PostgreSQL database lies.`,
		Example: `  regwatch database copy --to env:REGWATCH_DSN
  regwatch database copy --to /var/lib/regwatch/moved.db`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return copyDatabase(cmd, sh, to) },
	}
	copyTo.Flags().StringVar(&to, "to", "", "where to: a file.db, env:NAME or file:PATH")
	cmd.AddCommand(newBackup(sh), newRestore(sh), acceptsDataLoss(sh, newCompact(sh)), acceptsDataLoss(sh, copyTo))
	return cmd
}

func copyDatabase(cmd *cobra.Command, sh *shell, to string) (err error) {
	ctx := cmd.Context()
	target, err := targetOf(sh, to)
	if err != nil {
		return err
	}
	folder, from, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer from.Close()
	if own, _ := filepath.Abs(folder.Config.Database.Path); target.Path != "" && own == target.Path {
		return usageError{fmt.Errorf("--to %s is the database itself; name another file", to)}
	}
	other, err := store.Open(ctx, target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	if err := from.CopyTo(ctx, other); err != nil {
		return err
	}
	if err := indexAll(ctx, other, sh.stderr); err != nil {
		return err
	}
	return tellCopy(ctx, sh, other, to)
}

func tellCopy(ctx context.Context, sh *shell, other *store.Store, to string) error {
	counts, err := other.Counts(ctx)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(counts)
	}
	setting := "path: " + to
	if strings.HasPrefix(to, "env:") || strings.HasPrefix(to, "file:") {
		setting = "dsn: " + to
	}
	sh.printf("Copied %s, %s and %s of the audit, which holds.\nNow put under database in %s:\n    %s\n",
		plural(int(counts.Articles), "article", "articles"), plural(int(counts.Events), "event", "events"),
		plural(int(counts.Audit), "entry", "entries"), configs.FileName, setting)
	return nil
}

// targetOf reads where a copy is to lie. A DSN holds a password, which has no
// place on a command line.
func targetOf(sh *shell, to string) (store.Options, error) {
	switch {
	case strings.HasPrefix(to, "env:") || strings.HasPrefix(to, "file:"):
		dsn, err := configs.ReadSecret(sh.dir, to)
		if err != nil {
			return store.Options{}, fmt.Errorf("--to: %w", err)
		}
		return store.Options{DSN: dsn}, nil
	case strings.HasSuffix(to, ".db"):
		path, err := filepath.Abs(to)
		info, missing := os.Stat(path)
		// A copy that was there before and is gone left its .head, which is of no
		// use to the new one.
		return store.Options{Path: path, AcceptDataLoss: missing != nil || info.Size() == 0}, err
	case to == "":
		return store.Options{}, usageError{errors.New("regwatch database copy needs --to: a file that ends in .db, or env:NAME or file:PATH where a PostgreSQL DSN lies")}
	}
	return store.Options{}, usageError{errors.New("--to is neither a file that ends in .db nor env:NAME or file:PATH, where a PostgreSQL DSN lies; a DSN is not written out, as it may hold a password")}
}
