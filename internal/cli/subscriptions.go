package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
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

// A subscriptionRow is a subscription with its addresses.
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
	Forced  bool       `json:"forced,omitempty"`   // an admin unsubscribed it although it is mandatory
	AskedAt *time.Time `json:"asked_at,omitempty"` // it waits to be confirmed; when the link was sent

	// Of an address that belongs to a deputy, today or in the past.
	DeputyFor   string `json:"deputy_for,omitempty"`   // the recipient who is absent
	DeputyUntil string `json:"deputy_until,omitempty"` // the last day, 2006-01-02
}

// subscriptionsIn returns all subscriptions of a configuration, and those that it no
// longer has and from which an address is unsubscribed.
func subscriptionsIn(c *configs.Config, outs []models.OptOut, now time.Time) []subscriptionRow {
	var rows []subscriptionRow
	routing := c.Routing()
	add := func(name, kind string, mandatory bool, to []models.Destination, recipients ...string) {
		row := subscriptionRow{Subscription: name, Kind: kind, Mandatory: mandatory, Addresses: []addressRow{}}
		for _, d := range to {
			row.Addresses = append(row.Addresses, addressRow{Address: d.String(), Gets: true})
		}
		for _, recipient := range recipients {
			row.Addresses = withDeputies(row.Addresses, routing, recipient, now)
		}
		for i := range row.Addresses {
			entry := &row.Addresses[i]
			for _, o := range outs {
				if o.Subscription == name && address.Same(o.Address, entry.Address) {
					entry.Gets, entry.LeftAt, entry.Forced = entry.Gets && !o.Counts(mandatory), &o.OptedOutAt, o.Forced
				}
			}
		}
		rows = append(rows, row)
	}
	var walk func([]models.Route)
	walk = func(routes []models.Route) {
		for _, route := range routes {
			for _, line := range route.Lines {
				add(route.Path+"/"+line.Recipient, "alerts", line.Mandatory, routing.Recipients[line.Recipient].Destinations, line.Recipient)
			}
			walk(route.Routes)
		}
	}
	walk(routing.Routes)
	for _, d := range c.Digests {
		add(d.ID, "digest", d.Mandatory, c.DigestDestinations(d), d.Recipients...)
	}
	for _, name := range c.Health {
		add(notifier.HealthSubscription(name), "health", true, routing.Recipients[name].Destinations, name)
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

// withDeputies adds the addresses of the deputies that a recipient has or had: their
// messages name the subscription, and they can unsubscribe from it. An address that is in
// the list already, as one of the recipient's own, stays as it is.
func withDeputies(addresses []addressRow, routing models.Routing, recipient string, now time.Time) []addressRow {
	absent := routing.Recipients[recipient]
	today := now.In(timefmt.Zone(absent.Zone)).Format(time.DateOnly)
	for _, deputy := range absent.Deputies {
		if deputy.From > today {
			continue
		}
		for _, d := range routing.Recipients[deputy.Recipient].Destinations {
			entry := addressRow{Address: d.String(), Gets: today <= deputy.To, DeputyFor: recipient, DeputyUntil: deputy.To}
			i := slices.IndexFunc(addresses, func(a addressRow) bool { return address.Same(a.Address, entry.Address) })
			switch {
			case i < 0:
				addresses = append(addresses, entry)
			case addresses[i].DeputyFor == recipient && addresses[i].DeputyUntil < entry.DeputyUntil:
				addresses[i] = entry // several absences: the last one counts
			}
		}
	}
	return addresses
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
			table.row(r.Subscription, what, a.Address, stateOfAddress(a, zone))
		}
	}
	return table.flush()
}

// stateOfAddress says whether an address gets a subscription.
func stateOfAddress(a addressRow, zone *time.Location) string {
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
	return do(s, markWaiting(subscriptionsIn(w.Config, outs, time.Now()), verified), w.Config.Location())
}

func newLeave(sh *shell) *cobra.Command {
	var by string
	var force bool
	cmd := &cobra.Command{
		Use:   "leave SUBSCRIPTION ADDRESS",
		Short: "Unsubscribe an address",
		Long: `Unsubscribe an address, like the link in its mails. A mandatory subscription needs
--force. The audit log records who did it.

Nobody can unsubscribe from health messages: remove the recipient from health in
regwatch.yaml instead.`,
		Example: `  regwatch subscriptions leave weekly mail:team@example.com --by ada
  regwatch subscriptions leave hk-policy/legal slack:#legal --by ada --force`,
		Args: subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSubscription(cmd, sh, args, func(s *store.Store, row subscriptionRow, written string) error {
				out := models.OptOut{Subscription: row.Subscription, Address: written, OptedOutAt: time.Now().UTC(), Forced: force && row.Mandatory}
				switch {
				case row.Kind == "health":
					return usageError{fmt.Errorf("nobody can unsubscribe from health messages; to stop them, remove the recipient %s from health in regwatch.yaml", strings.TrimPrefix(row.Subscription, "health/"))}
				case row.Mandatory && !force:
					return fmt.Errorf("%s is mandatory; add --force to unsubscribe %s anyway", row.Subscription, written)
				}
				left, err := s.OptOut(cmd.Context(), []models.OptOut{out}, actorName(by))
				return sh.settled(err, out, left > 0, "%s is unsubscribed from %s.", "%s was already unsubscribed from %s.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&force, "force", false, "unsubscribe even if it is mandatory")
	return cmd
}

func newReturn(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:     "return SUBSCRIPTION ADDRESS",
		Short:   "Subscribe an address again",
		Example: `  regwatch subscriptions return weekly mail:team@example.com --by ada`,
		Args:    subscriptionAndAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withSubscription(cmd, sh, args, func(s *store.Store, row subscriptionRow, written string) error {
				out := models.OptOut{Subscription: row.Subscription, Address: written}
				back, err := s.OptIn(cmd.Context(), []models.OptOut{out}, actorName(by), time.Now().UTC())
				return sh.settled(err, out, back > 0, "%s is subscribed to %s again.", "%s was not unsubscribed from %s.")
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}

// settled prints whether an address was changed.
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

// withSubscription finds the subscription of an address, and the spelling of the address
// there.
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
			return usageError{fmt.Errorf("%q is not an address of %s%s; its addresses are %s", args[1], args[0], didYouMean(args[1], addresses), strings.Join(addresses, ", "))}
		}
		return do(s, rows[i], addresses[at])
	})
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
			_, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			return sh.revokeLinks(cmd.Context(), s, actorName(by))
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}

func (sh *shell) revokeLinks(ctx context.Context, s *store.Store, by string) error {
	if err := s.RenewSigningKey(ctx, by, time.Now().UTC()); err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]bool{"revoked": true})
	}
	sh.printf("All existing links in mails and all feed addresses have stopped working.\n")
	return nil
}
