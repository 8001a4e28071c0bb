package store

import (
	"context"
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

// GivenUpPages returns the pages that are not read again because reading them ended the program or took too much memory or time,
// those given up last first.
func (s *Store) GivenUpPages(ctx context.Context) ([]models.GivenUpPage, error) {
	var pages []models.GivenUpPage
	err := s.view(ctx, "list the pages that were given up", func(tx *gorm.DB) error {
		pages = nil
		var rows []counter
		if err := tx.Where("name LIKE ?", givenUpPages+"%").Order("value DESC, name").Find(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			source, identity, _ := strings.Cut(strings.TrimPrefix(row.Name, givenUpPages), " ")
			var found []models.Article
			err := tx.Omit("summary", "body").Where("source_id = ? AND identity = ? AND body_state = ?", source, identity, models.BodyFailed).Find(&found).Error
			if err != nil {
				return err
			}
			for _, a := range found {
				var r models.ArticleRevision
				if err := tx.Select("fetched").Where("article_id = ? AND revision = ?", a.ID, a.Revision).Limit(1).Find(&r).Error; err != nil {
					return err
				}
				page := models.GivenUpPage{ArticleID: a.ID, SourceID: a.SourceID, Title: a.Title, Link: a.Link, At: timeOf(row.Value)}
				if r.Fetched != nil {
					page.Problem = r.Fetched.Problem
				}
				pages = append(pages, page)
			}
		}
		return nil
	})
	return pages, err
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
