package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"regwatch/app"
)

// ruleForm is a rule as a form.
type ruleForm struct {
	app.RuleFields
	Include, Exclude []formGroup
	Severities       []option
	Routes           []option
	AllSources       []option
	Cards            []lockedCard
	Where            []placeField
	Problem          string // why it cannot be written
	Broken           bool   // the text has mistakes, so there is no form
}

// A formGroup is a list of words as fields.
type formGroup struct {
	app.RuleGroup
	WordLines, NotLines string // one a line
	Rows                int
}

// A placeField is a place with the parts of an article that one can choose.
type placeField struct {
	app.RulePlace
	Options []option
}

// placeFields are the fields of the places of a rule.
func (v *visit) placeFields(places []app.RulePlace) []placeField {
	var all []placeField
	for _, p := range places {
		now := strings.Join(p.In, " ")
		field := placeField{p, []option{
			{"", v.T("Anywhere"), now == ""}, {"title", v.T("Title"), now == "title"}, {"title lead", v.T("Title or first sentences"), now == "title lead"}, {"body", v.T("Text"), now == "body"},
		}}
		if !slices.ContainsFunc(field.Options, func(o option) bool { return o.Set }) {
			field.Options = append(field.Options, option{now, now, true})
		}
		all = append(all, field)
	}
	return all
}

// A lockedCard is a part of the file that the form keeps as it is.
type lockedCard struct {
	Name     string
	From, To int
	Sections []app.RulePoint // in plain words; empty: the lines say it
	Code     string
}

// fillForm adds the form of a page. Problem is why what a person entered could not be written.
func (c *Console) fillForm(v *visit, page *ruleEditor, problem error) {
	fields, err := app.ReadRuleFields(page.ID, []byte(page.Text))
	if err != nil {
		page.Form = &ruleForm{Broken: true}
		return
	}
	f := &ruleForm{RuleFields: fields, Routes: c.routeOptions(fields.Routes)}
	if problem != nil {
		f.Problem, _ = v.asMistake(problem)
		f.RuleFields = c.enteredFields(v, fields)
	}
	f.Severities, f.Where = v.severities(f.Severity), v.placeFields(f.Places)
	for _, s := range c.engine.Folder().Sources {
		f.AllSources = append(f.AllSources, option{s.ID, s.Name, slices.Contains(f.Sources, s.ID)})
	}
	for _, id := range f.Sources { // a pattern, or a source that is gone
		if !slices.ContainsFunc(f.AllSources, func(o option) bool { return o.Value == id }) {
			f.AllSources = append(f.AllSources, option{id, id, true})
		}
	}
	for _, g := range f.Groups {
		group := formGroup{RuleGroup: g, WordLines: strings.Join(g.Words, "\n"), NotLines: strings.Join(g.Not, "\n"), Rows: min(max(len(g.Words)+1, 2), 10)}
		if g.Exclude {
			f.Exclude = append(f.Exclude, group)
		} else {
			f.Include = append(f.Include, group)
		}
	}
	kinds := map[string]string{"when": "when", "define": "patterns", "mention": "mention", "tags": "tag", "severity": "severity", "relevance": "relevance"}
	for _, locked := range f.Locked {
		card := lockedCard{Name: v.keyName(locked.Key), From: locked.Lines.From, To: locked.Lines.To}
		for _, s := range page.Reading.Sections {
			if s.Kind == kinds[locked.Key] {
				card.Sections = append(card.Sections, s.Point)
			}
		}
		var code []string
		for _, line := range page.Lines[card.From-1 : min(card.To, len(page.Lines))] {
			code = append(code, line.Text)
		}
		card.Code = strings.Join(code, "\n")
		f.Cards = append(f.Cards, card)
	}
	page.Form = f
}

// keyName names a key of a rule file; one that has no other name keeps its own.
func (v *visit) keyName(key string) string {
	name, known := map[string]string{
		"when": v.T("When it alerts"), "define": v.T("Named parts of conditions"), "mention": v.T("When an article only mentions it"), "tags": v.T("Tags"),
		"examples": v.T("Examples"), "severity": v.T("Severity by condition"), "relevance": v.T("Relevance"), "vocabulary": v.T("Shared lists"), "topic": v.T("Topic"),
		"owner": v.T("Owner"), "review_by": v.T("Next review"), "references": v.T("References"), "deliver": v.T("Delivery"),
	}[key]
	if !known {
		return key
	}
	return name
}

// enteredFields are the fields of a rule with what a person entered.
func (c *Console) enteredFields(v *visit, now app.RuleFields) app.RuleFields {
	form, f := v.PostForm, now
	f.Title, f.Why, f.Draft = form.Get("title"), form.Get("why"), form.Get("status") == "draft"
	if f.HasSeverity {
		f.Severity = cmp.Or(form.Get("severity"), f.Severity)
	}
	f.Routes = keepOrder(now.Routes, set(form["route"]))
	if f.HasQuery {
		f.Query = form.Get("query")
	}
	if f.HasSources {
		f.Sources = keepOrder(now.Sources, set(form["source"]))
	}
	f.Numbers = slices.Clone(now.Numbers)
	for i := range f.Numbers {
		if sent, ok := form["number-"+strconv.Itoa(i)]; ok {
			f.Numbers[i].Value, _ = strconv.Atoi(strings.TrimSpace(sent[0])) // what is no number is refused as 0
		}
	}
	f.Places = slices.Clone(now.Places)
	for i := range f.Places {
		if sent, ok := form["place-"+strconv.Itoa(i)]; ok {
			f.Places[i].In = strings.Fields(sent[0])
		}
	}
	f.Groups = slices.Clone(now.Groups)
	for i, g := range f.Groups {
		if words, sent := form["words-"+g.Name]; sent && !g.Fixed {
			f.Groups[i].Words = app.FieldWords(words[0])
		}
		if not, sent := form["not-"+g.Name]; sent && !g.Fixed {
			f.Groups[i].Not = app.FieldWords(not[0])
		}
	}
	return f
}

// keepOrder returns the chosen values, those that were there before in their order.
func keepOrder(before, chosen []string) []string {
	kept := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return !slices.Contains(chosen, s) })
	for _, s := range chosen {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// withFields returns the text of a rule with what a person entered in its form; or the text as it is, and why.
func (c *Console) withFields(v *visit, id string, text []byte) (changed []byte, fields error, err error) {
	now, problems := app.ReadRuleFields(id, text)
	if problems != nil {
		return text, nil, nil // the page shows the mistakes
	}
	entered := c.enteredFields(v, now)
	entered.Title, entered.Why, entered.Query = oneLine(entered.Title), oneLine(entered.Why), oneLine(entered.Query)
	if entered.Why == oneLine(now.Why) {
		entered.Why = now.Why
	}
	if entered.Query == oneLine(now.Query) {
		entered.Query = now.Query
	}
	changed, fields = app.WriteRuleFields(id, text, entered)
	if _, mistake := v.asMistake(fields); fields != nil && !mistake {
		return nil, nil, fields
	}
	if fields != nil {
		return text, fields, nil
	}
	return changed, nil, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// termPage adds words of an article to a rule, or excludes them.
type termPage struct {
	ID, Title, Text, Kind, Base string
	Groups                      []option
	Group                       string
	Query                       bool // the rule is a query, which has no groups
	Rows                        []diffRow
	Problem                     string
	Back                        string
}

// term makes the page of a term, with what would change.
func (c *Console) term(v *visit, form interface{ Get(string) string }) (termPage, []byte, error) {
	id := v.PathValue("id")
	file, err := c.engine.RuleFile(id)
	if err != nil {
		return termPage{}, nil, err
	}
	if file.Hash == "" {
		return termPage{}, nil, errNoRule
	}
	page := termPage{ID: id, Title: id, Text: oneLine(form.Get("text")), Kind: form.Get("kind"), Base: file.Hash, Group: form.Get("group"), Back: form.Get("back")}
	if page.Kind != "exclude" {
		page.Kind = "include"
	}
	fields, err := app.ReadRuleFields(id, []byte(file.Text))
	if mistake, ok := v.asMistake(err); ok {
		page.Problem = mistake
		return page, nil, nil
	}
	if err != nil {
		return page, nil, err
	}
	page.Title, page.Query = fields.Title, fields.HasQuery
	if page.Text == "" {
		return page, nil, nil
	}
	if fields.HasQuery {
		word := `"` + strings.ReplaceAll(page.Text, `"`, "") + `"`
		if page.Kind == "include" {
			fields.Query = "(" + fields.Query + ") OR " + word
		} else {
			fields.Query = "(" + fields.Query + ") NOT " + word
		}
	} else if at := c.chooseGroup(v, &page, fields); at >= 0 {
		fields.Groups = slices.Clone(fields.Groups)
		g := &fields.Groups[at]
		if words := &g.Words; page.Kind == "include" || g.Exclude {
			*words = append(slices.Clone(*words), page.Text)
		} else {
			g.Not = append(slices.Clone(g.Not), page.Text)
		}
	} else {
		page.Problem = v.T("This rule has no list of words that a form can change.")
		return page, nil, nil
	}
	text, err := app.WriteRuleFields(id, []byte(file.Text), fields)
	if mistake, ok := v.asMistake(err); ok {
		page.Problem = mistake
		return page, nil, nil
	}
	page.Rows = diffRows(app.RuleDifference(file.Text, string(text)))
	return page, text, err
}

// chooseGroup fills in the lists that can take the words, and returns the place of the chosen one; -1 if there is none.
func (c *Console) chooseGroup(v *visit, page *termPage, fields app.RuleFields) int {
	at := -1
	for i, g := range fields.Groups {
		if g.Fixed || page.Kind == "include" && g.Exclude || slices.Contains(g.Words, page.Text) {
			continue
		}
		name := g.Name
		if page.Kind == "exclude" && !g.Exclude {
			name = v.T("%s, only as part of these words", g.Name)
		}
		// An exclusion goes to a list of exclusions, if the rule has one.
		better := at < 0 || page.Group == "" && page.Kind == "exclude" && g.Exclude && !fields.Groups[at].Exclude
		if g.Name == page.Group || page.Group == "" && better || at < 0 {
			at = i
		}
		page.Groups = append(page.Groups, option{g.Name, name, false})
	}
	for i := range page.Groups {
		page.Groups[i].Set = at >= 0 && page.Groups[i].Value == fields.Groups[at].Name
	}
	return at
}

func (c *Console) showTerm(w http.ResponseWriter, v *visit) error {
	page, _, err := c.term(v, v.URL.Query())
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "rules-term", page.Title, page)
	return nil
}

func (c *Console) saveTerm(w http.ResponseWriter, v *visit) error {
	page, text, err := c.term(v, v.PostForm)
	if err != nil {
		return err
	}
	if text == nil {
		c.show(w, v, http.StatusUnprocessableEntity, "rules-term", page.Title, page)
		return nil
	}
	saved, err := c.engine.SaveRule(v.Context(), page.ID, text, v.PostForm.Get("base"), v.Name)
	if mistake, ok := v.asMistake(err); ok {
		page.Problem = mistake
		c.show(w, v, http.StatusUnprocessableEntity, "rules-term", page.Title, page)
		return nil
	}
	if err != nil {
		return err
	}
	c.sayRuleSaved(w, v, saved, v.PostForm.Get("base"))
	back := "/rules/" + page.ID
	if page.Back != "" {
		back = localAddress(page.Back)
	}
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}
