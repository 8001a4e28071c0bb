package app

import (
	"errors"
	"strings"
	"testing"
)

func TestAnotherEditorDecidesAboutAProposal(t *testing.T) {
	a := openRules(t)
	base := readRule(t, a, "everything").Hash
	mine := "\ufeff" + strings.ReplaceAll(refRule+"# Mine.\n", "\n", "\r\n")
	p, err := a.ProposeRule(t.Context(), "everything", []byte(mine), base, "ada")
	if err != nil {
		t.Fatal(err)
	}
	state := func() string {
		t.Helper()
		all, err := a.RuleProposals(t.Context(), "everything")
		if err != nil || len(all) != 1 || all[0].Text != mine || all[0].By != "ada" || all[0].Base != base {
			t.Fatalf("the proposals are %+v, %v", all, err)
		}
		return all[0].State + " " + all[0].DecidedBy
	}
	if got := state(); got != "proposed " {
		t.Errorf("the proposal is %s", got)
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", p.ID, base, "ada"); !is[*InputError](err) {
		t.Errorf("who proposed it accepts it: %v", err)
	}
	if err := a.RefuseRuleProposal(t.Context(), "everything", p.ID, "ben"); err != nil || state() != "refused ben" {
		t.Errorf("RefuseRuleProposal = %v, and it is %s", err, state())
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", p.ID, base, "ben"); !is[*InputError](err) {
		t.Errorf("a refused proposal is accepted: %v", err)
	}
	if err := a.ReopenRuleProposal(t.Context(), "everything", p.ID, "ben"); err != nil || state() != "proposed " {
		t.Errorf("ReopenRuleProposal = %v, and it is %s", err, state())
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", p.ID, "other", "ben"); !is[*ConflictError](err) {
		t.Errorf("a proposal is accepted for a file that ben has not seen: %v", err)
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", p.ID, base, "ben"); err != nil || state() != "accepted ben" {
		t.Errorf("AcceptRuleProposal = %v, and it is %s", err, state())
	}
	if got := readRule(t, a, "everything").Text; got != mine {
		t.Errorf("the file is %q, want %q", got, mine)
	}
}

func TestAProposalIsJoinedWithWhatChangedSince(t *testing.T) {
	a := openRules(t)
	base := readRule(t, a, "everything").Hash
	propose := func(text string) RuleProposal {
		t.Helper()
		p, err := a.ProposeRule(t.Context(), "everything", []byte(text), base, "ada")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	end := propose(refRule + "# Mine.\n")
	severity := propose(strings.Replace(refRule, "severity: high", "severity: critical", 1))
	theirs := strings.Replace(refRule, "severity: high", "severity: low", 1)
	saved, err := a.SaveRule(t.Context(), "everything", []byte(theirs), base, "cara")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", severity.ID, saved.Hash, "ben"); !is[*InputError](err) {
		t.Errorf("a proposal that changes the same line is accepted: %v", err)
	}
	if _, err := a.AcceptRuleProposal(t.Context(), "everything", end.ID, saved.Hash, "ben"); err != nil {
		t.Error(err)
	}
	if got := readRule(t, a, "everything").Text; got != theirs+"# Mine.\n" {
		t.Errorf("the file is %q", got)
	}
}

func TestProposeRuleRefusesMistakes(t *testing.T) {
	a := openRules(t)
	file := readRule(t, a, "everything")
	if _, err := a.ProposeRule(t.Context(), "everything", []byte(strings.Replace(refRule, "high", "hihg", 1)), file.Hash, "ada"); err == nil {
		t.Error("a text with a mistake is a proposal")
	}
	if _, err := a.ProposeRule(t.Context(), "everything", []byte(file.Text), file.Hash, "ada"); !is[*InputError](err) {
		t.Errorf("the text of the file is a proposal: %v", err)
	}
	reader := WithActor(t.Context(), Actor{Name: "rita", Role: RoleReader})
	_, err := a.ProposeRule(reader, "everything", []byte(refRule+"# Mine.\n"), file.Hash, "rita")
	if _, refused := errors.AsType[*ForbiddenError](err); !refused {
		t.Errorf("a reader proposes: %v", err)
	}
	if all, err := a.RuleProposals(t.Context(), "everything"); err != nil || len(all) > 0 {
		t.Errorf("the proposals are %+v, %v", all, err)
	}
}
