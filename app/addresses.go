package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/models"
	"regwatch/notifier"
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
	written, err := a.unconfirmedAddress(ctx, destination)
	if err != nil {
		return AddressChange{}, err
	}
	changed, err := a.verifyAddress(ctx, written, by)
	return AddressChange{written, changed}, err
}

// SendAddressLink sends the confirmation link of an address again, in the name of by.
func (a *App) SendAddressLink(ctx context.Context, destination, by string) (AddressChange, error) {
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
		if v.Waits() {
			unconfirmed = append(unconfirmed, v.Written)
		}
	}
	i := slices.IndexFunc(unconfirmed, func(written string) bool { return address.Same(written, destination) })
	if i < 0 {
		return "", inputError("%q is not an address that waits for confirmation%s; regwatch subscriptions lists them", destination, didYouMean(destination, unconfirmed))
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
