package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// A SentNotice is one notice to one recipient, sent or not, and what became of it on each
// channel.
type SentNotice struct {
	ID        string
	Kind      models.NoticeKind
	Title     string // of the event, digest or summary, or what has failed; may be empty
	EventID   string // may have been merged since
	Recipient string
	Severity  string
	CreatedAt time.Time
	InSummary bool // it was sent with others, in one message

	Held       bool
	Deferred   bool
	Until      *time.Time // when a deferred one is sent, or when the mute that holds it ends
	Deliveries []Delivery // the first of each destination first, then those that were sent again

	content     models.Content
	reasons     models.Reasons
	held, waits models.Reasons
}

// ReasonIn says in a language why the recipient gets such notices.
func (n SentNotice) ReasonIn(lang string) string { return render.Reasons(n.reasons, lang) }

// WhyIn says in a language why the notice is not sent, or not yet; empty if it is sent.
func (n SentNotice) WhyIn(lang string) string {
	return render.Reasons(append(slices.Clone(n.held), n.waits...), lang)
}

// NowIn says in a language why a notice was sent when it was. That an event may belong to
// another one is left out: a page has that of its own.
func (n SentNotice) NowIn(lang string) string {
	if n.content.Alert == nil {
		return n.ReasonIn(lang)
	}
	alert := *n.content.Alert
	alert.Trigger = slices.Clone(alert.Trigger)
	for i, r := range alert.Trigger {
		if r.Kind == models.ReasonMayBelong {
			alert.Trigger[i] = models.Reason{Kind: models.ReasonNewEvent}
		}
	}
	return render.WhyNow(alert, lang)
}

// SentResults returns what can become of a notice, for a [SentFilter].
func SentResults() []string {
	return []string{string(store.ResultSent), string(store.ResultWaiting), string(store.ResultFailed), string(store.ResultHeld), string(store.ResultDropped)}
}

// SentKinds returns the kinds of notices, for a [SentFilter].
func SentKinds() []models.NoticeKind {
	return []models.NoticeKind{
		models.NoticeAlert, models.NoticeUpdate, models.NoticeEscalation, models.NoticeReminder, models.NoticeSummary, models.NoticeDigest,
		models.NoticeHealth, models.NoticeVerify, models.NoticeTest, models.NoticeAmend,
	}
}

// A SentFilter selects notices. The zero value selects all, but not the changes of messages
// that were sent, which are of kind amend.
type SentFilter struct {
	Recipient string
	Channel   string
	Kind      string
	Result    string // one of SentResults
	Event     string // an ID or how it begins, or words of the title
	Since     time.Time
	Before    string // the ID of a notice: only what comes after it if the newest is first
	Limit     int    // 0 is 100
}

// Sent lists notices with what became of them, the newest first.
func (a *App) Sent(ctx context.Context, f SentFilter) ([]SentNotice, error) {
	if f.Result != "" && !slices.Contains(SentResults(), f.Result) {
		return nil, unknownValue("result", f.Result, SentResults())
	}
	if f.Kind != "" && !slices.Contains(SentKinds(), models.NoticeKind(f.Kind)) {
		return nil, unknownValue("kind", f.Kind, names(SentKinds()))
	}
	q := store.SentFilter{
		Recipient: f.Recipient, Channel: f.Channel, Kind: models.NoticeKind(f.Kind), Result: store.SentResult(f.Result),
		Since: f.Since, Before: f.Before, Limit: f.Limit,
	}
	if f.Event != "" {
		var err error
		if q.Events, err = a.eventsNamed(ctx, f.Event); err != nil {
			return nil, err
		}
	}
	found, err := a.store.Sent(ctx, q)
	all := make([]SentNotice, len(found))
	for i, n := range found {
		all[i] = a.sentNotice(n)
	}
	return all, err
}

// maxNamedEvents is how many events words can name.
const maxNamedEvents = 50

// eventsNamed returns the IDs of the event whose ID begins so or, if none does, of the newest events
// whose titles have all words.
func (a *App) eventsNamed(ctx context.Context, name string) ([]string, error) {
	event, err := a.store.FindEvent(ctx, name)
	if err == nil {
		return []string{event.ID}, nil
	}
	if none, ok := errors.AsType[*store.NoEventError](err); !ok || len(none.Among) > 0 {
		return nil, err
	}
	ids := []string{}
	found, _, err := a.NewestEvents(ctx, EventFilter{Text: name}, maxNamedEvents)
	for _, e := range found {
		ids = append(ids, e.ID)
	}
	return ids, err
}

func (a *App) sentNotice(n models.Notice) SentNotice {
	u := newUnsentNotice(n)
	sent := SentNotice{
		ID: n.ID, Kind: n.Kind, Title: sentTitle(n), EventID: n.EventID(), Recipient: n.Recipient, Severity: string(n.Severity), CreatedAt: n.CreatedAt,
		InSummary: n.ToldIn != "", Held: n.IsHeld(), Deferred: n.IsDeferred(), Until: u.Until,
		content: n.Content, reasons: n.Reasons, held: n.HeldReasons, waits: n.WaitReasons,
	}
	if !n.IsDeferred() {
		sent.waits = nil
	}
	now := a.now()
	for _, d := range n.Deliveries {
		d.Notice = n
		sent.Deliveries = append(sent.Deliveries, a.delivery(d, now))
	}
	slices.SortStableFunc(sent.Deliveries, func(x, y Delivery) int { return x.Resend - y.Resend })
	return sent
}

// sentTitle names what a notice is about in the words of its content.
func sentTitle(n models.Notice) string {
	switch c := n.Content; {
	case c.Alert != nil:
		return c.Alert.Title
	case c.Reminder != nil:
		return c.Reminder.Title
	case c.Health != nil:
		return c.Health.Name
	case c.Digest != nil:
		if c.Digest.Title != "" {
			return c.Digest.Title
		}
		return c.Digest.Subscription
	case c.Summary != nil:
		return c.Summary.Title
	case c.Verification != nil:
		return strings.TrimPrefix(n.SubjectID, "address/")
	}
	return ""
}

// A NoNoticeError means that no notice has an ID.
type NoNoticeError struct{ ID string }

// Error says so.
func (e *NoNoticeError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoNoticeError) Text() diag.Text {
	return diag.Textf("there is no notice with the ID %s", e.ID)
}

// SentNotice returns one notice. The error is a *NoNoticeError if there is none.
func (a *App) SentNotice(ctx context.Context, id string) (SentNotice, error) {
	found, err := a.store.NoticesByID(ctx, []string{id})
	if err != nil {
		return SentNotice{}, err
	}
	if len(found) == 0 {
		return SentNotice{}, &NoNoticeError{id}
	}
	return a.sentNotice(found[0]), nil
}

// ResendNotice sends a notice again to where it was sent before, in the name of by. It returns
// the new deliveries, which are due. Addresses that have unsubscribed since, and those whose
// message has not arrived yet, are left out.
func (a *App) ResendNotice(ctx context.Context, id, by string) ([]Delivery, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return nil, err
	}
	found, err := a.store.NoticesByID(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &NoNoticeError{id}
	}
	notice := found[0]
	if notice.Kind == models.NoticeAmend {
		return nil, inputError("it changed a message that was sent, so there is nothing to send again")
	}
	outs, err := a.store.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	now := a.storedNow()
	var again []Delivery
	for _, d := range notice.Deliveries {
		_, configured := a.Config().Channel(d.Channel)
		left := slices.ContainsFunc(outs, func(o models.OptOut) bool {
			return slices.Contains(notice.Subscriptions, o.Subscription) && address.Same(o.Address, d.Destination)
		})
		if d.State != models.DeliverySent || d.Resend > 0 || !configured || left {
			continue
		}
		sent, err := a.store.Resend(ctx, notice, d.Channel, d.Address, by, now)
		if err != nil {
			return again, err
		}
		again = append(again, a.delivery(sent, now))
	}
	if len(again) == 0 {
		return nil, inputError("it was sent nowhere where it could be sent again; a message that failed is retried instead")
	}
	a.wake()
	return again, nil
}

// DeadDeliveries counts the messages that could not be delivered and that nobody has decided
// about.
func (a *App) DeadDeliveries(ctx context.Context) (int, error) { return a.store.DeadDeliveries(ctx) }

// An UnknownDeliveryError means that no delivery has an ID.
type UnknownDeliveryError = store.UnknownDeliveryError

// A DeliveryDecidedError means that a delivery is in a state in which it cannot be retried or
// dropped.
type DeliveryDecidedError = store.DecidedError

// A NoMuteError means that a mute does not exist or is not in force.
type NoMuteError = store.NoMuteError

// A NoExceptionError means that an exception does not exist or is not in force.
type NoExceptionError = store.NoExceptionError
