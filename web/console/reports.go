package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/internal/report"
	"regwatch/models"
)

// maxReport is the most that the draft of a report may send, in bytes: its lines and the names of their fields.
const maxReport = 40 << 20

// reportsPage lists the reports, and starts new ones.
type reportsPage struct {
	Rows    []reportRow
	Choices choices
	Filter  filter
	Title   string
	Problem string
}

// A reportRow is one report.
type reportRow struct {
	ID, Title, By string
	Finished      bool
	Last          int // version
	Changed       moment
}

// A reportPage is a draft to edit, or what a version says.
type reportPage struct {
	app.ReportDetails

	From, To string // of the period, in its time zone
	Finished moment
	Since    string // until when the report before reaches; empty: there is none
	Count    report.Count
	Lines    []string // of the introduction
	Rows     []reportItem
	Gone     []goneEvent
	Problem  string // why nothing was saved
	Conflict bool   // somebody else changed it; Revision is theirs
	Draft    bool
	File     string // address of the exports, without their format
	Numbers  []int  // of its versions, the last first
}

// A reportItem is an event of a report.
type reportItem struct {
	models.ReportEvent
	Place   int // from 1; 0: left out
	Changed []string
	Said    []string // the lines of what a person wrote
	First   bool
	Last    bool
}

// A goneEvent is an event of the report before that is not in this one.
type goneEvent struct{ ID, Title, Reason string }

func (c *Console) showReports(w http.ResponseWriter, v *visit) error {
	return c.showReportsWith(w, v, http.StatusOK, reportsPage{Filter: filter{}})
}

func (c *Console) showReportsWith(w http.ResponseWriter, v *visit, code int, page reportsPage) error {
	all, err := c.engine.Reports(v.Context())
	if err != nil {
		return err
	}
	for _, r := range all {
		page.Rows = append(page.Rows, reportRow{r.ID, r.Title, r.ChangedBy, r.State == app.ReportStateFinished, r.Last, v.when(r.ChangedAt)})
	}
	if page.Choices, err = c.choices(v, page.Filter, nil); err != nil {
		return err
	}
	c.show(w, v, code, "reports", v.T("Reports"), page)
	return nil
}

// startReport starts a report of what the form asks for.
func (c *Console) startReport(w http.ResponseWriter, v *visit) error {
	f := readFilter(v.PostForm)
	f.State = v.PostForm.Get("state")
	refuse := func(problem string) error {
		return c.showReportsWith(w, v, http.StatusUnprocessableEntity, reportsPage{Filter: f, Title: v.PostForm.Get("title"), Problem: problem})
	}
	if mistake := v.periodMistake(f.period); mistake != "" {
		return refuse(mistake)
	}
	q := f.query(v)
	r := app.ReportRequest{Title: v.PostForm.Get("title"), By: v.Name, Filter: models.ReportFilter{
		Rules: q.Rules, Severity: q.Severity, Stages: q.Stages, Sources: q.Sources, Jurisdictions: q.Jurisdictions, Published: q.Published, State: q.State, Query: q.Query, Mentions: f.Mentions,
	}}
	inZone := func(day string, days int) time.Time { // the zone of the folder, in which every reader sees the period
		t, err := time.ParseInLocation(time.DateOnly, day, c.engine.Zone())
		if err != nil {
			return time.Time{}
		}
		return t.AddDate(0, 0, days)
	}
	r.From, r.To = inZone(f.From, 0), inZone(f.To, 1)
	d, err := c.engine.NewReport(v.Context(), r)
	if problem, ok := v.asMistake(err); ok {
		return refuse(problem)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/reports/"+d.ID, http.StatusSeeOther)
	return nil
}

// showReport shows a draft to those who may edit it, and what a report says to others.
func (c *Console) showReport(w http.ResponseWriter, v *visit) error {
	d, err := c.readReport(v)
	if err != nil {
		return err
	}
	c.showReportWith(w, v, http.StatusOK, c.newReportPage(v, d))
	return nil
}

// readReport reads the report of an address, or the version that it names.
func (c *Console) readReport(v *visit) (app.ReportDetails, error) {
	number := v.URL.Query().Get("number")
	if number == "" {
		return c.engine.Report(v.Context(), v.PathValue("id"))
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return app.ReportDetails{}, errNoPage
	}
	return c.engine.ReportVersion(v.Context(), v.PathValue("id"), n)
}

func (c *Console) showReportWith(w http.ResponseWriter, v *visit, code int, page reportPage) {
	name := "reports-version"
	if page.Draft && v.MayEdit() {
		name = "reports-draft"
	}
	c.show(w, v, code, name, page.Content.Title, page)
}

func (c *Console) newReportPage(v *visit, d app.ReportDetails) reportPage {
	p := reportPage{ReportDetails: d, Draft: d.Content.Version == 0, Finished: v.when(d.Content.MadeAt), Count: report.CountOf(d.Content), File: "/reports/" + d.ID + "/export?"}
	p.From, p.To = report.Period(d.Content)
	if d.Content.Introduction != "" {
		p.Lines = strings.Split(d.Content.Introduction, "\n")
	}
	if d.Content.Since != nil {
		p.Since = v.day(d.Content.Since.To.In(v.Zone))
	}
	if !p.Draft {
		p.File += "number=" + strconv.Itoa(d.Content.Version) + "&"
	}
	for _, version := range d.Versions {
		p.Numbers = append(p.Numbers, version.Number)
	}
	language := report.Language{Tag: v.Lang, Say: v.text}
	for i, e := range d.Content.Events {
		p.Rows = append(p.Rows, newReportItem(e, i+1, language))
	}
	if n := len(p.Rows); n > 0 {
		p.Rows[0].First, p.Rows[n-1].Last = true, true
	}
	for _, e := range d.LeftOut {
		p.Rows = append(p.Rows, newReportItem(e, 0, language))
	}
	for _, g := range d.Content.Gone {
		p.Gone = append(p.Gone, goneEvent{g.ID, g.Title, language.Gone(g.Reason)})
	}
	return p
}

func newReportItem(e models.ReportEvent, place int, l report.Language) reportItem {
	item := reportItem{ReportEvent: e, Place: place, Changed: l.Changes(e)}
	if e.Line != "" {
		item.Said = strings.Split(e.Line, "\n")
	}
	return item
}

// changeReport does with a report what a button of its page says. What was typed is saved first.
func (c *Console) changeReport(w http.ResponseWriter, v *visit) error {
	id, do := v.PathValue("id"), v.PostForm.Get("do")
	ctx := v.Context()
	back := "/reports/" + url.PathEscape(id)
	switch do {
	case "reopen":
		if _, err := c.engine.ReopenReport(ctx, id, v.Name); err != nil {
			return err
		}
		http.Redirect(w, v.Request, back, http.StatusSeeOther)
		return nil
	case "delete":
		r, err := c.engine.DeleteReport(ctx, id, v.Name)
		if err != nil {
			return c.reportProblem(w, v, id, err)
		}
		c.say(w, v, done{Text: v.T("The report “%s” is deleted.", r.Title), Undo: []undone{{Do: "restore-report", ID: r.ID}}})
		http.Redirect(w, v.Request, "/reports", http.StatusSeeOther)
		return nil
	}
	edit, err := readReportEdit(v.PostForm)
	if err != nil {
		return err
	}
	saved, err := c.engine.EditReport(ctx, id, edit, v.Name)
	if changed, ok := errors.AsType[*app.ReportChangedError](err); ok {
		return c.reportConflict(w, v, changed, edit)
	}
	problem, wrong := v.asMistake(err)
	if title, ok := errors.AsType[*app.ReportTitleError](err); ok {
		problem, wrong = v.text(title.Text()), true
	}
	if missing, ok := errors.AsType[*app.NoEventError](err); ok {
		problem, wrong = strings.Join(v.explain(missing), " "), true
	}
	if wrong {
		return c.showTyped(w, v, http.StatusUnprocessableEntity, edit, func(p *reportPage) { p.Problem, p.Revision = problem, edit.Revision })
	}
	if err != nil {
		return err
	}
	said := v.T("Saved.")
	switch do {
	case "finish":
		finished, err := c.engine.FinishReport(ctx, id, saved.Revision, v.Name)
		if err != nil {
			return c.reportProblem(w, v, id, err)
		}
		said = v.T("Version %d is finished.", finished.Content.Version)
	case "refresh":
		_, added, err := c.engine.RefreshReport(ctx, id, saved.Revision, v.Name)
		if err != nil {
			return c.reportProblem(w, v, id, err)
		}
		said = v.T("%d event was added.|%d events were added.", added)
	}
	if moved, isMove := strings.CutPrefix(do, "up "); isMove {
		back, said = back+"#e-"+url.PathEscape(moved), ""
	} else if moved, isMove := strings.CutPrefix(do, "down "); isMove {
		back, said = back+"#e-"+url.PathEscape(moved), ""
	}
	if said != "" {
		c.say(w, v, done{Text: said})
	}
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// reportProblem shows a report with why something was not done.
func (c *Console) reportProblem(w http.ResponseWriter, v *visit, id string, err error) error {
	text, ok := app.ErrorText(err)
	if !ok || app.IsNotFound(err) {
		return err
	}
	d, failed := c.engine.Report(v.Context(), id)
	if failed != nil {
		return failed
	}
	page := c.newReportPage(v, d)
	page.Problem = v.text(text)
	c.showReportWith(w, v, http.StatusConflict, page)
	return nil
}

// reportConflict shows what the person typed and who was faster. Saving again replaces what the other one saved.
func (c *Console) reportConflict(w http.ResponseWriter, v *visit, changed *app.ReportChangedError, edit app.ReportEdit) error {
	return c.showTyped(w, v, http.StatusConflict, edit, func(p *reportPage) { p.Problem, p.Conflict = v.text(changed.Text()), true })
}

// showTyped shows the draft with what the person typed in place of what is stored.
func (c *Console) showTyped(w http.ResponseWriter, v *visit, code int, edit app.ReportEdit, set func(*reportPage)) error {
	d, err := c.engine.DraftOfReport(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	events := make(map[string]models.ReportEvent)
	for _, e := range slices.Concat(d.Content.Events, d.LeftOut) {
		events[e.ID] = e
	}
	d.Content.Title, d.Content.Introduction, d.Content.Events, d.LeftOut = edit.Title, edit.Introduction, nil, nil
	for _, item := range edit.Items {
		e, known := events[item.EventID]
		if !known && item.Line == "" {
			continue // the ID that the person typed to add an event
		}
		if !known { // it is part of another event by now; what was typed stays
			e.ID, e.Title = item.EventID, item.EventID
		}
		e.Line = item.Line
		delete(events, e.ID)
		if item.LeftOut {
			d.LeftOut = append(d.LeftOut, e)
		} else {
			d.Content.Events = append(d.Content.Events, e)
		}
	}
	for _, e := range events { // what the other person added
		d.LeftOut = append(d.LeftOut, e)
	}
	slices.SortFunc(d.LeftOut, func(a, b models.ReportEvent) int { return strings.Compare(a.ID, b.ID) })
	page := c.newReportPage(v, d)
	set(&page)
	c.showReportWith(w, v, code, page)
	return nil
}

// readReportEdit reads the form of a draft: its events in their order, with the lines, and what its buttons move.
func readReportEdit(form url.Values) (app.ReportEdit, error) {
	revision, err := strconv.Atoi(form.Get("revision"))
	ids, texts, places := form["event"], form["line"], form["place"]
	if err != nil || len(texts) != len(ids) || len(places) != len(ids) {
		return app.ReportEdit{}, errNoPage
	}
	out := make(map[string]bool)
	for _, id := range form["out"] {
		out[id] = true
	}
	edit := app.ReportEdit{Revision: revision, Title: form.Get("title"), Introduction: form.Get("introduction")}
	var moved []int // places that the person changed, by the item
	var leftOut []models.ReportItem
	for i, id := range ids {
		item := models.ReportItem{EventID: id, Line: texts[i], LeftOut: out[id]}
		if item.LeftOut {
			leftOut = append(leftOut, item)
			continue
		}
		edit.Items = append(edit.Items, item)
		place, err := strconv.Atoi(strings.TrimSpace(places[i]))
		if err != nil || place < 1 || place == i+1 {
			place = 0
		}
		moved = append(moved, place)
	}
	edit.Items = place(edit.Items, moved)
	up, isUp := strings.CutPrefix(form.Get("do"), "up ")
	down, isDown := strings.CutPrefix(form.Get("do"), "down ")
	for i, item := range edit.Items {
		if isUp && item.EventID == up && i > 0 {
			edit.Items[i-1], edit.Items[i] = edit.Items[i], edit.Items[i-1]
			break
		}
		if isDown && item.EventID == down && i+1 < len(edit.Items) {
			edit.Items[i+1], edit.Items[i] = edit.Items[i], edit.Items[i+1]
			break
		}
	}
	edit.Items = append(edit.Items, leftOut...)
	if more := strings.TrimSpace(form.Get("add")); more != "" {
		edit.Items = append(edit.Items, models.ReportItem{EventID: more})
	}
	return edit, nil
}

// place moves items to the places that are given for them, from 1; 0 leaves an item in its order.
func place(items []models.ReportItem, places []int) []models.ReportItem {
	var rest []models.ReportItem
	type move struct {
		item models.ReportItem
		to   int
	}
	var moves []move
	for i, item := range items {
		if places[i] == 0 {
			rest = append(rest, item)
		} else {
			moves = append(moves, move{item, places[i]})
		}
	}
	slices.SortStableFunc(moves, func(a, b move) int { return a.to - b.to })
	for _, m := range moves {
		rest = slices.Insert(rest, min(m.to-1, len(rest)), m.item)
	}
	return rest
}

// exportReport answers with a report as a file: a page to print, or a table or JSON to keep.
func (c *Console) exportReport(w http.ResponseWriter, v *visit) error {
	d, err := c.readReport(v)
	if err != nil {
		return err
	}
	var file []byte
	name := "report-" + d.ID
	if d.Content.Version > 0 {
		name += "-" + strconv.Itoa(d.Content.Version)
	}
	switch format := v.URL.Query().Get("format"); format {
	case "html":
		if file, err = report.HTML(d.Content, d.Hash, report.Language{Tag: v.Lang, Say: v.text}); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", report.Policy(d.Content))
	case "csv", "json":
		kind := "text/csv; charset=utf-8"
		if format == "json" {
			kind = "application/json; charset=utf-8"
			file, err = d.AsJSON()
		} else {
			file, err = report.CSV(d.Content)
		}
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+format+`"`)
	default:
		return errNoPage
	}
	_, err = w.Write(file)
	return err
}
