package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
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

	// JSON is a version as it is stored, byte for byte: its SHA-256 is Hash. Empty: a draft.
	JSON []byte `json:"-"`

	stored models.Report
}

// AsJSON returns a version as it is stored, so that its SHA-256 is its hash, or a draft with its lines indented.
func (d ReportDetails) AsJSON() ([]byte, error) {
	if len(d.JSON) > 0 {
		return d.JSON, nil
	}
	return report.JSON(d.Content)
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
		last, err := a.reportBefore(ctx, next)
		if err != nil {
			return ReportDetails{}, err
		}
		next.Draft.From = next.Draft.To.Add(-defaultReportLookback)
		if before := last.content; before != nil {
			next.Draft.From = before.To
			if before.MadeAt.Before(before.To) { // it was finished before its period ended, so it knows nothing of the rest
				next.Draft.From = before.MadeAt
			}
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
	var version models.ReportVersion
	d.Content, version, err = a.versionContent(ctx, stored, number)
	d.Hash, d.JSON = version.Hash, []byte(version.Content)
	return d, err
}

func (a *App) versionContent(ctx context.Context, r models.Report, number int) (c models.ReportContent, v models.ReportVersion, err error) {
	v, err = a.store.ReportVersion(ctx, r, number)
	if err != nil {
		return c, v, bare[*store.NoReportVersionError](bare[*ReportAlteredError](err))
	}
	return c, v, json.Unmarshal([]byte(v.Content), &c)
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
	last, err := a.reportBefore(ctx, r)
	if err != nil {
		return ReportDetails{}, err
	}
	before := last.content
	d.Content.Since, d.Content.Altered = last.ref, last.altered
	ids := make([]string, 0, len(r.Draft.Items))
	for _, item := range r.Draft.Items {
		ids = append(ids, item.EventID)
	}
	if before != nil {
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
	now := report.Now{Became: became, LeftOut: make(map[string]bool), Quiet: make(map[string]bool)}
	for _, e := range events {
		now.Quiet[e.ID] = e.LastSeenAt.Before(r.Draft.From)
	}
	for _, item := range report.Shown(r.Draft.Items, became) {
		e := byID[item.EventID]
		e.Line = item.Line
		if item.LeftOut {
			now.LeftOut[e.ID] = true
			d.LeftOut = append(d.LeftOut, e)
		} else {
			d.Content.Events = append(d.Content.Events, e)
		}
	}
	d.Content.Gone = report.Compare(d.Content.Events, before, now)
	return d, nil
}

// A reportBefore is the version that a report is compared with: the last one of the report that it follows.
type reportBefore struct {
	content *models.ReportContent // nil: there is none
	ref     *models.ReportRef
	altered []models.ReportRef // later versions, which somebody altered in the database
}

// reportBefore looks up what a report follows. A version that was altered blocks nothing: the one before it is taken.
func (a *App) reportBefore(ctx context.Context, r models.Report) (b reportBefore, err error) {
	before, err := a.store.ReportsBefore(ctx, r)
	if err != nil {
		return b, err
	}
	for _, r := range before {
		for number := r.Versions; number > 0; number-- {
			c, version, err := a.versionContent(ctx, r, number)
			ref := models.ReportRef{ReportID: r.ID, Version: number, Title: r.Title, To: r.Draft.To}
			if altered, ok := errors.AsType[*ReportAlteredError](err); ok {
				ref.Hash = altered.Audit
				b.altered = append(b.altered, ref)
				continue
			}
			if err != nil {
				return b, err
			}
			ref.Title, ref.To, ref.Hash = c.Title, c.To, version.Hash
			b.content, b.ref = &c, &ref
			return b, nil
		}
	}
	return b, nil
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
