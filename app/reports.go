package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/build"
	"regwatch/internal/report"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/store"
)

// A Report is what a person tells a committee about the events of a period.
type Report struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	State     string          `json:"state"`    // draft, or finished: the last version says what the report says
	Revision  int             `json:"revision"` // rises with every change
	CreatedAt time.Time       `json:"created_at"`
	CreatedBy string          `json:"created_by"`
	ChangedAt time.Time       `json:"changed_at"`
	ChangedBy string          `json:"changed_by"`
	Versions  []ReportVersion `json:"versions"` // the last first

	ShortID string `json:"-"` // as much of the ID as no other report has
	Last    int    `json:"-"` // the number of the last version; 0: there is none
}

// The states of a report.
const (
	ReportStateDraft    = "draft"
	ReportStateFinished = "finished"
)

// A ReportVersion is a finished version of a report.
type ReportVersion struct {
	Number     int       `json:"number"`
	Events     int       `json:"events"`
	FinishedAt time.Time `json:"finished_at"`
	FinishedBy string    `json:"finished_by"`
	Hash       string    `json:"hash"` // SHA-256 of its content, which the audit has too
}

// A ReportDetails is a report with what it says: as a draft with the events as they are now, or as a version.
type ReportDetails struct {
	Report
	Content models.ReportContent `json:"content"`
	Hash    string               `json:"hash,omitempty"`     // of the version; empty: a draft
	LeftOut []models.ReportEvent `json:"left_out,omitempty"` // of a draft: what the person left out

	stored models.Report
}

// A ReportRequest asks for a new report.
type ReportRequest struct {
	Title    string
	From, To time.Time // of the period [From, To). A zero From is the end of the last report of the title, or 30 days before To; a zero To is now
	Filter   models.ReportFilter
	By       string // for the audit
}

// The limits of reports. A committee reads far less; the limits bound what a page of the console sends.
const (
	maxReportEvents       = 2000
	longestReportTitle    = 120
	longestReportLine     = 2000
	longestIntroduction   = 20000
	defaultReportLookback = 30 * 24 * time.Hour
)

// Reports returns the reports, the newest first, without what they say.
func (a *App) Reports(ctx context.Context) ([]Report, error) {
	stored, err := a.store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(stored))
	for i, r := range stored {
		ids[i] = r.ID
	}
	short, err := a.store.ShortReportIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	versions, err := a.store.ReportVersions(ctx, ids...)
	if err != nil {
		return nil, err
	}
	list := make([]Report, len(stored))
	for i, r := range stored {
		list[i] = newReport(r, versions[r.ID], short[r.ID])
	}
	return list, nil
}

func newReport(r models.Report, versions []models.ReportVersion, short string) Report {
	n := Report{
		ID: r.ID, Title: r.Title, State: ReportStateDraft, Revision: r.Revision, CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy,
		ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy, Versions: []ReportVersion{}, ShortID: short, Last: r.Versions,
	}
	if r.IsFinished() {
		n.State = ReportStateFinished
	}
	for _, v := range versions {
		n.Versions = append(n.Versions, ReportVersion{v.Number, v.Events, v.FinishedAt, v.FinishedBy, v.Hash})
	}
	return n
}

// NewReport starts a report of the events that happened in a period and that a filter allows: those that are most severe first. Events
// that people marked as not relevant are left out until a person puts them in.
func (a *App) NewReport(ctx context.Context, r ReportRequest) (ReportDetails, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReportDetails{}, err
	}
	now := a.now().UTC()
	title, err := reportTitle(r.Title)
	if err != nil {
		return ReportDetails{}, err
	}
	next := models.Report{Title: title, TitleKey: titleKey(title), CreatedAt: now, CreatedBy: r.By}
	next.Draft = models.ReportDraft{From: r.From.UTC(), To: r.To.UTC(), Filter: r.Filter}
	if r.To.IsZero() {
		next.Draft.To = now
	}
	if r.From.IsZero() {
		before, _, err := a.reportBefore(ctx, next)
		if err != nil {
			return ReportDetails{}, err
		}
		next.Draft.From = next.Draft.To.Add(-defaultReportLookback)
		if before != nil {
			next.Draft.From = before.To
		}
	}
	if !next.Draft.From.Before(next.Draft.To) {
		zone := a.Zone()
		return ReportDetails{}, inputError("the period begins at %s and ends at %s; it must end after it begins", next.Draft.From.In(zone).Format("2006-01-02 15:04"), next.Draft.To.In(zone).Format("2006-01-02 15:04"))
	}
	if next.Draft.Items, err = a.proposedItems(ctx, next.Draft); err != nil {
		return ReportDetails{}, err
	}
	stored, err := a.store.AddReport(ctx, next)
	if err != nil {
		return ReportDetails{}, err
	}
	return a.reportDetails(ctx, stored)
}

func reportTitle(title string) (string, error) {
	title = strings.Join(strings.Fields(report.Clean(title)), " ")
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		return "", inputError("a report needs a title, such as Monthly committee")
	case n > longestReportTitle:
		return "", inputError("the title has %d characters; use at most %d", n, longestReportTitle)
	}
	return title, nil
}

// titleKey is by what reports of the same title are found. A title of signs alone is itself.
func titleKey(title string) string { return cmp.Or(text.Fold(title), title) }

// proposedItems returns the items of the events that the period and the filter of a draft propose.
func (a *App) proposedItems(ctx context.Context, d models.ReportDraft) ([]models.ReportItem, error) {
	f := EventFilter{
		Since: d.From, Until: d.To, Rules: d.Filter.Rules, Severity: d.Filter.Severity, Stages: d.Filter.Stages, Sources: d.Filter.Sources,
		Jurisdictions: d.Filter.Jurisdictions, Published: d.Filter.Published, State: d.Filter.State, Query: d.Filter.Query, Raised: !d.Filter.Mentions,
	}
	found, total, err := a.NewestEvents(ctx, f, maxReportEvents+1)
	if err != nil {
		return nil, err
	}
	if len(found) > maxReportEvents {
		return nil, inputError("the period has %d events, and a report has at most %d; choose a shorter period, or fewer rules or severities", total, maxReportEvents)
	}
	events := make([]models.ReportEvent, len(found))
	leftOut := make(map[string]bool)
	for i, e := range found {
		events[i] = newReportEvent(e)
		leftOut[e.ID] = e.Verdict() == string(models.Irrelevant)
	}
	report.Order(events)
	items := make([]models.ReportItem, len(events))
	for i, e := range events {
		items[i] = models.ReportItem{EventID: e.ID, LeftOut: leftOut[e.ID]}
	}
	return items, nil
}

func newReportEvent(e Event) models.ReportEvent {
	r := models.ReportEvent{
		ID: e.ID, Title: e.Title, Link: e.Link, Severity: e.Severity, Official: e.Official, Stage: e.Stage, StageQuote: e.StageQuote, Dates: e.Dates,
		Jurisdictions: e.Jurisdictions, Rules: []models.ReportRule{}, Extract: e.Extract, Sources: []models.ReportSource{}, Outlets: e.Outlets,
		FirstSeenAt: e.FirstSeenAt, LastSeenAt: e.LastSeenAt,
	}
	for i, id := range e.RuleIDs {
		r.Rules = append(r.Rules, models.ReportRule{ID: id, Title: e.RuleTitles[i]})
	}
	if e.Matter != nil {
		r.Matter = e.Matter.Name
	}
	for _, in := range e.Articles {
		r.Sources = append(r.Sources, models.ReportSource{
			ArticleID: in.ArticleID, Name: cmp.Or(in.SourceName, in.Source), Title: in.Title, Link: in.Link, Official: models.Role(in.Role).Official(),
			PublishedAt: in.PublishedAt, SeenAt: in.SeenAt,
		})
	}
	return r
}

// Report returns a report: what its draft says of the events as they are now or, if nothing changed since the last version, that.
func (a *App) Report(ctx context.Context, id string) (ReportDetails, error) {
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return ReportDetails{}, bare[*store.NoReportError](err)
	}
	if stored.IsFinished() {
		return a.ReportVersion(ctx, stored.ID, stored.Versions)
	}
	return a.reportDetails(ctx, stored)
}

// DraftOfReport returns what a person edits of a report, also if it is finished.
func (a *App) DraftOfReport(ctx context.Context, id string) (ReportDetails, error) {
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return ReportDetails{}, bare[*store.NoReportError](err)
	}
	return a.reportDetails(ctx, stored)
}

// ReportVersion returns a version of a report as it was finished; 0 is the last.
func (a *App) ReportVersion(ctx context.Context, id string, number int) (ReportDetails, error) {
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return ReportDetails{}, bare[*store.NoReportError](err)
	}
	d, err := a.reportHead(ctx, stored)
	if err != nil {
		return ReportDetails{}, err
	}
	d.Content, d.Hash, err = a.versionContent(ctx, stored, number)
	return d, err
}

func (a *App) versionContent(ctx context.Context, r models.Report, number int) (c models.ReportContent, hash string, err error) {
	v, err := a.store.ReportVersion(ctx, r, number)
	if err != nil {
		return c, "", bare[*store.NoReportVersionError](err)
	}
	return c, v.Hash, json.Unmarshal([]byte(v.Content), &c)
}

func (a *App) reportHead(ctx context.Context, r models.Report) (ReportDetails, error) {
	versions, err := a.store.ReportVersions(ctx, r.ID)
	if err != nil {
		return ReportDetails{}, err
	}
	short, err := a.store.ShortReportIDs(ctx, []string{r.ID})
	return ReportDetails{Report: newReport(r, versions[r.ID], short[r.ID]), stored: r}, err
}

// reportDetails returns a report with its draft.
func (a *App) reportDetails(ctx context.Context, r models.Report) (ReportDetails, error) {
	d, err := a.reportHead(ctx, r)
	if err != nil {
		return ReportDetails{}, err
	}
	d.Content = models.ReportContent{
		ReportID: r.ID, Title: r.Title, From: r.Draft.From, To: r.Draft.To, Zone: a.Zone().String(), Filter: r.Draft.Filter, Introduction: r.Draft.Introduction,
		Events: []models.ReportEvent{}, MadeAt: a.now().UTC(), MadeBy: r.ChangedBy, Program: "regwatch " + build.Version(),
	}
	before, ref, err := a.reportBefore(ctx, r)
	if err != nil {
		return ReportDetails{}, err
	}
	ids := make([]string, 0, len(r.Draft.Items))
	for _, item := range r.Draft.Items {
		ids = append(ids, item.EventID)
	}
	if before != nil {
		d.Content.Since = ref
		for _, e := range before.Events {
			ids = append(ids, e.ID)
		}
	}
	found, became, err := a.store.EventsNow(ctx, ids)
	if err != nil {
		return ReportDetails{}, err
	}
	events, err := a.newEvents(ctx, found)
	if err != nil {
		return ReportDetails{}, err
	}
	byID := make(map[string]models.ReportEvent, len(events))
	for _, e := range events {
		byID[e.ID] = newReportEvent(e)
	}
	now := report.Now{Became: became, LeftOut: make(map[string]bool)}
	at := make(map[string]int) // the place of an event in the report
	for _, item := range r.Draft.Items {
		e, known := byID[became[item.EventID]]
		if !known || item.LeftOut {
			continue
		}
		if i, shown := at[e.ID]; shown { // two items whose events were merged
			both := &d.Content.Events[i]
			both.Line = strings.TrimSpace(both.Line + "\n" + item.Line)
			continue
		}
		e.Line, at[e.ID] = item.Line, len(d.Content.Events)
		d.Content.Events = append(d.Content.Events, e)
	}
	for _, item := range r.Draft.Items {
		e, known := byID[became[item.EventID]]
		if _, shown := at[e.ID]; item.LeftOut && known && !shown && !now.LeftOut[e.ID] {
			e.Line, now.LeftOut[e.ID] = item.Line, true
			d.LeftOut = append(d.LeftOut, e)
		}
	}
	d.Content.Gone = report.Compare(d.Content.Events, before, now)
	return d, nil
}

// reportBefore returns the last version of the report that a report of the same title follows; nil if it is the first.
func (a *App) reportBefore(ctx context.Context, r models.Report) (*models.ReportContent, *models.ReportRef, error) {
	before, ok, err := a.store.ReportBefore(ctx, r.TitleKey, r.ID)
	if err != nil || !ok {
		return nil, nil, err
	}
	c, hash, err := a.versionContent(ctx, before, before.Versions)
	if err != nil {
		return nil, nil, err
	}
	return &c, &models.ReportRef{ReportID: before.ID, Version: before.Versions, Title: c.Title, To: c.To, Hash: hash}, nil
}

// Edit returns the draft as a person edits it in a file.
func (d ReportDetails) Edit() string {
	events := make(map[string]models.ReportEvent)
	for _, e := range slices.Concat(d.Content.Events, d.LeftOut) {
		events[e.ID] = e
	}
	r := d.stored
	r.Draft.Items = d.Items()
	return report.EditText(r, events)
}

// Items are the places of the events of the draft as they are now: those that it shows, and those that are left out.
func (d ReportDetails) Items() []models.ReportItem {
	items := []models.ReportItem{}
	for _, e := range d.Content.Events {
		items = append(items, models.ReportItem{EventID: e.ID, Line: e.Line})
	}
	for _, e := range d.LeftOut {
		items = append(items, models.ReportItem{EventID: e.ID, Line: e.Line, LeftOut: true})
	}
	return items
}

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

// A ReportChangedError means that somebody changed a report since it was read.
type ReportChangedError = store.ReportChangedError

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
	stored.TitleKey, stored.Draft.Introduction = titleKey(stored.Title), report.Clean(e.Introduction)
	if n := utf8.RuneCountInString(stored.Draft.Introduction); n > longestIntroduction {
		return ReportDetails{}, inputError("the introduction has %d characters; use at most %d", n, longestIntroduction)
	}
	if stored.Draft.Items, err = a.editedItems(ctx, before.Draft.Items, e.Items); err != nil {
		return ReportDetails{}, err
	}
	return a.saveReport(ctx, before, stored, e.Revision, by)
}

// editedItems returns the items of an edit with the whole IDs of their events, and after them those that it does not name.
func (a *App) editedItems(ctx context.Context, before, edited []models.ReportItem) ([]models.ReportItem, error) {
	known, named := make(map[string]models.ReportItem), make(map[string]bool)
	for _, item := range before {
		known[item.EventID] = item
	}
	items := []models.ReportItem{}
	for _, item := range edited {
		item.Line = report.Clean(item.Line)
		if n := utf8.RuneCountInString(item.Line); n > longestReportLine {
			return nil, inputError("the line to event %s has %d characters; use at most %d", item.EventID, n, longestReportLine)
		}
		if _, has := known[item.EventID]; !has {
			event, err := a.store.FindEvent(ctx, item.EventID)
			if err != nil {
				return nil, err
			}
			item.EventID = event.ID
		}
		if named[item.EventID] {
			return nil, inputError("event %s is named twice", item.EventID)
		}
		named[item.EventID] = true
		items = append(items, item)
	}
	for _, item := range before {
		if !named[item.EventID] {
			item.LeftOut = true
			items = append(items, item)
		}
	}
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
	return bare[*store.NoReportError](bare[*ReportChangedError](bare[*store.ReportKeptError](err)))
}

// RefreshReport adds to a draft the events that its period and filter propose and that it does not have yet, as after late
// news. It returns how many.
func (a *App) RefreshReport(ctx context.Context, id string, revision int, by string) (d ReportDetails, added int, err error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return d, 0, err
	}
	stored, err := a.store.FindReport(ctx, id)
	if err != nil {
		return d, 0, bare[*store.NoReportError](err)
	}
	proposed, err := a.proposedItems(ctx, stored.Draft)
	if err != nil {
		return d, 0, err
	}
	ids := make([]string, len(stored.Draft.Items))
	for i, item := range stored.Draft.Items {
		ids[i] = item.EventID
	}
	_, became, err := a.store.EventsNow(ctx, ids)
	if err != nil {
		return d, 0, err
	}
	has := make(map[string]bool)
	for _, id := range became {
		has[id] = true
	}
	before, next := stored, stored
	next.Draft.Items = slices.Clone(stored.Draft.Items)
	for _, item := range proposed {
		if !has[item.EventID] {
			next.Draft.Items = append(next.Draft.Items, item)
			added++
		}
	}
	if len(next.Draft.Items) > maxReportEvents {
		return d, 0, inputError("the report has %d events; it has at most %d", len(next.Draft.Items), maxReportEvents)
	}
	d, err = a.saveReport(ctx, before, next, cmp.Or(revision, stored.Revision), by)
	return d, added, err
}

// FinishReport stores what the draft of a report says as its next version, which never changes. A revision of 0 is the one
// that is stored. If nothing changed since the last version, that is returned.
func (a *App) FinishReport(ctx context.Context, id string, revision int, by string) (ReportDetails, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return ReportDetails{}, err
	}
	stored, err := a.store.FindReport(ctx, id)
	switch {
	case err != nil:
		return ReportDetails{}, bare[*store.NoReportError](err)
	case revision != 0 && revision != stored.Revision:
		return ReportDetails{}, &ReportChangedError{Report: stored}
	case stored.IsFinished():
		return a.ReportVersion(ctx, stored.ID, stored.Versions)
	}
	d, err := a.reportDetails(ctx, stored)
	if err != nil {
		return ReportDetails{}, err
	}
	d.Content.Version, d.Content.MadeBy = stored.Versions+1, by
	content, err := json.Marshal(d.Content)
	if err != nil {
		return ReportDetails{}, err
	}
	_, err = a.store.FinishReport(ctx, stored.ID, stored.Revision, models.ReportVersion{
		Number: d.Content.Version, Content: string(content), Events: len(d.Content.Events), FinishedAt: d.Content.MadeAt, FinishedBy: by,
	})
	if err != nil {
		return ReportDetails{}, bareReport(err)
	}
	return a.ReportVersion(ctx, stored.ID, d.Content.Version)
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
	if stored, err = a.store.SaveReport(ctx, stored, by, a.now().UTC()); err != nil {
		return ReportDetails{}, bareReport(err)
	}
	return a.reportDetails(ctx, stored)
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
