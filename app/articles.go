package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/configs"
	"regwatch/events"
	"regwatch/internal/diag"
	"regwatch/internal/difference"
	"regwatch/internal/weblink"
	"regwatch/models"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/store"
)

// An Article is one thing that one source published, without its text.
type Article struct {
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
	TextState    string     `json:"text"` // full, summary, wanted, failed, version or expired
	Hash         string     `json:"hash"`
	Baseline     bool       `json:"baseline,omitempty"` // of a first scan, older than its look-back; or imported
	Import       string     `json:"import,omitempty"`   // the ID of the import that brought it; then SeenAt is when that was

	ShortID string `json:"-"` // as much of the ID as no other article has
}

func newArticle(a models.Article, sourceNames map[string]string, short string) Article {
	return Article{
		ID: a.ID, Source: a.SourceID, SourceName: sourceNames[a.SourceID], Title: a.Title, Link: a.Link, Language: a.Language,
		PublishedAt: optionalTime(a.PublishedAt), PublishedRaw: a.PublishedRaw, SeenAt: a.SeenAt, Revision: a.Revision,
		TextState: string(a.BodyState), Hash: a.Hash, Baseline: a.Baseline, Import: a.ImportID, ShortID: short,
	}
}

// A NoArticleError means that no article has an ID, or that several begin with it.
type NoArticleError = store.NoArticleError

// An ArticleFilter says which articles are wanted.
type ArticleFilter struct {
	Source  string    // its ID; any if empty
	Since   time.Time // seen at or after; with Revised, revised at or after
	Revised bool      // only articles whose text has changed
	// Imported are only imported articles, published at or after Since. They are left out otherwise.
	Imported bool
	After    Position // only those that come after this place in the list
	Limit    int      // 0 means 100
}

// Articles returns articles, the one seen last first; with Revised, the one revised last; with
// Imported, the one published last.
func (a *App) Articles(ctx context.Context, f ArticleFilter) ([]Article, error) {
	if f.Source != "" {
		if err := a.requireStoredSource(ctx, f.Source); err != nil {
			return nil, err
		}
	}
	found, err := a.store.Articles(ctx, store.ArticleFilter{SourceID: f.Source, Since: f.Since, Revised: f.Revised, Imported: f.Imported, After: f.After, Limit: f.Limit})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.ID
	}
	short, err := a.store.ShortArticleIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	names := a.sourceNames()
	articles := []Article{}
	for _, one := range found {
		article := newArticle(one.Article, names, short[one.ID])
		if one.Revision > 1 {
			article.RevisedAt = optionalTime(one.RevisedAt)
		}
		articles = append(articles, article)
	}
	return articles, nil
}

// OldestArticle returns when the oldest article was listed, if there are any that a filter wants at some time; the zero time
// if there are none.
func (a *App) OldestArticle(ctx context.Context, f ArticleFilter) (time.Time, error) {
	f.Since, f.Limit = time.Time{}, 1
	if found, err := a.Articles(ctx, f); err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	if f.Imported {
		return a.store.FirstSeen(ctx, models.ByListing)
	}
	return a.store.FirstSeen(ctx, models.BySeen)
}

// ArticleDetails are everything that is known about an article.
type ArticleDetails struct {
	Article
	Revisions []ArticleRevision `json:"revisions"` // oldest first
	Matches   []Match           `json:"matches"`
	Events    []ArticleEvent    `json:"events"`
	Feedback  []ArticleVerdict  `json:"marks"` // on the article itself, oldest first
	Body      string            `json:"body"`  // the text of the last revision; empty if it was deleted by age
}

// Problem says why the last text is not, or not all of, what the page says; empty if it is. A text that is only a part of its page
// has translations; other problems are English.
func (d ArticleDetails) Problem() diag.Text {
	if n := len(d.Revisions); n > 0 {
		return d.Revisions[n-1].Problem()
	}
	return ""
}

// An ArticleRevision is one text that an article has had.
type ArticleRevision struct {
	Revision int       `json:"revision"`
	SeenAt   time.Time `json:"seen_at"`
	Title    string    `json:"title"`
	Hash     string    `json:"hash"`       // of title and text; it stays when the text is deleted
	Length   int       `json:"characters"` // of the text
	Deleted  bool      `json:"text_deleted,omitempty"`

	Fetched *models.Fetched `json:"fetched,omitempty"` // the response that gave the text, if it is known
}

// Problem says why the text is not, or not all of, what the page says; empty if it is.
func (r ArticleRevision) Problem() diag.Text {
	switch {
	case r.Fetched == nil, r.Fetched.Partial == nil && r.Fetched.Problem == "":
		return ""
	case r.Fetched.Partial != nil:
		return sources.PartialText(r.Fetched.Partial)
	}
	return diag.Textf("%s", r.Fetched.Problem) // stored as an English sentence
}

func newRevision(r models.ArticleRevision) ArticleRevision {
	return ArticleRevision{r.Revision, r.SeenAt, r.Title, r.Hash, utf8.RuneCountInString(r.Body), r.Deleted(), r.Fetched}
}

// An ArticleVerdict is one person's feedback on an article for a rule.
type ArticleVerdict = models.ArticleFeedback

// An ArticleEvent is an event that an article belongs to.
type ArticleEvent struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Severity string `json:"severity,omitempty"` // empty if the event is only mentioned
	JoinedBy string `json:"joined_by"`

	ShortID string `json:"-"`
}

// Article returns everything that is known about an article, which is found by its ID, the
// beginning of it or its link.
func (a *App) Article(ctx context.Context, id string) (ArticleDetails, error) {
	found, err := a.findArticle(ctx, id)
	if err != nil {
		return ArticleDetails{}, err
	}
	short, err := a.store.ShortArticleIDs(ctx, []string{found.ID})
	if err != nil {
		return ArticleDetails{}, err
	}
	d := ArticleDetails{Article: newArticle(found, a.sourceNames(), short[found.ID]), Revisions: []ArticleRevision{}, Body: cmp.Or(found.Body, found.Summary)}
	revisions, err := a.store.ArticleRevisions(ctx, found.ID)
	if err != nil {
		return d, err
	}
	for _, r := range revisions {
		d.Revisions = append(d.Revisions, newRevision(r))
		if r.Revision > 1 && r.Revision == found.Revision {
			d.RevisedAt = optionalTime(r.SeenAt)
		}
	}
	matches, err := a.store.ArticleMatches(ctx, found.ID)
	if err != nil {
		return d, err
	}
	d.Matches = newMatches(matches)
	if d.Feedback, err = a.store.ArticleFeedback(ctx, found.ID); err != nil {
		return d, err
	}
	d.Feedback = nonNil(d.Feedback)
	d.Events, err = a.articleEvents(ctx, found.ID)
	return d, err
}

// findArticle finds an article by its ID, the beginning of it or its link.
func (a *App) findArticle(ctx context.Context, id string) (models.Article, error) {
	key := ""
	if strings.Contains(id, "/") {
		key = cmp.Or(weblink.Key(id), weblink.Key("https://"+id))
	}
	return a.store.FindArticle(ctx, id, key)
}

func (a *App) articleEvents(ctx context.Context, articleID string) ([]ArticleEvent, error) {
	found, err := a.store.ArticleEvents(ctx, articleID)
	if err != nil {
		return nil, err
	}
	all, err := a.newEvents(ctx, found)
	if err != nil {
		return nil, err
	}
	of := []ArticleEvent{}
	for _, e := range all {
		in := ArticleEvent{ID: e.ID, Title: e.Title, ShortID: e.ShortID}
		if !e.IsMention() {
			in.Severity = e.Severity
		}
		if i := slices.IndexFunc(e.Articles, func(in EventArticle) bool { return in.ArticleID == articleID }); i >= 0 {
			in.JoinedBy = e.Articles[i].JoinedBy
		}
		of = append(of, in)
	}
	return of, nil
}

// An ArticleChange is what changed from one revision of an article to another.
type ArticleChange struct {
	Article      string          `json:"article"`
	Title        string          `json:"title"`
	Link         string          `json:"link"`
	From         ArticleRevision `json:"from"`
	To           ArticleRevision `json:"to"`
	TitleChanged bool            `json:"title_changed"`
	Compared     bool            `json:"text_compared"` // false if either text was deleted by age
	Removed      int             `json:"paragraphs_gone"`
	Added        int             `json:"paragraphs_new"`
	Edits        []ArticleEdit   `json:"changes"`
}

// An ArticleEdit is some paragraphs that were removed and those that were added in their
// place.
type ArticleEdit struct {
	Removed []string `json:"gone"`
	Added   []string `json:"new"`
}

// CompareRevisions compares two revisions of an article, which is found like the one of
// [App.Article]. If to is 0, it is the last; if from is 0, it is the one before to.
func (a *App) CompareRevisions(ctx context.Context, id string, from, to int) (ArticleChange, error) {
	article, err := a.findArticle(ctx, id)
	if err != nil {
		return ArticleChange{}, err
	}
	revisions, err := a.store.ArticleRevisions(ctx, article.ID)
	if err != nil {
		return ArticleChange{}, err
	}
	before, after, err := pickRevisions(article.ID, revisions, from, to)
	if err != nil {
		return ArticleChange{}, err
	}
	return compareRevisions(article, before, after), nil
}

func pickRevisions(id string, all []models.ArticleRevision, from, to int) (before, after models.ArticleRevision, err error) {
	if len(all) < 2 {
		return before, after, fmt.Errorf("article %s has only one revision, so there is nothing to compare", id)
	}
	last := len(all) - 1
	find := func(n, otherwise int) (int, error) {
		if n == 0 {
			return otherwise, nil
		}
		i := slices.IndexFunc(all, func(r models.ArticleRevision) bool { return r.Revision == n })
		if i < 0 {
			return 0, inputError("article %s has no revision %d; it has revisions %d to %d", id, n, all[0].Revision, all[last].Revision)
		}
		return i, nil
	}
	i, err := find(to, last)
	if err != nil {
		return before, after, err
	}
	if from == 0 && i == 0 {
		return before, after, inputError("revision %d is the first, so there is none before it; name both revisions to compare", to)
	}
	j, err := find(from, i-1)
	if err != nil {
		return before, after, err
	}
	if i == j {
		return before, after, inputError("both revisions to compare are revision %d", all[i].Revision)
	}
	return all[j], all[i], nil
}

func compareRevisions(article models.Article, before, after models.ArticleRevision) ArticleChange {
	c := ArticleChange{
		Article: article.ID, Title: article.Title, Link: article.Link, From: newRevision(before), To: newRevision(after), Edits: []ArticleEdit{},
		TitleChanged: before.Title != after.Title, Compared: !before.Deleted() && !after.Deleted(),
	}
	if !c.Compared {
		return c
	}
	d := difference.Compare(before.Body, after.Body)
	c.Removed, c.Added = d.Count()
	for _, e := range d {
		c.Edits = append(c.Edits, ArticleEdit{nonNil(e.Removed), nonNil(e.Added)})
	}
	return c
}

// A SearchRequest says what to search for in the stored articles.
type SearchRequest struct {
	Words []string  // one query, or several words or phrases that an article has all of
	Since time.Time // seen at or after
	Limit int       // hits to return
	All   bool      // count every hit, and not only those that are returned

	// Indexing and Searching, if they are set, are told from time to time how many
	// articles are done.
	Indexing, Searching func(done, total int)
}

// The parts of a search result.
type (
	SearchResult = scanner.SearchResult
	SearchHit    = scanner.PastMatch
)

// Search finds the stored articles that a query matches, newest first. A mistake in the
// query is a diag.Problems.
func (a *App) Search(ctx context.Context, r SearchRequest) (SearchResult, error) {
	set, problems := searchFor(joinQuery(r.Words))
	if len(problems) > 0 {
		return SearchResult{}, problems
	}
	if err := indexAll(ctx, a.store, r.Indexing); err != nil {
		return SearchResult{}, err
	}
	return scanner.Search(ctx, a.store, scanner.Query{
		Rules: withDates(set), Sources: a.Folder().Sources, Since: r.Since.UTC(), Until: a.now().UTC(), Limit: r.Limit, All: r.All, Progress: r.Searching,
	})
}

// OldestSearched returns when the oldest article that a search could find was listed; the zero time if there is none.
func (a *App) OldestSearched(ctx context.Context) (time.Time, error) {
	return a.store.FirstSeen(ctx, models.ByListing)
}

// operatorWord matches an operator that stands between two operands of a query. Small
// letters are a mistake that the query parser explains.
var operatorWord = regexp.MustCompile(`^(?i:and|or|not|(?:o?near|unless|w|pre)/\w+|/\d+|\+\d+)$`)

// joinQuery makes one query of the arguments of a command. One argument is a query.
// Several are operands, with AND between them where no operator is. The shell has removed
// the quotes around an argument of several words, so it is a phrase.
func joinQuery(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	var b strings.Builder
	between := true // the last word was an operator, or there was none
	for _, word := range words {
		operator := operatorWord.MatchString(word)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if !operator && !between {
			b.WriteString("AND ")
		}
		b.WriteString(operand(word))
		between = operator
	}
	return b.String()
}

// operand puts quotes around a phrase, and parentheses around a query of several words.
func operand(word string) string {
	parts := strings.Fields(word)
	switch {
	case len(parts) < 2:
		return word
	case strings.ContainsAny(word, "\"“”「」():$"):
		return "(" + word + ")"
	}
	for _, part := range parts {
		if operatorWord.MatchString(part) {
			return "(" + word + ")"
		}
	}
	return `"` + word + `"`
}

// indexAll indexes the texts that an earlier version has stored. It happens once.
func indexAll(ctx context.Context, s *store.Store, report func(done, total int)) error {
	total := 0
	for {
		left, err := s.Reindex(ctx, 1000)
		if err != nil || left == 0 {
			return err
		}
		total = max(total, left)
		if report != nil {
			report(total-left, total)
		}
	}
}

// MarkBoilerplate returns the article with the boilerplate marked that the program has
// learned; without a database, there is none.
func MarkBoilerplate(ctx context.Context, dir string, log *slog.Logger, article models.Article) models.Article {
	config, problems := configs.Load(dir)
	if len(problems) > 0 {
		return article
	}
	err := withStored(ctx, config, log, func(ctx context.Context, s *store.Store) error {
		_, known, err := s.Passages(ctx, article.SourceID, events.Passages(article))
		if err == nil {
			article = events.MarkBoilerplate(article, known, time.Now())
		}
		return err
	})
	if err != nil {
		log.WarnContext(ctx, "what sources repeat was not read: no passage is left out", "error", err)
	}
	return article
}

// A LeftOut is a passage in which words do not count, because its site prints it under
// headlines of unrelated articles.
type LeftOut struct {
	Text      string    `json:"text"`
	Headlines int       `json:"headlines"` // at least
	Since     time.Time `json:"since"`
}

// leftOut returns the passages of an article in which words do not count.
func leftOut(article models.Article) []LeftOut {
	var all []LeftOut
	for _, b := range article.Boilerplate {
		if b.Sure {
			all = append(all, LeftOut{article.Body[b.Start:b.End], b.Headlines, b.Since})
		}
	}
	return all
}
