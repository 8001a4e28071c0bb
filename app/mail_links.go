package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/address"
	"regwatch/internal/sanitize"
	"regwatch/internal/signedlink"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

// Why a signed link does not work.
var (
	ErrLinkForged  = errors.New("the link is not one that regwatch made, or it is incomplete or no longer valid")
	ErrLinkExpired = errors.New("the link has expired")
	ErrEventGone   = errors.New("the event is no longer stored")
)

// A Mail is a sent mail, as the pages behind its links know it.
type Mail struct {
	Destination   string // channel:address
	Address       string
	Language      string
	EventID       string
	Subscriptions []string // that the mail was sent for
	Content       models.Content
}

// OpenLink returns the mail that a link belongs to. The error is ErrLinkForged or
// ErrLinkExpired if the link does not work.
func (a *App) OpenLink(ctx context.Context, purpose signedlink.Purpose, token string) (Mail, error) {
	id, err := a.readLink(ctx, purpose, token)
	if err != nil {
		return Mail{}, err
	}
	d, found, err := a.store.Delivery(ctx, id)
	if err != nil {
		return Mail{}, err
	}
	if !found {
		return Mail{}, ErrLinkForged
	}
	n := d.Notice
	return Mail{
		Destination: d.Destination, Address: d.Address, Language: n.Content.Language, EventID: n.EventID(),
		Subscriptions: n.Subscriptions, Content: n.Content,
	}, nil
}

// readLink returns what a signed link is about.
func (a *App) readLink(ctx context.Context, purpose signedlink.Purpose, token string) (string, error) {
	links, err := a.Links(ctx)
	if err != nil {
		return "", err
	}
	subject, err := links.Read(purpose, token, a.now())
	switch {
	case errors.Is(err, signedlink.ErrExpired):
		return "", ErrLinkExpired
	case err != nil:
		return "", ErrLinkForged
	}
	return subject, nil
}

// A MailSubscription is a subscription of the address of a mail.
type MailSubscription struct {
	Name         string
	OfMail       bool // the mail was sent for it
	Unsubscribed bool
	Mandatory    bool // the reader can only ask to leave it
}

// CanLeave reports whether the reader can unsubscribe without asking.
func (s MailSubscription) CanLeave() bool { return !s.Unsubscribed && !s.Mandatory }

// MailSubscriptions lists the subscriptions of a mail's address: those that the mail was
// sent for, then the others that regwatch.yaml has, then those that it left before.
func (a *App) MailSubscriptions(ctx context.Context, m Mail) ([]MailSubscription, error) {
	outs, err := a.store.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	mandatory := mandatoryIn(a.Config())
	var all []MailSubscription
	add := func(name string) *MailSubscription {
		i := slices.IndexFunc(all, func(s MailSubscription) bool { return s.Name == name })
		if i < 0 {
			i = len(all)
			all = append(all, MailSubscription{Name: name, OfMail: slices.Contains(m.Subscriptions, name), Mandatory: mandatory(name)})
		}
		return &all[i]
	}
	for _, name := range slices.Concat(m.Subscriptions, a.SubscriptionsOf(m.Destination)) {
		add(name)
	}
	for _, out := range outs {
		if address.Same(out.Address, m.Destination) {
			s := add(out.Subscription)
			s.Unsubscribed = s.Unsubscribed || out.Counts(s.Mandatory)
		}
	}
	return all, nil
}

// A MailAction is what a reader does with the subscriptions of a mail's address.
type MailAction string

// The actions, as forms send them.
const (
	LeaveSubscription  MailAction = "leave" // a named one, or those that the mail was sent for
	ReturnSubscription MailAction = "return"
	LeaveAll           MailAction = "leave-all" // all that the reader can leave without asking
)

// A MailOutcome is what became of a reader's action.
type MailOutcome string

// The outcomes.
const (
	HasLeft     MailOutcome = "left"
	HasReturned MailOutcome = "returned"
	HasLeftAll  MailOutcome = "left-all"
	HasAsked    MailOutcome = "asked" // a mandatory subscription: people were notified of the wish
)

// ChangeMailSubscriptions unsubscribes the address of a mail or subscribes it again, in its
// own name. The name of the subscription is empty for those that the mail was sent for. Of
// a mandatory subscription the wish is recorded, and people are notified of it. The error
// is an InputError if the address has no such subscription.
func (a *App) ChangeMailSubscriptions(ctx context.Context, m Mail, action MailAction, name string) (MailOutcome, error) {
	all, err := a.MailSubscriptions(ctx, m)
	if err != nil {
		return "", err
	}
	chosen, err := chooseSubscriptions(all, action, name)
	if err != nil {
		return "", err
	}
	now := a.now().UTC()
	var free, mandatory []models.OptOut
	for _, s := range chosen {
		out := models.OptOut{Subscription: s.Name, Address: m.Destination, OptedOutAt: now}
		if s.Mandatory && action != ReturnSubscription {
			mandatory = append(mandatory, out)
		} else {
			free = append(free, out)
		}
	}
	if action == ReturnSubscription {
		_, err := a.store.OptIn(ctx, free, m.Destination, now)
		return HasReturned, err
	}
	outcome := HasLeft
	if len(free) > 0 {
		if _, err := a.store.OptOut(ctx, free, m.Destination); err != nil {
			return "", err
		}
	}
	for _, ask := range mandatory {
		outcome = HasAsked
		if err := a.store.RequestOptOut(ctx, ask, m.Destination, notifier.PlanUnsubscribeRequest(ask, a.routing())); err != nil {
			return "", err
		}
		a.wake()
	}
	if action == LeaveAll {
		outcome = HasLeftAll
	}
	return outcome, nil
}

// chooseSubscriptions returns the subscriptions that an action is about.
func chooseSubscriptions(all []MailSubscription, action MailAction, name string) ([]MailSubscription, error) {
	var choose func(MailSubscription) bool
	switch {
	case action == LeaveAll:
		choose = MailSubscription.CanLeave
	case action != LeaveSubscription && action != ReturnSubscription:
		return nil, inputError("action %q does not exist; use leave, return or leave-all", action)
	case name == "":
		choose = func(s MailSubscription) bool { return s.OfMail }
	default:
		choose = func(s MailSubscription) bool { return s.Name == name }
	}
	var chosen []MailSubscription
	for _, s := range all {
		if choose(s) {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 && name != "" {
		return nil, inputError("the address has no subscription %q", name)
	}
	return chosen, nil
}

// A MailEvent is the event of a mail, in the words of the mail's language.
type MailEvent struct {
	Title    string
	Link     string // only http and https
	Severity string
	Source   string
	Status   models.Status
	Muted    string // until when and by whom; empty if it is not muted

	MayBelong string // the title of the event that it may belong to; empty: none
}

// MailEvent returns the event that a mail is about.
func (a *App) MailEvent(ctx context.Context, m Mail) (MailEvent, error) {
	status, err := a.EventStatus(ctx, m.EventID)
	if err != nil {
		return MailEvent{}, err
	}
	e, zone := MailEvent{Status: status}, ""
	language := render.LanguageOf(m.Language)
	quote := func(title, link, source string, severity models.Severity) {
		e.Title, e.Link, e.Source = sanitize.Line(title), sanitize.Link(link), sanitize.Line(source)
		e.Severity = render.SeverityIn(string(language), severity)
	}
	if c := m.Content.Alert; c != nil {
		quote(c.Title, c.Link, c.Source, c.Severity)
		zone = c.Zone
		for _, r := range c.Trigger {
			if r.Kind == models.ReasonMayBelong {
				e.MayBelong = sanitize.Line(r.Args.Text)
			}
		}
	}
	if c := m.Content.Reminder; c != nil {
		quote(c.Title, c.Link, c.Source, c.Severity)
		zone = c.Zone
	}
	if mute := status.Mute; mute != nil {
		until := language.Moment(mute.Until, a.now(), timefmt.Zone(zone))
		e.Muted = language.Say("muted_by", until, sanitize.Line(cmp.Or(mute.By, "?")))
	}
	return e, nil
}

// How many events a feed has, and in how many notices they are looked for. Several notices
// may be about one event.
const (
	feedEvents  = 50
	feedNotices = 500
)

// A Feed is the newest events of a route and of the routes below it.
type Feed struct {
	Route   string
	Address string // of the feed itself
	Entries []FeedEntry
}

// A FeedEntry is an event as the last alert of it says.
type FeedEntry struct {
	EventID       string
	Title         string
	Link          string // only http and https
	Language      string // of the article
	Source        string
	Severity      string
	Jurisdictions string
	WhyNow        string
	Excerpt       string
	Rules         []string  // IDs
	PublishedAt   time.Time // of the first alert
	UpdatedAt     time.Time // of the last one
}

// Feed returns the feed of a route. The error is ErrLinkForged or ErrLinkExpired if the token
// is not one of the route.
func (a *App) Feed(ctx context.Context, route, token string) (Feed, error) {
	if _, err := a.readLink(ctx, signedlink.Feed(route), token); err != nil {
		return Feed{}, err
	}
	links, err := a.Links(ctx)
	if err != nil {
		return Feed{}, err
	}
	notices, err := a.store.NoticesByRoute(ctx, route, feedNotices)
	if err != nil {
		return Feed{}, fmt.Errorf("read the feed of route %s: %w", route, err)
	}
	return Feed{Route: route, Address: links.Feed(route), Entries: feedEntries(notices)}, nil
}

// feedEntries makes an entry for each event from its alerts, which come newest first.
func feedEntries(notices []models.Notice) []FeedEntry {
	entries := []FeedEntry{}
	at := make(map[string]int)
	for _, n := range notices {
		alert := n.Content.Alert
		if alert == nil {
			continue
		}
		if i, met := at[alert.EventID]; met {
			entries[i].PublishedAt = n.CreatedAt
			continue
		}
		if len(entries) == feedEvents {
			continue
		}
		at[alert.EventID] = len(entries)
		entries = append(entries, newFeedEntry(*alert, n.CreatedAt))
	}
	return entries
}

func newFeedEntry(alert models.Alert, at time.Time) FeedEntry {
	e := FeedEntry{
		EventID: alert.EventID, Title: sanitize.Line(alert.Title), Link: sanitize.Link(alert.Link), Language: sanitize.Line(alert.Language),
		Source: sanitize.Line(alert.Source), Severity: string(alert.Severity), Jurisdictions: sanitize.Line(strings.Join(alert.Jurisdictions, ", ")),
		WhyNow: render.WhyNow(alert, "en"), Excerpt: sanitize.Line(alert.Excerpt.Text), PublishedAt: at, UpdatedAt: at,
	}
	for _, f := range alert.Why {
		e.Rules = append(e.Rules, sanitize.Line(f.RuleID))
	}
	return e
}

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
