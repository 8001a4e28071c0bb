package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

func newSubscriptions(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "Show who gets what, and let addresses leave and return",
		Long: `Show every subscription of regwatch.yaml with its addresses, and which of them
have left it: the lines of routes as ROUTE/RECIPIENT, digests by their names, and
messages about failing sources and channels as health/RECIPIENT. An address that
has left stays away however regwatch.yaml changes, until it returns.`,
		Example: `  regwatch subscriptions
  regwatch subscriptions leave hk-policy/legal mail:team@example.com --by ada
  regwatch subscriptions --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withSubscriptions(cmd, sh, func(_ *store.Store, rows []subscriptionRow, zone *time.Location) error {
				if sh.asJSON {
					return sh.printJSON(rows)
				}
				return sh.printSubscriptions(rows, zone)
			})
		},
	}
	cmd.AddCommand(newLeave(sh), newReturn(sh), newRevokeLinks(sh), newVerify(sh))
	return cmd
}

// A subscriptionRow is what some addresses get.
type subscriptionRow struct {
	Subscription string       `json:"subscription"`
	Kind         string       `json:"kind"` // alerts, digest or health; empty if regwatch.yaml no longer has it
	Mandatory    bool         `json:"mandatory"`
	Addresses    []addressRow `json:"addresses"`
}

// An addressRow is one address of a subscription.
type addressRow struct {
	Address string     `json:"address"` // channel, or channel:address
	Gets    bool       `json:"gets"`
	LeftAt  *time.Time `json:"left_at,omitempty"`
	Forced  bool       `json:"forced,omitempty"`   // an admin let it go
	AskedAt *time.Time `json:"asked_at,omitempty"` // it waits to be confirmed; when the link was sent
}

// subscriptionsIn are all subscriptions of a configuration, and those that some
// address has left and that are gone from it.
func subscriptionsIn(c *configs.Config, outs []models.OptOut) []subscriptionRow {
	var rows []subscriptionRow
	routing := c.Routing()
	add := func(name, kind string, mandatory bool, to []models.Destination) {
		row := subscriptionRow{Subscription: name, Kind: kind, Mandatory: mandatory, Addresses: []addressRow{}}
		for _, d := range to {
			entry := addressRow{Address: d.String(), Gets: true}
			for _, o := range outs {
				if o.Subscription == name && address.Same(o.Address, entry.Address) {
					entry.Gets, entry.LeftAt, entry.Forced = entry.Gets && !o.Counts(mandatory), &o.OptedOutAt, o.Forced
				}
			}
			row.Addresses = append(row.Addresses, entry)
		}
		rows = append(rows, row)
	}
	var walk func([]models.Route)
	walk = func(routes []models.Route) {
		for _, route := range routes {
			for _, line := range route.Lines {
				add(route.Path+"/"+line.Recipient, "alerts", line.Mandatory, routing.Recipients[line.Recipient].Destinations)
			}
			walk(route.Routes)
		}
	}
	walk(routing.Routes)
	for _, d := range c.Digests {
		add(d.ID, "digest", d.Mandatory, c.DigestDestinations(d))
	}
	for _, name := range c.Health {
		add(notifier.HealthSubscription(name), "health", true, routing.Recipients[name].Destinations)
	}
	for _, o := range outs {
		i := slices.IndexFunc(rows, func(r subscriptionRow) bool { return r.Subscription == o.Subscription })
		if i < 0 {
			rows = append(rows, subscriptionRow{Subscription: o.Subscription})
			i = len(rows) - 1
		}
		if !slices.ContainsFunc(rows[i].Addresses, func(a addressRow) bool { return address.Same(a.Address, o.Address) }) {
			rows[i].Addresses = append(rows[i].Addresses, addressRow{Address: o.Address, LeftAt: &o.OptedOutAt, Forced: o.Forced})
		}
	}
	return rows
}

func (sh *shell) printSubscriptions(rows []subscriptionRow, zone *time.Location) error {
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
			state := "gets it"
			switch {
			case a.AskedAt != nil && a.Gets:
				state = "waits to be confirmed; the link was sent on " + clock(a.AskedAt, zone)
			case a.LeftAt != nil && a.Gets:
				state = "gets it; it left on " + clock(a.LeftAt, zone) + ", which does not count"
			case a.LeftAt != nil:
				state = "left on " + clock(a.LeftAt, zone)
			}
			table.row(r.Subscription, what, a.Address, state)
		}
	}
	return table.flush()
}

// withSubscriptions opens the database and reads who gets what.
func withSubscriptions(cmd *cobra.Command, sh *shell, do func(s *store.Store, rows []subscriptionRow, zone *time.Location) error) error {
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	outs, err := s.OptOuts(cmd.Context())
	if err != nil {
		return err
	}
	verified, err := s.Addresses(cmd.Context())
	if err != nil {
		return err
	}
	return do(s, markWaiting(subscriptionsIn(w.Config, outs), verified), w.Config.Location())
}

func newLeave(sh *shell) *cobra.Command {
	var by string
	var force bool
	cmd := &cobra.Command{
		Use:   "leave SUBSCRIPTION ADDRESS",
		Short: "Let an address leave a subscription",
		Long: `Let an address leave a subscription, as the link in its mails does. One that is
mandatory is left only with --force. The audit keeps who did it.`,
		Example: `  regwatch subscriptions leave weekly mail:team@example.com --by ada
  regwatch subscriptions leave hk-policy/legal slack:#legal --by ada --force`,
		Args: subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSubscription(cmd, sh, args, func(s *store.Store, row subscriptionRow, written string) error {
				out := models.OptOut{Subscription: row.Subscription, Address: written, OptedOutAt: time.Now().UTC(), Forced: force && row.Mandatory}
				switch {
				case row.Kind == "health":
					return usageError{errors.New("who hears of failing sources and channels is said under health in regwatch.yaml; take the recipient out there")}
				case row.Mandatory && !force:
					return fmt.Errorf("%s is mandatory; add --force to let %s leave it all the same", row.Subscription, written)
				}
				left, err := s.OptOut(cmd.Context(), []models.OptOut{out}, whoever(by))
				return sh.settled(err, out, left > 0, "%s has left %s.", "%s had left %s already.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who decides (default: the user of this system)")
	cmd.Flags().BoolVar(&force, "force", false, "also from one that is mandatory")
	return cmd
}

func newReturn(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:     "return SUBSCRIPTION ADDRESS",
		Short:   "Let an address return to a subscription that it has left",
		Example: `  regwatch subscriptions return weekly mail:team@example.com --by ada`,
		Args:    subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSubscription(cmd, sh, args, func(s *store.Store, row subscriptionRow, written string) error {
				out := models.OptOut{Subscription: row.Subscription, Address: written}
				back, err := s.OptIn(cmd.Context(), []models.OptOut{out}, whoever(by), time.Now().UTC())
				return sh.settled(err, out, back > 0, "%s has returned to %s.", "%s had not left %s.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who decides (default: the user of this system)")
	return cmd
}

// settled says what became of an address.
func (sh *shell) settled(err error, out models.OptOut, changed bool, done, before string) error {
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"subscription": out.Subscription, "address": out.Address, "changed": changed})
	}
	if !changed {
		done = before
	}
	sh.printf(done+"\n", out.Address, out.Subscription)
	return nil
}

func subscriptionAndAddress(cmd *cobra.Command, args []string) error {
	if len(args) != 2 {
		return usageError{fmt.Errorf("%s takes two arguments: a subscription and an address, as regwatch subscriptions lists them", cmd.CommandPath())}
	}
	return nil
}

// withSubscription finds a subscription that has an address, and how the address is
// written there.
func withSubscription(cmd *cobra.Command, sh *shell, args []string, do func(s *store.Store, row subscriptionRow, written string) error) error {
	return withSubscriptions(cmd, sh, func(s *store.Store, rows []subscriptionRow, _ *time.Location) error {
		var names []string
		for _, r := range rows {
			names = append(names, r.Subscription)
		}
		i := slices.Index(names, args[0])
		if i < 0 {
			return usageError{fmt.Errorf("there is no subscription %q%s; regwatch subscriptions lists them", args[0], didYouMean(args[0], names))}
		}
		var addresses []string
		for _, a := range rows[i].Addresses {
			addresses = append(addresses, a.Address)
		}
		at := slices.IndexFunc(addresses, func(a string) bool { return address.Same(a, args[1]) })
		if at < 0 {
			return usageError{fmt.Errorf("%s does not go to %q%s; it goes to %s", args[0], args[1], didYouMean(args[1], addresses), strings.Join(addresses, ", "))}
		}
		return do(s, rows[i], addresses[at])
	})
}

func newRevokeLinks(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "revoke-links",
		Short: "Make a new key for links, so that none given out before works any more",
		Long: `Make a new key that signs the links in mails and the addresses of feeds. None
that was given out before works any more; mails from now on have new ones.`,
		Example: `  regwatch subscriptions revoke-links --by ada`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			return sh.revokeLinks(cmd.Context(), s, whoever(by))
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who decides (default: the user of this system)")
	return cmd
}

func (sh *shell) revokeLinks(ctx context.Context, s *store.Store, by string) error {
	if err := s.RenewSigningKey(ctx, by, time.Now().UTC()); err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]bool{"revoked": true})
	}
	sh.printf("No link in mails sent so far works any more, and no address of a feed.\n")
	return nil
}
