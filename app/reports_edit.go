package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/report"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/store"
)

// A ReportEdit is what a person made of the draft of a report.
type ReportEdit = report.Edit

// ParseReportEdit reads what a person wrote in a file. The error is a diag.Problems that names all mistakes.
func ParseReportEdit(file string, src []byte) (ReportEdit, error) {
	e, problems := report.ParseEdit(file, src)
	if len(problems) > 0 {
		return e, problems
	}
	return e, nil
}

// A ReportChangedError means that somebody changed a report since it was read, a ReportTitleError that the next report would
// no longer find it, and a ReportAlteredError that a version is not what was finished.
type (
	ReportAlteredError = store.ReportAlteredError
	ReportChangedError = store.ReportChangedError
	ReportTitleError   = store.ReportTitleError
)

// EditReport stores what a person made of the draft of a report. Events that the edit does not name are left out, with
// their lines. An event that the draft did not have is added. The error is a *ReportChangedError if somebody changed the
// report since the revision of the edit.
func (a *App) EditReport(ctx context.Context, id string, e ReportEdit, by string) (ReportDetails, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReportDetails{}, err
	}
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return ReportDetails{}, bare[*store.NoReportError](err)
	}
	before := stored
	if stored.Title, err = reportTitle(e.Title); err != nil {
		return ReportDetails{}, err
	}
	if key := titleKey(stored.Title); key != titleKey(before.Title) {
		stored.TitleKey = key
	}
	stored.Draft.Introduction = report.Clean(e.Introduction)
	if n := utf8.RuneCountInString(stored.Draft.Introduction); n > longestIntroduction {
		return ReportDetails{}, inputError("the introduction has %d characters; use at most %d", n, longestIntroduction)
	}
	if stored.Draft.Items, err = a.editedItems(ctx, before.Draft.Items, e.Items); err != nil {
		return ReportDetails{}, err
	}
	return a.saveReport(ctx, before, stored, e.Revision, by)
}

// editedItems returns the items of a draft after an edit, in which an ID may be the beginning of one.
func (a *App) editedItems(ctx context.Context, before, edited []models.ReportItem) ([]models.ReportItem, error) {
	if len(edited) > maxReportEvents {
		return nil, inputError("the report has %d events; it has at most %d", len(edited), maxReportEvents)
	}
	ids, known, named := make([]string, len(before)), make(map[string]bool), make(map[string]bool)
	for i, item := range before {
		ids[i], known[item.EventID] = item.EventID, true
	}
	_, became, err := a.store.EventsNow(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, end := range became {
		known[end] = true
	}
	whole := make([]models.ReportItem, len(edited))
	for i, item := range edited {
		item.Line = report.Clean(item.Line)
		if n := utf8.RuneCountInString(item.Line); n > longestReportLine {
			return nil, inputError("the comment on event %s has %d characters; use at most %d", item.EventID, n, longestReportLine)
		}
		if !known[item.EventID] {
			event, err := a.store.FindEvent(ctx, item.EventID)
			if err != nil {
				return nil, err
			}
			item.EventID = event.ID
		}
		if named[item.EventID] {
			return nil, inputError("event %s is named twice", item.EventID)
		}
		named[item.EventID], whole[i] = true, item
	}
	items := report.Apply(before, whole, became)
	if len(items) > maxReportEvents {
		return nil, inputError("the report has %d events; it has at most %d", len(items), maxReportEvents)
	}
	return items, nil
}

// saveReport stores the draft of a report that was read at a revision, unless nothing changes.
func (a *App) saveReport(ctx context.Context, before, r models.Report, revision int, by string) (ReportDetails, error) {
	if revision != before.Revision {
		return ReportDetails{}, &ReportChangedError{Report: before}
	}
	if before.Title != r.Title || before.Draft.Introduction != r.Draft.Introduction || !slices.Equal(before.Draft.Items, r.Draft.Items) {
		var err error
		if r, err = a.store.SaveReport(ctx, r, by, a.now().UTC()); err != nil {
			return ReportDetails{}, bareReport(err)
		}
	}
	return a.reportDetails(ctx, r)
}

func bareReport(err error) error {
	return bare[*store.NoReportError](bare[*ReportChangedError](bare[*ReportTitleError](bare[*store.ReportKeptError](err))))
}

// RefreshReport adds to a draft the events that its period and filter propose and that it does not have yet, as after late
// news. It returns how many.
func (a *App) RefreshReport(ctx context.Context, id string, revision int, by string) (d ReportDetails, count int, err error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return d, 0, err
	}
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return d, 0, bare[*store.NoReportError](err)
	}
	added, err := a.newItems(ctx, stored.Draft)
	if err != nil {
		return d, 0, err
	}
	before, next := stored, stored
	next.Draft.Items = slices.Concat(stored.Draft.Items, added)
	if len(next.Draft.Items) > maxReportEvents {
		return d, 0, inputError("the report has %d events; it has at most %d", len(next.Draft.Items), maxReportEvents)
	}
	d, err = a.saveReport(ctx, before, next, cmp.Or(revision, stored.Revision), by)
	return d, len(added), err
}

// A FinishRequest asks to finish a report.
type FinishRequest struct {
	Revision int // that the person read; 0: the one that is stored

	// Seen is what the person read of the events of the draft: their [FactsOf] by ID. Nil: that is not known.
	Seen map[string]string

	WithoutLate bool   // without the events that came into the period since
	By          string // for the audit
}

// A ReportNewsError means that a report was not finished, because there is something that the person has not seen.
type ReportNewsError struct {
	Changed []models.ReportEvent // of the draft, of which something else is known now
	Late    int                  // how many events are in the period that the draft does not have
}

// Error says what is new.
func (e *ReportNewsError) Error() string { return e.Text().String() }

// Text is Error for readers of other languages.
func (e *ReportNewsError) Text() diag.Text {
	if len(e.Changed) > 0 {
		return diag.Textf("the report was not finished: the facts of %d events changed since you read it, first of “%s”; look at them and finish it again", len(e.Changed), sanitize.Line(e.Changed[0].Title))
	}
	return diag.Textf("the report was not finished: %d events came into its period since you last looked for new ones; add them, or finish it without them", e.Late)
}

// FactsOf is a short hash of what a draft says of an event, without what the person writes about it.
func FactsOf(e models.ReportEvent) string {
	e.Line = ""
	content, err := json.Marshal(e)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// FinishReport stores what the draft of a report says as its next version, which never changes. If nothing changed since the
// last version, that is returned. The error is a [*ReportNewsError] if there is something that the person has not seen.
func (a *App) FinishReport(ctx context.Context, id string, r FinishRequest) (ReportDetails, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReportDetails{}, err
	}
	stored, err := a.store.FindReport(ctx, id)
	switch {
	case err != nil:
		return ReportDetails{}, bare[*store.NoReportError](err)
	case r.Revision != 0 && r.Revision != stored.Revision:
		return ReportDetails{}, &ReportChangedError{Report: stored}
	case stored.IsFinished():
		return a.ReportVersion(ctx, stored.ID, stored.Versions)
	}
	late, err := a.lateItems(ctx, stored, r.WithoutLate)
	if err != nil {
		return ReportDetails{}, err
	}
	d, err := a.reportDetails(ctx, stored)
	if err != nil {
		return ReportDetails{}, err
	}
	news := &ReportNewsError{Late: len(late)}
	for _, e := range d.Content.Events {
		if r.Seen != nil && r.Seen[e.ID] != FactsOf(e) {
			news.Changed = append(news.Changed, e)
		}
	}
	if len(news.Changed) > 0 || news.Late > 0 {
		return ReportDetails{}, news
	}
	d.Content.Version, d.Content.MadeBy = stored.Versions+1, r.By
	content, err := json.Marshal(d.Content)
	if err != nil {
		return ReportDetails{}, err
	}
	_, err = a.store.FinishReport(ctx, stored.ID, stored.Revision, models.ReportVersion{
		Number: d.Content.Version, Content: string(content), Events: len(d.Content.Events), FinishedAt: d.Content.MadeAt, FinishedBy: r.By,
	})
	changed, isChanged := errors.AsType[*ReportChangedError](err)
	finished := isChanged && changed.Report.Revision == stored.Revision && changed.Report.IsFinished() // somebody else was faster
	if err != nil && !finished {
		return ReportDetails{}, bareReport(err)
	}
	return a.ReportVersion(ctx, stored.ID, d.Content.Version)
}

// lateItems returns what the period and the filter of a draft propose and it does not have, but for what people marked as
// not relevant.
func (a *App) lateItems(ctx context.Context, r models.Report, none bool) ([]models.ReportItem, error) {
	if none {
		return nil, nil
	}
	proposed, err := a.newItems(ctx, r.Draft)
	return slices.DeleteFunc(proposed, func(i models.ReportItem) bool { return i.LeftOut }), err
}

// newItems returns what the period and the filter of a draft propose and it does not have.
func (a *App) newItems(ctx context.Context, d models.ReportDraft) ([]models.ReportItem, error) {
	proposed, err := a.proposedItems(ctx, d)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(d.Items))
	for i, item := range d.Items {
		ids[i] = item.EventID
	}
	_, became, err := a.store.EventsNow(ctx, ids)
	if err != nil {
		return nil, err
	}
	has := make(map[string]bool)
	for _, id := range became {
		has[id] = true
	}
	return slices.DeleteFunc(proposed, func(i models.ReportItem) bool { return has[i.EventID] }), nil
}

// ReopenReport begins the next version of a finished report with the events as they are now.
func (a *App) ReopenReport(ctx context.Context, id, by string) (ReportDetails, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReportDetails{}, err
	}
	stored, err := a.store.FindReport(ctx, id)
	switch {
	case err != nil:
		return ReportDetails{}, bare[*store.NoReportError](err)
	case !stored.IsFinished():
		return a.reportDetails(ctx, stored)
	}
	saved, err := a.store.SaveReport(ctx, stored, by, a.now().UTC())
	if changed, ok := errors.AsType[*ReportChangedError](err); ok && !changed.Report.IsFinished() {
		saved, err = changed.Report, nil // somebody else reopened it at the same time
	}
	if err != nil {
		return ReportDetails{}, bareReport(err)
	}
	return a.reportDetails(ctx, saved)
}

// DeleteReport deletes a report that has no version; RestoreReport brings it back.
func (a *App) DeleteReport(ctx context.Context, id, by string) (Report, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Report{}, err
	}
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return Report{}, bare[*store.NoReportError](err)
	}
	stored, err = a.store.DeleteReport(ctx, stored.ID, by, a.now().UTC())
	return newReport(stored, nil, stored.ID), bareReport(err)
}

// RestoreReport brings back a report that was deleted, by its whole ID.
func (a *App) RestoreReport(ctx context.Context, id, by string) (Report, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return Report{}, err
	}
	stored, err := a.store.RestoreReport(ctx, strings.ToUpper(strings.TrimSpace(id)), by, a.now().UTC())
	return newReport(stored, nil, stored.ID), bareReport(err)
}
