package cli

import (
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
event, the last message about it is shown, whoever received it and whether it was
sent or held. A notice is named by its ID. Without either, an invented sample is
shown that has every part that such a message can have. Nothing is sent.

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
			return usageError{fmt.Errorf("--%s %q%s; want %s", flag.name, flag.value, didYouMean(flag.value, flag.known), yamlnode.Or(flag.known))}
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
