package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/notifier/render"
)

func newTemplates(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "See the templates that messages are written with, and replace some",
		Long: `Every message is written by a named template. A file of the same name below
templates/ in the folder takes the place of the one that regwatch ships; the
others stay. regwatch check says what is wrong with it, regwatch preview shows
what comes of it, and docs/reference/templates.md names what it can show.`,
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
		RunE:    func(*cobra.Command, []string) error { return listTemplates(sh) },
	}
	var all bool
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Print a shipped template, to start one's own from",
		Long: `Print a shipped template, to start one's own from. --all writes every one of
them below templates/ in the folder; what is there already is left alone. Keep
only those that you change: the others then improve with regwatch.`,
		Example: `  mkdir -p templates/slack
  regwatch templates show slack/alert.tmpl > templates/slack/alert.tmpl
  regwatch templates show --all`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if all != (len(args) == 0) {
				return usageError{errors.New("regwatch templates show takes the name of a template or --all; regwatch templates list names them")}
			}
			if all {
				return writeTemplates(sh)
			}
			return showTemplate(sh, args[0])
		},
	}
	show.Flags().BoolVar(&all, "all", false, "write all of them below templates/")
	cmd.AddCommand(list, show)
	return cmd
}

type templateRow struct {
	Name string `json:"name"`
	Own  bool   `json:"own"` // the folder has one of its own
}

func listTemplates(sh *shell) error {
	var rows []templateRow
	for _, name := range render.TemplateNames() {
		_, err := os.Stat(filepath.Join(sh.dir, "templates", filepath.FromSlash(name)))
		rows = append(rows, templateRow{name, err == nil})
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	table := newTable(sh.stdout, "TEMPLATE", "IN USE")
	for _, r := range rows {
		use := "shipped"
		if r.Own {
			use = "the folder's"
		}
		table.row(r.Name, use)
	}
	return table.flush()
}

func showTemplate(sh *shell, name string) error {
	src, known := render.Template(name)
	if names := render.TemplateNames(); !known || !slices.Contains(names, name) {
		return usageError{fmt.Errorf("no template is called %q%s; regwatch templates list names them", name, didYouMean(name, names))}
	}
	if sh.asJSON {
		return sh.printJSON(map[string]string{"name": name, "text": src})
	}
	sh.printf("%s", src)
	return nil
}

func writeTemplates(sh *shell) error {
	var wrote []string
	for _, name := range render.TemplateNames() {
		src, _ := render.Template(name)
		path := filepath.Join(sh.dir, "templates", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = f.WriteString(src)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		wrote = append(wrote, path)
	}
	if sh.asJSON {
		return sh.printJSON(map[string][]string{"files": wrote})
	}
	for _, f := range wrote {
		sh.printf("wrote %s\n", f)
	}
	if len(wrote) == 0 {
		sh.printf("Every template is there already; nothing was written.\n")
	}
	return nil
}
