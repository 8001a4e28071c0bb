package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/models"
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
	Baseline     bool       `json:"baseline,omitempty"` // of a first scan, older than its look-back

	ShortID string `json:"-"` // as much of the ID as no other article has
}

func newArticle(a models.Article, sourceNames map[string]string, short string) Article {
	return Article{
		ID: a.ID, Source: a.SourceID, SourceName: sourceNames[a.SourceID], Title: a.Title, Link: a.Link, Language: a.Language,
		PublishedAt: optionalTime(a.PublishedAt), PublishedRaw: a.PublishedRaw, SeenAt: a.SeenAt, Revision: a.Revision,
		TextState: string(a.BodyState), Hash: a.Hash, Baseline: a.Baseline, ShortID: short,
	}
}

// An ArticleFilter says which articles are wanted.
type ArticleFilter struct {
	Source  string    // its ID; any if empty
	Since   time.Time // seen at or after; with Revised, revised at or after
	Revised bool      // only articles whose text has changed
	Limit   int       // 0 means 100
}

// Articles returns articles, the one seen last first; with Revised, the one revised last.
func (a *App) Articles(ctx context.Context, f ArticleFilter) ([]Article, error) {
	if f.Source != "" {
		if err := a.requireStoredSource(ctx, f.Source); err != nil {
			return nil, err
		}
	}
	found, err := a.store.Articles(ctx, store.ArticleFilter{SourceID: f.Source, Since: f.Since, Revised: f.Revised, Limit: f.Limit})
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

// ArticleDetails are everything that is known about an article.
type ArticleDetails struct {
	Article
	Revisions []ArticleRevision `json:"revisions"` // oldest first
	Matches   []Match           `json:"matches"`
	Events    []ArticleEvent    `json:"events"`
	Body      string            `json:"body"` // the text of the last revision; empty if it was deleted by age
}

// An ArticleRevision is one text that an article has had.
type ArticleRevision struct {
	Revision int       `json:"revision"`
	SeenAt   time.Time `json:"seen_at"`
	Title    string    `json:"title"`
	Hash     string    `json:"hash"`       // of title and text; it stays when the text is deleted
	Length   int       `json:"characters"` // of the text
	Deleted  bool      `json:"text_deleted,omitempty"`
}

func newRevision(r models.ArticleRevision) ArticleRevision {
	return ArticleRevision{r.Revision, r.SeenAt, r.Title, r.Hash, utf8.RuneCountInString(r.Body), r.Deleted()}
}

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
	d.Events, err = a.articleEvents(ctx, found.ID)
	return d, err
}

// findArticle finds an article by its ID, the beginning of it or its link.
func (a *App) findArticle(ctx context.Context, id string) (models.Article, error) {
	key := ""
	if strings.Contains(id, "/") {
		key = cmp.Or(sources.LinkKey(id), sources.LinkKey("https://"+id))
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
