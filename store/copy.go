package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"regwatch/models"
)

// ErrNotEmpty is returned by [Store.CopyTo] if the other database is not empty.
var ErrNotEmpty = errors.New("the database to copy to is already in use; name an empty one")

// CopyTo copies everything to another database, of either engine, that was opened and never
// used. It uses one transaction on each side, and undoes the copy if its audit is not valid.
// Stop the programs that use this database first: what they commit later is not copied.
// Progress counts rows and may be nil.
func (s *Store) CopyTo(ctx context.Context, other *Store, progress Progress) error {
	return s.view(ctx, "copy the database", func(from *gorm.DB) error {
		return other.change(ctx, "write the copy", func(to *gorm.DB) error {
			used, err := isUsed(to)
			if err != nil {
				return err
			}
			if used {
				return ErrNotEmpty
			}
			copied, err := newRowCounter(from, progress)
			if err != nil {
				return err
			}
			for _, c := range tableCopies() {
				if err := c.run(from, to, c.table, copied); err != nil {
					return fmt.Errorf("table %s: %w", c.table, err)
				}
			}
			progress.report("verifying", 0, 0)
			_, err = verify(to)
			return err
		})
	})
}

func isUsed(db *gorm.DB) (bool, error) {
	last, err := headOf(db)
	if err != nil || last.Seq > 0 {
		return true, err
	}
	var sources int64
	err = db.Model(&models.SourceState{}).Count(&sources).Error
	return sources > 0, err
}

// A rowCounter reports how many rows were copied.
type rowCounter struct {
	progress    Progress
	done, total int64
}

func newRowCounter(from *gorm.DB, progress Progress) (*rowCounter, error) {
	c := &rowCounter{progress: progress}
	if progress == nil {
		return c, nil
	}
	for _, table := range tableCopies() {
		var rows int64
		if err := from.Table(table.table).Count(&rows).Error; err != nil {
			return nil, err
		}
		c.total += rows
	}
	return c, nil
}

func (c *rowCounter) add(rows int) {
	c.done += int64(rows)
	c.progress.report("copying", c.done, c.total)
}

// A tableCopy copies the rows of one table to another database.
type tableCopy struct {
	table string
	run   func(from, to *gorm.DB, table string, copied *rowCounter) error
}

// tableCopies are all tables but event_days, which the database fills by itself, and those of the programs that run, which are not
// those of the other database. A table comes after those that it refers to, or the foreign
// keys of the other database refuse its rows.
func tableCopies() []tableCopy {
	return []tableCopy{
		{"schema_support", replaceRows[schemaSupport]},
		{"host_cooldowns", copyRows[models.HostCooldown]},
		{"host_robots", copyRows[models.HostRobots]},
		{"source_states", copyRows[models.SourceState]},
		{"imports", copyRows[models.Import]},
		{"articles", copyRows[models.Article]},
		{"article_index", copyIndex},
		{"article_revisions", copyRows[revisionRow]},
		{"rule_revisions", copyRows[models.RuleRevision]},
		{"matches", copyMatches},
		{"matters", copyRows[models.Matter]},
		{"events", copyRows[models.Event]},
		{"event_articles", copyRows[models.EventArticle]},
		{"event_keys", copyRows[eventKey]},
		{"recent_keys", copyRows[recentKey]},
		{"event_states", copyRows[models.EventState]},
		{"event_links", copyRows[models.EventLink]},
		{"source_passages", copyRows[models.SourcePassages]},
		{"known_passages", copyRows[models.KnownPassage]},
		{"marks", copyRows[models.Feedback]},
		{"article_marks", copyRows[models.ArticleFeedback]},
		{"relevance_models", copyRows[models.RelevanceModel]},
		{"exceptions", copyRows[models.Exception]},
		{"notices", copyRows[models.Notice]},
		{"deliveries", copyRows[models.Delivery]},
		{"digest_issues", copyRows[models.DigestIssue]},
		{"subscriptions", copyRows[subscription]},
		{"opt_outs", copyRows[models.OptOut]},
		{"verified_addresses", copyRows[models.VerifiedAddress]},
		{"mutes", copyRows[models.Mute]},
		{"takes", copyRows[models.Assignment]},
		{"event_work", copyRows[models.EventWork]},
		{"event_notes", copyRows[models.Note]},
		{"event_reads", copyRows[models.EventRead]},
		{"saved_filters", copyRows[models.SavedFilter]},
		{"rule_drafts", copyRows[models.RuleDraft]},
		{"users", copyRows[models.User]},
		{"sessions", copyRows[session]},
		{"api_tokens", copyRows[models.APIToken]},
		{"api_requests", copyRows[models.APIRequest]},
		{"reports", copyRows[models.Report]},
		{"report_versions", copyRows[models.ReportVersion]},
		{"scan_hours", copyRows[scanHour]},
		{"signing_keys", copyRows[signingKey]},
		{"counters", replaceRows[counter]},
		{"audit", copyRows[models.AuditEntry]},
		{"audit_head", replaceRows[auditHead]},
	}
}

func copyRows[T any](from, to *gorm.DB, table string, copied *rowCounter) error {
	return copyEach(from, to, table, copied, func(*T) {})
}

// copyMatches lets the other database number the matches, so that its sequence continues after
// them. Nothing refers to these numbers.
func copyMatches(from, to *gorm.DB, table string, copied *rowCounter) error {
	return copyEach(from, to, table, copied, func(m *models.Match) { m.ID = 0 })
}

// copyIndex keeps the order of the articles. [Store.Reindex] makes the terms again, as the
// other engine stores them differently.
func copyIndex(from, to *gorm.DB, table string, copied *rowCounter) error {
	return copyEach(from.Order("num"), to, table, copied, func(r *articleIndexRow) { r.Version = "" })
}

// replaceRows copies a table that already has rows in a new database.
func replaceRows[T any](from, to *gorm.DB, table string, copied *rowCounter) error {
	if err := to.Exec("DELETE FROM " + table).Error; err != nil {
		return err
	}
	return copyRows[T](from, to, table, copied)
}

func copyEach[T any](from, to *gorm.DB, table string, copied *rowCounter, edit func(*T)) (err error) {
	rows, err := from.Table(table).Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var batch []T
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := to.Table(table).Create(&batch).Error
		copied.add(len(batch))
		batch = nil
		return err
	}
	for rows.Next() {
		var row T
		if err := from.ScanRows(rows, &row); err != nil {
			return err
		}
		edit(&row)
		if batch = append(batch, row); len(batch) == chunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return errors.Join(rows.Err(), flush())
}
