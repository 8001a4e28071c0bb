package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/internal/diag"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
)

// A Subscription is what addresses receive by one line of a route, by a digest, or about
// failing sources and channels.
type Subscription struct {
	Name      string              `json:"subscription"`
	Kind      string              `json:"kind"` // alerts, digest or health; empty if regwatch.yaml no longer has it
	Mandatory bool                `json:"mandatory"`
	Addresses []SubscribedAddress `json:"addresses"`
}

// A SubscribedAddress is one address of a subscription.
type SubscribedAddress struct {
	Address string     `json:"address"` // channel, or channel:address
	Gets    bool       `json:"gets"`
	LeftAt  *time.Time `json:"left_at,omitempty"`
	Forced  bool       `json:"forced,omitempty"`   // an admin unsubscribed it although it is mandatory
	AskedAt *time.Time `json:"asked_at,omitempty"` // when the link was sent that it has not confirmed yet

	// Of an address that belongs to a deputy, today or in the past.
	DeputyFor   string `json:"deputy_for,omitempty"`   // the recipient who is absent
	DeputyUntil string `json:"deputy_until,omitempty"` // the last day, 2006-01-02
}

// A SubscriptionChange is the result of unsubscribing an address or of subscribing it
// again.
type SubscriptionChange struct {
	Subscription string `json:"subscription"`
	Address      string `json:"address"`
	Changed      bool   `json:"changed"` // false if it was so before
}

// Subscriptions lists every subscription of regwatch.yaml with its addresses, and those
// that regwatch.yaml no longer has and from which an address is unsubscribed.
func (a *App) Subscriptions(ctx context.Context) ([]Subscription, error) {
	outs, err := a.store.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	verified, err := a.store.Addresses(ctx)
	if err != nil {
		return nil, err
	}
	return withUnconfirmed(subscriptionsIn(a.Config(), outs, a.now()), verified), nil
}

// Unsubscribe unsubscribes an address in the name of by. A mandatory subscription needs
// force.
func (a *App) Unsubscribe(ctx context.Context, subscription, destination, by string, force bool) (SubscriptionChange, error) {
	needed := RoleEditor
	if force {
		needed = RoleAdmin // an address that must receive something
	}
	if err := a.may(ctx, needed); err != nil {
		return SubscriptionChange{}, err
	}
	s, written, err := a.findSubscription(ctx, subscription, destination)
	if err != nil {
		return SubscriptionChange{}, err
	}
	switch {
	case s.Kind == "health":
		return SubscriptionChange{}, inputError("nobody can unsubscribe from health messages; to stop them, remove the recipient %s from health in regwatch.yaml", strings.TrimPrefix(s.Name, "health/"))
	case s.Mandatory && !force:
		return SubscriptionChange{}, &MandatoryError{s.Name, written}
	}
	out := models.OptOut{Subscription: s.Name, Address: written, OptedOutAt: a.now().UTC(), Forced: force && s.Mandatory}
	n, err := a.store.OptOut(ctx, []models.OptOut{out}, by)
	return SubscriptionChange{s.Name, written, n > 0}, err
}

// A MandatoryError means that an address cannot leave a subscription unless it is forced.
type MandatoryError struct{ Subscription, Address string }

// Error says so.
func (e *MandatoryError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *MandatoryError) Text() diag.Text {
	return diag.Textf("%s is mandatory, so %s stays subscribed", e.Subscription, e.Address)
}

// Resubscribe subscribes an address again in the name of by.
func (a *App) Resubscribe(ctx context.Context, subscription, destination, by string) (SubscriptionChange, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SubscriptionChange{}, err
	}
	s, written, err := a.findSubscription(ctx, subscription, destination)
	if err != nil {
		return SubscriptionChange{}, err
	}
	n, err := a.store.OptIn(ctx, []models.OptOut{{Subscription: s.Name, Address: written}}, by, a.now().UTC())
	return SubscriptionChange{s.Name, written, n > 0}, err
}

// RevokeLinks replaces the key that signs the links in mails and the addresses of feeds,
// in the name of by. Every existing link stops working.
func (a *App) RevokeLinks(ctx context.Context, by string) error {
	if err := a.may(ctx, RoleAdmin); err != nil {
		return err
	}
	return a.store.RenewSigningKey(ctx, by, a.now().UTC())
}

// findSubscription finds the subscription of an address, and the spelling of the address
// there.
func (a *App) findSubscription(ctx context.Context, name, destination string) (Subscription, string, error) {
	all, err := a.Subscriptions(ctx)
	if err != nil {
		return Subscription{}, "", err
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	i := slices.Index(names, name)
	if i < 0 {
		return Subscription{}, "", inputError("subscription %q does not exist%s; regwatch subscriptions lists them", name, yamlnode.DidYouMean(name, names))
	}
	var addresses []string
	for _, to := range all[i].Addresses {
		addresses = append(addresses, to.Address)
	}
	at := slices.IndexFunc(addresses, func(to string) bool { return address.Same(to, destination) })
	if at < 0 {
		return Subscription{}, "", inputError("%q is not an address of %s%s; its addresses are %s", destination, name, yamlnode.DidYouMean(destination, addresses), strings.Join(addresses, ", "))
	}
	return all[i], addresses[at], nil
}

// subscriptionsIn returns all subscriptions of a configuration, and those that it no
// longer has and from which an address is unsubscribed.
func subscriptionsIn(c *configs.Config, outs []models.OptOut, now time.Time) []Subscription {
	var rows []Subscription
	routing := c.Routing()
	add := func(name, kind string, mandatory bool, to []models.Destination, recipients ...string) {
		row := Subscription{Name: name, Kind: kind, Mandatory: mandatory, Addresses: []SubscribedAddress{}}
		for _, d := range to {
			row.Addresses = append(row.Addresses, SubscribedAddress{Address: d.String(), Gets: true})
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
		i := slices.IndexFunc(rows, func(r Subscription) bool { return r.Name == o.Subscription })
		if i < 0 {
			rows = append(rows, Subscription{Name: o.Subscription})
			i = len(rows) - 1
		}
		if !slices.ContainsFunc(rows[i].Addresses, func(a SubscribedAddress) bool { return address.Same(a.Address, o.Address) }) {
			rows[i].Addresses = append(rows[i].Addresses, SubscribedAddress{Address: o.Address, LeftAt: &o.OptedOutAt, Forced: o.Forced})
		}
	}
	return rows
}

// withDeputies adds the addresses of the deputies that a recipient has or had: their
// messages name the subscription, and they can unsubscribe from it. An address that is in
// the list already, as one of the recipient's own, stays as it is.
func withDeputies(addresses []SubscribedAddress, routing models.Routing, recipient string, now time.Time) []SubscribedAddress {
	absent := routing.Recipients[recipient]
	today := now.In(timefmt.Zone(absent.Zone)).Format(time.DateOnly)
	for _, deputy := range absent.Deputies {
		if deputy.From > today {
			continue
		}
		for _, d := range routing.Recipients[deputy.Recipient].Destinations {
			entry := SubscribedAddress{Address: d.String(), Gets: today <= deputy.To, DeputyFor: recipient, DeputyUntil: deputy.To}
			i := slices.IndexFunc(addresses, func(a SubscribedAddress) bool { return address.Same(a.Address, entry.Address) })
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

// withUnconfirmed adds which addresses are not confirmed yet.
func withUnconfirmed(rows []Subscription, verified []models.VerifiedAddress) []Subscription {
	waiting := make(map[string]time.Time)
	for _, v := range verified {
		if v.IsPending() {
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

// registerAddresses stores the addresses of regwatch.yaml and asks the new ones to be
// confirmed where regwatch.yaml requires it.
func (a *App) registerAddresses(ctx context.Context, now time.Time) error {
	addresses := mailAddresses(a.Config())
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
		a.log.InfoContext(ctx, "new addresses were asked to confirm; messages to them are held until then", "addresses", asked)
	}
	return err
}

func planVerification(addresses []mailAddress, to models.Destination, now time.Time) models.Notice {
	m := mailAddressOf(addresses, to.String())
	return notifier.PlanVerification(to, m.language, m.zone, now)
}

// mailAddressOf finds an address of the configuration. An address that is not in it has no
// language or zone.
func mailAddressOf(addresses []mailAddress, destination string) mailAddress {
	i := slices.IndexFunc(addresses, func(m mailAddress) bool { return address.Same(m.to.String(), destination) })
	if i < 0 {
		return mailAddress{}
	}
	return addresses[i]
}

// An AddressChange is the result of confirming an address or of sending its link again.
type AddressChange struct {
	Address string `json:"address"`
	Changed bool   `json:"-"` // false if it was confirmed before
}

// ConfirmAddress confirms, in the name of by, an address that is not confirmed yet. What
// was held for it becomes due.
func (a *App) ConfirmAddress(ctx context.Context, destination, by string) (AddressChange, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return AddressChange{}, err
	}
	written, err := a.unconfirmedAddress(ctx, destination)
	if err != nil {
		return AddressChange{}, err
	}
	changed, err := a.verifyAddress(ctx, written, by)
	return AddressChange{written, changed}, err
}

// SendAddressLink sends the confirmation link of an address again, in the name of by.
func (a *App) SendAddressLink(ctx context.Context, destination, by string) (AddressChange, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return AddressChange{}, err
	}
	written, err := a.unconfirmedAddress(ctx, destination)
	if err != nil {
		return AddressChange{}, err
	}
	addresses := mailAddresses(a.Config())
	m := mailAddressOf(addresses, written)
	if m.to.Channel == "" {
		return AddressChange{}, fmt.Errorf("regwatch.yaml no longer has the address %s", written)
	}
	now := a.now().UTC()
	changed, err := a.store.RequestVerification(ctx, written, by, planVerification(addresses, m.to, now), now)
	return AddressChange{written, changed}, err
}

// unconfirmedAddress finds an address that is not confirmed yet, as regwatch.yaml spells it.
func (a *App) unconfirmedAddress(ctx context.Context, destination string) (string, error) {
	all, err := a.store.Addresses(ctx)
	if err != nil {
		return "", err
	}
	var unconfirmed []string
	for _, v := range all {
		if v.IsPending() {
			unconfirmed = append(unconfirmed, v.Written)
		}
	}
	i := slices.IndexFunc(unconfirmed, func(written string) bool { return address.Same(written, destination) })
	if i < 0 {
		return "", inputError("%q is not an address that waits for confirmation%s; regwatch subscriptions lists them", destination, yamlnode.DidYouMean(destination, unconfirmed))
	}
	return unconfirmed[i], nil
}

// verifyAddress stores that a destination was confirmed. What was held for it becomes due.
func (a *App) verifyAddress(ctx context.Context, destination, by string) (bool, error) {
	now := a.now().UTC()
	m := mailAddressOf(mailAddresses(a.Config()), destination)
	return a.store.VerifyAddress(ctx, destination, by, func(held []models.Delivery) (models.Notice, []string) {
		if m.to.Channel == "" {
			return models.Notice{}, nil
		}
		return notifier.PlanBacklog(m.to, m.language, m.zone, held, now)
	}, now)
}

// VerifyAddress stores that a reader confirmed a destination, and sends what was held for
// it. A destination that is confirmed already does not change.
func (e *Engine) VerifyAddress(ctx context.Context, destination, by string) error {
	if err := e.may(ctx, RoleEditor); err != nil {
		return err
	}
	verified, err := e.verifyAddress(ctx, destination, by)
	if verified {
		e.worker.Wake()
	}
	return err
}

// reportAddresses notifies people of addresses that have not been confirmed for too long.
func (e *Engine) reportAddresses(ctx context.Context, now time.Time) error {
	all, err := e.store.Addresses(ctx)
	if err != nil {
		return err
	}
	waiting, notices := notifier.PlanUnverifiedReports(all, e.routing(), now)
	if len(waiting) == 0 {
		return nil
	}
	if err := e.store.ReportAddresses(ctx, waiting, notices, now); err != nil {
		return err
	}
	e.worker.Wake()
	return nil
}
