package cli

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/sources"
)

func newExplain(sh *shell) *cobra.Command {
	var only, from string
	var allow []string
	cmd := &cobra.Command{
		Use:   "explain FILE|URL",
		Short: "Say which parts of each rule an article meets, and where",
		Long: `Read an article and say for every rule whether it matches, which of its parts
are met by which words, and which are not. A file is plain text whose first
line is the title; "-" is standard input. A web address is fetched as an
article's page is, and its text is extracted.

Where the article comes from is not known, so a rule's conditions on source,
role and jurisdiction are not met; --source says of which source it is.`,
		Example: `  regwatch rules explain article.txt
  regwatch rules explain https://www.example.com/news/1 --rule crypto-ban
  pbpaste | regwatch rules explain -`,
		Args: oneArg("a file, - or a web address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := loadRules(sh)
			if err != nil {
				return err
			}
			article, err := readArticle(cmd.Context(), sh, cmd.InOrStdin(), args[0], allow)
			if err != nil {
				return err
			}
			if from != "" {
				if article.Source, err = sourceCalled(sh, from); err != nil {
					return err
				}
				article.SourceID = from
			}
			var chosen []rules.Explanation
			var ids []string
			for _, e := range set.Explain(article) {
				ids = append(ids, e.RuleID)
				if only == "" || e.RuleID == only {
					chosen = append(chosen, e)
				}
			}
			if len(chosen) == 0 {
				return usageError{fmt.Errorf("no rule is called %q%s; regwatch rules lists them", only, didYouMean(only, ids))}
			}
			if sh.asJSON {
				return sh.printJSON(map[string]any{"title": article.Title, "text": article.Body, "rules": chosen})
			}
			sh.printf("%s\n(%s of text)\n\n", article.Title, plural(len(strings.Fields(article.Body)), "word", "words"))
			// What matches comes first, and in one line before all the parts.
			slices.SortStableFunc(chosen, func(a, b rules.Explanation) int { return b.Strength.Rank() - a.Strength.Rank() })
			for _, e := range chosen {
				verdict := "no"
				if e.Strength != "" {
					verdict = string(e.Strength)
				}
				if e.Part > 0 {
					verdict = fmt.Sprintf("%s in part %d, %s", verdict, e.Part, shorten(e.Heading, 60))
				}
				sh.printf("  %-24s %s\n", e.RuleID, verdict)
			}
			for _, e := range chosen {
				sh.printf("\n%s", e)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&only, "rule", "", "only this rule")
	cmd.Flags().StringVar(&from, "source", "", "the id of the source that the article is taken to come from")
	cmd.Flags().StringSliceVar(&allow, "allow-host", nil, "a private or loopback host that may be fetched")
	return cmd
}

// sourceCalled returns a source of the folder.
func sourceCalled(sh *shell, id string) (models.Source, error) {
	list, problems := sources.Load(userfile.Dir(filepath.Join(sh.dir, "sources")))
	if len(problems) > 0 {
		return models.Source{}, app.Below(sh.dir, "sources", problems)
	}
	var ids []string
	for _, src := range list {
		if src.ID == id {
			return src, nil
		}
		ids = append(ids, src.ID)
	}
	return models.Source{}, usageError{fmt.Errorf("no source is called %q%s; regwatch sources lists them", id, didYouMean(id, ids))}
}

// readArticle reads an article from a file, standard input or the web.
func readArticle(ctx context.Context, sh *shell, stdin io.Reader, from string, allow []string) (models.Article, error) {
	if strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://") {
		config, _ := configs.Load(sh.dir)
		client := app.NewClient(config, sh.dir, redact.New(config.SecretValues()...))
		defer client.Close()
		src := models.Source{ID: "page", Name: "the page", Kind: sources.KindFeed, URL: from, AllowHosts: allow}
		return sources.Open(src, client).Complete(ctx, models.Article{SourceID: src.ID, Link: from, BodyState: models.BodyWanted, SeenAt: time.Now()})
	}
	var text []byte
	var err error
	if from == "-" {
		text, err = io.ReadAll(io.LimitReader(stdin, 10<<20))
	} else {
		text, err = os.ReadFile(from)
	}
	if err != nil {
		return models.Article{}, err
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return models.Article{}, fmt.Errorf("%s is not plain text in UTF-8; save it as such, or paste it into: regwatch rules explain -", from)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if title == "" {
		return models.Article{}, errors.New("the article is empty; want its title in the first line and its text below")
	}
	return models.Article{Title: strings.TrimSpace(title), Body: strings.TrimSpace(body)}, nil
}

func newLint(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "lint",
		Short: "Point out what is allowed in a rule and hardly meant",
		Long: `Point out what works and is hardly meant:

- branches that can never be met, or that another branch makes needless;
- phrases that are never found, or add nothing to a shorter one;
- words in the manner of another search language: ban(s|ned)?, title:ban;
- an unless that spoils every hit, a min that no title has room for;
- a rule without examples to match or to ignore, and a branch that none meets;
- lists and definitions that nothing uses, and rules that nearly coincide.

Each finding has its place, and what would be right. "regwatch check" shows
them as warnings. The exit code is 2 if there is anything to say.`,
		Example: "  regwatch rules lint\n  regwatch rules lint --json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := loadRules(sh)
			if err != nil {
				return err
			}
			found := app.Below(sh.dir, "rules", lint.Check(set)).Sorted()
			if sh.asJSON {
				if err := sh.printJSON(append(diag.Problems{}, found...)); err != nil {
					return err
				}
			} else if len(found) == 0 {
				sh.printf("Nothing to point out in %s.\n", plural(len(set.Rules()), "rule", "rules"))
			} else {
				sh.printf("%s\n", found)
			}
			if len(found) > 0 {
				return errProblems
			}
			return nil
		},
	}
}

// writeJUnit writes the outcome of rules' examples in the form that CI systems
// read (https://github.com/testmoapp/junitxml): a suite a rule, a case an
// example.
func writeJUnit(path, dir string, set *rules.Set, outcomes []rules.Outcome) error {
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
	for _, r := range set.Rules() {
		s := suite{Name: r.ID}
		for _, o := range outcomes {
			if o.RuleID != r.ID {
				continue
			}
			c := testCase{Name: o.Title, Class: r.ID, File: filepath.Join(dir, "rules", o.File), Line: o.Line}
			if o.What != "" {
				s.Failures++
				c.Failure = &failure{o.What}
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
