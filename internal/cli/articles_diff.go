package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/internal/difference"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/store"
)

func newArticleDiff(sh *shell) *cobra.Command {
	var from, to int
	cmd := &cobra.Command{
		Use:   "diff ID|LINK",
		Short: "Show what changed between two revisions of an article",
		Long: `Show what changed between two revisions of an article, the last two without
--from and --to. Paragraphs that went have a − before them, those that came a +.
They are compared word for word; only white space does not count.`,
		Example: `  regwatch articles diff 01K9ZQ4T
  regwatch articles diff https://www.example.gov/register --from 1 --to 4 --json`,
		Args: oneArg(wantArticle),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withArticle(cmd, sh, args[0], func(w written, s *store.Store, a models.Article) error {
				revisions, err := s.ArticleRevisions(cmd.Context(), a.ID)
				if err != nil {
					return err
				}
				before, after, err := pickRevisions(a.ID, revisions, from, to)
				if err != nil {
					return err
				}
				r := reportChange(a, before, after)
				if sh.asJSON {
					return sh.printJSON(r)
				}
				sh.printChange(r, w.Config.Location())
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&from, "from", 0, "the revision to compare (default: the one before --to)")
	cmd.Flags().IntVar(&to, "to", 0, "the revision to compare it with (default: the last)")
	return cmd
}

// pickRevisions returns the revisions that are compared, where 0 stands for one
// that was not named.
func pickRevisions(id string, all []models.ArticleRevision, from, to int) (before, after models.ArticleRevision, err error) {
	if len(all) < 2 {
		return before, after, fmt.Errorf("article %s has never changed: it has one revision, and nothing to compare it with", id)
	}
	last := len(all) - 1
	find := func(flag string, n, otherwise int) (int, error) {
		if n == 0 {
			return otherwise, nil
		}
		i := slices.IndexFunc(all, func(r models.ArticleRevision) bool { return r.Revision == n })
		if i < 0 {
			return 0, usageError{fmt.Errorf("--%s %d; article %s has the revisions %d to %d", flag, n, id, all[0].Revision, all[last].Revision)}
		}
		return i, nil
	}
	i, err := find("to", to, last)
	if err != nil {
		return before, after, err
	}
	if from == 0 && i == 0 {
		return before, after, usageError{fmt.Errorf("--to %d is the first revision; say with --from what to compare it with", to)}
	}
	j, err := find("from", from, i-1)
	if err != nil {
		return before, after, err
	}
	if i == j {
		return before, after, usageError{fmt.Errorf("--from and --to are both revision %d; name two", all[i].Revision)}
	}
	return all[j], all[i], nil
}

// A changeReport is what one revision of an article says otherwise than another.
type changeReport struct {
	Article string       `json:"article"`
	Title   string       `json:"title"`
	Link    string       `json:"link"`
	From    revisionRow  `json:"from"`
	To      revisionRow  `json:"to"`
	Retold  bool         `json:"title_changed"`
	Known   bool         `json:"text_compared"` // false if either text was deleted
	Gone    int          `json:"paragraphs_gone"`
	Come    int          `json:"paragraphs_new"`
	Changes []changeEdit `json:"changes"`
}

// A changeEdit is some paragraphs that went and those that came in their place.
type changeEdit struct {
	Gone []string `json:"gone"`
	Come []string `json:"new"`
}

func reportChange(a models.Article, before, after models.ArticleRevision) changeReport {
	r := changeReport{
		Article: a.ID, Title: a.Title, Link: a.Link, From: revisionOf(before), To: revisionOf(after), Changes: []changeEdit{},
		Retold: before.Title != after.Title, Known: !before.Deleted() && !after.Deleted(),
	}
	if !r.Known {
		return r
	}
	d := difference.Of(before.Body, after.Body)
	r.Gone, r.Come = d.Count()
	for _, e := range d {
		r.Changes = append(r.Changes, changeEdit{list(e.Gone), list(e.Come)})
	}
	return r
}

func (sh *shell) printChange(r changeReport, zone *time.Location) {
	sh.printf("%s\n", sanitize.Line(r.Title))
	for _, v := range []revisionRow{r.From, r.To} {
		sh.printf("Revision %d, seen %s (%.8s)\n", v.Revision, clock(&v.SeenAt, zone), v.Hash)
	}
	if r.Retold {
		sh.printf("\nTitle:\n− %s\n+ %s\n", sanitize.Line(r.From.Title), sanitize.Line(r.To.Title))
	}
	if !r.Known {
		var gone []string
		for _, v := range []revisionRow{r.From, r.To} {
			if v.Deleted {
				gone = append(gone, fmt.Sprint(v.Revision))
			}
		}
		sh.printf("\nThe text of revision %s was deleted by age (retention.text), so what changed in it cannot be shown. Its hash is kept.\n", strings.Join(gone, " and of revision "))
		return
	}
	if len(r.Changes) == 0 {
		if !r.Retold {
			sh.printf("\nNothing but white space is different.\n")
		}
		return
	}
	sh.printf("\nText: %s gone, %d new\n", plural(r.Gone, "paragraph", "paragraphs"), r.Come)
	for _, e := range r.Changes {
		sh.printf("\n")
		for _, p := range e.Gone {
			sh.printf("− %s\n", sanitize.Line(p))
		}
		for _, p := range e.Come {
			sh.printf("+ %s\n", sanitize.Line(p))
		}
	}
}
