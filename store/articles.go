package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

// A NoArticleError means that no article has an ID or link, or that several have it.
type NoArticleError struct {
	ID    string
	Among []Candidate // some of those that have it, newest first, if there are several
}

// Error says how to find the article that was meant.
func (e *NoArticleError) Error() string {
	if len(e.Among) == 0 {
		return fmt.Sprintf("no article has the ID or link %q; regwatch articles lists articles with their IDs", e.ID)
	}
	return fmt.Sprintf("%q fits several articles; use one of these IDs:%s", e.ID, amongText(e.Among))
}

// An ArticleFilter says which articles are asked for. The zero value asks for
// the 100 seen last.
type ArticleFilter struct {
	SourceID string    // any when empty
	Since    time.Time // seen at or after; of Revised ones, revised
	Revised  bool      // only those whose text has changed, the one that did last first
	Limit    int       // 0 means 100
}

// A ListedArticle is an article without its texts, and when its present
// revision was seen.
type ListedArticle struct {
	models.Article `gorm:"embedded"`
	RevisedAt      time.Time `gorm:"serializer:micros"`
}

// Articles returns articles, the one seen last first. Body and Summary are not
// filled.
func (s *Store) Articles(ctx context.Context, f ArticleFilter) ([]ListedArticle, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	at := "a.seen_at"
	if f.Revised {
		at = "r.seen_at"
	}
	q := s.read.WithContext(ctx).Table("articles a").
		Select("a.id, a.source_id, a.link, a.title, a.language, a.published_at, a.published_raw, a.seen_at, a.body_state, a.revision, a.hash, a.baseline, r.seen_at AS revised_at").
		Joins("JOIN article_revisions r ON r.article_id = a.id AND r.revision = a.revision").
		Where(at+" >= ?", microsOf(f.Since))
	if f.Revised {
		q = q.Where("a.revision > 1")
	}
	if f.SourceID != "" {
		q = q.Where("a.source_id = ?", f.SourceID)
	}
	var articles []ListedArticle
	err := q.Order(at + " DESC, a.id DESC").Limit(f.Limit).Find(&articles).Error
	return articles, s.failed(ctx, "list the articles", err)
}

// FindArticle returns the article of an ID, of the beginning of one in any case
// of letters, or of a link, for which its key is given too. A link that is
// watched names the page itself and not the changes of it. The error is a
// [*NoArticleError] if there is none or more than one.
func (s *Store) FindArticle(ctx context.Context, id, linkKey string) (models.Article, error) {
	id = strings.TrimSpace(id)
	var found []models.Article
	none := &NoArticleError{ID: id}
	err := s.look(ctx, "look up article "+id, func(tx *gorm.DB) (err error) {
		if found, err = articlesNamed(tx, id, linkKey); err != nil || len(found) == 1 {
			return err
		}
		none.Among, err = articleCandidates(tx, found[:min(len(found), mostAmong)])
		return err
	})
	if err != nil || len(found) == 1 {
		return append(found, models.Article{})[0], err
	}
	return models.Article{}, none
}

// articlesNamed returns the articles of a link, or those whose IDs begin with id, newest
// first.
func articlesNamed(tx *gorm.DB, id, linkKey string) ([]models.Article, error) {
	var found []models.Article
	if linkKey != "" {
		err := tx.Where("link_key = ?", clean(linkKey)).Order("seen_at DESC, id DESC").Limit(chunk).Find(&found).Error
		return pageAmong(found), err
	}
	begins := strings.ToUpper(id)
	if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
		return nil, nil
	}
	// No letter of an ID comes after the tilde.
	err := tx.Where("id >= ? AND id < ?", begins, begins+"~").Order("id DESC").Limit(mostAmong).Find(&found).Error
	return found, err
}

func articleCandidates(tx *gorm.DB, found []models.Article) ([]Candidate, error) {
	ids := make([]string, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	short, err := shortIDs(tx, "articles", ids)
	var among []Candidate
	for _, a := range found {
		among = append(among, Candidate{short[a.ID], a.SourceID + ": " + a.Title})
	}
	return among, err
}

// pageAmong returns the watched page among the articles of one link if there is
// just one, and otherwise all of them.
func pageAmong(articles []models.Article) []models.Article {
	var pages []models.Article
	for _, a := range articles {
		if a.BodyState == models.BodyVersion {
			pages = append(pages, a)
		}
	}
	if len(pages) == 1 {
		return pages
	}
	return articles
}

// ArticleRevisions returns every text that an article has had, oldest first.
func (s *Store) ArticleRevisions(ctx context.Context, articleID string) ([]models.ArticleRevision, error) {
	var revisions []models.ArticleRevision
	err := s.read.WithContext(ctx).Where("article_id = ?", articleID).Order("revision").Find(&revisions).Error
	return revisions, s.failed(ctx, "read the revisions of article "+articleID, err)
}

// ArticleMatches returns the matches of an article in all of its revisions,
// oldest first.
func (s *Store) ArticleMatches(ctx context.Context, articleID string) ([]models.Match, error) {
	var matches []models.Match
	err := s.read.WithContext(ctx).Where("article_id = ?", articleID).Order("matched_at, id").Find(&matches).Error
	return matches, s.failed(ctx, "read the matches of article "+articleID, err)
}

// ArticleEvents returns the events that an article, or a part of it, belongs to,
// oldest first; of one that was merged, the event that it became.
func (s *Store) ArticleEvents(ctx context.Context, articleID string) ([]models.Event, error) {
	var events []models.Event
	err := s.look(ctx, "read the events of article "+articleID, func(tx *gorm.DB) error {
		var ids []string
		err := tx.Table("event_articles").Where("article_id = ?", articleID).Distinct().Pluck("event_id", &ids).Error
		if err != nil {
			return err
		}
		if ids, err = followMerges(tx, ids); err != nil {
			return err
		}
		events, err = eventsOf(tx, ids)
		return err
	})
	return events, err
}
