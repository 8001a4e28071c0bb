package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/store"
)

// A RuleProposal is a text of a rule that a person did not save, so that somebody else decides about it.
type RuleProposal struct {
	RuleID    string
	ID        string // the hash of the text
	Text      string
	Base      string // the hash of the text that it was begun with
	By        string
	At        time.Time
	State     string // proposed, accepted or refused
	DecidedBy string
	DecidedAt time.Time
}

// The states of a RuleProposal.
const (
	ProposalOpen     = "proposed"
	ProposalAccepted = "accepted"
	ProposalRefused  = "refused"
)

// Pending reports whether nobody has decided about the proposal.
func (p RuleProposal) Pending() bool { return p.State == ProposalOpen }

// ProposeRule stores a text for the file of a rule as a proposal, in the name of by. The error is a diag.Problems if the text
// has mistakes. BaseHash is the hash of the text that it was begun with.
func (a *App) ProposeRule(ctx context.Context, id string, text []byte, baseHash, by string) (RuleProposal, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return RuleProposal{}, err
	}
	p := RuleProposal{RuleID: id, ID: fileHash(text), Text: string(text), Base: baseHash, By: by, At: a.now().UTC(), State: ProposalOpen}
	file, err := a.RuleFile(id)
	if err != nil {
		return p, err
	}
	if file.Hash == p.ID {
		return p, inputError("the file of rule %s has this text already", id)
	}
	if _, problems := a.checkRule(id, text); len(problems) > 0 {
		return p, problems
	}
	return p, a.store.RecordRuleProposal(ctx, store.RuleProposed, models.RuleDraft{Person: by, RuleID: id, Text: p.Text, BaseHash: baseHash, SavedAt: p.At}, p.ID)
}

// RuleProposals returns the proposals for a rule, the newest first.
func (a *App) RuleProposals(ctx context.Context, id string) ([]RuleProposal, error) {
	entries, err := a.store.AuditBySubject(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []RuleProposal
	for _, e := range entries {
		if !slices.Contains(store.ProposalActions(), e.Action) {
			continue
		}
		var d struct{ Proposal, Text, Base string }
		if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(p RuleProposal) bool { return p.ID == d.Proposal })
		switch {
		case e.Action == store.RuleProposed:
			if i >= 0 {
				all = slices.Delete(all, i, i+1) // somebody proposed the same again
			}
			all = append(all, RuleProposal{RuleID: id, ID: d.Proposal, Text: d.Text, Base: d.Base, By: e.Actor, At: e.At, State: ProposalOpen})
		case i < 0:
		case e.Action == store.RuleProposalReopened:
			all[i].State, all[i].DecidedBy, all[i].DecidedAt = ProposalOpen, "", time.Time{}
		default:
			all[i].State, all[i].DecidedBy, all[i].DecidedAt = ProposalAccepted, e.Actor, e.At
			if e.Action == store.RuleProposalRefused {
				all[i].State = ProposalRefused
			}
		}
	}
	slices.Reverse(all)
	return all, nil
}

// proposalOf returns a proposal in a state.
func (a *App) proposalOf(ctx context.Context, id, proposal, state string) (RuleProposal, error) {
	all, err := a.RuleProposals(ctx, id)
	if err != nil {
		return RuleProposal{}, err
	}
	for _, p := range all {
		switch {
		case p.ID != proposal:
		case p.State != state:
			return p, inputError("this proposal for rule %s is %s", id, p.State)
		default:
			return p, nil
		}
	}
	return RuleProposal{}, inputError("rule %s has no proposal %.12q", id, proposal)
}

// AcceptRuleProposal writes a proposal to the file of its rule, joined with what has changed since the proposal was begun, in
// the name of by, who is somebody else than the one who proposed it. Current is the hash of the file that by has seen.
func (a *App) AcceptRuleProposal(ctx context.Context, id, proposal, current, by string) (SavedRule, error) {
	if err := a.may(ctx, RoleEditor); err != nil {
		return SavedRule{}, err
	}
	p, err := a.proposalOf(ctx, id, proposal, ProposalOpen)
	if err != nil {
		return SavedRule{}, err
	}
	if p.By == by {
		return SavedRule{}, inputError("%s proposed this, so somebody else accepts it; to save it yourself, open it as a draft", by)
	}
	merged, err := a.MergeRule(ctx, id, []byte(p.Text), p.Base, "")
	if err != nil {
		return SavedRule{}, err
	}
	if merged.Text == "" {
		return SavedRule{}, inputError("the file of rule %s and the proposal changed the same lines; open the proposal as a draft to decide", id)
	}
	saved, err := a.SaveRule(ctx, id, []byte(merged.Text), current, by)
	if err != nil {
		return saved, err
	}
	return saved, a.decideProposal(ctx, store.RuleProposalAccepted, p, by)
}

// RefuseRuleProposal refuses a proposal in the name of by; the one who made it takes it back so.
func (a *App) RefuseRuleProposal(ctx context.Context, id, proposal, by string) error {
	return a.changeProposal(ctx, store.RuleProposalRefused, id, proposal, ProposalRefused, by)
}

// ReopenRuleProposal undoes a refusal.
func (a *App) ReopenRuleProposal(ctx context.Context, id, proposal, by string) error {
	return a.changeProposal(ctx, store.RuleProposalReopened, id, proposal, ProposalOpen, by)
}

func (a *App) changeProposal(ctx context.Context, action, id, proposal, to, by string) error {
	if err := a.may(ctx, RoleEditor); err != nil {
		return err
	}
	from := ProposalOpen
	if to == ProposalOpen {
		from = ProposalRefused
	}
	p, err := a.proposalOf(ctx, id, proposal, from)
	if err != nil {
		return err
	}
	return a.decideProposal(ctx, action, p, by)
}

func (a *App) decideProposal(ctx context.Context, action string, p RuleProposal, by string) error {
	return a.store.RecordRuleProposal(ctx, action, models.RuleDraft{Person: by, RuleID: p.RuleID, SavedAt: a.now().UTC()}, p.ID)
}
