package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

func (s *Store) commitArticles(tx *gorm.DB, scan models.Scan, log *auditLog) error {
	var texts []models.Article
	for _, a := range scan.Articles {
		if a.SourceID != scan.State.SourceID {
			return fmt.Errorf("article %s belongs to source %s", a.ID, a.SourceID)
		}
		a = cleanArticle(a)
		revised, err := putArticle(tx, a, scan.At)
		if err != nil {
			return err
		}
		if a.BodyState == models.BodyFailed { // its page is not read again
			if err := putGivenUp(tx, a, scan.At); err != nil {
				return err
			}
		}
		action := "article.seen"
		switch {
		case a.Replaces != "" && a.Replaces != a.Hash:
			action = "article.reread"
		case !revised:
			continue
		case a.Revision > 1:
			action = "article.revised"
		}
		texts = append(texts, a)
		log.add(action, a.ID, facts{"source": a.SourceID, "identity": a.Identity, "revision": a.Revision, "text": a.Hash, "body": a.BodyState, "baseline": a.Baseline})
	}
	return s.indexArticles(tx, texts)
}

func cleanArticle(a models.Article) models.Article {
	for _, s := range []*string{&a.GUID, &a.Link, &a.LinkKey, &a.Title, &a.Summary, &a.Body, &a.Author, &a.Language, &a.PublishedRaw} {
		*s = clean(*s)
	}
	if a.Fetched != nil {
		f := *a.Fetched
		for _, s := range []*string{&f.URL, &f.Date, &f.LastModified, &f.ETag, &f.ContentType, &f.ContentLanguage} {
			*s = clean(*s)
		}
		a.Fetched = &f
	}
	return a
}

// putArticle stores an article and reports whether it, or its revision, is new. It returns
// [models.ErrStale] unless a higher revision follows the stored one, so that no revision is
// lost when two scans revise an article at once.
func putArticle(tx *gorm.DB, a models.Article, now time.Time) (revised bool, err error) {
	if a.Revision < 1 {
		return false, fmt.Errorf("article %s has no revision", a.ID)
	}
	if a.Replaces != "" {
		return false, replaceText(tx, a)
	}
	var done *gorm.DB
	if a.Revision == 1 {
		done = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&a)
	} else {
		done = updateArticle(tx, a).Where("revision = ?", a.Revision-1).Updates(&a)
	}
	if done.Error != nil {
		return false, done.Error
	}
	if done.RowsAffected == 0 {
		done = updateArticle(tx, a).Where("revision = ? AND hash = ?", a.Revision, a.Hash).Updates(&a)
		if err := oneRow(done, models.ErrStale); err != nil || a.Problem == "" && !a.Completed {
			return false, err
		}
		return false, putProblem(tx, a)
	}
	seen := a.SeenAt
	if a.Revision > 1 {
		seen = now // the article keeps the time at which it was first seen
	}
	r := newRevision(a, seen)
	return true, tx.Create(&r).Error
}

// putProblem stores why the text of a stored revision is not complete.
func putProblem(tx *gorm.DB, a models.Article) error {
	var r models.ArticleRevision
	if err := tx.Where("article_id = ? AND revision = ?", a.ID, a.Revision).Take(&r).Error; err != nil {
		return err
	}
	if a.Problem == "" && (r.Fetched == nil || r.Fetched.Problem == "") {
		return nil
	}
	a.Fetched = r.Fetched
	r.Fetched = withProblem(a)
	return tx.Model(&models.ArticleRevision{}).Select("fetched").Where("article_id = ? AND revision = ?", a.ID, a.Revision).Updates(&r).Error
}

// withProblem returns the response that gave an article its text, with why the text is not all.
func withProblem(a models.Article) *models.Fetched {
	if a.Fetched == nil && a.Problem == "" {
		return nil
	}
	var with models.Fetched
	if a.Fetched != nil {
		with = *a.Fetched
	}
	with.Problem, with.Partial = clean(a.Problem), a.Partial
	return &with
}

// replaceText replaces the text of the newest revision of an article. It returns
// [models.ErrStale] unless that is the text it was to replace.
func replaceText(tx *gorm.DB, a models.Article) error {
	done := updateArticle(tx, a).Where("revision = ? AND hash = ?", a.Revision, a.Replaces).Updates(&a)
	if err := oneRow(done, models.ErrStale); err != nil {
		return err
	}
	r := newRevision(a, a.SeenAt)
	return tx.Model(&revisionRow{}).Select("hash", "title", "body", "fetched", "stored_once").Where("article_id = ? AND revision = ?", a.ID, a.Revision).Updates(&r).Error
}

func updateArticle(tx *gorm.DB, a models.Article) *gorm.DB {
	return tx.Model(&models.Article{}).Select("*").Omit("id", "source_id", "identity", "seen_at", "baseline").
		Where("id = ? AND source_id = ? AND identity = ?", a.ID, a.SourceID, a.Identity)
}

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
	r := models.ArticleRevision{ArticleID: a.ID, Revision: a.Revision, Hash: a.Hash, Title: a.Title, SeenAt: seen, Fetched: withProblem(a)}
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
		// Nobody may replace the text of an article while that of its revision is removed, and of two programs one waits.
		var articles []models.Article
		err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id, revision, body").Where("id IN ?", ids).Order("id").Find(&articles).Error
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

// Expire deletes the body and summary of articles whose newest revision was seen before a
// time, and the body of every revision seen before it. It keeps titles, links, hashes, the
// words quoted by alerts and matches, and the versions of watched pages. An SQLite file
// shrinks afterwards. The result is the number of articles that lost their text.
func (s *Store) Expire(ctx context.Context, before, now time.Time) (int, error) {
	expired := 0
	for {
		n, more, err := s.expireSome(ctx, microsOf(before), now)
		expired += n
		if err != nil {
			return expired, err
		}
		if !more {
			break
		}
	}
	if expired > 0 {
		if err := s.purgeIndex(ctx); err != nil {
			return expired, err
		}
	}
	return expired, s.shrink(ctx)
}

// The texts that may be deleted: of articles whose newest revision was seen before a time,
// and of revisions seen before it. The versions of watched pages are kept.
const (
	expiredArticles = `SELECT id FROM articles WHERE seen_at < @before AND body_state NOT IN ('expired', 'version')
		AND NOT EXISTS (SELECT 1 FROM article_revisions r WHERE r.article_id = articles.id AND r.seen_at >= @before)
		ORDER BY id LIMIT @limit`
	expiredRevisions = `SELECT article_id, revision FROM article_revisions WHERE seen_at < @before AND body <> ''
		AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = article_id AND a.body_state = 'version')
		ORDER BY article_id, revision LIMIT @limit`
)

// expireSome deletes at most a chunk of texts, so that a scan never waits for a long history.
func (s *Store) expireSome(ctx context.Context, before int64, now time.Time) (articles int, more bool, err error) {
	err = s.change(ctx, "delete old texts", func(tx *gorm.DB) error {
		var ids []string
		if err := tx.Raw(expiredArticles, map[string]any{"before": before, "limit": chunk}).Scan(&ids).Error; err != nil {
			return err
		}
		err := tx.Model(&models.Article{}).Where("id IN ?", ids).Select("body", "summary", "body_state").
			Updates(models.Article{BodyState: models.BodyExpired}).Error
		if err != nil {
			return err
		}
		if err := dropPageCounters(tx, ids); err != nil {
			return err
		}
		if err := s.indexStored(tx, ids); err != nil { // only their titles are left
			return err
		}
		var old []struct {
			ArticleID string
			Revision  int
		}
		if err := tx.Raw(expiredRevisions, map[string]any{"before": before, "limit": chunk}).Scan(&old).Error; err != nil {
			return err
		}
		for _, r := range old {
			err := tx.Model(&models.ArticleRevision{}).Where("article_id = ? AND revision = ?", r.ArticleID, r.Revision).Update("body", "").Error
			if err != nil {
				return err
			}
		}
		articles, more = len(ids), len(ids) == chunk || len(old) == chunk
		if len(ids) == 0 && len(old) == 0 {
			return nil
		}
		log := &auditLog{at: now}
		log.add("text.expired", models.HashOf(ids...), facts{"before": timeOf(before), "articles": len(ids), "revisions": len(old)})
		return log.write(tx)
	})
	return articles, more, err
}

// BeginPage stores that the page of an article is about to be read, before it is, so that a program that ends in between has
// counted. The article need not be stored.
func (s *Store) BeginPage(ctx context.Context, sourceID, identity string) error {
	return s.change(ctx, "count an attempt to read a page", func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1",
			pageAttempts(sourceID, identity)).Error
	})
}

// InterruptedPages returns how many attempts to read the page of an article began and did not end.
func (s *Store) InterruptedPages(ctx context.Context, sourceID, identity string) (int, error) {
	var began int
	err := s.read.WithContext(ctx).Model(&counter{}).Where("name = ?", pageAttempts(sourceID, identity)).Limit(1).Pluck("value", &began).Error
	return began, s.failed(ctx, "read the attempts to read a page", err)
}

// UndoPage takes back what BeginPage counted: nothing was read, so earlier interruptions still count.
func (s *Store) UndoPage(ctx context.Context, sourceID, identity string) error {
	return s.change(ctx, "take back an attempt to read a page", func(tx *gorm.DB) error {
		name := pageAttempts(sourceID, identity)
		if err := tx.Exec("UPDATE counters SET value = value - 1 WHERE name = ?", name).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM counters WHERE name = ? AND value <= 0", name).Error
	})
}

// EndPage stores that an attempt to read the page of an article has ended, with or without a text.
func (s *Store) EndPage(ctx context.Context, sourceID, identity string) error {
	return s.change(ctx, "end an attempt to read a page", func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM counters WHERE name = ?", pageAttempts(sourceID, identity)).Error
	})
}

// pageAttempts is the name of the counter of attempts that began and did not end. It is stored, so it must not change.
func pageAttempts(sourceID, identity string) string {
	return "page " + clean(sourceID) + " " + clean(identity)
}

// givenUpPages begins the names of the counters whose values are the times at which pages were given up. It is stored, so it must
// not change.
const givenUpPages = "given up page "

// putGivenUp stores whether the page of an article, which is not read again, was given up because of what reading it takes.
func putGivenUp(tx *gorm.DB, a models.Article, now time.Time) error {
	name := givenUpPages + clean(a.SourceID) + " " + clean(a.Identity)
	err := tx.Exec("DELETE FROM counters WHERE name IN ?", []string{pageAttempts(a.SourceID, a.Identity), name}).Error
	if err != nil || !a.GivenUp {
		return err
	}
	return tx.Create(&counter{Name: name, Value: microsOf(now)}).Error
}

// dropPageCounters deletes what is counted of the pages of articles whose texts are deleted: they are never read again.
func dropPageCounters(tx *gorm.DB, ids []string) error {
	var articles []models.Article
	if err := tx.Select("source_id, identity").Where("id IN ?", ids).Find(&articles).Error; err != nil || len(articles) == 0 {
		return err
	}
	names := make([]string, 0, 2*len(articles))
	for _, a := range articles {
		names = append(names, pageAttempts(a.SourceID, a.Identity), givenUpPages+clean(a.SourceID)+" "+clean(a.Identity))
	}
	return tx.Exec("DELETE FROM counters WHERE name IN ?", names).Error
}

// GivenUpPages returns the pages that are not read again because reading them ended the program or took too much memory or time,
// those given up last first. It makes one statement for each chunk of them.
func (s *Store) GivenUpPages(ctx context.Context) ([]models.GivenUpPage, error) {
	var pages []models.GivenUpPage
	err := s.view(ctx, "list the pages that were given up", func(tx *gorm.DB) error {
		pages = nil
		var rows []counter
		if err := tx.Where("name LIKE ?", givenUpPages+"%").Order("value DESC, name").Find(&rows).Error; err != nil {
			return err
		}
		for part := range slices.Chunk(rows, chunk) {
			some, err := givenUpOf(tx, part)
			if err != nil {
				return err
			}
			pages = append(pages, some...)
		}
		return nil
	})
	return pages, err
}

// givenUpOf returns the pages of some counters, in their order.
func givenUpOf(tx *gorm.DB, counters []counter) ([]models.GivenUpPage, error) {
	var keys []any
	for _, c := range counters {
		source, identity, _ := strings.Cut(strings.TrimPrefix(c.Name, givenUpPages), " ")
		keys = append(keys, source, identity)
	}
	var found []struct {
		ID, SourceID, Identity, Title, Link string
		Fetched                             *models.Fetched `gorm:"serializer:json"`
	}
	err := tx.Table("articles a").Select("a.id, a.source_id, a.identity, a.title, a.link, r.fetched").
		Joins("LEFT JOIN article_revisions r ON r.article_id = a.id AND r.revision = a.revision").
		Where("(a.source_id, a.identity) IN (VALUES (?, ?)"+strings.Repeat(", (?, ?)", len(counters)-1)+") AND a.body_state = ?", append(keys, models.BodyFailed)...).
		Find(&found).Error
	if err != nil {
		return nil, err
	}
	byName := make(map[string]models.GivenUpPage, len(found))
	for _, a := range found {
		page := models.GivenUpPage{ArticleID: a.ID, SourceID: a.SourceID, Title: a.Title, Link: a.Link}
		if a.Fetched != nil {
			page.Problem = a.Fetched.Problem
		}
		byName[givenUpPages+a.SourceID+" "+a.Identity] = page
	}
	var pages []models.GivenUpPage
	for _, c := range counters {
		if page, ok := byName[c.Name]; ok {
			page.At = timeOf(c.Value)
			pages = append(pages, page)
		}
	}
	return pages, nil
}

// RetryPage lets the next scan read the page of an article again that could not be read, in the name of by. It reports false if
// the page is not one that was given up, for whatever reason.
func (s *Store) RetryPage(ctx context.Context, articleID, by string, now time.Time) (retried bool, err error) {
	err = s.change(ctx, "retry the page of article "+articleID, func(tx *gorm.DB) error {
		retried = false
		var found []models.Article
		if err := tx.Select("id, source_id, identity, link").Where("id = ? AND body_state = ?", articleID, models.BodyFailed).Find(&found).Error; err != nil || len(found) == 0 {
			return err
		}
		a := found[0]
		err := tx.Model(&models.Article{}).Where("id = ?", a.ID).Updates(map[string]any{"body_state": models.BodyWanted, "body_tries": 0}).Error
		if err != nil {
			return err
		}
		if err := putGivenUp(tx, a, now); err != nil {
			return err
		}
		retried = true
		log := &auditLog{at: now, actor: nameOf(clean(by))}
		log.add("article.page_retried", a.ID, facts{"source": a.SourceID})
		return log.write(tx)
	})
	return retried, err
}
