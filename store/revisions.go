package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A revisionRow is a row of article_revisions. The text of the newest revision is stored in
// the article alone: the body of its row is empty, until a trigger of the database fills it
// when the next revision replaces the text of the article.
type revisionRow struct {
	models.ArticleRevision `gorm:"embedded"`
	StoredOnce             bool // false in rows of earlier releases that nobody has looked at
}

func (revisionRow) TableName() string { return "article_revisions" }

// newRevision returns the row of the newest revision of an article.
func newRevision(a models.Article, seen time.Time) revisionRow {
	r := models.ArticleRevision{ArticleID: a.ID, Revision: a.Revision, Hash: a.Hash, Title: a.Title, SeenAt: seen, Fetched: a.Fetched}
	return revisionRow{ArticleRevision: r, StoredOnce: true}
}

// revisionsOf selects the revisions of an article with their texts.
const revisionsOf = `SELECT r.article_id, r.revision, r.hash, r.title, r.seen_at, r.fetched,
	CASE WHEN r.body = '' AND r.revision = a.revision THEN a.body ELSE r.body END AS body
	FROM article_revisions r JOIN articles a ON a.id = r.article_id WHERE r.article_id = ? ORDER BY r.revision`

// ArticleRevisions returns every text of an article, oldest first.
func (s *Store) ArticleRevisions(ctx context.Context, articleID string) ([]models.ArticleRevision, error) {
	var revisions []models.ArticleRevision
	err := s.read.WithContext(ctx).Raw(revisionsOf, articleID).Scan(&revisions).Error
	return revisions, s.failed(ctx, "read the revisions of article "+articleID, err)
}

// StoreTextsOnce looks at up to limit revisions that an earlier release stored, and removes the
// texts that are also in their article. It returns how many revisions are left to look at. An
// SQLite file shrinks after the last.
func (s *Store) StoreTextsOnce(ctx context.Context, limit int) (left int, err error) {
	done := 0
	for more := true; more && done < limit; {
		n, err := s.storeSomeOnce(ctx, min(onceStep, limit-done))
		if err != nil {
			return 0, err
		}
		done, more = done+n, n > 0
	}
	var n int64
	err = s.read.WithContext(ctx).Model(&revisionRow{}).Where("NOT stored_once").Count(&n).Error
	if err != nil || n > 0 || done == 0 {
		return int(n), s.failed(ctx, "count the texts that are stored twice", err)
	}
	return 0, s.shrink(ctx)
}

// onceStep is how many revisions are looked at in one transaction, so that a scan never waits
// long.
const onceStep = 500

func (s *Store) storeSomeOnce(ctx context.Context, limit int) (done int, err error) {
	err = s.change(ctx, "remove texts that are stored twice", func(tx *gorm.DB) error {
		done = 0
		var ids []string
		err := tx.Model(&revisionRow{}).Where("NOT stored_once").Order("article_id, revision").Limit(limit).Pluck("article_id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		ids = unique(ids)
		// Nobody may replace the text of an article while that of its revision is removed.
		var articles []models.Article
		err = tx.Clauses(clause.Locking{Strength: "SHARE"}).Select("id, revision, body").Where("id IN ?", ids).Order("id").Find(&articles).Error
		if err != nil {
			return err
		}
		var rows []revisionRow
		if err := tx.Where("article_id IN ?", ids).Order("article_id, revision").Find(&rows).Error; err != nil {
			return err
		}
		newest := make(map[string]models.Article, len(articles))
		for _, a := range articles {
			newest[a.ID] = a
		}
		for i := range rows {
			r := &rows[i]
			if a := newest[r.ArticleID]; r.Revision == a.Revision && r.Body == a.Body {
				r.Body = ""
			}
			if !r.StoredOnce {
				r.StoredOnce = true
				done++
			}
		}
		// Stored anew, the rows fill their pages: SQLite never joins pages that are half empty.
		if err := tx.Where("article_id IN ?", ids).Delete(&revisionRow{}).Error; err != nil {
			return err
		}
		return tx.CreateInBatches(rows, importStep).Error
	})
	return done, err
}
