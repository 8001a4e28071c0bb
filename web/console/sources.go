package console

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/app/newsource"
	"regwatch/models"
)

// A sourcesPage is the list of sources, the failing ones first as cards.
type sourcesPage struct {
	Problems        []sourceProblem
	Rows            []sourceRow
	Skipped         []skippedFile
	GivenUp         []givenUpPage
	Watching, Total int
}

// A givenUpPage is the page of an article that is not read again, with a button that has it read again.
type givenUpPage struct {
	SourceID, Source string
	Article          string // its ID
	Title, Link      string
	At               moment
	Why              string // in English
	Back             string // where the button leads back to
}

func (v *visit) givenUpPages(s app.Source, back string) []givenUpPage {
	var pages []givenUpPage
	for _, p := range s.GivenUp {
		pages = append(pages, givenUpPage{s.ID, s.Name, p.Article, p.Title, p.Link, v.when(p.At), p.Why, back})
	}
	return pages
}

// A sourceProblem says what is wrong with a source, what follows, and what may help.
type sourceProblem struct {
	ID, Name    string
	What, Then  string
	Detail      string // in the words of the server or of the program
	Caution     bool   // articles may be missing, but the source can be read
	Paused      bool
	CanBePaused bool
}

// A sourceRow is a source in the table.
type sourceRow struct {
	ID, Name  string
	Kind      string // role and jurisdictions
	Class     string // ok, caution, failed or off
	State     string
	Detail    string
	LastNew   moment
	Publishes string
	Strip     strip
	Next      moment
	NextNow   bool
	Paused    bool
}

// A strip is what is known of the last 30 days of a source.
type strip struct {
	Days    []stripDay
	Summary string
}

type stripDay struct {
	X           int
	Class, Text string // unknown, skipped, quiet, new, gap or failing; and the same in words
	Day         string
}

func (c *Console) showSources(w http.ResponseWriter, v *visit) error {
	all, err := c.engine.Sources(v.Context())
	if err != nil {
		return err
	}
	activities, err := c.engine.SourceActivities(v.Context())
	if err != nil {
		return err
	}
	page := sourcesPage{Total: len(all), Skipped: v.skipped(c.engine, "sources")}
	for _, s := range all {
		row := v.sourceRow(s, activities[s.ID])
		page.Rows = append(page.Rows, row)
		page.GivenUp = append(page.GivenUp, v.givenUpPages(s, "/sources")...)
		if row.Class == "ok" || row.Class == "caution" {
			page.Watching++
		}
		if p := v.sourceProblem(s, row); p != nil {
			page.Problems = append(page.Problems, *p)
		}
	}
	slices.SortStableFunc(page.Rows, func(a, b sourceRow) int { return urgency(a) - urgency(b) })
	slices.SortStableFunc(page.Problems, func(a, b sourceProblem) int { return boolToInt(a.Caution) - boolToInt(b.Caution) })
	c.show(w, v, http.StatusOK, "sources", v.T("Sources"), page)
	return nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// urgency orders the table: what fails first, what is paused last.
func urgency(r sourceRow) int {
	return slices.Index([]string{"failed", "caution", "ok", "off"}, r.Class)
}

func (v *visit) sourceRow(s app.Source, act app.SourceActivity) sourceRow {
	r := sourceRow{
		ID: s.ID, Name: s.Name, Kind: strings.Join(append([]string{v.role(s.Source.Role)}, s.Source.Jurisdictions...), " · "),
		Publishes: v.publishes(act), Strip: v.strip(act), Paused: s.Source.Disabled, NextNow: s.Due,
	}
	r.Class, r.State, r.Detail = v.sourceState(s)
	if s.LastNew != nil {
		r.LastNew = v.when(*s.LastNew)
	}
	if s.NextScan != nil {
		r.Next = v.when(*s.NextScan)
	}
	return r
}

// role names who publishes a source.
func (w words) role(r models.Role) string {
	switch r {
	case models.Regulator:
		return w.T("Regulator")
	case models.Government:
		return w.T("Government")
	}
	return w.T("Press")
}

// sourceState says how a source is: a class for its colour, a sentence, and details.
func (v *visit) sourceState(s app.Source) (class, state, detail string) {
	read := ""
	if s.LastSuccess != nil {
		read = v.T("Last read %s", v.when(*s.LastSuccess).Text)
	}
	switch {
	case s.Source.Disabled:
		return "off", v.T("Paused"), read
	case s.LastSuccess == nil && s.Failures == 0:
		return "off", v.T("Not scanned yet"), ""
	case s.Failures > 0 && s.LastSuccess == nil:
		return "failed", v.T("Never responded"), v.sourceError(s)
	case s.Failures > 0:
		return "failed", v.T("Failed %d time in a row|Failed %d times in a row", s.Failures), v.sourceError(s)
	case s.Health == models.Quiet:
		return "caution", v.T("Quiet for longer than usual"), s.DetailIn(v.Lang)
	case s.Health == models.Shrunk:
		return "caution", v.T("Fewer articles than usual"), s.DetailIn(v.Lang)
	case s.RecentGap:
		return "caution", v.T("OK, with a possible gap"), v.T("%s to %s", v.when(s.Gap.From).Text, v.when(s.Gap.To).Text)
	}
	return "ok", v.T("OK"), read + " · " + v.T("%d article|%d articles", s.Records)
}

func (v *visit) sourceError(s app.Source) string { return strings.TrimSuffix(s.ErrorIn(v.Lang), ".") }

// sourceProblem returns the card of a source that a person should look at, or nil.
func (v *visit) sourceProblem(s app.Source, r sourceRow) *sourceProblem {
	p := &sourceProblem{ID: s.ID, Name: s.Name, What: r.State, Detail: r.Detail, Caution: r.Class == "caution", CanBePaused: !s.Source.Disabled}
	switch {
	case r.Class == "failed" && s.LastSuccess == nil:
		p.Then = v.T("Its articles are not being seen.")
	case r.Class == "failed":
		p.Then = v.T("Articles since %s may not have been seen.", v.when(*s.LastSuccess).Full)
	case s.Health == models.Quiet:
		p.Then = v.T("It may have moved its articles elsewhere. Look at its site.")
	case s.Health == models.Shrunk:
		p.Then = v.T("Part of its list may no longer be read.")
	case r.Class == "caution":
		p.Detail = ""
		p.Then = v.T("Articles may have been missed from %s to %s: two scans had none in common.", v.when(s.Gap.From).Full, v.when(s.Gap.To).Full)
	default:
		return nil
	}
	return p
}

// publishes says how often a source publishes.
func (v *visit) publishes(act app.SourceActivity) string {
	number := func(rate float64) int { return int(math.Round(rate)) }
	switch {
	case !act.Known:
		return v.T("Not known yet")
	case act.PerDay*7 < 1:
		return v.T("Less than one a week")
	case act.Workday >= 1 && act.Weekend < act.Workday/5:
		return v.T("%d a weekday", number(act.Workday))
	case act.PerDay < 1:
		return v.T("%d a week", number(act.PerDay*7))
	}
	return v.T("%d a day", number(act.PerDay))
}

func (v *visit) strip(act app.SourceActivity) strip {
	var s strip
	counts := make(map[string]int)
	for i, d := range act.Days {
		day := stripDay{X: 6 * i, Day: d.Day, Class: "quiet", Text: v.T("nothing new")}
		if at, err := time.ParseInLocation(time.DateOnly, d.Day, v.Zone); err == nil {
			day.Day = v.shortDay(at)
		}
		switch {
		case d.Unknown:
			day.Class, day.Text = "unknown", v.T("not yet watched")
		case d.Failing:
			day.Class, day.Text = "failing", v.T("could not be read")
		case d.Skipped:
			day.Class, day.Text = "skipped", v.T("not scanned")
		case d.Gap:
			day.Class, day.Text = "gap", v.T("possible gap")
		case d.Articles > 0:
			day.Class, day.Text = "new", v.T("%d new article|%d new articles", d.Articles)
		}
		counts[day.Class]++
		s.Days = append(s.Days, day)
	}
	s.Summary = v.T("Of 30 days: %d with new articles, %d without, %d with a possible gap, %d when it could not be read, %d not scanned, %d before it was watched",
		counts["new"], counts["quiet"], counts["gap"], counts["failing"], counts["skipped"], counts["unknown"])
	return s
}

// A sourcePage is everything about one source.
type sourcePage struct {
	sourceRow
	Problem    *sourceProblem
	Address    string
	MovedTo    string
	Format     string // its kind
	Language   string
	File       string
	Line       int
	LastRead   moment
	Records    int
	Usual      int
	Why        string // it is scanned next then; in English
	Articles   []sourceArticle
	GivenUp    []givenUpPage
	Scan, Try  *jobState
	Trial      *newsource.Result
	TrialFault string // why it could not be read
}

// A sourceArticle is one stored article of a source.
type sourceArticle struct {
	Title, Link string
	Seen        moment
}

// A jobState is how work that a page started is going.
type jobState struct {
	Running bool
	Text    string
	Failed  bool
}

// maxSourceArticles is how many of its last articles the page of a source lists.
const maxSourceArticles = 20

func (c *Console) showSource(w http.ResponseWriter, v *visit) error {
	s, err := c.source(v)
	if err != nil {
		return err
	}
	activities, err := c.engine.SourceActivities(v.Context())
	if err != nil {
		return err
	}
	p := sourcePage{
		sourceRow: v.sourceRow(s, activities[s.ID]), Address: s.URL, MovedTo: s.MovedTo, Format: s.Kind, Language: s.Source.Language,
		Records: s.Records, Usual: s.Usual, Why: v.text(s.WhyText),
	}
	p.Problem, p.GivenUp = v.sourceProblem(s, p.sourceRow), v.givenUpPages(s, "/sources/"+s.ID)
	if s.LastSuccess != nil {
		p.LastRead = v.when(*s.LastSuccess)
	}
	if at, err := c.engine.SourceFile(s.ID); err == nil {
		p.File, p.Line = "sources/"+at.File, at.Line
	}
	articles, err := c.engine.Articles(v.Context(), app.ArticleFilter{Source: s.ID, Limit: maxSourceArticles})
	if err != nil {
		return err
	}
	for _, a := range articles {
		p.Articles = append(p.Articles, sourceArticle{a.Title, a.Link, v.when(a.SeenAt)})
	}
	p.Scan = v.scanState(c.jobs.last("scan " + s.ID))
	if j := c.jobs.last("try " + s.ID); j != nil {
		p.Try = &jobState{Running: !j.over()}
		if trial, ok := j.trial(); ok {
			p.Trial = &trial
			if trial.Fault != nil {
				p.TrialFault = v.errorLine(trial.Fault)
			}
		} else if j.over() {
			p.Try.Failed, p.Try.Text = true, v.errorLine(j.err)
		}
	}
	c.show(w, v, http.StatusOK, "sources-one", s.Name, p)
	return nil
}

func (o *job) trial() (newsource.Result, bool) {
	if !o.over() || o.err != nil {
		return newsource.Result{}, false
	}
	trial, ok := o.result.(newsource.Result)
	return trial, ok
}

// scanState says how a scan that a person asked for is going, or what it found.
func (v *visit) scanState(j *job) *jobState {
	switch {
	case j == nil:
		return nil
	case !j.over():
		return &jobState{Running: true, Text: v.T("Still being read. Reload this page to see what was found.")}
	case j.err != nil:
		return &jobState{Failed: true, Text: v.errorLine(j.err)}
	}
	scanned, _ := j.result.(app.SourceScan)
	switch {
	case scanned.Fault != nil:
		return &jobState{Failed: true, Text: v.colon(v.T("It could not be read"), v.errorLine(scanned.Fault))}
	case scanned.Source == "":
		return &jobState{Text: v.T("Another scan of it was at work already.")}
	}
	return &jobState{Text: v.T("It was read: %d new article|It was read: %d new articles", scanned.New)}
}

// source returns the source that the address names.
func (c *Console) source(v *visit) (app.Source, error) {
	all, err := c.engine.Sources(v.Context())
	if err != nil {
		return app.Source{}, err
	}
	i := slices.IndexFunc(all, func(s app.Source) bool { return s.ID == v.PathValue("id") })
	if i < 0 {
		return app.Source{}, &missingError{v.T("There is no such source")}
	}
	return all[i], nil
}

// A missingError means that what an address names does not exist.
type missingError struct{ title string }

func (e *missingError) Error() string { return e.title }

// actOnSource does what a form asks for with one source.
func (c *Console) actOnSource(w http.ResponseWriter, v *visit) error {
	s, err := c.source(v)
	if err != nil {
		return err
	}
	d := done{}
	changed := false
	back := localAddress(v.PostForm.Get("back"))
	switch v.PostForm.Get("do") {
	case "scan":
		j, busy := c.jobs.start(v.Context(), "scan "+s.ID, func(ctx context.Context) (any, error) { return c.engine.ScanSource(ctx, s.ID) })
		if busy != nil {
			return busy
		}
		d.Text = v.colon(s.Name, v.scanState(j).Text)
	case "try":
		_, err = c.jobs.start(v.Context(), "try "+s.ID, func(ctx context.Context) (any, error) {
			return c.engine.TrySource(ctx, newsource.Trial{What: s.ID})
		})
		back = "/sources/" + s.ID + "#try"
	case "retry-page":
		article, retryErr := c.engine.RetryPage(v.Context(), v.PostForm.Get("article"), v.Name)
		err = retryErr
		d.Text = v.T("The next scan reads the page again: %s", article.Title)
	case "pause":
		d.Text = v.T("Paused: %s", s.Name)
		if changed, err = c.engine.PauseSource(v.Context(), s.ID, true, v.Name); changed {
			d.Undo = []undone{{Do: "resume-source", ID: s.ID}}
		}
	case "resume":
		d.Text = v.T("Scanned again from now on: %s", s.Name)
		if changed, err = c.engine.PauseSource(v.Context(), s.ID, false, v.Name); changed {
			d.Undo = []undone{{Do: "pause-source", ID: s.ID}}
		}
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	if d.Text != "" {
		c.say(w, v, d)
	}
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// scanAll reads every source now.
func (c *Console) scanAll(w http.ResponseWriter, v *visit) error {
	j, err := c.jobs.start(v.Context(), "scan", func(ctx context.Context) (any, error) {
		all, err := c.engine.Sources(ctx)
		if err != nil {
			return 0, err
		}
		found := 0
		for _, s := range all {
			if s.Source.Disabled {
				continue
			}
			scanned, scanErr := c.engine.ScanSource(ctx, s.ID)
			found += scanned.New
			err = errors.Join(err, scanErr)
		}
		return found, err
	})
	if err != nil {
		return err
	}
	text := v.T("The sources are still being read. Reload this page to see what was found.")
	if j.over() && j.err == nil {
		found, _ := j.result.(int)
		text = v.T("All sources were read: %d new article|All sources were read: %d new articles", found)
	} else if j.over() {
		return j.err
	}
	c.say(w, v, done{Text: text})
	http.Redirect(w, v.Request, "/sources", http.StatusSeeOther)
	return nil
}
