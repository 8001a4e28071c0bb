package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/address"
	"regwatch/models"
	"regwatch/notifier/render"
)

// mostIssues is how many digests that were made are looked at for an ID, and how
// many are listed at most.
const mostIssues = 10_000

func newDigestSend(sh *shell) *cobra.Command {
	var to []string
	var issue, by string
	cmd := &cobra.Command{
		Use:   "send [DIGEST]",
		Short: "Create and send the digest now, or send an earlier one again",
		Long: `Create the digest for the time since the previous one and send it now. The next
digest starts where this one ends.

With --to or --issue an earlier digest is sent again, word for word. --issue names
it (default: the last one), and --to the destination (default: where it was sent
before). If its readers have several languages, --to sends the version of the first
reader.`,
		Example: `  regwatch digest send weekly
  regwatch digest send weekly --to mail:someone@example.com
  regwatch digest send --issue 01JDB3ZK7W5V0QX8 --to mail:someone@example.com`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(to) > 0 || issue != "" {
				return resendDigest(cmd.Context(), sh, args, to, issue, by)
			}
			return sendDigest(cmd.Context(), sh, args)
		},
	}
	cmd.Flags().StringArrayVar(&to, "to", nil, "where to send one that was made: a channel, or channel:address; may be repeated")
	cmd.Flags().StringVar(&issue, "issue", "", "an earlier digest, by its ID or how it begins (default: the last one)")
	cmd.Flags().StringVar(&by, "by", "", "who sends it again, for the audit log (default: your user name)")
	return cmd
}

func sendDigest(ctx context.Context, sh *shell, args []string) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, sh.dir, log, sh.terminal())
	if err != nil {
		return err
	}
	defer a.Close()
	notices, err := engineSendDigest(a, ctx, args)
	if err != nil {
		return err
	}
	sent, err := engineDeliver(a, ctx, deliverWithin)
	if err != nil {
		return err
	}
	held := heldWhy(notices)
	if sh.asJSON {
		return sh.printJSON(map[string]any{"digest": notices[0].Content.Digest, "held": held, "deliveries": sent})
	}
	if !slices.ContainsFunc(notices, func(n models.Notice) bool { return !n.IsHeld() }) {
		sh.printf("The digest was created but not sent: %s.\n", held)
		return nil
	}
	sh.printf("The digest was created with %s; %s.\n", plural(len(notices[0].Content.Digest.Events), "event", "events"), sent)
	if held != "" {
		sh.printf("Not sent to everybody: %s.\n", held)
	}
	return nil
}

// heldWhy says why a digest, or what of it goes to some of its readers, is not sent.
func heldWhy(notices []models.Notice) string {
	var why []string
	for _, n := range notices {
		if text := render.Reasons(n.HeldReasons, "en"); text != "" && !slices.Contains(why, text) {
			why = append(why, text)
		}
	}
	return strings.Join(why, "; ")
}

// sendDigest makes the digest of the time since the previous one.
func engineSendDigest(a *app.Engine, ctx context.Context, args []string) ([]models.Notice, error) {
	sub, err := pickDigest(a.Settings().Digests, args)
	if err != nil {
		return nil, err
	}
	issue, notices, err := engineDigestAt(a, ctx, sub, thisMoment())
	if err != nil {
		return nil, err
	}
	made, err := a.Store().CommitDigest(ctx, issue, notices)
	if err != nil {
		return nil, err
	}
	if !made {
		return nil, fmt.Errorf("another program has just created digest %s; regwatch digest list shows it", issue.Subscription)
	}
	return notices, nil
}

// resendDigest sends one that was made once more.
func resendDigest(ctx context.Context, sh *shell, args, to []string, id, by string) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, sh.dir, log, sh.terminal())
	if err != nil {
		return err
	}
	defer a.Close()
	issue, err := engineMadeDigest(a, ctx, args, id)
	if err != nil {
		return err
	}
	notices, err := engineNoticesOf(a, ctx, issue)
	if err != nil {
		return err
	}
	of := make(map[string]models.Notice)
	for _, n := range notices {
		of[n.ID] = n
	}
	destinations, err := engineDestinationsFor(a, ctx, issue, notices, to)
	if err != nil {
		return err
	}
	var asked []models.Delivery
	for _, d := range destinations {
		sending, err := a.Store().Resend(ctx, of[d.NoticeID], d.Channel, d.Address, actorName(by), thisMoment())
		if err != nil {
			return err
		}
		asked = append(asked, sending)
	}
	sent, err := engineDeliver(a, ctx, deliverWithin)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"issue": issue.ID, "to": destinationNames(asked), "deliveries": sent})
	}
	sh.printf("Digest %s of %s is sent again to %s; %s.\n", issue.ID, issue.Subscription, strings.Join(destinationNames(asked), ", "), sent)
	return nil
}

func destinationNames(deliveries []models.Delivery) []string {
	names := []string{}
	for _, d := range deliveries {
		names = append(names, d.Destination)
	}
	return names
}

// destinationsFor reads where a digest goes once more, each with the notice that goes
// there: as asked, in the words of the first of its readers, or where it went.
// Who has left the subscription is not sent it.
func engineDestinationsFor(a *app.Engine, ctx context.Context, issue models.DigestIssue, notices []models.Notice, to []string) ([]models.Delivery, error) {
	config := a.Folder().Config
	var found []models.Delivery
	for _, text := range to {
		d, err := config.Destination(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--to %s: %w", text, err)}
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
		return nil, fmt.Errorf("digest %s of %s was sent to nobody: %s; name a destination with --to", issue.ID, issue.Subscription, heldWhy(notices))
	}
	left, err := a.Store().OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	mandatory := slices.ContainsFunc(config.Digests, func(d models.DigestSubscription) bool { return d.ID == issue.Subscription && d.Mandatory })
	for _, d := range found {
		if slices.ContainsFunc(left, func(o models.OptOut) bool {
			return o.Subscription == issue.Subscription && o.Counts(mandatory) && address.Same(o.Address, d.Destination)
		}) {
			return nil, fmt.Errorf("%s is unsubscribed from %s; to list unsubscribed addresses, run: regwatch subscriptions", d.Destination, issue.Subscription)
		}
	}
	return found, nil
}

// madeDigest returns the digest of an ID, or the one of a subscription that was
// made last.
func engineMadeDigest(a *app.Engine, ctx context.Context, args []string, id string) (models.DigestIssue, error) {
	name := ""
	if id == "" || len(args) > 0 {
		sub, err := pickDigest(a.Settings().Digests, args)
		if err != nil {
			return models.DigestIssue{}, err
		}
		name = sub.ID
	}
	issues, err := a.Store().Digests(ctx, name, mostIssues)
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
		return models.DigestIssue{}, fmt.Errorf("no digest%s has an ID that begins with %q; regwatch digest list lists them", of, id)
	}
	return models.DigestIssue{}, fmt.Errorf("%d digests%s have an ID that begins with %q; give more of it", len(issues), of, id)
}

// noticesOf returns what was made of a digest, with contents and deliveries: at least one.
func engineNoticesOf(a *app.Engine, ctx context.Context, issue models.DigestIssue) ([]models.Notice, error) {
	stored, err := a.Store().NoticesByID(ctx, issue.NoticeIDs)
	if err != nil {
		return nil, err
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
		return nil, errors.New("the notice of digest " + issue.ID + " is not stored")
	}
	return notices, nil
}
