package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// moveRule moves the file of a rule into a subfolder, and takes the folder into use.
func moveRule(t *testing.T, a *App, from, to string) {
	t.Helper()
	folder := rulesFolder(a.dir)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, to)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(folder, from), filepath.Join(folder, to)); err != nil {
		t.Fatal(err)
	}
	next, problems := ReadFolder(a.dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := a.useFolder(t.Context(), next); err != nil {
		t.Fatal(err)
	}
}

func TestRuleOfASubfolderIsSavedWhereItIs(t *testing.T) {
	for _, file := range []string{"hk/banks/everything.yaml", "everything.YML"} {
		a := openRules(t)
		moveRule(t, a, "everything.yaml", file)
		before := readRule(t, a, "everything")
		text := strings.Replace(refRule, "title: Everything", "title: All of it", 1)
		saved, err := a.SaveRule(t.Context(), "everything", []byte(text), before.Hash, "ada")
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(rulesFolder(a.dir), filepath.FromSlash(file)); saved.File != want || saved.New {
			t.Errorf("saved %+v, want the file %s", saved, want)
		}
		if after := readRule(t, a, "everything"); after.Text != text {
			t.Errorf("%s has\n%s", file, after.Text)
		}
		if _, err := os.Stat(filepath.Join(rulesFolder(a.dir), "everything.yaml")); err == nil {
			t.Error("a second file was written")
		}
		if by, _, err := a.RuleSavedBy(t.Context(), "everything", saved.Hash); by != "ada" || err != nil {
			t.Errorf("the audit says that %q saved the rule, %v", by, err)
		}
		if _, err := NewRule(a.dir, NewRuleRequest{ID: "everything"}); err == nil || !strings.Contains(err.Error(), filepath.Base(file)) {
			t.Errorf("a new rule of the same ID: %v; want that its file exists", err)
		}
		if _, problems := a.checkRule("everything", []byte("id: everything\n")); len(problems) == 0 || problems[0].File != filepath.Join(a.dir, "rules", filepath.FromSlash(file)) {
			t.Errorf("problems %v; want them in %s", problems, file)
		}
	}
}

func TestRuleBehindALinkOutOfTheFolderIsNotWritten(t *testing.T) {
	a := openRules(t)
	outside := t.TempDir()
	folder := rulesFolder(a.dir)
	if err := os.Rename(filepath.Join(folder, "everything.yaml"), filepath.Join(outside, "everything.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(folder, "hk")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(outside, "loop")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SaveRule(t.Context(), "everything", []byte(refRule), fileHash([]byte(refRule)), "ada"); err == nil {
		t.Error("a file out of the folder was written")
	}
}

func TestUpdateWritesNothingBehindALinkOutOfTheFolder(t *testing.T) {
	a := outdated(t)
	outside := t.TempDir()
	moveRule(t, a, "crypto-ban.yaml", "bans/crypto-ban.yml")
	bans := filepath.Join(rulesFolder(a.dir), "bans")
	if err := os.Rename(filepath.Join(bans, "crypto-ban.yml"), filepath.Join(outside, "crypto-ban.yml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(bans); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, bans); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(outside, "crypto-ban.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if updates, err := a.RuleUpdates(t.Context(), RuleUpdateRequest{}); err == nil {
		if _, err := a.AcceptRuleUpdates(t.Context(), updates, "ada"); err == nil {
			t.Error("the update was accepted")
		}
	}
	after, err := os.ReadFile(filepath.Join(outside, "crypto-ban.yml"))
	entries, _ := os.ReadDir(outside)
	if err != nil || string(after) != string(before) || len(entries) != 1 {
		t.Errorf("the folder outside has changed: %v, %v", entries, err)
	}
}

func TestShippedRuleInASubfolderIsUpdatedThere(t *testing.T) {
	a := outdated(t)
	moveRule(t, a, "crypto-ban.yaml", "bans/crypto-ban.yml")
	moved := filepath.Join(rulesFolder(a.dir), "bans", "crypto-ban.yml")
	updates, err := a.RuleUpdates(t.Context(), RuleUpdateRequest{})
	if err != nil || len(updates.Ready()) != 1 || len(updates.Problems) > 0 {
		t.Fatalf("%d updates are ready, %v, %v; want 1", len(updates.Ready()), updates.Problems, err)
	}
	if _, err := a.AcceptRuleUpdates(t.Context(), updates, "ada"); err != nil {
		t.Fatal(err)
	}
	has := func(words string) bool {
		text, _ := os.ReadFile(moved)
		return strings.Contains(string(text), words)
	}
	if !has("what may be offered") {
		t.Error("the moved file was not updated")
	}
	if _, err := a.UndoRuleUpdates(t.Context(), "ada"); err != nil || !has("what is offered") {
		t.Errorf("the update was not undone: %v", err)
	}
	entries, err := os.ReadDir(rulesFolder(a.dir))
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "crypto-ban.yaml" }) {
		t.Error("a second file was written")
	}
}
