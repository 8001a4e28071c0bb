package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/store"
)

// The functions of this file go as the commands that still need them call package app.

type written = *app.Folder

func read(dir string) (written, diag.Problems) { return app.ReadFolder(dir) }

func openFolder(cmd *cobra.Command, sh *shell) (written, *store.Store, error) {
	a, err := openAppOnly(cmd.Context(), sh)
	if err != nil {
		return nil, nil, err
	}
	return a.Folder(), a.Store(), nil
}

func openAppOnly(ctx context.Context, sh *shell) (*app.App, error) {
	log, err := sh.log(true)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, sh.dir, log)
}

func openApp(ctx context.Context, dir string, log *slog.Logger, terminal io.Writer) (*app.Engine, error) {
	a, err := app.Open(ctx, dir, log)
	if err != nil {
		return nil, err
	}
	e, err := a.NewEngine(ctx, terminal)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return e, nil
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
