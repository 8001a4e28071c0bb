package cli

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/internal/sanitize"
)

func newRulesTest(sh *shell) *cobra.Command {
	var junit string
	cmd := &cobra.Command{
		Use:   "test [RULE]",
		Short: "Run the examples of all rules, or of one",
		Long: `Run the examples of all rules, or of one: a rule must match those under match, and must
not match those under ignore. Each example that fails is printed with its file and line.`,
		Example: "  regwatch rules test\n  regwatch rules test kiosk-ban\n  regwatch rules test --junit rules.xml",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return oneArg("the ID of a rule; without one, all rules are tested")(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			rules, err := app.ReadRules(sh.dir)
			if err != nil {
				return err
			}
			tested, err := rules.Test(strings.Join(args, ""))
			if err != nil {
				return err
			}
			return sh.printRuleTest(tested, junit)
		},
	}
	cmd.Flags().StringVar(&junit, "junit", "", "also write the results to this file, as JUnit XML for a CI system")
	return cmd
}

func (sh *shell) printRuleTest(t app.RuleTest, junit string) error {
	if junit != "" {
		if err := writeJUnit(junit, sh.dir, t); err != nil {
			return err
		}
	}
	err := sh.print(t, func() error {
		for _, f := range t.Failures {
			f.File = filepath.Join(sh.dir, "rules", f.File)
			fmt.Fprintln(sh.stderr, f)
		}
		sh.printf("%s, %d failed\n", plural(t.Examples, "example", "examples"), len(t.Failures))
		return nil
	})
	if err == nil && len(t.Failures) > 0 {
		err = errProblems
	}
	return err
}

// writeJUnit writes the results of examples in the format that CI systems read
// (https://github.com/testmoapp/junitxml): a suite for each rule, a case for each example.
func writeJUnit(path, dir string, t app.RuleTest) error {
	type failure struct {
		Message string `xml:"message,attr"`
	}
	type testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		File    string   `xml:"file,attr,omitempty"`
		Line    int      `xml:"line,attr,omitempty"`
		Failure *failure `xml:"failure"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	var report struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}
	for _, r := range t.Rules {
		s := suite{Name: r.ID}
		for _, e := range r.Examples {
			c := testCase{Name: e.Title, Class: r.ID, File: filepath.Join(dir, "rules", e.File), Line: e.Line}
			if e.What != "" {
				s.Failures++
				c.Failure = &failure{e.Failure()}
			}
			s.Tests++
			s.Cases = append(s.Cases, c)
		}
		report.Suites = append(report.Suites, s)
	}
	out, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append([]byte(xml.Header), append(out, '\n')...), 0o644)
}

func newRulesLint(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "lint",
		Short: "Warn about likely mistakes in rules",
		Long: `Warn about likely mistakes in rules:

- conditions that can never be met, or that another condition makes unnecessary;
- phrases that are never found, or that add nothing to a shorter phrase;
- the syntax of another search language: ban(s|ned)?, title:ban;
- an unless that excludes every hit, or a min that no title is long enough for;
- a near whose parts ask for the same words;
- a number such as 2,800 without quotes between brackets, where YAML splits it;
- a rule without examples to match or to ignore, or a condition without an example;
- lists and definitions that are not used, and rules that are nearly the same.

Each warning has its file and line, and how to fix it. "regwatch check" prints the
same warnings. The exit code is 2 if there is a warning.`,
		Example: "  regwatch rules lint\n  regwatch rules lint --json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			rules, err := app.ReadRules(sh.dir)
			if err != nil {
				return err
			}
			found := rules.Lint()
			err = sh.print(append(diag.Problems{}, found...), func() error {
				if len(found) == 0 {
					sh.printf("No warnings about %s.\n", plural(len(rules.List()), "rule", "rules"))
				} else {
					sh.printf("%s\n", found)
				}
				return nil
			})
			if err == nil && len(found) > 0 {
				err = errProblems
			}
			return err
		},
	}
}

func newRulesSchema(sh *shell) *cobra.Command {
	var vocabulary bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of rule files, for editors",
		Long: `Print the JSON Schema of rule files, or of the vocabulary files that rules share.
regwatch init writes them as rules/rule.schema.json and rules/vocabulary.schema.json.
With the first line
    # yaml-language-server: $schema=rule.schema.json
in a rule, or ../vocabulary.schema.json in a vocabulary, an editor completes keys
and underlines mistakes.`,
		Example: "  regwatch rules schema > rules/rule.schema.json\n  regwatch rules schema --vocabulary > rules/vocabulary.schema.json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := sh.stdout.Write(app.RuleSchema(vocabulary))
			return err
		},
	}
	cmd.Flags().BoolVar(&vocabulary, "vocabulary", false, "print the schema of vocabulary files")
	return cmd
}

func newRulesEval(sh *shell) *cobra.Command {
	var split string
	var misses, stream bool
	cmd := &cobra.Command{
		Use:   "eval FILE.jsonl",
		Short: "Measure the rules on labelled articles",
		Long: `Run the rules on articles that people have labelled with their topics, and print
precision and recall for each topic and language, each with its 95 % Wilson
interval. Each line of the file is an object with id, lang, title, text and topics,
which is a list of rule IDs. It may have source, role and jurisdictions, and published
(a date), for rules with such conditions. An article counts as found if the rule would alert: a mention does not
count, nor a match whose relevance is too low. The last column is the recall of alerts
and entries of the digest together.

With --stream, FILE holds articles as they come, most of them without a label, and may
be compressed (.jsonl.gz). The labels are in FILE-labels.jsonl in the same folder,
whose lines have id and topics. The output is how many of 1,000 articles alert, their
precision, and an estimate of recall: an article without a label counts as not
relevant.`,
		Example: `  regwatch rules eval labelled.jsonl --misses
  regwatch rules eval labelled.jsonl --split core --json
  regwatch rules eval --stream week.jsonl.gz --misses`,
		Args: oneArg("a file of labelled articles, one JSON object a line"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if stream && split != "" {
				return usageError{errors.New("--split has no effect with --stream; use one of them")}
			}
			rules, err := sh.rulesInUse(cmd.Context())
			if err != nil {
				return err
			}
			if stream {
				report, err := rules.EvaluateStream(args[0])
				if err != nil {
					return err
				}
				return sh.print(report, func() error { return sh.printStreamEvaluation(report, misses) })
			}
			report, err := rules.Evaluate(args[0], split)
			if err != nil {
				return err
			}
			return sh.print(report, func() error { return sh.printEvaluation(report, misses) })
		},
	}
	cmd.Flags().StringVar(&split, "split", "", "only articles whose field split has this value")
	cmd.Flags().BoolVar(&misses, "misses", false, "list the articles that were missed or found wrongly")
	cmd.Flags().BoolVar(&stream, "stream", false, "FILE holds articles as they come; the labels are in FILE-labels.jsonl")
	return cmd
}

func (sh *shell) printStreamEvaluation(report app.StreamEvaluation, misses bool) error {
	table := newTable(sh.stdout, "TOPIC", "LANGUAGE", "ARTICLES", "ALERTS IN 1,000", "RIGHT", "WRONG", "MISSED", "PRECISION", "ESTIMATED RECALL", "RECALL WITH DIGEST")
	unlabelled := 0
	for _, s := range report.Scores {
		if s.Lang == "all" {
			unlabelled += s.Unlabelled
		} else if s.Right+s.Wrong+s.Missed == 0 {
			continue
		}
		table.row(s.Topic, s.Lang, fmt.Sprint(s.Articles), fmt.Sprintf("%.2f", s.PerThousand), fmt.Sprint(s.Right), fmt.Sprint(s.Wrong), fmt.Sprint(s.Missed),
			rate(s.Precision), rate(s.Recall), rate(s.RecallWithDigest))
	}
	if err := table.flush(); err != nil {
		return err
	}
	sh.printf("%s, %d labelled\n", plural(report.Articles, "article", "articles"), report.Labelled)
	if unlabelled > 0 {
		sh.printf("%s no label and counted as wrong; label them: --misses lists them\n", plural(unlabelled, "alert has", "alerts have"))
	}
	if misses {
		sh.printMistakes(report.Mistakes)
	}
	return nil
}

func (sh *shell) printEvaluation(report app.RuleEvaluation, misses bool) error {
	table := newTable(sh.stdout, "TOPIC", "LANGUAGE", "ON TOPIC", "PRECISION", "RECALL", "F1", "RECALL WITH DIGEST")
	for _, s := range report.Scores {
		if s.True+s.Missed+s.False == 0 {
			continue
		}
		table.row(s.Topic, s.Lang, fmt.Sprint(s.True+s.Missed), rate(s.Precision), rate(s.Recall), fmt.Sprintf("%.2f", s.F1), rate(s.RecallWithDigest))
	}
	if err := table.flush(); err != nil {
		return err
	}
	sh.printf("%s, %s\n", plural(report.Articles, "article", "articles"), plural(len(report.Mistakes), "difference", "differences"))
	for _, t := range report.Unknown {
		sh.printf("%s the label %q, but there is no rule with this ID\n", plural(t.Articles, "article has", "articles have"), t.Topic)
	}
	if misses {
		sh.printMistakes(report.Mistakes)
	}
	return nil
}

func (sh *shell) printMistakes(mistakes []app.RuleMistake) {
	for _, m := range mistakes {
		what := "missed "
		if !m.Wanted {
			what = "wrongly"
		}
		digest := ""
		if m.Digest {
			digest = " (in the digest)"
		}
		sh.printf("%s %-21s %-8s %s  %s %s%s\n", what, m.Topic, m.Lang, m.ID, shorten(m.Title, 80), m.Words, digest)
	}
}

// rate renders a share with its interval, or a dash where nothing was measured.
func rate(r app.Rate) string {
	if r.Value < 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Value, r.Low, r.High)
}

func newRulesExplain(sh *shell) *cobra.Command {
	var in app.ArticleInput
	var rule string
	cmd := &cobra.Command{
		Use:   "explain FILE|URL",
		Short: "Explain which rules match an article, and why",
		Long: `Read an article and explain for each rule whether it matches, which of its conditions
are met by which words, and which are not met. A file is plain text whose first line
is the title; "-" is standard input. The page at a web address is fetched, and its
text is extracted.

Conditions on source, role and jurisdiction are not met, because the source of the
article is unknown. --source names it.`,
		Example: `  regwatch rules explain article.txt
  regwatch rules explain https://www.example.com/news/1 --rule crypto-ban
  pbpaste | regwatch rules explain -`,
		Args: oneArg("a file, - or a web address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := sh.rulesInUse(cmd.Context())
			if err != nil {
				return err
			}
			in.From, in.Stdin = args[0], cmd.InOrStdin()
			article, err := app.ReadArticle(cmd.Context(), sh.dir, in)
			if err != nil {
				return suggestAllowHost(err)
			}
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			e, err := rules.Explain(app.MarkBoilerplate(cmd.Context(), sh.dir, log, article), rule)
			if err != nil {
				return err
			}
			return sh.print(e, func() error { return sh.printRuleExplanation(e) })
		},
	}
	cmd.Flags().StringVar(&rule, "rule", "", "explain only this rule")
	addArticleFlags(cmd, &in)
	return cmd
}

func (sh *shell) printRuleExplanation(e app.RuleExplanation) error {
	sh.printf("%s\n(%s of text)\n\n", sanitize.Line(e.Title), plural(len(strings.Fields(e.Text)), "word", "words"))
	for _, p := range e.LeftOut {
		sh.printf("left out: %s\n  its site has printed this at the end of pages under %d unrelated headlines or more, since %s\n\n",
			shorten(sanitize.Line(p.Text), 120), p.Headlines, p.Since.Format(time.DateOnly))
	}
	ranked := e.Ranked()
	table := newTable(sh.stdout, "RULE", "RESULT", "ID")
	for _, r := range ranked {
		result := "no match"
		if r.Strength != "" {
			result = string(r.Strength)
		}
		if r.Relevance != nil {
			result += ", " + strings.ReplaceAll(string(r.Relevance.Level), "-", " ")
		}
		if r.Part > 0 {
			result = fmt.Sprintf("%s in part %d, %s", result, r.Part, shorten(r.Heading, 60))
		}
		table.row(r.Title, result, r.RuleID)
	}
	if err := table.flush(); err != nil {
		return err
	}
	for _, r := range ranked {
		sh.printf("\n%s", r)
		for _, line := range app.RelevanceLines(r) {
			sh.printf("  %s\n", line)
		}
		if x := r.Exception; x != nil {
			sh.printf("  held by exception %s: not %s (%s)\n", x.ID, sanitize.Line(x.Query), sanitize.Line(x.Reason))
		}
	}
	return nil
}

// rulesInUse reads the rules with the relevance models that people accepted.
func (sh *shell) rulesInUse(ctx context.Context) (*app.Rules, error) {
	log, err := sh.log(true)
	if err != nil {
		return nil, err
	}
	return app.ReadRulesInUse(ctx, sh.dir, log)
}
