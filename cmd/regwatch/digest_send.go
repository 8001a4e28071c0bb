package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
		Short: "Make the digest now and send it, or send one that was made again",
		Long: `Make the digest of the time since the previous one and send it now. The next
one starts where this one ends.

With --to or --issue nothing is made: one that was made is sent once more, word
for word as it was. --to names where to, and --issue which; without --to it goes
where it went, and without --issue it is the one that was made last.`,
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
	cmd.Flags().StringVar(&issue, "issue", "", "which one, by its ID or the beginning of it (regwatch digest list); the last if left out")
	cmd.Flags().StringVar(&by, "by", "", "who asks for one to be sent once more (default: the user of this system)")
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
	defer a.close()
	notice, err := a.sendDigest(ctx, args)
	if err != nil {
		return err
	}
	sent, err := a.deliver(ctx, deliverWithin)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"digest": notice.Content.Digest, "held": render.Reasons(notice.HeldReasons, "en"), "deliveries": sent})
	}
	if notice.IsHeld() {
		sh.printf("The digest was made and not sent: %s.\n", render.Reasons(notice.HeldReasons, "en"))
		return nil
	}
	sh.printf("The digest was made with %s; %s.\n", plural(len(notice.Content.Digest.Events), "event", "events"), sent)
	return nil
}

// sendDigest makes the digest of the time since the previous one.
func (a *app) sendDigest(ctx context.Context, args []string) (models.Notice, error) {
	sub, err := pickDigest(a.settings().Digests, args)
	if err != nil {
		return models.Notice{}, err
	}
	issue, notice, err := a.digestAt(ctx, sub, thisMoment())
	if err != nil {
		return models.Notice{}, err
	}
	made, err := a.store.CommitDigest(ctx, issue, []models.Notice{notice})
	if err != nil {
		return models.Notice{}, err
	}
	if !made {
		return models.Notice{}, fmt.Errorf("digest %s was made by another program just now; regwatch digest list shows it", issue.Subscription)
	}
	return notice, nil
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
	defer a.close()
	issue, err := a.madeDigest(ctx, args, id)
	if err != nil {
		return err
	}
	notice, err := a.noticeOf(ctx, issue)
	if err != nil {
		return err
	}
	destinations, err := a.destinationsFor(ctx, issue, notice, to)
	if err != nil {
		return err
	}
	var asked []models.Delivery
	for _, d := range destinations {
		sending, err := a.store.Resend(ctx, notice, d.Channel, d.Address, whoever(by), thisMoment())
		if err != nil {
			return err
		}
		asked = append(asked, sending)
	}
	sent, err := a.deliver(ctx, deliverWithin)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"issue": issue.ID, "to": destinationNames(asked), "deliveries": sent})
	}
	sh.printf("Digest %s of %s goes once more to %s; %s.\n", issue.ID, issue.Subscription, strings.Join(destinationNames(asked), ", "), sent)
	return nil
}

func destinationNames(deliveries []models.Delivery) []string {
	names := []string{}
	for _, d := range deliveries {
		names = append(names, d.Destination)
	}
	return names
}

// destinationsFor reads where a digest goes once more: as asked, or where it went.
// Who has left the subscription is not sent it.
func (a *app) destinationsFor(ctx context.Context, issue models.DigestIssue, notice models.Notice, to []string) ([]models.Delivery, error) {
	config := a.live.get().Config
	var found []models.Delivery
	for _, text := range to {
		d, err := config.Destination(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--to %s: %w", text, err)}
		}
		if !slices.ContainsFunc(found, func(has models.Delivery) bool { return address.Same(has.Destination, d.String()) }) {
			found = append(found, models.NewDelivery(notice.ID, d.Channel, d.Address, time.Time{}))
		}
	}
	if len(to) == 0 {
		found = slices.DeleteFunc(slices.Clone(notice.Deliveries), func(d models.Delivery) bool { return d.Resend > 0 })
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("digest %s of %s went nowhere: %s; say where to with --to", issue.ID, issue.Subscription, render.Reasons(notice.HeldReasons, "en"))
	}
	left, err := a.store.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	mandatory := slices.ContainsFunc(config.Digests, func(d models.DigestSubscription) bool { return d.ID == issue.Subscription && d.Mandatory })
	for _, d := range found {
		if slices.ContainsFunc(left, func(o models.OptOut) bool {
			return o.Subscription == issue.Subscription && o.Counts(mandatory) && address.Same(o.Address, d.Destination)
		}) {
			return nil, fmt.Errorf("%s has left %s and is not sent it; regwatch subscriptions shows who has", d.Destination, issue.Subscription)
		}
	}
	return found, nil
}

// madeDigest returns the digest of an ID, or the one of a subscription that was
// made last.
func (a *app) madeDigest(ctx context.Context, args []string, id string) (models.DigestIssue, error) {
	name := ""
	if id == "" || len(args) > 0 {
		sub, err := pickDigest(a.settings().Digests, args)
		if err != nil {
			return models.DigestIssue{}, err
		}
		name = sub.ID
	}
	issues, err := a.store.Digests(ctx, name, mostIssues)
	if err != nil {
		return models.DigestIssue{}, err
	}
	if id == "" {
		if len(issues) == 0 {
			return models.DigestIssue{}, fmt.Errorf("digest %s was never made; regwatch digest send %s makes it now", name, name)
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
		return models.DigestIssue{}, fmt.Errorf("no digest%s has an ID that begins with %q; regwatch digest list shows those that were made", of, id)
	}
	return models.DigestIssue{}, fmt.Errorf("%d digests%s have an ID that begins with %q; give more of it", len(issues), of, id)
}

// noticeOf returns what was made of a digest, with its content and deliveries.
func (a *app) noticeOf(ctx context.Context, issue models.DigestIssue) (models.Notice, error) {
	notices, err := a.store.NoticesOf(ctx, issue.NoticeIDs)
	if err != nil {
		return models.Notice{}, err
	}
	for _, n := range notices {
		if n.Content.Digest != nil {
			return n, nil
		}
	}
	return models.Notice{}, errors.New("the notice of digest " + issue.ID + " is not stored")
}
