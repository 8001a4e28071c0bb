package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

// MaxDigests is how many earlier digests are listed at most.
const MaxDigests = 10_000

// A Digest is a digest that was created, and what became of its deliveries.
type Digest struct {
	ID        string    `json:"id"`
	Name      string    `json:"digest"`
	Day       string    `json:"day"` // for which it was due; with the time if a person created it
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Late      bool      `json:"late"`
	CreatedAt time.Time `json:"made_at"`
	Events    int       `json:"events"`
	Held      string    `json:"held,omitempty"` // why it was not sent
	Due       int       `json:"due"`            // deliveries
	Sent      int       `json:"sent"`
	Dead      int       `json:"dead"`
	Resent    int       `json:"resent"` // those of Sent that a person asked for later

	Zone *time.Location `json:"-"` // in which its readers read times
}

// Position is the place right after the digest in the list of [App.Digests].
func (d Digest) Position() Position { return Position{At: d.CreatedAt, ID: d.ID} }

// Digests lists the digests that were created, the newest first, from a place on; of one name, or of all if
// it is empty.
func (a *App) Digests(ctx context.Context, name string, after Position, limit int) ([]Digest, error) {
	if limit < 1 || limit > MaxDigests {
		return nil, inputError("the limit is %d; use a number from 1 to %d", limit, MaxDigests)
	}
	if name != "" {
		if _, err := a.findDigest(name); err != nil {
			return nil, err
		}
	}
	issues, err := a.store.Digests(ctx, name, after, limit)
	if err != nil {
		return nil, err
	}
	digests := []Digest{}
	for _, issue := range issues {
		notices, err := a.store.NoticesByID(ctx, issue.NoticeIDs)
		if err != nil {
			return nil, err
		}
		digests = append(digests, newDigest(issue, notices))
	}
	return digests, nil
}

func newDigest(issue models.DigestIssue, notices []models.Notice) Digest {
	d := Digest{
		ID: issue.ID, Name: issue.Subscription, Day: issue.LocalDate, From: issue.WindowFrom.UTC(), To: issue.WindowTo.UTC(),
		Late: issue.Late, CreatedAt: issue.CreatedAt.UTC(), Held: whyHeld(notices),
	}
	zone := ""
	for _, n := range notices {
		if content := n.Content.Digest; content != nil {
			d.Events, zone = len(content.Events), cmp.Or(zone, content.Zone)
		}
		for _, delivery := range n.Deliveries {
			d.count(delivery)
		}
	}
	d.Zone = timefmt.Zone(zone)
	return d
}

func (d *Digest) count(delivery models.Delivery) {
	switch delivery.State {
	case models.DeliveryDue:
		d.Due++
	case models.DeliverySent:
		d.Sent++
	case models.DeliveryDead:
		d.Dead++
	}
	if delivery.Resend > 0 && delivery.State == models.DeliverySent {
		d.Resent++
	}
}

// whyHeld says why a digest is not sent to some or all of its readers.
func whyHeld(notices []models.Notice) string {
	var why []string
	for _, n := range notices {
		if text := render.Reasons(n.HeldReasons, "en"); text != "" && !slices.Contains(why, text) {
			why = append(why, text)
		}
	}
	return strings.Join(why, "; ")
}

// findDigest finds a digest of regwatch.yaml by its name. Without a name it is the only one.
func (a *App) findDigest(name string) (models.DigestSubscription, error) {
	digests := a.Config().Digests
	var names []string
	for _, d := range digests {
		names = append(names, d.ID)
	}
	i := slices.Index(names, name)
	switch {
	case len(digests) == 0:
		return models.DigestSubscription{}, errors.New(`no digest is configured; add one under "digests" in regwatch.yaml`)
	case i >= 0:
		return digests[i], nil
	case name != "":
		return models.DigestSubscription{}, inputError("digest %q does not exist%s; use %s", name, yamlnode.DidYouMean(name, names), yamlnode.OrText(names))
	case len(digests) > 1:
		return models.DigestSubscription{}, inputError("there are several digests; name one: %s", yamlnode.OrText(names))
	}
	return digests[0], nil
}

// A DigestQuery says which digest to show: the one that would be sent now, or at another
// time, or an earlier one.
type DigestQuery struct {
	Name string // may be empty if regwatch.yaml has one digest
	At   string // a time with its zone, or in the digest's zone; empty is now
	Last bool   // the last one that was created
	ID   string // an earlier one by its ID, or by how it begins
}

// A RenderedDigest is a digest as its first reader gets it.
type RenderedDigest struct {
	Digest   *models.Digest `json:"digest"`
	Terminal string         `json:"-"`
	HTML     string         `json:"html"` // of the mail
	Text     string         `json:"text"` // of the mail
}

// ShowDigest renders a digest without sending it.
func (e *Engine) ShowDigest(ctx context.Context, q DigestQuery) (RenderedDigest, error) {
	notice, err := e.digestToShow(ctx, q)
	if err != nil {
		return RenderedDigest{}, err
	}
	return e.renderDigest(notice)
}

func (a *App) renderDigest(notice models.Notice) (RenderedDigest, error) {
	renderer := a.Folder().Renderer
	mail, err := renderer.Email(models.Delivery{Notice: notice}, render.MailLinks{})
	if err != nil {
		return RenderedDigest{}, err
	}
	text, err := renderer.Text(notice, 0)
	return RenderedDigest{notice.Content.Digest, text, mail.HTML, mail.Text}, err
}

func (e *Engine) digestToShow(ctx context.Context, q DigestQuery) (models.Notice, error) {
	if q.Last || q.ID != "" {
		_, notices, err := e.earlierDigest(ctx, q.Name, q.ID)
		if err != nil {
			return models.Notice{}, err
		}
		return notices[0], nil
	}
	sub, err := e.findDigest(q.Name)
	if err != nil {
		return models.Notice{}, err
	}
	at := e.storedNow()
	if q.At != "" {
		if at, err = timeIn(q.At, timefmt.Zone(sub.Zone)); err != nil {
			return models.Notice{}, err
		}
	}
	_, notices, err := e.planDigest(ctx, sub, at)
	if err != nil {
		return models.Notice{}, err
	}
	return notices[0], nil
}

// timeIn reads a time with its zone, or as the clocks of a zone show it.
func timeIn(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, inputError(`%q is not a time; use a time such as "2026-11-23 08:00", 2026-11-23 or 2026-11-23T00:00:00Z`, text)
}

// storedNow is now with the precision that the store keeps.
func (a *App) storedNow() time.Time { return a.now().UTC().Truncate(time.Microsecond) }

// planDigest plans the digest from the end of the previous one to a moment.
func (e *Engine) planDigest(ctx context.Context, sub models.DigestSubscription, at time.Time) (models.DigestIssue, []models.Notice, error) {
	last, _, err := e.store.LastDigest(ctx, sub.ID, at)
	if err != nil {
		return models.DigestIssue{}, nil, err
	}
	return e.scanner.Digest(ctx, sub, notifier.DigestUntil(sub, last, at), at)
}

// A SentDigest is a digest that was created now.
type SentDigest struct {
	Deliveries DeliveryReport `json:"deliveries"`
	Digest     *models.Digest `json:"digest"`
	Held       string         `json:"held"` // why some or all readers do not get it

	Sent     bool           `json:"-"` // at least one reader gets it
	Rendered RenderedDigest `json:"-"`
}

// SendDigest creates the digest for the time since the previous one and sends what is due.
// The name may be empty if regwatch.yaml has one digest.
func (e *Engine) SendDigest(ctx context.Context, name string, timeout time.Duration) (SentDigest, error) {
	if err := e.may(ctx, RoleEditor); err != nil {
		return SentDigest{}, err
	}
	sub, err := e.findDigest(name)
	if err != nil {
		return SentDigest{}, err
	}
	issue, notices, err := e.planDigest(ctx, sub, e.storedNow())
	if err != nil {
		return SentDigest{}, err
	}
	created, err := e.store.CommitDigest(ctx, issue, notices)
	if err != nil {
		return SentDigest{}, err
	}
	if !created {
		return SentDigest{}, fmt.Errorf("another program has just created digest %s; regwatch digest list shows it", issue.Subscription)
	}
	sent := SentDigest{
		Digest: notices[0].Content.Digest, Held: whyHeld(notices),
		Sent: slices.ContainsFunc(notices, func(n models.Notice) bool { return !n.IsHeld() }),
	}
	if sent.Deliveries, err = e.Deliver(ctx, timeout); err != nil {
		return sent, err
	}
	sent.Rendered, err = e.renderDigest(notices[0])
	return sent, err
}

// A ResendRequest says which earlier digest is sent again, and where.
type ResendRequest struct {
	Name string   // may be empty if regwatch.yaml has one digest
	ID   string   // an ID or how it begins; empty is the last digest
	To   []string // destinations; empty is where it was sent before
	By   string   // for the audit log
}

// A ResentDigest is an earlier digest that was sent again.
type ResentDigest struct {
	Deliveries DeliveryReport `json:"deliveries"`
	ID         string         `json:"issue"`
	To         []string       `json:"to"`

	Name string `json:"-"`
}

// ResendDigest sends an earlier digest again, word for word.
func (e *Engine) ResendDigest(ctx context.Context, r ResendRequest, timeout time.Duration) (ResentDigest, error) {
	if err := e.may(ctx, RoleEditor); err != nil {
		return ResentDigest{}, err
	}
	issue, notices, err := e.earlierDigest(ctx, r.Name, r.ID)
	if err != nil {
		return ResentDigest{}, err
	}
	deliveries, err := e.resendTo(ctx, issue, notices, r.To)
	if err != nil {
		return ResentDigest{}, err
	}
	byID := make(map[string]models.Notice)
	for _, n := range notices {
		byID[n.ID] = n
	}
	resent := ResentDigest{ID: issue.ID, Name: issue.Subscription, To: []string{}}
	for _, d := range deliveries {
		again, err := e.store.Resend(ctx, byID[d.NoticeID], d.Channel, d.Address, r.By, e.storedNow())
		if err != nil {
			return resent, err
		}
		resent.To = append(resent.To, again.Destination)
	}
	resent.Deliveries, err = e.Deliver(ctx, timeout)
	return resent, err
}

// resendTo returns where a digest is sent again, each with the notice for it: to the
// destinations that are asked for, as the first reader got it, or else where it was sent
// before. An address that is unsubscribed is refused.
func (e *Engine) resendTo(ctx context.Context, issue models.DigestIssue, notices []models.Notice, to []string) ([]models.Delivery, error) {
	config := e.Config()
	var found []models.Delivery
	for _, text := range to {
		d, err := config.Destination(text)
		if err != nil {
			return nil, inputError("the destination %q: %v", text, err)
		}
		if !slices.ContainsFunc(found, func(has models.Delivery) bool { return address.Same(has.Destination, d.String()) }) {
			found = append(found, models.NewDelivery(notices[0].ID, d.Channel, d.Address, time.Time{}))
		}
	}
	for _, n := range notices {
		if len(to) == 0 {
			found = append(found, slices.DeleteFunc(slices.Clone(n.Deliveries), func(d models.Delivery) bool { return d.Resend > 0 })...)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("digest %s of %s was sent to nobody: %s; name a destination", issue.ID, issue.Subscription, whyHeld(notices))
	}
	outs, err := e.store.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	mandatory := slices.ContainsFunc(config.Digests, func(d models.DigestSubscription) bool { return d.ID == issue.Subscription && d.Mandatory })
	for _, d := range found {
		if slices.ContainsFunc(outs, func(o models.OptOut) bool {
			return o.Subscription == issue.Subscription && o.Counts(mandatory) && address.Same(o.Address, d.Destination)
		}) {
			return nil, fmt.Errorf("%s is unsubscribed from %s; regwatch subscriptions lists unsubscribed addresses", d.Destination, issue.Subscription)
		}
	}
	return found, nil
}

// earlierDigest finds a digest that was created, by its ID or how it begins, or the last
// one of a name. It returns at least one notice, with content and deliveries.
func (a *App) earlierDigest(ctx context.Context, name, id string) (models.DigestIssue, []models.Notice, error) {
	issue, err := a.findIssue(ctx, name, id)
	if err != nil {
		return issue, nil, err
	}
	stored, err := a.store.NoticesByID(ctx, issue.NoticeIDs)
	if err != nil {
		return issue, nil, err
	}
	var notices []models.Notice
	for _, id := range issue.NoticeIDs {
		for _, n := range stored {
			if n.ID == id && n.Content.Digest != nil {
				notices = append(notices, n)
			}
		}
	}
	if len(notices) == 0 {
		return issue, nil, fmt.Errorf("the notice of digest %s is not stored", issue.ID)
	}
	return issue, notices, nil
}

// A NoDigestError means that no digest has an ID, or that several have one that begins so.
type NoDigestError struct{ text string }

// Error says where the IDs are.
func (e *NoDigestError) Error() string { return e.text }

func (a *App) findIssue(ctx context.Context, name, id string) (models.DigestIssue, error) {
	if id == "" || name != "" {
		sub, err := a.findDigest(name)
		if err != nil {
			return models.DigestIssue{}, err
		}
		name = sub.ID
	}
	issues, err := a.store.Digests(ctx, name, Position{}, MaxDigests)
	if err != nil {
		return models.DigestIssue{}, err
	}
	if id == "" {
		if len(issues) == 0 {
			return models.DigestIssue{}, fmt.Errorf("digest %s was never created; to create it now, run: regwatch digest send %s", name, name)
		}
		return issues[0], nil
	}
	issues = slices.DeleteFunc(issues, func(i models.DigestIssue) bool { return !strings.HasPrefix(i.ID, strings.ToUpper(id)) })
	of := ""
	if name != "" {
		of = " of " + name
	}
	switch len(issues) {
	case 1:
		return issues[0], nil
	case 0:
		return models.DigestIssue{}, &NoDigestError{fmt.Sprintf("no digest%s has an ID that begins with %q; regwatch digest list lists them", of, id)}
	}
	return models.DigestIssue{}, &NoDigestError{fmt.Sprintf("%d digests%s have an ID that begins with %q; give more of it", len(issues), of, id)}
}
