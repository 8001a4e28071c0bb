package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newSources(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "sources",
		Aliases: []string{"source"},
		Short:   "List the sources and their health; try, add and import sources",
		Long: `List the sources and the health of each:

  healthy   it responds and publishes as usual
  quiet     it responds, but has published nothing for longer than usual
  shrunk    it responds with less than half of its usual articles
  failing   at least three scans in a row have failed
  dead      it has failed for a week

The recipients under health in regwatch.yaml receive a message when a source
changes from one to another, and when articles may have been missed.

Keys and tokens in addresses are shown as [secret].`,
		Example: `  regwatch sources
  regwatch sources try https://www.example.gov/news/
  regwatch sources add https://www.example.gov/news/ --role regulator`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				all, err := a.Sources(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(all, func() error { return sh.printSources(all, a.Zone()) })
			})
		},
	}
	cmd.AddCommand(newTry(sh), newAddSource(sh), newImport(sh), newExport(sh))
	return cmd
}

func (sh *shell) printSources(all []app.Source, zone *time.Location) error {
	table := newTable(sh.stdout, "SOURCE", "STATE", "LAST SUCCESS", "LAST NEW ARTICLE", "ARTICLES", "NEXT SCAN", "NOTES")
	for _, s := range all {
		articles := "-"
		if s.Usual > 0 {
			articles = fmt.Sprintf("%d of %d", s.Records, s.Usual)
		}
		table.row(s.ID, s.State, clock(s.LastSuccess, zone), clock(s.LastNew, zone), articles, nextScan(s, zone), sourceNotes(s, zone))
	}
	return table.flush()
}

func nextScan(s app.Source, zone *time.Location) string {
	switch {
	case s.NextScan == nil:
		return "-"
	case s.Due:
		return "now, " + s.Why
	}
	return clock(s.NextScan, zone) + ", " + s.Why
}

func sourceNotes(s app.Source, zone *time.Location) string {
	var notes []string
	if text := strings.TrimSuffix(cmp.Or(s.Error, s.Detail), "."); text != "" {
		notes = append(notes, text)
	}
	if s.RecentGap {
		notes = append(notes, fmt.Sprintf("articles may have been missed from %s to %s", clock(&s.Gap.From, zone), clock(&s.Gap.To, zone)))
	}
	if s.MovedTo != "" {
		notes = append(notes, "its address has moved permanently, and the new one is read; put it into its file: url: "+s.MovedTo)
	}
	return strings.Join(notes, "; ")
}

func newExport(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Write the feeds as OPML, for feed readers",
		Long: `Write the sources that are feeds to the standard output as OPML 2.0, which feed
readers import. Sources that are disabled or of another kind are skipped and listed
on the standard error.

Keys and tokens in addresses are replaced by [secret]. Enter them again in the feed
reader.`,
		Example: "  regwatch sources export > sources.opml",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			export, err := app.ExportOPML(sh.dir)
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(export)
			}
			sh.printf("%s", export.OPML)
			if len(export.Skipped) > 0 {
				fmt.Fprintf(sh.stderr, "Skipped, because they are disabled or no feeds: %s\n", strings.Join(export.Skipped, ", "))
			}
			if len(export.Masked) > 0 {
				fmt.Fprintf(sh.stderr, "Exported without the key or token in their address: %s\n", strings.Join(export.Masked, ", "))
			}
			return nil
		},
	}
}

func newImport(sh *shell) *cobra.Command {
	in := app.OPMLImport{}
	cmd := &cobra.Command{
		Use:   "import FILE.opml|-",
		Short: "Add the feeds of an OPML file as sources",
		Long: `Read an OPML file, which feed readers export, and write its feeds to a new file in
the folder sources. Feeds that are already sources are skipped.

OPML does not say who publishes a feed, so every feed gets the role that you choose
with --role. Check the roles in the new file afterwards: only a regulator or
government confirms an event.`,
		Example: `  regwatch sources import subscriptions.opml
  regwatch sources import regulators.opml --role regulator --to regulators.yaml
  regwatch sources try --all`,
		Args: oneArg("an OPML file, or - for the standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := opener(cmd)(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			in.Name, in.Content = args[0], file
			result, err := app.ImportOPML(sh.dir, in)
			if err != nil {
				return err
			}
			return sh.print(result, func() error { sh.printImport(args[0], result); return nil })
		},
	}
	cmd.Flags().StringVar(&in.Role, "role", "press", "who publishes the feeds: regulator, government or press")
	cmd.Flags().StringVar(&in.File, "to", "imported.yaml", "the file to write, in the folder sources")
	return cmd
}

func (sh *shell) printImport(from string, r app.OPMLResult) {
	if len(r.Added) == 0 {
		sh.printf("Nothing to add: every feed in %s is already a source.\n", from)
		return
	}
	sh.printf("Added %s with the role %s in %s", plural(len(r.Added), "source", "sources"), r.Role, r.File)
	if r.Skipped > 0 {
		sh.printf("; skipped %s that are already sources or have no web address", plural(r.Skipped, "feed", "feeds"))
	}
	sh.printf(".\nNext: regwatch sources try --all shows which of them respond. To undo, delete the file.\n")
}
