package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func proposalOf(rule, version string, at time.Time) models.RelevanceModel {
	return models.RelevanceModel{RuleID: rule, Version: version, File: `{"rule": "` + rule + `"}`, Base: "base", Relevant: 7, Irrelevant: 5, State: models.ModelProposed, ProposedAt: at}
}

func TestModelsAreProposedAcceptedAndUndone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
		inUse := func(want ...string) {
			t.Helper()
			models, err := s.ModelsInUse(ctx)
			var got []string
			for _, m := range models {
				got = append(got, m.RuleID+" "+m.Version)
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("models in use: %v, mismatch (-want +got):\n%s", err, diff)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(s.ProposeModel(ctx, proposalOf("coin", "one", at(0)), "ada"))
		must(s.ProposeModel(ctx, proposalOf("coin", "two", at(1)), "ada"))
		must(s.ProposeModel(ctx, proposalOf("ban", "one", at(1)), "ada"))
		must(s.ProposeModel(ctx, proposalOf("ban", "one", at(2)), "bob")) // changes nothing
		inUse()

		must(s.AcceptModel(ctx, "coin", "one", "ada", at(3)))
		must(s.AcceptModel(ctx, "coin", "two", "bob", at(4)))
		must(s.AcceptModel(ctx, "ban", "one", "bob", at(4)))
		inUse("ban one", "coin two")

		// What is undone is what the person saw accepted, and not what others accepted since.
		if _, err := s.UndoModel(ctx, "coin", "one", "ada", at(5)); err == nil {
			t.Error("a model that is not in use was undone")
		}
		inUse("ban one", "coin two")
		undone, err := s.UndoModel(ctx, "coin", "two", "ada", at(5))
		if err != nil || undone.Version != "two" {
			t.Errorf("UndoModel = %s, %v; want two", undone.Version, err)
		}
		inUse("ban one", "coin one")
		_, err = s.UndoModel(ctx, "coin", "", "ada", at(6))
		must(err)
		inUse("ban one")

		must(s.ProposeModel(ctx, proposalOf("coin", "two", at(7)), "ada")) // again
		all, err := s.RelevanceModels(ctx, "coin")
		want := []models.RelevanceModel{proposalOf("coin", "two", at(7)), proposalOf("coin", "one", at(0))}
		want[1].State, want[1].DecidedAt, want[1].DecidedBy = models.ModelUndone, at(6), "ada"
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			t.Errorf("RelevanceModels: %v, mismatch (-want +got):\n%s", err, diff)
		}

		// One that was accepted before the model in use can be proposed and accepted again, and undone to that one.
		must(s.ProposeModel(ctx, proposalOf("ban", "two", at(8)), "bob"))
		must(s.AcceptModel(ctx, "ban", "two", "bob", at(9)))
		must(s.ProposeModel(ctx, proposalOf("ban", "two", at(10)), "bob")) // in use: changes nothing
		inUse("ban two")
		must(s.ProposeModel(ctx, proposalOf("ban", "one", at(10)), "bob"))
		must(s.AcceptModel(ctx, "ban", "one", "bob", at(11)))
		inUse("ban one")
		_, err = s.UndoModel(ctx, "ban", "", "bob", at(12))
		must(err)
		inUse("ban two")

		entries, err := s.AuditBySubject(ctx, "coin")
		var got []string
		for _, e := range entries {
			got = append(got, e.Action+" "+e.Actor)
		}
		wantAudit := []string{
			"model.proposed ada", "model.proposed ada", "model.accepted ada", "model.accepted bob", "model.undone ada", "model.undone ada", "model.proposed ada",
		}
		if diff := cmp.Diff(wantAudit, got); err != nil || diff != "" {
			t.Errorf("audit of coin: %v, mismatch (-want +got):\n%s", err, diff)
		}
	})
}

func TestARefusedModelIsNoProposalAnyMore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if err := s.ProposeModel(t.Context(), proposalOf("coin", "one", noon), "ada"); err != nil {
			t.Fatal(err)
		}
		if err := s.RefuseModel(t.Context(), "coin", "one", "bob", noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		all, err := s.RelevanceModels(t.Context(), "coin")
		if err != nil || len(all) != 1 || all[0].State != models.ModelUndone || all[0].DecidedBy != "bob" {
			t.Errorf("RelevanceModels = %+v, %v; want one that bob took back", all, err)
		}
		if inUse, err := s.ModelsInUse(t.Context()); err != nil || len(inUse) != 0 {
			t.Errorf("ModelsInUse = %+v, %v; want none", inUse, err)
		}
		if _, none := errors.AsType[*NoModelError](s.RefuseModel(t.Context(), "coin", "one", "bob", noon)); !none {
			t.Error("a model was refused twice")
		}
		soundAudit(t, s)
	})
}

func TestDecidingAboutAModelThatIsNotThere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		ctx := t.Context()
		if err := s.ProposeModel(ctx, proposalOf("coin", "one", noon), "ada"); err != nil {
			t.Fatal(err)
		}
		undoneFirst := func() error {
			_, err := s.UndoModel(ctx, "coin", "", "ada", noon)
			return err
		}
		for name, err := range map[string]error{
			"another version": s.AcceptModel(ctx, "coin", "two", "ada", noon),
			"another rule":    s.AcceptModel(ctx, "ban", "one", "ada", noon),
			"none accepted":   undoneFirst(),
		} {
			if none := new(NoModelError); !errors.As(err, &none) {
				t.Errorf("%s: %v; want a NoModelError", name, err)
			}
		}
		if err := s.AcceptModel(ctx, "coin", "one", "ada", noon); err != nil {
			t.Fatal(err)
		}
		if err := s.AcceptModel(ctx, "coin", "one", "ada", noon); err == nil {
			t.Error("a model was accepted twice")
		}
	})
}
