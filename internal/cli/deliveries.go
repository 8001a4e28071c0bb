package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/configs"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// mostDeliveries is the most deliveries that one filter changes.
const mostDeliveries = 100_000

func newDeliveries(sh *shell) *cobra.Command {
	var f deliveryFilter
	limit := 100
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "List, retry and drop deliveries",
		Long: `List deliveries, newest first. A delivery sends one notice to one destination.
Its state is one of:

  due         waiting to be sent, at NEXT TRY
  sent        accepted by the channel
  dead        given up after an error, which WHY shows
  dropped     never sent: somebody dropped it, or a newer message replaced it
  unverified  held until its address is confirmed`,
		Example: `  regwatch deliveries --state dead
  regwatch deliveries --state due --channel slack --since 7d --json
  regwatch deliveries --event 01K9ZQ4T
  regwatch deliveries show 5f0c9a3e
  regwatch deliveries retry --dead --channel slack`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDeliveries(cmd, sh, func(w written, s *store.Store) error {
				found, err := f.find(cmd, s, w.Config.Location(), limit)
				if err != nil {
					return err
				}
				if len(found) == 0 && f.channel != "" {
					if err := knownChannel(w.Config, "--channel", f.channel); err != nil {
						return err
					}
				}
				return listDeliveries(sh, w.Config, found, f.none(), time.Now())
			})
		},
	}
	f.flags(cmd)
	cmd.Flags().StringVar(&f.state, "state", "", "only deliveries in this state: due, sent, dead, dropped or unverified")
	cmd.Flags().StringVar(&f.event, "event", "", "only deliveries about this event, by its ID or how it begins")
	cmd.Flags().IntVar(&limit, "limit", limit, "the most to list")
	cmd.AddCommand(newDeliveryShow(sh), newDeliveryRetry(sh), newDeliveryDrop(sh))
	return cmd
}

// withDeliveries opens the folder's database for a command about deliveries.
func withDeliveries(cmd *cobra.Command, sh *shell, do func(written, *store.Store) error) error {
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	return errors.Join(do(w, s), s.Close())
}

// A deliveryFilter selects deliveries.
type deliveryFilter struct{ state, channel, event, since string }

func (f *deliveryFilter) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.channel, "channel", "", "only deliveries through this channel")
	cmd.Flags().StringVar(&f.since, "since", "", "only deliveries created since then: a time ago such as 36h or 7d, or a date")
}

func (f *deliveryFilter) find(cmd *cobra.Command, s *store.Store, zone *time.Location, limit int) ([]models.Delivery, error) {
	switch models.DeliveryState(f.state) {
	case "", models.DeliveryDue, models.DeliverySent, models.DeliveryDead, models.DeliveryDropped, models.DeliveryUnverified:
	default:
		return nil, usageError{fmt.Errorf("--state %q; want due, sent, dead, dropped or unverified", f.state)}
	}
	filter := store.DeliveryFilter{State: models.DeliveryState(f.state), Channel: f.channel, Limit: limit}
	if f.since != "" {
		from := window{since: f.since, limit: limit}
		var err error
		if filter.Since, err = from.from(time.Now(), zone); err != nil {
			return nil, err
		}
	}
	if f.event != "" {
		event, err := s.FindEvent(cmd.Context(), f.event)
		if err != nil {
			return nil, err
		}
		filter.Event = event.ID
	}
	return s.Deliveries(cmd.Context(), filter)
}

// none says that nothing was found.
func (f *deliveryFilter) none() string {
	if f.channel != "" || f.event != "" || f.since != "" {
		return "No delivery matches these filters."
	}
	if f.state != "" {
		return "No delivery is " + f.state + "."
	}
	return "There are no deliveries yet."
}

// knownChannel refuses the name of a channel that regwatch.yaml does not have.
func knownChannel(c *configs.Config, flag, name string) error {
	if _, ok := c.Channel(name); ok {
		return nil
	}
	names := make([]string, len(c.Channels))
	for i, ch := range c.Channels {
		names[i] = ch.Name
	}
	return usageError{fmt.Errorf("%s: no channel is called %q%s; there is %s", flag, name, didYouMean(name, names), yamlnode.Or(names))}
}

// listDeliveries prints deliveries, or the sentence none where there are none.
func listDeliveries(sh *shell, c *configs.Config, found []models.Delivery, none string, now time.Time) error {
	if sh.asJSON {
		rows := make([]deliveryRow, len(found))
		for i, d := range found {
			rows[i] = rowOfDelivery(d)
			rows[i].Orphaned = orphaned(c, d)
		}
		return sh.printJSON(rows)
	}
	if len(found) == 0 {
		sh.printf("%s\n", none)
		return nil
	}
	table := newTable(sh.stdout, "DELIVERY", "AGE", "STATE", "TO", "TRIES", "NEXT TRY", "WHAT", "WHY")
	for _, d := range found {
		table.row(shortID(d.ID), age(now.Sub(d.CreatedAt)), stateOf(d), d.Destination, fmt.Sprint(d.Attempts), nextTry(c, d, now),
			shorten(headlineOf(d.Notice), 60), whyOf(c, d))
	}
	return table.flush()
}

// shortID is as much of a delivery's ID as tells it from others.
func shortID(id string) string { return id[:min(len(id), 12)] }

// age renders how long ago something was, in one unit.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

func stateOf(d models.Delivery) string {
	if d.State == models.DeliveryDue && !d.StartedAt.IsZero() {
		return "due, started"
	}
	return string(d.State)
}

// nextTry says when a delivery that is due is tried.
func nextTry(c *configs.Config, d models.Delivery, now time.Time) string {
	switch {
	case d.State != models.DeliveryDue:
		return "-"
	case orphaned(c, d):
		return "never"
	case d.LeaseUntil.After(now):
		return "being sent"
	case !d.NotBefore.After(now):
		return "now"
	}
	return "in " + age(d.NotBefore.Sub(now))
}

// orphaned reports whether nobody sends a delivery that is due, since its channel
// is gone.
func orphaned(c *configs.Config, d models.Delivery) bool {
	_, there := c.Channel(d.Channel)
	return d.State == models.DeliveryDue && !there
}

func whyOf(c *configs.Config, d models.Delivery) string {
	if orphaned(c, d) {
		return "regwatch.yaml no longer has the channel " + d.Channel + "; add it again, or drop the delivery"
	}
	return d.LastError
}

// headlineOf names what a notice is about.
func headlineOf(n models.Notice) string {
	switch c := n.Content; {
	case c.Alert != nil:
		return c.Alert.Title
	case c.Reminder != nil:
		return "reminder of " + c.Reminder.Day() + ": " + c.Reminder.Title
	case c.Status != nil:
		return "status of event " + c.Status.EventID
	case c.Health != nil:
		return fmt.Sprintf("%s is %s", c.Health.Name, c.Health.Health)
	case c.Digest != nil:
		return cmp.Or(c.Digest.Title, "digest "+c.Digest.Subscription)
	case c.Summary != nil:
		return c.Summary.Title
	}
	return string(n.Kind)
}

func newDeliveryShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "show DELIVERY",
		Short: "Show a delivery: what it sends, to whom and why, and each attempt",
		Example: `  regwatch deliveries show 5f0c9a3e
  regwatch deliveries show 5f0c9a3e --json`,
		Args: oneArg("the ID of a delivery, or how it begins; regwatch deliveries lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeliveries(cmd, sh, func(w written, s *store.Store) error {
				d, err := s.FindDelivery(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				tries, err := s.AuditBySubject(cmd.Context(), d.ID)
				if err != nil {
					return err
				}
				return showDelivery(sh, w.Config, d, tries)
			})
		},
	}
}

func showDelivery(sh *shell, c *configs.Config, d models.Delivery, tries []models.AuditEntry) error {
	if sh.asJSON {
		row := struct {
			deliveryRow

			Audit []auditRow `json:"audit"`
		}{rowOfDelivery(d), []auditRow{}}
		row.Orphaned = orphaned(c, d)
		for _, e := range tries {
			row.Audit = append(row.Audit, rowOfEntry(e))
		}
		return sh.printJSON(row)
	}
	zone, n := c.Location(), d.Notice
	sh.printf("%s\n%s to %s, for %s\n", sanitize.Line(headlineOf(n)), n.Kind, d.Destination, n.Recipient)
	sh.printf("Delivery: %s\n", d.ID)
	for _, line := range [][2]string{
		{"Why", render.Reasons(n.Reasons, "en")},
		{"Subscriptions", strings.Join(n.Subscriptions, ", ")},
		{"Event", d.Thread},
		{"State", stateOf(d)},
		{"Attempts", fmt.Sprint(d.Attempts)},
		{"Next attempt", nextTry(c, d, time.Now())},
		{"Receipt", d.Receipt},
		{"Last error", whyOf(c, d)},
	} {
		if line[1] != "" && line[1] != "-" {
			sh.printf("%s: %s\n", line[0], sanitize.Line(line[1]))
		}
	}
	sh.printf("Created: %s\n", clock(&d.CreatedAt, zone))
	for _, e := range tries {
		sh.printf("  %s  %s by %s  %s\n", clock(&e.At, zone), strings.TrimPrefix(e.Action, "delivery."), sanitize.Line(e.Actor), sanitize.Line(e.Detail))
	}
	return nil
}

// noneMeant says that no delivery was selected.
const noneMeant = "No delivery matches; nothing was changed."

// A decision is what a person decides about several deliveries.
type decision struct {
	by     string
	dryRun bool
}

func (d *decision) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&d.dryRun, "dry-run", false, "only list the deliveries that would change")
}

func (d *decision) who() string {
	if d.by == "" {
		if u, err := user.Current(); err == nil {
			return u.Username
		}
	}
	return d.by
}

// make applies the decision, and prints which deliveries changed and how to undo it.
func (d *decision) make(sh *shell, c *configs.Config, meant []models.Delivery, done, undo string, act func(ids []string) error) error {
	ids := make([]string, len(meant))
	for i := range meant {
		ids[i] = meant[i].ID
	}
	if d.dryRun {
		if !sh.asJSON {
			sh.printf("%s would be %s:\n", plural(len(meant), "delivery", "deliveries"), done)
		}
		return listDeliveries(sh, c, meant, noneMeant, time.Now())
	}
	if len(ids) > 0 {
		if err := act(ids); err != nil {
			return err
		}
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{strings.ReplaceAll(done, " ", "_"): len(ids), "deliveries": list(ids)})
	}
	if len(ids) == 0 {
		sh.printf("%s\n", noneMeant)
		return nil
	}
	sh.printf("%s %s. %s\n", plural(len(ids), "delivery", "deliveries"), done, undo)
	return nil
}

func findAll(cmd *cobra.Command, s *store.Store, ids []string) ([]models.Delivery, error) {
	all := make([]models.Delivery, len(ids))
	for i, id := range ids {
		var err error
		if all[i], err = s.FindDelivery(cmd.Context(), id); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func newDeliveryRetry(sh *shell) *cobra.Command {
	var d decision
	var dead bool
	f := deliveryFilter{state: string(models.DeliveryDead)}
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
			case !dead && (f.channel != "" || f.since != ""):
				return usageError{errors.New("--channel and --since select from the dead deliveries; add --dead")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeliveries(cmd, sh, func(w written, s *store.Store) error {
				var meant []models.Delivery
				var err error
				if dead {
					meant, err = f.find(cmd, s, w.Config.Location(), mostDeliveries)
				} else {
					meant, err = findAll(cmd, s, args)
				}
				if err != nil {
					return err
				}
				return d.make(sh, w.Config, meant, "due again", "To undo, before they are sent: regwatch deliveries drop.", func(ids []string) error {
					return s.Retry(cmd.Context(), ids, d.who(), time.Now())
				})
			})
		},
	}
	f.flags(cmd)
	d.flags(cmd)
	cmd.Flags().BoolVar(&dead, "dead", false, "all dead deliveries")
	return cmd
}

func newDeliveryDrop(sh *shell) *cobra.Command {
	var d decision
	var reason string
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
			if strings.TrimSpace(reason) == "" {
				return usageError{errors.New(`--reason is missing; say why, such as --reason "reported by phone"`)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeliveries(cmd, sh, func(w written, s *store.Store) error {
				meant, err := findAll(cmd, s, args)
				if err != nil {
					return err
				}
				return d.make(sh, w.Config, meant, "dropped", "To undo: regwatch deliveries retry.", func(ids []string) error {
					return s.DropDeliveries(cmd.Context(), ids, reason, d.who(), time.Now())
				})
			})
		},
	}
	d.flags(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why; the audit log keeps it")
	return cmd
}
