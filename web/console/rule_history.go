package console

import (
	"net/http"
	"strings"

	"regwatch/app"
)

// ruleHistory is the page of the versions of a rule.
type ruleHistory struct {
	ID, Title string
	Current   string // the hash of the file
	Versions  []ruleVersion
}

type ruleVersion struct {
	app.RuleVersion
	Short   string
	Time    moment
	Rows    []diffRow
	InFile  bool // the file has this text
	Earlier bool // there is a version before it
	SameAs  bool // only shared lists changed
}

func (c *Console) showRuleHistory(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	file, err := c.engine.RuleFile(id)
	if err != nil {
		return err
	}
	versions, err := c.engine.RuleVersions(v.Context(), id)
	if _, unknown := asMistake(err); unknown && file.Hash == "" {
		return errNoRule
	} else if err != nil && !unknown {
		return err
	}
	page := ruleHistory{ID: id, Title: c.ruleTitle(id), Current: file.Hash}
	for i, version := range versions {
		page.Versions = append(page.Versions, ruleVersion{
			RuleVersion: version, Short: version.Revision[:min(7, len(version.Revision))], Time: v.when(version.At), Rows: diffRows(version.Diff),
			InFile: version.File == file.Hash, Earlier: i+1 < len(versions), SameAs: i+1 < len(versions) && version.Diff == "",
		})
	}
	c.show(w, v, http.StatusOK, "rules-history", page.Title, page)
	return nil
}

// ruleTitle is the title of a rule in force, or its ID.
func (c *Console) ruleTitle(id string) string {
	for _, r := range c.engine.Rules().List() {
		if r.ID == id {
			return r.Title
		}
	}
	return id
}

func (c *Console) restoreRule(w http.ResponseWriter, v *visit) error {
	id, current := v.PathValue("id"), v.PostForm.Get("current")
	saved, err := c.engine.RestoreRule(v.Context(), id, v.PostForm.Get("version"), current, v.Name)
	if err != nil {
		return err
	}
	c.sayRuleSaved(w, v, saved, current)
	http.Redirect(w, v.Request, "/rules/"+id+"/history", http.StatusSeeOther)
	return nil
}

// proposals is the page of the relevance models that feedback proposes.
type proposals struct {
	ID, Title string
	app.RefitHistory
	Models   []proposal
	Made     *app.Refit
	Effect   *ruleEffect
	Problem  string
	Accepted bool // a model from feedback is in use
}

type proposal struct {
	app.RefitModel
	Time, Decided moment
	Pending       bool
}

func (c *Console) showProposals(w http.ResponseWriter, v *visit) error {
	return c.proposalsPage(w, v, http.StatusOK, nil, "")
}

func (c *Console) proposalsPage(w http.ResponseWriter, v *visit, code int, made *app.Refit, problem string) error {
	id := v.PathValue("id")
	history, err := c.engine.RefitHistory(v.Context(), id)
	if _, unknown := asMistake(err); unknown {
		return errNoRule
	}
	if err != nil {
		return err
	}
	page := proposals{ID: id, Title: c.ruleTitle(id), RefitHistory: history, Made: made, Problem: problem}
	for _, m := range history.Models {
		p := proposal{RefitModel: m, Time: v.when(m.ProposedAt), Pending: m.State == "proposed"}
		if m.DecidedAt != nil {
			p.Decided = v.when(*m.DecidedAt)
		}
		page.Accepted = page.Accepted || m.InUse
		page.Models = append(page.Models, p)
	}
	if made != nil {
		page.Effect = v.effect("", made.Backtest)
	}
	c.show(w, v, code, "rules-proposals", page.Title, page)
	return nil
}

func (c *Console) decideProposal(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	do, version, _ := strings.Cut(v.PostForm.Get("do"), " ")
	var err error
	d := done{}
	switch do {
	case "propose":
		made, err := c.engine.ProposeRefit(v.Context(), app.RefitRequest{RuleID: id, By: v.Name})
		if text, mistake := asMistake(err); mistake {
			return c.proposalsPage(w, v, http.StatusUnprocessableEntity, nil, text)
		}
		if err != nil {
			return err
		}
		return c.proposalsPage(w, v, http.StatusOK, &made, "")
	case "accept":
		_, err = c.engine.AcceptRefit(v.Context(), id, version, v.Name)
		d = done{Text: v.T("Proposal %s is in use.", version), Undo: []undone{{Do: "refit", Event: id}}}
	case "refuse":
		_, err = c.engine.RefuseRefit(v.Context(), id, version, v.Name)
		d = done{Text: v.T("Proposal %s was refused.", version)}
	case "undo":
		_, err = c.engine.UndoRefit(v.Context(), id, v.Name)
		d = done{Text: v.T("The earlier relevance model is in use again.")}
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	say(w, v, d)
	http.Redirect(w, v.Request, "/rules/"+id+"/proposals", http.StatusSeeOther)
	return nil
}
