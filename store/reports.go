package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A NoReportError means that no report has an ID, or that several begin with it.
type NoReportError struct {
	ID    string
	Among []Candidate // some of them, if there are several
}

// Error says where the IDs are.
func (e *NoReportError) Error() string {
	if len(e.Among) > 0 {
		return fmt.Sprintf("the IDs of several reports begin with %q; use more characters, such as:%s", e.ID, candidateLines(e.Among))
	}
	return e.Text().String()
}

// Text is Error for readers of other languages.
func (e *NoReportError) Text() diag.Text {
	return diag.Textf("no report has the ID %q; regwatch report list lists them", e.ID)
}

// A ReportChangedError means that somebody changed a report since it was read.
type ReportChangedError struct{ Report models.Report }

// Error says who did.
func (e *ReportChangedError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ReportChangedError) Text() diag.Text {
	return diag.Textf("%s changed the report since you read it, so nothing was saved", nameOf(e.Report.ChangedBy))
}

// A NoReportVersionError means that a report has no version of a number.
type NoReportVersionError struct {
	Title  string
	Number int
	Last   int // 0: it has none
}

// Error says which versions there are.
func (e *NoReportVersionError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *NoReportVersionError) Text() diag.Text {
	if e.Last == 0 {
		return diag.Textf("the report “%s” has no finished version yet", e.Title)
	}
	return diag.Textf("the report “%s” has no version %d; the last is %d", e.Title, e.Number, e.Last)
}

// A ReportKeptError means that a report has versions and cannot be deleted.
type ReportKeptError struct{ Title string }

// Error says why.
func (e *ReportKeptError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ReportKeptError) Text() diag.Text {
	return diag.Textf("the report “%s” has finished versions, which stay readable, so it cannot be deleted", e.Title)
}

// A ReportTitleError means that a report with versions cannot get another title, but for capitals and the script.
type ReportTitleError struct{ Title string }

// Error says why.
func (e *ReportTitleError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ReportTitleError) Text() diag.Text {
	return diag.Textf("the report “%s” has finished versions, and the next report finds them by this title, so it stays; for another title, start another report", e.Title)
}

// Reports returns all reports that were not deleted, the newest first, without their items.
func (s *Store) Reports(ctx context.Context) ([]models.Report, error) {
	var reports []models.Report
	err := s.read.WithContext(ctx).Omit("draft").Where("deleted_at = 0").Order("id DESC").Find(&reports).Error
	return reports, s.failed(ctx, "read the reports", err)
}

// FindReport returns the report of an ID or of the beginning of one. The error is a [*NoReportError] if there is none, or
// if there are several.
func (s *Store) FindReport(ctx context.Context, id string) (models.Report, error) {
	none := &NoReportError{ID: strings.TrimSpace(id)}
	begins := strings.ToUpper(none.ID)
	if begins == "" || strings.ContainsFunc(begins, func(r rune) bool { return r > '~' }) {
		return models.Report{}, none
	}
	var found []models.Report
	err := s.view(ctx, "look up report "+none.ID, func(tx *gorm.DB) error {
		found, none.Among = nil, nil
		err := tx.Where("id >= ? AND id < ? AND deleted_at = 0", begins, begins+"~").Order("id").Limit(maxCandidates).Find(&found).Error
		if err != nil || len(found) < 2 {
			return err
		}
		ids := make([]string, len(found))
		for i, r := range found {
			ids[i] = r.ID
		}
		short, err := shortIDs(tx, "reports", ids)
		for _, r := range found {
			none.Among = append(none.Among, Candidate{short[r.ID], r.Title})
		}
		return err
	})
	switch {
	case err != nil:
		return models.Report{}, err
	case len(found) != 1:
		return models.Report{}, none
	}
	return found[0], nil
}

// ShortReportIDs returns as much of each ID as names the report alone.
func (s *Store) ShortReportIDs(ctx context.Context, ids []string) (map[string]string, error) {
	short, err := shortIDs(s.read.WithContext(ctx), "reports", ids)
	return short, s.failed(ctx, "shorten the IDs of reports", err)
}

// AddReport stores a new report and returns it with its ID.
func (s *Store) AddReport(ctx context.Context, r models.Report) (models.Report, error) {
	var stored models.Report
	err := s.change(ctx, fmt.Sprintf("add report %q", r.Title), func(tx *gorm.DB) error {
		stored = cleanReport(r)
		stored.Revision, stored.ChangedAt, stored.ChangedBy = 1, r.CreatedAt, stored.CreatedBy
		for n := 0; ; n++ {
			stored.ID = models.NewID(r.CreatedAt, "report", stored.Title, fmt.Sprint(n))
			var taken int64
			if err := tx.Model(&models.Report{}).Where("id = ?", stored.ID).Count(&taken).Error; err != nil {
				return err
			}
			if taken == 0 {
				break
			}
		}
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		return reportEntry(tx, "report.created", stored, r.CreatedAt, stored.CreatedBy, nil)
	})
	return stored, err
}

// SaveReport stores the title and the draft of a report that was read at its revision as its next revision, also if they are
// the same, and returns it as it is stored. The error is a [*ReportChangedError] if somebody changed it since, and a
// [*ReportTitleError] if it has versions and its next report would no longer find them by the title.
func (s *Store) SaveReport(ctx context.Context, r models.Report, by string, now time.Time) (models.Report, error) {
	return s.changeReport(ctx, r.ID, r.Revision, func(tx *gorm.DB, stored *models.Report) error {
		next := cleanReport(r)
		if stored.Versions > 0 && next.TitleKey != stored.TitleKey {
			return &ReportTitleError{Title: stored.Title}
		}
		stored.Title, stored.TitleKey, stored.Draft = next.Title, next.TitleKey, next.Draft
		stored.Revision, stored.ChangedAt, stored.ChangedBy = stored.Revision+1, now, clean(strings.TrimSpace(by))
		if err := tx.Model(stored).Select("title", "title_key", "draft", "revision", "changed_at", "changed_by").Updates(stored).Error; err != nil {
			return err
		}
		return reportEntry(tx, "report.saved", *stored, now, by, facts{"revision": stored.Revision})
	})
}

// FinishReport stores the next version of a report that was read at a revision. The version gets its number and its hash
// here.
func (s *Store) FinishReport(ctx context.Context, id string, revision int, v models.ReportVersion) (models.ReportVersion, error) {
	var stored models.ReportVersion
	_, err := s.changeReport(ctx, id, revision, func(tx *gorm.DB, r *models.Report) error {
		stored = v
		stored.ReportID, stored.Content, stored.FinishedBy = r.ID, clean(v.Content), clean(strings.TrimSpace(v.FinishedBy))
		if stored.Number != r.Versions+1 {
			return &ReportChangedError{Report: *r}
		}
		stored.Hash = contentHash(stored.Content)
		if err := tx.Create(&stored).Error; err != nil {
			return err
		}
		r.Versions, r.FinishedRevision = stored.Number, r.Revision
		if err := tx.Model(r).Select("versions", "finished_revision").Updates(r).Error; err != nil {
			return err
		}
		return reportEntry(tx, "report.finished", *r, v.FinishedAt, v.FinishedBy, facts{"version": stored.Number, "events": stored.Events, "content_hash": stored.Hash})
	})
	return stored, err
}

// DeleteReport deletes a report without a version; [Store.RestoreReport] brings it back. The error is a [*ReportKeptError]
// if it has versions.
func (s *Store) DeleteReport(ctx context.Context, id, by string, now time.Time) (models.Report, error) {
	return s.changeReport(ctx, id, 0, func(tx *gorm.DB, r *models.Report) error {
		if r.Versions > 0 {
			return &ReportKeptError{Title: r.Title}
		}
		r.DeletedAt = now
		if err := tx.Model(r).Select("deleted_at").Updates(r).Error; err != nil {
			return err
		}
		return reportEntry(tx, "report.deleted", *r, now, by, nil)
	})
}

// RestoreReport brings back a report that was deleted.
func (s *Store) RestoreReport(ctx context.Context, id, by string, now time.Time) (models.Report, error) {
	var r models.Report
	err := s.change(ctx, "restore report "+id, func(tx *gorm.DB) error {
		var found []models.Report
		if err := tx.Where("id = ? AND deleted_at <> 0", id).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return &NoReportError{ID: id}
		}
		r = found[0]
		r.DeletedAt = time.Time{}
		if err := tx.Model(&r).Select("deleted_at").Updates(&r).Error; err != nil {
			return err
		}
		return reportEntry(tx, "report.restored", r, now, by, nil)
	})
	return r, err
}

// changeReport changes a report in a transaction, unless its revision is another one than it was read at; 0: any.
func (s *Store) changeReport(ctx context.Context, id string, revision int, change func(tx *gorm.DB, r *models.Report) error) (models.Report, error) {
	var r models.Report
	err := s.change(ctx, "change report "+id, func(tx *gorm.DB) error {
		// The update locks the row first, so that of two changes at once one sees the other.
		var found []models.Report
		done := tx.Exec("UPDATE reports SET revision = revision WHERE id = ? AND deleted_at = 0", id)
		if err := oneRow(done, &NoReportError{ID: id}); err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Find(&found).Error; err != nil {
			return err
		}
		r = found[0]
		if revision != 0 && r.Revision != revision {
			return &ReportChangedError{Report: r}
		}
		return change(tx, &r)
	})
	return r, err
}

func reportEntry(tx *gorm.DB, action string, r models.Report, now time.Time, by string, more facts) error {
	about := facts{"title": r.Title}
	for name, value := range more {
		about[name] = value
	}
	log := &auditLog{at: now, actor: nameOf(clean(strings.TrimSpace(by)))}
	log.add(action, r.ID, about)
	return log.write(tx)
}

func cleanReport(r models.Report) models.Report {
	for _, text := range []*string{&r.Title, &r.TitleKey, &r.CreatedBy, &r.ChangedBy, &r.Draft.Introduction} {
		*text = clean(strings.TrimSpace(*text))
	}
	items := make([]models.ReportItem, len(r.Draft.Items))
	for i, item := range r.Draft.Items {
		item.EventID, item.Line = clean(item.EventID), clean(strings.TrimSpace(item.Line))
		items[i] = item
	}
	r.Draft.Items = items
	return r
}

func contentHash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// ReportVersions returns the versions of reports by the IDs of these, the last first, without their contents.
func (s *Store) ReportVersions(ctx context.Context, reportIDs ...string) (map[string][]models.ReportVersion, error) {
	byReport := make(map[string][]models.ReportVersion)
	for part := range slices.Chunk(reportIDs, chunk) {
		var some []models.ReportVersion
		if err := s.read.WithContext(ctx).Omit("content").Where("report_id IN ?", part).Order("number DESC").Find(&some).Error; err != nil {
			return nil, s.failed(ctx, "read the versions of reports", err)
		}
		for _, v := range some {
			byReport[v.ReportID] = append(byReport[v.ReportID], v)
		}
	}
	return byReport, nil
}

// A ReportAlteredError means that a version is not what was finished: of its content, its stored hash and the hash in the
// audit log, not all agree.
type ReportAlteredError struct {
	ReportID, Title string
	Number, Last    int
	Content         string // the SHA-256 of the content
	Stored          string // the hash that is stored with it
	Audit           string // the hash in the audit log; empty: that has no entry of it
}

// Error says which of the three disagrees.
func (e *ReportAlteredError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ReportAlteredError) Text() diag.Text {
	switch {
	case e.Audit == "":
		return diag.Textf("version %d of the report “%s” cannot be trusted: the audit log has no entry that it was finished, so somebody changed the database", e.Number, e.Title)
	case e.Content == e.Audit:
		return diag.Textf("the stored hash of version %d of the report “%s” was altered: it is %s, but the content has the hash of the audit log, %s", e.Number, e.Title, e.Stored, e.Audit)
	case e.Content == e.Stored:
		return diag.Textf("version %d of the report “%s” was altered together with its stored hash: both are %s, but the audit log says that %s was finished", e.Number, e.Title, e.Content, e.Audit)
	case e.Stored == e.Audit:
		return diag.Textf("the content of version %d of the report “%s” was altered: its hash is %s, but %s was finished, as the audit log says too", e.Number, e.Title, e.Content, e.Audit)
	}
	return diag.Textf("version %d of the report “%s” was altered: its content has the hash %s, the hash stored with it is %s, and the audit log says that %s was finished", e.Number, e.Title, e.Content, e.Stored, e.Audit)
}

// ReportVersion returns a version of a report; 0 is the last one. The error is a [*NoReportVersionError] if there is none,
// and a [*ReportAlteredError] if it is not what was finished.
func (s *Store) ReportVersion(ctx context.Context, r models.Report, number int) (models.ReportVersion, error) {
	if number == 0 {
		number = r.Versions
	}
	var found []models.ReportVersion
	var entries []models.AuditEntry
	err := s.view(ctx, "read a version of a report", func(tx *gorm.DB) error {
		found, entries = nil, nil
		if err := tx.Where("report_id = ? AND number = ?", r.ID, number).Find(&found).Error; err != nil {
			return err
		}
		return tx.Where("subject = ? AND action = 'report.finished'", r.ID).Order("seq").Find(&entries).Error
	})
	switch {
	case err != nil:
		return models.ReportVersion{}, err
	case len(found) == 0:
		return models.ReportVersion{}, &NoReportVersionError{Title: r.Title, Number: number, Last: r.Versions}
	}
	v := found[0]
	e := &ReportAlteredError{ReportID: r.ID, Title: r.Title, Number: number, Last: r.Versions, Content: contentHash(v.Content), Stored: v.Hash}
	for _, entry := range entries {
		var about struct {
			Version int    `json:"version"`
			Hash    string `json:"content_hash"`
		}
		if json.Unmarshal([]byte(entry.Detail), &about) == nil && about.Version == number {
			e.Audit = about.Hash
			break // the first, which no later entry replaces
		}
	}
	if e.Content != e.Stored || e.Content != e.Audit {
		return models.ReportVersion{}, e
	}
	return v, nil
}

// ReportsBefore returns the reports with the same title that have a version and whose periods end before that of another
// one, the last first, without their items. The period of a version that was finished before its end is over then. The ID
// of the other one may be empty: it is yet to be created.
func (s *Store) ReportsBefore(ctx context.Context, r models.Report) ([]models.Report, error) {
	var found []models.Report
	var firsts []models.ReportVersion
	err := s.view(ctx, "look up the reports before", func(tx *gorm.DB) error {
		found, firsts = nil, nil
		if err := tx.Where("title_key = ? AND (versions > 0 AND deleted_at = 0 OR id = ?)", clean(r.TitleKey), r.ID).Find(&found).Error; err != nil {
			return err
		}
		ids := []string{r.ID}
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		for part := range slices.Chunk(ids, chunk) {
			var some []models.ReportVersion
			// The first versions: a later one changes nothing of the order.
			if err := tx.Select("report_id, finished_at").Where("number = 1 AND report_id IN ?", part).Find(&some).Error; err != nil {
				return err
			}
			firsts = append(firsts, some...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	finished := make(map[string]time.Time, len(firsts))
	for _, v := range firsts {
		finished[v.ReportID] = v.FinishedAt
	}
	end := func(r models.Report) time.Time {
		if at, ok := finished[r.ID]; ok && at.Before(r.Draft.To) {
			return at
		}
		return r.Draft.To
	}
	order := func(a, b models.Report) int {
		return cmp.Or(end(a).Compare(end(b)), cmp.Compare(a.ID, b.ID))
	}
	if r.ID == "" {
		r.ID = "~" // after all that are stored
	}
	found = slices.DeleteFunc(found, func(f models.Report) bool { return f.ID == r.ID || order(f, r) >= 0 })
	slices.SortFunc(found, func(a, b models.Report) int { return order(b, a) })
	for i := range found {
		found[i].Draft.Items = nil
	}
	return found, nil
}

// EventsNow returns events by their IDs, and of each ID which event it is part of now. What people did is not read, but
// for the feedback.
func (s *Store) EventsNow(ctx context.Context, ids []string) (events []models.Event, became map[string]string, err error) {
	err = s.view(ctx, "read the events of a report", func(tx *gorm.DB) error {
		ends, err := followMerges(tx, unique(append([]string{}, ids...)))
		if err != nil {
			return err
		}
		if events, err = eventPartsOf(tx, ends, eventParts{places: listPlaces}); err != nil {
			return err
		}
		parents, err := withMerged(tx, ends)
		if err != nil {
			return err
		}
		became = make(map[string]string, len(ids))
		for _, id := range ids {
			if end, stored := parents[id]; stored {
				became[id] = end
			}
		}
		return nil
	})
	return events, became, err
}
