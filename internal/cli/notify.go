package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newNotify(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "notify",
		Short:   "Test the channels",
		Example: `  regwatch notify test slack`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "test CHANNEL[:ADDRESS]",
		Short: "Send a test message to a channel",
		Long: `Send a test message to a channel of regwatch.yaml, and report whether the channel
accepted it. Nothing is stored, and nothing else is sent.`,
		Example: `  regwatch notify test slack
  regwatch notify test mail:me@example.com`,
		Args: oneArg("a channel, such as: regwatch notify test mail:me@example.com"),
		RunE: func(cmd *cobra.Command, args []string) error { return notifyTest(cmd.Context(), sh, args[0]) },
	})
	return cmd
}

func notifyTest(ctx context.Context, sh *shell, destination string) error {
	m, err := app.SendTest(ctx, sh.dir, destination, sh.terminal())
	if refused, ok := errors.AsType[*app.ChannelRefusedError](err); ok {
		err = fmt.Errorf("%s: %w", destination, refused)
		if sh.asJSON {
			return errors.Join(sh.printJSON(map[string]string{"channel": m.Channel, "address": m.Address, "error": err.Error()}), errReported)
		}
		return err
	}
	if err != nil {
		return err
	}
	return sh.print(map[string]string{"channel": m.Channel, "address": m.Address, "receipt": m.Receipt}, func() error {
		sh.printf("%s accepted the test message.\n", destination)
		return nil
	})
}
