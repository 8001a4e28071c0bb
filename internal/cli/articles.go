package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

const wantArticle = "the ID of an article, or its first characters, or its link; regwatch articles lists them"

func newArticles(sh *shell) *cobra.Command {
	w := window{}
	var f app.ArticleFilter
	cmd := &cobra.Command{
		Use:     "articles",
		Aliases: []string{"article"},
		Short:   "List and show the stored articles, and what changed in them",
		Long: `List the stored articles, the one seen last first. With --revised only articles whose
text has changed are listed, the one that changed last first. Imported articles are
listed with --imported, the one published last first.

A watched page (kind: page) is an article too, and each version of it is a revision.
What changed between two versions is an article of its own.`,
		Example: `  regwatch articles --source hkma-guidance --revised
  regwatch articles show 01K9ZQ4T
  regwatch articles diff 01K9ZQ4T --from 1
  regwatch articles feedback 01K9ZQ4T irrelevant --rule crypto-ban`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				var err error
				if f.Since, err = w.from(a.Now(), a.Zone()); err != nil {
					return err
				}
				f.Limit = w.limit
				articles, err := a.Articles(cmd.Context(), f)
				if err != nil {
					return err
				}
				return sh.print(articles, func() error {
					if len(articles) == 0 {
						oldest, err := a.OldestArticle(cmd.Context(), f)
						sh.printNoArticle(f, oldest, a.Zone())
						return err
					}
					return sh.printArticles(articles, f, a.Zone())
				})
			})
		},
	}
	w.flags(cmd, "30d", 50)
	cmd.Flags().StringVar(&f.Source, "source", "", "only articles of this source")
	cmd.Flags().BoolVar(&f.Revised, "revised", false, "only articles whose text has changed")
	cmd.Flags().BoolVar(&f.Imported, "imported", false, "only imported articles, by when they were published")
	cmd.AddCommand(newArticleShow(sh), newArticleDiff(sh), newArticleFeedback(sh))
	return cmd
}

func (sh *shell) printArticles(articles []app.Article, f app.ArticleFilter, zone *time.Location) error {
	if f.Imported {
		table := newTable(sh.stdout, "ID", "PUBLISHED", "IMPORTED", "TEXT", "SOURCE", "TITLE")
		for _, r := range articles {
			table.row(r.ShortID, clock(r.PublishedAt, zone), clock(&r.SeenAt, zone), r.TextState, r.Source, shorten(r.Title, 70))
		}
		return table.flush()
	}
	table := newTable(sh.stdout, "ID", "SEEN", "REVISION", "REVISED", "TEXT", "SOURCE", "TITLE")
	for _, r := range articles {
		table.row(r.ShortID, clock(&r.SeenAt, zone), fmt.Sprint(r.Revision), clock(r.RevisedAt, zone), r.TextState, r.Source, shorten(r.Title, 70))
	}
	return table.flush()
}

func (sh *shell) printNoArticle(f app.ArticleFilter, oldest time.Time, zone *time.Location) {
	verb := "seen"
	switch {
	case f.Revised:
		verb = "revised"
	case f.Imported:
		verb = "imported that was published"
	}
	sh.printf("No article was %s since %s.\n", verb, f.Since.In(zone).Format(time.DateOnly))
	sh.hintOlder(oldest, f.Since, zone)
}

// hintOlder says that there are articles from before the window of a command.
func (sh *shell) hintOlder(oldest, since time.Time, zone *time.Location) {
	if !oldest.IsZero() && oldest.Before(since) {
		sh.printf("Older articles are stored. To read them too: add --since %s\n", oldest.In(zone).Format(time.DateOnly))
	}
}

func newArticleShow(sh *shell) *cobra.Command {
	var noText bool
	cmd := &cobra.Command{
		Use:   "show ARTICLE",
		Short: "Show an article with its text, revisions, matches and events",
		Long: `Show an article: its source and dates, its revisions, the rules that matched, its
events, and its whole text.

ARTICLE is the ID of an article, its first characters, or its link.`,
		Example: `  regwatch articles show 01K9ZQ4T
  regwatch articles show https://www.example.gov/register --no-text`,
		Args: oneArg(wantArticle),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				article, err := a.Article(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(article, func() error {
					sh.printArticle(article, a.Zone())
					sh.printArticleFeedback(article.Feedback, a.Zone())
					if !noText {
						sh.printText(article)
					}
					return nil
				})
			})
		},
	}
	cmd.Flags().BoolVar(&noText, "no-text", false, "leave the text out")
	return cmd
}

func (sh *shell) printArticle(r app.ArticleDetails, zone *time.Location) {
	sh.printf("%s\n", sanitize.Line(r.Title))
	if r.Link != "" {
		sh.printf("%s\n", sanitize.Line(r.Link))
	}
	sh.printf("Article %s of %s (%s)\n", r.ID, sanitize.Line(cmp.Or(r.SourceName, "a source that is no longer configured")), r.Source)
	published := "on an unknown date"
	if r.PublishedAt != nil {
		published = clock(r.PublishedAt, zone)
	}
	if r.PublishedRaw != "" {
		published += fmt.Sprintf(" (“%s”)", shorten(r.PublishedRaw, 60))
	}
	if r.Import != "" {
		sh.printf("Published %s, imported %s (import %s)\n", published, clock(&r.SeenAt, zone), r.Import)
	} else {
		sh.printf("Published %s, first seen %s\n", published, clock(&r.SeenAt, zone))
	}
	sh.printf("Text: %s\n", textState(models.BodyState(r.TextState)))
	if problem := r.Problem().String(); problem != "" {
		sh.printf("      %s\n", sanitize.Line(problem))
	}
	sh.printf("Revisions:\n")
	title := r.Revisions[0].Title
	for _, v := range r.Revisions {
		length := plural(v.Length, "character", "characters")
		if v.Deleted {
			length = "text deleted by age"
		}
		sh.printf("  %d  %s  (%s)", v.Revision, clock(&v.SeenAt, zone), length)
		if v.Title != title {
			title = v.Title
			sh.printf("  title: %s", shorten(title, 90))
		}
		sh.printf("\n")
	}
	sh.printf("Matches:%s\n", noneOf(len(r.Matches), "none"))
	for _, m := range r.Matches {
		strength := m.Strength
		if m.Draft {
			strength += ", draft"
		}
		sh.printf("  revision %d: %s (%s): %s\n", m.Revision, sanitize.Line(cmp.Or(m.RuleTitle, m.RuleID)), strength, matchedWords(m.Hits))
	}
	sh.printf("Events:%s\n", noneOf(len(r.Events), "none"))
	for _, e := range r.Events {
		sh.printf("  %s  %s · %s  (%s)\n", e.ShortID, strings.ToUpper(cmp.Or(e.Severity, "mention")), shorten(e.Title, 90), sanitize.Line(e.JoinedBy))
	}
}

func (sh *shell) printArticleFeedback(feedback []app.ArticleVerdict, zone *time.Location) {
	if len(feedback) == 0 {
		return
	}
	sh.printf("Feedback on the article:\n")
	for _, f := range feedback {
		sh.printf("  %s  %s\n", clock(&f.GivenAt, zone), articleVerdict(f))
	}
}

// articleVerdict says what somebody said of an article.
func articleVerdict(f app.ArticleVerdict) string {
	verdict := models.Irrelevant
	if f.Relevant {
		verdict = models.Relevant
	}
	s := fmt.Sprintf("%s for rule %s, by %s", verdict, sanitize.Line(f.RuleID), personOf(f.By))
	if f.Note != "" {
		s += ": " + shorten(f.Note, 200)
	}
	return s
}

// printText prints the text of an article after an empty line, paragraph by paragraph.
func (sh *shell) printText(r app.ArticleDetails) {
	for paragraph := range strings.SplitSeq(r.Body, "\n\n") {
		if paragraph = sanitize.Line(paragraph); paragraph != "" {
			sh.printf("\n%s\n", paragraph)
		}
	}
}

// textState says what the text of an article is.
func textState(state models.BodyState) string {
	switch state {
	case models.BodyFull:
		return "in full"
	case models.BodySummary:
		return "a summary; the source gives no more"
	case models.BodyWanted:
		return "a summary; the page is still to be fetched"
	case models.BodyFailed:
		return "a summary; the page could not be fetched"
	case models.BodyVersion:
		return "a watched page; each version is kept, and each change is an article of its own"
	case models.BodyExpired:
		return "deleted by age (retention.text)"
	}
	return string(state)
}

func newArticleDiff(sh *shell) *cobra.Command {
	var from, to int
	cmd := &cobra.Command{
		Use:   "diff ARTICLE",
		Short: "Show what changed between two revisions of an article",
		Long: `Show what changed between two revisions of an article; without --from and --to,
between the last two. Removed paragraphs begin with −, new ones with +. Paragraphs are
compared word by word; white space does not count.

ARTICLE is the ID of an article, its first characters, or its link.`,
		Example: `  regwatch articles diff 01K9ZQ4T
  regwatch articles diff https://www.example.gov/register --from 1 --to 4 --json`,
		Args: oneArg(wantArticle),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				change, err := a.CompareRevisions(cmd.Context(), args[0], from, to)
				if err != nil {
					return err
				}
				return sh.print(change, func() error { sh.printArticleChange(change, a.Zone()); return nil })
			})
		},
	}
	cmd.Flags().IntVar(&from, "from", 0, "the older revision (default: the one before --to)")
	cmd.Flags().IntVar(&to, "to", 0, "the newer revision (default: the last)")
	return cmd
}

func newArticleFeedback(sh *shell) *cobra.Command {
	var f models.ArticleFeedback
	var undo bool
	verdicts := []string{string(models.Relevant), string(models.Irrelevant)}
	cmd := &cobra.Command{
		Use:     "feedback ARTICLE relevant|irrelevant --rule RULE",
		Aliases: []string{"mark"},
		Short:   "Say whether an article is relevant for a rule",
		Long: `Say whether an article is relevant for a rule, also if no event exists: of an imported
article, or of one that a new rule finds. "regwatch rules backtest" prints the ID of
each hit. The feedback counts like feedback on an event: "rules backtest" measures the
rule by it, and "rules refit" learns from it. If the rule raised an event with the
article, the feedback is stored for that event. --undo removes your feedback. The audit
log keeps all of it.`,
		Example: `  regwatch articles feedback 01K9ZQ4T relevant --rule crypto-ban
  regwatch articles feedback 01K9ZQ4T irrelevant --rule crypto-ban --note "a price report"
  regwatch articles feedback 01K9ZQ4T --rule crypto-ban --undo`,
		ValidArgs: verdicts,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case undo && len(args) != 1:
				return usageError{fmt.Errorf("%s --undo takes one argument: %s", cmd.CommandPath(), wantArticle)}
			case !undo && len(args) != 2:
				return usageError{fmt.Errorf("%s takes two arguments: the ID of an article, or its first characters or its link, and relevant or irrelevant", cmd.CommandPath())}
			case !undo && !slices.Contains(verdicts, args[1]):
				return usageError{fmt.Errorf("verdict %q does not exist%s; use relevant or irrelevant", args[1], didYouMean(args[1], verdicts))}
			case f.RuleID == "":
				return usageError{errors.New("--rule is missing; say for which rule, such as --rule crypto-ban; regwatch rules lists them")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.ArticleID, f.By = args[0], actorName(f.By)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				if undo {
					removed, err := a.RemoveArticleFeedback(cmd.Context(), f)
					if err != nil {
						return err
					}
					return sh.print(removed, func() error {
						sh.printf("%s\nThe feedback by %s for rule %s is removed.\n", sanitize.Line(removed.Article.Title), personOf(removed.By), removed.RuleID)
						return nil
					})
				}
				f.Relevant = args[1] == string(models.Relevant)
				given, err := a.AddArticleFeedback(cmd.Context(), f)
				if err != nil {
					return err
				}
				if given.Refit, err = a.RefitHint(cmd.Context(), app.Event{}, f.RuleID); err != nil {
					return err
				}
				return sh.print(given, func() error { sh.printGivenFeedback(given); return nil })
			})
		},
	}
	cmd.Flags().StringVar(&f.RuleID, "rule", "", "the rule that the feedback is about")
	cmd.Flags().StringVar(&f.By, "by", "", "who gives the feedback (default: your user name)")
	cmd.Flags().StringVar(&f.Note, "note", "", "why")
	cmd.Flags().BoolVar(&undo, "undo", false, "remove your feedback")
	return cmd
}

func (sh *shell) printGivenFeedback(given app.ArticleFeedback) {
	sh.printf("%s\nFeedback stored: %s.\n", sanitize.Line(given.Article.Title), articleVerdict(given.ArticleFeedback))
	if given.EventID != "" {
		sh.printf("The rule raised event %s with this article, so it is feedback on that event.\n", given.EventID)
	}
	if hint := given.Refit; hint != nil {
		sh.printf("%s has feedback on %d events and articles; %s shows what it would change\n", hint.RuleID, hint.Marks, sh.command("rules refit "+hint.RuleID))
	}
}

func (sh *shell) printArticleChange(c app.ArticleChange, zone *time.Location) {
	sh.printf("%s\n", sanitize.Line(c.Title))
	for _, r := range []app.ArticleRevision{c.From, c.To} {
		sh.printf("Revision %d, seen %s\n", r.Revision, clock(&r.SeenAt, zone))
	}
	if c.TitleChanged {
		sh.printf("\nTitle:\n− %s\n+ %s\n", sanitize.Line(c.From.Title), sanitize.Line(c.To.Title))
	}
	if !c.Compared {
		var deleted []string
		for _, r := range []app.ArticleRevision{c.From, c.To} {
			if r.Deleted {
				deleted = append(deleted, fmt.Sprint(r.Revision))
			}
		}
		sh.printf("\nThe texts cannot be compared: the text of revision %s was deleted by age (retention.text).\n", strings.Join(deleted, " and of revision "))
		return
	}
	if len(c.Edits) == 0 {
		if !c.TitleChanged {
			sh.printf("\nOnly white space is different.\n")
		}
		return
	}
	sh.printf("\nText: %s removed, %d new\n", plural(c.Removed, "paragraph", "paragraphs"), c.Added)
	for _, e := range c.Edits {
		sh.printf("\n")
		for _, p := range e.Removed {
			sh.printf("− %s\n", sanitize.Line(p))
		}
		for _, p := range e.Added {
			sh.printf("+ %s\n", sanitize.Line(p))
		}
	}
}

func newSearch(sh *shell) *cobra.Command {
	var w window
	var all bool
	cmd := &cobra.Command{
		Use:   "search WORD...",
		Short: "Search the stored articles",
		Long: `Search the stored articles, those published last first. Several words mean that an article has all
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
				return sh.print(result, func() error {
					sh.printSearch(result, since, a.Zone())
					if result.Total > 0 {
						return nil
					}
					oldest, err := a.OldestSearched(cmd.Context())
					sh.hintOlder(oldest, since, a.Zone())
					return err
				})
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
		published := &h.PublishedAt
		if published.IsZero() {
			published = &h.SeenAt
		}
		sh.printf("%s  %s  (%s, %s%s)\n", clock(published, zone), shorten(h.Title, 90), sanitize.Line(h.Source), h.Strength, gained)
		if words := matchedWords(h.Hits); words != "" {
			sh.printf("    %s\n", words)
		}
		if h.Link != "" {
			sh.printf("    %s\n", sanitize.Line(h.Link))
		}
	}
}
