package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"regwatch/app"
)

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
