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
	"regwatch/internal/diag"
	"regwatch/models"
)

// A groupingPage is the page on which articles are split off or moved, and events are merged
// or kept apart.
type groupingPage struct {
	row

	Articles    []articlePart
	Chosen      map[string]bool
	Targets     []related // events that may be meant; Address is the ID
	Do          string
	Target      string
	Reason      string
	Preview     *groupingPreview
	Problem     string
	Corrections []correction
}

type groupingPreview struct {
	Events  []related // Facts are their articles
	Notices int
}

// targetsShown is how many recent events are offered as targets.
const targetsShown = 20

func (c *Console) showGrouping(w http.ResponseWriter, v *visit) error {
	p, err := c.groupingPage(v)
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "inbox-grouping", v.T("Merge, split, move"), p)
	return nil
}

func (c *Console) groupingPage(v *visit) (*groupingPage, error) {
	e, err := c.engine.Event(v.Context(), v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p := &groupingPage{row: c.row(v, e.Event, ""), Chosen: make(map[string]bool), Do: "split", Corrections: v.corrections(e)}
	if e.MayBelong != nil {
		p.Do, p.Target = "merge", e.MayBelong.EventID
	}
	for _, in := range e.Articles {
		p.Articles = append(p.Articles, v.articlePart(in, e.Matches))
	}
	offer := func(id, title string, facts ...string) {
		known := func(r related) bool { return r.Address == id }
		if id != e.ID && !slices.ContainsFunc(p.Targets, known) {
			p.Targets = append(p.Targets, related{Address: id, Title: title, Facts: facts})
		}
	}
	if e.MayBelong != nil {
		offer(e.MayBelong.EventID, e.MayBelong.Title, v.T("May belong to"))
	}
	past, err := c.engine.SimilarPast(v.Context(), e.ID, pastShown)
	if err != nil {
		return nil, err
	}
	recent, _, err := c.engine.NewestEvents(v.Context(), app.EventFilter{Since: v.Now.Add(-90 * 24 * time.Hour)}, targetsShown)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(recent) {
		offer(r.ID, r.Title, v.when(r.LastSeenAt).Text)
	}
	for _, r := range past {
		offer(r.ID, r.Title, v.when(r.LastSeenAt).Text)
	}
	return p, nil
}

// changeGrouping shows what a correction would leave or, if its reader has seen that, makes it.
func (c *Console) changeGrouping(w http.ResponseWriter, v *visit) error {
	p, err := c.groupingPage(v)
	if err != nil {
		return err
	}
	form := v.PostForm
	p.Do, p.Reason = form.Get("do"), strings.TrimSpace(form.Get("reason"))
	p.Target = eventIDIn(form.Get("other"))
	if p.Target == "" {
		p.Target = form.Get("target")
	}
	chosen := set(form["article"])
	for _, id := range chosen {
		p.Chosen[id] = true
	}
	r := app.GroupingRequest{EventID: p.ID, OtherID: p.Target, Articles: chosen, By: v.Name, Reason: p.Reason}
	switch p.Do {
	case "merge":
		r.Kind = models.LinkMerge
	case "split":
		r.Kind = models.LinkSplit
	case "move":
		r.Kind = models.LinkMove
	case "apart":
		r.Kind = models.LinkApart
	default:
		return errNoPage
	}
	if r.Kind != models.LinkSplit && r.OtherID == "" {
		p.Problem = v.T("Choose the other event, or paste its ID.")
	} else if (r.Kind == models.LinkSplit || r.Kind == models.LinkMove) && len(chosen) == 0 {
		p.Problem = v.T("Choose at least one article.")
	} else if form.Get("confirm") != "" {
		made, err := c.engine.ChangeGrouping(v.Context(), r)
		if err == nil {
			c.say(w, v, done{Text: v.grouped(made), Undo: []undone{{Do: "ungroup", ID: made.ID}}})
			c.live.changed()
			to := made.Event.ID
			if r.Kind == models.LinkMerge {
				to = made.Other.ID
			}
			http.Redirect(w, v.Request, "/events/"+to, http.StatusSeeOther)
			return nil
		}
		if p.Problem = v.problemOf(err); p.Problem == "" {
			return err
		}
	} else {
		preview, err := c.engine.PreviewGrouping(v.Context(), r)
		if err != nil {
			if p.Problem = v.problemOf(err); p.Problem == "" {
				return err
			}
		} else {
			p.Preview = v.groupingPreview(preview)
		}
	}
	code := http.StatusOK
	if p.Problem != "" {
		code = http.StatusUnprocessableEntity
	}
	c.show(w, v, code, "inbox-grouping", v.T("Merge, split, move"), p)
	return nil
}

// problemOf returns what is wrong with a request, if its reader can change that.
func (v *visit) problemOf(err error) string {
	if input, ok := errors.AsType[*app.InputError](err); ok {
		return v.text(input.Text())
	}
	if missing, ok := errors.AsType[*app.NoEventError](err); ok {
		return strings.Join(v.explain(missing), " ")
	}
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		return strings.Join(v.problemLines(problems), "\n")
	}
	return ""
}

// eventIDIn returns the ID of an event in what a person pasted: the ID, or an address of its page.
func eventIDIn(s string) string {
	s = strings.TrimSpace(s)
	if u, err := url.Parse(s); err == nil {
		if _, id, found := strings.Cut(u.Path, "/events/"); found {
			s, _, _ = strings.Cut(id, "/")
		}
	}
	return s
}

func (v *visit) groupingPreview(p app.GroupingPreview) *groupingPreview {
	shown := &groupingPreview{Notices: p.Notices}
	for _, e := range p.Events {
		r := related{Title: e.Title, Facts: []string{v.severity(e.Severity), v.T("%d article|%d articles", len(e.Articles))}}
		if e.Stage != "" {
			r.Facts = append(r.Facts, v.stage(e.Stage))
		}
		shown.Events = append(shown.Events, r)
	}
	return shown
}

// grouped says what a correction did.
func (v *visit) grouped(made app.Correction) string {
	switch n := len(made.Articles); made.Kind {
	case models.LinkMerge:
		return v.T("Merged into “%s”.", made.Other.Title)
	case models.LinkSplit:
		return v.T("Split off: %d article is the event “%s” now.|Split off: %d articles are the event “%s” now.", n, made.Other.Title)
	case models.LinkMove:
		return v.T("Moved %d article to “%s”.|Moved %d articles to “%s”.", n, made.Other.Title)
	}
	return v.T("Kept separate from “%s”.", made.Other.Title)
}

// An exceptionPage is the page on which a person says that such articles do not count.
type exceptionPage struct {
	row

	RuleTitle string
	RuleID    string
	Sources   []option // of the event's articles
	Scope     string
	Query     string
	Reason    string
	Days      []option
	Preview   *app.ExceptionPreview
	Held      []related
	Problem   string
}

// exceptionDays are how long an exception can last; 0 is for ever.
func exceptionDays() []int { return []int{7, 30, 90, 365, 0} }

// heldShown is how many events a preview names.
const heldShown = 20

func (c *Console) exceptionPage(v *visit) (*exceptionPage, error) {
	e, err := c.engine.Event(v.Context(), v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p := &exceptionPage{row: c.row(v, e.Event, ""), Scope: string(models.ExceptRule)}
	if len(e.Rules) > 0 {
		p.RuleID, p.RuleTitle = e.Rules[0].RuleID, e.Rules[0].RuleTitle
		for _, m := range e.Rules {
			if m.RuleID == v.FormValue("rule") {
				p.RuleID, p.RuleTitle = m.RuleID, m.RuleTitle
			}
		}
	}
	for _, in := range e.Articles {
		if o := (option{Value: in.Source, Name: in.SourceName}); !slices.Contains(p.Sources, o) {
			p.Sources = append(p.Sources, o)
		}
	}
	p.setDays(v, 90)
	return p, nil
}

func (p *exceptionPage) setDays(v *visit, chosen int) {
	p.Days = nil
	for _, n := range exceptionDays() {
		name := v.T("%d day|%d days", n)
		if n == 0 {
			name = v.T("Until somebody removes it")
		}
		p.Days = append(p.Days, option{strconv.Itoa(n), name, n == chosen})
	}
}

// maxWords is how many characters of an article can be made a term or an exception.
const maxWords = 200

// useWords leads from words of an article to the rule that gets them as a term, or to an exception.
func (c *Console) useWords(w http.ResponseWriter, v *visit) error {
	e, err := c.engine.Event(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	q := v.URL.Query()
	text, rule := strings.Join(strings.Fields(q.Get("text")), " "), q.Get("rule")
	if runes := []rune(text); len(runes) > maxWords {
		text = string(runes[:maxWords])
	}
	to := "/events/" + e.ID + "#words"
	switch {
	case text == "" || !slices.ContainsFunc(e.Rules, func(m app.Match) bool { return m.RuleID == rule }):
		c.say(w, v, done{Text: v.T("Select or write some words first.")})
	case q.Get("do") == "term":
		to = address("/rules/"+url.PathEscape(rule)+"/term", url.Values{"text": {text}, "kind": {"include"}, "back": {"/events/" + e.ID}})
	case q.Get("do") == "except":
		to = address("/events/"+e.ID+"/exception", url.Values{"words": {text}, "rule": {rule}})
	default:
		return errNoPage
	}
	http.Redirect(w, v.Request, to, http.StatusSeeOther)
	return nil
}

func (c *Console) showException(w http.ResponseWriter, v *visit) error {
	p, err := c.exceptionPage(v)
	if err != nil {
		return err
	}
	proposed, err := c.engine.ProposeException(v.Context(), p.ID)
	if err != nil {
		if v.problemOf(err) == "" {
			return err
		}
	}
	p.Query, p.Reason = proposed.Query, v.URL.Query().Get("reason")
	if query := strings.TrimSpace(v.URL.Query().Get("query")); query != "" {
		p.Query = query
	}
	if words := strings.ReplaceAll(v.URL.Query().Get("words"), `"`, " "); strings.TrimSpace(words) != "" {
		p.Query = `"` + strings.Join(strings.Fields(words), " ") + `"`
	}
	c.show(w, v, http.StatusOK, "inbox-exception", v.T("Not this"), p)
	return nil
}

// changeException shows what an exception would have held or, if its reader has seen that,
// adds it.
func (c *Console) changeException(w http.ResponseWriter, v *visit) error {
	p, err := c.exceptionPage(v)
	if err != nil {
		return err
	}
	form := v.PostForm
	p.Query, p.Reason, p.Scope = form.Get("query"), strings.TrimSpace(form.Get("reason")), form.Get("scope")
	days, err := strconv.Atoi(form.Get("days"))
	if err != nil || !slices.Contains(exceptionDays(), days) {
		days = 90
	}
	p.setDays(v, days)
	r := app.ExceptionRequest{Query: p.Query, Reason: p.Reason, By: v.Name, FromEvent: p.ID}
	if days > 0 {
		r.Until = v.Now.Add(time.Duration(days) * 24 * time.Hour)
	}
	scope, target, _ := strings.Cut(p.Scope, " ")
	r.Scope, r.Target = models.ExceptionScope(scope), target
	if r.Scope == models.ExceptRule {
		r.Target = p.RuleID
	}
	switch {
	case p.Reason == "":
		p.Problem = v.T("Write a reason: others see it.")
	case strings.TrimSpace(p.Query) == "":
		p.Problem = v.T("Write which articles are meant.")
	case form.Get("confirm") != "":
		x, err := c.engine.AddException(v.Context(), r)
		if err == nil {
			c.say(w, v, done{Text: v.T("Saved. Articles that match %s do not count any more.", x.Query), Undo: []undone{{Do: "undo-exception", ID: x.ID}}})
			c.live.changed()
			http.Redirect(w, v.Request, "/events/"+p.ID, http.StatusSeeOther)
			return nil
		}
		if p.Problem = v.problemOf(err); p.Problem == "" {
			return err
		}
	default:
		preview, err := c.engine.PreviewException(v.Context(), r)
		if err != nil {
			if p.Problem = v.problemOf(err); p.Problem == "" {
				return err
			}
			break
		}
		p.Preview = &preview
		for _, e := range preview.Events[:min(len(preview.Events), heldShown)] {
			facts := []string{v.severity(e.Event.Severity), v.when(e.Event.LastSeenAt).Text}
			if e.Alerted && e.Held {
				facts = append(facts, v.T("alerted, and would not have"))
			}
			if e.Verdict == models.Relevant {
				facts = append(facts, v.T("somebody marked it relevant"))
			}
			p.Held = append(p.Held, related{Address: "/events/" + e.Event.ID, Title: e.Event.Title, Facts: facts})
		}
	}
	code := http.StatusOK
	if p.Problem != "" {
		code = http.StatusUnprocessableEntity
	}
	c.show(w, v, code, "inbox-exception", v.T("Not this"), p)
	return nil
}
