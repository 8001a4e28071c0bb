package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newImportArticles(sh *shell) *cobra.Command {
	var r app.ImportRequest
	var list bool
	var undo string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Load an archive of articles to try rules on",
		Long: `Load articles that were published in the past, to try rules on them with "regwatch
rules backtest RULE --by published". They keep their own dates. Nobody is notified of
them: not now, not by a later scan, and not in a digest. A scan that meets an imported
article knows it.

FILE is JSON lines (one object on each line) or CSV with a header, in UTF-8, also
compressed by gzip; - is standard input. Each article needs title and published, and
may have source, link, text (or body), summary, language and author.

FILE may also be a list of feeds (OPML): then each feed is read, with the older pages
that it links to, and their articles are loaded. "regwatch sources import" and
"regwatch sources export" read and write such lists.

The whole file is checked first. If a row has a fault, nothing is imported, unless
--skip-invalid is set. Articles that are stored are left out, so the same command can
be repeated, and continues an import that was interrupted.`,
		Example: `  regwatch import archive.jsonl.gz --dry-run
  regwatch import circulars.csv --source hkma-circulars
  regwatch sources export > feeds.opml && regwatch import feeds.opml
  regwatch import --list
  regwatch import --undo 01K9ZQ4T`,
		Args: func(cmd *cobra.Command, args []string) error {
			if list || cmd.Flags().Changed("undo") {
				return noArgs(cmd, args)
			}
			return oneArg("a file of articles (JSON lines or CSV), or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if list && cmd.Flags().Changed("undo") {
				return usageError{errors.New("use either --list or --undo")}
			}
			r.By, r.Stdin, r.Progress = actorName(r.By), cmd.InOrStdin(), printProgress(sh.stderr)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				switch {
				case list:
					return sh.listImports(cmd.Context(), a)
				case cmd.Flags().Changed("undo"):
					return sh.undoImport(cmd.Context(), a, undo, r)
				}
				r.File = args[0]
				result, err := a.Import(cmd.Context(), r)
				if err != nil {
					return err
				}
				err = sh.print(result, func() error { sh.printImported(result, a.Zone()); return nil })
				if err == nil && (result.Refused || slices.ContainsFunc(result.Feeds, func(f app.ImportedFeed) bool { return f.Error != "" })) {
					err = errProblems
				}
				return err
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.Source, "source", "", "the ID of the source of all articles (default: each row names its own)")
	flags.BoolVar(&r.AnySource, "any-source", false, "accept sources that are not configured; rules cannot ask for their role or jurisdiction")
	flags.BoolVar(&r.SkipInvalid, "skip-invalid", false, "import the other articles if some have faults")
	flags.BoolVar(&r.DryRun, "dry-run", false, "only say what would be imported")
	flags.BoolVar(&list, "list", false, "list the imports")
	flags.StringVar(&undo, "undo", "", "remove the articles that the import with this `ID` added")
	flags.StringVar(&r.By, "by", "", "who imports or undoes (default: your user name)")
	return cmd
}

func (sh *shell) printImported(r app.ImportResult, zone *time.Location) {
	for _, p := range r.Faults {
		sh.printf("%s\n", sanitize.Line(p.String()))
	}
	if more := r.Invalid - len(r.Faults); more > 0 {
		sh.printf("and more: %s in all with a fault\n", plural(r.Invalid, "row", "rows"))
	}
	if r.Refused {
		sh.printf("Nothing was imported.")
		if r.Rows > r.Invalid && !r.Unreadable {
			one, many := "article", "articles"
			if r.Format == "opml" {
				one, many = "feed", "feeds"
			}
			sh.printf(" Fix the file, or import the other %s with --skip-invalid.", plural(r.Rows-r.Invalid, one, many))
		}
		sh.printf("\n")
		return
	}
	if r.Invalid > 0 {
		sh.printf("\n")
	}
	articles := r.Rows - r.Invalid
	if r.Format == "opml" {
		articles = r.Added + r.Known
		sh.printFeeds(r.Feeds)
	}
	sh.printf("%s: %s", sanitize.Line(r.File), plural(articles, "article", "articles"))
	if r.First != nil {
		sh.printf(", published %s to %s", r.First.In(zone).Format(time.DateOnly), r.Last.In(zone).Format(time.DateOnly))
	}
	sh.printf("\n")
	for _, src := range r.Sources[:min(len(r.Sources), maxSources)] {
		note := ""
		if !src.Configured {
			note = " (not configured)"
		}
		sh.printf("  %s: %d%s\n", sanitize.Line(src.ID), src.Articles, note)
	}
	if more := len(r.Sources) - maxSources; more > 0 {
		sh.printf("  and %d more sources, which --json lists\n", more)
	}
	if len(r.Ignored) > 0 {
		var names []string
		for _, f := range r.Ignored {
			name := shorten(f.Name, 40)
			if f.Meant != "" {
				name += fmt.Sprintf(" (did you mean %q?)", f.Meant)
			}
			names = append(names, name)
		}
		sh.printf("Fields that were ignored: %s\n", strings.Join(names, ", "))
	}
	would := ""
	if r.DryRun {
		would = "would be "
	}
	sh.printf("\n%s %sadded", plural(r.Added, "article", "articles"), would)
	if r.Known > 0 {
		sh.printf("; %d are stored already or stand twice", r.Known)
	}
	if r.Invalid > 0 && r.Format != "opml" {
		sh.printf("; %s left out because of faults", plural(r.Invalid, "row", "rows"))
	}
	sh.printf(". Nobody is notified.\n")
	if r.Resumed {
		sh.printf("This completes an import that was interrupted.\n")
	}
	if r.DryRun || r.ID == "" {
		return
	}
	sh.printf("To try a rule on them: %s\n", sh.command("rules backtest RULE --by published --since "+r.First.In(zone).Format(time.DateOnly)))
	sh.printf("To undo:               %s\n", sh.command("import --undo "+r.ID))
}

// printFeeds prints what was read of each feed.
func (sh *shell) printFeeds(feeds []app.ImportedFeed) {
	for _, f := range feeds {
		sh.printf("  %s: %s", sanitize.Line(f.Source), plural(f.Pages, "page", "pages"))
		if f.More {
			sh.printf(" (there are more, which are not read)")
		}
		if f.Undated > 0 {
			sh.printf("; left out %s without a date", plural(f.Undated, "article", "articles"))
		}
		if f.Error != "" {
			sh.printf("; %s", sanitize.Line(f.Error))
		}
		sh.printf("\n")
	}
}

// maxSources is how many sources of an archive are printed.
const maxSources = 20

func (sh *shell) listImports(ctx context.Context, a *app.App) error {
	all, err := a.Imports(ctx)
	if err != nil {
		return err
	}
	return sh.print(all, func() error {
		if len(all) == 0 {
			sh.printf("Nothing was imported. To import an archive: %s\n", sh.command("import FILE"))
			return nil
		}
		table := newTable(sh.stdout, "ID", "IMPORTED", "ARTICLES", "STATE", "BY", "FILE")
		for _, i := range all {
			table.row(i.ID, clock(&i.StartedAt, a.Zone()), fmt.Sprint(i.Added), i.State, i.By, i.File)
		}
		return table.flush()
	})
}

func (sh *shell) undoImport(ctx context.Context, a *app.App, id string, r app.ImportRequest) error {
	undone, err := a.UndoImport(ctx, id, r.By, r.Progress)
	if err != nil {
		return err
	}
	return sh.print(undone, func() error {
		sh.printf("%s of %s removed", plural(undone.Removed, "article", "articles"), sanitize.Line(undone.File))
		if undone.Kept > 0 {
			sh.printf("; %d stay, because somebody gave feedback on them or an event has them", undone.Kept)
		}
		sh.printf(".\n")
		return nil
	})
}
