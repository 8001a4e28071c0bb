package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NoImportError means that no import has an ID.
type NoImportError struct{ ID string }

// Error says where the IDs are.
func (e *NoImportError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoImportError) Text() diag.Text {
	return diag.Textf("no import has the ID %q; regwatch import --list lists them", e.ID)
}

// Imports returns all imports, the newest first.
func (s *Store) Imports(ctx context.Context) ([]models.Import, error) {
	var all []models.Import
	err := s.read.WithContext(ctx).Order("started_at DESC, id DESC").Find(&all).Error
	return all, s.failed(ctx, "read the imports", err)
}

// UnfinishedImport returns the import of a file that was interrupted; nil if there is none.
func (s *Store) UnfinishedImport(ctx context.Context, fileHash string) (*models.Import, error) {
	var found []models.Import
	err := s.read.WithContext(ctx).Where("hash = ? AND finished_at = 0 AND undone_at = 0", fileHash).Order("started_at DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, s.failed(ctx, "look up the import of the file", err)
	}
	return &found[0], nil
}

// AddImported stores those articles that are not stored yet and returns how many they are. The
// import is stored with its first article. An article is known if its source has one with the
// same link and a date or title that agrees, whether a scan or an import brought it; without
// a link, if it was imported before.
func (s *Store) AddImported(ctx context.Context, i models.Import, articles []models.Article, now time.Time) (added int, err error) {
	err = s.change(ctx, "store imported articles", func(tx *gorm.DB) error {
		fresh, err := unknownArticles(tx, articles)
		added = len(fresh)
		if err != nil || added == 0 {
			return err
		}
		i.Added = added
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&i)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected > 0 {
			log := &auditLog{at: now, actor: nameOf(i.By)}
			log.add("import.started", i.ID, facts{"file": i.File, "hash": i.Hash})
			if err := log.write(tx); err != nil {
				return err
			}
		} else if err := tx.Exec("UPDATE imports SET added = added + ? WHERE id = ?", added, i.ID).Error; err != nil {
			return err
		}
		revisions := make([]revisionRow, len(fresh))
		for n := range fresh {
			a := &fresh[n]
			a.ImportID, a.Baseline, a.Revision = i.ID, true, 1
			revisions[n] = newRevision(*a, a.SeenAt)
		}
		if err := tx.CreateInBatches(fresh, importStep).Error; err != nil {
			return err
		}
		if err := tx.CreateInBatches(revisions, importStep).Error; err != nil {
			return err
		}
		return s.indexArticles(tx, fresh)
	})
	return added, err
}

// importStep is how many articles one statement stores.
const importStep = 100

// CountUnknown returns how many of the articles AddImported would store.
func (s *Store) CountUnknown(ctx context.Context, articles []models.Article) (int, error) {
	fresh, err := unknownArticles(s.read.WithContext(ctx), articles)
	return len(fresh), s.failed(ctx, "look up the articles", err)
}

// FinishImport stores that the whole file was read. An import without articles was not stored.
func (s *Store) FinishImport(ctx context.Context, id string, now time.Time) error {
	return s.change(ctx, "finish the import", func(tx *gorm.DB) error {
		i, err := importOf(tx, id)
		if _, none := errors.AsType[*NoImportError](err); none {
			return nil
		}
		if err != nil {
			return err
		}
		log := &auditLog{at: now, actor: nameOf(i.By)}
		log.add("import.finished", id, facts{"added": i.Added})
		if err := tx.Exec("UPDATE imports SET finished_at = ? WHERE id = ?", microsOf(now), id).Error; err != nil {
			return err
		}
		return log.write(tx)
	})
}

// An UndoneImport is what undoing an import came to.
type UndoneImport struct {
	Removed int // articles
	Kept    int // articles that a match, an event or somebody's feedback refers to
}

// unusedArticles are the articles of an import to which nothing else refers.
const unusedArticles = `SELECT id FROM articles a WHERE import_id = ? AND import_id <> ''
	AND NOT EXISTS (SELECT 1 FROM matches WHERE article_id = a.id)
	AND NOT EXISTS (SELECT 1 FROM event_articles WHERE article_id = a.id)
	AND NOT EXISTS (SELECT 1 FROM article_marks WHERE article_id = a.id) LIMIT ?`

// UndoImport deletes the articles that an import added, unless something refers to them, in
// steps. If it is interrupted, undo the import again. Progress is told how many articles are
// gone and may be nil. The error is a [*NoImportError] if there is no such import.
func (s *Store) UndoImport(ctx context.Context, id, by string, now time.Time, progress func(done, total int)) (UndoneImport, error) {
	var undone UndoneImport
	for {
		n, last, err := s.undoSome(ctx, id, by, now, &undone, progress)
		if err != nil {
			return UndoneImport{}, err
		}
		if last {
			break
		}
		undone.Removed += n
	}
	if err := s.purgeIndex(ctx); err != nil {
		return undone, err
	}
	return undone, s.shrink(ctx)
}

func (s *Store) undoSome(ctx context.Context, id, by string, now time.Time, undone *UndoneImport, progress func(done, total int)) (n int, last bool, err error) {
	var i models.Import
	err = s.change(ctx, "undo import "+id, func(tx *gorm.DB) (err error) {
		if i, err = importOf(tx, id); err != nil {
			return err
		}
		var ids []string
		if err := tx.Raw(unusedArticles, i.ID, chunk).Scan(&ids).Error; err != nil {
			return err
		}
		n, last = len(ids), len(ids) == 0
		if !last {
			return s.deleteArticles(tx, ids)
		}
		var kept int64
		if err := tx.Model(&models.Article{}).Where("import_id = ? AND import_id <> ''", i.ID).Count(&kept).Error; err != nil {
			return err
		}
		undone.Kept = int(kept)
		log := &auditLog{at: now, actor: nameOf(by)}
		log.add("import.undone", i.ID, facts{"added": i.Added, "kept": kept})
		if err := tx.Model(&i).Select("undone_at", "undone_by").Updates(models.Import{UndoneAt: now, UndoneBy: by}).Error; err != nil {
			return err
		}
		return log.write(tx)
	})
	if err == nil && progress != nil {
		progress(undone.Removed+n, i.Added)
	}
	return n, last, err
}

// deleteArticles deletes articles with their texts and terms.
func (s *Store) deleteArticles(tx *gorm.DB, ids []string) error {
	if err := dropPageCounters(tx, ids); err != nil {
		return err
	}
	var nums []int64
	if err := tx.Model(&articleIndexRow{}).Where("article_id IN ?", ids).Order("num").Pluck("num", &nums).Error; err != nil {
		return err
	}
	if err := s.engine.index().remove(tx, nums); err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM article_index WHERE article_id IN ?", "DELETE FROM article_revisions WHERE article_id IN ?", "DELETE FROM articles WHERE id IN ?",
	} {
		if err := tx.Exec(statement, ids).Error; err != nil {
			return err
		}
	}
	return nil
}

func importOf(tx *gorm.DB, id string) (models.Import, error) {
	var found []models.Import
	if err := tx.Where("id = ?", id).Find(&found).Error; err != nil {
		return models.Import{}, err
	}
	if len(found) == 0 {
		return models.Import{}, &NoImportError{ID: id}
	}
	return found[0], nil
}

// unknownArticles returns the articles that are not stored, each once.
func unknownArticles(tx *gorm.DB, articles []models.Article) ([]models.Article, error) {
	bySource := make(map[string][]models.Article)
	for _, a := range articles {
		bySource[a.SourceID] = append(bySource[a.SourceID], cleanArticle(a))
	}
	var fresh []models.Article
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		some, err := unknownOf(tx, source, bySource[source])
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, some...)
	}
	return fresh, nil
}

// unknownOf does so for the articles of one source.
func unknownOf(tx *gorm.DB, source string, articles []models.Article) ([]models.Article, error) {
	var links, identities []string
	for _, a := range articles {
		identities = append(identities, a.Identity)
		if a.LinkKey != "" {
			links = append(links, a.LinkKey)
		}
	}
	rows, err := articlesByLink(tx, source, links)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	for part := range slices.Chunk(unique(identities), chunk) {
		var some []string
		if err := tx.Model(&models.Article{}).Where("source_id = ? AND identity IN ?", source, part).Pluck("identity", &some).Error; err != nil {
			return nil, err
		}
		for _, identity := range some {
			known[identity] = true
		}
	}
	var fresh []models.Article
	for _, a := range articles {
		if known[a.Identity] || a.LinkKey != "" && hasSameArticle(rows[a.LinkKey], a) {
			continue
		}
		known[a.Identity] = true
		if a.LinkKey != "" {
			rows[a.LinkKey] = append(rows[a.LinkKey], linkedArticle{a.Identity, a.LinkKey, a.Title, microsOf(a.PublishedAt)})
		}
		fresh = append(fresh, a)
	}
	return fresh, nil
}
