package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

// deliveryFlags are the flags that select deliveries and notices.
type deliveryFlags struct{ state, channel, recipient, event, since string }

// add adds the flags that all lists and changes have.
func (f *deliveryFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.channel, "channel", "", "only those through this channel")
	cmd.Flags().StringVar(&f.recipient, "recipient", "", "only those to this recipient")
	cmd.Flags().StringVar(&f.since, "since", "", "only those created since then: a time ago such as 36h or 7d, or a date")
}

func (f *deliveryFlags) deliveries(a *app.App, limit int) (app.DeliveryFilter, error) {
	since, err := sinceFlag(a, f.since)
	return app.DeliveryFilter{State: f.state, Channel: f.channel, Recipient: f.recipient, Event: f.event, Since: since, Limit: limit}, err
}

func (f *deliveryFlags) notices(a *app.App, limit int) (app.NoticeFilter, error) {
	since, err := sinceFlag(a, f.since)
	return app.NoticeFilter{Channel: f.channel, Recipient: f.recipient, Event: f.event, Since: since, Limit: limit}, err
}

// narrow reports whether a flag besides --state selects.
func (f *deliveryFlags) narrow() bool {
	return f.channel != "" || f.recipient != "" || f.event != "" || f.since != ""
}

// none says that nothing was found.
func (f *deliveryFlags) none() string {
	what := "delivery"
	if f.state == "held" || f.state == "deferred" {
		what = "notice"
	}
	switch {
	case f.narrow():
		return "No " + what + " matches these filters."
	case f.state != "":
		return "No " + what + " is " + f.state + "."
	}
	return "There are no deliveries yet."
}

func newDeliveries(sh *shell) *cobra.Command {
	var f deliveryFlags
	limit := 100
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "List deliveries and held notices; retry and drop deliveries",
		Long: `List deliveries, newest first. A delivery sends one notice to one destination.
Its state is one of:

  due         waiting to be sent, at NEXT TRY
  sent        accepted by the channel
  dead        given up after an error, which WHY shows
  dropped     never sent: somebody dropped it, or a newer message replaced it
  unverified  held until its address is confirmed

A notice that is not sent has no deliveries. Two more states list such notices, one
row for each recipient, with the reason:

  held        not sent, for example because of a mute or a minimum severity
  deferred    sent later, for example when the recipient's hours begin`,
		Example: `  regwatch deliveries --state dead
  regwatch deliveries --state held --since 7d
  regwatch deliveries --state deferred --recipient legal
  regwatch deliveries --state due --channel slack --json
  regwatch deliveries --event 01K9ZQ4T
  regwatch deliveries show 5f0c9a3e
  regwatch deliveries retry --dead --channel slack`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"", "due", "sent", "dead", "dropped", "unverified", "held", "deferred"}, f.state) {
				return usageError{fmt.Errorf("--state %q is not understood; use due, sent, dead, dropped, unverified, held or deferred", f.state)}
			}
			if limit < 1 {
				return usageError{fmt.Errorf("--limit %d; use 1 or more", limit)}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				if f.state == "held" || f.state == "deferred" {
					return sh.listNotices(cmd, a, f, limit)
				}
				filter, err := f.deliveries(a, limit)
				if err != nil {
					return err
				}
				found, err := a.Deliveries(cmd.Context(), filter)
				if err != nil {
					return err
				}
				return sh.print(found, func() error { return sh.printDeliveries(found, f.none()) })
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.state, "state", "", "only this state: due, sent, dead, dropped, unverified, held or deferred")
	cmd.Flags().StringVar(&f.event, "event", "", "only those about this event, by its ID or how it begins")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many to list")
	cmd.AddCommand(newDeliveryShow(sh), newDeliveryRetry(sh), newDeliveryDrop(sh))
	return cmd
}

func (sh *shell) listNotices(cmd *cobra.Command, a *app.App, f deliveryFlags, limit int) error {
	filter, err := f.notices(a, limit)
	if err != nil {
		return err
	}
	list := a.HeldNotices
	if f.state == "deferred" {
		list = a.DeferredNotices
	}
	found, err := list(cmd.Context(), filter)
	if err != nil {
		return err
	}
	return sh.print(found, func() error { return sh.printNotices(found, f.none(), a.Zone()) })
}

func (sh *shell) printNotices(notices []app.UnsentNotice, none string, zone *time.Location) error {
	if len(notices) == 0 {
		sh.printf("%s\n", none)
		return nil
	}
	table := newTable(sh.stdout, "SINCE", "UNTIL", "RECIPIENT", "EVENT", "WHAT", "WHY")
	for _, n := range notices {
		table.row(clock(&n.Since, zone), clock(n.Until, zone), cmp.Or(n.Recipient, "-"), cmp.Or(n.ShortEventID, "-"), shorten(n.Headline, 60), n.Why)
	}
	return table.flush()
}

// printDeliveries prints deliveries, or the sentence none if there are none.
func (sh *shell) printDeliveries(deliveries []app.Delivery, none string) error {
	if len(deliveries) == 0 {
		sh.printf("%s\n", none)
		return nil
	}
	table := newTable(sh.stdout, "DELIVERY", "AGE", "STATE", "TO", "TRIES", "NEXT TRY", "WHAT", "WHY")
	for _, d := range deliveries {
		table.row(shortID(d.ID), shortSpan(d.Age), deliveryState(d), d.Destination, fmt.Sprint(d.Attempts), nextTry(d),
			shorten(d.Notice.Headline, 60), whyNotSent(d))
	}
	return table.flush()
}

// shortID is enough of a delivery's ID to name it.
func shortID(id string) string { return id[:min(len(id), 12)] }

func deliveryState(d app.Delivery) string {
	if d.State == "due" && d.StartedAt != nil {
		return "due, started"
	}
	return d.State
}

// nextTry says when a due delivery is tried.
func nextTry(d app.Delivery) string {
	switch {
	case d.State != "due":
		return "-"
	case d.Orphaned:
		return "never"
	case d.Sending:
		return "being sent"
	case d.Wait == 0:
		return "now"
	}
	return "in " + shortSpan(d.Wait)
}

func whyNotSent(d app.Delivery) string {
	if d.Orphaned {
		return "regwatch.yaml no longer has the channel " + d.Channel + "; add it again, or drop the delivery"
	}
	return d.LastError
}

func newDeliveryShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "show DELIVERY",
		Short: "Show a delivery: what it sends, to whom and why, and each attempt",
		Example: `  regwatch deliveries show 5f0c9a3e
  regwatch deliveries show 5f0c9a3e --json`,
		Args: oneArg("the ID of a delivery, or how it begins; regwatch deliveries lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				d, err := a.Delivery(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(d, func() error { sh.printDelivery(d, a.Zone()); return nil })
			})
		},
	}
}

func (sh *shell) printDelivery(d app.DeliveryDetails, zone *time.Location) {
	n := d.Notice
	sh.printf("%s\n%s to %s, for %s\n", sanitize.Line(n.Headline), n.Kind, d.Destination, n.Recipient)
	sh.printf("Delivery: %s\n", d.ID)
	for _, line := range [][2]string{
		{"Why", n.Reason},
		{"Subscriptions", strings.Join(n.Subscriptions, ", ")},
		{"Event", d.EventID},
		{"State", deliveryState(d.Delivery)},
		{"Attempts", fmt.Sprint(d.Attempts)},
		{"Next attempt", nextTry(d.Delivery)},
		{"Receipt", d.Receipt},
		{"Last error", whyNotSent(d.Delivery)},
	} {
		if line[1] != "" && line[1] != "-" {
			sh.printf("%s: %s\n", line[0], sanitize.Line(line[1]))
		}
	}
	sh.printf("Created: %s\n", clock(&d.CreatedAt, zone))
	for _, e := range d.Audit {
		sh.printf("  %s  %s by %s  %s\n", clock(&e.At, zone), strings.TrimPrefix(e.Action, "delivery."), sanitize.Line(e.Actor), sanitize.Line(e.Text))
	}
}

// decisionFlags adds the flags of a decision about deliveries.
func decisionFlags(cmd *cobra.Command, d *app.DeliveryDecision) {
	cmd.Flags().StringVar(&d.By, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&d.DryRun, "dry-run", false, "only list the deliveries that would change")
}

// printDecision prints which deliveries changed, or would change, and how to undo it.
func (sh *shell) printDecision(deliveries []app.Delivery, dryRun bool, done, undo string) error {
	const none = "No delivery matches; nothing was changed."
	if dryRun {
		return sh.print(deliveries, func() error {
			sh.printf("%s would be %s:\n", plural(len(deliveries), "delivery", "deliveries"), done)
			return sh.printDeliveries(deliveries, none)
		})
	}
	ids := []string{}
	for _, d := range deliveries {
		ids = append(ids, d.ID)
	}
	return sh.print(map[string]any{strings.ReplaceAll(done, " ", "_"): len(ids), "deliveries": ids}, func() error {
		if len(ids) == 0 {
			sh.printf("%s\n", none)
			return nil
		}
		sh.printf("%s %s. %s\n", plural(len(ids), "delivery", "deliveries"), done, undo)
		return nil
	})
}

func newDeliveryRetry(sh *shell) *cobra.Command {
	var d app.DeliveryDecision
	var f deliveryFlags
	dead := false
	cmd := &cobra.Command{
		Use:   "retry DELIVERY... | --dead",
		Short: "Send dead or dropped deliveries again",
		Long: `Make dead or dropped deliveries due again, with a fresh count of attempts.
regwatch run sends them within seconds, or the next regwatch scan does. If one
may already have arrived, and the channel can be queried, regwatch checks that
first. The audit log records who did it.`,
		Example: `  regwatch deliveries retry 5f0c9a3e 77ab01c2
  regwatch deliveries retry --dead --dry-run
  regwatch deliveries retry --dead --channel slack --since 7d`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case dead && len(args) > 0:
				return usageError{errors.New("--dead selects all dead deliveries; use either --dead or IDs")}
			case !dead && len(args) == 0:
				return usageError{fmt.Errorf("%s needs the IDs of deliveries, or how they begin, or --dead for all dead deliveries", cmd.CommandPath())}
			case !dead && f.narrow():
				return usageError{errors.New("--channel, --recipient and --since select from the dead deliveries; add --dead")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.IDs, d.By = args, actorName(d.By)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				filter, err := f.deliveries(a, 0)
				if err != nil {
					return err
				}
				var retried []app.Delivery
				if dead {
					retried, err = a.RetryDead(cmd.Context(), filter, d)
				} else {
					retried, err = a.RetryDeliveries(cmd.Context(), d)
				}
				if err != nil {
					return err
				}
				return sh.printDecision(retried, d.DryRun, "due again", "To undo, before they are sent: "+sh.command("deliveries drop")+".")
			})
		},
	}
	f.add(cmd)
	decisionFlags(cmd, &d)
	cmd.Flags().BoolVar(&dead, "dead", false, "all dead deliveries")
	return cmd
}

func newDeliveryDrop(sh *shell) *cobra.Command {
	var d app.DeliveryDecision
	cmd := &cobra.Command{
		Use:   "drop DELIVERY... --reason WHY",
		Short: "Never send deliveries that are due, unverified or dead",
		Long: `Never send deliveries that are due, unverified or dead. The reason is stored with
them and in the audit log. A delivery that is being sent cannot be dropped.`,
		Example: `  regwatch deliveries drop 5f0c9a3e --reason "reported by phone"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("%s needs the IDs of deliveries, or how they begin; regwatch deliveries lists them", cmd.CommandPath())}
			}
			if strings.TrimSpace(d.Reason) == "" {
				return usageError{errors.New(`--reason is missing; say why, such as --reason "reported by phone"`)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.IDs, d.By = args, actorName(d.By)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				dropped, err := a.DropDeliveries(cmd.Context(), d)
				if err != nil {
					return err
				}
				return sh.printDecision(dropped, d.DryRun, "dropped", "To undo: "+sh.command("deliveries retry")+".")
			})
		},
	}
	decisionFlags(cmd, &d)
	cmd.Flags().StringVar(&d.Reason, "reason", "", "why; it is stored in the audit log")
	return cmd
}

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
