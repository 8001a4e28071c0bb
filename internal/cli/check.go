package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newCheck(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, sources, rules, templates and secrets",
		Long: `Check regwatch.yaml, sources/, rules/ and templates/, run the examples of all
rules, and check that every secret can be read. All mistakes are printed at once,
each as file:line:column: what is wrong; what would be right.

Nothing is sent and no source is read. The exit code is 2 if there is a mistake.
"regwatch notify test" tries a channel, "regwatch scan --dry-run" the sources.`,
		Example: `  regwatch check
  regwatch -C my-watch check --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c := app.Check(cmd.Context(), sh.dir)
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if err := sh.print(c, func() error { sh.printCheck(c); return nil }); err != nil {
				return err
			}
			if len(c.Problems) > 0 {
				return errProblems
			}
			return nil
		},
	}
}

func (sh *shell) printCheck(c app.FolderCheck) {
	for _, warning := range c.Warnings {
		fmt.Fprintf(sh.stderr, "warning: %s\n", warning)
	}
	if len(c.Problems) > 0 {
		fmt.Fprintf(sh.stderr, "%s\n\n%s\n", c.Problems, plural(len(c.Problems), "mistake", "mistakes"))
		return
	}
	sh.printf("No mistakes: %s (%d enabled), %s, %s.\n", plural(c.Sources, "source", "sources"), c.Enabled,
		plural(c.Rules, "rule", "rules"), plural(c.Examples, "example", "examples"))
	sh.hintRuleUpdates()
}
