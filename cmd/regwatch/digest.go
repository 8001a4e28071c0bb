package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
)

func newDigest(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "Look at a weekly digest before it is due, or send it now",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var out string
	preview := &cobra.Command{
		Use:   "preview [DIGEST]",
		Short: "Write what the digest would say now, as text and HTML",
		Long: `Write what the digest would say if it were made now: from the end of the
previous one, or from a week ago if there is none, to this moment. Nothing is
stored or sent. The name may be left out where only one digest is configured.`,
		Example: `  regwatch digest preview
  regwatch digest preview weekly --out /tmp/digest`,
		RunE: func(cmd *cobra.Command, args []string) error { return previewDigest(cmd.Context(), sh, args, out) },
	}
	preview.Flags().StringVar(&out, "out", "", "folder for digest.html and digest.txt; without it the text is printed")
	send := &cobra.Command{
		Use:   "send [DIGEST]",
		Short: "Make the digest now and send it",
		Long: `Make the digest of the time since the previous one and send it now. The next
one starts where this one ends. A digest is made once a day at most.`,
		Example: `  regwatch digest send weekly`,
		RunE:    func(cmd *cobra.Command, args []string) error { return sendDigest(cmd.Context(), sh, args) },
	}
	cmd.AddCommand(preview, send)
	return cmd
}

func previewDigest(ctx context.Context, sh *shell, args []string, out string) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, sh.dir, log, nil)
	if err != nil {
		return err
	}
	defer a.close()
	_, notice, err := a.digestNow(ctx, args)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(notice.Content.Digest)
	}
	if out == "" {
		text, err := a.words.Text(notice, 0)
		sh.printf("%s", text)
		return err
	}
	files, err := a.writeDigest(out, notice)
	for _, f := range files {
		sh.printf("wrote %s\n", f)
	}
	return err
}

// writeDigest writes a digest as a reader of the mail sees it.
func (a *app) writeDigest(dir string, notice models.Notice) (files []string, err error) {
	mail, err := a.words.Email(models.Delivery{Notice: notice}, notifier.MailLinks{})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"digest.html": mail.HTML, "digest.txt": mail.Text} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return files, err
		}
		files = append(files, path)
	}
	slices.Sort(files)
	return files, nil
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
	sent, err := a.deliver(ctx)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(map[string]any{"digest": notice.Content.Digest, "held": notice.Held, "deliveries": sent})
	}
	if notice.Held != "" {
		sh.printf("The digest was made and not sent: %s.\n", notice.Held)
		return nil
	}
	sh.printf("The digest was made with %s; %s.\n", plural(len(notice.Content.Digest.Events), "event", "events"), sent)
	return nil
}

// sendDigest makes the digest of the time since the previous one.
func (a *app) sendDigest(ctx context.Context, args []string) (models.Notice, error) {
	issue, notice, err := a.digestNow(ctx, args)
	if err != nil {
		return models.Notice{}, err
	}
	made, err := a.store.CommitDigest(ctx, issue, []models.Notice{notice})
	if err != nil {
		return models.Notice{}, err
	}
	if !made {
		return models.Notice{}, fmt.Errorf("digest %s was already made on %s; the next can be made tomorrow", issue.Subscription, issue.LocalDate)
	}
	return notice, nil
}

// digestNow plans the digest from the end of the previous one to this moment.
func (a *app) digestNow(ctx context.Context, args []string) (models.DigestIssue, models.Notice, error) {
	sub, err := pickDigest(a.settings().Digests, args)
	if err != nil {
		return models.DigestIssue{}, models.Notice{}, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	from := now.AddDate(0, 0, -7)
	last, ok, err := a.store.LastDigest(ctx, sub.ID)
	if err != nil {
		return models.DigestIssue{}, models.Notice{}, err
	}
	if ok {
		from = last.WindowTo
	}
	return a.scanner.Digest(ctx, sub, from, now)
}

func pickDigest(subs []notifier.Subscription, args []string) (notifier.Subscription, error) {
	var names []string
	for _, s := range subs {
		names = append(names, s.ID)
	}
	switch {
	case len(subs) == 0:
		return notifier.Subscription{}, errors.New("no digest is configured; put one under \"digests\" in regwatch.yaml")
	case len(args) > 1:
		return notifier.Subscription{}, usageError{fmt.Errorf("one digest at a time, please: %s", yamlnode.Or(names))}
	case len(args) == 0 && len(subs) > 1:
		return notifier.Subscription{}, usageError{fmt.Errorf("which digest? %s", yamlnode.Or(names))}
	case len(args) == 0:
		return subs[0], nil
	}
	for _, s := range subs {
		if s.ID == args[0] {
			return s, nil
		}
	}
	return notifier.Subscription{}, usageError{fmt.Errorf("no digest is called %q%s; there is %s", args[0], didYouMean(args[0], names), yamlnode.Or(names))}
}

// didYouMean suggests the name that a mistyped one meant.
func didYouMean(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
