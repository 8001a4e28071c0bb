package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newSubscriptions(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "List subscriptions; unsubscribe addresses and subscribe them again",
		Long: `List every subscription of regwatch.yaml with its addresses, and which of them
are unsubscribed. A line of a route is named ROUTE/RECIPIENT, a digest by its
name, and messages about failing sources and channels health/RECIPIENT. Deputies
are listed with the recipients they stand in for.

An address stays unsubscribed until it is subscribed again, even if regwatch.yaml
changes.`,
		Example: `  regwatch subscriptions
  regwatch subscriptions unsubscribe hk-policy/legal mail:team@example.com --by ada
  regwatch subscriptions --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				all, err := a.Subscriptions(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(all, func() error { return sh.printSubscriptions(all, a.Zone()) })
			})
		},
	}
	cmd.AddCommand(newUnsubscribe(sh), newSubscribe(sh), newRevokeLinks(sh), newVerify(sh), hiddenAlias(newUnsubscribe(sh), "leave"), hiddenAlias(newSubscribe(sh), "return"))
	return cmd
}

func (sh *shell) printSubscriptions(rows []app.Subscription, zone *time.Location) error {
	table := newTable(sh.stdout, "SUBSCRIPTION", "WHAT", "ADDRESS", "STATE")
	for _, r := range rows {
		what := r.Kind
		switch {
		case what == "":
			what = "no longer configured"
		case r.Mandatory:
			what += ", mandatory"
		}
		for _, a := range r.Addresses {
			table.row(r.Name, what, a.Address, stateOfAddress(a, zone))
		}
	}
	return table.flush()
}

// stateOfAddress says whether an address gets a subscription.
func stateOfAddress(a app.SubscribedAddress, zone *time.Location) string {
	deputy := ""
	if a.DeputyFor != "" {
		deputy = " as deputy for " + a.DeputyFor + " until " + a.DeputyUntil
	}
	switch {
	case a.AskedAt != nil && a.Gets:
		return "not confirmed; the link was sent on " + clock(a.AskedAt, zone)
	case a.LeftAt != nil && a.Gets:
		return "subscribed" + deputy + "; asked to unsubscribe on " + clock(a.LeftAt, zone) + ", but it is mandatory"
	case a.LeftAt != nil:
		return "unsubscribed on " + clock(a.LeftAt, zone)
	case a.Gets:
		return "subscribed" + deputy
	}
	return "was deputy for " + a.DeputyFor + " until " + a.DeputyUntil
}

func newUnsubscribe(sh *shell) *cobra.Command {
	var by string
	var force bool
	cmd := &cobra.Command{
		Use:   "unsubscribe SUBSCRIPTION ADDRESS",
		Short: "Unsubscribe an address",
		Long: `Unsubscribe an address, like the link in its mails. A mandatory subscription needs
--force. The audit log records who did it.

Nobody can unsubscribe from health messages: remove the recipient from health in
regwatch.yaml instead.`,
		Example: `  regwatch subscriptions unsubscribe weekly mail:team@example.com --by ada
  regwatch subscriptions unsubscribe hk-policy/legal slack:#legal --by ada --force`,
		Args: subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				change, err := a.Unsubscribe(cmd.Context(), args[0], args[1], actorName(by), force)
				if m, ok := errors.AsType[*app.MandatoryError](err); ok {
					return fmt.Errorf("%s is mandatory; add --force to unsubscribe %s anyway", m.Subscription, m.Address)
				}
				return sh.printSubscriptionChange(err, change, "%s is unsubscribed from %s.", "%s was already unsubscribed from %s.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&force, "force", false, "unsubscribe even if it is mandatory")
	return cmd
}

func newSubscribe(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:     "subscribe SUBSCRIPTION ADDRESS",
		Short:   "Subscribe an address again",
		Example: `  regwatch subscriptions subscribe weekly mail:team@example.com --by ada`,
		Args:    subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				change, err := a.Resubscribe(cmd.Context(), args[0], args[1], actorName(by))
				return sh.printSubscriptionChange(err, change, "%s is subscribed to %s again.", "%s was not unsubscribed from %s.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}

// printSubscriptionChange prints whether an address was changed.
func (sh *shell) printSubscriptionChange(err error, c app.SubscriptionChange, changed, unchanged string) error {
	if err != nil {
		return err
	}
	return sh.print(c, func() error {
		sentence := changed
		if !c.Changed {
			sentence = unchanged
		}
		sh.printf(sentence+"\n", c.Address, c.Subscription)
		return nil
	})
}

func subscriptionAndAddress(cmd *cobra.Command, args []string) error {
	if len(args) != 2 {
		return usageError{fmt.Errorf("%s takes two arguments: a subscription and an address, as regwatch subscriptions lists them", cmd.CommandPath())}
	}
	return nil
}

func newRevokeLinks(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "revoke-links",
		Short: "Invalidate all links in mails and all feed addresses",
		Long: `Replace the key that signs the links in mails and the addresses of feeds. All
existing links and feed addresses stop working; new mails contain new links.`,
		Example: `  regwatch subscriptions revoke-links --by ada`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				if err := a.RevokeLinks(cmd.Context(), actorName(by)); err != nil {
					return err
				}
				return sh.print(map[string]bool{"revoked": true}, func() error {
					sh.printf("All existing links in mails and all feed addresses have stopped working.\n")
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
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
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				act := a.SendAddressLink
				if confirm {
					act = a.ConfirmAddress
				}
				change, err := act(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(map[string]any{"address": change.Address, "confirmed": confirm && change.Changed}, func() error {
					switch {
					case !change.Changed:
						sh.printf("%s is already confirmed.\n", change.Address)
					case confirm:
						sh.printf("%s is confirmed. regwatch run or the next regwatch scan sends the messages that were held for it.\n", change.Address)
					default:
						sh.printf("regwatch run or the next regwatch scan sends the link to %s.\n", change.Address)
					}
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&confirm, "confirm", false, "confirm the address without a link")
	return cmd
}
