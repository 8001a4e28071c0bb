package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newSearch(sh *shell) *cobra.Command {
	var w window
	var all bool
	cmd := &cobra.Command{
		Use:   "search WORD...",
		Short: "Search the stored articles",
		Long: `Search the stored articles, newest first. Several words mean that an article has all
of them. For more, write a query in quotes; it finds what a rule with that query finds,
in any script, and shows the words.

  MiCA licence                  both words, like MiCA AND licence
  'stablecoin OR licence'       either word; AND for both, NOT for without
  '"stable coin"'               a phrase; case, hyphens, plurals and 繁/简 are equal
  'licens*'                     any ending, after three letters or more
  'yuan NEAR/8 stablecoin'      within 8 words; ONEAR/8 in this order
  'yuan NEAR/S stablecoin'      in one sentence; NEAR/P in one paragraph
  'ban NOT NEAR/6 donation'     a ban without donation within 6 words
  'title:ban lead:(ban OR 禁止)' in the title, in the first sentences; also body:, title,lead:
  'ATLEAST/3(stablecoin)'       three times or more
  '=SFC'                        with exactly these capitals
  '"/No\. \d+ of 2026/"'        a regular expression, in quotes
  'role:press source:hkma-*'    where it comes from; also language:zh, jurisdiction:"Hong Kong"

Put parentheses around one of the two if a query has both AND and OR.`,
		Example: `  regwatch search MiCA licence
  regwatch search '(ban OR 禁止) AND (crypto OR 加密貨幣)' --since 30d
  regwatch search '"stablecoin licence"' --all --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New(`regwatch search takes words or a query, such as 'stablecoin AND "issuer licence"'`)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				since, err := w.from(a.Now(), a.Zone())
				if err != nil {
					return err
				}
				r := app.SearchRequest{Words: args, Since: since, Limit: w.limit, All: all, Indexing: progress(sh.stderr, "indexing stored texts, once")}
				if all {
					r.Searching = progress(sh.stderr, "searching")
				}
				result, err := a.Search(cmd.Context(), r)
				if err != nil {
					return err
				}
				return sh.print(result, func() error { sh.printSearch(result, since, a.Zone()); return nil })
			})
		},
	}
	w.flags(cmd, "90d", 20)
	cmd.Flags().BoolVar(&all, "all", false, "count every hit, and not only those that are shown")
	return cmd
}

func (sh *shell) printSearch(r app.SearchResult, since time.Time, zone *time.Location) {
	sh.pastMatches(r.Hits, zone)
	from := "since " + since.In(zone).Format(time.DateOnly)
	switch {
	case r.Total == 0:
		sh.printf("No stored article %s matches.\n", from)
	case r.Complete:
		sh.printf("%s %s.\n", plural(r.Total, "article", "articles"), from)
	default:
		sh.printf("The newest %d %s; at most %d match (--all counts them).\n", len(r.Hits), from, r.Candidates)
	}
}

// pastMatches prints stored articles, each with the words that matched.
func (sh *shell) pastMatches(hits []app.SearchHit, zone *time.Location) {
	for _, h := range hits {
		gained := ""
		if h.Gained {
			gained = ", gained"
		}
		sh.printf("%s  %s  (%s, %s%s)\n", clock(&h.SeenAt, zone), shorten(h.Title, 90), sanitize.Line(h.Source), h.Strength, gained)
		if words := matchedWords(h.Hits); words != "" {
			sh.printf("    %s\n", words)
		}
		if h.Link != "" {
			sh.printf("    %s\n", sanitize.Line(h.Link))
		}
	}
}
