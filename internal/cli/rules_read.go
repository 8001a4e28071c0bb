package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newRulesRead(sh *shell) *cobra.Command {
	var language string
	cmd := &cobra.Command{
		Use:   "read RULE",
		Short: "Read a rule in plain language",
		Long: `Print what a rule does in plain language, for people who do not write rules: to which
articles it alerts, which it only mentions, how severe they are, where the alerts go,
and what its names and lists mean. The words are made of the conditions that match, so
they say what the rule does, and not what it was meant to do.`,
		Example: `  regwatch rules read yuan-stablecoin
  regwatch rules read yuan-stablecoin --lang zh-Hant
  regwatch rules read yuan-stablecoin --json`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := sh.rulesInUse(cmd.Context())
			if err != nil {
				return err
			}
			r, err := rules.Read(args[0], language)
			if err != nil {
				return err
			}
			return sh.print(r, func() error {
				sh.printReading(r)
				exceptions := rules.Exceptions(r.RuleID)
				if len(exceptions) > 0 {
					sh.printf("\nExceptions in force; %s says until when:\n", sh.command("exceptions --rule "+r.RuleID))
				}
				for _, x := range exceptions {
					sh.printf("  not %s, for %s: %s\n", sanitize.Line(x.Query), exceptionScope(x, ""), sanitize.Line(x.Reason))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&language, "lang", "en", "en, zh-Hant or zh-Hans")
	return cmd
}

func (sh *shell) printReading(r app.RuleReading) {
	for line := range strings.SplitSeq(strings.TrimSuffix(r.String(), "\n"), "\n") {
		sh.printf("%s\n", sanitize.Printable(line))
	}
}

func newRulesRelated(sh *shell) *cobra.Command {
	r := app.RelatedRequest{}
	cmd := &cobra.Command{
		Use:   "related RULE|--query QUERY",
		Short: "Suggest words for a rule, from the stored articles",
		Long: `Suggest words and phrases that a rule does not have: those that occur in the stored
articles that it is about far more often than in the others. Each has the number of
such articles, and of all articles, with it, and the title of one of them.

The newest 20,000 articles are read. The words are ranked by the log-likelihood ratio
of Dunning (1993). They are suggestions: a word that is often there may also be about
something else, so try it with "regwatch search" first.`,
		Example: `  regwatch rules related stablecoin-ordinance
  regwatch rules related --query 'MiCA OR "Markets in Crypto-Assets"' --limit 10`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 1:
				return usageError{fmt.Errorf("regwatch rules related takes one rule, and got %d; put a query of several words in quotes", len(args))}
			case len(args) == 1 && r.Query != "":
				return usageError{errors.New("name a rule, or give --query, but not both")}
			case len(args) == 0 && r.Query == "":
				return usageError{errors.New("name a rule, or give --query; regwatch rules lists the rules")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Limit < 1 {
				return usageError{fmt.Errorf("--limit %d; use 1 or more", r.Limit)}
			}
			if len(args) == 1 {
				r.RuleID = args[0]
			}
			r.Progress = printProgress(sh.stderr)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				found, err := a.RelatedTerms(cmd.Context(), r)
				if err != nil {
					return err
				}
				return sh.print(found, func() error { return sh.printRelated(found) })
			})
		},
	}
	cmd.Flags().StringVar(&r.Query, "query", "", "a query instead of a rule, as in regwatch search")
	cmd.Flags().IntVar(&r.Limit, "limit", 20, "how many words to suggest")
	return cmd
}

func (sh *shell) printRelated(found app.RelatedTerms) error {
	switch {
	case found.Articles == 0:
		sh.printf("Nothing is stored yet: run %s first.\n", sh.command("scan"))
		return nil
	case found.Hits == 0:
		sh.printf("None of the newest %s is about it, so there is nothing to learn from.\n", plural(found.Articles, "article", "articles"))
		return nil
	case len(found.Terms) == 0:
		sh.printf("No word stands out in %s of %d. A word must be in %d articles of the rule and in few of the others; the more articles\nare stored, the more words stand out: scan for longer, or load more with %s\n",
			plural(found.Hits, "article", "articles"), found.Articles, app.RelatedArticles, sh.command("import FILE"))
		return nil
	}
	sh.printf("Words in %s about it, of the newest %d:\n\n", plural(found.Hits, "article", "articles"), found.Articles)
	table := newTable(sh.stdout, "WORDS", "ABOUT IT", "ALL", "FOR EXAMPLE")
	for _, t := range found.Terms {
		table.row(t.Term, fmt.Sprint(t.Hits), fmt.Sprint(t.Articles), shorten(t.Title, 70))
	}
	return table.flush()
}

func newRulesHistory(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "history RULE",
		Short: "Show what has changed in a rule, when and by whom",
		Long: `Show what has changed in a rule, oldest first: its versions that were in force, who
saved it, its relevance models, its reviews, and the exceptions that apply to it.`,
		Example: `  regwatch rules history crypto-ban
  regwatch rules history crypto-ban --json`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				history, err := a.RuleHistory(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(history, func() error { return sh.printRuleHistory(history, a.Zone()) })
			})
		},
	}
}

func (sh *shell) printRuleHistory(history []app.RuleHistoryEntry, zone *time.Location) error {
	if len(history) == 0 {
		sh.printf("The rule has not been in force yet.\n")
		return nil
	}
	table := newTable(sh.stdout, "WHEN", "BY", "WHAT", "DETAIL")
	for _, h := range history {
		table.row(clock(&h.At, zone), cmp.Or(h.By, "-"), h.What, shorten(h.Detail, 100))
	}
	return table.flush()
}

func newRulesReviewed(sh *shell) *cobra.Command {
	var next, by string
	cmd := &cobra.Command{
		Use:   "reviewed RULE --next DATE",
		Short: "Record that you reviewed a rule, and set the date of its next review",
		Long: `Record that you reviewed a rule, and set review_by, the date of its next review, in its
file. Nothing else in the file changes. The audit log records who reviewed it.

From two weeks before the date the owner of the rule is reminded once, with what the
rule has caught and its precision since the last review; when the date has passed, once
more and then every 30 days.`,
		Example: `  regwatch rules reviewed crypto-ban --next 2027-07-31 --by ana`,
		Args:    oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if next == "" {
				return usageError{errors.New("--next is missing; say when the rule is to be reviewed again, such as --next 2027-07-31")}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				r, err := a.ReviewRule(cmd.Context(), args[0], next, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(r, func() error {
					sh.printf("Reviewed %s: the next review is due by %s (before: %s).\n", r.ID, r.Next, cmp.Or(r.Before, "no date"))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&next, "next", "", "the date of the next review, such as 2027-07-31")
	cmd.Flags().StringVar(&by, "by", "", "who reviewed it (default: your user name)")
	return cmd
}
