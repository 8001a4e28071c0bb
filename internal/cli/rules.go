package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/userfile"
	"regwatch/rules"
)

func newRules(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List, test and measure the watch rules",
		Args:  noArgs,
		RunE:  func(*cobra.Command, []string) error { return listRules(sh) },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the rules",
			Args:  noArgs,
			RunE:  func(*cobra.Command, []string) error { return listRules(sh) },
		},
		newShow(sh),
		newRulesTest(sh),
		newExplain(sh),
		newLint(sh),
		newSchema(sh),
		newEval(sh),
		newBacktest(sh),
	)
	return cmd
}

func newSchema(sh *shell) *cobra.Command {
	var vocabulary bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of rule files, for editors",
		Long: `Print the JSON Schema of rule files, or of the vocabulary files that they share.
regwatch init writes them as rules/rule.schema.json and
rules/vocabulary.schema.json. A first line
    # yaml-language-server: $schema=rule.schema.json
in a rule, or with ../vocabulary.schema.json in a vocabulary, makes editors
complete and underline by it.`,
		Example: "  regwatch rules schema > rules/rule.schema.json\n  regwatch rules schema --vocabulary > rules/vocabulary.schema.json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			text := rules.Schema()
			if vocabulary {
				text = rules.VocabularySchema()
			}
			_, err := sh.stdout.Write(text)
			return err
		},
	}
	cmd.Flags().BoolVar(&vocabulary, "vocabulary", false, "of vocabulary files")
	return cmd
}

// loadRules reads the rules alone, so that they can be tested while the rest of
// the folder is not in order.
func loadRules(sh *shell) (*rules.Set, error) {
	set, problems := rules.Load(userfile.Dir(filepath.Join(sh.dir, "rules")))
	if len(problems) > 0 {
		return nil, app.Below(sh.dir, "rules", problems)
	}
	return set, nil
}

func listRules(sh *shell) error {
	set, err := loadRules(sh)
	if err != nil {
		return err
	}
	type row struct {
		ID       string   `json:"id"`
		Title    string   `json:"title"`
		Severity string   `json:"severity"`
		Draft    bool     `json:"draft,omitempty"`
		Routes   []string `json:"routes,omitempty"`
		Revision string   `json:"revision"`
	}
	rows := []row{}
	for _, r := range set.Rules() {
		rows = append(rows, row{r.ID, r.Title, string(r.Severity), r.Draft, r.Routes, r.Hash})
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	if len(rows) == 0 {
		sh.printf("There are no rules in %s.\n", filepath.Join(sh.dir, "rules"))
		return nil
	}
	table := newTable(sh.stdout, "RULE", "SEVERITY", "STATUS", "ROUTES", "TITLE")
	for _, r := range rows {
		status := "active"
		if r.Draft {
			status = "draft"
		}
		table.row(r.ID, r.Severity, status, cmp.Or(strings.Join(r.Routes, ", "), "default"), r.Title)
	}
	return table.flush()
}

func newRulesTest(sh *shell) *cobra.Command {
	var junit string
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Run the examples of every rule",
		Long: `Run the examples of every rule: those under match must be found, those under
ignore must not. Each that fails is told with its place and what happened.`,
		Example: "  regwatch rules test\n  regwatch rules test --junit rules.xml",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return testRules(sh, junit) },
	}
	cmd.Flags().StringVar(&junit, "junit", "", "also write the outcome to this file, as JUnit XML for a CI system")
	return cmd
}

func testRules(sh *shell, junit string) error {
	set, err := loadRules(sh)
	if err != nil {
		return err
	}
	outcomes := set.Outcomes()
	failures := rules.Failed(outcomes)
	if junit != "" {
		if err := writeJUnit(junit, sh.dir, set, outcomes); err != nil {
			return err
		}
	}
	if sh.asJSON {
		if err := sh.printJSON(map[string]any{"examples": set.Examples(), "failures": append([]rules.Outcome{}, failures...)}); err != nil {
			return err
		}
	} else {
		for _, f := range failures {
			f.File = filepath.Join(sh.dir, "rules", f.File)
			fmt.Fprintln(sh.stderr, f)
		}
		sh.printf("%s, %d failed\n", plural(set.Examples(), "example", "examples"), len(failures))
	}
	if len(failures) > 0 {
		return errProblems
	}
	return nil
}

func newEval(sh *shell) *cobra.Command {
	var split string
	var misses bool
	cmd := &cobra.Command{
		Use:   "eval FILE.jsonl",
		Short: "Measure the rules on labelled articles",
		Long: `Run the rules over articles of which a person said what they are about, and
print precision and recall per topic and language, each with its 95 % Wilson
interval. Each line of the file is an object with id, lang, title, text and
topics, a list of rule ids. An article counts as found when the rule matches
as a subject; a mention does not alert and does not count.`,
		Example: "  regwatch rules eval labelled.jsonl --misses\n  regwatch rules eval labelled.jsonl --split core --json",
		Args:    oneArg("a file of labelled articles, one JSON object a line"),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := loadRules(sh)
			if err != nil {
				return err
			}
			if len(set.Rules()) == 0 {
				return fmt.Errorf("there is no rule in %s, so there is nothing to measure", filepath.Join(sh.dir, "rules"))
			}
			file, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			labelled, err := rules.ReadLabelled(file)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			var chosen []rules.LabelledArticle
			for _, l := range labelled {
				if split == "" || l.Split == split {
					chosen = append(chosen, l)
				}
			}
			if len(chosen) == 0 {
				return fmt.Errorf("%s has no article%s", args[0], of(split))
			}
			report := rules.Evaluate(set, chosen)
			if sh.asJSON {
				return sh.printJSON(report)
			}
			printEval(sh, report, misses)
			return nil
		},
	}
	cmd.Flags().StringVar(&split, "split", "", "only articles whose field split is this")
	cmd.Flags().BoolVar(&misses, "misses", false, "list the articles on which rule and label differ")
	return cmd
}

func of(split string) string {
	if split == "" {
		return ""
	}
	return " of split " + split
}

func printEval(sh *shell, report rules.Report, misses bool) {
	table := newTable(sh.stdout, "TOPIC", "LANGUAGE", "ON TOPIC", "PRECISION", "RECALL", "F1")
	for _, s := range report.Scores {
		if s.True+s.Missed+s.False == 0 {
			continue
		}
		table.row(s.Topic, s.Lang, fmt.Sprint(s.True+s.Missed), rate(s.Precision), rate(s.Recall), fmt.Sprintf("%.2f", s.F1))
	}
	_ = table.flush()
	sh.printf("%s, %s\n", plural(report.Articles, "article", "articles"), plural(len(report.Mistakes), "difference", "differences"))
	for _, t := range report.Unknown {
		sh.printf("%s labelled %q, which is the id of no rule\n", plural(t.Articles, "article is", "articles are"), t.Topic)
	}
	if !misses {
		return
	}
	for _, m := range report.Mistakes {
		what := "missed "
		if !m.Wanted {
			what = "wrongly"
		}
		sh.printf("%s %-21s %-8s %s  %s %s\n", what, m.Topic, m.Lang, m.ID, shorten(m.Title, 80), m.Words)
	}
}

// rate renders a share with its interval, or a dash where nothing was measured.
func rate(r rules.Rate) string {
	if r.Value < 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Value, r.Low, r.High)
}
