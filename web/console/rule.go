package console

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/internal/userfile"
)

// effectWithin is how long the effect of a draft is counted; after it the newest part is shown.
const effectWithin = 8 * time.Second

// ruleEditor is the page of one rule: its text or its form, and what it would do.
type ruleEditor struct {
	ID, Title, Severity, File string
	Revision                  string
	Draft                     bool
	By                        string
	At                        moment
	View                      string // yaml or form
	Base                      string // the hash of the file that the draft was begun with
	Text                      string
	Saved                     bool // the text is what the file has
	Lines                     []codeLine
	Problems                  []ruleProblem
	Warnings                  []ruleProblem
	FirstLine                 int // of the first problem
	Reading                   app.RuleReading
	LongReading               bool     // its conditions are too many for the head of the page
	Shared                    []string // vocabulary files that the rule uses
	Valid                     bool
	Examples                  []ruleExample
	Passed                    int
	Effect                    *ruleEffect
	Stale                     bool // the effect is that of an earlier draft
	Try                       string
	Trial                     *trial
	Form                      *ruleForm
	Moved                     bool // the file has changed since the draft was begun
	Editor                    editorData
	Proposed                  int    // changes that wait for a decision
	Kept                      moment // when the draft was kept that the page began with
	Muted                     *muteRow
}

// A codeLine is a line of the text, with what its number shows.
type codeLine struct {
	Number        int
	Text          string
	Before, Wrong string // the text up to a problem, and from there to the end of the word
	After         string
	Bad           bool
	Pass, Fail    bool // it has an example
}

// A ruleProblem is a mistake at its place.
type ruleProblem struct {
	Line, Col  int
	File       string // if it is not the file of the rule
	What, Want string
	Code       string // the line
	Wrong      string // the word that is wrong, if it is known which one was meant
	Meant      string
}

// A ruleExample is an example with its result.
type ruleExample struct {
	Title   string
	Line    int
	Match   bool // it must match
	Failure string
}

// A ruleEffect is what a draft would have done, beside the saved rule.
type ruleEffect struct {
	Text                string // of the draft
	Articles            int
	Events, EventsSaved int
	Compared            bool
	PerWeek             string // empty: not measured
	PerWeekSaved        string
	Precision           string // empty: not measured yet
	Marks               int
	Bars                weekBars
	Changes             []effectChange
	Gained, Lost, More  int
	Newest              []effectHit
	Partial             string // from when on it was counted
	Clock               string
	Empty               bool // nothing is stored
}

// An effectChange is an event that the draft would gain or lose.
type effectChange struct {
	Gained, Silent      bool
	Title, Link, Source string
	Words               []string
	Why                 string // in English
	At                  time.Time
	Day                 moment
}

type effectHit struct {
	Title, Source string
	Mention       bool
	Words         []string
	Day           moment
}

// maxShownChanges is how many gained and lost events are shown before a person asks for all.
const maxShownChanges = 8

// effects keeps the last valid effect of each draft, so that it stays visible while a draft has mistakes; and what was found
// in files, so that looking at a large rule again is quick.
type effects struct {
	mu      sync.Mutex
	last    map[string]*ruleEffect // by reader and rule
	checked map[string]checked     // by rule and language
}

// checked is what was found in a text while a folder was in force.
type checked struct {
	folder *app.Folder
	text   string
	app.RuleCheck
}

// check checks the saved text of a rule, or returns what was found in it before.
func (c *Console) check(v *visit, id string, text []byte) (app.RuleCheck, error) {
	key, folder := id+" "+v.Lang, c.engine.Folder()
	c.effects.mu.Lock()
	known := c.effects.checked[key]
	c.effects.mu.Unlock()
	if known.folder == folder && known.text == string(text) {
		return known.RuleCheck, nil
	}
	found, err := c.engine.CheckRule(id, text, v.Lang)
	if err != nil {
		return found, err
	}
	c.effects.mu.Lock()
	defer c.effects.mu.Unlock()
	if c.effects.checked == nil || len(c.effects.checked) >= maxEffects {
		c.effects.checked = make(map[string]checked)
	}
	c.effects.checked[key] = checked{folder, string(text), found}
	return found, nil
}

// maxEffects is how many are kept.
const maxEffects = 200

func (e *effects) keep(key string, effect *ruleEffect) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil || len(e.last) >= maxEffects {
		e.last = make(map[string]*ruleEffect)
	}
	e.last[key] = effect
}

func (e *effects) of(key string) *ruleEffect {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last[key]
}

func (c *Console) showRule(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	file, err := c.engine.RuleFile(id)
	if err != nil {
		return err
	}
	if file.Hash == "" {
		return errNoRule
	}
	text, base, kept, err := c.keptDraft(v, file)
	if err != nil {
		return err
	}
	page, err := c.editor(v, id, text, base, false)
	if err != nil {
		return err
	}
	page.Kept = kept
	proposed, err := c.engine.RuleProposals(v.Context(), id)
	if err != nil {
		return err
	}
	for _, p := range proposed {
		if p.Pending() {
			page.Proposed++
		}
	}
	page.View = viewOf(v.URL.Query().Get("view"))
	if page.View == "form" {
		c.fillForm(v, page, nil)
	}
	c.show(w, v, http.StatusOK, "rules-edit", page.Title, page)
	return nil
}

// errNoRule means that no rule has the ID.
var errNoRule = errors.New("there is no rule with this ID")

func viewOf(s string) string {
	if s == "form" {
		return s
	}
	return "yaml"
}

// editor fills the page of a rule with a text. Count says whether to count its effect, which takes a while.
func (c *Console) editor(v *visit, id string, text []byte, base string, count bool) (*ruleEditor, error) {
	find := c.check
	if count { // a draft
		find = func(v *visit, id string, text []byte) (app.RuleCheck, error) {
			return c.engine.CheckRule(id, text, v.Lang)
		}
	}
	check, err := find(v, id, text)
	if err != nil {
		return nil, err
	}
	file, err := c.engine.RuleFile(id)
	if err != nil {
		return nil, err
	}
	page := &ruleEditor{
		ID: id, Title: cmp.Or(check.Title, id), Severity: check.Severity, Draft: check.Draft, File: c.engine.RulePath(id), Base: base, Text: string(text), View: "yaml",
		Saved: file.Text == string(text), Moved: file.Hash != base, Reading: check.Reading, Valid: check.Valid, Try: v.PostForm.Get("try"),
	}
	versions, err := c.engine.RuleVersions(v.Context(), id)
	if _, unknown := errors.AsType[*app.InputError](err); err != nil && !unknown { // it was never in force
		return nil, err
	}
	for _, version := range versions {
		if version.File == base {
			page.Revision, page.By, page.At = version.Revision[:min(7, len(version.Revision))], version.By, v.when(version.At)
			break
		}
	}
	by, at, err := c.engine.RuleSavedBy(v.Context(), id, base)
	if err != nil {
		return nil, err
	}
	if by != "" {
		page.By, page.At = by, v.when(at)
	}
	page.Shared = c.engine.SharedFilesOf(id)
	if page.Muted, err = c.ruleMute(v, id); err != nil {
		return nil, err
	}
	for _, s := range check.Reading.Sections {
		page.LongReading = page.LongReading || s.Kind == "when" && countPoints(s.Points) > maxPoints
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	page.Problems = v.problemsOf(id, check.Problems, lines)
	if count {
		page.Warnings = v.problemsOf(id, c.engine.RuleWarnings(id, text), lines)
	}
	for _, e := range check.Examples {
		page.Examples = append(page.Examples, ruleExample{Title: e.Title, Line: e.Line, Failure: v.text(e.Said), Match: e.Match})
		if e.What == "" {
			page.Passed++
		}
	}
	page.number(lines)
	page.Editor = v.editorData(page)
	if len(page.Problems) > 0 {
		page.FirstLine = page.Problems[0].Line
	}
	return page, c.fillEffect(v, page, count)
}

// maxPoints is how many conditions the head of the page shows.
const maxPoints = 6

func countPoints(points []app.RulePoint) int {
	n := len(points)
	for _, p := range points {
		n += countPoints(p.Points)
	}
	return n
}

// showSharedFile shows a file that rules share. It is changed in the folder.
func (c *Console) showSharedFile(w http.ResponseWriter, v *visit) error {
	file, err := c.engine.ReadSharedRuleFile(v.PathValue("name"))
	if _, unknown := v.asMistake(err); unknown {
		return errNoPage
	}
	if err != nil {
		return err
	}
	c.show(w, v, http.StatusOK, "rules-shared", file.Name, file)
	return nil
}

func (v *visit) problemsOf(id string, found diag.Problems, lines []string) []ruleProblem {
	var all []ruleProblem
	for _, p := range found {
		what, want := p.Texts()
		shown := ruleProblem{Line: p.Line, Col: p.Col, What: v.text(what), Want: v.text(want)}
		shown.Wrong, shown.Meant, _ = p.Meant()
		if userfile.Stem(p.File) != id {
			shown.File = p.File
		} else if 0 < p.Line && p.Line <= len(lines) {
			shown.Code = lines[p.Line-1]
		}
		all = append(all, shown)
	}
	return all
}

// number makes the lines with their marks.
func (e *ruleEditor) number(lines []string) {
	for i, text := range lines {
		line := codeLine{Number: i + 1, Text: text, Before: text}
		for _, p := range e.Problems {
			if p.File == "" && p.Line == line.Number && !line.Bad {
				line.Bad = true
				line.Before, line.Wrong, line.After = wrongPart(text, p.Col)
			}
		}
		for _, x := range e.Examples {
			if x.Line == line.Number {
				line.Fail = line.Fail || x.Failure != ""
				line.Pass = !line.Fail
			}
		}
		e.Lines = append(e.Lines, line)
	}
}

// wrongPart splits a line at a column into what is before the word that begins there, the word, and the rest. Without a
// column all of the line is wrong.
func wrongPart(line string, col int) (before, wrong, after string) {
	runes := []rune(line)
	if col < 1 || col > len(runes) {
		return "", line, ""
	}
	end := col
	for end < len(runes) && !strings.ContainsRune(" :,]}", runes[end]) {
		end++
	}
	return string(runes[:col-1]), string(runes[col-1 : end]), string(runes[end:])
}

// sentDraft is the text that a form sent: that of its YAML, with what its fields say.
func (c *Console) sentDraft(v *visit, id string) (text []byte, fields error, err error) {
	form := v.PostForm
	text, err = c.engine.SentRule(v.Context(), id, form.Get("base"), form.Get("text"))
	if err != nil || form.Get("fields") == "" {
		return text, nil, err
	}
	return c.withFields(v, id, text)
}

// checkRule shows the page with a draft: its problems, examples and effect.
func (c *Console) checkRule(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	text, fields, err := c.sentDraft(v, id)
	if err != nil {
		return err
	}
	return c.showDraft(w, v, http.StatusOK, id, text, v.PostForm.Get("base"), fields)
}

// showDraft shows the page with a draft that is not saved. Fields is why its form could not be written into it.
func (c *Console) showDraft(w http.ResponseWriter, v *visit, code int, id string, text []byte, base string, fields error) error {
	if err := c.keepDraft(v, id, text, base); err != nil {
		return err
	}
	page, err := c.editor(v, id, text, base, true)
	if err != nil {
		return err
	}
	page.View = viewOf(cmp.Or(v.PostForm.Get("tab"), v.PostForm.Get("view")))
	if page.View == "form" {
		c.fillForm(v, page, fields)
	}
	if strings.TrimSpace(page.Try) != "" && page.Valid {
		page.Trial = c.try(v, page)
	}
	c.show(w, v, code, "rules-edit", page.Title, page)
	return nil
}

func (c *Console) saveRule(w http.ResponseWriter, v *visit) error {
	id, base := v.PathValue("id"), v.PostForm.Get("base")
	text, fields, err := c.sentDraft(v, id)
	if err != nil {
		return err
	}
	if fields != nil {
		return c.showDraft(w, v, http.StatusUnprocessableEntity, id, text, base, fields)
	}
	saved, err := c.engine.SaveRule(v.Context(), id, text, base, v.Name)
	if _, conflict := errors.AsType[*app.ConflictError](err); conflict {
		if err := c.keepDraft(v, id, text, base); err != nil {
			return err
		}
		return c.showConflict(w, v, id, text, base)
	}
	if _, mistakes := errors.AsType[diag.Problems](err); mistakes {
		return c.showDraft(w, v, http.StatusUnprocessableEntity, id, text, base, nil)
	}
	if err != nil {
		return err
	}
	if err := c.dropDraft(v, id); err != nil {
		return err
	}
	c.sayRuleSaved(w, v, saved, base)
	http.Redirect(w, v.Request, "/rules/"+id+"?view="+viewOf(v.PostForm.Get("view")), http.StatusSeeOther)
	return nil
}

// sayRuleSaved lets the next page say that a rule was saved, and undo it.
func (c *Console) sayRuleSaved(w http.ResponseWriter, v *visit, saved app.SavedRule, before string) {
	if saved.Hash == before {
		c.say(w, v, done{Text: v.T("Nothing was changed in rule %s.", saved.ID)})
		return
	}
	text := v.T("Rule %s was saved. New articles are matched with it within seconds.", saved.ID)
	if saved.NotCommitted != "" {
		text = v.T("Rule %s was saved, and new articles are matched with it within seconds. It was not committed: %s", saved.ID, v.quoted(saved.NotCommitted))
	}
	c.say(w, v, done{Text: text, Undo: []undone{{Do: "rule", Event: saved.ID, ID: before + " " + saved.Hash}}})
}

// undoRule brings a text of a rule back; which has the hashes of that text and of the one that replaced it.
func (c *Console) undoRule(v *visit, id, which string) error {
	before, after, _ := strings.Cut(which, " ")
	_, err := c.engine.RestoreRule(v.Context(), id, before, after, v.Name)
	return err
}

// asMistake returns what a person did wrong, if an error is about that.
func (v *visit) asMistake(err error) (string, bool) {
	if input, ok := errors.AsType[*app.InputError](err); ok {
		return v.text(input.Text()), true
	}
	if problems, ok := errors.AsType[diag.Problems](err); ok {
		return strings.Join(v.problemLines(problems), "\n"), true
	}
	if app.IsFieldError(err) {
		return v.errorLine(err), true
	}
	return "", false
}
