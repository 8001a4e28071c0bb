package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/configs"
)

func newInit(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Write a starter folder: configuration, sources and watch rules",
		Long: `Write a folder to start from: regwatch.yaml with every key explained, the
public sources of this field, and three watch rules with their vocabulary.
It works as it is and prints alerts in the terminal. Nothing that exists is
overwritten.`,
		Example: `  regwatch init my-watch
  cd my-watch && regwatch check && regwatch run`,
		Args: oneArg("the folder to write, such as: regwatch init my-watch"),
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := configs.WriteStarter(args[0])
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(map[string]any{"dir": args[0], "files": files})
			}
			for _, f := range files {
				sh.printf("wrote %s\n", f)
			}
			sh.printf(`
Next:
  %[2]s -C %[1]s sources try --all  which sources answer here?
  %[2]s -C %[1]s check              is everything in order?
  %[2]s -C %[1]s scan --dry-run     read the sources once, send nothing
  %[2]s -C %[1]s run                watch and tell, until stopped

To be told on Slack or by email, fill in channels and recipients in
%[1]s/regwatch.yaml; until then alerts are printed in the terminal.
`, args[0], called())
			return nil
		},
	}
}

// oneArg asks for exactly one argument, and says which.
func oneArg(want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("%s takes one argument: %s", cmd.CommandPath(), want)}
		}
		return nil
	}
}

// noArgs refuses arguments in the words of a person.
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

// called is how the program was started, for commands that a person may copy.
func called() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/regwatch"
	}
	return os.Args[0]
}
