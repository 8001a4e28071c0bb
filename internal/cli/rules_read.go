package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newRulesRead(sh *shell) *cobra.Command {
	var language string
	cmd := &cobra.Command{
		Use:   "read RULE",
		Short: "Read a rule in plain language",
		Long: `Print what a rule does in plain language, for people who do not write rules: to which
articles it alerts, which it only mentions, how severe they are, where the alerts go,
and what its names and lists mean. The words are made of the conditions that match, so
they say what the rule does, and not what it was meant to do.`,
		Example: `  regwatch rules read yuan-stablecoin
  regwatch rules read yuan-stablecoin --lang zh-Hant
  regwatch rules read yuan-stablecoin --json`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := sh.rulesInUse(cmd.Context())
			if err != nil {
				return err
			}
			r, err := rules.Read(args[0], language)
			if err != nil {
				return err
			}
			return sh.print(r, func() error { sh.printReading(r); return nil })
		},
	}
	cmd.Flags().StringVar(&language, "lang", "en", "en, zh-Hant or zh-Hans")
	return cmd
}

func (sh *shell) printReading(r app.RuleReading) {
	for line := range strings.SplitSeq(strings.TrimSuffix(r.String(), "\n"), "\n") {
		sh.printf("%s\n", sanitize.Printable(line))
	}
}
