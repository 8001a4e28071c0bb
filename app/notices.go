package app

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// An UnsentNotice is a notice that is not sent, or not yet. It has no deliveries.
type UnsentNotice struct {
	ID        string     `json:"id"`
	State     string     `json:"state"` // held or deferred
	Kind      string     `json:"kind"`
	Headline  string     `json:"headline"`
	EventID   string     `json:"event_id,omitempty"`
	Recipient string     `json:"recipient"`
	Severity  string     `json:"severity,omitempty"`
	Reason    string     `json:"reason"` // why the recipient gets such notices
	Why       string     `json:"why"`    // it is held or deferred
	Since     time.Time  `json:"since"`
	Until     *time.Time `json:"until,omitempty"` // when it is sent; of a muted one when the mute ends
}

// A NoticeFilter selects notices. The zero value selects all.
type NoticeFilter struct {
	Channel   string // those to recipients who have a destination on it
	Recipient string
	Event     string // an ID or how it begins
	Since     time.Time
	Limit     int // 0 is 100
}

// HeldNotices lists the notices that are not sent, the newest first.
func (a *App) HeldNotices(ctx context.Context, f NoticeFilter) ([]UnsentNotice, error) {
	return a.unsentNotices(ctx, f, false)
}

// DeferredNotices lists the notices that are sent later, the newest first.
func (a *App) DeferredNotices(ctx context.Context, f NoticeFilter) ([]UnsentNotice, error) {
	return a.unsentNotices(ctx, f, true)
}

func (a *App) unsentNotices(ctx context.Context, f NoticeFilter, deferred bool) ([]UnsentNotice, error) {
	if err := a.checkNames(f.Channel, ""); err != nil {
		return nil, err
	}
	filter := store.NoticeFilter{Deferred: deferred, Since: f.Since, Limit: f.Limit}
	if f.Recipient != "" || f.Channel != "" {
		filter.Recipients = a.recipients(f.Recipient, f.Channel)
	}
	if f.Event != "" {
		event, err := a.store.FindEvent(ctx, f.Event)
		if err != nil {
			return nil, err
		}
		filter.Event = event.ID
	}
	notices, err := a.store.UnsentNotices(ctx, filter)
	if err != nil {
		return nil, err
	}
	if len(notices) == 0 {
		// A recipient that regwatch.yaml no longer has may still have notices.
		if err := a.checkNames("", f.Recipient); err != nil {
			return nil, err
		}
	}
	unsent := []UnsentNotice{}
	for _, n := range notices {
		unsent = append(unsent, newUnsentNotice(n))
	}
	return unsent, nil
}

// recipients returns the recipient of a name, or all if it is empty, who has a destination
// on a channel, or any if that is empty.
func (a *App) recipients(name, channel string) []string {
	if channel == "" {
		return []string{name}
	}
	names := []string{}
	for _, r := range a.Config().Recipients {
		if (name == "" || r.Name == name) && slices.ContainsFunc(r.Destinations, func(d models.Destination) bool { return d.Channel == channel }) {
			names = append(names, r.Name)
		}
	}
	return names
}

func newUnsentNotice(n models.Notice) UnsentNotice {
	u := UnsentNotice{
		ID: n.ID, State: "held", Kind: string(n.Kind), Headline: headline(n), EventID: n.EventID(), Recipient: n.Recipient,
		Severity: string(n.Severity), Reason: render.Reasons(n.Reasons, "en"), Since: n.CreatedAt,
	}
	if n.Waits() {
		u.State, u.Why, u.Until = "deferred", render.Reasons(n.WaitReasons, "en"), optionalTime(n.WaitUntil)
		return u
	}
	u.Why = render.Reasons(n.HeldReasons, "en")
	for _, reason := range n.HeldReasons {
		if reason.Args.Mute != nil {
			u.Until = optionalTime(reason.Args.Mute.Until)
		}
	}
	return u
}
