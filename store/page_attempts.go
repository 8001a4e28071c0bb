package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/models"
)

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
