package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
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

func indexAll(ctx context.Context, s *store.Store, stderr io.Writer) error {
	return app.IndexAll(ctx, s, progress(stderr, "indexing stored texts, once"))
}
