package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"regwatch/app/channels"
	"regwatch/internal/redact"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/store"
)

// mostDeliveries is the most deliveries that one filter changes.
const mostDeliveries = 100_000

// A Delivery is the sending of one notice to one destination.
type Delivery struct {
	ID          string     `json:"id"`
	State       string     `json:"state"` // due, sent, dead, dropped or unverified
	Channel     string     `json:"channel"`
	Address     string     `json:"address,omitempty"`
	Destination string     `json:"destination"`
	Resend      int        `json:"resend"`
	Attempts    int        `json:"attempts"`
	NotBefore   *time.Time `json:"not_before,omitempty"`
	StartedAt   *time.Time `json:"started_at,omitempty"`
	SentAt      *time.Time `json:"sent_at,omitempty"`
	Receipt     string     `json:"receipt,omitempty"` // what the channel calls it
	LastError   string     `json:"last_error,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
	Orphaned    bool       `json:"orphaned,omitempty"` // it is due, and regwatch.yaml no longer has its channel
	Notice      Notice     `json:"notice"`

	EventID string        `json:"-"`
	Age     time.Duration `json:"-"` // since it was created
	Wait    time.Duration `json:"-"` // until the next attempt; 0 is now
	Sending bool          `json:"-"` // a worker is sending it
}

// A Notice is what a delivery sends, to whom and why.
type Notice struct {
	ID              string         `json:"id"`
	Kind            string         `json:"kind"`
	Headline        string         `json:"headline"`
	Subject         string         `json:"subject"` // event, source, channel or digest
	SubjectID       string         `json:"subject_id"`
	SubjectRevision int            `json:"subject_revision"`
	Recipient       string         `json:"recipient"`
	Severity        string         `json:"severity,omitempty"`
	Reason          string         `json:"reason"`
	Content         models.Content `json:"content"` // as it was when the notice was planned
	CreatedAt       time.Time      `json:"created_at"`

	Subscriptions []string `json:"-"`
}

// DeliveryDetails are a delivery and what the audit log has of it, oldest first.
type DeliveryDetails struct {
	Delivery

	Audit []AuditEntry `json:"audit"`
}

// A DeliveryFilter selects deliveries. The zero value selects all.
type DeliveryFilter struct {
	State     string // due, sent, dead, dropped or unverified; empty is any
	Channel   string
	Recipient string
	Event     string // an ID or how it begins
	Since     time.Time
	After     Position // only those that come after this place in the list
	Limit     int      // 0 is 100
}

// Deliveries lists deliveries, the newest first.
func (a *App) Deliveries(ctx context.Context, f DeliveryFilter) ([]Delivery, error) {
	if err := checkDeliveryState(f.State); err != nil {
		return nil, err
	}
	filter := store.DeliveryFilter{State: models.DeliveryState(f.State), Channel: f.Channel, Recipient: f.Recipient, Since: f.Since, After: f.After, Limit: f.Limit}
	if f.Event != "" {
		event, err := a.store.FindEvent(ctx, f.Event)
		if err != nil {
			return nil, err
		}
		filter.Event = event.ID
	}
	found, err := a.store.Deliveries(ctx, filter)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		// A channel or recipient that regwatch.yaml no longer has may still have deliveries.
		if err := a.checkNames(f.Channel, f.Recipient); err != nil {
			return nil, err
		}
	}
	return a.deliveries(found), nil
}

func checkDeliveryState(state string) error {
	states := []string{string(models.DeliveryDue), string(models.DeliverySent), string(models.DeliveryDead), string(models.DeliveryDropped), string(models.DeliveryUnverified)}
	if state == "" || slices.Contains(states, state) {
		return nil
	}
	return inputError("state %q does not exist%s; use %s", state, yamlnode.DidYouMean(state, states), yamlnode.OrText(states))
}

// checkNames refuses the names of a channel and of a recipient that regwatch.yaml does not
// have. Empty names are not checked.
func (a *App) checkNames(channel, recipient string) error {
	var channels, recipients []string
	for _, c := range a.Config().Channels {
		channels = append(channels, c.Name)
	}
	for _, r := range a.Config().Recipients {
		recipients = append(recipients, r.Name)
	}
	for _, check := range []struct {
		kind, name string
		known      []string
	}{{"channel", channel, channels}, {"recipient", recipient, recipients}} {
		if check.name != "" && !slices.Contains(check.known, check.name) {
			return inputError("%s %q does not exist%s; use %s", check.kind, check.name, yamlnode.DidYouMean(check.name, check.known), yamlnode.OrText(check.known))
		}
	}
	return nil
}

func (a *App) deliveries(stored []models.Delivery) []Delivery {
	now := a.now()
	all := make([]Delivery, len(stored))
	for i, d := range stored {
		all[i] = a.delivery(d, now)
	}
	return all
}

func (a *App) delivery(d models.Delivery, now time.Time) Delivery {
	_, configured := a.Config().Channel(d.Channel)
	isDue := d.State == models.DeliveryDue
	return Delivery{
		ID: d.ID, State: string(d.State), Channel: d.Channel, Address: d.Address, Destination: d.Destination, Resend: d.Resend,
		Attempts: d.Attempts, NotBefore: optionalTime(d.NotBefore), StartedAt: optionalTime(d.StartedAt), SentAt: optionalTime(d.SentAt),
		Receipt: d.Receipt, LastError: d.LastError, CreatedAt: d.CreatedAt, Orphaned: isDue && !configured, Notice: newNotice(d.Notice),
		EventID: d.Thread, Age: now.Sub(d.CreatedAt), Wait: max(0, d.NotBefore.Sub(now)), Sending: isDue && d.LeaseUntil.After(now),
	}
}

func newNotice(n models.Notice) Notice {
	return Notice{
		ID: n.ID, Kind: string(n.Kind), Headline: headline(n), Subject: n.Subject, SubjectID: n.SubjectID, SubjectRevision: n.SubjectRevision,
		Recipient: n.Recipient, Severity: string(n.Severity), Reason: render.Reasons(n.Reasons, "en"), Content: render.WithText(n.Content),
		CreatedAt: n.CreatedAt, Subscriptions: n.Subscriptions,
	}
}

// headline names what a notice is about.
func headline(n models.Notice) string {
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

// Delivery returns one delivery, by its ID or how it begins.
func (a *App) Delivery(ctx context.Context, id string) (DeliveryDetails, error) {
	d, err := a.store.FindDelivery(ctx, id)
	if err != nil {
		return DeliveryDetails{}, err
	}
	entries, err := a.store.AuditBySubject(ctx, d.ID)
	details := DeliveryDetails{Delivery: a.delivery(d, a.now()), Audit: []AuditEntry{}}
	for _, e := range entries {
		details.Audit = append(details.Audit, newAuditEntry(e))
	}
	return details, err
}

// A DeliveryDecision is what a person decides about deliveries.
type DeliveryDecision struct {
	IDs    []string // of the deliveries, or how they begin
	By     string   // for the audit log
	Reason string   // of a decision to drop them
	DryRun bool     // only return the deliveries that would change
}

// RetryDeliveries makes dead or dropped deliveries due again. It returns them as they were.
func (a *App) RetryDeliveries(ctx context.Context, d DeliveryDecision) ([]Delivery, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return nil, err
	}
	found, err := a.findDeliveries(ctx, d.IDs)
	if err != nil {
		return nil, err
	}
	return found, a.retry(ctx, found, d)
}

// RetryDead makes all dead deliveries that a filter selects due again. The decision has no
// IDs. It returns them as they were.
func (a *App) RetryDead(ctx context.Context, f DeliveryFilter, d DeliveryDecision) ([]Delivery, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return nil, err
	}
	f.State, f.Limit = string(models.DeliveryDead), mostDeliveries
	found, err := a.Deliveries(ctx, f)
	if err != nil {
		return nil, err
	}
	return found, a.retry(ctx, found, d)
}

func (a *App) retry(ctx context.Context, deliveries []Delivery, d DeliveryDecision) error {
	if d.DryRun || len(deliveries) == 0 {
		return nil
	}
	err := a.store.Retry(ctx, deliveryIDs(deliveries), d.By, a.now())
	a.wake()
	return err
}

// DropDeliveries ends deliveries that are due, unverified or dead without sending them. It
// returns them as they were.
func (a *App) DropDeliveries(ctx context.Context, d DeliveryDecision) ([]Delivery, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return nil, err
	}
	found, err := a.findDeliveries(ctx, d.IDs)
	if err != nil || d.DryRun || len(found) == 0 {
		return found, err
	}
	return found, a.store.DropDeliveries(ctx, deliveryIDs(found), d.Reason, d.By, a.now())
}

func (a *App) findDeliveries(ctx context.Context, ids []string) ([]Delivery, error) {
	all := make([]models.Delivery, len(ids))
	for i, id := range ids {
		var err error
		if all[i], err = a.store.FindDelivery(ctx, id); err != nil {
			return nil, err
		}
	}
	return a.deliveries(all), nil
}

func deliveryIDs(deliveries []Delivery) []string {
	ids := make([]string, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.ID
	}
	return ids
}

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

	ShortEventID string `json:"-"` // as much of EventID as no other event has
}

// A NoticeFilter selects notices. The zero value selects all.
type NoticeFilter struct {
	Channel   string // those to recipients who have a destination on it
	Recipient string
	Event     string // an ID or how it begins
	Since     time.Time
	After     Position // only those that come after this place in the list
	Limit     int      // 0 is 100
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
	filter := store.NoticeFilter{Deferred: deferred, Since: f.Since, After: f.After, Limit: f.Limit}
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
	var eventIDs []string
	for _, n := range notices {
		u := newUnsentNotice(n)
		if u.EventID != "" {
			eventIDs = append(eventIDs, u.EventID)
		}
		unsent = append(unsent, u)
	}
	short, err := a.store.ShortEventIDs(ctx, eventIDs)
	if err != nil {
		return nil, err
	}
	for i := range unsent {
		unsent[i].ShortEventID = short[unsent[i].EventID]
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
	if n.IsDeferred() {
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

// testTimeout is how long a test message may take.
const testTimeout = time.Minute

// A TestMessage is a message that was sent to try a channel.
type TestMessage struct {
	Channel string
	Address string
	Receipt string // what the channel calls the message
}

// SendTest sends a test message to a destination of a folder: a channel, or
// channel:address. It stores nothing and opens no database. A terminal channel writes to
// terminal.
func SendTest(ctx context.Context, dir, destination string, terminal io.Writer) (TestMessage, error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return TestMessage{}, problems
	}
	return folder.sendTest(ctx, destination, terminal, time.Now())
}

func (f *Folder) sendTest(ctx context.Context, destination string, terminal io.Writer, now time.Time) (TestMessage, error) {
	var m TestMessage
	m.Channel, m.Address, _ = strings.Cut(destination, ":")
	if _, err := f.Config.Destination(destination); err != nil {
		return m, refused(err)
	}
	configured, _ := f.Config.Channel(m.Channel)
	secrets := redact.New(f.Config.SecretValues()...)
	channel, err := channels.Open(configured, channels.Parts{Terminal: terminal, Renderer: f.Renderer, Secrets: secrets, Now: time.Now})
	if err != nil {
		return m, err
	}
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	m.Receipt, err = channel.Send(ctx, testDelivery(m, destination, f.Config.Zone, now))
	if idle, ok := channel.(delivery.Idler); ok {
		idle.Idle()
	}
	if err != nil {
		return m, &ChannelRefusedError{delivery.Scrub(secrets, err.Error())}
	}
	return m, nil
}

func testDelivery(m TestMessage, destination, zone string, now time.Time) models.Delivery {
	n := models.Notice{
		Kind: models.NoticeTest, Subject: models.SubjectChannel, SubjectID: m.Channel + "/" + now.UTC().Format(time.RFC3339Nano), Recipient: destination,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: now,
		Content: models.Content{Test: &models.Test{Text: "This is a test message from regwatch. If you can read it, alerts can reach you here.", SentAt: now, Zone: zone}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, m.Channel, m.Address, now)
	d.Notice = n
	return d
}

// A ChannelRefusedError means that a channel did not accept a test message. It holds no
// secret.
type ChannelRefusedError struct{ why string }

// Error says why.
func (e *ChannelRefusedError) Error() string { return e.why }
