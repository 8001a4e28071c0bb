package app

import (
	"context"
	"slices"
	"time"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier"
)

// Links makes and reads the signed links to the pages.
func (a *App) Links(ctx context.Context) (signedlink.Links, error) {
	c := a.Config()
	links := signedlink.Links{Base: c.Web.Public, Mandatory: mandatoryIn(c)}
	if links.Base == "" {
		return links, nil
	}
	var err error
	links.Keys, err = a.store.SigningKeys(ctx, a.now())
	return links, err
}

// mandatoryIn reports which subscriptions a reader can only ask to leave.
func mandatoryIn(c *configs.Config) func(subscription string) bool {
	routing := c.Routing()
	return func(subscription string) bool {
		return notifier.IsMandatory(routing, subscription) ||
			slices.ContainsFunc(c.Digests, func(d models.DigestSubscription) bool { return d.ID == subscription && d.Mandatory })
	}
}

// A SourceHealth is the health of a source and when it was last read successfully.
type SourceHealth struct {
	ID          string
	Health      models.Health
	SucceededAt time.Time
}

// SourceHealths returns the health of every enabled source that was read before.
func (a *App) SourceHealths(ctx context.Context) ([]SourceHealth, error) {
	states, err := a.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	var all []SourceHealth
	for _, src := range a.Folder().Sources {
		if state, met := states[src.ID]; met && !src.Disabled {
			all = append(all, SourceHealth{ID: src.ID, Health: state.Health, SucceededAt: state.SucceededAt})
		}
	}
	return all, nil
}

// SubscriptionsOf returns what an address, channel:address, is subscribed to itself and
// not as a deputy.
func (a *App) SubscriptionsOf(destination string) []string {
	var names []string
	for _, row := range subscriptionsIn(a.Config(), nil, a.now()) {
		if slices.ContainsFunc(row.Addresses, func(to SubscribedAddress) bool { return to.DeputyFor == "" && address.Same(to.Address, destination) }) {
			names = append(names, row.Name)
		}
	}
	return names
}
