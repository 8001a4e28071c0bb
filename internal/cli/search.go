package cli

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/rules"
	"regwatch/scanner"
)

func newSearch(sh *shell) *cobra.Command {
	var w window
	var all bool
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Search the stored articles",
		Long: `Search the stored articles with a query, newest first. A search is a rule that
is not saved: it finds what a rule would, in any script, and shows the words.

  stablecoin AND licence        both; OR for either, NOT for without
  "stable coin"                 a phrase; case, hyphens, plurals and 繁/简 are equal
  licens*                       any ending, behind three letters or more
  yuan NEAR/8 stablecoin        within 8 words; ONEAR/8 in this order
  yuan NEAR/S stablecoin        in one sentence; NEAR/P in one paragraph
  ban NOT NEAR/6 donation       a ban that has no donation within 6 words
  title:ban  lead:(ban OR 禁止)  in the title, in the first sentences; body:, title,lead:
  ATLEAST/3(stablecoin)         three times or more
  =SFC                          case counts
  "/No\. \d+ of 2026/"          a regular expression, in quotes
  role:press  source:hkma-*     where it comes from; language:zh, jurisdiction:"Hong Kong"

AND and OR are mixed with parentheses only.`,
		Example: `  regwatch search '(ban OR 禁止) AND (crypto OR 加密貨幣)' --since 30d
  regwatch search '"stablecoin licence"' --all --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New(`regwatch search takes a query, such as 'stablecoin AND "issuer licence"'`)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			set, problems := rules.Search(strings.Join(args, " ")) // a shell has cut an unquoted query
			if len(problems) > 0 {
				return problems
			}
			return search(cmd, sh, set, w, all)
		},
	}
	w.flags(cmd, "90d", 20)
	cmd.Flags().BoolVar(&all, "all", false, "count every hit, and not only those that are shown")
	return cmd
}

func search(cmd *cobra.Command, sh *shell, set *rules.Set, w window, all bool) error {
	folder, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	zone, now := folder.Config.Location(), time.Now()
	since, err := w.from(now, zone)
	if err != nil {
		return err
	}
	if err := indexAll(cmd.Context(), s, sh.stderr); err != nil {
		return err
	}
	q := scanner.Query{Rules: set, Sources: folder.Sources, Since: since.UTC(), Until: now.UTC(), Limit: w.limit, All: all}
	if all {
		q.Progress = progress(sh.stderr, "searching")
	}
	result, err := scanner.Search(cmd.Context(), s, q)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(result)
	}
	sh.pastMatches(result.Hits, zone)
	window := "since " + since.In(zone).Format(time.DateOnly)
	switch {
	case result.Total == 0:
		sh.printf("No stored article %s matches.\n", window)
	case result.Complete:
		sh.printf("%s %s.\n", plural(result.Total, "article", "articles"), window)
	default:
		sh.printf("The newest %d %s; at most %d match (--all counts them).\n", len(result.Hits), window, result.Candidates)
	}
	return nil
}
