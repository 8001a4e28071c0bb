package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
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
		Long: `Send a test message to a channel of regwatch.yaml, and report the result. Nothing
is stored, and nothing else is sent.`,
		Example: `  regwatch notify test slack
  regwatch notify test mail:me@example.com`,
		Args: oneArg("a channel, such as: regwatch notify test mail:me@example.com"),
		RunE: func(cmd *cobra.Command, args []string) error { return notifyTest(cmd.Context(), sh, args[0]) },
	})
	return cmd
}

func notifyTest(ctx context.Context, sh *shell, destination string) error {
	w, problems := read(sh.dir)
	if len(problems) > 0 {
		return problems
	}
	name, address, _ := strings.Cut(destination, ":")
	if _, err := w.Config.Destination(destination); err != nil {
		return usageError{err}
	}
	configured, _ := w.Config.Channel(name)
	secrets := redact.New(w.Config.SecretValues()...)
	channel, err := app.OpenChannel(configured, sh.terminal(), w.Renderer, secrets)
	if err != nil {
		return err
	}
	now := time.Now()
	n := models.Notice{
		Kind: models.NoticeTest, Subject: "channel", SubjectID: name + "/" + now.UTC().Format(time.RFC3339Nano), Recipient: destination,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: now,
		Content: models.Content{Test: &models.Test{Text: "This is a test message from regwatch. If you can read it, alerts can reach you here.", SentAt: now, Zone: w.Config.Zone}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, name, address, now)
	d.Notice = n
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	receipt, err := channel.Send(ctx, d)
	if idle, ok := channel.(delivery.Idler); ok {
		idle.Idle()
	}
	if err != nil {
		err = fmt.Errorf("%s: %s", destination, delivery.Scrub(secrets, err.Error()))
		if sh.asJSON {
			return errors.Join(sh.printJSON(map[string]string{"channel": name, "address": address, "error": err.Error()}), errReported)
		}
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]string{"channel": name, "address": address, "receipt": receipt})
	}
	sh.printf("%s took the test message.\n", destination)
	return nil
}
