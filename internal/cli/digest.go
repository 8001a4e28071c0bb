package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/render"
)

func newDigest(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "Preview, send and list digests",
		Example: `  regwatch digest preview
  regwatch digest send weekly
  regwatch digest list`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDigestPreview(sh), newDigestSend(sh), newDigestList(sh))
	return cmd
}

// A digestLook says which digest is looked at and how it is shown.
type digestLook struct {
	at     string
	last   bool
	issue  string
	format string
	out    string
}

func newDigestPreview(sh *shell) *cobra.Command {
	var look digestLook
	cmd := &cobra.Command{
		Use:   "preview [DIGEST]",
		Short: "Show the digest as it would be sent now, or an earlier one",
		Long: `Show the digest as it would be sent now. It covers the time since the previous
digest, or a day, week or month if there is none. Nothing is stored or sent. The
name is optional if only one digest is configured.

--at shows the digest as of another time, with the events as they are today. --last
and --issue show an earlier digest, word for word.`,
		Example: `  regwatch digest preview
  regwatch digest preview weekly --format html > digest.html
  regwatch digest preview weekly --at "2026-11-23 08:00" --out /tmp/digest
  regwatch digest preview weekly --last`,
		RunE: func(cmd *cobra.Command, args []string) error { return previewDigest(cmd.Context(), sh, args, look) },
	}
	cmd.Flags().StringVar(&look.at, "at", "", "as of this time, such as \"2026-11-23 08:00\" in the digest's zone, or 2026-11-23T00:00:00Z")
	cmd.Flags().BoolVar(&look.last, "last", false, "show the last digest that was sent")
	cmd.Flags().StringVar(&look.issue, "issue", "", "show an earlier digest, by its ID or how it begins")
	cmd.Flags().StringVar(&look.format, "format", "", "text or html; with --out only that file is written")
	cmd.Flags().StringVar(&look.out, "out", "", "folder for digest.html and digest.txt; without it the digest is printed")
	return cmd
}

func previewDigest(ctx context.Context, sh *shell, args []string, look digestLook) error {
	if look.at != "" && (look.last || look.issue != "") || look.last && look.issue != "" {
		return usageError{errors.New("use only one of --at, --last and --issue")}
	}
	if !slices.Contains([]string{"", "text", "html"}, look.format) {
		return usageError{fmt.Errorf("--format %q; want text or html", look.format)}
	}
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, sh.dir, log, nil)
	if err != nil {
		return err
	}
	defer a.Close()
	notice, err := engineDigestToShow(a, ctx, args, look)
	if err != nil {
		return err
	}
	switch {
	case sh.asJSON:
		return sh.printJSON(notice.Content.Digest)
	case look.out != "":
		files, err := engineWriteDigest(a, look.out, look.format, notice)
		for _, f := range files {
			sh.printf("wrote %s\n", f)
		}
		return err
	case look.format == "html":
		mail, err := a.Folder().Renderer.Email(models.Delivery{Notice: notice}, render.MailLinks{})
		sh.printf("%s", mail.HTML)
		return err
	}
	text, err := a.Folder().Renderer.Text(notice, 0)
	sh.printf("%s", text)
	return err
}

// digestToShow returns a digest that was made, or that would be: where it has several
// readers, as the first of them gets it.
func engineDigestToShow(a *app.Engine, ctx context.Context, args []string, look digestLook) (models.Notice, error) {
	if look.last || look.issue != "" {
		issue, err := engineMadeDigest(a, ctx, args, look.issue)
		if err != nil {
			return models.Notice{}, err
		}
		notices, err := engineNoticesOf(a, ctx, issue)
		if err != nil {
			return models.Notice{}, err
		}
		return notices[0], nil
	}
	sub, err := pickDigest(a.Settings().Digests, args)
	if err != nil {
		return models.Notice{}, err
	}
	now := thisMoment()
	if look.at != "" {
		if now, err = readTime(look.at, timefmt.Zone(sub.Zone)); err != nil {
			return models.Notice{}, usageError{err}
		}
	}
	_, notices, err := engineDigestAt(a, ctx, sub, now)
	if err != nil {
		return models.Notice{}, err
	}
	return notices[0], nil
}

// readTime reads a time with its zone, or as the clocks of a zone show it.
func readTime(text string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf(`--at %q; want a time such as "2026-11-23 08:00", 2026-11-23 or 2026-11-23T00:00:00Z`, text)
}

// thisMoment is now, as the store keeps times.
func thisMoment() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// writeDigest writes a digest as a reader of the mail sees it: one file, or two
// if the format is empty.
func engineWriteDigest(a *app.Engine, dir, format string, notice models.Notice) (files []string, err error) {
	mail, err := a.Folder().Renderer.Email(models.Delivery{Notice: notice}, render.MailLinks{})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, f := range []struct{ format, name, text string }{{"html", "digest.html", mail.HTML}, {"text", "digest.txt", mail.Text}} {
		if format != "" && format != f.format {
			continue
		}
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o644); err != nil {
			return files, err
		}
		files = append(files, path)
	}
	return files, nil
}

// digestAt plans the digest from the end of the previous one to a moment.
func engineDigestAt(a *app.Engine, ctx context.Context, sub models.DigestSubscription, now time.Time) (models.DigestIssue, []models.Notice, error) {
	last, _, err := a.Store().LastDigest(ctx, sub.ID, now)
	if err != nil {
		return models.DigestIssue{}, nil, err
	}
	return a.Scanner().Digest(ctx, sub, notifier.DigestUntil(sub, last, now), now)
}

func pickDigest(subs []models.DigestSubscription, args []string) (models.DigestSubscription, error) {
	var names []string
	for _, s := range subs {
		names = append(names, s.ID)
	}
	switch {
	case len(subs) == 0:
		return models.DigestSubscription{}, errors.New("no digest is configured; put one under \"digests\" in regwatch.yaml")
	case len(args) > 1:
		return models.DigestSubscription{}, usageError{fmt.Errorf("want one digest: %s", yamlnode.Or(names))}
	case len(args) == 0 && len(subs) > 1:
		return models.DigestSubscription{}, usageError{fmt.Errorf("which digest? %s", yamlnode.Or(names))}
	case len(args) == 0:
		return subs[0], nil
	}
	for _, s := range subs {
		if s.ID == args[0] {
			return s, nil
		}
	}
	return models.DigestSubscription{}, usageError{fmt.Errorf("no digest is called %q%s; there is %s", args[0], didYouMean(args[0], names), yamlnode.Or(names))}
}

// didYouMean suggests the name that a mistyped one meant.
func didYouMean(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
