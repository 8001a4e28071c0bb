package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/rules"
)

func newShow(sh *shell) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "show RULE",
		Short: "Print a rule as it is written, as one-line queries or as structured YAML",
		Long: `Print a rule's file. Each of its questions can be written in two ways, and
either can be printed as the other: --as query has every question on one line,
as media and legal search have it, --as yaml has it in keys and lists. Both mean
the same to regwatch, and either may take the place of the file. Names of term
lists stay names. What is no question stays as it is written; comments within a
question are lost.`,
		Example: `  regwatch rules show crypto-ban
  regwatch rules show crypto-ban --as query
  regwatch rules show kiosk-ban --as yaml > draft/kiosk-ban.yaml`,
		Args: oneArg("the id of a rule; regwatch rules lists them"),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := loadRules(sh)
			if err != nil {
				return err
			}
			return show(sh, set, args[0], as)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", `"query" or "yaml"; without it, as the file has it`)
	return cmd
}

func show(sh *shell, set *rules.Set, id, as string) error {
	all := set.Rules()
	i := slices.IndexFunc(all, func(r rules.Rule) bool { return r.ID == id })
	if i < 0 {
		var ids []string
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		return usageError{fmt.Errorf("no rule is called %q%s; regwatch rules lists them", id, didYouMean(id, ids))}
	}
	text, err := all[i].Source(), error(nil)
	switch as {
	case "":
	case "query":
		text, err = all[i].AsQueries()
	case "yaml":
		text, err = all[i].AsYAML()
	default:
		return usageError{fmt.Errorf("--as is %q; want query or yaml", as)}
	}
	if err != nil {
		return fmt.Errorf("rule %s cannot be shown as %s: %w", id, as, err)
	}
	if sh.asJSON {
		return sh.printJSON(map[string]string{"id": id, "text": string(text)})
	}
	_, err = sh.stdout.Write(text)
	return err
}
