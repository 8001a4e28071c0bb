package cli

import (
	"context"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/web/mcp"
)

func newMCP(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Offer tools to an assistant over a pipe (MCP)",
		Long: `Offer tools to an assistant that speaks the Model Context Protocol and starts this
command: it sends requests on the standard input and reads answers on the standard
output. The tools search and read events, list deadlines, explain alerts, test rules,
and propose changes, which a person accepts in the console. No tool sends, deletes or
changes anything.

regwatch run offers the same tools at /mcp to programs that send a token of
regwatch token create.`,
		Example: `  regwatch -C my-watch mcp
  claude mcp add regwatch -- regwatch -C /etc/regwatch mcp`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			return sh.withApp(ctx, func(a *app.App) error {
				// An end of the input ends the command; so does a signal, while the input is read.
				in := io.NopCloser(cmd.InOrStdin())
				done := make(chan error, 1)
				go func() { done <- mcp.Serve(ctx, a, actorName(by), in, nopCloser{sh.stdout}, log) }()
				select {
				case err := <-done:
					return err
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "name for the audit log (default: your user name)")
	return cmd
}

// nopCloser is a writer that stays open.
type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
