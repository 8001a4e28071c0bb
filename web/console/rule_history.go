package console

import (
	"errors"
	"net/http"
	"strings"

	"regwatch/app"
	"regwatch/internal/diag"
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
	if _, unknown := v.asMistake(err); unknown && file.Hash == "" {
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
	Changes  []ruleProposal
	Current  string // the hash of the file
}

// A ruleProposal is a text that an editor proposed, and what it would change of the file.
type ruleProposal struct {
	app.RuleProposal
	Time, Decided moment
	Rows          []diffRow // pending: beside the file as it is now
	Conflict      bool      // the file has changed in the same lines
	Own           bool
	Effect        *ruleEffect // nil: not asked for
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
	if _, unknown := v.asMistake(err); unknown {
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
	if err := c.fillChanges(v, &page); err != nil {
		return err
	}
	c.show(w, v, code, "rules-proposals", page.Title, page)
	return nil
}

// fillChanges adds the texts that editors proposed. The address says of which one to count the effect.
func (c *Console) fillChanges(v *visit, page *proposals) error {
	file, err := c.engine.RuleFile(page.ID)
	if err != nil {
		return err
	}
	page.Current = file.Hash
	all, err := c.engine.RuleProposals(v.Context(), page.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		shown := ruleProposal{RuleProposal: p, Time: v.when(p.At), Decided: v.when(p.DecidedAt), Own: p.By == v.Name}
		if p.Pending() {
			m, err := c.engine.MergeRule(v.Context(), page.ID, []byte(p.Text), p.Base, "")
			if err != nil {
				return err
			}
			text := m.Text
			if shown.Conflict = text == ""; shown.Conflict {
				text = p.Text
			}
			shown.Rows = diffRows(app.RuleDifference(file.Text, text))
			if v.URL.Query().Get("effect") == p.ID {
				b, err := c.engine.BacktestRule(v.Context(), app.BacktestRequest{RuleID: page.ID, Draft: []byte(text), DraftName: page.ID + ".yaml", Since: v.effectSince(), Within: effectWithin})
				if mistake, ok := v.asMistake(err); ok {
					page.Problem = mistake
				} else if err != nil {
					return err
				} else {
					shown.Effect = v.effect(text, b)
				}
			}
		}
		page.Changes = append(page.Changes, shown)
	}
	return nil
}

// proposeRule keeps a draft as a proposal, for another editor to decide about.
func (c *Console) proposeRule(w http.ResponseWriter, v *visit) error {
	id, base := v.PathValue("id"), v.PostForm.Get("base")
	text, fields, err := c.sentDraft(v, id)
	if err != nil {
		return err
	}
	if fields == nil {
		_, err = c.engine.ProposeRule(v.Context(), id, text, base, v.Name)
	}
	if _, mistakes := errors.AsType[diag.Problems](err); mistakes || fields != nil {
		return c.showDraft(w, v, http.StatusUnprocessableEntity, id, text, base, fields)
	}
	if err != nil {
		return err
	}
	if err := c.dropDraft(v, id); err != nil {
		return err
	}
	c.say(w, v, done{Text: v.T("Your change is a proposal. Another editor accepts or refuses it.")})
	http.Redirect(w, v.Request, "/rules/"+id+"/proposals", http.StatusSeeOther)
	return nil
}

// decideChange does what a person decided about a proposed text.
func (c *Console) decideChange(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	do, proposal, _ := strings.Cut(v.PostForm.Get("do"), " ")
	switch do {
	case "accept":
		saved, err := c.engine.AcceptRuleProposal(v.Context(), id, proposal, v.PostForm.Get("current"), v.Name)
		if text, mistake := v.asMistake(err); mistake {
			return c.proposalsPage(w, v, http.StatusUnprocessableEntity, nil, text)
		}
		if err != nil {
			return err
		}
		c.sayRuleSaved(w, v, saved, v.PostForm.Get("current"))
	case "refuse":
		if err := c.engine.RefuseRuleProposal(v.Context(), id, proposal, v.Name); err != nil {
			return err
		}
		c.say(w, v, done{Text: v.T("The proposed change was refused."), Undo: []undone{{Do: "proposal", Event: id, ID: proposal}}})
	default:
		return errNoPage
	}
	http.Redirect(w, v.Request, "/rules/"+id+"/proposals", http.StatusSeeOther)
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
		if text, mistake := v.asMistake(err); mistake {
			return c.proposalsPage(w, v, http.StatusUnprocessableEntity, nil, text)
		}
		if err != nil {
			return err
		}
		return c.proposalsPage(w, v, http.StatusOK, &made, "")
	case "accept":
		_, err = c.engine.AcceptRefit(v.Context(), id, version, v.Name)
		d = done{Text: v.T("Proposal %s is in use.", version), Undo: []undone{{Do: "refit", Event: id, ID: version}}}
	case "refuse":
		_, err = c.engine.RefuseRefit(v.Context(), id, version, v.Name)
		d = done{Text: v.T("Proposal %s was refused.", version)}
	case "undo":
		_, err = c.engine.UndoRefit(v.Context(), id, version, v.Name)
		d = done{Text: v.T("The earlier relevance model is in use again.")}
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	c.say(w, v, d)
	http.Redirect(w, v.Request, "/rules/"+id+"/proposals", http.StatusSeeOther)
	return nil
}
