package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/samplenotice"
	"regwatch/internal/sanitize"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// A previewing is what is to be shown, and how.
type previewing struct {
	channel, kind, language, format, out string
}

// previewFormats are what each channel can be shown as, the usual one first.
var previewFormats = map[string][]string{
	"slack":    {"json"},
	"email":    {"text", "html", "json"},
	"terminal": {"text"},
	"webhook":  {"json"},
}

func newPreview(sh *shell) *cobra.Command {
	var p previewing
	cmd := &cobra.Command{
		Use:   "preview [EVENT|NOTICE|sample]",
		Short: "Show a message as a channel would send it, with the templates of the folder",
		Long: `Show a message as a channel would send it, with the templates of the folder. Of
an event the last message about it is shown, to whomever it went and whether it
was held or not; a notice is named by its ID. Without either an invented sample
is shown, which has everything that such a message may have. Nothing is sent.

What is printed for Slack can be pasted into Slack's Block Kit Builder, which
shows it as it will look: https://app.slack.com/block-kit-builder`,
		Example: `  regwatch preview --channel slack
  regwatch preview 01JE --channel email --format html --out alert.html
  regwatch preview --kind digest --channel email --language zh-Hant`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.run(cmd, sh, append(args, "sample")[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&p.channel, "channel", "terminal", "slack, email, terminal or webhook")
	flags.StringVar(&p.kind, "kind", "", "alert, update, escalation, reminder, amend, summary, health, digest or test; of a sample alert without it")
	flags.StringVar(&p.language, "language", "", "en, zh-Hant or zh-Hans; without it the recipient's")
	flags.StringVar(&p.format, "format", "", "text, html or json, where the channel has it")
	flags.StringVar(&p.out, "out", "", "file to write instead of printing")
	return cmd
}

// check says what of the flags is not possible, and settles the format.
func (p *previewing) check() error {
	channels := []string{"slack", "email", "terminal", "webhook"}
	kinds := append(samplenotice.Kinds(), string(models.NoticeAmend))
	switch formats := previewFormats[p.channel]; {
	case formats == nil:
		return usageError{fmt.Errorf("--channel %q%s; want %s", p.channel, didYouMean(p.channel, channels), yamlnode.Or(channels))}
	case p.kind != "" && !slices.Contains(kinds, p.kind):
		return usageError{fmt.Errorf("--kind %q%s; want %s", p.kind, didYouMean(p.kind, kinds), yamlnode.Or(kinds))}
	case p.language != "" && !slices.Contains(render.Languages(), p.language):
		return usageError{fmt.Errorf("--language %q%s; want %s", p.language, didYouMean(p.language, render.Languages()), yamlnode.Or(render.Languages()))}
	case p.format != "" && !slices.Contains(formats, p.format):
		return usageError{fmt.Errorf("--format %q; %s is shown as %s", p.format, p.channel, yamlnode.Or(formats))}
	default:
		p.format = cmp.Or(p.format, formats[0])
		return nil
	}
}

func (p *previewing) run(cmd *cobra.Command, sh *shell, id string) error {
	if sh.asJSON && p.format == "" && p.channel == "email" {
		p.format = "json"
	}
	if err := p.check(); err != nil {
		return err
	}
	words, faults := render.Load(userfile.Dir(sh.dir))
	for _, f := range app.Below(sh.dir, "templates", faults) {
		fmt.Fprintf(sh.stderr, "%s (the shipped template is shown)\n", f)
	}
	d, err := p.find(cmd, sh, id)
	if err != nil {
		return err
	}
	if p.language != "" {
		d.Notice.Content.Language = p.language
		if d.Root != nil {
			d.Root.Notice.Content.Language = p.language
		}
	}
	text, err := p.render(words, d)
	if err != nil {
		return err
	}
	if p.out == "" {
		_, err = sh.stdout.Write(text)
		return err
	}
	if err := os.WriteFile(p.out, text, 0o644); err != nil {
		return err
	}
	sh.printf("wrote %s\n", p.out)
	return nil
}

// find returns the message that is meant, as a delivery would have it.
func (p *previewing) find(cmd *cobra.Command, sh *shell, id string) (models.Delivery, error) {
	if id == "sample" {
		return p.sample(), nil
	}
	_, s, err := openFolder(cmd, sh)
	if err != nil {
		return models.Delivery{}, err
	}
	defer s.Close()
	all, err := noticesAbout(cmd.Context(), s, id)
	if err != nil {
		return models.Delivery{}, err
	}
	var first, last, amends *models.Notice
	for i, n := range all {
		switch {
		case n.Kind == models.NoticeAmend:
			amends = &all[i]
			continue
		case first == nil && n.Content.Alert != nil:
			first = &all[i]
		}
		if p.kind == "" || p.kind == string(n.Kind) {
			last = &all[i]
		}
	}
	switch {
	case p.kind == string(models.NoticeAmend) && amends != nil && first != nil:
		return models.Delivery{Notice: *amends, Root: &models.Delivery{Notice: *first}}, nil
	case last == nil:
		return models.Delivery{}, fmt.Errorf("there is no %s about %s", cmp.Or(p.kind, "message"), id)
	case first != nil && first.ID != last.ID && first.Recipient == last.Recipient:
		return models.Delivery{Notice: *last, Root: &models.Delivery{Notice: *first}}, nil
	}
	return models.Delivery{Notice: *last}, nil
}

// noticesAbout returns the notices of an event, oldest first, or the one of an ID.
func noticesAbout(ctx context.Context, s *store.Store, id string) ([]models.Notice, error) {
	if all, err := s.NoticesByID(ctx, []string{id}); err != nil || len(all) > 0 {
		return all, err
	}
	event, err := s.FindEvent(ctx, id)
	if none, ok := errors.AsType[*store.NoEventError](err); ok && len(none.Among) == 0 {
		return nil, fmt.Errorf("no event and no notice is called %q; regwatch events lists the events", sanitize.Line(id))
	}
	if err != nil {
		return nil, err
	}
	return s.EventNotices(ctx, event.ID)
}

func (p *previewing) sample() models.Delivery {
	if p.kind == string(models.NoticeAmend) {
		root, _ := samplenotice.Notice(string(models.NoticeAlert))
		return models.Delivery{
			Notice: models.Notice{Kind: models.NoticeAmend, Content: models.Content{Status: samplenotice.Standing()}},
			Root:   &models.Delivery{Notice: root},
		}
	}
	n, _ := samplenotice.Notice(cmp.Or(p.kind, string(models.NoticeAlert)))
	return models.Delivery{Notice: n}
}

func (p *previewing) render(words *render.Renderer, d models.Delivery) ([]byte, error) {
	switch p.channel {
	case "slack":
		m, err := words.Slack(d, false)
		if err != nil {
			return nil, err
		}
		return pretty(m)
	case "webhook":
		bodies, err := render.Webhook(d.Notice)
		if err != nil {
			return nil, err
		}
		var pages []byte
		for _, body := range bodies {
			page, err := pretty(json.RawMessage(body))
			if err != nil {
				return nil, err
			}
			pages = append(pages, page...)
		}
		return pages, nil
	case "terminal":
		text, err := words.Text(d.Notice, 0)
		return []byte(text), err
	}
	m, err := words.Email(d, render.SampleLinks())
	switch {
	case err != nil:
		return nil, err
	case p.format == "html":
		return []byte(m.HTML), nil
	case p.format == "json":
		return pretty(map[string]string{"subject": m.Subject, "text": m.Text, "html": m.HTML})
	}
	return []byte("Subject: " + m.Subject + "\n\n" + m.Text), nil
}

func pretty(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return b.Bytes(), err
}
