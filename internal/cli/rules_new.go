package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
)

func newRulesNew(sh *shell) *cobra.Command {
	var r app.NewRuleRequest
	cmd := &cobra.Command{
		Use:   "new ID",
		Short: "Write the file of a new rule, and show what it would find",
		Long: `Write the file of a new rule. On a terminal the command asks what the rule is about,
what must stand near it and what to ignore. With --query the rule looks for what the
query finds; "regwatch search --help" explains queries. Without either, it writes a
file with every part explained.

The examples of the rule are titles of stored articles, if there are any. The command
then reads the rule in plain language, shows what it would have done in the last 90
days, and suggests more words from the stored articles.

The rule is valid as it is, and a draft: it alerts nobody until you set its status to
active. A file that exists is not overwritten.`,
		Example: `  regwatch rules new kiosk-ban
  regwatch rules new kiosk-ban --title 'Bans on crypto kiosks' --query 'kiosk AND (ban OR 禁止)'
  regwatch rules new mica --query '("MiCA" OR "Markets in Crypto-Assets") AND licence' --severity high`,
		Args: oneArg("the ID of the rule: lower-case letters and digits joined by hyphens, such as kiosk-ban"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.ID = args[0]
			if err := app.CheckNewRule(sh.dir, r.ID); err != nil {
				return err
			}
			if r.Query == "" && isTerminal(cmd.InOrStdin()) && !sh.asJSON {
				if err := sh.askRule(cmd.Context(), cmd.InOrStdin(), &r); err != nil {
					return err
				}
			}
			return sh.newRule(cmd.Context(), r)
		},
	}
	cmd.Flags().StringVar(&r.Title, "title", "", "the title, which heads the alerts (default: made of the ID)")
	cmd.Flags().StringVar(&r.Query, "query", "", "what to look for, as in regwatch search (default: asked, or the words of the ID)")
	cmd.Flags().StringVar(&r.Severity, "severity", "", "low, medium, high or critical (default: medium)")
	return cmd
}

// newRule writes a rule. If it looks for something, the folder is opened to say what the rule would have found.
func (sh *shell) newRule(ctx context.Context, r app.NewRuleRequest) error {
	if r.Query == "" && len(r.Topic) == 0 {
		return sh.writeNewRule(r)
	}
	if err := app.CheckQuery(r.Query); err != nil {
		return err
	}
	return sh.withApp(ctx, func(a *app.App) error {
		since, err := parseSince("90d", a.Now(), a.Zone())
		if err != nil {
			return err
		}
		r.By = actorName("")
		started, err := a.StartRule(ctx, r, app.BacktestRequest{Since: since, Progress: printProgress(sh.stderr)})
		if err != nil {
			return err
		}
		return sh.print(started, func() error { return sh.printStartedRule(started, a) })
	})
}

func (sh *shell) writeNewRule(r app.NewRuleRequest) error {
	saved, err := app.NewRule(sh.dir, r)
	if err != nil {
		return err
	}
	return sh.print(saved, func() error {
		sh.printf("wrote %s\n\n", saved.File)
		sh.printNextSteps(saved, "replace the placeholders", sh.command("rules backtest "+saved.ID))
		return nil
	})
}

// askRule asks what a rule looks for.
func (sh *shell) askRule(ctx context.Context, stdin io.Reader, r *app.NewRuleRequest) error {
	lines := readLines(stdin)
	ask := func(question string) (string, error) {
		sh.printf("%s\n> ", question)
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case line, ok := <-lines:
			if !ok {
				sh.printf("\n")
				return "", errors.New("the questions were not answered; nothing was written")
			}
			return strings.TrimSpace(line), nil
		}
	}
	sh.printf("Three questions. Separate words and phrases by commas; Chinese in either script finds both.\n\n")
	for len(r.Topic) == 0 {
		answer, err := ask("What is it about? Such as: crypto kiosk, bitcoin ATM, 比特幣自動櫃員機")
		if err != nil {
			return err
		}
		r.Topic = splitWords(answer)
	}
	near, err := ask("What must be near it, or happen to it? Such as: ban, prohibit*, 禁止 (Enter: anything)")
	if err != nil {
		return err
	}
	ignored, err := ask("What should be ignored, when the title or the first sentences name it? Such as: scam, lottery (Enter: nothing)")
	if err != nil {
		return err
	}
	r.Near, r.Ignore = splitWords(near), splitWords(ignored)
	for r.Severity == "" {
		answer, err := ask("How severe is it? low, medium, high or critical (Enter: medium)")
		if err != nil {
			return err
		}
		switch answer = strings.ToLower(cmp.Or(answer, "medium")); answer {
		case "low", "medium", "high", "critical":
			r.Severity = answer
		default:
			sh.printf("%q is none of them.\n", answer)
		}
	}
	sh.printf("\n")
	return nil
}

// readLines returns the lines of a reader one by one, and closes the channel at its end.
func readLines(r io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// splitWords reads words and phrases between commas, which may be Chinese ones.
func splitWords(s string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(s, func(c rune) bool { return strings.ContainsRune(",，、;；", c) }) {
		if word = strings.Trim(strings.Join(strings.Fields(word), " "), `"'“”「」`); word != "" {
			words = append(words, word)
		}
	}
	return words
}

func (sh *shell) printStartedRule(s app.StartedRule, a *app.App) error {
	sh.printf("wrote %s\n", s.File)
	sh.printNotCommitted(s.NotCommitted)
	sh.printf("\n")
	sh.printReading(s.Reading)
	sh.printf("\n")
	p := backtestPrinter{sh, s.Backtest, a.Zone(), [2]string{"", ""}}
	b := s.Backtest
	backtest := sh.command("rules backtest " + s.ID)
	found := "In the articles since"
	if b.By == app.ByPublished {
		backtest += " --by published --since " + b.From.In(a.Zone()).Format(time.DateOnly)
		found = "No scan has stored an article yet. In the imported articles published since"
	}
	switch {
	case !b.Stored:
		sh.printf("Nothing is stored yet, so it is not known what the rule would find. Run %s, then %s.\n", sh.command("scan"), backtest)
	default:
		sh.printf("%s %s it would have found %s about it and %s that mention it, and made %s",
			found, p.day(b.From), plural(b.Draft.Subjects, "article", "articles"), fmt.Sprint(b.Draft.Mentions), plural(b.Draft.Alerts, "alert", "alerts"))
		if b.Draft.PerWeekMeasured && b.Draft.PerWeek >= lowestPerWeek {
			sh.printf(", %.1f a week", b.Draft.PerWeek)
		}
		sh.printf(".\n")
		if len(b.Newest) > 0 {
			sh.printf("\nNewest hits:\n")
			p.printHits(b.Newest)
		}
	}
	if len(s.Warnings) > 0 {
		sh.printf("\nLikely mistakes:\n%s\n", diag.Problems(s.Warnings))
	}
	if len(s.Related) > 0 {
		sh.printf("\nWords that are often in these articles, and that you may want to add:\n")
		for _, t := range s.Related {
			sh.printf("  %s  (%d of %s with it are about the topic)\n", shorten(t.Term, 40), t.Hits, plural(t.Articles, "article", "articles"))
		}
		sh.printf("More: %s\n", sh.command("rules related "+s.ID))
	}
	sh.printf("\n")
	edit := "say why it matters, and check the examples"
	if !s.Archive {
		edit = "say why it matters, and replace the examples by real headlines: no stored title matches"
	}
	sh.printNextSteps(s.SavedRule, edit, backtest)
	return nil
}

func (sh *shell) printNextSteps(saved app.SavedRule, edit, backtest string) {
	sh.printf("Next:\n")
	for _, next := range [][2]string{
		{cmp.Or(os.Getenv("EDITOR"), "edit") + " " + saved.File, edit},
		{sh.command("rules test"), "run its examples"},
		{backtest, "see what it would have found"},
	} {
		sh.printf("  %s  %s\n", pad(next[0], len(backtest)), next[1])
	}
	sh.printf("\nThe rule is a draft: it alerts nobody until you set status: active.\n%s\n", sh.lookForward(saved.ID))
}
