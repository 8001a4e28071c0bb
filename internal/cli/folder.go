package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newInit(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a starter folder: configuration, sources and rules",
		Long: `Write a folder to start from: regwatch.yaml with every key explained, public sources,
and three rules with their vocabulary. It works as it is and prints alerts in the
terminal. Existing files are never overwritten.

Name the folder with DIR, -C DIR or $REGWATCH_DIR. "regwatch init ." writes to the
current folder.`,
		Example: `  regwatch init my-watch
  cd my-watch && regwatch check && regwatch run`,
		Args: func(cmd *cobra.Command, args []string) error {
			given := cmd.Flags().Changed("dir")
			switch {
			case len(args) > 1:
				return usageError{fmt.Errorf("regwatch init takes one folder, and got %d", len(args))}
			case len(args) == 1 && given:
				return usageError{fmt.Errorf("name the folder once: as %q or with -C %s", args[0], sh.dir)}
			case len(args) == 0 && !given && os.Getenv("REGWATCH_DIR") == "":
				return usageError{errors.New("name the folder to write, such as: regwatch init my-watch")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			dir := sh.dir
			if len(args) > 0 {
				dir = args[0]
			}
			starter, err := app.WriteStarter(dir)
			if err != nil {
				return err
			}
			return sh.print(starter, func() error { sh.printStarter(starter); return nil })
		},
	}
}

func (sh *shell) printStarter(s app.Starter) {
	for _, f := range s.Files {
		if !strings.HasPrefix(f, app.ShippedRulesFolder+"/") {
			sh.printf("wrote %s\n", f)
		}
	}
	sh.printf("wrote %s, for regwatch rules update\n", app.ShippedRulesFolder)
	sh.printf(`
Next:
  %[2]s -C %[1]s sources try --all  shows which sources respond
  %[2]s -C %[1]s check              checks every file
  %[2]s -C %[1]s scan --dry-run     reads the sources once and sends nothing
  %[2]s -C %[1]s run                scans and sends alerts until you stop it

Alerts are printed in the terminal. To send them to Slack or by email, fill in channels
and recipients in %[3]s/regwatch.yaml.
`, shellQuote(s.Dir), called(), strings.TrimSuffix(s.Dir, "/"))
}

// oneArg requires exactly one argument. Want says which.
func oneArg(want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("%s takes one argument: %s", cmd.CommandPath(), want)}
		}
		return nil
	}
}

// noArgs refuses arguments and suggests the subcommand that was meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		var known []string
		for _, c := range cmd.Commands() {
			known = append(known, c.Name())
		}
		return usageError{fmt.Errorf("%s takes no argument, and got %q%s; see %s --help", cmd.CommandPath(), args[0], didYouMean(args[0], known), cmd.CommandPath())}
	}
	return nil
}

// called is how the program was started, for commands that a person copies.
func called() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/regwatch"
	}
	return os.Args[0]
}

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
