package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/yamlnode"
)

// sampleMessage is the argument that asks for an invented message.
const sampleMessage = "sample"

func newPreview(sh *shell) *cobra.Command {
	var r app.PreviewRequest
	var out string
	cmd := &cobra.Command{
		Use:   "preview [EVENT|NOTICE|sample]",
		Short: "Show a message as a channel would send it, with your templates",
		Long: `Show a message as a channel would send it, with the templates of the folder. For an
event, the last message about it is shown: to any recipient, sent or held. A notice is
named by its ID. Without either, an invented sample is shown that has every part that
such a message can have. Nothing is sent.

Paste the output for Slack into Slack's Block Kit Builder to see how it looks:
https://app.slack.com/block-kit-builder`,
		Example: `  regwatch preview --channel slack
  regwatch preview 01JE --channel email --format html --out alert.html
  regwatch preview --kind digest --channel email --language zh-Hant`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if sh.asJSON && r.Format == "" && r.Channel == "email" {
				r.Format = "json"
			}
			if err := checkPreviewFlags(r); err != nil {
				return err
			}
			p, err := sh.preview(cmd, append(args, sampleMessage)[0], r)
			for _, problem := range p.TemplateProblems {
				fmt.Fprintf(sh.stderr, "%s (the shipped template is shown)\n", problem)
			}
			if err != nil {
				return err
			}
			if sh.asJSON && !json.Valid(p.Text) {
				return sh.print(map[string]string{"channel": r.Channel, "text": string(p.Text)}, nil)
			}
			return sh.writePreview(p.Text, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.Channel, "channel", "terminal", yamlnode.Or(app.PreviewChannels()))
	flags.StringVar(&r.Kind, "kind", "", yamlnode.Or(app.PreviewKinds())+" (default: the last message, or a sample alert)")
	flags.StringVar(&r.Language, "language", "", yamlnode.Or(app.PreviewLanguages())+" (default: that of the recipient)")
	flags.StringVar(&r.Format, "format", "", "text, html or json, as the channel allows")
	flags.StringVar(&out, "out", "", "write to this file instead of printing")
	return cmd
}

func (sh *shell) preview(cmd *cobra.Command, id string, r app.PreviewRequest) (p app.Preview, err error) {
	if id == sampleMessage {
		return app.PreviewSample(sh.dir, r)
	}
	err = sh.withApp(cmd.Context(), func(a *app.App) error {
		p, err = a.PreviewMessage(cmd.Context(), id, r)
		return err
	})
	return p, err
}

// checkPreviewFlags returns what is wrong with the values of the flags.
func checkPreviewFlags(r app.PreviewRequest) error {
	for _, flag := range []struct {
		name, value string
		known       []string
		optional    bool
	}{
		{"channel", r.Channel, app.PreviewChannels(), false},
		{"kind", r.Kind, app.PreviewKinds(), true},
		{"language", r.Language, app.PreviewLanguages(), true},
	} {
		if !slices.Contains(flag.known, flag.value) && !(flag.optional && flag.value == "") {
			return usageError{fmt.Errorf("--%s %q is not understood%s; use %s", flag.name, flag.value, didYouMean(flag.value, flag.known), yamlnode.Or(flag.known))}
		}
	}
	if formats := app.PreviewFormats(r.Channel); r.Format != "" && !slices.Contains(formats, r.Format) {
		return usageError{fmt.Errorf("--format %q; a message for %s is shown as %s", r.Format, r.Channel, yamlnode.Or(formats))}
	}
	return nil
}

func (sh *shell) writePreview(text []byte, out string) error {
	if out == "" {
		_, err := sh.stdout.Write(text)
		return err
	}
	if err := os.WriteFile(out, text, 0o644); err != nil {
		return err
	}
	sh.printf("wrote %s\n", out)
	return nil
}

func newTemplates(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "Show the templates of messages, and replace some of them",
		Long: `Each message is written with a named template. A file of the same name below
templates/ in the folder replaces the template that regwatch ships. regwatch check
reports mistakes in it, regwatch preview shows the result, and docs/reference/templates.md
lists the fields that it can use.`,
		Example: `  regwatch templates list
  regwatch templates show slack/alert.tmpl`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the templates, and which of them the folder replaces",
		Example: `  regwatch templates list --json`,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			templates := app.Templates(sh.dir)
			return sh.print(templates, func() error { return sh.printTemplates(templates) })
		},
	}
	var all bool
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Print a template as regwatch ships it",
		Long: `Print a template as regwatch ships it, so that you can change a copy. --all writes
all templates below templates/ in the folder, but not those that exist there. Keep
only those that you change: the others then improve with new versions of regwatch.`,
		Example: `  mkdir -p templates/slack
  regwatch templates show slack/alert.tmpl > templates/slack/alert.tmpl
  regwatch templates show --all`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if all != (len(args) == 0) {
				return usageError{errors.New("regwatch templates show takes the name of a template or --all; regwatch templates list shows the names")}
			}
			if all {
				return sh.writeTemplates()
			}
			t, err := app.ShippedTemplate(args[0])
			if err != nil {
				return err
			}
			return sh.print(t, func() error { sh.printf("%s", t.Text); return nil })
		},
	}
	show.Flags().BoolVar(&all, "all", false, "write all templates below templates/")
	cmd.AddCommand(list, show)
	return cmd
}

func (sh *shell) printTemplates(templates []app.Template) error {
	table := newTable(sh.stdout, "TEMPLATE", "IN USE")
	for _, t := range templates {
		use := "shipped"
		if t.Own {
			use = "replaced"
		}
		table.row(t.Name, use)
	}
	return table.flush()
}

func (sh *shell) writeTemplates() error {
	files, err := app.WriteTemplates(sh.dir)
	if err != nil {
		return err
	}
	return sh.print(map[string][]string{"files": files}, func() error {
		for _, file := range files {
			sh.printf("wrote %s\n", file)
		}
		if len(files) == 0 {
			sh.printf("All templates exist already; nothing was written.\n")
		}
		return nil
	})
}
