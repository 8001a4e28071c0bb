package console

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// effectDays is how many days back the effect of a rule is shown.
const effectDays = 90

func (v *visit) effectSince() time.Time { return v.Now.Add(-effectDays * 24 * time.Hour) }

// rulesPage is the list of rules.
type rulesPage struct {
	Rules    []ruleRow
	Skipped  []skippedFile
	Improved int // shipped rules that a newer version of regwatch has improved
}

// A skippedFile is a file of a folder that is not read, although somebody may expect it to be.
type skippedFile struct{ File, Why string }

// skipped returns the files of a folder that are not read.
func (v *visit) skipped(e *app.Engine, folder string) []skippedFile {
	var all []skippedFile
	for _, p := range e.Folder().Skipped {
		name, err := filepath.Rel(e.Dir(), p.File)
		if err != nil || !strings.HasPrefix(filepath.ToSlash(name), folder+"/") {
			continue
		}
		_, want := p.Texts()
		all = append(all, skippedFile{filepath.ToSlash(name), v.text(want)})
	}
	return all
}

// A ruleRow is a rule in the list.
type ruleRow struct {
	app.RuleOverview
	Bars      weekBars
	PerWeek   string // empty: not measured yet
	Precision string // empty: not measured yet
	Of        int    // events with feedback
	Changed   moment
}

func (c *Console) showRules(w http.ResponseWriter, v *visit) error {
	all, err := c.engine.RuleOverviews(v.Context())
	if err != nil {
		return err
	}
	page := rulesPage{Improved: app.CountImprovedRules(c.engine.Dir())}
	page.Skipped = v.skipped(c.engine, "rules")
	for _, o := range all {
		row := ruleRow{RuleOverview: o, Of: o.Relevant + o.NotOf, Changed: v.when(o.ChangedAt), Bars: v.bars(o.Weeks, nil)}
		if o.Measured {
			row.PerWeek = oneDecimal(o.PerWeek)
		}
		if o.Precision != nil {
			row.Precision = v.rate(*o.Precision)
		}
		page.Rules = append(page.Rules, row)
	}
	c.show(w, v, http.StatusOK, "rules", v.T("Rules"), page)
	return nil
}

func oneDecimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// rate is a share with its interval, in whole per cent.
func (v *visit) rate(r app.Rate) string {
	percent := func(f float64) int { return int(100*f + 0.5) }
	return v.T("%d%% (%d–%d)", percent(r.Value), percent(r.Low), percent(r.High))
}

// weekBars are the alerts of each week as bars: those of a version, and beside them those of another one.
type weekBars struct {
	Bars   []weekBar
	Width  int
	Height int
	Beside bool
	First  string // days below the first and the last bar
	Last   string
}

// A weekBar is one week.
type weekBar struct {
	Day              string
	Alerts, Saved    int
	X, Y, H          int
	SavedX, SavedY   int
	SavedH, BarWidth int
}

// The sizes of bars, in units of the drawing.
const (
	barWidth  = 8
	barGap    = 4
	barHeight = 32
)

// shownWeeks is how many weeks are drawn.
const shownWeeks = 13

// bars draws the newest weeks, the last one on the right.
func (v *visit) bars(weeks, saved []app.BacktestWeek) weekBars {
	from := max(0, len(weeks)-shownWeeks)
	unused := shownWeeks - (len(weeks) - from)
	most := 1
	for i := from; i < len(weeks); i++ {
		most = max(most, weeks[i].Alerts)
		if i < len(saved) {
			most = max(most, saved[i].Alerts)
		}
	}
	height := func(n int) int {
		if n == 0 {
			return 1
		}
		return max(2, n*barHeight/most)
	}
	b := weekBars{Height: barHeight, Beside: len(saved) > 0}
	step := barWidth + barGap
	if b.Beside {
		step = 2*barWidth + 2*barGap
	}
	for i := from; i < len(weeks); i++ {
		week := weekBar{Day: v.shortDay(weeks[i].From.In(v.Zone)), Alerts: weeks[i].Alerts, X: (unused + i - from) * step, BarWidth: barWidth}
		if b.Beside && i < len(saved) {
			week.Saved, week.SavedX, week.SavedH = saved[i].Alerts, week.X, height(saved[i].Alerts)
			week.X += barWidth + 1
			week.SavedY = barHeight - week.SavedH
		}
		week.H = height(week.Alerts)
		week.Y = barHeight - week.H
		b.Bars = append(b.Bars, week)
	}
	b.Width = shownWeeks*step - barGap
	if len(b.Bars) > 0 {
		b.First, b.Last = v.shortDay(weeks[from].From.AddDate(0, 0, -7*unused).In(v.Zone)), b.Bars[len(b.Bars)-1].Day
	}
	return b
}

// newRule is the page on which a rule begins.
type newRule struct {
	Title, ID, Words, Near, Ignore, Query string
	Severities, Routes                    []option
	Problem                               string
}

func (c *Console) showNewRule(w http.ResponseWriter, v *visit) error {
	return c.newRulePage(w, v, http.StatusOK, "")
}

func (c *Console) newRulePage(w http.ResponseWriter, v *visit, code int, problem string) error {
	form := v.PostForm
	page := newRule{
		Title: form.Get("title"), ID: form.Get("id"), Words: form.Get("words"), Near: form.Get("near"), Ignore: form.Get("ignore"), Query: form.Get("query"), Problem: problem,
		Severities: v.severities(form.Get("severity")), Routes: c.routeOptions(form["route"]),
	}
	c.show(w, v, code, "rules-new", v.T("New rule"), page)
	return nil
}

// severities are the levels to choose from, medium if none is set.
func (v *visit) severities(set string) []option {
	if set == "" {
		set = string(models.Medium)
	}
	var all []option
	for _, s := range models.Severities() {
		all = append(all, option{string(s), v.severity(string(s)), string(s) == set})
	}
	return all
}

func (c *Console) routeOptions(set []string) []option {
	var all []option
	for _, name := range c.engine.Config().RouteNames() {
		o := option{name, name, false}
		for _, s := range set {
			o.Set = o.Set || s == name
		}
		all = append(all, o)
	}
	return all
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// idOf makes the ID of a rule of its title; empty if the title has no Latin letter.
func idOf(title string) string {
	return strings.Trim(notInID.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

func (c *Console) startRule(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	r := app.NewRuleRequest{
		ID: strings.TrimSpace(form.Get("id")), Title: form.Get("title"), Query: form.Get("query"), Severity: form.Get("severity"), Routes: set(form["route"]), By: v.Name,
		Topic: app.FieldWords(form.Get("words")), Near: app.FieldWords(form.Get("near")), Ignore: app.FieldWords(form.Get("ignore")),
	}
	if r.ID == "" {
		r.ID = idOf(r.Title)
	}
	switch {
	case r.ID == "" && strings.TrimSpace(r.Title) == "":
		return c.newRulePage(w, v, http.StatusUnprocessableEntity, v.T("Write a title."))
	case r.ID == "":
		return c.newRulePage(w, v, http.StatusUnprocessableEntity, v.T("Write an ID: lower-case letters and digits joined by hyphens."))
	case len(r.Topic) == 0 && strings.TrimSpace(r.Query) == "":
		return c.newRulePage(w, v, http.StatusUnprocessableEntity, v.T("Write at least one word to look for, or a query."))
	case strings.TrimSpace(r.Query) != "":
		r.Topic, r.Near, r.Ignore = nil, nil, nil
	}
	started, err := c.engine.StartRule(v.Context(), r, app.BacktestRequest{Since: v.effectSince(), Within: effectWithin})
	if text, mistake := v.asMistake(err); mistake {
		return c.newRulePage(w, v, http.StatusUnprocessableEntity, text)
	}
	if err != nil {
		return err
	}
	text := v.T("Rule %s was written as a draft. It alerts nobody until its status is active.", started.ID)
	if started.NotCommitted != "" {
		text += " " + v.T("Git did not commit it: %s", v.quoted(started.NotCommitted))
	}
	c.say(w, v, done{Text: text})
	http.Redirect(w, v.Request, "/rules/"+started.ID, http.StatusSeeOther)
	return nil
}

// updatesPage is what has improved in shipped rules.
type updatesPage struct {
	Files   []updateFile
	Ready   int
	Side    string
	Problem []string
}

type updateFile struct {
	app.RuleUpdate
	Rows      []diffRow
	State     string
	Conflicts int
}

func (c *Console) ruleUpdates(v *visit, q url.Values) (app.RuleUpdates, error) {
	side := q.Get("side")
	if side != "ours" && side != "theirs" {
		side = ""
	}
	return c.engine.RuleUpdates(v.Context(), app.RuleUpdateRequest{Files: set(q["file"]), Side: side, Since: v.effectSince()})
}

func (c *Console) showUpdates(w http.ResponseWriter, v *visit) error {
	updates, err := c.ruleUpdates(v, v.URL.Query())
	if err != nil {
		return err
	}
	page := updatesPage{Ready: len(updates.Ready()), Side: v.URL.Query().Get("side")}
	page.Problem = v.problemLines(updates.Problems)
	for _, f := range updates.Files {
		if !f.Ready && len(f.Conflicts) == 0 {
			continue
		}
		file := updateFile{RuleUpdate: f, Rows: diffRows(f.Diff), Conflicts: len(f.Conflicts), State: v.T("Improved; nobody edited it here")}
		switch f.State {
		case app.RuleMerged:
			file.State = v.T("Improved; your edits stay")
		case app.RuleNew:
			file.State = v.T("New")
		case app.RuleConflict:
			file.State = v.T("You and regwatch changed the same lines")
		}
		page.Files = append(page.Files, file)
	}
	c.show(w, v, http.StatusOK, "rules-updates", v.T("Improved rules"), page)
	return nil
}

func (c *Console) acceptUpdates(w http.ResponseWriter, v *visit) error {
	if len(set(v.PostForm["file"])) == 0 {
		c.say(w, v, done{Text: v.T("No file was selected, so nothing was changed.")})
		http.Redirect(w, v.Request, "/rules/updates", http.StatusSeeOther)
		return nil
	}
	updates, err := c.ruleUpdates(v, v.PostForm)
	if err != nil {
		return err
	}
	written, err := c.engine.AcceptRuleUpdates(v.Context(), updates, v.Name)
	if err != nil {
		return err
	}
	text := v.T("%d file was brought up to date|%d files were brought up to date", len(written.Files))
	if written.NotCommitted != "" {
		text = v.T("%s. Git did not commit it: %s", text, v.quoted(written.NotCommitted))
	}
	c.say(w, v, done{Text: text, Undo: []undone{{Do: "updates"}}})
	http.Redirect(w, v.Request, "/rules", http.StatusSeeOther)
	return nil
}

// A diffRow is a line of a difference: what was there on the left, and what is there on the right.
type diffRow struct {
	Left, Right    string
	Removed, Added bool
	Gap            bool // lines between that are the same are left out
}

// diffRows lays out a unified difference side by side.
func diffRows(unified string) []diffRow {
	var rows []diffRow
	var removed, added []string
	flush := func() {
		for i := range max(len(removed), len(added)) {
			var r diffRow
			if i < len(removed) {
				r.Left, r.Removed = removed[i], true
			}
			if i < len(added) {
				r.Right, r.Added = added[i], true
			}
			rows = append(rows, r)
		}
		removed, added = nil, nil
	}
	for line := range strings.Lines(unified) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "+++ ") || strings.HasPrefix(line, `\`) || line == "---" || line == "+++":
		case strings.HasPrefix(line, "@@"):
			flush()
			if len(rows) > 0 {
				rows = append(rows, diffRow{Gap: true})
			}
		case strings.HasPrefix(line, "-"):
			if len(added) > 0 {
				flush()
			}
			removed = append(removed, line[1:])
		case strings.HasPrefix(line, "+"):
			added = append(added, line[1:])
		default:
			flush()
			line = strings.TrimPrefix(line, " ")
			rows = append(rows, diffRow{Left: line, Right: line})
		}
	}
	flush()
	return rows
}
