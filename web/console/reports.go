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
	Since    string   // the last day of the report before; empty: there is none
	Altered  []string // which versions it is not compared with
	Count    report.Count
	Lines    []string // of the introduction
	Rows     []reportItem
	Gone     []goneEvent
	Problem  string // why nothing was saved
	Conflict bool   // somebody else changed it; Revision is theirs
	Late     bool   // events came into the period since; it can be finished without them
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
	Facts   string   // a hash of what is said of it
	News    bool     // the facts changed since the person read them
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
		p.Since = report.Until(*d.Content.Since, d.Content)
	}
	if !p.Draft {
		p.File += "number=" + strconv.Itoa(d.Content.Version) + "&"
	}
	for _, version := range d.Versions {
		p.Numbers = append(p.Numbers, version.Number)
	}
	language := report.Language{Tag: v.Lang, Say: v.text}
	for _, r := range d.Content.Altered {
		p.Altered = append(p.Altered, language.Altered(r, d.Content))
	}
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
	item := reportItem{ReportEvent: e, Place: place, Changed: l.Changes(e), Facts: app.FactsOf(e)}
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
			return c.reportProblem(w, v, id, err)
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
	case "finish", "finish-without-late":
		finished, err := c.engine.FinishReport(ctx, id, app.FinishRequest{Revision: saved.Revision, Seen: seenFacts(v.PostForm), WithoutLate: do == "finish-without-late", By: v.Name})
		if changed, ok := errors.AsType[*app.ReportChangedError](err); ok {
			return c.reportHalfDone(w, v, v.T("What you typed is saved, but the report is not finished: %s changed it at the same time. Look through it and finish it again.", changed.Report.ChangedBy))
		}
		if err != nil {
			return c.reportProblem(w, v, id, err)
		}
		said = v.T("Version %d is finished.", finished.Content.Version)
	case "refresh":
		_, added, err := c.engine.RefreshReport(ctx, id, saved.Revision, v.Name)
		if changed, ok := errors.AsType[*app.ReportChangedError](err); ok {
			return c.reportHalfDone(w, v, v.T("What you typed is saved, but no event was added: %s changed the report at the same time.", changed.Report.ChangedBy))
		}
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

// seenFacts are the facts of the events that the page of a draft showed.
func seenFacts(form url.Values) map[string]string {
	seen, ids := make(map[string]string), form["event"]
	for i, facts := range form["facts"] {
		if i < len(ids) {
			seen[ids[i]] = facts
		}
	}
	return seen
}

// reportHalfDone shows the draft as it is stored, after the first of two things was done.
func (c *Console) reportHalfDone(w http.ResponseWriter, v *visit, problem string) error {
	d, err := c.engine.DraftOfReport(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	page := c.newReportPage(v, d)
	page.Problem = problem
	c.showReportWith(w, v, http.StatusConflict, page)
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
	if news, ok := errors.AsType[*app.ReportNewsError](err); ok {
		page.Late = news.Late > 0 && len(news.Changed) == 0
		changed := make(map[string]bool)
		for _, e := range news.Changed {
			changed[e.ID] = true
		}
		for i := range page.Rows {
			page.Rows[i].News = changed[page.Rows[i].ID]
		}
	}
	c.showReportWith(w, v, http.StatusConflict, page)
	return nil
}

// reportConflict shows what the person typed and who was faster. Saving again replaces what the other one saved.
func (c *Console) reportConflict(w http.ResponseWriter, v *visit, changed *app.ReportChangedError, edit app.ReportEdit) error {
	return c.showTyped(w, v, http.StatusConflict, edit, func(p *reportPage) {
		p.Problem, p.Conflict, p.Revision = v.text(changed.Text()), true, changed.Report.Revision
	})
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
	placed := make([]models.ReportItem, 0, len(items))
	for len(rest)+len(moves) > 0 {
		if len(rest) == 0 || len(moves) > 0 && moves[0].to <= len(placed)+1 {
			placed, moves = append(placed, moves[0].item), moves[1:]
			continue
		}
		placed, rest = append(placed, rest[0]), rest[1:]
	}
	return placed
}

// alteredReport says which version somebody altered, what to do about it, and where the others are.
func (v *visit) alteredReport(e *app.ReportAlteredError) problem {
	p := problem{Title: v.T("This version of the report was altered"), Lines: []string{
		v.text(e.Text()),
		v.T("Ask who runs the database: a backup from before has what was finished, and “regwatch audit verify” checks the audit log. To go on, write the next version from the draft."),
	}}
	if v.MayEdit() && e.Number == e.Last {
		p.Reopen = "/reports/" + e.ReportID
	}
	for n := e.Last; n > 0; n-- {
		if n != e.Number {
			p.Links = append(p.Links, problemLink{"/reports/" + e.ReportID + "?number=" + strconv.Itoa(n), v.T("Version %d", n)})
		}
	}
	return p
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
