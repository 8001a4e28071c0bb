package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"regwatch/store"
)

const dataLossHelp = `

Beside an SQLite database regwatch keeps a small file (regwatch.db.head) that
holds the last entry of the audit. A database that is behind it was truncated,
lost its -wal, or is an old copy: what was sent since is no longer known, and
would be sent again. regwatch then refuses to start. Restore the last backup
with "regwatch database restore FILE"; or give --accept-data-loss once to go on
with what is there, which the audit records.`

// acceptsDataLoss gives a command the flag --accept-data-loss.
func acceptsDataLoss(sh *shell, cmd *cobra.Command) *cobra.Command {
	accept := false
	cmd.Flags().BoolVar(&accept, "accept-data-loss", false, "go on with an SQLite database that has lost data; give it once")
	cmd.Long += dataLossHelp
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if !accept {
			return nil
		}
		return acceptDataLoss(cmd.Context(), sh)
	}
	return cmd
}

// acceptDataLoss makes the database one that can be opened, and records that it
// has lost data. A folder with mistakes is left for the command to report.
func acceptDataLoss(ctx context.Context, sh *shell) (err error) {
	w, problems := read(sh.dir)
	if len(problems) > 0 {
		return nil
	}
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	options, err := storeOptions(w.Config, log)
	if err != nil {
		return err
	}
	options.AcceptDataLoss = true
	s, err := store.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	loss := s.DataLoss()
	if loss == nil {
		return nil
	}
	log.ErrorContext(ctx, "the loss of data was accepted", "database", loss.Path, "expected_entry", loss.Expected, "found_entry", loss.Found)
	return s.RecordDataLoss(ctx, loss, actorName(""), time.Now().UTC())
}
