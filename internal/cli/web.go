package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/scanner"
	"regwatch/store"
	"regwatch/web"
)

// stopPagesWithin is how long pages under way may take when regwatch stops.
const stopPagesWithin = 5 * time.Second

// listen opens the port of the pages, or returns nil where none are to be served.
func listen(c *configs.Config) (net.Listener, error) {
	at := c.Web.Listen
	if at == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", at)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("web.listen: another program listens at %s already; stop it, or name another port", at)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("web.listen: this user may not listen at %s; name a port from 1024 on", at)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("web.listen: %s is no address of this machine", at)
	}
	return nil, fmt.Errorf("web.listen: listen at %s: %w", at, err)
}

// pages are what the port serves. From here on the monitor hears of every scan and
// every try to deliver, so it is called before either begins.
func (a *app) pages() http.Handler {
	monitor := web.NewMonitor(version(), a.store.Stats, a.sourceHealths, time.Now)
	a.scanner.Report = monitor.Scanned
	a.scanner.Tick = monitor.Ticked
	a.scanner.Planned = func(kind scanner.Planning, unplanned int) {
		monitor.Planned(kind, unplanned)
		a.planned(kind, unplanned)
	}
	a.deliverer.OnResult = monitor.Delivered
	a.deliverer.OnHealth = func(ctx context.Context, h models.ChannelHealth) error {
		monitor.Channel(h)
		return a.tellHealth(ctx, h)
	}
	server := &web.Server{
		Store: a.store, Events: mailActions{a}, Subscriptions: a.subscriptionsOf, Monitor: monitor, Links: a.links,
		Routing: func() models.Routing { return a.live.get().Config.Routing() },
		Verify:  a.verifyAddress, Told: a.store.NoticesByRoute, Now: time.Now, Log: a.log,
	}
	return server.Handler()
}

// links makes and reads the links to the pages.
func (a *app) links(ctx context.Context) (signedlink.Links, error) {
	return linksTo(ctx, a.live.get().Config, a.store)
}

func linksTo(ctx context.Context, c *configs.Config, s *store.Store) (signedlink.Links, error) {
	links := signedlink.Links{Base: c.Web.Public, Mandatory: mandatoryIn(c)}
	if links.Base == "" {
		return links, nil
	}
	var err error
	links.Keys, err = s.SigningKeys(ctx, time.Now())
	return links, err
}

// mandatoryIn tells the subscriptions that may only be left by asking.
func mandatoryIn(c *configs.Config) func(subscription string) bool {
	routing := c.Routing()
	return func(subscription string) bool {
		return notifier.IsMandatory(routing, subscription) ||
			slices.ContainsFunc(c.Digests, func(d models.DigestSubscription) bool { return d.ID == subscription && d.Mandatory })
	}
}

// sourceHealths are those of the sources that are read.
func (a *app) sourceHealths(ctx context.Context) ([]web.SourceHealth, error) {
	states, err := a.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[string]models.SourceState, len(states))
	for _, state := range states {
		of[state.SourceID] = state
	}
	var all []web.SourceHealth
	for _, src := range a.live.get().Sources {
		if state, met := of[src.ID]; met && !src.Disabled {
			all = append(all, web.SourceHealth{ID: src.ID, Health: state.Health, SucceededAt: state.SucceededAt})
		}
	}
	return all, nil
}

// subscriptionsOf returns what an address, channel:address, is subscribed to itself and
// not as a deputy.
func (a *app) subscriptionsOf(destination string) []string {
	var names []string
	for _, row := range subscriptionsIn(a.live.get().Config, nil, time.Now()) {
		if slices.ContainsFunc(row.Addresses, func(to addressRow) bool { return to.DeputyFor == "" && address.Same(to.Address, destination) }) {
			names = append(names, row.Subscription)
		}
	}
	return names
}

// mailActions are what readers of mails do about events.
type mailActions struct{ *app }

// Status returns what people have done about an event.
func (m mailActions) Status(ctx context.Context, eventID string) (models.Status, error) {
	event, err := m.store.FindEvent(ctx, eventID)
	if err != nil {
		return models.Status{}, err
	}
	mute, err := m.eventMute(ctx, event.ID, time.Now())
	return notifier.NewStatus(event, mute), err
}

// Act does what a button of a page says. A form that is sent twice does it once, and
// what was never done is undone already.
func (m mailActions) Act(ctx context.Context, action models.Action, eventID, by string) error {
	var muteID string
	if action == models.ActionMute || action == models.ActionUnmute {
		status, err := m.Status(ctx, eventID)
		switch mute := status.Mute; {
		case err != nil:
			return err
		case action == models.ActionMute && mute != nil, action == models.ActionUnmute && (mute == nil || mute.By != by):
			return nil
		case mute != nil:
			muteID = mute.ID
		}
	}
	err := m.act(ctx, action, eventID, muteID, by)
	_, noTake := errors.AsType[*store.NotAssignedError](err)
	_, noMark := errors.AsType[*store.NoFeedbackError](err)
	_, noMute := errors.AsType[*store.NoMuteError](err)
	if noTake || noMark || noMute {
		return nil
	}
	m.deliverer.Wake()
	return err
}

// eventMute returns the mute in force on an event, or nil.
func (a answers) eventMute(ctx context.Context, eventID string, now time.Time) (*models.Mute, error) {
	mutes, err := a.store.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	for _, mute := range mutes {
		if mute.Kind != models.MuteEvent || mute.Recipient != "" || !mute.InForce(now) {
			continue
		}
		of, err := a.store.FindEvent(ctx, mute.Target) // it may have been merged
		if _, gone := errors.AsType[*store.NoEventError](err); gone {
			continue
		}
		if err != nil {
			return nil, err
		}
		if of.ID == eventID {
			return &mute, nil
		}
	}
	return nil, nil
}
