package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/store"
)

func newArticles(sh *shell) *cobra.Command {
	w := window{}
	var source string
	var revised bool
	cmd := &cobra.Command{
		Use:     "articles",
		Aliases: []string{"article"},
		Short:   "List the stored articles, look at one, and see what was changed in it",
		Long: `List the stored articles, the one seen last first. A page that is watched
(kind: page) is an article too, each version of it a revision; what changed
between two versions is an article of its own.

With --revised only articles whose text has changed are listed, the one that
changed last first.`,
		Example: `  regwatch articles --source hkma-guidance --revised
  regwatch articles show 01K9ZQ4T
  regwatch articles diff 01K9ZQ4T --from 1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listArticles(cmd, sh, source, revised, w) },
	}
	w.flags(cmd, "30d", 50)
	cmd.Flags().Lookup("limit").Usage = "how many at most"
	cmd.Flags().StringVar(&source, "source", "", "only of this source")
	cmd.Flags().BoolVar(&revised, "revised", false, "only those whose text has changed")
	cmd.AddCommand(newArticleShow(sh), newArticleDiff(sh))
	return cmd
}

// An articleRow is an article as --json prints it.
type articleRow struct {
	ID           string     `json:"id"`
	Source       string     `json:"source"`
	SourceName   string     `json:"source_name,omitempty"`
	Title        string     `json:"title"`
	Link         string     `json:"link"`
	Language     string     `json:"language,omitempty"`
	PublishedAt  *time.Time `json:"published_at,omitempty"`
	PublishedRaw string     `json:"published_raw,omitempty"` // the date as the source wrote it
	SeenAt       time.Time  `json:"seen_at"`
	RevisedAt    *time.Time `json:"revised_at,omitempty"` // when its present text was seen, if it is not the first
	Revision     int        `json:"revision"`
	Text         string     `json:"text"` // full, summary, wanted, failed, version or expired
	Hash         string     `json:"hash"`
	Baseline     bool       `json:"baseline,omitempty"` // of a first scan, older than its look-back
}

func rowOfArticle(a models.Article, names map[string]string) articleRow {
	return articleRow{
		ID: a.ID, Source: a.SourceID, SourceName: names[a.SourceID], Title: a.Title, Link: a.Link, Language: a.Language,
		PublishedAt: timeOrNone(a.PublishedAt), PublishedRaw: a.PublishedRaw, SeenAt: a.SeenAt, Revision: a.Revision,
		Text: string(a.BodyState), Hash: a.Hash, Baseline: a.Baseline,
	}
}

// namesOf are the names of sources by their ids.
func namesOf(all []models.Source) map[string]string {
	names := make(map[string]string, len(all))
	for _, src := range all {
		names[src.ID] = src.Name
	}
	return names
}

func listArticles(cmd *cobra.Command, sh *shell, source string, revised bool, win window) error {
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	zone := w.Config.Location()
	since, err := win.from(time.Now(), zone)
	if err != nil {
		return err
	}
	found, err := s.Articles(cmd.Context(), store.ArticleFilter{SourceID: source, Since: since, Revised: revised, Limit: win.limit})
	if err != nil {
		return err
	}
	names := namesOf(w.Sources)
	if len(found) == 0 && source != "" && names[source] == "" {
		var ids []string
		for _, src := range w.Sources {
			ids = append(ids, src.ID)
		}
		return usageError{fmt.Errorf("no source is called %q%s; regwatch sources lists them", source, didYouMean(source, ids))}
	}
	rows := []articleRow{}
	for _, a := range found {
		row := rowOfArticle(a.Article, names)
		if a.Revision > 1 {
			row.RevisedAt = timeOrNone(a.RevisedAt)
		}
		rows = append(rows, row)
	}
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	if len(rows) == 0 {
		verb := "seen"
		if revised {
			verb = "revised"
		}
		sh.printf("No article was %s since %s.\n", verb, since.In(zone).Format(time.DateOnly))
		return nil
	}
	table := newTable(sh.stdout, "ARTICLE", "SEEN", "REVISION", "REVISED", "TEXT", "SOURCE", "TITLE")
	for _, r := range rows {
		table.row(r.ID, clock(&r.SeenAt, zone), fmt.Sprint(r.Revision), clock(r.RevisedAt, zone), r.Text, r.Source, shorten(r.Title, 70))
	}
	return table.flush()
}

// withArticle opens the database and looks an article up by its ID or link.
func withArticle(cmd *cobra.Command, sh *shell, id string, do func(w written, s *store.Store, a models.Article) error) error {
	w, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	key := ""
	if strings.Contains(id, "/") {
		key = cmp.Or(sources.LinkKey(id), sources.LinkKey("https://"+id))
	}
	a, err := s.FindArticle(cmd.Context(), id, key)
	if err != nil {
		return err
	}
	return do(w, s, a)
}

const wantArticle = "the ID of an article, or how it begins, or its link; regwatch articles lists them"

func newArticleShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID|LINK",
		Short: "Show an article: its source, its revisions, what it met, and its event",
		Args:  oneArg(wantArticle),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withArticle(cmd, sh, args[0], func(w written, s *store.Store, a models.Article) error {
				r, err := reportArticle(cmd.Context(), s, a, namesOf(w.Sources))
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(r)
				}
				sh.printArticle(r, w.Config.Location())
				return nil
			})
		},
	}
}

// An articleReport is all that is known of an article.
type articleReport struct {
	articleRow
	Revisions []revisionRow `json:"revisions"`
	Matches   []matchRow    `json:"matches"`
	Events    []eventRef    `json:"events"`
}

// A revisionRow is one text that an article has had.
type revisionRow struct {
	Revision int       `json:"revision"`
	SeenAt   time.Time `json:"seen_at"`
	Title    string    `json:"title"`
	Hash     string    `json:"hash"`       // of title and text; it stays when the text goes
	Length   int       `json:"characters"` // of the text
	Deleted  bool      `json:"text_deleted,omitempty"`
}

// An eventRef is an event as an article names it.
type eventRef struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Severity string `json:"severity,omitempty"` // empty: it is only mentioned
	JoinedBy string `json:"joined_by"`
}

func reportArticle(ctx context.Context, s *store.Store, a models.Article, names map[string]string) (articleReport, error) {
	r := articleReport{articleRow: rowOfArticle(a, names), Revisions: []revisionRow{}, Events: []eventRef{}}
	revisions, err := s.ArticleRevisions(ctx, a.ID)
	if err != nil {
		return r, err
	}
	for _, v := range revisions {
		r.Revisions = append(r.Revisions, revisionOf(v))
		if v.Revision > 1 && v.Revision == a.Revision {
			r.RevisedAt = timeOrNone(v.SeenAt)
		}
	}
	matches, err := s.ArticleMatches(ctx, a.ID)
	if err != nil {
		return r, err
	}
	r.Matches = rowsOfMatches(matches)
	events, err := s.ArticleEvents(ctx, a.ID)
	if err != nil {
		return r, err
	}
	for _, e := range events {
		ref := eventRef{ID: e.ID, Title: e.Title}
		if e.Strength != models.Mention {
			ref.Severity = string(e.Severity)
		}
		if i := slices.IndexFunc(e.Articles, func(in models.EventArticle) bool { return in.ArticleID == a.ID }); i >= 0 {
			ref.JoinedBy = e.Articles[i].JoinedBy
		}
		r.Events = append(r.Events, ref)
	}
	return r, nil
}

func revisionOf(v models.ArticleRevision) revisionRow {
	return revisionRow{v.Revision, v.SeenAt, v.Title, v.Hash, utf8.RuneCountInString(v.Body), v.Deleted()}
}

func (sh *shell) printArticle(r articleReport, zone *time.Location) {
	sh.printf("%s\n", sanitize.Line(r.Title))
	if r.Link != "" {
		sh.printf("%s\n", sanitize.Line(r.Link))
	}
	sh.printf("Article %s of %s (%s)\n", r.ID, sanitize.Line(cmp.Or(r.SourceName, "a source that is no longer configured")), r.Source)
	published := "on a day that is not known"
	if r.PublishedAt != nil {
		published = clock(r.PublishedAt, zone)
	}
	if r.PublishedRaw != "" {
		published += fmt.Sprintf(" (“%s”)", shorten(r.PublishedRaw, 60))
	}
	sh.printf("Published %s, first seen %s\n", published, clock(&r.SeenAt, zone))
	sh.printf("Text: %s\n", textWords(models.BodyState(r.Text)))
	sh.printf("Revisions:\n")
	title := r.Revisions[0].Title
	for _, v := range r.Revisions {
		length := plural(v.Length, "character", "characters")
		if v.Deleted {
			length = "text deleted by age"
		}
		sh.printf("  %d  %s  (%.8s; %s)", v.Revision, clock(&v.SeenAt, zone), v.Hash, length)
		if v.Title != title {
			title = v.Title
			sh.printf("  title: %s", shorten(title, 90))
		}
		sh.printf("\n")
	}
	sh.printf("Matches:%s\n", noneOf(len(r.Matches)))
	for _, m := range r.Matches {
		what := m.Strength
		if m.Draft {
			what += ", draft"
		}
		sh.printf("  revision %d: %s (%.8s), %s: %s\n", m.Revision, m.RuleID, m.RuleHash, what, wordsOf(m.Hits))
	}
	sh.printf("Events:%s\n", noneOf(len(r.Events)))
	for _, e := range r.Events {
		sh.printf("  %s  %s · %s  (%s)\n", e.ID, strings.ToUpper(cmp.Or(e.Severity, "mention")), shorten(e.Title, 90), sanitize.Line(e.JoinedBy))
	}
}

func noneOf(n int) string {
	if n == 0 {
		return " none"
	}
	return ""
}

// textWords says what the text of an article is.
func textWords(state models.BodyState) string {
	switch state {
	case models.BodyFull:
		return "in full"
	case models.BodySummary:
		return "the summary; the source gives no more"
	case models.BodyWanted:
		return "the summary; the page is still to be fetched"
	case models.BodyFailed:
		return "the summary; the page could not be fetched"
	case models.BodyVersion:
		return "a watched page, every version of which is kept; what changed in it is told as articles of their own"
	case models.BodyExpired:
		return "deleted by age (retention.text)"
	}
	return string(state)
}
