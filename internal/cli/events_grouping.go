package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newEventsEval(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "eval FILE...",
		Short: "Measure how well articles are grouped into events, on labelled articles",
		Long: `Measure how well articles are grouped into events, on articles whose events people
have labelled, beside other ways to group them.

A file has one article a line, as JSON, and may be compressed by gzip. Fields: id,
source, link, published, title, text, event (the development that it reports; empty
if no other article does), soft (events that it may be counted to or not), and lang,
or title_zh and text_zh for the same article in Chinese.

B3 is over the articles whose event has several. WRONG is how many of 100 articles
are in a group of another event. ALERTS is how many groups an event of several
articles is in. Of en-zh, the pairs are those of two languages.`,
		Example: `  regwatch events eval labelled.jsonl.gz
  regwatch events eval march.jsonl april.jsonl --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New(cmd.CommandPath() + " takes at least one argument: a file of labelled articles, such as labelled.jsonl.gz")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			scores, err := app.EvaluateGrouping(args)
			if err != nil {
				return err
			}
			return sh.print(scores, func() error {
				table := newTable(sh.stdout, "BLOCK", "LANGUAGES", "METHOD", "B3 P", "R", "F1", "PAIRS F1", "WRONG", "ALERTS", "EVENTS", "ARTICLES")
				for _, s := range scores {
					table.row(s.Block, s.Languages, s.Method, share(s.B3.P), share(s.B3.R), share(s.B3.F1), share(s.Pairs.F1),
						fmt.Sprintf("%.1f", s.Wrong), fmt.Sprintf("%.2f", s.Alerts), fmt.Sprint(s.Stories), fmt.Sprint(s.Articles))
				}
				return table.flush()
			})
		},
	}
}

func share(x float64) string { return fmt.Sprintf("%.3f", x) }
