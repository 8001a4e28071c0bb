package console

import (
	"encoding/json"
	"net/http"
	"strings"

	"regwatch/app"
	"regwatch/models"
)

// editorData is what the editor of a rule reads from the page, as JSON.
type editorData struct {
	Problems []editorProblem   `json:"problems"` // of the file of the rule
	Examples []editorExample   `json:"examples"`
	Labels   map[string]string `json:"labels"`
	Phrases  map[string]string `json:"phrases"` // of CodeMirror, by its English ones
}

type editorProblem struct {
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Place   string `json:"place"`
	Message string `json:"message"`
	Wrong   string `json:"wrong"`
	Replace string `json:"replace"`
}

type editorExample struct {
	Line int  `json:"line"`
	OK   bool `json:"ok"`
}

func (v *visit) editorData(page *ruleEditor) editorData {
	d := editorData{Problems: []editorProblem{}, Examples: []editorExample{}}
	for _, p := range page.Problems {
		if p.File != "" || p.Line == 0 {
			continue
		}
		shown := editorProblem{Line: p.Line, Col: p.Col, Place: v.T("Line %d, column %d", p.Line, p.Col) + ":", Message: p.What, Wrong: p.Wrong, Replace: p.Meant}
		if p.Col == 0 {
			shown.Place = v.T("Line %d", p.Line) + ":"
		}
		if p.Want != "" {
			shown.Message += v.T("; ") + p.Want
		}
		d.Problems = append(d.Problems, shown)
	}
	for _, e := range page.Examples {
		d.Examples = append(d.Examples, editorExample{e.Line, e.Failure == ""})
	}
	d.Labels = map[string]string{"name": v.T("The rule as YAML"), "replace": v.T("Replace"), "replaceWith": v.T("Replace it with %s")}
	d.Phrases = map[string]string{
		"Find": v.T("Find"), "Replace": v.T("Replace by"), "next": v.T("Next one"), "previous": v.T("Previous one"), "all": v.T("Select all"), "match case": v.T("Match case"),
		"regexp": v.T("Regular expression"), "by word": v.T("Whole words"), "replace": v.T("Replace"), "replace all": v.T("Replace all"), "close": v.T("Close panel"),
		"current match": v.T("current match"), "on line": v.T("on line"), "replaced match on line $": v.T("replaced on line $"), "replaced $ matches": v.T("replaced $ times"),
		"Completions": v.T("Completions"), "Go to line": v.T("Go to line"), "go": v.T("Go"), "Control character": v.T("Control character"),
	}
	return d
}

// serveRuleWords answers with the words that the editor completes.
func (c *Console) serveRuleWords(w http.ResponseWriter, _ *visit) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(c.engine.RuleWords())
}

// keptDraft returns the text that the page of a rule begins with: the draft that the reader has of it, with the hash that it
// is based on and when it was kept, or the file.
func (c *Console) keptDraft(v *visit, file app.RuleText) (text []byte, base string, kept moment, err error) {
	if v.Name == "" || v.URL.Query().Has("saved") {
		return []byte(file.Text), file.Hash, moment{}, nil
	}
	d, found, err := c.engine.RuleDraft(v.Context(), v.Name, file.ID)
	if err != nil || !found || d.Text == file.Text {
		return []byte(file.Text), file.Hash, moment{}, err
	}
	return []byte(d.Text), d.BaseHash, v.when(d.SavedAt), nil
}

// keepDraft keeps what a reader wrote, unless the page only looks for its effect. Somebody without a name has no drafts.
func (c *Console) keepDraft(v *visit, id string, text []byte, base string) error {
	if strings.TrimSpace(v.Name) == "" || v.PostForm.Has("look") {
		return nil
	}
	err := c.engine.SaveRuleDraft(v.Context(), models.RuleDraft{Person: v.Name, RuleID: id, Text: string(text), BaseHash: base})
	if _, mistake := v.asMistake(err); mistake { // it is too large, which the page says
		return nil
	}
	return err
}

func (c *Console) dropDraft(v *visit, id string) error {
	if strings.TrimSpace(v.Name) == "" {
		return nil
	}
	return c.engine.DropRuleDraft(v.Context(), v.Name, id)
}

// discardDraft puts a draft aside. What the form has is put aside too, for it may be newer than the last check.
func (c *Console) discardDraft(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	if v.PostForm.Has("text") {
		text, _, err := c.sentDraft(v, id)
		if err != nil {
			return err
		}
		if err := c.keepDraft(v, id, text, v.PostForm.Get("base")); err != nil {
			return err
		}
	}
	if err := c.engine.DiscardRuleDraft(v.Context(), v.Name, id); err != nil {
		return err
	}
	c.say(w, v, done{Text: v.T("Your draft was discarded."), Undo: []undone{{Do: "draft", Event: id}}})
	http.Redirect(w, v.Request, "/rules/"+id+"?view="+viewOf(v.PostForm.Get("view")), http.StatusSeeOther)
	return nil
}
