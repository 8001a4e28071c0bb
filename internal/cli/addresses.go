package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

// A mailAddress is an address that regwatch.yaml sends mail to.
type mailAddress struct {
	to             models.Destination
	language, zone string // in which it is written to
	verify         bool   // it has to be confirmed
}

// mailAddresses are all of a configuration, each once. Without pages that a link could
// lead to none has to be confirmed.
func mailAddresses(c *configs.Config) []mailAddress {
	var all []mailAddress
	add := func(to []models.Destination, language, zone string) {
		for _, d := range to {
			channel, _ := c.Channel(d.Channel)
			if channel.Email == nil || slices.ContainsFunc(all, func(a mailAddress) bool { return address.Same(a.to.String(), d.String()) }) {
				continue
			}
			all = append(all, mailAddress{d, language, zone, channel.Email.Verify && c.Web.Public != ""})
		}
	}
	for _, r := range c.Recipients {
		add(r.Destinations, r.Language, r.Zone)
	}
	for _, d := range c.Digests {
		add(d.To, d.Language, d.Zone)
	}
	return all
}

// registerAddresses asks new addresses to be confirmed, where regwatch.yaml wants it.
func (a *app) registerAddresses(ctx context.Context, now time.Time) error {
	addresses := mailAddresses(a.live.get().Config)
	var all, required []models.Destination
	for _, m := range addresses {
		all = append(all, m.to)
		if m.verify {
			required = append(required, m.to)
		}
	}
	asked, err := a.store.RegisterAddresses(ctx, all, required, func(to models.Destination) models.Notice {
		return planVerification(addresses, to, now)
	}, now)
	if asked > 0 {
		a.log.InfoContext(ctx, "new addresses are asked to be confirmed; what is sent to them waits until then", "addresses", asked)
	}
	return err
}

func planVerification(addresses []mailAddress, to models.Destination, now time.Time) models.Notice {
	m := mailAddressOf(addresses, to.String())
	return notifier.PlanVerification(to, m.language, m.zone, now)
}

// mailAddressOf returns an address of the configuration; one that is gone has no
// language or zone.
func mailAddressOf(addresses []mailAddress, destination string) mailAddress {
	i := slices.IndexFunc(addresses, func(m mailAddress) bool { return address.Same(m.to.String(), destination) })
	if i < 0 {
		return mailAddress{}
	}
	return addresses[i]
}

// verifyAddress notes that a destination was confirmed, and sends what waited for it.
func (a *app) verifyAddress(ctx context.Context, destination, by string) error {
	verified, err := verifyAddress(ctx, a.live.get().Config, a.store, destination, by, time.Now().UTC())
	if verified {
		a.deliverer.Wake()
	}
	return err
}

func verifyAddress(ctx context.Context, c *configs.Config, s *store.Store, destination, by string, now time.Time) (bool, error) {
	m := mailAddressOf(mailAddresses(c), destination)
	return s.VerifyAddress(ctx, destination, by, func(waiting []models.Delivery) (models.Notice, []string) {
		if m.to.Channel == "" {
			return models.Notice{}, nil
		}
		return notifier.PlanBacklog(m.to, m.language, m.zone, waiting, now)
	}, now)
}

// reportAddresses tells of addresses that have waited too long to be confirmed.
func (a *app) reportAddresses(ctx context.Context, now time.Time) error {
	all, err := a.store.Addresses(ctx)
	if err != nil {
		return err
	}
	waiting, notices := notifier.PlanUnverifiedReports(all, a.routing, now)
	if len(waiting) == 0 {
		return nil
	}
	if err := a.store.ReportAddresses(ctx, waiting, notices, now); err != nil {
		return err
	}
	a.deliverer.Wake()
	return nil
}

func newVerify(sh *shell) *cobra.Command {
	var by string
	var confirm bool
	cmd := &cobra.Command{
		Use:   "verify ADDRESS",
		Short: "Send the confirmation link of an address again, or confirm the address",
		Long: `Send the mail with the confirmation link of an address again; the link works for 14
days. --confirm confirms the address without a link. Messages to the address are
held until then. "regwatch subscriptions" lists the addresses that are not confirmed.
The audit log records who did it.`,
		Example: `  regwatch subscriptions verify mail:team@example.com
  regwatch subscriptions verify mail:team@example.com --confirm --by ada`,
		Args: oneArg("an address that waits to be confirmed; regwatch subscriptions lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			return sh.verify(cmd.Context(), w.Config, s, args[0], actorName(by), confirm)
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&confirm, "confirm", false, "confirm the address without a link")
	return cmd
}

func (sh *shell) verify(ctx context.Context, c *configs.Config, s *store.Store, destination, by string, confirm bool) error {
	all, err := s.Addresses(ctx)
	if err != nil {
		return err
	}
	var waiting []string
	for _, v := range all {
		if v.Waits() {
			waiting = append(waiting, v.Written)
		}
	}
	i := slices.IndexFunc(waiting, func(written string) bool { return address.Same(written, destination) })
	if i < 0 {
		return usageError{fmt.Errorf("%q is not an address that waits for confirmation%s; regwatch subscriptions lists them", destination, didYouMean(destination, waiting))}
	}
	now := time.Now().UTC()
	var done bool
	if confirm {
		done, err = verifyAddress(ctx, c, s, waiting[i], by, now)
	} else {
		addresses := mailAddresses(c)
		m := mailAddressOf(addresses, waiting[i])
		if m.to.Channel == "" {
			return fmt.Errorf("regwatch.yaml no longer has the address %s", waiting[i])
		}
		done, err = s.RequestVerification(ctx, waiting[i], by, planVerification(addresses, m.to, now), now)
	}
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"address": waiting[i], "confirmed": confirm && done})
	}
	switch {
	case !done:
		sh.printf("%s is already confirmed.\n", waiting[i])
	case confirm:
		sh.printf("%s is confirmed. regwatch run or the next regwatch scan sends the messages that were held for it.\n", waiting[i])
	default:
		sh.printf("regwatch run or the next regwatch scan sends the link to %s.\n", waiting[i])
	}
	return nil
}

// markWaiting notes which addresses of subscriptions wait to be confirmed.
func markWaiting(rows []subscriptionRow, verified []models.VerifiedAddress) []subscriptionRow {
	waiting := make(map[string]time.Time)
	for _, v := range verified {
		if v.Waits() {
			waiting[v.Address] = v.AskedAt
		}
	}
	for _, row := range rows {
		for i, a := range row.Addresses {
			if at, waits := waiting[address.Key(a.Address)]; waits {
				row.Addresses[i].AskedAt = &at
			}
		}
	}
	return rows
}
